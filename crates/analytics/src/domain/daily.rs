//! The daily pattern of a signal: what is usual at each hour of the day (UTC).

use serde::{Deserialize, Serialize};

use super::departure::Departure;
use super::gauge::{Gauge, Lesson};
use super::range::Range;
use super::tuning::{
    AVERAGE_FLOOR, CHANGE_FLOOR, DAY_CLIP, DAY_WEIGHT, HOURS, PATTERN_AVERAGE_FLOOR, PATTERN_DAYS,
    PATTERN_FLOOR, SUSTAINED_WEIGHT,
};

const SECONDS_PER_HOUR: i64 = 3_600;

/// The usual mean of each hour of the day, learned from whole hours, and how readings usually fit it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DailyPattern {
    means: [f64; HOURS],
    days: [u8; HOURS],
    /// The hour since the epoch that is being averaged, and its mean and count so far.
    hour: i64,
    mean: f64,
    count: u32,
    /// How far readings lie outside the pattern, each by itself and averaged over the recent ones.
    single: Gauge,
    sustained: Gauge,
    recent: f64,
}

/// How much a signal usually varies.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// The spread of its values.
    pub values: f64,
    /// The spread of its changes, which are free of slow movements.
    pub changes: f64,
}

/// What the daily pattern says of one reading.
#[derive(Debug, Clone, Copy)]
pub struct DailyFit {
    /// The usual values at this time of day.
    pub usual: Range,
    /// How far the reading lies outside of them.
    pub single: Departure,
    /// How far the recent readings lie outside of theirs on average.
    pub sustained: Departure,
}

impl DailyPattern {
    /// Compares a reading with the pattern, once there is one, then takes it into the pattern.
    pub fn observe(&mut self, second: i64, value: f64, scale: Scale, lesson: Lesson) -> Option<DailyFit> {
        let hour = second.div_euclid(SECONDS_PER_HOUR);
        if hour != self.hour {
            self.finish_hour(scale.values);
            self.hour = hour;
        }
        self.count = self.count.saturating_add(1);
        self.mean += (value - self.mean) / f64::from(self.count);
        let usual = self.usual_at(hour)?;
        let outside = (value - usual.maximum()).max(0.0) - (usual.minimum() - value).max(0.0);
        self.recent += SUSTAINED_WEIGHT * (outside - self.recent);
        let floor = (scale.values * CHANGE_FLOOR).max(scale.changes * PATTERN_FLOOR);
        let single = self.single.judge(outside, Lesson { floor, ..lesson });
        let floor = (scale.values * AVERAGE_FLOOR).max(scale.changes * PATTERN_AVERAGE_FLOOR);
        let sustained = self.sustained.judge(self.recent, Lesson { floor, ..lesson });
        Some(DailyFit { usual, single, sustained })
    }

    /// The span of the hour's usual mean and those of its neighbours, between which readings move.
    fn usual_at(&self, hour: i64) -> Option<Range> {
        let here = hour_of_day(hour);
        let mut low = self.means[here];
        let mut high = low;
        for place in [(here + HOURS - 1) % HOURS, here, (here + 1) % HOURS] {
            if self.days[place] < PATTERN_DAYS {
                return None;
            }
            low = low.min(self.means[place]);
            high = high.max(self.means[place]);
        }
        Some(Range::around(low, high))
    }

    fn finish_hour(&mut self, spread: f64) {
        if self.count == 0 {
            return;
        }
        let place = hour_of_day(self.hour);
        let days = self.days[place].saturating_add(1);
        let difference = self.mean - self.means[place];
        let reach = if days <= PATTERN_DAYS { f64::MAX } else { DAY_CLIP * spread };
        let weight = DAY_WEIGHT.max(1.0 / f64::from(days));
        self.means[place] += weight * difference.clamp(-reach, reach);
        self.days[place] = days;
        self.mean = 0.0;
        self.count = 0;
    }
}

fn hour_of_day(hour: i64) -> usize {
    // The remainder is from 0 to 23, so it fits.
    hour.rem_euclid(HOURS as i64) as usize
}
