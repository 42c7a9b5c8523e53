//! What connects contexts that do not know each other: the intake to the adapters that read partners'
//! files, and to the context that decides business commands.

use std::sync::Arc;

use async_trait::async_trait;
use imsop_ingestion::ports::{
    CanonicalCommand, CommandGateway, CommandOutcome, FileAdapter, FileAdapters, FileReader, FileRow,
    FileTotals, GatewayUnavailable, RowContent,
};
use imsop_integration::{CsvAdapter, CsvReader};
use imsop_journal::{Batch, Executor, Origin, Outcome, Submission};
use imsop_kernel::problem::Fault;
use imsop_kernel::{Money, Problem};
use imsop_operations::domain::{Command, Operations};
use imsop_operations::gateway;
use imsop_platform::http::Refusal;
use imsop_platform::problems;
use serde_json::Value;

/// The way to operations in the same process.
pub struct OperationsGateway {
    /// Decides.
    pub executor: Executor<Operations>,
}

#[async_trait]
impl CommandGateway for OperationsGateway {
    fn kinds(&self) -> &'static [&'static str] {
        &gateway::KINDS
    }

    async fn submit(
        &self,
        origin: &Origin,
        commands: Vec<CanonicalCommand>,
    ) -> Result<Vec<CommandOutcome>, GatewayUnavailable> {
        let mut submissions = Vec::with_capacity(commands.len());
        let mut unreadable: Vec<Option<Problem>> = Vec::with_capacity(commands.len());
        for canonical in commands {
            match gateway::command(&canonical.kind, &canonical.body) {
                Ok(command) => {
                    submissions.push(submission(origin, canonical, command));
                    unreadable.push(None);
                }
                Err(problem) => unreadable.push(Some(problem)),
            }
        }
        let batch = Batch { submissions, advance: None };
        let unavailable = |error: imsop_journal::SubmitError| GatewayUnavailable(error.to_string());
        let decided = self.executor.submit_batch(batch).await.map_err(unavailable)?;
        let mut decided = decided.into_iter();
        let mut outcomes = Vec::with_capacity(unreadable.len());
        for problem in unreadable {
            match problem {
                Some(problem) => outcomes.push(CommandOutcome::Refused(Box::new(problem))),
                // A batch has as many outcomes as commands.
                None => outcomes.extend(decided.next().map(outcome)),
            }
        }
        Ok(outcomes)
    }
}

fn submission(origin: &Origin, canonical: CanonicalCommand, command: Command) -> Submission<Command> {
    Submission { origin: origin.clone(), key: canonical.key, fingerprint: canonical.fingerprint, command }
}

fn outcome(outcome: Outcome<Operations>) -> CommandOutcome {
    match outcome {
        Outcome::Accepted(accepted) => CommandOutcome::Accepted {
            repeated: accepted.repeated,
            touched: accepted.touched.iter().map(|touched| (touched.stream, touched.version)).collect(),
        },
        Outcome::Rejected(rejection) => CommandOutcome::Refused(Box::new(rejection.problem())),
        Outcome::KeyReused => CommandOutcome::Refused(Box::new(problems::idempotency_key_reused())),
    }
}

/// In a process without operations: business records are kept, and their outcome stays open until a
/// process with operations asks again.
pub struct NoGateway;

#[async_trait]
impl CommandGateway for NoGateway {
    fn kinds(&self) -> &'static [&'static str] {
        &gateway::KINDS
    }

    async fn submit(
        &self,
        _origin: &Origin,
        _commands: Vec<CanonicalCommand>,
    ) -> Result<Vec<CommandOutcome>, GatewayUnavailable> {
        Err(GatewayUnavailable("this process does not run operations".to_owned()))
    }
}

/// The adapters for partners' files, as the intake sees them.
pub fn file_adapters() -> Result<FileAdapters, String> {
    let adapters = imsop_integration::adapters().map_err(|error| error.to_string())?;
    Ok(adapters.into_iter().map(|adapter| Arc::new(Adapter(adapter)) as Arc<dyn FileAdapter>).collect())
}

struct Adapter(CsvAdapter);

impl FileAdapter for Adapter {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn reader(&self) -> Box<dyn FileReader> {
        Box::new(Reader(self.0.reader()))
    }

    fn assemble(&self, group_key: &str, rows: &[&str]) -> Result<(String, Value), Vec<Fault>> {
        let (kind, body) = self.0.assemble(group_key, rows)?;
        Ok((kind.to_owned(), body))
    }
}

struct Reader(CsvReader);

impl FileReader for Reader {
    fn push(&mut self, piece: &[u8]) -> Result<Vec<FileRow>, Problem> {
        Ok(self.0.push(piece)?.into_iter().map(file_row).collect())
    }

    fn finish(&mut self) -> Result<Vec<FileRow>, Problem> {
        Ok(self.0.finish()?.into_iter().map(file_row).collect())
    }

    fn totals(&self) -> FileTotals {
        let totals = self.0.totals();
        let has_value = !totals.currency.is_empty();
        FileTotals {
            late_lines: totals.late_lines,
            total_value: has_value.then(|| Money::new(totals.total_value, &totals.currency)),
            total_quantity: totals.total_quantity,
        }
    }
}

fn file_row(row: imsop_integration::FileRow) -> FileRow {
    let content = row.content.and_then(|record| {
        let canonical = serde_json::to_string(&record);
        let canonical = canonical.map_err(|error| vec![Fault::whole("unreadable-row", error.to_string())])?;
        Ok(RowContent {
            identity: record.row_id,
            group_key: record.order_number,
            part_key: Some(record.shipment_number),
            canonical,
        })
    });
    FileRow { number: row.number, original: row.original, content }
}
