//! Operations: orders, shipments, assets and alerts, from the first word to the last.
//!
//! It owns their states and transitions, as pure deciders. A refused command changes nothing. It must
//! never read a clock in a decider, call another context, or know where a command came from.

mod api;
pub mod domain;
pub mod gateway;
pub mod limits;
mod queries;
mod reactions;
pub mod resources;

use std::sync::Arc;

use imsop_backbone::{Consumer, Reactions};
use imsop_journal::{Engine, Executor, Migration};
use imsop_platform::{Node, Service, StartError};

use domain::Operations;
use reactions::OperationsReactions;

const MIGRATIONS: &[Migration] =
    &[Migration { version: 1, sql: include_str!("../migrations/0001_operations.sql") }];

/// What operations reacts to, each topic with its consumer.
const CONSUMERS: [(&str, &str); 3] = [
    ("operations.alerts", "analytics.events"),
    ("operations.assets", "operations.events"),
    ("operations.positions", "telemetry"),
];

/// Starts the service. The executor is for commands that come in another way than over HTTP.
pub async fn start(node: &Node) -> Result<(Service, Executor<Operations>), StartError> {
    let database = node.database("operations", MIGRATIONS).await?;
    let engine = Engine::new(Operations, database.clone(), node.source("operations"));
    let (executor, task) = Executor::start(engine);
    let routes = api::router().with_state(api::ApiState { executor: executor.clone() });
    let mut service = Service::new("operations", routes, database.clone());
    service.executor(task);
    service.relay(node, executor.committed());
    for (name, topic) in CONSUMERS {
        let handler = OperationsReactions { consumer: name, database: database.clone() };
        let sink = Arc::new(Reactions { name, executor: executor.clone(), handler });
        service.consume(Consumer { name, topic, backbone: node.backbone.clone(), sink });
    }
    Ok((service, executor))
}

/// What the routes say of themselves, for the interface documents.
pub fn documentation() -> utoipa::openapi::OpenApi {
    api::router().into_openapi()
}
