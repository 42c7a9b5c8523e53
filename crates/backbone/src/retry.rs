//! Pauses between tries: exponential, with jitter, up to a longest one.

use std::time::Duration;

use rand::RngExt;

use crate::limits::{RETRY_FIRST, RETRY_LONGEST};

/// Counts failures in a row and tells how long to wait.
#[derive(Debug, Default)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// Something worked.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// How many failures there were in a row.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Something failed: the pause before the next try.
    pub fn next_pause(&mut self) -> Duration {
        let doubled = RETRY_FIRST.saturating_mul(1_u32 << self.failures.min(16));
        self.failures += 1;
        // Full jitter: many consumers that failed together must not return together.
        doubled.min(RETRY_LONGEST).mul_f64(rand::rng().random_range(0.5..1.0))
    }
}
