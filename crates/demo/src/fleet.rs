//! Reefer containers with their sensors: what they measure while all is well, and when it is not.

use imsop_kernel::Timestamp;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use crate::limits::{FAILURE_LASTS, LONGEST_GAP};

/// How fast a container without a compressor gets warmer, in degrees a second. Far faster than in life,
/// so that somebody who looks on sees it happen.
const WARMING: f64 = 0.07;
/// How fast an open door lets warmth in.
const DOOR_WARMING: f64 = 0.015;
/// What part of the warmth is left each second when the compressor works again.
const COOLING: f64 = 0.97;
/// One reading in so many is a spike while the sensor's contact is loose.
const SPIKE_IN: u32 = 20;
/// What a battery is down to when one of its cells has failed, in per cent.
const DEAD_CELL: f64 = 7.0;

/// What can be wrong with a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// The compressor is out.
    RunsWarm,
    /// It was dropped: one hard shock.
    Shock,
    /// Somebody left the door open.
    DoorOpen,
    /// The temperature sensor hangs at one value.
    SensorStuck,
    /// The temperature sensor has a loose contact.
    SensorSpikes,
    /// Nothing is heard of it.
    Silent,
    /// A cell of the battery has failed.
    LowBattery,
}

impl FailureKind {
    /// All kinds, each with how often it comes, in per cent of all failures.
    pub const SHARES: [(Self, usize); 7] = [
        (Self::RunsWarm, 40),
        (Self::Shock, 20),
        (Self::SensorSpikes, 10),
        (Self::LowBattery, 8),
        (Self::DoorOpen, 10),
        (Self::Silent, 6),
        (Self::SensorStuck, 6),
    ];
}

/// What is wrong with a container, and since when, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    /// What it is.
    pub kind: FailureKind,
    /// When it began.
    pub since: i64,
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
    /// What is wrong with it, if anything.
    pub failure: Option<Failure>,
    /// When something went wrong with it last, in seconds since 1970.
    pub failed_at: i64,
    /// Per cent.
    battery: f64,
    /// By how many degrees it is warmer than it should be.
    warmth: f64,
    /// The last temperature that was told.
    told: Option<f64>,
    read_at: Option<i64>,
}

impl Reefer {
    /// The container with this place in the fleet. Every fourth is a freezer.
    pub fn new(place: usize) -> Self {
        let range = if place % 4 == 3 { (-25.0, -15.0) } else { (2.0, 8.0) };
        Self {
            number: format!("RFR-{:03}", place + 1),
            device: format!("reefer-{:03}", place + 1),
            range,
            failure: None,
            failed_at: 0,
            battery: 96.0 - place as f64 % 20.0,
            warmth: 0.0,
            told: None,
            read_at: None,
        }
    }

    /// The place in the fleet of the container with this number.
    pub fn place_of(number: &str) -> Option<usize> {
        number.strip_prefix("RFR-")?.parse::<usize>().ok()?.checked_sub(1)
    }

    /// From this moment on something is wrong.
    pub fn fail(&mut self, kind: FailureKind, since: i64) {
        self.failure = Some(Failure { kind, since });
        self.failed_at = since;
        // It may have begun before anybody looked.
        self.read_at = Some(self.read_at.unwrap_or(since).min(since));
    }

    /// What its sensors say at this moment: a telemetry event, or nothing while it is silent.
    pub fn reading(&mut self, now: Timestamp, chance: &mut ChaCha8Rng) -> Option<Value> {
        let seconds = now.as_second();
        let kind = self.kind_at(seconds);
        self.warm_up_or_cool_down(kind, seconds);
        let (temperature, noise) = self.temperature(kind, seconds, chance);
        let shock = self.shock(kind, chance);
        let is_open = kind == Some(FailureKind::DoorOpen);
        self.battery = if self.battery < 30.0 { 98.0 } else { self.battery - 0.002 };
        let battery = if kind == Some(FailureKind::LowBattery) { DEAD_CELL } else { self.battery };
        if kind == Some(FailureKind::Silent) {
            return None;
        }
        let day = turn(seconds, 86_400);
        Some(json!({
            "deviceId": self.device,
            "eventType": "reefer.status",
            "timestamp": now.to_string(),
            "payload": {
                "temperature": temperature,
                "humidity": rounded(55.0 + 4.0 * day.cos() + 5.0 * noise),
                "shock": rounded(shock),
                "battery": rounded(battery),
                "doorOpen": u8::from(is_open),
            }
        }))
    }

    /// What is wrong now. What has lasted long enough is repaired.
    fn kind_at(&mut self, seconds: i64) -> Option<FailureKind> {
        let failure = self.failure?;
        if failure.kind != FailureKind::Shock && seconds - failure.since > FAILURE_LASTS {
            self.failure = None;
            return None;
        }
        Some(failure.kind)
    }

