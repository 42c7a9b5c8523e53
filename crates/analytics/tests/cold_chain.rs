//! The detector in the words of those who watch containers.

mod support;

use imsop_analytics::domain::{Detector, RangeRules, Severity, Verdict};
use support::{Chance, chilled, feed, frozen, raised, temperature};

/// A container that has kept its temperature for so many readings, and the detector that watched it.
fn settled(readings: usize) -> Detector {
    let mut chance = Chance::new(7);
    let values: Vec<f64> = (0..readings).map(|_| 4.9 + 0.2 * chance.normal()).collect();
    let mut detector = Detector::new();
    assert_eq!(feed(&mut detector, 0, &values, Some(&chilled())), Vec::<usize>::new());
    detector
}

#[test]
fn the_first_reading_of_a_new_device_is_judged_by_the_contract() {
    let anomaly = raised(Detector::new().observe(&temperature(0, 25.0), Some(&chilled())));
    assert_eq!(anomaly.severity, Severity::Critical);
    assert_eq!(anomaly.factors, ["25.0 Cel is 17.0 above the contract's upper limit of 8.0 Cel"]);
    assert_eq!((anomaly.observed, anomaly.expected), (25.0, 5.0));
    assert_eq!(anomaly.expected_range, chilled().range);
    assert!(anomaly.score > 0.9, "{}", anomaly.score);
}

#[test]
fn how_far_outside_the_range_decides_the_severity() {
    let severity = |value| raised(Detector::new().observe(&temperature(0, value), Some(&chilled()))).severity;
    assert_eq!(severity(8.1), Severity::Info);
    assert_eq!(severity(8.5), Severity::Warning);
    assert_eq!(severity(1.5), Severity::Warning);
    assert_eq!(severity(11.0), Severity::Critical);
    assert_eq!(severity(-20.0), Severity::Critical);
}

#[test]
fn both_ends_of_the_range_are_inside() {
    for value in [2.0, 8.0] {
        let verdict = Detector::new().observe(&temperature(0, value), Some(&chilled()));
        assert_eq!(verdict, Verdict::Normal);
    }
}

#[test]
fn a_frozen_container_has_its_own_range() {
    let mut rules = RangeRules::of_contract([("temperature".to_owned(), chilled().range)]);
    rules.set_for_device("reefer-7", "temperature", frozen().range);
    let own = rules.rule("reefer-7", "temperature");
    let verdict = Detector::new().observe(&temperature(0, -20.0), own.as_ref());
    assert_eq!(verdict, Verdict::Normal);
    let anomaly = raised(Detector::new().observe(&temperature(0, 4.0), own.as_ref()));
    assert_eq!(anomaly.factors, ["4.0 Cel is 19.0 above the device's upper limit of -15.0 Cel"]);

    assert_eq!(rules.rule("reefer-8", "temperature"), Some(chilled()));
    assert_eq!(rules.rule("reefer-7", "vibration"), None);
    rules.clear_device("reefer-7");
    assert_eq!(rules.rule("reefer-7", "temperature"), Some(chilled()));
}

#[test]
fn a_door_left_open_for_an_hour_is_one_anomaly_that_gets_worse_twice() {
    let mut detector = settled(300);
    let warming: Vec<f64> = (0..60).map(|minute| 5.0 + 0.2 * f64::from(minute)).collect();
    let mut severities = Vec::new();
    for (place, value) in warming.iter().enumerate() {
        let verdict = detector.observe(&temperature(300 + place as i64, *value), Some(&chilled()));
        if let Verdict::Raised(anomaly) = verdict
            && anomaly.observed > 8.0
        {
            severities.push(anomaly.severity);
        }
    }
    assert_eq!(severities, [Severity::Info, Severity::Warning, Severity::Critical]);
}

#[test]
fn a_container_that_stays_warm_for_days_is_reported_once() {
    let mut detector = settled(300);
    let warm = vec![20.0; 1_000];
    assert_eq!(feed(&mut detector, 300, &warm, Some(&chilled())), [0]);
}

#[test]
fn the_next_excursion_is_a_new_anomaly_once_it_has_been_cold_for_a_while() {
    let mut detector = settled(300);
    let mut values = vec![20.0];
    values.extend([4.9; 5]);
    values.push(20.0);
    values.extend([4.9; 60]);
    values.push(20.0);
    assert_eq!(feed(&mut detector, 300, &values, Some(&chilled())), [0, 67]);
}

#[test]
fn an_hourly_sensor_that_stays_outside_is_reported_once() {
    let mut detector = Detector::new();
    let mut raised = 0;
    for hour in 0..100 {
        let verdict = detector.observe(&temperature(hour * 12, 20.0), Some(&chilled()));
        raised += i32::from(matches!(verdict, Verdict::Raised(_)));
    }
    assert_eq!(raised, 1);
}

