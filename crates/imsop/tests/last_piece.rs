//! One piece, and very many buyers who ask for it at the same time over HTTP.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::time::{Duration, Instant};

use imsop_kernel::Decimal;
use imsop_testkit::{TestDatabase, on_postgres, on_sqlite};
use support::books::{open, the_books_are_right};
use support::buyers::{Buyer, Reply, Wish};
use support::server::{Plan, Server};
use support::times;

/// How many want the piece at once, and how often.
fn size() -> (u32, u32) {
    (times(300, 5_000), times(5, 200))
}

/// Asks until there is an answer other than to come later.
async fn insist(buyer: &Buyer, url: &str, wish: Wish) -> Reply {
    loop {
        let reply = buyer.reserve(url, std::slice::from_ref(&wish)).await.remove(0);
        if reply != Reply::Later {
            return reply;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn one_piece_for_many(buyer: &Buyer, servers: &[Server], round: u32, takers: u32) {
    let sku = format!("SKU-{round}");
    buyer.receive(&servers[0].url, &sku, 1).await;
    let mut asked = Vec::new();
    for taker in 0..takers {
        let (buyer, url) = (buyer.clone(), servers[taker as usize % servers.len()].url.clone());
        let lines = vec![(sku.clone(), 1)];
        let wish = Wish { order: format!("o-{round}-{taker}"), lines, in_batch: false };
        asked.push(tokio::spawn(async move { insist(&buyer, &url, wish).await }));
    }
    let (mut winners, mut short) = (0, 0);
    for reply in asked {
        match reply.await.expect("every answer is 201 or 409") {
            Reply::Kept(_) => winners += 1,
            Reply::Short => short += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((winners, short), (1, takers - 1), "round {round}");
    for server in servers {
        let figures = buyer.figures(&server.url, &sku).await;
        assert_eq!((figures.reserved, figures.available), (Decimal::ONE, Decimal::ZERO));
    }
}

async fn race(place: &TestDatabase, processes: usize) {
    let folder = tempfile::tempdir().unwrap();
    let mut servers = Vec::new();
    for number in 0..processes {
        let plan = Plan::on(&folder.path().join(number.to_string())).stock_only();
        servers.push(plan.with("IMSOP_DATABASE", &place.text()).start());
    }
    let buyer = Buyer::sign_in(&servers[0].url).await;
    let (takers, rounds) = size();
    let began = Instant::now();
    for round in 0..rounds {
        one_piece_for_many(&buyer, &servers, round, takers).await;
    }
    println!("{takers} takers for one piece, {rounds} times, {processes} processes: {:?}", began.elapsed());
    drop(servers);
    the_books_are_right(&open(place.url()).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_buyers_of_the_last_piece_exactly_one_gets_it_from_one_process_on_sqlite() {
    on_sqlite(async |place| race(place, 1).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_buyers_of_the_last_piece_exactly_one_gets_it_from_two_processes_on_postgresql() {
    on_postgres(async |place| race(place, 2).await).await;
}
