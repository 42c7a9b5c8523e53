//! `WS /ingest/telemetry`: a stream of readings, each acknowledged once it is durable.
//!
//! Frames are taken while earlier ones are still being written, so that one connection fills the
//! executor's batches; their answers go out in the order of the frames.

use axum::extract::ws::{Message, WebSocket};
use axum::extract::{State, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;
use futures_util::SinkExt;
use futures_util::stream::{FuturesOrdered, StreamExt};
use imsop_kernel::{Problem, Timestamp};
use imsop_platform::ApiError;
use imsop_platform::http::{Caller, websocket};
use imsop_platform::limits::SEND_TIMEOUT;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::time::Instant;
use utoipa_axum::router::OpenApiRouter;

use crate::intake::{self, ItemOutcome};
use crate::items::{Framing, Reader, split};
use crate::limits::{FRAME_BYTES, FRAMES_IN_FLIGHT};
use crate::state::IngestionState;

pub(crate) fn routes() -> OpenApiRouter<IngestionState> {
    // OpenAPI 3.1 has no WebSockets; the AsyncAPI document describes it.
    OpenApiRouter::new().route("/ingest/telemetry", get(upgrade))
}

async fn upgrade(State(state): State<IngestionState>, caller: Caller, upgrade: WebSocketUpgrade) -> Response {
    websocket::limited(upgrade, [websocket::PROTOCOL])
        .max_message_size(FRAME_BYTES)
        .on_upgrade(move |socket| serve(state, caller, socket))
}

/// The answer to a frame: its events by index, or why nothing of it was taken.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(skip_serializing_if = "Option::is_none")]
    batch_id: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    acks: Vec<ItemOutcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem>,
}

async fn serve(state: IngestionState, caller: Caller, socket: WebSocket) {
    metrics::gauge!("imsop_ingest_connections").increment(1.0);
    talk(&state, &caller, socket).await;
    metrics::gauge!("imsop_ingest_connections").decrement(1.0);
}

async fn talk(state: &IngestionState, caller: &Caller, socket: WebSocket) {
    let (mut sink, mut frames) = socket.split();
    let mut answers = FuturesOrdered::new();
    let mut is_open = true;
    let expired = websocket::expired(caller);
    tokio::pin!(expired);
    while is_open || !answers.is_empty() {
        tokio::select! {
            frame = frames.next(), if is_open && answers.len() < FRAMES_IN_FLIGHT => match frame {
                Some(Ok(Message::Text(text))) => answers.push_back(answer(state, caller, text.into())),
                Some(Ok(Message::Binary(bytes))) => answers.push_back(answer(state, caller, bytes)),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => is_open = false,
            },
            Some(answer) = answers.next(), if !answers.is_empty() => {
                // A client that takes no answers must not hold its connection, and what waits in it, for ever.
                match tokio::time::timeout(SEND_TIMEOUT, sink.send(Message::Text(answer.into()))).await {
                    Ok(Ok(())) => {}
                    _ => return,
                }
            }
            () = &mut expired, if is_open => {
                // What is on its way is still answered.
                is_open = false;
            }
        }
    }
    let goodbye = sink.send(websocket::close("the token has expired, or the client has closed"));
    let _ = tokio::time::timeout(SEND_TIMEOUT, goodbye).await;
}

async fn answer(state: &IngestionState, caller: &Caller, frame: axum::body::Bytes) -> String {
    let started = Instant::now();
    let (batch_id, taken) = take(state, caller, &frame).await;
    metrics::histogram!("imsop_ingest_frame_seconds").record(started.elapsed().as_secs_f64());
    let answer = match taken {
        Ok(acks) => Answer { batch_id, acks, problem: None },
        Err(error) => Answer { batch_id, acks: Vec::new(), problem: Some(error.problem().clone()) },
    };
    // Texts, numbers and ids always serialise.
    serde_json::to_string(&answer).unwrap_or_default()
}

async fn take(
    state: &IngestionState,
    caller: &Caller,
    frame: &[u8],
) -> (Option<String>, Result<Vec<ItemOutcome>, ApiError>) {
    let (batch_id, events) = match unwrap_frame(frame) {
        Some((batch_id, events)) => (batch_id, events),
        None => (None, frame.to_vec()),
    };
    let reader = Reader {
        tenant: caller.tenant(),
        source: "telemetry",
        content_type: "application/json",
        signals: &state.signals,
        kinds: &[],
        now: Timestamp::now(),
    };
    let pieces = match split(&events, Framing::Json) {
        Ok(pieces) => pieces,
        Err(problem) => return (batch_id, Err(problem.into())),
    };
    let items: Vec<_> = pieces.into_iter().map(|piece| reader.read(piece)).collect();
    if let Err(error) = state.count_records(caller.tenant(), items.len()) {
        return (batch_id, Err(error));
    }
    let outcomes = intake::take(state, &caller.origin(), items).await;
    (batch_id, outcomes.map_err(ApiError::from))
}

/// The events of a frame of the form `{batchId, events}`.
fn unwrap_frame(frame: &[u8]) -> Option<(Option<String>, Vec<u8>)> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Envelope<'a> {
        #[serde(default)]
        batch_id: Option<String>,
        #[serde(borrow)]
        events: &'a RawValue,
    }
    let envelope: Envelope<'_> = serde_json::from_slice(frame).ok()?;
    Some((envelope.batch_id, envelope.events.get().as_bytes().to_vec()))
}
