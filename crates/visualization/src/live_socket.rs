//! `WS /viz/live`: changes as they become durable in the read models.
//!
//! Everybody gets shipments, alerts and the overview of their tenant; readings only of the shipments
//! and devices that they watch. Whoever is too slow is told so, and fetches again.

use std::collections::HashSet;

use axum::extract::ws::{Message, WebSocket};
use axum::extract::{State, WebSocketUpgrade};
use axum::response::Response;
use imsop_kernel::Timestamp;
use imsop_platform::ApiError;
use imsop_platform::http::{Caller, websocket};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::api::ApiState;
use crate::limits::{LIVE_MESSAGE_BYTES, OVERVIEW_AT_REST, OVERVIEW_INTERVAL, WATCHED, WATCHED_ID_LENGTH};
use crate::live::{LiveMessage, Telemetry};
use crate::sockets::{self, Place};

pub(crate) async fn upgrade(
    State(state): State<ApiState>,
    caller: Caller,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    let place = state.sockets.take(&caller)?;
    let upgrade = websocket::limited(upgrade, [websocket::PROTOCOL])
        .max_message_size(LIVE_MESSAGE_BYTES)
        .max_frame_size(LIVE_MESSAGE_BYTES);
    Ok(upgrade.on_upgrade(move |socket| serve(state, caller, place, socket)))
}

/// What a watcher may say.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Wish {
    /// Follow the readings of a shipment or device.
    Watch { shipment_id: Option<String>, device_id: Option<String> },
    /// No longer.
    Unwatch { shipment_id: Option<String>, device_id: Option<String> },
    /// Are you there?
    Ping,
}

/// Whose readings are followed: ids of shipments and names of devices.
#[derive(Default)]
struct Watched(HashSet<String>);

impl Watched {
    fn change(&mut self, wish: Wish) -> Option<Value> {
        match wish {
            Wish::Watch { shipment_id, device_id } => {
                for id in shipment_id.into_iter().chain(device_id) {
                    if id.chars().count() > WATCHED_ID_LENGTH {
                        return Some(refused(format!("an id has at most {WATCHED_ID_LENGTH} characters")));
                    }
                    if self.0.len() >= WATCHED {
                        return Some(refused(format!("at most {WATCHED} are watched")));
                    }
                    self.0.insert(id);
                }
                None
            }
            Wish::Unwatch { shipment_id, device_id } => {
                for id in shipment_id.into_iter().chain(device_id) {
                    self.0.remove(&id);
                }
                None
            }
            Wish::Ping => Some(json!({"type": "pong"})),
        }
    }

    fn includes(&self, telemetry: &Telemetry) -> bool {
        let of_shipment = telemetry.shipment_id.as_ref().is_some_and(|id| self.0.contains(id));
        of_shipment || self.0.contains(&telemetry.device_id)
    }
}

fn refused(reason: String) -> Value {
    json!({"type": "refused", "reason": reason})
}

async fn serve(state: ApiState, caller: Caller, _place: Place, mut socket: WebSocket) {
    metrics::gauge!("imsop_live_watchers").increment(1.0);
    // Around all of it: also a watcher who does not read loses the socket when the token ends.
    let reason = tokio::select! {
        biased;
        () = websocket::expired(&caller) => Some(sockets::EXPIRED),
        ended = talk(&state, &caller, &mut socket) => ended.err().map(|_| sockets::UNREADABLE),
    };
    if let Some(reason) = reason {
        sockets::end(&mut socket, reason).await;
    }
    metrics::gauge!("imsop_live_watchers").decrement(1.0);
}

async fn talk(state: &ApiState, caller: &Caller, socket: &mut WebSocket) -> Result<(), axum::Error> {
    let mut changes = state.reads.hub.listen();
    let mut watched = Watched::default();
    let mut ticks = interval(OVERVIEW_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut has_news = true;
    let mut last_overview = Instant::now();
    if let Ok(as_of) = state.reads.as_of(Timestamp::now()).await {
        send(socket, &json!({"type": "hello", "asOf": as_of})).await?;
    }
    loop {
        tokio::select! {
            frame = socket.recv() => match frame {
                Some(Ok(Message::Text(text))) => {
                    let answer = match serde_json::from_str::<Wish>(&text) {
                        Ok(wish) => watched.change(wish),
                        Err(error) => Some(refused(error.to_string())),
                    };
                    if let Some(answer) = answer {
                        send(socket, &answer).await?;
                    }
                }
                Some(Ok(Message::Close(_))) | None => return Ok(()),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error),
            },
            change = changes.recv() => match change {
                Ok((tenant, message)) if tenant == *caller.tenant() => {
                    has_news = true;
                    let wanted = match &message {
                        LiveMessage::Telemetry(telemetry) => watched.includes(telemetry),
                        LiveMessage::Shipment(_) | LiveMessage::Alert(_) => true,
                    };
                    if wanted {
                        send(socket, &message.to_json(Timestamp::now())).await?;
                    }
                }
                Ok(_) => {}
                Err(RecvError::Lagged(missed)) => send(socket, &json!({"type": "lagged", "missed": missed})).await?,
                Err(RecvError::Closed) => return Ok(()),
            },
            _ = ticks.tick() => {
                if has_news || last_overview.elapsed() >= OVERVIEW_AT_REST {
                    has_news = false;
                    last_overview = Instant::now();
                    overview(state, caller, socket).await?;
                }
            }
        }
    }
}

async fn overview(state: &ApiState, caller: &Caller, socket: &mut WebSocket) -> Result<(), axum::Error> {
    match state.reads.hub.overview(&state.reads, caller.tenant(), Timestamp::now()).await {
        Ok(known) => send(socket, &known.message).await,
        Err(error) => {
            tracing::warn!(%error, "the overview cannot be read");
            Ok(())
        }
    }
}

async fn send(socket: &mut WebSocket, value: &Value) -> Result<(), axum::Error> {
    sockets::send(socket, Message::Text(value.to_string().into())).await
}
