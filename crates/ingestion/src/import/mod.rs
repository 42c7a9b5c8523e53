//! Files: kept as they came, then read row by row into records, then applied object by object.
//!
//! Each step is repeatable. A file whose import was cut off is read again from its beginning: rows
//! that are known change nothing, and objects that were decided get their stored outcome.

mod apply;
mod receive;
mod report;
mod stage;
mod store;

use imsop_journal::{Origin, StoreError, SubmitError};
use imsop_kernel::{Problem, Tenant, Timestamp, Uuid};
use tokio::sync::mpsc;

pub(crate) use receive::sweep;
pub use receive::{ReceiveError, receive};
pub use report::{ImportReport, ImportState, QuarantinedRow};
pub use store::{find, recent};

use crate::domain::event::FileImportCompleted;
use crate::domain::{Command, Ingestion};
use crate::ports::GatewayUnavailable;
use crate::state::IngestionState;

/// An import that waits for its turn.
#[derive(Debug, Clone)]
pub struct ImportJob {
    /// Whose file it is.
    pub tenant: Tenant,
    /// Which import.
    pub import_id: Uuid,
}

/// Why an import stopped before its end.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The intake's database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The intake's executor.
    #[error(transparent)]
    Submit(#[from] SubmitError),
    /// The context that decides.
    #[error(transparent)]
    Gateway(#[from] GatewayUnavailable),
    /// The kept file cannot be read.
    #[error("the kept file cannot be read: {0}")]
    File(#[from] std::io::Error),
    /// The file is not what the adapter reads; trying again does not help.
    #[error("{}", .0.detail.as_deref().unwrap_or(&.0.title))]
    Refused(Box<Problem>),
}

/// Runs imports, one after the other; first those that an earlier process left unfinished.
pub async fn run_queue(state: IngestionState, mut queue: mpsc::Receiver<ImportJob>) {
    match store::unfinished(state.database()).await {
        Ok(jobs) => {
            for job in jobs {
                run_until_done(&state, &job).await;
            }
        }
        Err(error) => tracing::error!(%error, "unfinished imports cannot be listed"),
    }
    while let Some(job) = queue.recv().await {
        run_until_done(&state, &job).await;
    }
}

async fn run_until_done(state: &IngestionState, job: &ImportJob) {
    let mut backoff = imsop_backbone::retry::Backoff::default();
    loop {
        let Err(error) = run_one(state, job).await else { return };
        if let ImportError::Refused(problem) = error {
            fail(state, job, *problem).await;
            return;
        }
        let pause = backoff.next_pause();
        tracing::warn!(import = %job.import_id, %error, ?pause, "import was cut off, trying again");
        tokio::time::sleep(pause).await;
    }
}

async fn fail(state: &IngestionState, job: &ImportJob, problem: Problem) {
    let failed = async {
        let Some(mut report) = store::find(state.database(), &job.tenant, job.import_id).await? else {
            return Ok(());
        };
        report.state = ImportState::Failed;
        report.completed_at = Some(Timestamp::now());
        report.problem = Some(problem);
        store::save(state.database(), &job.tenant, &report).await
    };
    if let Err(error) = failed.await {
        tracing::error!(import = %job.import_id, %error, "a failed import cannot be noted");
    }
}

/// Takes one import from wherever it stands to its end.
async fn run_one(state: &IngestionState, job: &ImportJob) -> Result<(), ImportError> {
    let Some(report) = store::find(state.database(), &job.tenant, job.import_id).await? else {
        return Ok(());
    };
    if report.state.is_final() {
        return Ok(());
    }
    let Some(adapter) = state.adapters.iter().find(|adapter| adapter.name() == report.adapter) else {
        let detail = format!("this process has no adapter `{}`", report.adapter);
        let problem = Problem::new(422, "unknown-adapter", "The adapter is not known").detail(detail);
        return Err(ImportError::Refused(Box::new(problem)));
    };
    let origin = Origin {
        tenant: job.tenant.clone(),
        actor: report.requested_by.clone(),
        correlation_id: report.correlation_id,
        causation_id: None,
        traceparent: None,
    };
    let mut report = stage::stage(state, &origin, adapter.as_ref(), report).await?;
    report.state = ImportState::Applying;
    store::save(state.database(), &origin.tenant, &report).await?;
    apply::apply(state, &origin, adapter.as_ref(), &mut report).await?;
    store::count(state.database(), &origin.tenant, &mut report).await?;
    complete(state, &origin, report).await
}

async fn complete(
    state: &IngestionState,
    origin: &Origin,
    mut report: ImportReport,
) -> Result<(), ImportError> {
    report.completed_at = Some(Timestamp::now());
    report.state = ImportState::Completed;
    let fact = FileImportCompleted {
        import_id: report.import_id,
        adapter: report.adapter.clone(),
        file_name: report.file_name.clone(),
        rows_read: report.rows_read,
        rows_accepted: report.rows_accepted,
        rows_new: report.rows_new,
        rows_quarantined: report.rows_quarantined,
        orders: report.orders,
        shipments: report.shipments,
    };
    let submission = imsop_journal::Submission::<Command> {
        origin: origin.clone(),
        key: format!("import:{}", report.import_id),
        fingerprint: report.import_id.to_string(),
        command: Command::CompleteImport(fact),
    };
    // Refused only if it had been completed before, which is as well.
    let _: imsop_journal::Outcome<Ingestion> = state.executor.submit(submission).await?;
    store::save(state.database(), &origin.tenant, &report).await?;
    tracing::info!(import = %report.import_id, rows = report.rows_read, "import completed");
    Ok(())
}
