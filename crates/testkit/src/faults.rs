//! A failure at a chosen step of storage, so that a test can walk through all of them.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use imsop_journal::StoreError;
use imsop_journal::faults::{Faults, Step};

/// Fails one step, counted from the moment at which it is armed; until then, and after it, none.
pub struct FailOnce {
    steps_before: AtomicI64,
    after_commit: AtomicBool,
}

impl Default for FailOnce {
    fn default() -> Self {
        Self { steps_before: AtomicI64::new(i64::MAX), after_commit: AtomicBool::new(false) }
    }
}

impl FailOnce {
    /// Lets that many steps pass, and the next one fail.
    pub fn arm(&self, steps_before: i64) {
        self.after_commit.store(false, Ordering::Relaxed);
        self.steps_before.store(steps_before, Ordering::Relaxed);
    }

    /// Lets every step pass. What is known of the last failure stays known.
    pub fn disarm(&self) -> Failed {
        let failed = self.steps_before.swap(i64::MAX, Ordering::Relaxed) < 0;
        match (failed, self.after_commit.load(Ordering::Relaxed)) {
            (false, _) => Failed::Nothing,
            (true, false) => Failed::BeforeTheCommit,
            (true, true) => Failed::TheAnswer,
        }
    }
}

/// What a [`FailOnce`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failed {
    /// There were not so many steps.
    Nothing,
    /// A step that leaves nothing behind.
    BeforeTheCommit,
    /// The effect is there; whoever waited for it was not told.
    TheAnswer,
}

impl Faults for FailOnce {
    fn at(&self, step: Step) -> Result<(), StoreError> {
        if self.steps_before.fetch_sub(1, Ordering::Relaxed) != 0 {
            return Ok(());
        }
        self.after_commit.store(step == Step::AfterCommit, Ordering::Relaxed);
        Err(StoreError::Injected)
    }
}
