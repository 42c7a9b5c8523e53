//! Chance, and the failures that it brings.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use imsop_journal::StoreError;
use imsop_journal::faults::{Faults, Step};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::Storm;

/// Chance that a seed repeats, shared by everything in one simulation.
#[derive(Clone)]
pub struct Chance(Arc<Mutex<ChaCha8Rng>>);

impl Chance {
    /// Chance of this seed.
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(ChaCha8Rng::seed_from_u64(seed))))
    }

    /// Whether something of this likelihood happens.
    pub fn happens(&self, likelihood: f64) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).random_bool(likelihood)
    }

    /// A number below this one.
    pub fn below(&self, limit: u64) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).random_range(0..limit)
    }
}

/// Lets steps of storage fail.
pub struct Weather {
    chance: Chance,
    storm: Storm,
    calm: AtomicBool,
    failures: AtomicU64,
}

impl Weather {
    /// The weather of this storm.
    pub fn new(chance: Chance, storm: Storm) -> Self {
        Self { chance, storm, calm: AtomicBool::new(true), failures: AtomicU64::new(0) }
    }

    /// Ends or begins the storm.
    pub fn set_calm(&self, calm: bool) {
        self.calm.store(calm, Ordering::Relaxed);
    }

    /// Whether nothing fails now.
    pub fn is_calm(&self) -> bool {
        self.calm.load(Ordering::Relaxed)
    }

    /// How many failures there were.
    pub fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }
}

impl Faults for Weather {
    fn at(&self, step: Step) -> Result<(), StoreError> {
        if self.calm.load(Ordering::Relaxed) || !self.chance.happens(self.storm.failure) {
            return Ok(());
        }
        self.failures.fetch_add(1, Ordering::Relaxed);
        // After a commit only the answer can be lost: the process died.
        if step == Step::AfterCommit || self.chance.happens(self.storm.death) {
            return Err(StoreError::Crashed);
        }
        Err(StoreError::Injected)
    }
}
