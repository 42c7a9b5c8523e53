//! What becomes of orders that are placed, on a real store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on failed")]

mod support;

use imsop_backbone::ReactionHandler;
use imsop_inventory::MIGRATIONS;
use imsop_inventory::domain::command::ReserveForOrder;
use imsop_inventory::domain::{Command, Inventory};
use imsop_inventory::reactions::InventoryReactions;
use imsop_journal::{Database, Engine, Outcome};
use imsop_kernel::Envelope;
use imsop_testkit::submissions::{batch, demo, source, submission};
use imsop_testkit::{TestDatabase, both_databases};
use serde_json::{Value, json};
use support::*;

struct Process {
    engine: Engine<Inventory>,
    reactions: InventoryReactions,
}

impl Process {
    async fn start(place: &TestDatabase) -> Self {
        let database = Database::open(place.url(), "inventory", MIGRATIONS).await.unwrap();
        let reactions = InventoryReactions { consumer: "inventory.orders", database: database.clone() };
        Self { engine: Engine::new(Inventory, database, source("/imsop/inventory")), reactions }
    }

    async fn accept(&self, command: Command) {
        let key = format!("{command:?}");
        let outcomes = self.engine.execute(&[batch(vec![submission(&demo(), &key, command)])]).await.unwrap();
        assert!(matches!(outcomes[0][0], Outcome::Accepted(_)), "{key}");
    }

    /// What an order for these lines leads to.
    async fn placed(&self, lines: Value) -> Option<ReserveForOrder> {
        let event = json!({
            "specversion": "1.0", "id": "0197a3c2-0000-7000-8000-000000000001", "source": "/imsop/operations",
            "type": "OrderPlaced", "contractversion": 1, "streamversion": 1, "tenant": "demo",
            "subject": "order/0b6f6a52-9a1f-5f0e-8f0b-3a0d8c1f2a11", "time": START, "recordedtime": START,
            "region": "local", "partitionkey": "O", "actor": "user:tester",
            "correlationid": "0197a3c2-0000-7000-8000-000000000002", "classification": "internal",
            "data": { "lines": lines },
        });
        let event: Envelope = serde_json::from_str(&event.to_string()).unwrap();
        match self.reactions.react(&event).await.unwrap()?.command {
            Command::ReserveForOrder(command) => Some(command),
            other => panic!("{other:?}"),
        }
    }
}

fn line(number: &str, sku: &str, value: &str, unit: &str) -> Value {
    json!({ "lineNumber": number, "sku": sku, "quantity": { "value": value, "unit": unit } })
}

fn come(site: &str, sku: &str, quantity: i64) -> Command {
    receive(site, json!([{ "sku": sku, "quantity": ea(quantity) }]))
}

#[tokio::test]
async fn sites_with_all_of_an_order_are_asked_before_sites_with_some_of_it_and_those_that_only_know_it() {
    both_databases(async |place| {
        let process = Process::start(place).await;
        process.accept(define("A", "EA", json!([{ "unit": "CT", "holds": "6" }]))).await;
        for site in 0..9 {
            let site = format!("EMPTY-{site}");
            for sku in ["A", "B"] {
                process.accept(come(&site, sku, 1)).await;
                let lines = json!([{ "sku": sku, "quantity": ea(1) }]);
                let order = json!({ "orderId": format!("OTHER-{site}-{sku}"), "site": site, "lines": lines });
                process.accept(Command::Reserve(body(order))).await;
            }
        }
        process.accept(come("LITTLE", "A", 12)).await;
        process.accept(come("LITTLE", "B", 1)).await;
        process.accept(come("WHOLE", "A", 12)).await;
        process.accept(come("WHOLE", "B", 2)).await;
        let lines = json!([line("1", "A", "2", "CT"), line("2", "B", "2", "EA")]);
        let sites = process.placed(lines).await.unwrap().sites;
        assert_eq!(sites[..3], ["WHOLE", "LITTLE", "EMPTY-0"]);
        assert_eq!(sites.len(), 5);
    })
    .await;
}

#[tokio::test]
async fn an_order_is_offered_to_some_site_even_if_none_has_ever_had_it_and_lines_of_other_things_are_left_alone()
 {
    both_databases(async |place| {
        let process = Process::start(place).await;
        let lines = json!([line("1", "SERVICE", "1", "EA"), line("2", "A", "1.5", "XX")]);
        assert!(process.placed(lines.clone()).await.is_none());
        process.accept(define("A", "EA", json!([]))).await;
        let command = process.placed(lines.clone()).await.unwrap();
        assert_eq!((command.sites.len(), command.lines.len()), (0, 1));
        process.accept(come("S1", "B", 1)).await;
        assert_eq!(process.placed(lines).await.unwrap().sites, ["S1"]);
    })
    .await;
}

#[tokio::test]
async fn every_line_of_a_long_order_is_looked_at() {
    both_databases(async |place| {
        let process = Process::start(place).await;
        process.accept(come("S1", "A", 1)).await;
        let lines = (0..1_000).map(|number| line(&number.to_string(), "A", "1", "EA")).collect();
        assert_eq!(process.placed(lines).await.unwrap().lines.len(), 1_000);
    })
    .await;
}
