//! What inventory does by itself, on a real store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on failed")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use imsop_inventory::domain::command::ReserveForOrder;
use imsop_inventory::domain::lookup::{reservation_of, stock_of};
use imsop_inventory::domain::{Command, Inventory, ReservationStatus, State, Stock};
use imsop_inventory::{MIGRATIONS, filling, low_stock};
use imsop_journal::{Database, Engine, Executor, Outcome, Submission};
use imsop_kernel::StreamId;
use imsop_testkit::submissions::{batch, demo, source_with, submission};
use imsop_testkit::{SeededEnvironment, TestDatabase, both_databases};
use serde_json::json;
use support::*;

/// A process on that database, with the clock of a test.
struct Process {
    executor: Executor<Inventory>,
    clock: Arc<SeededEnvironment>,
}

impl Process {
    async fn start(place: &TestDatabase) -> Self {
        let database = Database::open(place.url(), "inventory", MIGRATIONS).await.unwrap();
        let clock = Arc::new(SeededEnvironment::new(1));
        let engine = Engine::new(Inventory, database, source_with("/imsop/inventory", clock.clone()));
        Self { executor: Executor::start(engine).0, clock }
    }

    async fn accept(&self, key: &str, command: Command) {
        self.accept_all(vec![submission(&demo(), key, command)]).await;
    }

    async fn accept_all(&self, submissions: Vec<Submission<Command>>) {
        for outcome in self.executor.submit_batch(batch(submissions)).await.unwrap() {
            match outcome {
                Outcome::Accepted(_) => {}
                Outcome::Rejected(rejection) => panic!("it was refused: {rejection}"),
                Outcome::KeyReused => panic!("the key belongs to another command"),
            }
        }
    }

    async fn state(&self, table: &str, stream: StreamId) -> State {
        let sql = format!("SELECT state FROM {table} WHERE id = $1");
        let rows = self.executor.engine().database().fetch(&sql, vec![stream.id.into()]).await.unwrap();
        serde_json::from_str(rows[0].text(0).unwrap()).unwrap()
    }

    async fn stock(&self, sku: &str) -> Stock {
        match self.state("stock", stock_of(&demo(), "S1", sku)).await {
            State::Stock(stock) => stock,
            other => panic!("{other:?}"),
        }
    }

    async fn status(&self, order: &str) -> ReservationStatus {
        match self.state("reservations", reservation_of(&demo(), order)).await {
            State::Reservation(reservation) => reservation.status,
            other => panic!("{other:?}"),
        }
    }
}

/// A line of pieces of a SKU, with further fields.
fn of(sku: &str, quantity: i64, more: serde_json::Value) -> serde_json::Value {
    with(json!({ "sku": sku, "quantity": ea(quantity) }), more)
}

#[tokio::test]
async fn a_receipt_for_a_thousand_orders_that_wait_is_promised_to_all_of_them() {
    both_databases(async |place| {
        let process = Process::start(place).await;
        process.accept("one", receive("S1", json!([of("A", 1, json!({ "owner": "ANNA" }))]))).await;
        let mut placed = Vec::new();
        for order in 0..1_000 {
            let lines = body(json!([of("A", 1, json!({}))]));
            let (order_id, sites) = (format!("O{order}"), vec!["S1".to_owned()]);
            let command = Command::ReserveForOrder(ReserveForOrder { order_id, sites, lines });
            placed.push(submission(&demo(), &format!("placed-{order}"), command));
        }
        process.accept_all(placed).await;
        assert_eq!(filling::fill_waiting(&process.executor).await.unwrap(), 0);
        process.accept("come", receive("S1", json!([of("A", 1_000, json!({}))]))).await;
        let mut turns = 0;
        while filling::fill_waiting(&process.executor).await.unwrap() > 0 {
            turns += 1;
        }
        assert_eq!(turns, 19);
        assert_eq!(process.stock("A").await.backorders, []);
        for order in 0..1_000 {
            assert_eq!(process.status(&format!("O{order}")).await, ReservationStatus::Confirmed);
        }
    })
    .await;
}

#[tokio::test]
async fn goods_that_expire_while_nothing_happens_lead_to_one_warning() {
    both_databases(async |place| {
        let process = Process::start(place).await;
        // The clock begins with the year 2026.
        let lines = json!([of("A", 5, json!({ "lot": "L", "expiry": "2026-01-02" })), of("A", 5, json!({}))]);
        process.accept("come", receive("S1", lines)).await;
        process.accept("point", reorder_point("S1", "A", ea(6))).await;
        process.accept("other", receive("S1", json!([of("B", 5, json!({ "lot": "L" }))]))).await;
        process.accept("other point", reorder_point("S1", "B", ea(5))).await;
        process.clock.pass(Duration::from_secs(24 * 3_600));
        assert_eq!(low_stock::warn_of_expired(&process.executor).await.unwrap(), 0);
        process.clock.pass(Duration::from_secs(24 * 3_600));
        assert_eq!(low_stock::warn_of_expired(&process.executor).await.unwrap(), 1);
        assert_eq!(low_stock::warn_of_expired(&process.executor).await.unwrap(), 0);
        let database = process.executor.engine().database();
        let sql = "SELECT COUNT(*) FROM journal WHERE event_type = 'StockBelowReorderPoint'";
        assert_eq!(database.fetch(sql, vec![]).await.unwrap()[0].int(0).unwrap(), 1);
        let sql = "SELECT sku FROM stock WHERE is_low = 1";
        assert_eq!(database.fetch(sql, vec![]).await.unwrap()[0].text(0).unwrap(), "A");
    })
    .await;
}
