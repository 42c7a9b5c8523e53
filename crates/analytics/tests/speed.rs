//! How many readings one core judges in a second. Run it with
//! `cargo test --release -p imsop-analytics --test speed -- --ignored --nocapture`.

mod support;

use std::hint::black_box;
use std::time::Instant;

use imsop_analytics::domain::Detector;
use support::{Chance, chilled, temperature};

const DETECTORS: usize = 1_000;
const READINGS: usize = 2_000_000;

#[test]
#[ignore = "a measurement, meaningful only with optimisation"]
fn half_a_million_readings_a_second_pass_through_one_core() {
    let mut chance = Chance::new(1);
    let values: Vec<f64> = (0..READINGS).map(|_| 5.0 + 0.3 * chance.normal()).collect();
    let mut detectors = vec![Detector::new(); DETECTORS];
    let start = Instant::now();
    for (place, value) in values.iter().enumerate() {
        let reading = temperature((place / DETECTORS) as i64, *value);
        black_box(detectors[place % DETECTORS].observe(&reading, Some(&chilled())));
    }
    let rate = READINGS as f64 / start.elapsed().as_secs_f64();
    println!("{rate:.0} readings per second over {DETECTORS} signals");
    assert!(rate > 500_000.0, "{rate:.0}");
}
