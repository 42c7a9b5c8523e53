//! The judge of one signal of one device.

use imsop_kernel::Timestamp;
use serde::{Deserialize, Serialize};

use super::anomaly::{Anomaly, Severity};
use super::episode::Episode;
use super::excursions::Excursions;
use super::finite::Finite;
use super::model::SignalModel;
use super::range::RangeRule;
use super::report::{Finding, report, severity_outside};
use super::tuning::{CALM_INTERVALS, CALM_SECONDS, INTERVAL_CLIP, INTERVAL_WEIGHT};

/// The name and version of the method, as it is written into events.
pub const DETECTOR: &str = "range+robust-z/1";

/// One value that a device has read.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// What was measured.
    pub signal: &'a str,
    /// The unit of the value (UCUM); "1" for none.
    pub unit: &'a str,
    /// The value.
    pub value: Finite,
    /// The device's time. Callers refuse times from the future: a signal is not judged by statistics
    /// again until its newest reading is passed.
    pub timestamp: Timestamp,
}

/// What became of a reading.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Nothing remarkable.
    Normal,
    /// Not newer than the newest reading, so that nothing was learned from it; and inside its range,
    /// or in an excursion that is known.
    Late,
    /// Part of an excursion that has been announced.
    Ongoing,
    /// The start of an excursion, or its reaching a worse class of severity.
    Raised(Box<Anomaly>),
}

/// The memory about one signal of one device, of bounded size. It says an excursion once.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Detector {
    /// Device time of the newest reading, in milliseconds.
    newest: Option<i64>,
    /// Milliseconds that usually pass between readings.
    interval: f64,
    model: SignalModel,
    episode: Episode,
    excursions: Excursions,
}

/// How a reading outside its range is to be reported.
struct Outside {
    severity: Severity,
    announce: bool,
}

impl Detector {
    /// Knows nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Judges a reading by its rule and by what has been usual, and learns from it.
    ///
    /// Readings that are not newer than the newest one teach nothing, so that repeated and reordered
    /// deliveries cannot distort what is usual; their range rule is applied all the same.
    pub fn observe(&mut self, reading: &Reading<'_>, rule: Option<&RangeRule>) -> Verdict {
        let at = reading.timestamp.as_millisecond();
        let previous = self.newest;
        let outside = self.outside(at, reading, rule);
        if previous.is_some_and(|newest| at <= newest) {
            return late(reading, rule, outside, self.model.usual());
        }
        let elapsed = previous.map_or(0.0, |newest| (at - newest) as f64);
        let calm = self.calm();
        self.pass(at, elapsed);

        let range = rule.map(|rule| rule.range);
        let assessment =
            self.model.observe(at.div_euclid(1_000), elapsed / 1_000.0, reading.value.get(), range);
        let ratio = assessment.strongest().1.ratio();
        let unusual = self.episode.observe(ratio, worst_allowed(rule));
        let unusual = self.unless_announced(unusual, at, previous, calm);
        let announced_outside = outside.as_ref().filter(|outside| outside.announce);
        if announced_outside.is_none() && unusual.is_none() {
            let ongoing = outside.is_some() || (ratio >= 1.0 && self.episode.is_open());
            return if ongoing { Verdict::Ongoing } else { Verdict::Normal };
        }
        let severity = announced_outside.map(|outside| outside.severity).max(unusual);
        let finding = Finding {
            // One of the two is there, see above.
            severity: severity.unwrap_or(Severity::Info),
            broken: rule.filter(|_| outside.is_some()),
            assessment: Some(&assessment),
            usual: self.model.usual(),
        };
        Verdict::Raised(Box::new(report(reading, &finding)))
    }

    fn outside(&mut self, at: i64, reading: &Reading<'_>, rule: Option<&RangeRule>) -> Option<Outside> {
        let severity = severity_outside(rule?.range, reading.value.get())?;
        let calm = self.calm();
        let announce = self.excursions.observe(at, severity, self.newest, calm);
        Some(Outside { severity, announce })
    }

    /// A statistical remark adds nothing to an excursion from the range that is known to be as bad.
    fn unless_announced(
        &self,
        unusual: Option<Severity>,
        at: i64,
        previous: Option<i64>,
        calm: i64,
    ) -> Option<Severity> {
        let unusual = unusual?;
        let announced = self.excursions.announced(at, previous, calm);
        if announced.is_some_and(|announced| announced >= unusual) {
            return None;
        }
        Some(unusual)
    }

    /// Milliseconds inside the range after which an excursion from it is over.
    fn calm(&self) -> i64 {
        // Both are small: the conversion saturates, and intervals are clipped where they are learned.
        (CALM_SECONDS * 1_000).max((CALM_INTERVALS * self.interval) as i64)
    }

    fn pass(&mut self, at: i64, elapsed: f64) {
        self.newest = Some(at);
        if self.interval == 0.0 {
            self.interval = elapsed;
            return;
        }
        let clipped = elapsed.min(INTERVAL_CLIP * self.interval);
        self.interval += INTERVAL_WEIGHT * (clipped - self.interval);
    }
}

/// A reading that came late is judged by its rule only.
fn late(
    reading: &Reading<'_>,
    rule: Option<&RangeRule>,
    outside: Option<Outside>,
    usual: Option<f64>,
) -> Verdict {
    let Some(outside) = outside.filter(|outside| outside.announce) else { return Verdict::Late };
    let finding = Finding { severity: outside.severity, broken: rule, assessment: None, usual };
    Verdict::Raised(Box::new(report(reading, &finding)))
}

/// A value inside its contract may be strange, but it is not critical.
fn worst_allowed(rule: Option<&RangeRule>) -> Severity {
    if rule.is_some() { Severity::Warning } else { Severity::Critical }
}
