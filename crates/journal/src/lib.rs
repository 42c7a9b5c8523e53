//! The journal: how a context's commands are decided in batches and written down, and how what was
//! written is read again as a feed.
//!
//! It owns the transaction: state, events, idempotency outcomes and consumer positions are written
//! together or not at all, on SQLite and on PostgreSQL alike. It must never know what a command
//! means, publish to a broker (the backbone reads its feed), or answer before the commit.

pub mod append;
pub mod cell;
pub mod database;
pub mod domain;
pub mod engine;
pub mod environment;
pub mod error;
pub mod executor;
pub mod faults;
pub mod feed;
pub mod filter;
mod folding;
mod idempotency;
mod lanes;
pub mod limits;
mod memory;
pub mod migrate;
pub mod positions;
mod postgres;
pub mod replay;
mod sqlite;
mod states;

pub use append::{NewEvent, Source, append};
pub use cell::{Cell, Fetched, Row, Rows};
pub use database::{Database, DatabaseUrl, Dialect, Tx};
pub use domain::{
    Also, Attachment, AttachmentTable, Context, Domain, DomainEvent, Draft, Moment, Origin, Recorded,
    StateTable, States, UnreadableEvent, Versioned,
};
pub use engine::{Accepted, Batch, Engine, Outcome, Submission, Touched};
pub use environment::{Environment, Machine};
pub use error::StoreError;
pub use executor::{Executor, SubmitError};
pub use feed::{FeedEntry, FeedPosition};
pub use filter::{Cursor, Filter};
pub use migrate::Migration;
pub use positions::Advance;
