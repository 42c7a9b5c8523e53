//! What connects contexts that do not know each other: the intake to the adapters that read partners'
//! files, and to the contexts that decide business commands.

use std::sync::Arc;

use async_trait::async_trait;
use imsop_ingestion::ports::{
    CanonicalCommand, CommandGateway, CommandOutcome, FileAdapter, FileAdapters, FileReader, FileRow,
    FileTotals, GatewayUnavailable, RowContent,
};
use imsop_integration::{CsvAdapter, CsvReader};
use imsop_inventory::domain::Inventory;
use imsop_journal::{Batch, Domain, Executor, Origin, Outcome, Submission};
use imsop_kernel::problem::Fault;
use imsop_kernel::{Money, Problem};
use imsop_operations::domain::Operations;
use imsop_platform::http::Refusal;
use imsop_platform::problems;
use serde_json::Value;

/// The kinds of canonical commands that are understood, by the names that senders use.
const KINDS: [&str; 6] = ["order", "shipment", "asset", "orderHistory", "goodsReceipt", "openingBalance"];

/// The way to the contexts that decide, as far as they run in this process. In a process without them,
/// business records are kept, and their outcome stays open until a process with them asks again.
#[derive(Default)]
pub struct Gateways {
    /// Decides about orders, shipments and assets.
    pub operations: Option<Executor<Operations>>,
    /// Decides about stock.
    pub inventory: Option<Executor<Inventory>>,
}

#[async_trait]
impl CommandGateway for Gateways {
    fn kinds(&self) -> &'static [&'static str] {
        &KINDS
    }

    async fn submit(
        &self,
        origin: &Origin,
        commands: Vec<CanonicalCommand>,
    ) -> Result<Vec<CommandOutcome>, GatewayUnavailable> {
        let is_stock = |command: &CanonicalCommand| imsop_inventory::gateway::KINDS.contains(&&*command.kind);
        let belongs: Vec<bool> = commands.iter().map(is_stock).collect();
        let (stock, others): (Vec<_>, Vec<_>) = commands.into_iter().partition(is_stock);
        let mut stock =
            decide(self.inventory.as_ref(), origin, stock, imsop_inventory::gateway::command).await?;
        let read = imsop_operations::gateway::command;
        let mut others = decide(self.operations.as_ref(), origin, others, read).await?;
        let mut outcomes = Vec::with_capacity(belongs.len());
        for is_stock in belongs {
            outcomes.extend(if is_stock { stock.next() } else { others.next() });
        }
        Ok(outcomes)
    }
}

/// Has commands decided by one context; the outcomes come in their order.
async fn decide<D: Domain>(
    executor: Option<&Executor<D>>,
    origin: &Origin,
    commands: Vec<CanonicalCommand>,
    read: impl Fn(&str, &Value) -> Result<D::Command, Problem>,
) -> Result<std::vec::IntoIter<CommandOutcome>, GatewayUnavailable>
where
    D::Rejection: Refusal,
{
    if commands.is_empty() {
        return Ok(Vec::new().into_iter());
    }
    let missing = || GatewayUnavailable("this process does not run the context that decides".to_owned());
    let executor = executor.ok_or_else(missing)?;
    let mut submissions = Vec::with_capacity(commands.len());
    let mut unreadable: Vec<Option<Problem>> = Vec::with_capacity(commands.len());
    for CanonicalCommand { key, fingerprint, kind, body } in commands {
        match read(&kind, &body) {
            Ok(command) => {
                submissions.push(Submission { origin: origin.clone(), key, fingerprint, command });
                unreadable.push(None);
            }
            Err(problem) => unreadable.push(Some(problem)),
        }
    }
    let unavailable = |error: imsop_journal::SubmitError| GatewayUnavailable(error.to_string());
    let decided = executor.submit_batch(Batch { submissions, advance: None }).await.map_err(unavailable)?;
    let mut decided = decided.into_iter();
    let mut outcomes = Vec::with_capacity(unreadable.len());
    for problem in unreadable {
        match problem {
            Some(problem) => outcomes.push(CommandOutcome::Refused(Box::new(problem))),
            // A batch has as many outcomes as commands.
            None => outcomes.extend(decided.next().map(outcome)),
        }
    }
    Ok(outcomes.into_iter())
}

fn outcome<D: Domain>(outcome: Outcome<D>) -> CommandOutcome
where
    D::Rejection: Refusal,
{
    match outcome {
        Outcome::Accepted(accepted) => CommandOutcome::Accepted {
            repeated: accepted.repeated,
            touched: accepted.touched.iter().map(|touched| (touched.stream, touched.version)).collect(),
        },
        Outcome::Rejected(rejection) => CommandOutcome::Refused(Box::new(rejection.problem())),
        Outcome::KeyReused => CommandOutcome::Refused(Box::new(problems::idempotency_key_reused())),
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
