//! The stream of readings: sent in batches, each acknowledged before it is forgotten.

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::Options;
use crate::limits::REQUEST_TIMEOUT;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(crate) struct TelemetryStream {
    url: String,
    socket: Option<Socket>,
}

impl TelemetryStream {
    pub(crate) fn new(options: &Options) -> Self {
        let address = options.url.replacen("http", "ws", 1);
        Self { url: format!("{address}/ingest/telemetry"), socket: None }
    }

    /// Sends readings and waits until they are durable. Without a connection they are lost, as they are
    /// with a device that has no memory; the next ones come soon.
    pub(crate) async fn send(&mut self, token: &str, readings: Vec<Value>) {
        let sent = timeout(REQUEST_TIMEOUT, self.send_now(token, readings)).await;
        match sent {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::debug!(%error, "readings were not taken");
                self.socket = None;
            }
            Err(_) => self.socket = None,
        }
    }

    async fn send_now(&mut self, token: &str, readings: Vec<Value>) -> Result<(), Error> {
        let mut socket = match self.socket.take() {
            Some(socket) => socket,
            None => connect(&self.url, token).await?,
        };
        socket.send(Message::Text(Value::Array(readings).to_string().into())).await?;
        loop {
            match socket.next().await {
                Some(Ok(Message::Text(_))) => break,
                Some(Ok(Message::Close(_))) | None => return Err(Error::ConnectionClosed),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error),
            }
        }
        self.socket = Some(socket);
        Ok(())
    }
}

async fn connect(url: &str, token: &str) -> Result<Socket, Error> {
    let mut request = url.into_client_request()?;
    if let Ok(value) = format!("Bearer {token}").parse() {
        request.headers_mut().insert("authorization", value);
    }
    Ok(connect_async(request).await?.0)
}
