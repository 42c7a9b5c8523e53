//! What the intake needs from others, in its own words. The binary connects these to the adapters and
//! to the contexts that decide; the intake imports neither.

use std::sync::Arc;

use async_trait::async_trait;
use imsop_journal::Origin;
use imsop_kernel::problem::Fault;
use imsop_kernel::{Decimal, Money, Problem, StreamId};
use serde_json::Value;

/// A command in its canonical form, for the context that decides it.
#[derive(Debug, Clone)]
pub struct CanonicalCommand {
    /// Unique within the tenant for one wish of the sender.
    pub key: String,
    /// Digest of the wish.
    pub fingerprint: String,
    /// What is asked: `order`, `shipment`, `orderHistory` …
    pub kind: String,
    /// The command's body.
    pub body: Value,
}

/// What became of a canonical command.
#[derive(Debug, Clone)]
pub enum CommandOutcome {
    /// It was decided, now or before.
    Accepted {
        /// Whether it had been decided before.
        repeated: bool,
        /// The streams that it changed, and their versions after it.
        touched: Vec<(StreamId, i64)>,
    },
    /// It was refused and changed nothing.
    Refused(Box<Problem>),
}

/// The deciding context cannot be reached now. The same commands may be submitted again.
#[derive(Debug, Clone, thiserror::Error)]
#[error("commands cannot be decided now: {0}")]
pub struct GatewayUnavailable(pub String);

/// The way to the contexts that decide business commands.
#[async_trait]
pub trait CommandGateway: Send + Sync {
    /// The kinds of commands that are understood.
    fn kinds(&self) -> &'static [&'static str];

    /// Submits commands; the outcomes come in their order, after they are durable.
    async fn submit(
        &self,
        origin: &Origin,
        commands: Vec<CanonicalCommand>,
    ) -> Result<Vec<CommandOutcome>, GatewayUnavailable>;
}

/// One row of a file.
#[derive(Debug, Clone)]
pub struct FileRow {
    /// Its number in the file, from 1, the header not counted.
    pub number: u64,
    /// Its bytes, as they stand in the file.
    pub original: Vec<u8>,
    /// What it says, or what is wrong with it.
    pub content: Result<RowContent, Vec<Fault>>,
}

/// A row that is fit.
#[derive(Debug, Clone)]
pub struct RowContent {
    /// What the source calls this row: the same row sent again bears the same name.
    pub identity: String,
    /// The number of the business object that it is a part of.
    pub group_key: String,
    /// The number of the object's part that it belongs to (the shipment of an order), if any.
    pub part_key: Option<String>,
    /// Its canonical form, as JSON, for [`FileAdapter::assemble`].
    pub canonical: String,
}

/// What a file amounts to, over the rows that are fit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileTotals {
    /// Lines delivered after their scheduled day.
    pub late_lines: u64,
    /// The sum of line values, once there is one.
    pub total_value: Option<Money>,
    /// The sum of line quantities.
    pub total_quantity: Decimal,
}

/// Reads one file, piece by piece.
pub trait FileReader: Send {
    /// Takes the next piece; gives the rows that are complete.
    ///
    /// # Errors
    /// The file as a whole is not what the adapter reads.
    fn push(&mut self, piece: &[u8]) -> Result<Vec<FileRow>, Problem>;

    /// Ends the file; gives the rows that remain.
    ///
    /// # Errors
    /// The file as a whole is not what the adapter reads.
    fn finish(&mut self) -> Result<Vec<FileRow>, Problem>;

    /// What the rows so far amount to.
    fn totals(&self) -> FileTotals;
}

/// An adapter for one kind of file.
pub trait FileAdapter: Send + Sync {
    /// Its name, as callers ask for it.
    fn name(&self) -> &str;

    /// A reader for a new file.
    fn reader(&self) -> Box<dyn FileReader>;

    /// Makes one command of all rows of one business object, given in their canonical form.
    ///
    /// # Errors
    /// The rows contradict each other.
    fn assemble(&self, group_key: &str, rows: &[&str]) -> Result<(String, Value), Vec<Fault>>;
}

/// The adapters that this process knows.
pub type FileAdapters = Vec<Arc<dyn FileAdapter>>;
