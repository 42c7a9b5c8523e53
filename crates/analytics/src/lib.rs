//! The analytics context: what the platform concludes from what it has been told.
//!
//! It owns the streaming detector over telemetry, which knows for every signal of every device what
//! its contract allows and what is usual for it, and says once per excursion what is wrong and why.
//! It must never change what it judges: readings belong to ingestion, alerts to operations.

mod detection;
pub mod domain;
mod event;
mod memory;
mod ranges;

use std::sync::Arc;

use imsop_backbone::{Consumer, Effects};
use imsop_journal::Migration;
use imsop_platform::{Node, Service, StartError};
use tokio::sync::Notify;
use utoipa_axum::router::OpenApiRouter;

pub use event::AnomalyDetected;

const MIGRATIONS: &[Migration] =
    &[Migration { version: 1, sql: include_str!("../migrations/0001_analytics.sql") }];

/// Starts the service. `expected` are the ranges of the contract, by signal.
pub async fn start(node: &Node, expected: Vec<(String, domain::Range)>) -> Result<Service, StartError> {
    let database = node.database("analytics", MIGRATIONS).await?;
    let mut service = Service::new("analytics", OpenApiRouter::new(), database.clone());
    let committed = Arc::new(Notify::new());
    let detection = detection::Detection {
        expected: expected.into_iter().collect(),
        source: node.source("analytics"),
        committed: committed.clone(),
    };
    let name = "analytics.detection";
    let sink = Arc::new(Effects { name, database: database.clone(), handler: detection });
    service.consume(Consumer { name, topic: "telemetry", backbone: node.backbone.clone(), sink });
    let name = "analytics.ranges";
    let sink = Arc::new(Effects { name, database, handler: ranges::Ranges });
    service.consume(Consumer { name, topic: "operations.events", backbone: node.backbone.clone(), sink });
    service.relay(node, committed);
    Ok(service)
}
