//! The values that a contract, or one device, allows a signal to have.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// An interval of allowed values, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Bounds")]
pub struct Range {
    minimum: f64,
    maximum: f64,
}

/// What a [`Range`] is read from, before it is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bounds {
    minimum: f64,
    maximum: f64,
}

/// The bounds are not finite numbers in ascending order.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("from {minimum} to {maximum} is not a range of values")]
pub struct NotARange {
    /// The lower bound that was given.
    pub minimum: f64,
    /// The upper bound that was given.
    pub maximum: f64,
}

impl Range {
    /// The interval between two finite numbers in ascending order.
    pub fn new(minimum: f64, maximum: f64) -> Result<Self, NotARange> {
        if !minimum.is_finite() || !maximum.is_finite() || minimum > maximum {
            return Err(NotARange { minimum, maximum });
        }
        Ok(Self { minimum, maximum })
    }

    /// The interval around a value. The bounds of a distance that overflows are the largest numbers.
    pub(super) fn around(minimum: f64, maximum: f64) -> Self {
        let low = minimum.min(maximum).clamp(f64::MIN, f64::MAX);
        let high = minimum.max(maximum).clamp(f64::MIN, f64::MAX);
        Self { minimum: low, maximum: high }
    }

    /// The smallest allowed value.
    pub fn minimum(self) -> f64 {
        self.minimum
    }

    /// The largest allowed value.
    pub fn maximum(self) -> f64 {
        self.maximum
    }

    /// Whether the value is allowed.
    pub fn contains(self, value: f64) -> bool {
        (self.minimum..=self.maximum).contains(&value)
    }

    /// How far outside the value is, 0 inside. Halved before the subtraction so that it cannot overflow.
    pub(super) fn distance(self, value: f64) -> f64 {
        let half = (value / 2.0 - self.maximum / 2.0).max(self.minimum / 2.0 - value / 2.0).max(0.0);
        (half * 2.0).min(f64::MAX)
    }

    /// The distance between the bounds.
    pub(super) fn width(self) -> f64 {
        (self.maximum - self.minimum).min(f64::MAX)
    }

    /// The value halfway between the bounds.
    pub(super) fn middle(self) -> f64 {
        self.minimum / 2.0 + self.maximum / 2.0
    }
}

impl TryFrom<Bounds> for Range {
    type Error = NotARange;

    fn try_from(bounds: Bounds) -> Result<Self, NotARange> {
        Self::new(bounds.minimum, bounds.maximum)
    }
}

/// Who set a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// The signal catalogue in the data contract.
    Contract,
    /// The device itself, or the asset it is mounted on.
    Device,
}

/// The range in which a signal of a device is expected to be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RangeRule {
    /// The expected values.
    pub range: Range,
    /// Who set them, named in the sentences that explain an anomaly.
    pub origin: Origin,
}

/// The ranges of a tenant: those of the contract, and those of single devices that differ from it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RangeRules {
    catalogue: BTreeMap<String, Range>,
    devices: BTreeMap<String, BTreeMap<String, Range>>,
}

impl RangeRules {
    /// The rules of a signal catalogue, without exceptions.
    pub fn of_contract(catalogue: impl IntoIterator<Item = (String, Range)>) -> Self {
        Self { catalogue: catalogue.into_iter().collect(), devices: BTreeMap::new() }
    }

    /// From now on the device has its own range for the signal, for example a container set to -20 Cel.
    pub fn set_for_device(&mut self, device: &str, signal: &str, range: Range) {
        self.devices.entry(device.to_owned()).or_default().insert(signal.to_owned(), range);
    }

    /// From now on the contract's ranges hold for the device again.
    pub fn clear_device(&mut self, device: &str) {
        self.devices.remove(device);
    }

    /// The range in which this signal of this device is expected, if anybody set one.
    pub fn rule(&self, device: &str, signal: &str) -> Option<RangeRule> {
        let own = self.devices.get(device).and_then(|signals| signals.get(signal));
        if let Some(range) = own {
            return Some(RangeRule { range: *range, origin: Origin::Device });
        }
        let range = self.catalogue.get(signal)?;
        Some(RangeRule { range: *range, origin: Origin::Contract })
    }
}
