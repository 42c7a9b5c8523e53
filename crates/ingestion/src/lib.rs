//! The intake: records and telemetry from partners, systems, files and devices.
//!
//! It owns the originals: whatever arrived is kept as it came, beside what became of it, and the
//! sender is told per item after that is durable. It must never decide a business command (it hands
//! it to whoever does), never throw anything away, and never know a partner's format (adapters do).

pub mod api;
pub mod domain;
pub mod files_api;
pub mod import;
pub mod intake;
pub mod items;
pub mod limits;
pub mod ports;
pub mod records;
pub mod records_api;
mod recovery;
pub mod state;
pub mod telemetry_socket;

use std::sync::Arc;

use governor::{Quota, RateLimiter};
use imsop_journal::{Engine, Executor, Migration};
use imsop_platform::{Node, Service, StartError};
use tokio::sync::mpsc;

use domain::normalise::Signals;
use limits::{IMPORTS_WAITING, RECORD_BURST, RECORDS_PER_SECOND};
use ports::{CommandGateway, FileAdapters};
pub use state::IngestionState;

const MIGRATIONS: &[Migration] =
    &[Migration { version: 1, sql: include_str!("../migrations/0001_ingestion.sql") }];

/// What the intake needs from others.
pub struct Connections {
    /// The way to the contexts that decide business commands.
    pub gateway: Arc<dyn CommandGateway>,
    /// The signals that the contract knows.
    pub signals: Signals,
    /// The adapters for files.
    pub adapters: FileAdapters,
}

/// Starts the service.
pub async fn start(node: &Node, connections: Connections) -> Result<Service, StartError> {
    let database = node.database("ingestion", MIGRATIONS).await?;
    let files = node.config.data_dir.join("files");
    let broken = |source| StartError::File { path: files.display().to_string(), source };
    tokio::fs::create_dir_all(&files).await.map_err(broken)?;
    import::sweep(&files).await.map_err(broken)?;
    let engine = Engine::new(domain::Ingestion, database.clone(), node.source("ingestion"));
    let (executor, task) = Executor::start(engine);
    let committed = executor.committed();
    let (import_queue, jobs) = mpsc::channel(IMPORTS_WAITING);
    let quota = Quota::per_second(RECORDS_PER_SECOND).allow_burst(RECORD_BURST);
    let state = IngestionState {
        executor,
        gateway: connections.gateway,
        signals: Arc::new(connections.signals),
        adapters: Arc::new(connections.adapters),
        files: Arc::new(files),
        import_queue,
        per_tenant: Arc::new(RateLimiter::keyed(quota)),
    };
    let mut service = Service::new("ingestion", api::routes(state.clone()), database);
    service.executor(task);
    service.relay(node, committed);
    service.worker(import::run_queue(state.clone(), jobs));
    service.worker(recovery::run(state));
    Ok(service)
}