    fn warm_up_or_cool_down(&mut self, kind: Option<FailureKind>, seconds: i64) {
        let elapsed = self.read_at.map_or(0, |read_at| seconds - read_at).clamp(0, LONGEST_GAP) as f64;
        self.read_at = Some(seconds);
        match kind {
            Some(FailureKind::RunsWarm) => self.warmth += WARMING * elapsed,
            Some(FailureKind::DoorOpen) => self.warmth += DOOR_WARMING * elapsed,
            _ => self.warmth *= COOLING.powf(elapsed),
        }
    }

    /// The temperature that is told, and the noise in it.
    fn temperature(
        &mut self,
        kind: Option<FailureKind>,
        seconds: i64,
        chance: &mut ChaCha8Rng,
    ) -> (f64, f64) {
        let noise = chance.random_range(-0.12..0.12);
        let is_spike = chance.random_ratio(1, SPIKE_IN);
        let middle = f64::midpoint(self.range.0, self.range.1);
        let cycles = 0.3 * turn(seconds, 86_400).sin() + 0.25 * turn(seconds, 600).sin();
        let mut measured = rounded(middle + cycles + noise + self.warmth);
        match (kind, self.told) {
            (Some(FailureKind::SensorStuck), Some(told)) => measured = told,
            (Some(FailureKind::SensorSpikes), _) if is_spike => measured = rounded(measured + 25.0),
            _ => {}
        }
        self.told = Some(measured);
        (measured, noise)
    }

    /// The hardest shock since the last reading. A fall is over when it was told.
    fn shock(&mut self, kind: Option<FailureKind>, chance: &mut ChaCha8Rng) -> f64 {
        if kind == Some(FailureKind::Shock) {
            self.failure = None;
            return chance.random_range(70.0..110.0);
        }
        chance.random_range(0.1..2.5)
    }
}

/// How far a cycle of so many seconds is, as an angle.
fn turn(seconds: i64, cycle: i64) -> f64 {
    seconds.rem_euclid(cycle) as f64 / cycle as f64 * std::f64::consts::TAU
}

fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    const START: i64 = 1_800_000_000;

    /// What a container tells, each other second, while and after this is wrong with it.
    fn told(kind: Option<FailureKind>, seconds: i64) -> Vec<(i64, Option<Value>)> {
        let mut chance = ChaCha8Rng::seed_from_u64(1);
        let mut reefer = Reefer::new(0);
        for second in (-200..0).step_by(2) {
            reefer.reading(Timestamp::from_second(START + second).unwrap(), &mut chance);
        }
        if let Some(kind) = kind {
            reefer.fail(kind, START);
        }
        let mut all = Vec::new();
        for second in (0..seconds).step_by(2) {
            let now = Timestamp::from_second(START + second).unwrap();
            all.push((second, reefer.reading(now, &mut chance)));
        }
        all
    }

    fn values(kind: Option<FailureKind>, seconds: i64, signal: &str) -> Vec<f64> {
        let all = told(kind, seconds);
        all.iter().filter_map(|(_, reading)| reading.as_ref()?["payload"][signal].as_f64()).collect()
    }

    #[test]
    fn a_healthy_container_stays_in_its_range_for_a_day() {
        let temperatures = values(None, 86_400, "temperature");
        assert!(temperatures.iter().all(|value| (2.0..=8.0).contains(value)));
    }

    #[test]
    fn whatever_fails_all_values_are_valid_and_it_ends_well() {
        let valid = [
            ("temperature", -90.0..=90.0),
            ("humidity", 0.0..=100.0),
            ("shock", 0.0..=5_000.0),
            ("battery", 0.0..=100.0),
            ("doorOpen", 0.0..=1.0),
        ];
        for (kind, _) in FailureKind::SHARES {
            for (signal, range) in &valid {
                let values = values(Some(kind), 2 * FAILURE_LASTS, signal);
                assert!(values.iter().all(|value| range.contains(value)), "{kind:?}: {signal}");
            }
            let temperatures = values(Some(kind), 2 * FAILURE_LASTS + 60, "temperature");
            assert!((2.0..=8.0).contains(temperatures.last().unwrap()), "{kind:?} does not end");
        }
    }

    #[test]
    fn every_failure_shows_in_its_own_signal() {
        let most = |kind, signal| values(Some(kind), FAILURE_LASTS, signal).into_iter().fold(0.0, f64::max);
        assert!(most(FailureKind::RunsWarm, "temperature") > 12.0);
        assert!(most(FailureKind::SensorSpikes, "temperature") > 25.0);
        assert!(most(FailureKind::Shock, "shock") > 50.0);
        assert!((most(FailureKind::DoorOpen, "doorOpen") - 1.0).abs() < 1e-9);
        assert!(most(FailureKind::LowBattery, "battery") < 15.0);
        let stuck = values(Some(FailureKind::SensorStuck), FAILURE_LASTS, "temperature");
        assert!(stuck.windows(2).all(|pair| pair[0].to_bits() == pair[1].to_bits()));
        let silent = told(Some(FailureKind::Silent), FAILURE_LASTS + 4);
        assert!(silent.iter().all(|(second, reading)| reading.is_none() == (*second <= FAILURE_LASTS)));
    }
}
