//! The intake.

pub mod domain;
pub mod import;
pub mod intake;
pub mod items;
pub mod limits;
pub mod ports;
pub mod records;
pub mod state;
