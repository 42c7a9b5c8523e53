//! What the intake publishes. The contracts of the same names describe each field.

use imsop_journal::{DomainEvent, UnreadableEvent};
use imsop_kernel::problem::Fault;
use imsop_kernel::{GeoPoint, Timestamp, Uuid};
use serde::{Deserialize, Serialize};

use super::command::Original;
use super::telemetry::{Reading, Telemetry};

/// Any event of the intake.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[allow(missing_docs, reason = "each is the event of its name")]
pub enum Event {
    TelemetryReceived(TelemetryReceived),
    RecordQuarantined(RecordQuarantined),
    FileImportCompleted(FileImportCompleted),
}

/// A device reported readings, and they are plausible.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by contracts/TelemetryReceived-1.yaml")]
pub struct TelemetryReceived {
    pub record_id: Uuid,
    pub device_id: String,
    pub event_type: String,
    pub timestamp: Timestamp,
    pub received_at: Timestamp,
    pub readings: Vec<Reading>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<GeoPoint>,
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub attributes: std::collections::BTreeMap<String, String>,
}

impl TelemetryReceived {
    pub(super) fn new(original: &Original, telemetry: &Telemetry, received_at: Timestamp) -> Self {
        Self {
            record_id: original.record_id,
            device_id: telemetry.device_id.clone(),
            event_type: telemetry.event_type.clone(),
            timestamp: telemetry.timestamp,
            received_at,
            readings: telemetry.readings.clone(),
            position: telemetry.position,
            attributes: telemetry.attributes.clone(),
        }
    }
}

/// A record was put aside because it is not fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by contracts/RecordQuarantined-1.yaml")]
pub struct RecordQuarantined {
    pub record_id: Uuid,
    pub source: String,
    pub reasons: Vec<Fault>,
}

impl RecordQuarantined {
    pub(super) fn new(original: &Original, reasons: &[Fault]) -> Self {
        Self { record_id: original.record_id, source: original.source.clone(), reasons: reasons.to_vec() }
    }
}

/// All rows of a file have been dealt with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by contracts/FileImportCompleted-1.yaml")]
pub struct FileImportCompleted {
    pub import_id: Uuid,
    pub adapter: String,
    pub file_name: String,
    pub rows_read: u64,
    pub rows_accepted: u64,
    pub rows_new: u64,
    pub rows_quarantined: u64,
    pub orders: u64,
    pub shipments: u64,
}

impl DomainEvent for Event {
    fn name(&self) -> &'static str {
        match self {
            Self::TelemetryReceived(_) => "TelemetryReceived",
            Self::RecordQuarantined(_) => "RecordQuarantined",
            Self::FileImportCompleted(_) => "FileImportCompleted",
        }
    }

    fn partition_key(&self) -> Option<String> {
        match self {
            Self::TelemetryReceived(received) => Some(received.device_id.clone()),
            Self::RecordQuarantined(_) | Self::FileImportCompleted(_) => None,
        }
    }
}

/// Reads an event from the journal.
pub(super) fn read(name: &str, version: u32, data: &str) -> Result<Event, UnreadableEvent> {
    let parsed = match name {
        "TelemetryReceived" => serde_json::from_str(data).map(Event::TelemetryReceived),
        "RecordQuarantined" => serde_json::from_str(data).map(Event::RecordQuarantined),
        "FileImportCompleted" => serde_json::from_str(data).map(Event::FileImportCompleted),
        _ => {
            let reason = "the intake has no such event".to_owned();
            return Err(UnreadableEvent { name: name.to_owned(), version, reason });
        }
    };
    parsed.map_err(|error| UnreadableEvent { name: name.to_owned(), version, reason: error.to_string() })
}
