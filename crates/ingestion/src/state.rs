//! What the intake's handlers share.

use std::path::PathBuf;
use std::sync::Arc;

use imsop_journal::{Database, Executor};

use crate::domain::Ingestion;
use crate::domain::normalise::Signals;
use crate::import::ImportJob;
use crate::ports::{CommandGateway, FileAdapters};

/// The intake, as handlers see it. Cheap to clone.
#[derive(Clone)]
pub struct IngestionState {
    /// Decides and writes.
    pub executor: Executor<Ingestion>,
    /// The way to the contexts that decide business commands.
    pub gateway: Arc<dyn CommandGateway>,
    /// The signals that the contract knows.
    pub signals: Arc<Signals>,
    /// The file adapters.
    pub adapters: Arc<FileAdapters>,
    /// Where files are kept.
    pub files: Arc<PathBuf>,
    /// Imports that wait for their turn.
    pub import_queue: tokio::sync::mpsc::Sender<ImportJob>,
}

impl IngestionState {
    /// The intake's database.
    pub fn database(&self) -> &Database {
        self.executor.engine().database()
    }
}
