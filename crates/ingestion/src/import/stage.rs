//! Reading a kept file into records. Memory does not grow with the file.

use std::collections::{HashMap, HashSet};

use imsop_journal::{Batch, Cell, Origin, Submission};
use imsop_kernel::problem::Fault;
use imsop_kernel::{Problem, Tenant, Timestamp, Uuid};
use tokio::fs::File;
use tokio::io::AsyncReadExt;

use super::ImportError;
use super::report::{ImportReport, QuarantinedRow};
use super::store;
use crate::domain::{Command, Intake, Original, status};
use crate::limits::{REPORTED_FAULTS, ROWS_PER_STAGE};
use crate::ports::{FileAdapter, FileRow, RowContent};
use crate::records::{self, digest, record_id};
use crate::state::IngestionState;

const PIECE_BYTES: usize = 256 * 1024;

const COLUMNS: [&str; 15] = [
    "tenant",
    "id",
    "source",
    "received_at",
    "content_type",
    "original",
    "fingerprint",
    "status",
    "reasons",
    "outcome",
    "group_key",
    "part_key",
    "canonical",
    "row_number",
    "first_import",
];

/// A row whose content is known gets another try if its object was refused before.
const KNOWN_ROW: &str = "ON CONFLICT (tenant, id) DO UPDATE SET last_import = excluded.last_import, \
    status = CASE WHEN records.status = 'quarantined' THEN 'staged' ELSE records.status END";

/// Reads the whole file into records.
pub(super) async fn stage(
    state: &IngestionState,
    origin: &Origin,
    adapter: &dyn FileAdapter,
    report: ImportReport,
) -> Result<ImportReport, ImportError> {
    let mut file = open(state, &report).await?;
    let mut reader = adapter.reader();
    let mut staging = Staging::new(state, origin, report);
    let mut piece = vec![0; PIECE_BYTES];
    let mut waiting: Vec<FileRow> = Vec::new();
    loop {
        let length = file.read(&mut piece).await?;
        let rows = if length == 0 { reader.finish() } else { reader.push(&piece[..length]) };
        waiting.extend(rows.map_err(|problem| ImportError::Refused(Box::new(problem)))?);
        if waiting.len() >= ROWS_PER_STAGE || length == 0 {
            staging.write(std::mem::take(&mut waiting)).await?;
        }
        if length == 0 {
            break;
        }
    }
    let totals = reader.totals();
    let mut report = staging.report;
    report.late_lines = totals.late_lines;
    report.total_value = totals.total_value;
    report.total_quantity = totals.total_quantity;
    Ok(report)
}

/// A kept file that is gone does not come back by waiting, and must not hold up those behind it.
async fn open(state: &IngestionState, report: &ImportReport) -> Result<File, ImportError> {
    let path = state.files.join(&report.file_digest);
    File::open(&path).await.map_err(|error| {
        if error.kind() != std::io::ErrorKind::NotFound {
            return ImportError::File(error);
        }
        let detail = format!("the kept file {} is gone; send it again", report.file_digest);
        let problem = Problem::new(410, "file-gone", "The file is no longer there").detail(detail);
        ImportError::Refused(Box::new(problem))
    })
}

struct Staging<'a> {
    state: &'a IngestionState,
    origin: &'a Origin,
    report: ImportReport,
}

struct FitRow {
    id: Uuid,
    number: u64,
    original: Vec<u8>,
    fingerprint: String,
    content: RowContent,
}

impl<'a> Staging<'a> {
    fn new(state: &'a IngestionState, origin: &'a Origin, mut report: ImportReport) -> Self {
        // An import that was cut off begins to count again.
        report.rows_read = 0;
        report.rows_new = 0;
        report.rows_unchanged = 0;
        report.rows_quarantined = 0;
        report.quarantine.clear();
        Self { state, origin, report }
    }

    fn tenant(&self) -> &Tenant {
        &self.origin.tenant
    }

    async fn write(&mut self, rows: Vec<FileRow>) -> Result<(), ImportError> {
        if rows.is_empty() {
            return Ok(());
        }
        self.report.rows_read += rows.len() as u64;
        let mut fit = Vec::with_capacity(rows.len());
        let mut unfit = Vec::new();
        for row in rows {
            let fingerprint = digest(&row.original);
            match row.content {
                Ok(content) => {
                    let id = record_id(self.tenant(), &self.report.adapter, &content.identity);
                    fit.push(FitRow { id, number: row.number, original: row.original, fingerprint, content });
                }
                Err(faults) => {
                    let identity = format!("{}#{}#{fingerprint}", self.report.file_digest, row.number);
                    let id = record_id(self.tenant(), &self.report.adapter, &identity);
                    unfit.push((row.number, self.original(id, row.original, fingerprint), faults));
                }
            }
        }
        let contradicting = self.write_fit(fit).await?;
        unfit.extend(contradicting);
        self.put_aside(unfit).await?;
        store::save(self.state.database(), self.tenant(), &self.report).await?;
        Ok(())
    }

