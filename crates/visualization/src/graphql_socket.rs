//! `WS /graphql`: GraphQL over WebSocket (the `graphql-transport-ws` protocol).

use std::future::ready;

use async_graphql::Data;
use async_graphql::http::{WebSocket as Protocol, WebSocketProtocols, WsMessage};
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use axum::extract::{State, WebSocketUpgrade};
use axum::response::Response;
use futures_util::{SinkExt, StreamExt};
use imsop_platform::http::{Caller, websocket};

use crate::api::ApiState;

const PROTOCOL: &str = "graphql-transport-ws";

pub(crate) async fn upgrade(
    State(state): State<ApiState>,
    caller: Caller,
    upgrade: WebSocketUpgrade,
) -> Response {
    websocket::limited(upgrade, [PROTOCOL]).on_upgrade(move |socket| serve(state, caller, socket))
}

async fn serve(state: ApiState, caller: Caller, socket: WebSocket) {
    let (mut sink, frames) = socket.split();
    let bytes = frames
        .take_while(|frame| ready(matches!(frame, Ok(frame) if !matches!(frame, Message::Close(_)))))
        .filter_map(|frame| {
            ready(match frame {
                Ok(Message::Text(text)) => Some(text.as_bytes().to_vec()),
                Ok(Message::Binary(bytes)) => Some(bytes.to_vec()),
                _ => None,
            })
        });
    let mut data = Data::default();
    data.insert(caller.tenant().clone());
    let answers = Protocol::new(state.schema, bytes, WebSocketProtocols::GraphQLWS).connection_data(data);
    tokio::pin!(answers);
    let expired = websocket::expired(&caller);
    tokio::pin!(expired);
    loop {
        let message = tokio::select! {
            answer = answers.next() => match answer {
                Some(WsMessage::Text(text)) => Message::Text(text.into()),
                Some(WsMessage::Close(code, reason)) => {
                    let _ = sink.send(Message::Close(Some(CloseFrame { code, reason: reason.into() }))).await;
                    return;
                }
                None => return,
            },
            () = &mut expired => {
                let _ = sink.send(websocket::close("the token has expired")).await;
                return;
            }
        };
        if sink.send(message).await.is_err() {
            return;
        }
    }
}
