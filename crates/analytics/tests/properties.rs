//! What holds for every signal.

mod support;

use imsop_analytics::domain::{Detector, Verdict};
use imsop_kernel::Timestamp;
use proptest::prelude::*;
use support::{Chance, INTERVAL, chilled, feed, finite, frozen, temperature};

/// False alarms per reading that ordinary signals may have at most, on average: one in 20,000.
const FALSE_ALARMS: f64 = 1.0 / 20_000.0;
const SEEDS: u64 = 20;
/// Five weeks of readings.
const LENGTH: usize = 10_000;

fn false_alarms(signal: impl Fn(usize, &mut Chance) -> f64) -> f64 {
    let mut alarms = 0;
    for seed in 1..=SEEDS {
        let mut chance = Chance::new(seed);
        let values: Vec<f64> = (0..LENGTH).map(|place| signal(place, &mut chance)).collect();
        alarms += feed(&mut Detector::new(), 0, &values, None).len();
    }
    let rate = alarms as f64 / (SEEDS as usize * LENGTH) as f64;
    println!("{alarms} false alarms, {rate:.7} per reading");
    rate
}

fn wave(place: usize) -> f64 {
    (place as f64 * INTERVAL as f64 / 86_400.0 * std::f64::consts::TAU).sin()
}

#[test]
fn a_constant_signal_is_never_reported() {
    for value in [0.0, 5.0, -20.0, 1e12, f64::MAX, f64::MIN] {
        assert_eq!(false_alarms(|_, _| value), 0.0);
    }
}

#[test]
fn noise_around_a_constant_is_hardly_ever_reported() {
    assert!(false_alarms(|_, chance| 5.0 + 0.3 * chance.normal()) <= FALSE_ALARMS);
    assert!(false_alarms(|_, chance| chance.share()) <= FALSE_ALARMS);
}

#[test]
fn a_reading_with_a_coarse_resolution_is_hardly_ever_reported() {
    assert!(false_alarms(|_, chance| ((5.0 + 0.1 * chance.normal()) * 10.0).round() / 10.0) <= FALSE_ALARMS);
}

#[test]
fn a_slow_drift_is_hardly_ever_reported() {
    assert!(
        false_alarms(|place, chance| 5.0 + 0.0002 * place as f64 + 0.3 * chance.normal()) <= FALSE_ALARMS
    );
}

#[test]
fn a_daily_wave_with_noise_is_hardly_ever_reported() {
    assert!(false_alarms(|place, chance| 5.0 + 2.0 * wave(place) + 0.3 * chance.normal()) <= FALSE_ALARMS);
    assert!(false_alarms(|place, chance| 20.0 + 9.0 * wave(place) + 0.3 * chance.normal()) <= FALSE_ALARMS);
}

/// Readings that any device might send: times out of order, values of any size.
fn any_readings() -> impl Strategy<Value = Vec<(i64, f64)>> {
    let value = prop_oneof![
        4 => -50.0..50.0f64,
        1 => prop::num::f64::NORMAL,
        1 => Just(0.0),
        1 => Just(f64::MAX),
        1 => Just(f64::MIN),
        1 => Just(f64::MIN_POSITIVE),
    ];
    prop::collection::vec((-200..2_000i64, value), 1..400)
}

fn is_sane(verdict: &Verdict) -> bool {
    let Verdict::Raised(anomaly) = verdict else { return true };
    (0.0..=1.0).contains(&anomaly.score)
        && anomaly.expected.is_finite()
        && anomaly.expected_range.minimum().is_finite()
        && anomaly.expected_range.maximum().is_finite()
        && !anomaly.factors.is_empty()
}

