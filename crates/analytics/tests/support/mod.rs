//! Signals made of chance that a seed repeats, and short ways to feed them to a detector.
#![allow(dead_code, reason = "every test file uses its own part of this")]
#![allow(clippy::expect_used, reason = "helpers of tests; clippy only knows the tests themselves")]

use imsop_analytics::domain::{Anomaly, Detector, Finite, Origin, Range, RangeRule, Reading, Verdict};
use imsop_kernel::Timestamp;

/// Seconds between readings, where a test does not say otherwise.
pub const INTERVAL: i64 = 300;
/// 2026-01-01T00:00:00Z.
pub const START: i64 = 1_767_225_600;

/// The contract's range for temperature.
pub fn chilled() -> RangeRule {
    RangeRule { range: Range::new(2.0, 8.0).expect("2 is below 8"), origin: Origin::Contract }
}

/// The range of a frozen container.
pub fn frozen() -> RangeRule {
    RangeRule { range: Range::new(-25.0, -15.0).expect("-25 is below -15"), origin: Origin::Device }
}

/// A temperature at so many intervals after the start.
pub fn temperature(interval: i64, value: f64) -> Reading<'static> {
    Reading { signal: "temperature", unit: "Cel", value: finite(value), timestamp: at(interval) }
}

/// So many intervals after the start.
pub fn at(interval: i64) -> Timestamp {
    Timestamp::from_second(START + interval * INTERVAL).expect("tests stay in this century")
}

/// The value, which is finite.
pub fn finite(value: f64) -> Finite {
    Finite::try_from(value).expect("the test gives a finite value")
}

/// The anomaly that was raised.
pub fn raised(verdict: Verdict) -> Anomaly {
    match verdict {
        Verdict::Raised(anomaly) => *anomaly,
        other => panic!("nothing was raised, but {other:?}"),
    }
}

/// Feeds values one interval apart, and gives the positions at which something was raised.
pub fn feed(detector: &mut Detector, first: i64, values: &[f64], rule: Option<&RangeRule>) -> Vec<usize> {
    let mut places = Vec::new();
    for (place, value) in values.iter().enumerate() {
        let reading = temperature(first + place as i64, *value);
        if matches!(detector.observe(&reading, rule), Verdict::Raised(_)) {
            places.push(place);
        }
    }
    places
}

/// A source of chance.
pub struct Chance(u64);

impl Chance {
    /// Chance that this seed repeats.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number from 0 to 1 (xorshift64*).
    pub fn share(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A normally distributed number with mean 0 and standard deviation 1 (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.share()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.share()).cos()
    }
}
