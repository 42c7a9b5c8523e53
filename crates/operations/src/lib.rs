//! Operations.

pub mod domain;
pub mod limits;
