//! Keeping a file: streamed to disk, synced, and known by its digest before anything is made of it.

use std::path::{Path, PathBuf};

use axum::body::Bytes;
use futures_util::{Stream, StreamExt};
use imsop_journal::{Origin, StoreError};
use imsop_kernel::{Decimal, Problem, Timestamp, Uuid};
use imsop_platform::problems;
use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::report::{ImportReport, ImportState};
use super::{ImportJob, store};
use crate::limits::{FILE_BYTES, UPLOAD_PAUSE};
use crate::ports::FileAdapter;
use crate::records::hex;
use crate::state::IngestionState;

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// It is not what the adapter reads, or too large.
    #[error("{}", .0.detail.as_deref().unwrap_or(&.0.title))]
    Refused(Box<Problem>),
    /// It could not be kept.
    #[error("the file cannot be kept: {0}")]
    Disk(#[from] std::io::Error),
    /// The intake's database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Too many imports wait already.
    #[error("too many imports are waiting")]
    Overloaded,
}

impl From<Problem> for ReceiveError {
    fn from(problem: Problem) -> Self {
        Self::Refused(Box::new(problem))
    }
}

/// The ending of files that have not wholly arrived.
const PART: &str = "part";

/// A file being written. What was refused or cut off is not kept: its sender has been told or has gone,
/// and still has it. Once the file is kept under its own name, there is nothing to remove here.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Removes what an earlier process did not get to the end of.
pub(crate) async fn sweep(files: &Path) -> std::io::Result<()> {
    let mut entries = tokio::fs::read_dir(files).await?;
    while let Some(entry) = entries.next_entry().await? {
        let path = entry.path();
        if path.extension().is_some_and(|ending| ending == PART) {
            tokio::fs::remove_file(path).await?;
        }
    }
    Ok(())
}

/// A file that has wholly arrived.
struct Upload {
    digest: String,
    bytes: u64,
}

/// Keeps the file and queues its import. The same file, while its import runs, joins that import.
pub async fn receive(
    state: &IngestionState,
    origin: &Origin,
    adapter: &str,
    file_name: &str,
    body: impl Stream<Item = Result<Bytes, axum::Error>> + Unpin,
) -> Result<ImportReport, ReceiveError> {
    let Some(adapter) = state.adapters.iter().find(|known| known.name() == adapter) else {
        let names: Vec<&str> = state.adapters.iter().map(|known| known.name()).collect();
        let detail = format!("`{adapter}` is not among the adapters: {}", names.join(", "));
        return Err(Problem::new(422, "unknown-adapter", "The adapter is not known").detail(detail).into());
    };
    // A place in the queue first: a file that is kept will be imported.
    let place = state.import_queue.try_reserve().map_err(|_| ReceiveError::Overloaded)?;
    let part = Part(state.files.join(format!("{}.{PART}", Uuid::now_v7())));
    let upload = write(adapter.as_ref(), &part.0, body).await?;
    let kept = state.files.join(&upload.digest);
    tokio::fs::rename(&part.0, &kept).await?;
    sync_folder(&state.files).await?;
    let database = state.database();
    let running = store::find_unfinished(database, &origin.tenant, adapter.name(), &upload.digest).await?;
    if let Some(report) = running {
        return Ok(report);
    }
    let report = new_report(origin, adapter.name(), file_name, &upload);
    store::save(database, &origin.tenant, &report).await?;
    place.send(ImportJob { tenant: origin.tenant.clone(), import_id: report.import_id });
    Ok(report)
}

/// Streams the body to disk. The adapter sees it as it passes, so that a file of the wrong kind is
/// refused at once.
async fn write(
    adapter: &dyn FileAdapter,
    path: &Path,
    mut body: impl Stream<Item = Result<Bytes, axum::Error>> + Unpin,
) -> Result<Upload, ReceiveError> {
    let mut file = File::create(path).await?;
    let mut hash = Sha256::new();
    let mut bytes: u64 = 0;
    let mut probe = Some(adapter.reader());
    loop {
        let Ok(next) = tokio::time::timeout(UPLOAD_PAUSE, body.next()).await else {
            return Err(problems::timed_out().into());
        };
        let Some(piece) = next else { break };
        let piece = piece.map_err(|error| {
            Problem::new(400, "invalid-body", "The body cannot be read").detail(error.to_string())
        })?;
        bytes += piece.len() as u64;
        if bytes > FILE_BYTES {
            let detail = format!("a file has at most {FILE_BYTES} bytes; send it in parts");
            return Err(Problem::new(413, "body-too-large", "Too much at once").detail(detail).into());
        }
        hash.update(&piece);
        file.write_all(&piece).await?;
        if let Some(mut reader) = probe.take() {
            // The header decides; once a row has come, it has been accepted.
            let header_seen = !reader.push(&piece)?.is_empty();
            probe = (!header_seen).then_some(reader);
        }
    }
    if let Some(mut reader) = probe {
        reader.finish()?;
    }
    file.sync_all().await?;
    Ok(Upload { digest: hex(&hash.finalize()), bytes })
}

async fn sync_folder(folder: &Path) -> Result<(), std::io::Error> {
    File::open(folder).await?.sync_all().await
}

fn new_report(origin: &Origin, adapter: &str, file_name: &str, upload: &Upload) -> ImportReport {
    ImportReport {
        import_id: Uuid::now_v7(),
        adapter: adapter.to_owned(),
        file_name: file_name.to_owned(),
        file_digest: upload.digest.clone(),
        file_bytes: upload.bytes,
        state: ImportState::Receiving,
        requested_by: origin.actor.clone(),
        correlation_id: origin.correlation_id,
        rows_read: 0,
        rows_accepted: 0,
        rows_new: 0,
        rows_unchanged: 0,
        rows_quarantined: 0,
        orders: 0,
        orders_new: 0,
        shipments: 0,
        shipments_new: 0,
        orders_with_several_shipments: 0,
        late_lines: 0,
        total_value: None,
        total_quantity: Decimal::ZERO,
        quarantine: Vec::new(),
        started_at: Timestamp::now(),
        completed_at: None,
        problem: None,
    }
}
