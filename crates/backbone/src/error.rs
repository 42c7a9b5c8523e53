//! What can go wrong between contexts, and how it is classified.

use imsop_journal::{FeedPosition, StoreError, SubmitError};

/// The backbone itself failed.
#[derive(Debug, thiserror::Error)]
pub enum BackboneError {
    /// The embedded log's database failed.
    #[error("embedded log: {0}")]
    Store(#[from] StoreError),
    /// Another process has published for the same relay meanwhile; nothing was published now.
    #[error("the relay of {relay} has come to {found} by another process, not to {expected}")]
    Elsewhere {
        /// The relay.
        relay: String,
        /// How far it has published.
        found: FeedPosition,
        /// How far the caller thought.
        expected: FeedPosition,
    },
}

/// Why an event could not be applied, and so what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureClass {
    /// Trying again helps: a lock, a full disk, a restart.
    Transient,
    /// Something that is needed is out for longer.
    SourceOutage,
    /// The event does not have the form that the contract promises.
    SchemaDrift,
    /// The event's values cannot be right.
    DataQuality,
    /// A rule of the business refuses it.
    PolicyRejection,
}

impl FailureClass {
    /// The word under which it is stored and counted.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Transient => "transient",
            Self::SourceOutage => "sourceOutage",
            Self::SchemaDrift => "schemaDrift",
            Self::DataQuality => "dataQuality",
            Self::PolicyRejection => "policyRejection",
        }
    }
}

/// A consumer could not take what it was given.
#[derive(Debug, thiserror::Error)]
pub enum HandleError {
    /// Nothing of it took effect; the same may be given again.
    #[error("not now: {0}")]
    Retry(String),
    /// One event of those given can never take effect as it is.
    #[error("event {index} cannot be applied ({}): {reason}", class.as_str())]
    Unfit {
        /// Which one, counted from 0 among those given.
        index: usize,
        /// What kind of failure it is.
        class: FailureClass,
        /// What is wrong.
        reason: String,
    },
    /// The simulator ended the process here.
    #[error("simulated crash")]
    Crashed,
}

impl From<StoreError> for HandleError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Crashed => Self::Crashed,
            other => Self::Retry(other.to_string()),
        }
    }
}

impl From<SubmitError> for HandleError {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Store(inner) if matches!(*inner, StoreError::Crashed) => Self::Crashed,
            other => Self::Retry(other.to_string()),
        }
    }
}

impl From<BackboneError> for HandleError {
    fn from(error: BackboneError) -> Self {
        match error {
            BackboneError::Store(inner) => inner.into(),
            other @ BackboneError::Elsewhere { .. } => Self::Retry(other.to_string()),
        }
    }
}

/// Why an event led to no command.
#[derive(Debug, thiserror::Error)]
pub enum ReactError {
    /// It is not what its contract says; trying again does not help.
    #[error(transparent)]
    Unreadable(#[from] serde_json::Error),
    /// What else must be known for it cannot be read now.
    #[error(transparent)]
    Store(#[from] StoreError),
}
