//! The stream of readings: sent in batches, each acknowledged before it is forgotten.

use std::collections::VecDeque;

use futures_util::{SinkExt, StreamExt};
use imsop_kernel::Problem;
use serde::Deserialize;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::Options;
use crate::limits::{BATCHES_KEPT, REQUEST_TIMEOUT};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(crate) struct TelemetryStream {
    url: String,
    socket: Option<Socket>,
    /// Batches that are not acknowledged yet, oldest first.
    kept: VecDeque<String>,
}

/// The platform's answer to a batch.
#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    acks: Vec<Ack>,
    #[serde(default)]
    problem: Option<Problem>,
}

#[derive(Deserialize)]
struct Ack {
    status: String,
}

impl TelemetryStream {
    pub(crate) fn new(options: &Options) -> Self {
        let address = options.url.replacen("http", "ws", 1);
        Self { url: format!("{address}/ingest/telemetry"), socket: None, kept: VecDeque::new() }
    }

    /// Takes readings over. Like a device with a small memory, it loses the oldest when there are too many.
    pub(crate) fn keep(&mut self, readings: Vec<Value>) {
        self.kept.push_back(Value::Array(readings).to_string());
        while self.kept.len() > BATCHES_KEPT {
            self.kept.pop_front();
        }
    }

    /// Sends what is kept and waits until it is durable. What is not acknowledged is sent again with the
    /// next call; the platform knows a reading that it has.
    pub(crate) async fn send(&mut self, token: &str) {
        while let Some(batch) = self.kept.front().cloned() {
            match timeout(REQUEST_TIMEOUT, self.exchange(token, batch)).await {
                Ok(Ok(answer)) if is_for_later(&answer) => return,
                Ok(Ok(answer)) => {
                    report(&answer);
                    self.kept.pop_front();
                }
                Ok(Err(error)) => {
                    tracing::debug!(%error, "readings were not taken");
                    return;
                }
                Err(_) => return,
            }
        }
    }

    /// Sends a batch and reads its answer. The connection is kept only if all went well.
    async fn exchange(&mut self, token: &str, batch: String) -> Result<String, Error> {
        let mut socket = match self.socket.take() {
            Some(socket) => socket,
            None => connect(&self.url, token).await?,
        };
        socket.send(Message::Text(batch.into())).await?;
        loop {
            match socket.next().await {
                Some(Ok(Message::Text(answer))) => {
                    self.socket = Some(socket);
                    return Ok(answer.to_string());
                }
                Some(Ok(Message::Close(_))) | None => return Err(Error::ConnectionClosed),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error),
            }
        }
    }
}

/// Whether the platform had no room for the batch now.
fn is_for_later(answer: &str) -> bool {
    let problem = serde_json::from_str::<Answer>(answer).ok().and_then(|answer| answer.problem);
    problem.is_some_and(|problem| problem.status == 429 || problem.status >= 500)
}

fn report(answer: &str) {
    let Ok(answer) = serde_json::from_str::<Answer>(answer) else {
        tracing::debug!(answer, "the platform's answer is not understood");
        return;
    };
    if let Some(problem) = answer.problem {
        tracing::debug!(title = problem.title, "the platform refused readings");
    }
    let quarantined = answer.acks.iter().filter(|ack| ack.status == "quarantined").count();
    if quarantined > 0 {
        tracing::debug!(quarantined, "the platform doubts readings");
    }
}

async fn connect(url: &str, token: &str) -> Result<Socket, Error> {
    let mut request = url.into_client_request()?;
    if let Ok(value) = format!("Bearer {token}").parse() {
        request.headers_mut().insert("authorization", value);
    }
    Ok(connect_async(request).await?.0)
}