    fn original(&self, record_id: Uuid, bytes: Vec<u8>, fingerprint: String) -> Original {
        Original {
            record_id,
            source: self.report.adapter.clone(),
            content_type: "text/csv".to_owned(),
            bytes: bytes.into(),
            fingerprint,
        }
    }

    /// Writes the rows that are fit; gives back those that contradict a row of the same name.
    async fn write_fit(
        &mut self,
        rows: Vec<FitRow>,
    ) -> Result<Vec<(u64, Original, Vec<Fault>)>, ImportError> {
        let now = Timestamp::now();
        let mut tx = self.state.database().begin().await?;
        let ids = rows.iter().map(|row| row.id.to_string()).collect();
        let mut known: HashMap<String, String> = records::fingerprints(&mut tx, self.tenant(), ids).await?;
        let mut written: HashSet<Uuid> = HashSet::new();
        let mut cells = Vec::with_capacity(rows.len());
        let mut contradicting = Vec::new();
        for row in rows {
            let same = known.get(&row.id.to_string()).map(|fingerprint| *fingerprint == row.fingerprint);
            match same {
                Some(false) => {
                    contradicting.push(self.contradiction(row));
                    continue;
                }
                Some(true) => self.report.rows_unchanged += 1,
                None => self.report.rows_new += 1,
            }
            known.insert(row.id.to_string(), row.fingerprint.clone());
            // The same row twice in one file is written once: a statement touches a row only once.
            if written.insert(row.id) {
                cells.push(self.cells(row, now));
            }
        }
        let columns: Vec<&str> = COLUMNS.into_iter().chain(["last_import"]).collect();
        tx.insert("records", &columns, cells, KNOWN_ROW).await?;
        tx.commit().await?;
        Ok(contradicting)
    }

    fn cells(&self, row: FitRow, now: Timestamp) -> Vec<Cell> {
        let import: Cell = self.report.import_id.into();
        vec![
            self.tenant().into(),
            row.id.into(),
            self.report.adapter.as_str().into(),
            now.into(),
            "text/csv".into(),
            Cell::Bytes(Some(row.original.into())),
            row.fingerprint.into(),
            status::STAGED.into(),
            "[]".into(),
            "[]".into(),
            row.content.group_key.into(),
            row.content.part_key.into(),
            row.content.canonical.into(),
            i64::try_from(row.number).unwrap_or(i64::MAX).into(),
            import.clone(),
            import,
        ]
    }

    fn contradiction(&self, row: FitRow) -> (u64, Original, Vec<Fault>) {
        let identity = format!("{}#{}", row.content.identity, row.fingerprint);
        let id = record_id(self.tenant(), &self.report.adapter, &identity);
        let message = format!("row {} was received before and says something else now", row.content.identity);
        let faults = vec![Fault::whole("identity-reused", message)];
        (row.number, self.original(id, row.original, row.fingerprint), faults)
    }

    /// Quarantines rows through the engine, so that the facts are in the journal.
    async fn put_aside(&mut self, rows: Vec<(u64, Original, Vec<Fault>)>) -> Result<(), ImportError> {
        let mut submissions = Vec::with_capacity(rows.len());
        for (number, original, reasons) in rows {
            self.report.rows_quarantined += 1;
            if self.report.quarantine.len() < REPORTED_FAULTS {
                let record_id = original.record_id;
                self.report.quarantine.push(QuarantinedRow {
                    row: number,
                    record_id,
                    reasons: reasons.clone(),
                });
            }
            submissions.push(quarantine(self.origin, original, reasons));
        }
        if submissions.is_empty() {
            return Ok(());
        }
        self.state.executor.submit_batch(Batch { submissions, advance: None }).await?;
        Ok(())
    }
}

/// The command that puts a record aside.
pub(super) fn quarantine(origin: &Origin, original: Original, reasons: Vec<Fault>) -> Submission<Command> {
    Submission {
        origin: origin.clone(),
        key: format!("record:{}", original.record_id),
        fingerprint: original.fingerprint.clone(),
        command: Command::Receive(Intake { original, content: Err(reasons) }),
    }
}
