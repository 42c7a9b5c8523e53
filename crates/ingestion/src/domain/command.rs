//! What can be asked of the intake.

use std::sync::Arc;

use imsop_kernel::Uuid;
use imsop_kernel::problem::Fault;

use super::event::FileImportCompleted;
use super::telemetry::Telemetry;

/// A command to the intake.
#[derive(Debug, Clone)]
pub enum Command {
    /// Something arrived: keep it, and publish it or put it aside.
    Receive(Intake),
    /// An import has ended.
    CompleteImport(CompleteImport),
}

/// The report of an import that has ended.
pub type CompleteImport = FileImportCompleted;

/// Something that arrived, and what was made of it.
#[derive(Debug, Clone)]
pub struct Intake {
    /// As it arrived.
    pub original: Original,
    /// Its canonical form, or why it has none.
    pub content: Result<Telemetry, Vec<Fault>>,
}

/// A record as it arrived.
#[derive(Debug, Clone)]
pub struct Original {
    /// Its id, made from its identity at the source: the same record has the same id.
    pub record_id: Uuid,
    /// Where it came in: `api`, `telemetry` or the name of a file adapter.
    pub source: String,
    /// The media type of the bytes.
    pub content_type: String,
    /// The bytes.
    pub bytes: Arc<[u8]>,
    /// SHA-256 of the bytes.
    pub fingerprint: String,
}
