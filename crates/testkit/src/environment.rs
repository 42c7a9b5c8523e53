//! A clock and ids that come from a seed, so that a run can be repeated exactly.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use imsop_journal::Environment;
use imsop_kernel::{Timestamp, Uuid};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// 2026-01-01T00:00:00Z, in microseconds: where every seeded clock begins.
const BEGINNING: i64 = 1_767_225_600_000_000;

/// Time that moves on a little at each look, and ids from a seeded generator.
pub struct SeededEnvironment {
    inner: Mutex<(ChaCha8Rng, i64)>,
}

impl SeededEnvironment {
    /// The environment of this seed.
    pub fn new(seed: u64) -> Self {
        Self { inner: Mutex::new((ChaCha8Rng::seed_from_u64(seed), BEGINNING)) }
    }

    /// Lets time pass.
    pub fn pass(&self, duration: Duration) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.1 += i64::try_from(duration.as_micros()).unwrap_or(0);
    }
}

impl Environment for SeededEnvironment {
    fn now(&self) -> Timestamp {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let step: i64 = inner.0.random_range(1..2_000);
        inner.1 += step;
        Timestamp::from_microsecond(inner.1).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn new_id(&self) -> Uuid {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        Uuid::from_u128(inner.0.random())
    }
}
