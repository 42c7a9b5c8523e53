//! Times during which a signal was outside its range, known by device time, so that late and repeated
//! readings of an excursion are recognised in whatever order they arrive.

use serde::{Deserialize, Serialize};

use super::anomaly::Severity;
use super::tuning::EXCURSIONS;

/// The latest excursions, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Excursions(Vec<Excursion>);

/// One time outside the range: first and last reading, in milliseconds, and the worst that was announced.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Excursion(i64, i64, Severity);

impl Excursion {
    fn covers(&self, at: i64, previous: Option<i64>, calm: i64) -> bool {
        let near = at >= self.0.saturating_sub(calm) && at <= self.1.saturating_add(calm);
        // However long ago: no reading inside the range has come since.
        let goes_on = previous == Some(self.1) && at >= self.1;
        near || goes_on
    }
}

impl Excursions {
    /// Takes in a reading outside the range. True when it is to be announced: it starts an excursion, or
    /// worsens one. `previous` is the time of the signal's newest reading before this one.
    pub fn observe(&mut self, at: i64, severity: Severity, previous: Option<i64>, calm: i64) -> bool {
        let mut covering = None;
        for (place, excursion) in self.0.iter().enumerate() {
            if !excursion.covers(at, previous, calm) {
                continue;
            }
            let worse = |best: usize| excursion.2 > self.0[best].2;
            if covering.is_none_or(worse) {
                covering = Some(place);
            }
        }
        let Some(place) = covering else { return self.start(at, severity) };
        let excursion = &mut self.0[place];
        excursion.0 = excursion.0.min(at);
        excursion.1 = excursion.1.max(at);
        if severity <= excursion.2 {
            return false;
        }
        excursion.2 = severity;
        true
    }

    /// The worst that was announced of the excursion at this time, if there is one.
    pub fn announced(&self, at: i64, previous: Option<i64>, calm: i64) -> Option<Severity> {
        self.0
            .iter()
            .filter(|excursion| excursion.covers(at, previous, calm))
            .map(|excursion| excursion.2)
            .max()
    }

    fn start(&mut self, at: i64, severity: Severity) -> bool {
        let place = self.0.iter().position(|excursion| excursion.0 > at).unwrap_or(self.0.len());
        if self.0.len() == EXCURSIONS {
            if place == 0 {
                // Older than all that is remembered: it may have been announced and forgotten.
                return false;
            }
            self.0.remove(0);
            self.0.insert(place - 1, Excursion(at, at, severity));
            return true;
        }
        self.0.insert(place, Excursion(at, at, severity));
        true
    }
}
