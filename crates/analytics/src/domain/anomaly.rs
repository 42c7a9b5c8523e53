//! What the detector says when something is wrong.

use serde::{Deserialize, Serialize};

use super::range::Range;

/// How much an anomaly matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// Worth knowing; nobody has to act.
    Info,
    /// Somebody should look at it.
    Warning,
    /// Goods or equipment are at risk now.
    Critical,
}

impl Severity {
    /// The word as it is written in events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "Info",
            Self::Warning => "Warning",
            Self::Critical => "Critical",
        }
    }
}

/// The start of an excursion of one signal, or its getting worse.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Anomaly {
    /// The signal that was read.
    pub signal: String,
    /// The value that was read.
    pub observed: f64,
    /// The value that would have been usual.
    pub expected: f64,
    /// The values that would have passed without remark.
    pub expected_range: Range,
    /// How surprising the reading is, from 0 to 1; 0.5 is where remarks start.
    pub score: f64,
    /// How much it matters.
    pub severity: Severity,
    /// The reasons, sentences for people, the strongest first.
    pub factors: Vec<String>,
}
