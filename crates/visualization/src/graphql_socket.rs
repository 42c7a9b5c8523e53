//! `WS /graphql`: GraphQL over WebSocket (the `graphql-transport-ws` protocol).

use std::future::ready;
use std::sync::{Arc, OnceLock};

use async_graphql::http::{WebSocket as Protocol, WebSocketProtocols, WsMessage};
use async_graphql::{Data, Executor, Request, ServerError};
use axum::Extension;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use axum::extract::{State, WebSocketUpgrade};
use axum::response::Response;
use futures_util::stream::{BoxStream, SplitSink, SplitStream, empty, once, unfold};
use futures_util::{Stream, StreamExt};
use imsop_platform::ApiError;
use imsop_platform::auth::RequestShare;
use imsop_platform::http::{Caller, websocket};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::api::ApiState;
use crate::graphql::{ImsopSchema, refusal};
use crate::limits::{GRAPHQL_MESSAGE_BYTES, SOCKET_OPERATIONS, SOCKET_REFUSALS};
use crate::sockets::{self, Place};

const PROTOCOL: &str = "graphql-transport-ws";

pub(crate) async fn upgrade(
    State(state): State<ApiState>,
    caller: Caller,
    Extension(share): Extension<RequestShare>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    let place = state.sockets.take(&caller)?;
    let upgrade = websocket::limited(upgrade, [PROTOCOL])
        .max_message_size(GRAPHQL_MESSAGE_BYTES)
        .max_frame_size(GRAPHQL_MESSAGE_BYTES);
    let operations = Operations::new(state.schema, share);
    Ok(upgrade.on_upgrade(move |socket| serve(operations, caller, place, socket)))
}

async fn serve(operations: Operations, caller: Caller, _place: Place, socket: WebSocket) {
    let (mut sink, frames) = socket.split();
    // Around all of it: also a peer that does not read loses the socket when the token ends.
    let reason = tokio::select! {
        biased;
        () = websocket::expired(&caller) => Some(sockets::EXPIRED),
        reason = answer(operations, &caller, frames, &mut sink) => reason,
    };
    if let Some(reason) = reason {
        sockets::end(&mut sink, reason).await;
    }
}

/// Answers until the peer or the protocol ends it, or until there is a reason of ours.
async fn answer(
    operations: Operations,
    caller: &Caller,
    frames: SplitStream<WebSocket>,
    sink: &mut SplitSink<WebSocket, Message>,
) -> Option<&'static str> {
    let mut data = Data::default();
    data.insert(caller.tenant().clone());
    let ending = operations.ending.clone();
    let texts = texts(frames, ending.clone());
    let answers = Protocol::new(operations, texts, WebSocketProtocols::GraphQLWS).connection_data(data);
    tokio::pin!(answers);
    while let Some(answer) = answers.next().await {
        let message = match answer {
            WsMessage::Text(text) => Message::Text(text.into()),
            WsMessage::Close(code, reason) => {
                Message::Close(Some(CloseFrame { code, reason: shortened(&reason).into() }))
            }
        };
        if sockets::send(sink, message).await.is_err() {
            return Some(sockets::UNREADABLE);
        }
    }
    ending.get().copied()
}

/// What fits into a frame that closes: at most 123 bytes, and the reason may quote the peer.
fn shortened(reason: &str) -> &str {
    &reason[..reason.floor_char_boundary(123)]
}

/// Why the socket must end, once there is a reason.
type Ending = Arc<OnceLock<&'static str>>;

/// What the peer says, until there is a reason to end.
fn texts(frames: SplitStream<WebSocket>, ending: Ending) -> impl Stream<Item = Vec<u8>> {
    unfold((frames, ending), |(mut frames, ending)| async move {
        let text = next_text(&mut frames, &ending).await?;
        Some((text, (frames, ending)))
    })
}

async fn next_text(frames: &mut SplitStream<WebSocket>, ending: &Ending) -> Option<Vec<u8>> {
    while ending.get().is_none() {
        match frames.next().await? {
            Ok(Message::Text(text)) => return Some(text.as_bytes().to_vec()),
            Ok(Message::Binary(bytes)) => return Some(bytes.to_vec()),
            Ok(Message::Close(_)) => return None,
            Ok(Message::Ping(_) | Message::Pong(_)) => {}
            Err(_) => {
                let _ = ending.set(sockets::UNREADABLE);
            }
        }
    }
    None
}

/// Runs the operations of one socket, not more at once than it may, and each counted as a request.
#[derive(Clone)]
struct Operations {
    schema: ImsopSchema,
    share: RequestShare,
    running: Arc<Semaphore>,
    refusals: Arc<Semaphore>,
    ending: Ending,
}

impl Operations {
    fn new(schema: ImsopSchema, share: RequestShare) -> Self {
        let running = Arc::new(Semaphore::new(SOCKET_OPERATIONS));
        let refusals = Arc::new(Semaphore::new(SOCKET_REFUSALS));
        Self { schema, share, running, refusals, ending: Ending::default() }
    }

    /// A refusal takes memory until it is sent, so these are counted, too.
    fn refuse(&self, error: ServerError) -> Answers {
        let Ok(place) = self.refusals.clone().try_acquire_owned() else {
            let _ = self.ending.set("operations come faster than they can be refused");
            return empty().boxed();
        };
        held(place, once(ready(async_graphql::Response::from_errors(vec![error]))))
    }
}

type Answers = BoxStream<'static, async_graphql::Response>;

/// The answers, with the place that they take until the stream is dropped.
fn held(
    place: OwnedSemaphorePermit,
    answers: impl Stream<Item = async_graphql::Response> + Send + 'static,
) -> Answers {
    answers
        .map(move |answer| {
            let _taken = &place;
            answer
        })
        .boxed()
}

impl Executor for Operations {
    async fn execute(&self, request: Request) -> async_graphql::Response {
        self.schema.execute(request).await
    }

    fn execute_stream(&self, request: Request, data: Option<Arc<Data>>) -> Answers {
        if !self.share.admits() {
            return self.refuse(refusal("TOO_MANY_REQUESTS", "the tenant asks too often; ask again later"));
        }
        let Ok(place) = self.running.clone().try_acquire_owned() else {
            let message = format!("at most {SOCKET_OPERATIONS} operations run over one socket");
            return self.refuse(refusal("TOO_MANY_OPERATIONS", message));
        };
        held(place, self.schema.execute_stream_with_session_data(request, data.unwrap_or_default()))
    }
}
