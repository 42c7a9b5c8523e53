//! Inventory on the real stores: many at once, storage that fails in the middle, and the journal folded again.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use imsop_inventory::domain::lookup::{lot_of, reservation_of};
use imsop_inventory::domain::{self, Command, Inventory, Rejection};
use imsop_journal::{Engine, Executor, Outcome, StoreError, SubmitError};
use imsop_testkit::submissions::{batch, demo, source, submission};
use imsop_testkit::{FailOnce, TestDatabase, both_databases, on_postgres, on_sqlite};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use support::books::{open, stored, the_books_are_right, the_journal_gives_the_same_states};
use support::is_long;

async fn engine(place: &TestDatabase) -> Engine<Inventory> {
    Engine::new(Inventory, open(place.url()).await, source("/imsop/inventory"))
}

async fn executor(place: &TestDatabase) -> Executor<Inventory> {
    Executor::start(engine(place).await).0
}

fn body<T: DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).expect("the body is well-formed")
}

fn ea(value: u64) -> Value {
    json!({ "value": value.to_string(), "unit": "EA" })
}

fn receive(site: &str, sku: &str, quantity: u64, lot: Option<&str>) -> Command {
    let line = json!({ "sku": sku, "quantity": ea(quantity), "lot": lot });
    Command::Receive(body(json!({ "site": site, "lines": [line] })))
}

fn reserve(order: &str, sku: &str, quantity: u64, policy: &str) -> Command {
    let line = json!({ "sku": sku, "quantity": ea(quantity) });
    Command::Reserve(body(json!({ "orderId": order, "site": "S1", "lines": [line], "policy": policy })))
}

fn id(order: &str) -> imsop_kernel::Uuid {
    reservation_of(&demo(), order).id
}

async fn execute(
    engine: &Engine<Inventory>,
    keyed: &[(String, Command)],
) -> Result<Vec<Outcome<Inventory>>, StoreError> {
    let submissions = keyed.iter().map(|(key, command)| submission(&demo(), key, command.clone())).collect();
    Ok(engine.execute(&[batch(submissions)]).await?.remove(0))
}

async fn accept(engine: &Engine<Inventory>, key: &str, command: Command) {
    match execute(engine, &[(key.to_owned(), command)]).await.unwrap().remove(0) {
        Outcome::Accepted(_) => {}
        Outcome::Rejected(rejection) => panic!("{key} was refused: {rejection}"),
        Outcome::KeyReused => panic!("{key} belongs to another command"),
    }
}

/// A day's work of many small commands, as chance has it.
fn any_command(chance: &mut ChaCha8Rng) -> Command {
    let order = format!("O{}", chance.random_range(0..12));
    let sku = ["A", "B"][chance.random_range(0..2)];
    let lot = [Some("L"), Some("M"), None][chance.random_range(0..3)];
    let site = ["S1", "S2"][chance.random_range(0..2)];
    let quantity = chance.random_range(1..9);
    let goods = json!({ "sku": sku, "quantity": ea(quantity), "lot": lot });
    let blocked = lot_of(&demo(), sku, lot.unwrap_or("L")).id;
    match chance.random_range(0..16) {
        0..=3 => receive(site, sku, quantity, lot),
        4..=6 => reserve(&order, sku, quantity, ["allOrNothing", "partial"][chance.random_range(0..2)]),
        7 => Command::Confirm { id: id(&order) },
        8 => Command::Release { id: id(&order), reason: None },
        9 => Command::Pick(body(json!({ "reservationId": id(&order) }))),
        10 => Command::Ship(body(json!({ "reservationId": id(&order) }))),
        11 => Command::DispatchTransfer(body(json!({ "fromSite": "S2", "toSite": "S1", "lines": [goods] }))),
        12 => {
            let line = json!({ "sku": sku, "quantity": ea(quantity), "lot": lot, "direction": "scrap" });
            Command::Adjust(body(json!({ "site": site, "reason": "broken", "lines": [line] })))
        }
        13 => Command::QuarantineLot { id: blocked, reason: "a complaint".to_owned() },
        14 => Command::ReleaseLot { id: blocked, reason: "a false alarm".to_owned() },
        _ => {
            let line = json!({ "sku": sku, "counted": ea(quantity), "lot": lot });
            Command::Count(body(json!({ "site": site, "lines": [line] })))
        }
    }
}

