//! Why a command is refused. Each reason has one stable kind of problem.

use imsop_kernel::Problem;
use imsop_kernel::problem::Fault;
use imsop_platform::http::Refusal;
use imsop_platform::problems;

/// Why a command is refused. It changed nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Something that the command names does not exist.
    #[error("no {what} `{id}`")]
    NotFound {
        /// What kind of thing.
        what: &'static str,
        /// Its id or number.
        id: String,
    },
    /// The number is taken.
    #[error("{what} `{number}` exists already")]
    AlreadyExists {
        /// What kind of thing.
        what: &'static str,
        /// Its number.
        number: String,
    },
    /// The thing is in a state from which this cannot happen.
    #[error("{what} is {state} and cannot {transition}")]
    IllegalTransition {
        /// What it is.
        what: &'static str,
        /// Where it stands.
        state: String,
        /// What was asked.
        transition: &'static str,
    },
    /// The shipment would carry more of a line than is left of it.
    #[error("line {line} of order `{order}` has {left} left, {asked} were asked for")]
    QuantityExceedsOrder {
        /// The order's number.
        order: String,
        /// The line's number.
        line: String,
        /// What is left of it.
        left: String,
        /// What was asked for.
        asked: String,
    },
    /// A source system says something else of a thing than before.
    #[error("{0}")]
    ConflictingRecord(String),
    /// It has changed since the caller read it.
    #[error("its version is {0}")]
    Changed(i64),
    /// The command says something that is not possible.
    #[error("the command is not valid")]
    Invalid(Vec<Fault>),
}

impl Rejection {
    /// A single thing that is not possible.
    pub(super) fn invalid(field: &str, code: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Fault::at(field, code, message)])
    }
}

impl Refusal for Rejection {
    fn problem(&self) -> Problem {
        match self {
            Self::NotFound { what, id } => problems::not_found(what, id),
            Self::AlreadyExists { .. } => {
                Problem::new(409, "already-exists", "It exists already").detail(self.to_string())
            }
            Self::IllegalTransition { .. } => {
                Problem::new(409, "illegal-transition", "It cannot happen in the present state")
                    .detail(self.to_string())
            }
            Self::QuantityExceedsOrder { .. } => {
                Problem::new(409, "quantity-exceeds-order", "There is not so much left to ship")
                    .detail(self.to_string())
            }
            Self::ConflictingRecord(_) => {
                Problem::new(409, "conflicting-record", "It contradicts what was recorded before")
                    .detail(self.to_string())
            }
            Self::Changed(version) => problems::precondition_failed(*version),
            Self::Invalid(faults) => problems::validation_failed(faults.clone()),
        }
    }
}
