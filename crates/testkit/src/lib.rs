//! What tests of several crates share: a private PostgreSQL, both databases under one behaviour, a
//! clock and ids that come from a seed, failures at chosen steps, and a small domain of accounts.
//!
//! It is a dev-dependency only. Nothing that runs in production may depend on it.

pub mod accounts;
pub mod databases;
pub mod environment;
pub mod faults;
pub mod limits;
pub mod postgres;
pub mod submissions;

pub use databases::{TestDatabase, both_databases, on_postgres, on_sqlite};
pub use environment::SeededEnvironment;
pub use faults::{FailOnce, Failed};
pub use postgres::PostgresServer;
