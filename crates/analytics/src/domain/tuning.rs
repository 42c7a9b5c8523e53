//! Every number that decides how the detector behaves. One set for all signals.
//!
//! Most counts are in readings, not in time: what is usual for a signal is learned from the readings
//! there are, whether they come each second or each hour.

/// Readings before a measure may raise anything by statistics. Range rules hold from the first reading.
pub const WARM_UP_READINGS: u32 = 150;
/// Weight of one reading in what is usual in the long run: about the last 1,000 readings count.
pub const LONG_WEIGHT: f64 = 1.0 / 1_000.0;
/// Weight of one reading in the recent value that the next reading is compared with.
pub const RECENT_WEIGHT: f64 = 0.2;
/// Weight of one reading in the recent average that shows a lasting shift.
pub const SHIFT_WEIGHT: f64 = 1.0 / 32.0;
/// Weight of one reading in the recent variability.
pub const VOLATILITY_WEIGHT: f64 = 1.0 / 50.0;
/// Readings before the recent variability is compared with the usual one.
pub const VOLATILITY_READINGS: u32 = 50;
/// Weight of one reading in the recent departure from the daily pattern.
pub const SUSTAINED_WEIGHT: f64 = 0.15;

/// Departures of fewer spreads than this are never remarkable. The spread is a mean absolute
/// departure; of normal noise this is 4.8 standard deviations, met twice in a million readings.
pub const REMARKABLE_SPREADS: f64 = 6.0;
/// Nor are departures that exceed the largest one remembered by less than this factor, so that a
/// signal whose ordinary life is spiky is not reported for being itself.
pub const REMARKABLE_OVER_PEAK: f64 = 1.05;
/// A single departure counts for at most this many spreads when the spread is learned.
pub const SPREAD_CLIP: f64 = 4.0;
/// A single departure moves the centre as if it were at most this many spreads away.
pub const CENTRE_CLIP: f64 = 3.0;
/// Readings in which the spread is learned without clipping, because there is none to clip by.
pub const UNCLIPPED_READINGS: u32 = 20;
/// A reading past the limit raises the remembered peak at most to this multiple of the limit, so that
/// one excursion does not hide the next one.
pub const PEAK_GROWTH: f64 = 1.2;
/// But at least to this part of the departure, so that what comes again and again is learned soon.
pub const PEAK_LEAP: f64 = 0.1;
/// Peaks are remembered for this many readings at least, and for twice as many at most...
pub const SEASON_READINGS: u32 = 3_000;
/// ...but not before this time has passed, which holds a week.
pub const SEASON_SECONDS: f64 = 7.0 * 86_400.0;

/// The spread is taken to be at least this part of the usual value: the resolution of a sensor.
pub const RESOLUTION_OF_VALUE: f64 = 0.005;
/// And at least this part of the width of the expected range, where there is one.
pub const RESOLUTION_OF_RANGE: f64 = 0.005;
/// And at least this, whatever the signal.
pub const RESOLUTION: f64 = 1e-9;
/// The spread of changes is at least this part of the spread of the values themselves.
pub const CHANGE_FLOOR: f64 = 0.02;
/// The spread of averages likewise; averages vary less.
pub const AVERAGE_FLOOR: f64 = 0.05;
/// Readings are not told from the daily pattern more finely than by this many usual changes...
pub const PATTERN_FLOOR: f64 = 0.7;
/// ...and averages of readings by this many.
pub const PATTERN_AVERAGE_FLOOR: f64 = 0.3;
/// The spread of the logarithm of the variability is at least this.
pub const VOLATILITY_FLOOR: f64 = 0.05;
/// A single change counts for at most this many times the usual change in the long-run variability.
pub const VOLATILITY_CLIP: f64 = 8.0;

/// Hours in the daily pattern.
pub const HOURS: usize = 24;
/// Days on which an hour and its neighbours must have been seen before the pattern is used.
pub const PATTERN_DAYS: u8 = 3;
/// Weight of one day in the pattern, once there are enough days: about the last week counts, so that
/// workdays and weekends are both in it.
pub const DAY_WEIGHT: f64 = 1.0 / 7.0;
/// A day moves the pattern as if it were at most this many spreads away.
pub const DAY_CLIP: f64 = 3.0;

/// Readings before runs of equal values are judged: a truck has been seen parked by then.
pub const STUCK_WARM_UP_READINGS: u32 = 1_000;
/// A run of equal values is never remarkable below this length.
pub const STUCK_READINGS: f64 = 12.0;
/// Nor below this multiple of the longest run remembered.
pub const STUCK_OVER_LONGEST: f64 = 4.0;
/// Nor unless it is this improbable, as a natural logarithm, given how often values repeat.
pub const STUCK_SURPRISE: f64 = 25.0;
/// Values are taken to repeat at least this often, for the resolution of sensors is finite.
pub const REPEAT_SHARE: f64 = 0.1;

/// An episode ends after this many calm readings in a row.
pub const CALM_READINGS: u16 = 50;
/// A reading is calm below this part of the limit. Between it and the limit nothing is concluded.
pub const CALM_RATIO: f64 = 0.8;
/// An excursion from the range ends when readings were inside it for this long...
pub const CALM_SECONDS: i64 = 3_600;
/// ...and for as long as this many readings usually take.
pub const CALM_INTERVALS: f64 = 6.0;
/// Excursions from the range that are remembered, to know late and repeated readings of them.
pub const EXCURSIONS: usize = 4;
/// Weight of one gap in the usual interval.
pub const INTERVAL_WEIGHT: f64 = 0.05;
/// One gap counts for at most this many usual intervals when the interval is learned.
pub const INTERVAL_CLIP: f64 = 4.0;

/// Multiples of the limit from which a departure is a warning, and from which it is critical.
pub const WARNING_RATIO: f64 = 1.5;
/// See [`WARNING_RATIO`].
pub const CRITICAL_RATIO: f64 = 3.0;
/// Parts of the range's width outside of it from which a reading is a warning, and critical.
pub const WARNING_OUTSIDE: f64 = 0.05;
/// See [`WARNING_OUTSIDE`].
pub const CRITICAL_OUTSIDE: f64 = 0.5;
/// Most sentences in the explanation of one anomaly.
pub const FACTORS: usize = 4;
/// Statistics treat larger values as this one, so that no sum or product of them overflows.
pub const LARGEST_VALUE: f64 = 1e100;
