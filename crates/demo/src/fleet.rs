//! Reefer containers with their sensors: what they measure while all is well, and when it is not.

use imsop_kernel::Timestamp;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use crate::limits::FAILURE_LASTS;

/// What is wrong with a container.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Failure {
    /// The compressor is out: it gets warmer from this moment on.
    RunsWarm {
        /// Since when, in seconds since 1970.
        since: i64,
    },
    /// It was dropped: one hard shock.
    Shock,
}

/// A reefer container.
#[derive(Debug, Clone)]
pub struct Reefer {
    /// The asset's number.
    pub number: String,
    /// Its tracker's name.
    pub device: String,
    /// The temperatures that it is set to keep.
    pub range: (f64, f64),
    /// Per cent.
    pub battery: f64,
    /// What is wrong with it, if anything.
    pub failure: Option<Failure>,
}

impl Reefer {
    /// The container with this place in the fleet. Every fourth is a freezer.
    pub fn new(place: usize) -> Self {
        let range = if place % 4 == 3 { (-25.0, -15.0) } else { (2.0, 8.0) };
        Self {
            number: format!("RFR-{:03}", place + 1),
            device: format!("reefer-{:03}", place + 1),
            range,
            battery: 96.0 - place as f64 % 20.0,
            failure: None,
        }
    }

    /// What its sensors say at this moment: a telemetry event. A shock is over when it was told.
    pub fn reading(&mut self, now: Timestamp, chance: &mut ChaCha8Rng) -> Value {
        let seconds = now.as_second();
        let middle = f64::midpoint(self.range.0, self.range.1);
        let day = (seconds % 86_400) as f64 / 86_400.0 * std::f64::consts::TAU;
        let compressor = (seconds % 600) as f64 / 600.0 * std::f64::consts::TAU;
        let noise = chance.random_range(-0.12..0.12);
        let warmth = match self.failure {
            Some(Failure::RunsWarm { since }) if seconds - since > FAILURE_LASTS => {
                self.failure = None;
                0.0
            }
            Some(Failure::RunsWarm { since }) => (seconds - since) as f64 * 0.07,
            _ => 0.0,
        };
        let shock = if self.failure == Some(Failure::Shock) {
            self.failure = None;
            chance.random_range(70.0..110.0)
        } else {
            chance.random_range(0.1..2.5)
        };
        self.battery = if self.battery < 30.0 { 98.0 } else { self.battery - 0.002 };
        let rounded = |value: f64| (value * 100.0).round() / 100.0;
        json!({
            "deviceId": self.device,
            "eventType": "reefer.status",
            "timestamp": now.to_string(),
            "payload": {
                "temperature": rounded(middle + 0.3 * day.sin() + 0.25 * compressor.sin() + noise + warmth),
                "humidity": rounded(55.0 + 4.0 * day.cos() + 5.0 * noise),
                "shock": rounded(shock),
                "battery": rounded(self.battery),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    fn temperature(reading: &Value) -> f64 {
        reading["payload"]["temperature"].as_f64().unwrap()
    }

    #[test]
    fn a_healthy_container_stays_in_its_range_and_one_that_runs_warm_leaves_it() {
        let mut chance = ChaCha8Rng::seed_from_u64(1);
        for place in 0..8 {
            let mut reefer = Reefer::new(place);
            let start = 1_800_000_000;
            for second in (0..86_400).step_by(60) {
                let now = Timestamp::from_second(start + second).unwrap();
                let value = temperature(&reefer.reading(now, &mut chance));
                assert!((reefer.range.0..=reefer.range.1).contains(&value), "{value} in {:?}", reefer.range);
            }
            reefer.failure = Some(Failure::RunsWarm { since: start });
            let late = Timestamp::from_second(start + FAILURE_LASTS).unwrap();
            assert!(temperature(&reefer.reading(late, &mut chance)) > reefer.range.1);
            let repaired = Timestamp::from_second(start + FAILURE_LASTS + 2).unwrap();
            assert!(temperature(&reefer.reading(repaired, &mut chance)) < reefer.range.1);
        }
    }
}