#[test]
fn an_excursion_that_the_gateway_delivers_afterwards_is_reported_once_all_the_same() {
    let mut detector = Detector::new();
    feed(&mut detector, 0, &[5.0; 100], Some(&chilled()));
    feed(&mut detector, 200, &[5.0; 10], Some(&chilled()));
    let backfill: Vec<f64> =
        (0..100).map(|place| if place > 40 && place < 60 { 15.0 } else { 5.0 }).collect();
    assert_eq!(feed(&mut detector, 100, &backfill, Some(&chilled())), [41]);
    assert_eq!(feed(&mut detector, 100, &backfill, Some(&chilled())), Vec::<usize>::new());
}

#[test]
fn an_unusual_value_inside_the_range_is_explained_by_what_is_usual() {
    let mut detector = settled(600);
    let anomaly = raised(detector.observe(&temperature(600, 7.5), Some(&chilled())));
    assert_eq!(anomaly.severity, Severity::Warning);
    assert!((anomaly.expected - 4.9).abs() < 0.3, "{}", anomaly.expected);
    assert!(!anomaly.expected_range.contains(7.5));
    let text = anomaly.factors.join("; ");
    assert!(text.contains("times the usual spread away from the usual 4.9 Cel"), "{text}");
    assert!(text.contains("of just before"), "{text}");
}

#[test]
fn what_is_inside_the_range_is_never_critical() {
    let mut detector = settled(600);
    for (place, value) in [2.1, 7.9, 2.1, 7.9].into_iter().enumerate() {
        if let Verdict::Raised(anomaly) =
            detector.observe(&temperature(600 + place as i64, value), Some(&chilled()))
        {
            assert_eq!(anomaly.severity, Severity::Warning);
        }
    }
}

#[test]
fn during_the_warm_up_only_the_range_counts() {
    let mut detector = Detector::new();
    let wild: Vec<f64> = (0..150).map(|place| f64::from(place * 37 % 60) / 10.0 + 2.0).collect();
    assert_eq!(feed(&mut detector, 0, &wild, Some(&chilled())), Vec::<usize>::new());
}

#[test]
fn a_sensor_that_hangs_at_one_value_is_reported_once() {
    let mut detector = settled(1_200);
    let mut anomalies = Vec::new();
    for place in 0..500 {
        let verdict = detector.observe(&temperature(1_200 + place, 5.2), Some(&chilled()));
        if let Verdict::Raised(anomaly) = verdict {
            anomalies.push((place, *anomaly));
        }
    }
    let (place, anomaly) = &anomalies[0];
    assert!((10..20).contains(place), "{place}");
    let text = anomaly.factors.join("; ");
    assert!(
        text.contains("exactly 5.2 Cel in 12 readings in a row; the longest such run before was 1"),
        "{text}"
    );
    assert_eq!(anomaly.severity, Severity::Info);
    assert!(anomalies.len() <= 3, "{anomalies:?}");
}

#[test]
fn a_parked_truck_is_not_a_stuck_sensor() {
    let mut chance = Chance::new(3);
    let mut detector = Detector::new();
    for place in 0..20 * 288 {
        let value = if place % 288 < 120 { 60.0 + 10.0 * chance.normal() } else { 0.0 };
        if let Verdict::Raised(anomaly) = detector.observe(&temperature(place, value), None) {
            let text = anomaly.factors.join("; ");
            assert!(!text.contains("in a row"), "{text}");
        }
    }
}

#[test]
fn a_signal_that_suddenly_varies_more_or_less_is_reported() {
    for factor in [0.05, 6.0] {
        let mut detector = settled(1_000);
        let mut chance = Chance::new(11);
        let values: Vec<f64> = (0..150).map(|_| 4.9 + 0.2 * factor * chance.normal()).collect();
        let places = feed(&mut detector, 1_000, &values, Some(&chilled()));
        println!("{factor} times: {places:?}");
        assert!(!places.is_empty() && places.len() <= 3, "{factor} times: {places:?}");
    }
}

#[test]
fn a_day_without_its_usual_peak_is_reported() {
    let mut chance = Chance::new(5);
    let mut day = |peak: f64| -> Vec<f64> {
        let busy = |place: usize| if (108..216).contains(&place) { peak } else { 20.0 };
        (0..288).map(|place| busy(place) + chance.normal()).collect()
    };
    let usual: Vec<f64> = (0..12).flat_map(|_| day(80.0)).collect();
    let flat = day(20.0);
    let mut detector = Detector::new();
    assert!(feed(&mut detector, 0, &usual, None).len() <= 1);
    assert_eq!(feed(&mut detector, usual.len() as i64, &flat, None).len(), 1);
}

#[test]
fn the_memory_of_one_signal_stays_below_two_kilobytes() {
    let mut chance = Chance::new(13);
    let mut detector = Detector::new();
    let mut largest = 0;
    for place in 0..20_000 {
        let value = -1234.567 + 1000.0 * chance.normal();
        detector.observe(&temperature(place * 3, value), Some(&chilled()));
        if place % 100 == 0 {
            largest = largest.max(serde_json::to_vec(&detector).expect("a detector serialises").len());
        }
    }
    println!("{largest} bytes at most");
    assert!(largest < 2_048, "{largest}");
}
