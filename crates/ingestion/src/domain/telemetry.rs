//! Telemetry in its canonical form.

use std::collections::BTreeMap;

use imsop_kernel::{GeoPoint, Timestamp};
use serde::{Deserialize, Serialize};

/// What a device reported at one moment, after validation.
#[derive(Debug, Clone, PartialEq)]
pub struct Telemetry {
    /// The device's own name.
    pub device_id: String,
    /// What kind of report it is, in the device's words.
    pub event_type: String,
    /// When the device measured, by its clock.
    pub timestamp: Timestamp,
    /// The measured values, one for each signal.
    pub readings: Vec<Reading>,
    /// Where the device was.
    pub position: Option<GeoPoint>,
    /// Texts and switches that the device sent besides.
    pub attributes: BTreeMap<String, String>,
}

/// One measured value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// What was measured, for example `temperature`.
    pub signal: String,
    /// The value in the signal's canonical unit; always finite.
    pub value: f64,
    /// The unit, in UCUM.
    pub unit: String,
}