/// Commands in batches, every fifth of them one that was sent before.
async fn a_random_day(engine: &Engine<Inventory>, seed: u64, batches: i64, fault: Option<&FailOnce>) {
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let mut sent: Vec<(String, Command)> = Vec::new();
    for step in 0..batches {
        let mut keyed: Vec<(String, Command)> = Vec::new();
        for place in 0..chance.random_range(1..6) {
            if !sent.is_empty() && chance.random_range(0..5) == 0 {
                keyed.push(sent[chance.random_range(0..sent.len())].clone());
            } else {
                keyed.push((format!("{seed}-{step}-{place}"), any_command(&mut chance)));
            }
        }
        if let Some(fault) = fault {
            fault.arm(step % 25);
            let _ = execute(engine, &keyed).await;
            fault.disarm();
        }
        let outcomes = execute(engine, &keyed).await.unwrap();
        for (keyed, outcome) in keyed.into_iter().zip(outcomes) {
            if matches!(outcome, Outcome::Accepted(_)) {
                sent.push(keyed);
            }
        }
    }
}

#[tokio::test]
async fn the_journal_replayed_into_nothing_gives_the_same_states_byte_for_byte() {
    both_databases(async |place| {
        let engine = engine(place).await;
        a_random_day(&engine, 7, 150, None).await;
        the_books_are_right(engine.database()).await;
        the_journal_gives_the_same_states(engine.database()).await;
    })
    .await;
}

#[tokio::test]
async fn whatever_step_of_storage_fails_the_books_stay_right() {
    both_databases(async |place| {
        let fault = Arc::new(FailOnce::default());
        let database = open(place.url()).await.with_faults(fault.clone());
        let engine = Engine::new(Inventory, database, source("/imsop/inventory"));
        for seed in 0..4 {
            a_random_day(&engine, seed, 100, Some(&fault)).await;
            the_books_are_right(engine.database()).await;
        }
        the_journal_gives_the_same_states(engine.database()).await;
    })
    .await;
}

#[tokio::test]
async fn every_command_sent_again_with_its_key_gets_its_outcome_again_and_does_nothing() {
    both_databases(async |place| {
        let engine = engine(place).await;
        let define: domain::command::DefineItem = body(json!({ "unit": "EA" }));
        let point: domain::command::SetReorderPoint = body(json!({ "site": "S1", "quantity": ea(5) }));
        let lot = lot_of(&demo(), "A", "L").id;
        let day = [
            receive("S1", "A", 10, Some("L")),
            Command::DefineItem(domain::command::DefineItem { sku: "A".to_owned(), ..define }),
            Command::SetReorderPoint(domain::command::SetReorderPoint { sku: "A".to_owned(), ..point }),
            reserve("O", "A", 6, "allOrNothing"),
            reserve("P", "A", 6, "partial"),
            Command::QuarantineLot { id: lot, reason: "a complaint".to_owned() },
            Command::ReleaseLot { id: lot, reason: "a false alarm".to_owned() },
            receive("S1", "A", 10, None),
            Command::Release { id: id("O"), reason: None },
        ];
        for (place, command) in day.iter().enumerate() {
            accept(&engine, &place.to_string(), command.clone()).await;
        }
        let before = stored(engine.database()).await;
        for (place, command) in day.iter().enumerate() {
            let outcome = execute(&engine, &[(place.to_string(), command.clone())]).await.unwrap().remove(0);
            let Outcome::Accepted(accepted) = outcome else { panic!("{command:?} is refused now") };
            assert!(accepted.repeated && !accepted.touched.is_empty(), "{command:?}");
        }
        assert_eq!(stored(engine.database()).await, before);
    })
    .await;
}

