//! The scoring of the Numenta Anomaly Benchmark, standard profile: A true positive 1, a false negative
//! 1, a false positive 0.11; early detection counts more than late detection, and only the best
//! detection of a window counts.

use super::series::Series;

const FALSE_POSITIVE: f64 = 0.11;
const FALSE_NEGATIVE: f64 = 1.0;
const PROBATION_SHARE: f64 = 0.15;
const PROBATION_ROWS: usize = 750;

/// The rows at the start of a series in which detections are not counted.
pub fn probation(rows: usize) -> usize {
    ((rows as f64 * PROBATION_SHARE) as usize).min(PROBATION_ROWS)
}

/// What the detections in one series are worth.
pub struct Outcome {
    /// The raw score; at most the number of windows.
    pub raw: f64,
    /// Windows with a detection.
    pub found: usize,
    /// Detections outside of all windows.
    pub false_positives: usize,
}

/// Scores the rows at which a detector has spoken.
pub fn score(series: &Series, detections: &[usize]) -> Outcome {
    let mut best = vec![None::<f64>; series.windows.len()];
    let mut outcome = Outcome { raw: 0.0, found: 0, false_positives: 0 };
    for row in detections.iter().copied().filter(|row| *row >= probation(series.rows.len())) {
        let inside = series.windows.iter().position(|(first, last)| (*first..=*last).contains(&row));
        if let Some(window) = inside {
            let worth = within(series.windows[window], row);
            best[window] = Some(best[window].map_or(worth, |known| known.max(worth)));
            continue;
        }
        let before = series.windows.iter().rfind(|(_, last)| *last < row);
        outcome.raw += FALSE_POSITIVE * before.map_or(-1.0, |window| past(*window, row));
        outcome.false_positives += 1;
    }
    outcome.found = best.iter().flatten().count();
    for worth in best {
        outcome.raw += worth.unwrap_or(-FALSE_NEGATIVE);
    }
    outcome
}

/// 100 for a perfect detector, 0 for one that never speaks.
pub fn normalised(raw: f64, windows: usize) -> f64 {
    let windows = windows as f64;
    let null = -FALSE_NEGATIVE * windows;
    100.0 * (raw - null) / (windows - null)
}

fn within((first, last): (usize, usize), row: usize) -> f64 {
    let width = (last - first + 1) as f64;
    sigmoid(-((last - row + 1) as f64) / width) / sigmoid(-1.0)
}

fn past((first, last): (usize, usize), row: usize) -> f64 {
    sigmoid((row - last) as f64 / (last - first).max(1) as f64)
}

/// From 1 well before the end of a window over 0 at its end to -1 past it.
fn sigmoid(position: f64) -> f64 {
    if position > 3.0 {
        return -1.0;
    }
    2.0 / (1.0 + (5.0 * position).exp()) - 1.0
}
