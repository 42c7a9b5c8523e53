//! The stock under torture: the server is killed at random moments, again and again, while many buyers want
//! what is there.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::path::Path;
use std::time::{Duration, Instant};

use imsop_journal::DatabaseUrl;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use support::books::{open, the_books_are_right, the_journal_gives_the_same_states};
use support::buyers::Buyer;
use support::fleet::{Account, Crowd, Rush};
use support::server::{Plan, Server};
use support::{seed, times};

/// Buyers at the same time.
const BUYERS: usize = 6;
/// The longest that a server lives under load, in milliseconds.
const LONGEST_LIFE: u64 = 500;
/// The longest that a start takes which is cut off, in milliseconds: about as long as a start takes.
const LONGEST_START: u64 = 150;
/// Promises of a cycle that are asked for once more.
const ASKED_AGAIN: usize = 5;

fn cycles() -> u32 {
    let given = std::env::var("CYCLES").ok().map(|text| text.parse().expect("CYCLES is a number"));
    given.unwrap_or_else(|| times(30, 1_000))
}

/// Fills the shelves of a cycle: sometimes with less than is wanted, sometimes with more.
async fn shelves(cycle: u32, buyer: &Buyer, url: &str, chance: &mut ChaCha8Rng) -> Vec<String> {
    let mut skus = Vec::new();
    for shelf in 0..4 {
        let sku = format!("SKU-{cycle}-{shelf}");
        buyer.receive(url, &sku, chance.random_range(10..600)).await;
        skus.push(sku);
    }
    skus
}

/// Kills the server under load, sometimes once more while it starts. Gives the server that lives after it.
async fn killed(server: Server, plan: &Plan, rush: &Rush, chance: &mut ChaCha8Rng) -> (Server, Account) {
    let crowd = Crowd::begin(rush, BUYERS);
    tokio::time::sleep(Duration::from_millis(chance.random_range(0..LONGEST_LIFE))).await;
    server.kill();
    let account = crowd.end().await;
    if chance.random_bool(0.3) {
        let mut process = plan.launch();
        tokio::time::sleep(Duration::from_millis(chance.random_range(0..LONGEST_START))).await;
        process.kill().unwrap();
        process.wait().unwrap();
    }
    (plan.start(), account)
}

/// One life and death. Gives the next server, and how many wishes were promised, refused and unanswered.
async fn cycle(number: u32, server: Server, plan: &Plan, chance: &mut ChaCha8Rng) -> (Server, [usize; 3]) {
    let buyer = Buyer::sign_in(&server.url).await;
    let skus = shelves(number, &buyer, &server.url, chance).await;
    let urls = vec![server.url.clone()];
    let rush = Rush {
        buyer: buyer.clone(),
        mortal: urls.clone(),
        urls,
        orders: format!("c{number}"),
        skus: skus.clone(),
        insists: false,
        seed: chance.random(),
    };
    let (server, mut account) = killed(server, plan, &rush, chance).await;
    let counts = account.counts();
    account.nothing_acknowledged_is_lost(&buyer, &server.url, &rush.orders).await;
    account.settle(&buyer, &server.url).await;
    account.the_same_key_has_the_same_answer(&buyer, &server.url, ASKED_AGAIN).await;
    account.the_stock_agrees(&buyer, &server.url, &rush.orders, &skus).await;
    (server, counts)
}

async fn the_books_of(folder: &Path) {
    let database = open(&DatabaseUrl::Sqlite(folder.join("db"))).await;
    the_books_are_right(&database).await;
    the_journal_gives_the_same_states(&database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_at_any_moment_keeps_every_promise_once_and_makes_no_other() {
    let seed = seed();
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let folder = tempfile::tempdir().unwrap();
    let plan = Plan::on(folder.path()).stock_only();
    let mut server = plan.start();
    let began = Instant::now();
    let mut sum = [0; 3];
    for number in 0..cycles() {
        let (next, counts) = cycle(number, server, &plan, &mut chance).await;
        server = next;
        for (sum, count) in sum.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    server.kill();
    the_books_of(&plan.data()).await;
    let [kept, short, unknown] = sum;
    println!(
        "{} cycles in {:?}: {kept} promised, {short} refused, {unknown} not answered; SEED={seed}",
        cycles(),
        began.elapsed()
    );
    assert!(kept > 0 && unknown > 0, "the server died under load");
}
