//! What analytics publishes.

use imsop_journal::DomainEvent;
use imsop_kernel::{Timestamp, Uuid};
use serde::{Deserialize, Serialize};

use crate::domain::{Range, Severity};

/// A signal of a device left what its contract allows or what is usual for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by contracts/analytics/AnomalyDetected-1.yaml")]
pub struct AnomalyDetected {
    pub anomaly_id: Uuid,
    pub device_id: String,
    pub signal: String,
    pub unit: String,
    pub observed_value: f64,
    pub expected_value: f64,
    pub expected_range: Range,
    pub score: f64,
    pub severity: Severity,
    pub factors: Vec<String>,
    pub detector: String,
    pub telemetry_record_id: Uuid,
    pub timestamp: Timestamp,
}

impl DomainEvent for AnomalyDetected {
    fn name(&self) -> &'static str {
        "AnomalyDetected"
    }

    fn partition_key(&self) -> Option<String> {
        Some(self.device_id.clone())
    }
}
