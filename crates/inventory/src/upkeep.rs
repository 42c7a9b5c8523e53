//! What inventory does by itself has in common: who does it, and what can fail.

use imsop_journal::{Executor, Origin, StoreError, Submission, SubmitError};
use imsop_kernel::{Actor, Tenant, Timestamp, Uuid};

use crate::domain::{Command, Inventory};

/// Why something has to wait for the next turn.
#[derive(Debug, thiserror::Error)]
pub enum UpkeepError {
    /// It could not be read what there is to do.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It could not be done.
    #[error(transparent)]
    Submit(#[from] SubmitError),
}

/// The moment, by the clock that the deciders have.
pub(crate) fn now(executor: &Executor<Inventory>) -> Timestamp {
    executor.engine().source().environment.now()
}

/// A command that nobody has asked for.
pub(crate) fn submission(tenant: Tenant, key: String, command: Command) -> Submission<Command> {
    let origin = Origin {
        tenant,
        actor: Actor::system("inventory"),
        correlation_id: Uuid::now_v7(),
        causation_id: None,
        traceparent: None,
    };
    Submission { origin, fingerprint: key.clone(), key, command }
}
