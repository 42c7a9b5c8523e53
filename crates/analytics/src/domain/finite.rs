//! Numbers that can be measured.

use serde::{Deserialize, Serialize};

/// A number that is neither NaN nor infinite, so that no arithmetic in the detector starts from one.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Finite(f64);

/// The value is NaN or infinite.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("{0} is not a measured value: it must be a finite number")]
pub struct NotFinite(pub f64);

impl Finite {
    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Finite {
    type Error = NotFinite;

    fn try_from(value: f64) -> Result<Self, NotFinite> {
        if !value.is_finite() {
            return Err(NotFinite(value));
        }
        Ok(Self(value))
    }
}

impl From<Finite> for f64 {
    fn from(value: Finite) -> Self {
        value.0
    }
}
