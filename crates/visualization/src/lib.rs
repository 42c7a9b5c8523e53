//! Visualization: read models built from events, and the ways to look at them: GraphQL, the dashboard,
//! and live updates.
//!
//! It owns nothing that cannot be rebuilt by replaying the events. It must never decide anything, never
//! write to another context, and never answer without saying how fresh the answer is.

pub mod api;
mod cleaning;
pub mod counters;
pub mod fold;
pub mod graphql;
mod graphql_socket;
pub mod limits;
pub mod live;
pub mod live_socket;
pub mod model;
pub mod projection;
pub mod reads;
pub mod scalars;
mod sockets;
pub mod telemetry;
pub mod views;

use std::sync::{Arc, Mutex};

use imsop_backbone::{Consumer, Effects};
use imsop_journal::{Database, Migration};
use imsop_platform::{Node, Service, StartError};

use live::Hub;
use projection::Projection;
use reads::Reads;

const MIGRATIONS: &[Migration] =
    &[Migration { version: 1, sql: include_str!("../migrations/0001_read_models.sql") }];

/// The topics that the read models are built from, each with its consumer.
const CONSUMERS: [(&str, &str); 3] = [
    (reads::MAIN_CONSUMER, reads::MAIN_TOPIC),
    ("visualization.telemetry", "telemetry"),
    ("visualization.analytics", "analytics.events"),
];

/// Starts the service.
pub async fn start(node: &Node) -> Result<Service, StartError> {
    let database = node.database("visualization", MIGRATIONS).await?;
    let hub = Arc::new(Hub::default());
    let reads = Reads::new(database.clone(), node.backbone.clone(), hub.clone());
    let mut service = Service::new("visualization", api::routes(reads), database.clone());
    for (name, topic) in CONSUMERS {
        service.consume(consumer(node, &database, &hub, name, topic));
    }
    service.worker(cleaning::run(database));
    Ok(service)
}

fn consumer(
    node: &Node,
    database: &Database,
    hub: &Arc<Hub>,
    name: &'static str,
    topic: &'static str,
) -> Consumer {
    let handler = Projection { consumer: name, hub: hub.clone(), pending: Mutex::default() };
    let sink = Arc::new(Effects { name, database: database.clone(), handler });
    Consumer { name, topic, backbone: node.backbone.clone(), sink }
}