proptest! {
    #[test]
    fn no_finite_reading_at_any_time_breaks_the_detector(readings in any_readings(), sorted: bool, ruled: bool) {
        let mut readings = readings;
        if sorted {
            readings.sort_by_key(|(interval, _)| *interval);
        }
        let rule = ruled.then(chilled);
        let mut detector = Detector::new();
        for (interval, value) in readings {
            let verdict = detector.observe(&temperature(interval, value), rule.as_ref());
            prop_assert!(is_sane(&verdict), "{verdict:?}");
        }
        let json = serde_json::to_string(&detector).expect("a detector serialises");
        let back: Detector = serde_json::from_str(&json).expect("no number in it is NaN or infinite");
        prop_assert_eq!(back, detector);
    }

    #[test]
    fn the_first_and_the_last_moment_of_time_are_only_times(values in prop::collection::vec(-50.0..50.0f64, 6)) {
        let moments = [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX];
        let mut detector = Detector::new();
        for (place, value) in values.iter().enumerate() {
            let mut reading = temperature(0, *value);
            reading.timestamp = moments[place % moments.len()];
            prop_assert!(is_sane(&detector.observe(&reading, Some(&chilled()))));
        }
    }

    #[test]
    fn a_step_of_eight_spreads_is_found_within_five_readings(
        seed in 1..u64::MAX, level in -30.0..30.0f64, swing in 0.0..3.0f64, length in 600..6_000usize, up: bool,
    ) {
        let deviation = 0.5;
        let step = if up { 8.0 * deviation } else { -8.0 * deviation };
        let mut chance = Chance::new(seed);
        let mut value = |place: usize| level + swing * wave(place) + deviation * chance.normal();
        let before: Vec<f64> = (0..length).map(&mut value).collect();
        let after: Vec<f64> = (length..length + 5).map(|place| value(place) + step).collect();
        let mut detector = Detector::new();
        let alarms = feed(&mut detector, 0, &before, None);
        prop_assume!(alarms.is_empty());
        let found = feed(&mut detector, length as i64, &after, None);
        prop_assert!(!found.is_empty());
    }

    #[test]
    fn a_reading_out_of_range_is_found_at_once(
        usual in prop::collection::vec(2.0..8.0f64, 0..300), value in prop_oneof![-90.0..1.999f64, 8.001..90.0f64],
    ) {
        let mut detector = Detector::new();
        feed(&mut detector, 0, &usual, Some(&chilled()));
        let verdict = detector.observe(&temperature(usual.len() as i64, value), Some(&chilled()));
        prop_assert!(matches!(verdict, Verdict::Raised(_)), "{verdict:?}");
    }

    #[test]
    fn a_detector_that_was_stored_goes_on_as_if_it_had_not_been(
        seed in 1..u64::MAX, before in 0..1_500usize, after in 1..300usize,
    ) {
        let mut chance = Chance::new(seed);
        let mut detector = Detector::new();
        let mut value = |place: usize| wave(place) / 3.0 + chance.normal() * if place % 200 > 190 { 9.0 } else { 1.0 };
        let values: Vec<f64> = (0..before).map(&mut value).collect();
        feed(&mut detector, 0, &values, Some(&chilled()));
        let json = serde_json::to_vec(&detector).expect("a detector serialises");
        let mut stored: Detector = serde_json::from_slice(&json).expect("and is read back");
        for place in before..before + after {
            let reading = temperature(place as i64, value(place));
            prop_assert_eq!(stored.observe(&reading, Some(&chilled())), detector.observe(&reading, Some(&chilled())));
        }
    }

    #[test]
    fn readings_that_come_again_change_nothing(
        seed in 1..u64::MAX, length in 1..800usize, again in prop::collection::vec(0.0..1.0f64, 1..50),
    ) {
        let mut chance = Chance::new(seed);
        let mut value = || 5.0 + chance.normal() * if chance.share() > 0.97 { 6.0 } else { 1.0 };
        let values: Vec<f64> = (0..length).map(|_| value()).collect();
        let mut detector = Detector::new();
        feed(&mut detector, 0, &values, Some(&chilled()));
        let before = detector.clone();
        for share in again {
            let place = (share * length as f64) as usize;
            let verdict = detector.observe(&temperature(place as i64, values[place]), Some(&chilled()));
            prop_assert_eq!(verdict, Verdict::Late);
            prop_assert_eq!(&detector, &before);
        }
    }

    #[test]
    fn late_readings_inside_their_range_teach_nothing(
        late in prop::collection::vec((0..200i64, -25.0..-15.0f64), 1..50),
    ) {
        let mut detector = Detector::new();
        let values: Vec<f64> = (0..200).map(|place| -20.0 + f64::from(place % 7) * 0.1).collect();
        feed(&mut detector, 0, &values, Some(&frozen()));
        let before = detector.clone();
        for (interval, value) in late {
            prop_assert_eq!(detector.observe(&temperature(interval, value), Some(&frozen())), Verdict::Late);
        }
        prop_assert_eq!(detector, before);
    }

    #[test]
    fn what_is_not_a_finite_number_is_not_a_value(value in prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY)]) {
        prop_assert!(imsop_analytics::domain::Finite::try_from(value).is_err());
        prop_assert_eq!(f64::from(finite(1.5)), 1.5);
    }
}
