//! How far an import has come, and what it amounted to.

use imsop_kernel::problem::Fault;
use imsop_kernel::{Actor, Decimal, Money, Problem, Timestamp, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum ImportState {
    /// The file is kept, and its rows are being read into records.
    Receiving,
    /// All rows are records, and what they say is being applied.
    Applying,
    /// All of it is done.
    Completed,
    /// The file is not what the adapter reads.
    Failed,
}

impl ImportState {
    /// Whether nothing more will happen.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }

    /// The word as it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Receiving => "Receiving",
            Self::Applying => "Applying",
            Self::Completed => "Completed",
            Self::Failed => "Failed",
        }
    }
}

/// A row that was put aside.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuarantinedRow {
    /// Its number in the file, from 1, the header not counted.
    pub row: u64,
    /// The record that keeps it.
    pub record_id: Uuid,
    /// What is wrong with it.
    pub reasons: Vec<Fault>,
}

/// The progress and result of an import.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// The import.
    pub import_id: Uuid,
    /// The adapter that reads the file.
    pub adapter: String,
    /// The name under which the file was sent.
    pub file_name: String,
    /// SHA-256 of the file.
    pub file_digest: String,
    /// Its length in bytes.
    pub file_bytes: u64,
    /// Where it stands.
    pub state: ImportState,
    /// Who sent it.
    #[schema(value_type = String)]
    pub requested_by: Actor,
    /// Under which correlation id its effects are.
    pub correlation_id: Uuid,
    /// Rows in the file: always accepted and quarantined together, once it is completed.
    pub rows_read: u64,
    /// Rows whose effect has happened, now or before.
    pub rows_accepted: u64,
    /// Of these, rows that were not known before.
    pub rows_new: u64,
    /// Of these, rows that were known before.
    pub rows_unchanged: u64,
    /// Rows that were put aside.
    pub rows_quarantined: u64,
    /// Orders that have been applied so far; at the end, orders in the file.
    pub orders: u64,
    /// Of these, orders that were not known before.
    pub orders_new: u64,
    /// Shipments in the file.
    pub shipments: u64,
    /// Of these, shipments that were not known before.
    pub shipments_new: u64,
    /// Orders with more than one shipment.
    pub orders_with_several_shipments: u64,
    /// Lines delivered after their scheduled day.
    pub late_lines: u64,
    /// The sum of line values; null as long as there is none.
    pub total_value: Option<Money>,
    /// The sum of line quantities, a decimal string.
    #[schema(value_type = String)]
    pub total_quantity: Decimal,
    /// The first rows that were put aside.
    pub quarantine: Vec<QuarantinedRow>,
    /// When the file had arrived.
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Timestamp,
    /// When the last of it was done.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub completed_at: Option<Timestamp>,
    /// Why the file as a whole was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}
