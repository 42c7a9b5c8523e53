//! The pure part of the context: no I/O, no clock, no randomness. Time comes with the readings.
//!
//! [`Detector`] is the state of one signal of one device. It judges a reading twice: by the range that
//! the contract (or the device) sets, and by what has been usual for this signal so far.

pub mod anomaly;
pub mod daily;
pub mod departure;
pub mod detector;
pub mod episode;
pub mod excursions;
pub mod finite;
pub mod gauge;
pub mod model;
pub mod range;
pub mod repeats;
mod report;
pub mod tuning;
pub mod volatility;
pub mod wording;

pub use anomaly::{Anomaly, Severity};
pub use detector::{DETECTOR, Detector, Reading, Verdict};
pub use finite::{Finite, NotFinite};
pub use range::{NotARange, Origin, Range, RangeRule, RangeRules};
