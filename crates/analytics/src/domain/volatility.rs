//! Whether a signal varies more, or less, from reading to reading than it used to.

use serde::{Deserialize, Serialize};

use super::departure::Departure;
use super::gauge::{Gauge, Lesson};
use super::tuning::{
    CHANGE_FLOOR, LONG_WEIGHT, VOLATILITY_CLIP, VOLATILITY_FLOOR, VOLATILITY_READINGS, VOLATILITY_WEIGHT,
};

/// The mean size of changes, recently and in the long run, and how their ratio usually behaves.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "(f64, f64, u32, Gauge)", into = "(f64, f64, u32, Gauge)")]
pub struct Volatility {
    recent: f64,
    usual: f64,
    count: u32,
    gauge: Gauge,
}

impl Volatility {
    /// Takes the size of one change in. The measure is the logarithm of recent over usual variability.
    pub fn observe(&mut self, change: f64, spread: f64, lesson: Lesson) -> Departure {
        self.count = self.count.saturating_add(1);
        let share = 1.0 / f64::from(self.count);
        let change = change.abs();
        let starting = self.count <= VOLATILITY_READINGS;
        let clip = if starting { f64::MAX } else { VOLATILITY_CLIP * self.usual.max(spread * CHANGE_FLOOR) };
        self.recent += VOLATILITY_WEIGHT.max(share) * (change - self.recent);
        self.usual += LONG_WEIGHT.max(share) * (change.min(clip) - self.usual);
        if starting {
            return Departure::default();
        }
        let still = spread * CHANGE_FLOOR;
        let measure = ((self.recent + still) / (self.usual + still)).ln();
        self.gauge.follow(measure, Lesson { floor: VOLATILITY_FLOOR, ..lesson })
    }
}

impl From<(f64, f64, u32, Gauge)> for Volatility {
    fn from((recent, usual, count, gauge): (f64, f64, u32, Gauge)) -> Self {
        Self { recent, usual, count, gauge }
    }
}

impl From<Volatility> for (f64, f64, u32, Gauge) {
    fn from(volatility: Volatility) -> Self {
        (volatility.recent, volatility.usual, volatility.count, volatility.gauge)
    }
}
