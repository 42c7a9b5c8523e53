//! Where the simulator may make storage fail. In production nothing is there.

use crate::error::StoreError;

/// A moment at which a process can die or a statement can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Before a transaction begins.
    Begin,
    /// Before a statement that writes.
    Execute,
    /// Before a statement that reads.
    Fetch,
    /// Before the commit.
    Commit,
    /// After the commit, before anybody is told.
    AfterCommit,
}

/// Decides what fails.
pub trait Faults: Send + Sync {
    /// Called at every step; an error fails the step, and after a commit loses the answer only.
    fn at(&self, step: Step) -> Result<(), StoreError>;
}
