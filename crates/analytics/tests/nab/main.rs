//! Measures the detector with the Numenta Anomaly Benchmark: one set of parameters, every anomaly that
//! the detector raises counts. Published for the whole benchmark: windowed Gaussian 39.6, Twitter ADVec
//! 47.1, random cut forest 51.7, Skyline 58.2, Numenta HTM 70.5.

#![allow(clippy::expect_used, reason = "all of it is a test; clippy only knows the test functions")]

mod scoring;
mod series;

use imsop_analytics::domain::{Detector, Finite, Reading, Verdict};
use series::Series;

/// What the detector is held to. It reaches somewhat more; the margin is for changes in its parameters.
const FLOOR: f64 = 60.0;

fn detections(series: &Series) -> Vec<usize> {
    let mut detector = Detector::new();
    let mut rows = Vec::new();
    for (row, (timestamp, value)) in series.rows.iter().enumerate() {
        let value = Finite::try_from(*value).expect("the benchmark has finite values");
        let reading = Reading { signal: "value", unit: "1", value, timestamp: *timestamp };
        let verdict = detector.observe(&reading, None);
        if let Verdict::Raised(anomaly) = verdict {
            if std::env::var_os("EXPLAIN").is_some() {
                println!("    {row} {:.2} {}", anomaly.score, anomaly.factors.join("; "));
            }
            rows.push(row);
        }
    }
    rows
}

#[test]
fn the_detector_beats_the_windowed_gaussian_on_the_numenta_benchmark() {
    let Some(folder) = series::folder() else {
        println!("skipped: the Numenta Anomaly Benchmark is not at ../shared/data/nab");
        return;
    };
    let (mut raw, mut windows, mut found, mut false_positives, mut readings) = (0.0, 0, 0, 0, 0);
    for series in series::read(&folder) {
        let outcome = scoring::score(&series, &detections(&series));
        println!(
            "{:58} {:6.2} of {}, {} false positives",
            series.name,
            outcome.raw,
            series.windows.len(),
            outcome.false_positives
        );
        raw += outcome.raw;
        windows += series.windows.len();
        found += outcome.found;
        false_positives += outcome.false_positives;
        readings += series.rows.len();
    }
    let score = scoring::normalised(raw, windows);
    println!(
        "score {score:.2}: {found} of {windows} windows, {false_positives} false positives in {readings} readings"
    );
    assert!(score >= FLOOR, "the score {score:.2} is below {FLOOR}");
}
