//! Whether a sensor hangs at one value.

use serde::{Deserialize, Serialize};

use super::departure::Departure;
use super::tuning::{
    LONG_WEIGHT, REPEAT_SHARE, STUCK_OVER_LONGEST, STUCK_READINGS, STUCK_SURPRISE, STUCK_WARM_UP_READINGS,
};

/// How often a value repeats the one before it, and how long the present run of equal values is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "(f64, u32, u32, u32)", into = "(f64, u32, u32, u32)")]
pub struct Repeats {
    share: f64,
    run: u32,
    longest: u32,
    count: u32,
}

impl Repeats {
    /// Takes in whether the reading repeats the one before it. The measure is the length of the run.
    pub fn observe(&mut self, repeats: bool) -> Departure {
        self.count = self.count.saturating_add(1);
        if !repeats {
            self.longest = self.longest.max(self.run);
            self.run = 0;
        }
        self.run = self.run.saturating_add(1);
        let departure = self.departure();
        let weight = LONG_WEIGHT.max(1.0 / f64::from(self.count));
        let repeated = if repeats { 1.0 } else { 0.0 };
        self.share += weight * (repeated - self.share);
        departure
    }

    fn departure(&self) -> Departure {
        let share = self.share.max(REPEAT_SHARE);
        // A signal that has never changed cannot be told from one that is stuck.
        if self.count <= STUCK_WARM_UP_READINGS || share >= 1.0 {
            return Departure::default();
        }
        let improbable = STUCK_SURPRISE / -share.ln();
        let longest = f64::from(self.longest);
        let limit = STUCK_READINGS.max(STUCK_OVER_LONGEST * longest).max(improbable);
        Departure { usual: longest, distance: f64::from(self.run), spread: 1.0, limit, without_degree: true }
    }
}

impl From<(f64, u32, u32, u32)> for Repeats {
    fn from((share, run, longest, count): (f64, u32, u32, u32)) -> Self {
        Self { share, run, longest, count }
    }
}

impl From<Repeats> for (f64, u32, u32, u32) {
    fn from(repeats: Repeats) -> Self {
        (repeats.share, repeats.run, repeats.longest, repeats.count)
    }
}
