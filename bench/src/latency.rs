//! From a reading to the change on the open page, under load.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use imsop_kernel::Timestamp;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::Failure;
use crate::figures::Times;
use crate::process::Server;

const DEVICES: u32 = 500;
/// A device must be known for a while before it can be out of the ordinary; ranges hold from the first.
const WARM_UP: u32 = 5;
/// Anomalies per second among the readings.
const ANOMALIES: u32 = 5;

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// When each device was made to run warm, and how long it took until the page knew.
#[derive(Default)]
struct Watch {
    sent: HashMap<String, Instant>,
    seen: Times,
}

/// Measures, and prints.
pub async fn measure(binary: &Path, rate: u32, seconds: u32) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(binary, folder.path(), None).await?;
    let watch = Arc::new(Mutex::new(Watch::default()));
    let live = open(&server, "/viz/live").await?;
    let watcher = tokio::spawn(watch_alerts(live, watch.clone()));
    let acknowledged = load(&server, rate, seconds, &watch).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    watcher.abort();
    let mut bare = bare_commits(folder.path())?;
    let mut watch = watch.lock().map_err(|_| "the watcher panicked")?;
    println!(
        "{rate} readings/s for {seconds} s over one WebSocket, {DEVICES} devices, {ANOMALIES} anomalies/s"
    );
    let mut acknowledged = acknowledged;
    println!("reading sent to acknowledged (durable): {}", acknowledged.line());
    println!("reading sent to alert on the live socket: {}", watch.seen.line());
    println!("alerts not seen: {}", watch.sent.len());
    println!(
        "opponent: one bare durable commit of one row on the same disk (SQLite, synchronous=FULL): {}",
        bare.line()
    );
    println!(
        "ratio of the medians: {:.1}",
        watch.seen.percentile(0.5).as_secs_f64() / bare.percentile(0.5).as_secs_f64()
    );
    Ok(())
}

async fn open(server: &Server, path: &str) -> Result<Socket, Failure> {
    let mut request = format!("ws://127.0.0.1:{}{path}", server.port).into_client_request()?;
    request.headers_mut().insert("authorization", format!("Bearer {}", server.token).parse()?);
    Ok(connect_async(request).await?.0)
}

async fn watch_alerts(mut socket: Socket, watch: Arc<Mutex<Watch>>) {
    while let Some(Ok(message)) = socket.next().await {
        let Message::Text(text) = message else { continue };
        let Ok(value) = serde_json::from_str::<Value>(&text) else { continue };
        if value["type"] != "alert" {
            continue;
        }
        let device = value["deviceId"].as_str().unwrap_or_default();
        if let Ok(mut watch) = watch.lock()
            && let Some(sent) = watch.sent.remove(device)
        {
            watch.seen.add(sent.elapsed());
        }
    }
}

/// Sends readings at a steady pace, one to a frame as devices do, and takes the answers.
async fn load(server: &Server, rate: u32, seconds: u32, watch: &Mutex<Watch>) -> Result<Times, Failure> {
    let (mut sink, mut answers) = open(server, "/ingest/telemetry").await?.split();
    let times = Arc::new(Mutex::new((Vec::<Instant>::new(), 0_usize, Times::default())));
    let book = times.clone();
    let reader = tokio::spawn(async move {
        while let Some(Ok(Message::Text(text))) = answers.next().await {
            if text.contains("problem") {
                return Err(Failure::from(text.to_string()));
            }
            let Ok(mut book) = book.lock() else { return Err("the book is broken".into()) };
            let (place, sent) = (book.1, book.0.get(book.1).copied());
            if let Some(sent) = sent {
                book.2.add(sent.elapsed());
            }
            book.1 = place + 1;
        }
        Ok(())
    });
    let mut pace = tokio::time::interval(Duration::from_micros(1_000_000 / u64::from(rate)));
    for index in 0..rate * (seconds + WARM_UP) {
        pace.tick().await;
        let warm = index >= rate * WARM_UP;
        let is_anomaly = warm && index.is_multiple_of(rate / ANOMALIES);
        // Each anomaly is a device's first excursion: one that lasts is told once.
        let device = if is_anomaly { format!("warm-{index}") } else { format!("device-{}", index % DEVICES) };
        let temperature = if is_anomaly { 14.5 } else { 5.0 + f64::from(index % 7) / 20.0 };
        let event = json!({
            "deviceId": device,
            "eventType": "reading",
            "timestamp": Timestamp::now().to_string(),
            "payload": { "temperature": temperature },
        });
        let now = Instant::now();
        if is_anomaly && let Ok(mut watch) = watch.lock() {
            watch.sent.insert(device, now);
        }
        if let Ok(mut book) = times.lock() {
            book.0.push(now);
        }
        sink.send(Message::Text(event.to_string().into())).await?;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    match sink.send(Message::Close(None)).await {
        Ok(()) | Err(Error::ConnectionClosed) => {}
        Err(error) => return Err(error.into()),
    }
    reader.await??;
    let mut book = times.lock().map_err(|_| "the book is broken")?;
    Ok(std::mem::take(&mut book.2))
}

fn bare_commits(folder: &Path) -> Result<Times, Failure> {
    let connection = rusqlite::Connection::open(folder.join("opponent.db"))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE readings (value TEXT)",
    )?;
    let mut insert = connection.prepare("INSERT INTO readings VALUES ('14.5')")?;
    let mut times = Times::default();
    for _ in 0..500 {
        let started = Instant::now();
        insert.execute([])?;
        times.add(started.elapsed());
    }
    Ok(times)
}
