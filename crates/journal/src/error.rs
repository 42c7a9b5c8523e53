//! What can go wrong with a store.

use crate::domain::UnreadableEvent;
use crate::{postgres, sqlite};

/// A failure of the store, not of a command.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// PostgreSQL answered with an error, or not at all.
    #[error("database: {0}")]
    Postgres(#[from] sqlx::Error),
    /// SQLite answered with an error.
    #[error("database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The database cannot be used now.
    #[error("the database cannot be used: {0}")]
    Unavailable(&'static str),
    /// Another process changed the same aggregates at the same time; trying again helps.
    #[error("conflict with another writer: {0}")]
    Conflict(String),
    /// What was read does not make sense.
    #[error("corrupt data: {0}")]
    Corrupt(String),
    /// A stored event cannot be read by this version.
    #[error(transparent)]
    Unreadable(#[from] UnreadableEvent),
    /// A value could not be written as JSON, or read from it.
    #[error("json: {0}")]
    Json(#[from] serde_json::Error),
    /// The URL of the database is of no known kind.
    #[error("`{0}` is not a database: expected sqlite://FOLDER or postgres://…")]
    UnknownDatabase(String),
    /// A data folder was written by a newer version.
    #[error("{context}: the schema has version {found}, this program knows {known}; use a newer program")]
    NewerSchema {
        /// The context that owns the tables.
        context: String,
        /// The version in the database.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The simulator ended the process here.
    #[error("simulated crash")]
    Crashed,
    /// The simulator let this statement fail.
    #[error("simulated storage error")]
    Injected,
    /// A file could not be made or read.
    #[error("{path}: {source}")]
    File {
        /// The file or folder.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
}

impl StoreError {
    /// Whether it may pass: the database is away or has no room, or others were faster. Nothing of it is
    /// known to have happened, and the same may be sent again.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Postgres(error) => !postgres::refuses_values(error),
            Self::Sqlite(error) => !sqlite::refuses_values(error),
            Self::Conflict(_) | Self::File { .. } | Self::Unavailable(_) => true,
            _ => false,
        }
    }

    /// Whether it may be the fault of what one command brought, so that others may work without it.
    pub fn may_be_of_one_command(&self) -> bool {
        match self {
            Self::Postgres(error) => postgres::refuses_values(error),
            Self::Sqlite(error) => sqlite::refuses_values(error),
            Self::Conflict(_) | Self::Corrupt(_) | Self::Unreadable(_) | Self::Json(_) => true,
            _ => false,
        }
    }
}
