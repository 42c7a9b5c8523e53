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

/// How often each step of storage failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Failures {
    /// Before a transaction began.
    pub begin: u64,
    /// Before a statement that writes.
    pub execute: u64,
    /// Before a statement that reads.
    pub fetch: u64,
    /// Before the commit.
    pub commit: u64,
    /// After the commit: only the answer was lost.
    pub after_commit: u64,
}

impl Failures {
    /// All of them.
    pub fn total(self) -> u64 {
        self.begin + self.execute + self.fetch + self.commit + self.after_commit
    }

    /// The least that any step has seen.
    pub fn least(self) -> u64 {
        self.begin.min(self.execute).min(self.fetch).min(self.commit).min(self.after_commit)
    }

    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            begin: self.begin + other.begin,
            execute: self.execute + other.execute,
            fetch: self.fetch + other.fetch,
            commit: self.commit + other.commit,
            after_commit: self.after_commit + other.after_commit,
        }
    }

    fn count(&mut self, step: Step) {
        match step {
            Step::Begin => self.begin += 1,
            Step::Execute => self.execute += 1,
            Step::Fetch => self.fetch += 1,
            Step::Commit => self.commit += 1,
            Step::AfterCommit => self.after_commit += 1,
        }
    }
}

/// Lets steps of storage fail, and remembers what happened in which order.
pub struct Weather {
    chance: Chance,
    storm: Storm,
    calm: AtomicBool,
    failures: Mutex<Failures>,
    trace: AtomicU64,
}

impl Weather {
    /// The weather of this storm, which has not begun yet.
    pub fn new(chance: Chance, storm: Storm) -> Self {
        // FNV-1a's beginning.
        let trace = AtomicU64::new(0xcbf2_9ce4_8422_2325);
        Self { chance, storm, calm: AtomicBool::new(true), failures: Mutex::default(), trace }
    }

    /// Ends or begins the storm.
    pub fn set_calm(&self, calm: bool) {
        self.calm.store(calm, Ordering::Relaxed);
    }

    /// Whether nothing fails now.
    pub fn is_calm(&self) -> bool {
        self.calm.load(Ordering::Relaxed)
    }

    /// What failed.
    pub fn failures(&self) -> Failures {
        *self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds something that happened to the trace (FNV-1a).
    pub fn note(&self, what: u64) {
        let before = self.trace.load(Ordering::Relaxed);
        self.trace.store((before ^ what).wrapping_mul(0x0100_0000_01b3), Ordering::Relaxed);
    }

    /// A digest of all that happened, in its order: two runs with the same one were the same.
    pub fn trace(&self) -> u64 {
        self.trace.load(Ordering::Relaxed)
    }
}

impl Faults for Weather {
    fn at(&self, step: Step) -> Result<(), StoreError> {
        self.note(step as u64);
        if self.is_calm() || !self.chance.happens(self.storm.failure) {
            return Ok(());
        }
        self.note(u64::MAX);
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).count(step);
        // After a commit only the answer can be lost: the process died.
        if step == Step::AfterCommit || self.chance.happens(self.storm.death) {
            return Err(StoreError::Crashed);
        }
        Err(StoreError::Injected)
    }
}
