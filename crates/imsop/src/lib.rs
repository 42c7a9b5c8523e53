//! The binary: the command line, and the composition of the services into one process.
//!
//! It owns nothing else. It must never decide, store or answer anything that a service should.

pub mod bridges;
pub mod client;
pub mod commands;
pub mod compose;
pub mod documents;
pub mod lock;
pub mod ui;

pub use compose::{Running, start};
