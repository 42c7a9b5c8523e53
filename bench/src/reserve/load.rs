//! Reservations over HTTP, as fast as the connections answer or at a steady rate.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::SendRequest;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use imsop_kernel::Uuid;
use tokio::net::TcpStream;

use crate::Failure;
use crate::figures::Times;

/// What is sent.
#[derive(Clone)]
pub struct Load {
    /// The ports of the servers, used in turn.
    pub ports: Vec<u16>,
    /// The token.
    pub token: String,
    /// How many SKUs are wanted, each as often as the others.
    pub skus: u32,
    /// Most lines of an order; each number of lines is as frequent.
    pub most_lines: u32,
    /// Reservations in one request.
    pub batch: u32,
    /// Connections.
    pub connections: u32,
    /// How long.
    pub time: Duration,
    /// Reservations per second; as fast as it goes, if none is given.
    pub rate: Option<f64>,
}

/// What came of it.
#[derive(Default)]
pub struct Result {
    /// Reservations that were accepted, per second.
    pub per_second: f64,
    /// How long each request took; from when it was due, where there is a rate.
    pub times: Times,
    /// Answers that were no acceptance.
    pub refused: u64,
}

struct Shared {
    load: Load,
    accepted: AtomicU64,
    refused: AtomicU64,
    started: Instant,
    /// Of this run only, so that no two runs on one database send the same keys and orders.
    seed: u64,
}

/// Sends for as long as is asked for.
pub async fn run(load: Load) -> std::result::Result<Result, Failure> {
    let connections = load.connections;
    let shared = Arc::new(Shared {
        load,
        accepted: AtomicU64::new(0),
        refused: AtomicU64::new(0),
        started: Instant::now(),
        seed: Uuid::now_v7().as_u64_pair().1,
    });
    let mut tasks = Vec::new();
    for number in 0..connections {
        tasks.push(tokio::spawn(talk(shared.clone(), number)));
    }
    let mut times = Times::default();
    for task in tasks {
        for time in task.await?? {
            times.add(time);
        }
    }
    let seconds = shared.started.elapsed().as_secs_f64();
    Ok(Result {
        per_second: shared.accepted.load(Ordering::Relaxed) as f64 / seconds,
        times,
        refused: shared.refused.load(Ordering::Relaxed),
    })
}

async fn talk(shared: Arc<Shared>, number: u32) -> std::result::Result<Vec<Duration>, Failure> {
    let load = &shared.load;
    let port = load.ports[number as usize % load.ports.len()];
    let socket = TcpStream::connect(("127.0.0.1", port)).await?;
    socket.set_nodelay(true)?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(socket)).await?;
    tokio::spawn(connection);
    let mut random = Random(shared.seed ^ (u64::from(number) << 32));
    let mut times = Vec::new();
    // Each connection has its share of the rate, and begins at another moment of the interval.
    let interval = load.rate.map(|rate| f64::from(load.batch * load.connections) / rate);
    for turn in 0_u32.. {
        let mut begun = Instant::now();
        if let Some(interval) = interval {
            let share = f64::from(number) / f64::from(load.connections);
            let due = shared.started + Duration::from_secs_f64(interval * (f64::from(turn) + share));
            tokio::time::sleep_until(due.into()).await;
            begun = due;
        }
        if shared.started.elapsed() > load.time {
            break;
        }
        let accepted = ask(&mut sender, load, &mut random).await?;
        times.push(begun.elapsed());
        shared.accepted.fetch_add(u64::from(accepted), Ordering::Relaxed);
        shared.refused.fetch_add(u64::from(load.batch - accepted), Ordering::Relaxed);
    }
    Ok(times)
}

/// One request; how many reservations of it were accepted.
async fn ask(
    sender: &mut SendRequest<Full<Bytes>>,
    load: &Load,
    random: &mut Random,
) -> std::result::Result<u32, Failure> {
    let is_batch = load.batch > 1;
    let path = if is_batch { "/inventory/reservations/batch" } else { "/inventory/reservations" };
    let mut body = String::with_capacity(256 * load.batch as usize);
    if is_batch {
        body.push('[');
        for place in 0..load.batch {
            body.push_str(if place == 0 { "" } else { "," });
            reservation(&mut body, load, random, true);
        }
        body.push(']');
    } else {
        reservation(&mut body, load, random, false);
    }
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header("host", "127.0.0.1")
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {}", load.token))
        .header("idempotency-key", Uuid::from_u128(random.wide()).to_string())
        .body(Full::new(Bytes::from(body)))?;
    let answer = sender.send_request(request).await?;
    let status = answer.status();
    let bytes = answer.into_body().collect().await?.to_bytes();
    if !is_batch {
        return Ok(u32::from(status == 201));
    }
    if status != 200 {
        return Err(format!("{status}: {}", String::from_utf8_lossy(&bytes)).into());
    }
    // Counted by the field that only an accepted one has.
    Ok(u32::try_from(memchr::memmem::find_iter(&bytes, b"\"reservation\":").count())?)
}

fn reservation(body: &mut String, load: &Load, random: &mut Random, has_key: bool) {
    use std::fmt::Write;
    let order = Uuid::from_u128(random.wide());
    let _ = write!(body, "{{\"orderId\":\"{order}\",\"site\":\"S1\",\"lines\":[");
    let lines = 1 + random.below(load.most_lines);
    let first = random.below(load.skus.saturating_sub(lines).max(1));
    for line in 0..lines {
        let sku = (first + line) % load.skus + 1;
        let comma = if line == 0 { "" } else { "," };
        let _ =
            write!(body, "{comma}{{\"sku\":\"SKU-{sku}\",\"quantity\":{{\"value\":\"1\",\"unit\":\"EA\"}}}}");
    }
    body.push(']');
    if has_key {
        let _ = write!(body, ",\"idempotencyKey\":\"{}\"", Uuid::from_u128(random.wide()));
    }
    body.push('}');
}

/// SplitMix64 (Steele, Lea and Flood, 2014): cheap, and different for each connection and run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u32) -> u32 {
        u32::try_from(self.next() % u64::from(end)).unwrap_or(0)
    }

    fn wide(&mut self) -> u128 {
        (u128::from(self.next()) << 64) | u128::from(self.next())
    }
}
