//! One excursion is one anomaly: hysteresis over the statistical measures.

use serde::{Deserialize, Serialize};

use super::anomaly::Severity;
use super::departure::severity_of;
use super::tuning::{CALM_RATIO, CALM_READINGS};

/// Whether a statistical excursion is going on, and how bad it has been announced to be.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Episode {
    announced: Option<Severity>,
    calm: u16,
}

impl Episode {
    /// Takes in how remarkable a reading is. Gives the severity to announce: at the start of an episode
    /// and whenever it reaches a worse class.
    pub fn observe(&mut self, ratio: f64, worst_allowed: Severity) -> Option<Severity> {
        let Some(severity) = severity_of(ratio).map(|severity| severity.min(worst_allowed)) else {
            self.calm_down(ratio);
            return None;
        };
        self.calm = 0;
        if self.announced.is_some_and(|announced| announced >= severity) {
            return None;
        }
        self.announced = Some(severity);
        Some(severity)
    }

    /// Whether an excursion is going on.
    pub fn is_open(&self) -> bool {
        self.announced.is_some()
    }

    fn calm_down(&mut self, ratio: f64) {
        if self.announced.is_none() || ratio >= CALM_RATIO {
            return;
        }
        self.calm += 1;
        if self.calm >= CALM_READINGS {
            *self = Self::default();
        }
    }
}
