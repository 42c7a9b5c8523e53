//! Why contracts cannot be used.

use std::path::PathBuf;

use crate::check::Report;

/// Why contracts cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    /// A file or folder cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A contract does not have the form that IMSOP reads.
    #[error("{0}")]
    Form(Finding),
    /// The contracts have faults, so they cannot be released.
    #[error("the contracts have faults and were not released:\n{0}")]
    NotReleasable(Report),
}

/// One thing that is wrong with the contracts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file, as a path from the folder of the contracts.
    pub file: String,
    /// The field, where it concerns one.
    pub field: Option<String>,
    /// What is wrong, in words.
    pub message: String,
}

impl Finding {
    /// A finding about a contract as a whole.
    pub fn whole(file: &str, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), field: None, message: message.into() }
    }

    /// A finding about one field.
    pub fn at(file: &str, field: &str, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), field: Some(field.to_owned()), message: message.into() }
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.field {
            Some(field) => write!(formatter, "{}: {field}: {}", self.file, self.message),
            None => write!(formatter, "{}: {}", self.file, self.message),
        }
    }
}
