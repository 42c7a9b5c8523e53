//! How far a measure is from what is usual, in units of what is remarkable.

use super::anomaly::Severity;
use super::tuning::{CRITICAL_RATIO, WARNING_RATIO};

/// One measure of a reading beside what was usual before that reading.
#[derive(Debug, Clone, Copy, Default)]
pub struct Departure {
    /// The usual value of the measure.
    pub usual: f64,
    /// How far above (or, negative, below) the usual value it is.
    pub distance: f64,
    /// The usual spread.
    pub spread: f64,
    /// The distance from which it is remarkable; 0 while the measure is still learning.
    pub limit: f64,
    /// Whether nothing can be said about the degree: the measure never varied before, or grows by time
    /// alone. It is then at most just remarkable.
    pub without_degree: bool,
}

impl Departure {
    /// The distance as a multiple of the limit: remarkable from 1 on.
    pub fn ratio(&self) -> f64 {
        if self.limit <= 0.0 {
            return 0.0;
        }
        let ratio = (self.distance / self.limit).abs();
        if self.without_degree { ratio.min(1.0) } else { ratio }
    }
}

/// The severity of a departure of so many times the limit, if it is remarkable at all.
pub fn severity_of(ratio: f64) -> Option<Severity> {
    if ratio >= CRITICAL_RATIO {
        return Some(Severity::Critical);
    }
    if ratio >= WARNING_RATIO {
        return Some(Severity::Warning);
    }
    if ratio >= 1.0 {
        return Some(Severity::Info);
    }
    None
}

/// The score, from 0 to 1, of a departure of so many times the limit: 0.5 at the limit.
pub fn score_of(ratio: f64) -> f64 {
    let square = ratio.min(1e9) * ratio.min(1e9);
    square / (1.0 + square)
}
