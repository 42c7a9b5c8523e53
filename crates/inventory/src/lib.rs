//! Inventory: what lies where, what of it is promised, and what moves between the two.
//!
//! It owns the stock ledger, reservations and the work of the warehouse, as pure deciders. What is promised
//! is taken from what is there in the transaction that promises it, so that nothing is promised twice. It
//! must never use binary floating point for a quantity, or let an account lose what no other one gains.

mod api;
pub mod domain;
pub mod expiry;
pub mod filling;
pub mod gateway;
pub mod limits;
pub mod low_stock;
mod queries;
pub mod reactions;
pub mod resources;
pub mod upkeep;

use std::sync::Arc;

use imsop_backbone::{Consumer, Reactions};
use imsop_journal::{Engine, Executor, Migration};
use imsop_platform::{Node, Service, StartError};

use domain::Inventory;
use reactions::InventoryReactions;

/// The tables of inventory.
pub const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, sql: include_str!("../migrations/0001_inventory.sql") },
    Migration { version: 2, sql: include_str!("../migrations/0002_serials.sql") },
    Migration { version: 3, sql: include_str!("../migrations/0003_upkeep.sql") },
];

/// Starts the service. The executor is for commands that come in another way than over HTTP.
pub async fn start(node: &Node) -> Result<(Service, Executor<Inventory>), StartError> {
    let database = node.database("inventory", MIGRATIONS).await?;
    let engine = Engine::new(Inventory, database.clone(), node.source("inventory"));
    let (executor, task) = Executor::start(engine);
    let routes = api::router().with_state(api::ApiState { executor: executor.clone() });
    let mut service = Service::new("inventory", routes, database.clone());
    service.executor(task);
    service.relay(node, executor.committed());
    service.worker(expiry::run(executor.clone()));
    service.worker(filling::run(executor.clone()));
    service.worker(low_stock::run(executor.clone()));
    let name = "inventory.orders";
    let handler = InventoryReactions { consumer: name, database };
    let sink = Arc::new(Reactions { name, executor: executor.clone(), handler });
    service.consume(Consumer { name, topic: "operations.events", backbone: node.backbone.clone(), sink });
    Ok((service, executor))
}

/// What the routes say of themselves, for the interface documents.
pub fn documentation() -> utoipa::openapi::OpenApi {
    api::router().into_openapi()
}
