//! One measure of a signal, and what is usual for it.

use serde::{Deserialize, Serialize};

use super::departure::Departure;
use super::tuning::{
    CENTRE_CLIP, LONG_WEIGHT, PEAK_GROWTH, PEAK_LEAP, REMARKABLE_OVER_PEAK, REMARKABLE_SPREADS, SPREAD_CLIP,
    UNCLIPPED_READINGS, WARM_UP_READINGS,
};

/// Follows the centre, the spread and the recent peak of a measure with bounded influence of each value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "(f64, f64, f64, f64, u32)", into = "(f64, f64, f64, f64, u32)")]
pub struct Gauge {
    centre: f64,
    spread: f64,
    /// The largest distance in the present season and in the one before.
    peak: f64,
    past_peak: f64,
    count: u32,
}

/// How a gauge takes one value in.
#[derive(Debug, Clone, Copy)]
pub struct Lesson {
    /// The smallest spread that makes sense for this measure.
    pub floor: f64,
    /// Whether a new season begins, and the peak of the season before the last is forgotten.
    pub season_begins: bool,
    /// Whether the value may become part of what is usual. Values outside their contract may not.
    pub teaches: bool,
}

impl Gauge {
    /// Compares a value with the usual centre, then lets the centre follow it.
    pub fn follow(&mut self, value: f64, lesson: Lesson) -> Departure {
        if self.count == 0 {
            self.centre = value;
        }
        let departure = self.compare(value - self.centre, lesson);
        let reach = CENTRE_CLIP * self.spread.max(lesson.floor);
        self.centre += self.weight() * departure.distance.clamp(-reach, reach);
        departure
    }

    /// Compares a difference with zero, which stays its centre.
    pub fn judge(&mut self, difference: f64, lesson: Lesson) -> Departure {
        self.compare(difference, lesson)
    }

    /// The usual value.
    pub fn centre(&self) -> f64 {
        self.centre
    }

    /// The usual absolute distance from the usual value.
    pub fn spread(&self) -> f64 {
        self.spread
    }

    /// Whether it has seen enough to say what is usual.
    pub fn is_warm(&self) -> bool {
        self.count > WARM_UP_READINGS
    }

    fn highest(&self) -> f64 {
        self.peak.max(self.past_peak)
    }

    fn weight(&self) -> f64 {
        LONG_WEIGHT.max(1.0 / f64::from(self.count.max(1)))
    }

    fn compare(&mut self, difference: f64, lesson: Lesson) -> Departure {
        let spread = self.spread.max(lesson.floor);
        let limit = (REMARKABLE_SPREADS * spread).max(REMARKABLE_OVER_PEAK * self.highest());
        self.count = self.count.saturating_add(1);
        let departure = Departure {
            usual: self.centre,
            distance: difference,
            spread,
            limit: if self.is_warm() { limit } else { 0.0 },
            without_degree: self.spread <= lesson.floor && self.highest() <= lesson.floor,
        };
        self.learn(difference.abs(), spread, limit, lesson);
        departure
    }

    fn learn(&mut self, distance: f64, spread: f64, limit: f64, lesson: Lesson) {
        let clip = if self.count <= UNCLIPPED_READINGS { f64::MAX } else { SPREAD_CLIP * spread };
        self.spread += self.weight() * (distance.min(clip) - self.spread);
        if lesson.season_begins {
            self.past_peak = self.peak;
            self.peak = 0.0;
        }
        if distance <= self.peak || !lesson.teaches {
            return;
        }
        let highest = if self.is_warm() { (limit * PEAK_GROWTH).max(distance * PEAK_LEAP) } else { f64::MAX };
        self.peak = self.peak.max(distance.min(highest));
    }
}

impl From<(f64, f64, f64, f64, u32)> for Gauge {
    fn from((centre, spread, peak, past_peak, count): (f64, f64, f64, f64, u32)) -> Self {
        Self { centre, spread, peak, past_peak, count }
    }
}

impl From<Gauge> for (f64, f64, f64, f64, u32) {
    fn from(gauge: Gauge) -> Self {
        (gauge.centre, gauge.spread, gauge.peak, gauge.past_peak, gauge.count)
    }
}
