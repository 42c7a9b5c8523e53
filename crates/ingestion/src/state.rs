//! What the intake's handlers share.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;

use governor::DefaultKeyedRateLimiter;
use imsop_journal::{Database, Executor};
use imsop_kernel::Tenant;
use imsop_platform::{ApiError, problems};

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
    /// How many records each tenant may send.
    pub per_tenant: Arc<DefaultKeyedRateLimiter<Tenant>>,
}

impl IngestionState {
    /// The intake's database.
    pub fn database(&self) -> &Database {
        self.executor.engine().database()
    }

    /// Takes this many records from the tenant's quota.
    pub fn count_records(&self, tenant: &Tenant, records: usize) -> Result<(), ApiError> {
        let Some(records) = u32::try_from(records).ok().and_then(NonZeroU32::new) else {
            return Ok(());
        };
        match self.per_tenant.check_key_n(tenant, records) {
            Ok(Ok(())) => Ok(()),
            _ => {
                metrics::counter!("imsop_ingest_rate_limited_total").increment(1);
                Err(ApiError::from(problems::too_many_requests()).retry_after(1))
            }
        }
    }
}
