//! What is usual for one signal of one device.

use serde::{Deserialize, Serialize};

use super::daily::{DailyFit, DailyPattern, Scale};
use super::departure::Departure;
use super::gauge::{Gauge, Lesson};
use super::range::Range;
use super::repeats::Repeats;
use super::tuning::{
    AVERAGE_FLOOR, CHANGE_FLOOR, LARGEST_VALUE, RECENT_WEIGHT, RESOLUTION, RESOLUTION_OF_RANGE,
    RESOLUTION_OF_VALUE, SEASON_READINGS, SEASON_SECONDS, SHIFT_WEIGHT,
};
use super::volatility::Volatility;

/// The measures of a signal, each with what is usual for it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SignalModel {
    started: bool,
    previous: f64,
    recent: f64,
    average: f64,
    level: Gauge,
    change: Gauge,
    shift: Gauge,
    volatility: Volatility,
    daily: DailyPattern,
    repeats: Repeats,
    season: Season,
}

/// For how long peaks are kept in mind: a season has both enough readings and enough time, so that a
/// sensor that speaks each second still knows what happens each day and each week.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "(u32, f64)", into = "(u32, f64)")]
struct Season {
    readings: u32,
    seconds: f64,
}

impl Season {
    /// Counts a reading in. True when a season ends with it and the next one begins.
    fn begins_again(&mut self, elapsed: f64) -> bool {
        self.readings = self.readings.saturating_add(1);
        self.seconds += elapsed;
        let over = self.readings >= SEASON_READINGS && self.seconds >= SEASON_SECONDS;
        if over {
            *self = Self::default();
        }
        over
    }
}

impl From<(u32, f64)> for Season {
    fn from((readings, seconds): (u32, f64)) -> Self {
        Self { readings, seconds }
    }
}

impl From<Season> for (u32, f64) {
    fn from(season: Season) -> Self {
        (season.readings, season.seconds)
    }
}

/// A measure by which a reading can be remarkable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// The value beside the usual value.
    Level,
    /// The value beside the latest values.
    Change,
    /// The latest values' average beside the usual value.
    Shift,
    /// The size of the latest changes beside the usual size.
    Volatility,
    /// The value beside what is usual at this hour.
    Daily,
    /// The latest values beside what is usual at their hours.
    DailySustained,
    /// The length of the run of equal values.
    Repeats,
}

/// Number of measures.
pub const MEASURES: usize = 7;

/// What the model says of one reading, compared with what was usual before it.
#[derive(Debug, Clone, Copy)]
pub struct Assessment {
    /// Every measure with its departure.
    pub departures: [(Measure, Departure); MEASURES],
    /// What is usual at this time of day, once that is known.
    pub usual_now: Option<Range>,
}

impl Assessment {
    /// The measure that departs most from what is usual.
    pub fn strongest(&self) -> (Measure, Departure) {
        let mut strongest = self.departures[0];
        for candidate in &self.departures[1..] {
            if candidate.1.ratio() > strongest.1.ratio() {
                strongest = *candidate;
            }
        }
        strongest
    }
}

impl SignalModel {
    /// Compares a reading with what is usual, then learns from it.
    pub fn observe(&mut self, second: i64, elapsed: f64, value: f64, range: Option<Range>) -> Assessment {
        let value_in_contract = range.is_none_or(|range| range.contains(value));
        let value = value.clamp(-LARGEST_VALUE, LARGEST_VALUE);
        let repeats = self.started && value == self.previous;
        if !self.started {
            self.started = true;
            self.previous = value;
            self.recent = value;
            self.average = value;
        }
        let resolution = self.resolution(range);
        let spread = self.level.spread().max(resolution);
        let lesson = Lesson {
            floor: resolution,
            season_begins: self.season.begins_again(elapsed),
            teaches: value_in_contract,
        };

        let usual = self.level.centre();
        let level = self.level.follow(value, lesson);
        let change =
            self.change.judge(value - self.recent, Lesson { floor: spread * CHANGE_FLOOR, ..lesson });
        let change = Departure { usual: self.recent, ..change };
        self.recent += RECENT_WEIGHT * (value - self.recent);
        self.average += SHIFT_WEIGHT * (value - self.average);
        let shift =
            self.shift.judge(self.average - usual, Lesson { floor: spread * AVERAGE_FLOOR, ..lesson });
        let shift = Departure { usual, ..shift };
        let volatility = self.volatility.observe(value - self.previous, spread, lesson);
        self.previous = value;
        let repeats = self.repeats.observe(repeats);
        let fit = self.daily.observe(
            second,
            value,
            Scale { values: spread, changes: self.change.spread() },
            lesson,
        );
        Assessment {
            departures: gather(level, change, shift, volatility, fit, repeats),
            usual_now: fit.map(|fit| fit.usual),
        }
    }

    /// The usual value, once there have been enough readings to tell.
    pub fn usual(&self) -> Option<f64> {
        self.level.is_warm().then(|| self.level.centre())
    }

    /// The smallest difference that is taken for more than the sensor's resolution.
    fn resolution(&self, range: Option<Range>) -> f64 {
        let of_value = self.level.centre().abs() * RESOLUTION_OF_VALUE;
        let of_range = range.map_or(0.0, |range| range.width().min(LARGEST_VALUE) * RESOLUTION_OF_RANGE);
        of_value.max(of_range).max(RESOLUTION)
    }
}

fn gather(
    level: Departure,
    change: Departure,
    shift: Departure,
    volatility: Departure,
    fit: Option<DailyFit>,
    repeats: Departure,
) -> [(Measure, Departure); MEASURES] {
    [
        (Measure::Level, level),
        (Measure::Change, change),
        (Measure::Shift, shift),
        (Measure::Volatility, volatility),
        (Measure::Daily, fit.map(|fit| fit.single).unwrap_or_default()),
        (Measure::DailySustained, fit.map(|fit| fit.sustained).unwrap_or_default()),
        (Measure::Repeats, repeats),
    ]
}