/// Sends a command, again as long as it is turned away because too much is waiting.
async fn insist(executor: &Executor<Inventory>, key: &str, command: &Command) -> Outcome<Inventory> {
    loop {
        match executor.submit(submission(&demo(), key, command.clone())).await {
            Ok(outcome) => return outcome,
            Err(SubmitError::Overloaded) => tokio::time::sleep(Duration::from_millis(5)).await,
            Err(error) => panic!("{key}: {error}"),
        }
    }
}

/// One piece, and very many orders that want it at the same time.
async fn one_piece_for_many(executors: &[Executor<Inventory>], round: usize, orders: usize) {
    let sku = format!("SKU-{round}");
    let key = format!("in-{round}");
    let come = insist(&executors[0], &key, &receive("S1", &sku, 1, None)).await;
    assert!(matches!(come, Outcome::Accepted(_)));
    let mut tasks = Vec::with_capacity(orders);
    for order in 0..orders {
        let executor = executors[order % executors.len()].clone();
        let key = format!("{round}-{order}");
        let command = reserve(&key, &sku, 1, "allOrNothing");
        tasks.push(tokio::spawn(async move { insist(&executor, &key, &command).await }));
    }
    let (mut winners, mut short) = (0, 0);
    for task in tasks {
        match task.await.unwrap() {
            Outcome::Accepted(_) => winners += 1,
            Outcome::Rejected(Rejection::InsufficientStock(_)) => short += 1,
            Outcome::Rejected(rejection) => panic!("{rejection}"),
            Outcome::KeyReused => panic!("every key is its own"),
        }
    }
    assert_eq!((winners, short), (1, orders - 1), "round {round}");
}

async fn race(executors: &[Executor<Inventory>]) {
    let (rounds, orders) = if is_long() { (200, 5_000) } else { (20, 500) };
    for round in 0..rounds {
        one_piece_for_many(executors, round, orders).await;
    }
    the_books_are_right(executors[0].engine().database()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_orders_for_the_last_piece_exactly_one_gets_it_on_sqlite() {
    on_sqlite(async |place| race(&[executor(place).await]).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_orders_for_the_last_piece_exactly_one_gets_it_from_two_processes_on_postgresql() {
    on_postgres(async |place| race(&[executor(place).await, executor(place).await]).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_that_two_processes_end_at_once_ends_once() {
    both_databases(async |place| {
        let executors = [executor(place).await, executor(place).await];
        insist(&executors[0], "in", &receive("S1", "A", 5, None)).await;
        let soon = imsop_kernel::Timestamp::now() + Duration::from_millis(200);
        let held = json!({ "orderId": "O", "site": "S1", "expiresAt": soon.to_string(),
                           "lines": [{ "sku": "A", "quantity": ea(5) }] });
        insist(&executors[0], "hold", &Command::Reserve(body(held))).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let mut tasks = Vec::new();
        for place in 0..20 {
            let executor = executors[place % 2].clone();
            let command = Command::Expire { id: id("O") };
            tasks.push(tokio::spawn(
                async move { insist(&executor, &format!("expire-{place}"), &command).await },
            ));
        }
        let mut ended = 0;
        for task in tasks {
            ended += usize::from(matches!(task.await.unwrap(), Outcome::Accepted(_)));
        }
        assert_eq!(ended, 1);
        let database = executors[0].engine().database();
        let sql = "SELECT COUNT(*) FROM journal WHERE event_type = 'ReservationExpired'";
        assert_eq!(database.fetch(sql, vec![]).await.unwrap()[0].int(0).unwrap(), 1);
        the_books_are_right(database).await;
    })
    .await;
}
