//! The sentences in which an anomaly is explained.

use super::departure::Departure;
use super::model::{Assessment, Measure};
use super::range::{Origin, Range, RangeRule};
use super::tuning::{FACTORS, RESOLUTION};

/// A number as people write it: one decimal, more for small numbers, an exponent for very large ones.
pub fn number(value: f64) -> String {
    let size = value.abs();
    if size >= 1e9 {
        return format!("{value:.2e}");
    }
    if size >= 1.0 {
        return format!("{value:.1}");
    }
    if size < RESOLUTION {
        return "0.0".to_owned();
    }
    if size >= 0.1 {
        return format!("{value:.2}");
    }
    if size >= 0.001 {
        return format!("{value:.4}");
    }
    format!("{value:.2e}")
}

/// A number with its unit. The unit "1" means that there is none.
pub fn quantity(value: f64, unit: &str) -> String {
    if unit.is_empty() || unit == "1" {
        return number(value);
    }
    format!("{} {unit}", number(value))
}

/// Why a reading is outside the range of its rule.
pub fn outside(value: f64, unit: &str, rule: &RangeRule) -> String {
    let whose = match rule.origin {
        Origin::Contract => "the contract's",
        Origin::Device => "the device's",
    };
    let above = value > rule.range.maximum();
    let (side, end) = if above { ("above", "upper") } else { ("below", "lower") };
    let limit = if above { rule.range.maximum() } else { rule.range.minimum() };
    format!(
        "{} is {} {side} {whose} {end} limit of {}",
        quantity(value, unit),
        number(rule.range.distance(value)),
        quantity(limit, unit),
    )
}

/// Why a reading is unusual: a sentence for every remarkable measure, the strongest first.
pub fn unusual(assessment: &Assessment, value: f64, unit: &str) -> Vec<String> {
    let mut remarkable: Vec<_> =
        assessment.departures.iter().filter(|(_, departure)| departure.ratio() >= 1.0).collect();
    remarkable.sort_by(|(_, one), (_, other)| other.ratio().total_cmp(&one.ratio()));
    let mut sentences = Vec::new();
    for (measure, departure) in remarkable.into_iter().take(FACTORS) {
        sentences.push(sentence(*measure, departure, assessment.usual_now, value, unit));
    }
    sentences
}

fn sentence(measure: Measure, departure: &Departure, now: Option<Range>, value: f64, unit: &str) -> String {
    let usual = quantity(departure.usual, unit);
    let distance = quantity(departure.distance.abs(), unit);
    let limit = quantity(departure.limit, unit);
    let side = if departure.distance > 0.0 { "above" } else { "below" };
    match measure {
        Measure::Level if departure.without_degree => {
            format!(
                "{} is {distance} {side} the {usual} that it has hardly left until now",
                quantity(value, unit)
            )
        }
        Measure::Level => format!("{} away from the usual {usual}", spreads(departure)),
        Measure::Change => {
            format!("{distance} {side} the {usual} of just before; changes usually stay within {limit}")
        }
        Measure::Shift => {
            format!(
                "the recent average is {distance} {side} the usual {usual}, from which it stays within {limit}"
            )
        }
        Measure::Volatility => volatility(departure),
        Measure::Daily => format!("{distance} {side} {}", at_this_hour(now, unit)),
        Measure::DailySustained => {
            format!("the latest readings are on average {distance} {side} what is usual at their time of day")
        }
        Measure::Repeats => format!(
            "exactly {} in {:.0} readings in a row; the longest such run before was {:.0}",
            quantity(value, unit),
            departure.distance,
            departure.usual
        ),
    }
}

fn spreads(departure: &Departure) -> String {
    format!("{} times the usual spread", number(departure.distance.abs() / departure.spread))
}

fn volatility(departure: &Departure) -> String {
    let times = number(departure.distance.abs().exp());
    if departure.distance > 0.0 {
        return format!("changes from reading to reading are {times} times as large as usual");
    }
    format!("changes from reading to reading are {times} times smaller than usual")
}

fn at_this_hour(now: Option<Range>, unit: &str) -> String {
    let Some(now) = now else { return "what is usual at this hour".to_owned() };
    format!("the {} to {} that is usual at this hour", number(now.minimum()), quantity(now.maximum(), unit))
}
