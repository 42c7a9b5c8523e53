//! Turns what was found into the anomaly that is published.

use super::anomaly::{Anomaly, Severity};
use super::departure::{Departure, score_of};
use super::detector::Reading;
use super::model::{Assessment, Measure};
use super::range::{Range, RangeRule};
use super::tuning::{CRITICAL_OUTSIDE, FACTORS, WARNING_OUTSIDE};
use super::wording;

/// What is to be reported of a reading.
pub(super) struct Finding<'a> {
    pub severity: Severity,
    /// The rule, if the reading is outside of its range.
    pub broken: Option<&'a RangeRule>,
    /// The comparison with what is usual, if there was one.
    pub assessment: Option<&'a Assessment>,
    /// The usual value, if it is known.
    pub usual: Option<f64>,
}

/// The severity of a value outside the range, by how far outside it is; none inside.
pub(super) fn severity_outside(range: Range, value: f64) -> Option<Severity> {
    if range.contains(value) {
        return None;
    }
    let share = share_outside(range, value);
    if share >= CRITICAL_OUTSIDE {
        return Some(Severity::Critical);
    }
    if share >= WARNING_OUTSIDE {
        return Some(Severity::Warning);
    }
    Some(Severity::Info)
}

/// The anomaly, in words and figures.
pub(super) fn report(reading: &Reading<'_>, finding: &Finding<'_>) -> Anomaly {
    let observed = reading.value.get();
    let strongest = finding.assessment.map(Assessment::strongest);
    let (expected, expected_range) = match (finding.broken, finding.assessment, strongest) {
        (Some(rule), _, _) => (expected_within(rule.range, finding.usual), rule.range),
        (None, Some(assessment), Some(strongest)) => expected_by(strongest, assessment, finding.usual),
        // Nothing is reported that neither breaks a rule nor was assessed.
        (None, _, _) => (observed, Range::around(observed, observed)),
    };
    let by_rule = finding.broken.map_or(0.0, |rule| score_outside(rule.range, observed));
    let by_habit = strongest.map_or(0.0, |(_, departure)| score_of(departure.ratio()));
    Anomaly {
        signal: reading.signal.to_owned(),
        observed,
        expected,
        expected_range,
        score: by_rule.max(by_habit),
        severity: finding.severity,
        factors: factors(reading, finding),
    }
}

fn factors(reading: &Reading<'_>, finding: &Finding<'_>) -> Vec<String> {
    let value = reading.value.get();
    let mut factors = Vec::new();
    if let Some(rule) = finding.broken {
        factors.push(wording::outside(value, reading.unit, rule));
    }
    if let Some(assessment) = finding.assessment {
        factors.extend(wording::unusual(assessment, value, reading.unit));
    }
    factors.truncate(FACTORS);
    factors
}

fn share_outside(range: Range, value: f64) -> f64 {
    let width = range.width();
    let distance = range.distance(value);
    if width > 0.0 { distance / width } else { distance }
}

/// From 0.5 at the limit to almost 1 several widths away.
fn score_outside(range: Range, value: f64) -> f64 {
    let share = share_outside(range, value).min(1e9);
    0.5 + 0.5 * share / (share + CRITICAL_OUTSIDE)
}

fn expected_within(range: Range, usual: Option<f64>) -> f64 {
    usual.filter(|usual| range.contains(*usual)).unwrap_or_else(|| range.middle())
}

/// The value and the range that the strongest measure would have let pass.
fn expected_by(
    (measure, departure): (Measure, Departure),
    assessment: &Assessment,
    usual: Option<f64>,
) -> (f64, Range) {
    match (measure, assessment.usual_now) {
        (Measure::Daily | Measure::DailySustained, Some(now)) => {
            (now.middle(), Range::around(now.minimum() - departure.limit, now.maximum() + departure.limit))
        }
        (Measure::Level | Measure::Change | Measure::Shift, _) => (
            departure.usual,
            Range::around(departure.usual - departure.limit, departure.usual + departure.limit),
        ),
        // The measure is not in the signal's own unit: the level says what is usual.
        _ => {
            let level = assessment.departures[0].1;
            let usual = usual.unwrap_or(level.usual);
            (usual, Range::around(usual - level.limit, usual + level.limit))
        }
    }
}
