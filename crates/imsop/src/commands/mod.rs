//! The commands, one module each.

pub mod contracts;
pub mod demo;
pub mod import;
pub mod login;
pub mod serve;
