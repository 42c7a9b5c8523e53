//! One process, two tenants: who asks for more than its share is turned away, and nobody else is.
//!
//! How long the other one waits is told, not judged: here the noise is made on the processors that answer it.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use support::buyers::{Buyer, Reply, Wish};
use support::server::Plan;
use support::times;
use tokio::task::JoinHandle;

/// Requests per second that each tenant may send.
const QUOTA: u32 = 20;
/// How many times its quota the noisy tenant sends.
const NOISE: u32 = 50;
/// Connections over which it does.
const NOISY_BUYERS: u32 = 50;

fn wish(order: String) -> Wish {
    Wish { order, lines: vec![("A".to_owned(), 1)], in_batch: false }
}

/// Half its quota, evenly. How long each took; all must be promised.
async fn a_quiet_while(buyer: &Buyer, url: &str, name: &str) -> Vec<Duration> {
    let mut pace = tokio::time::interval(Duration::from_secs(2) / QUOTA);
    let mut took = Vec::new();
    for number in 0..times(3, 30) * QUOTA / 2 {
        pace.tick().await;
        let began = Instant::now();
        let replies = buyer.reserve(url, &[wish(format!("{name}-{number}"))]).await;
        took.push(began.elapsed());
        assert!(matches!(replies[..], [Reply::Kept(_)]), "{replies:?}");
    }
    took.sort_unstable();
    took
}

fn p99(sorted: &[Duration]) -> Duration {
    sorted[(sorted.len() * 99).div_ceil(100) - 1]
}

/// What became of the noisy tenant's requests.
#[derive(Default)]
struct Noise {
    kept: u32,
    turned_away: u32,
}

/// One connection's part of the noise, until it is stopped.
fn noise(buyer: Buyer, url: String, number: u32, stop: Arc<AtomicBool>) -> JoinHandle<Noise> {
    tokio::spawn(async move {
        let mut pace = tokio::time::interval(Duration::from_secs(1) * NOISY_BUYERS / (QUOTA * NOISE));
        let mut noise = Noise::default();
        for turn in 0.. {
            pace.tick().await;
            match buyer.reserve(&url, &[wish(format!("noise-{number}-{turn}"))]).await.remove(0) {
                Reply::Kept(_) => noise.kept += 1,
                Reply::TooFast => noise.turned_away += 1,
                other => panic!("{other:?}"),
            }
            if stop.load(Ordering::Relaxed) {
                break;
            }
        }
        noise
    })
}

async fn all_the_noise(noises: Vec<JoinHandle<Noise>>) -> Noise {
    let mut sum = Noise::default();
    for noise in noises {
        let noise = noise.await.expect("every answer is one that it may get");
        sum.kept += noise.kept;
        sum.turned_away += noise.turned_away;
    }
    sum
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_sends_fifty_times_its_quota_is_turned_away_and_no_other_one_is() {
    let folder = tempfile::tempdir().unwrap();
    let plan = Plan::on(folder.path()).stock_only().with("IMSOP_REQUESTS_PER_SECOND", &QUOTA.to_string());
    // Starting for another tenant gives that one an administrator too.
    plan.clone().with("IMSOP_TENANT", "loud").start().kill();
    let server = plan.start();
    let quiet = Buyer::sign_in(&server.url).await;
    let loud = Buyer::sign_in_to("loud", &server.url).await;
    for buyer in [&quiet, &loud] {
        buyer.receive(&server.url, "A", 1_000_000).await;
    }
    let alone = a_quiet_while(&quiet, &server.url, "alone").await;
    let stop = Arc::new(AtomicBool::new(false));
    let began = Instant::now();
    let noises =
        (0..NOISY_BUYERS).map(|number| noise(loud.clone(), server.url.clone(), number, stop.clone()));
    let noises: Vec<_> = noises.collect();
    let beside = a_quiet_while(&quiet, &server.url, "beside").await;
    stop.store(true, Ordering::Relaxed);
    let seconds = began.elapsed().as_secs_f64();
    let noise = all_the_noise(noises).await;
    let sent = f64::from(noise.kept + noise.turned_away) / seconds;
    println!("noise: {sent:.0} requests a second, {} kept, {} turned away", noise.kept, noise.turned_away);
    println!("p99 of the other tenant: {:?} alone, {:?} beside it", p99(&alone), p99(&beside));
    assert!(noise.turned_away > noise.kept, "it sends more than its share");
    assert!(f64::from(noise.kept) <= f64::from(QUOTA) * (seconds + 3.0), "it gets its share and no more");
}
