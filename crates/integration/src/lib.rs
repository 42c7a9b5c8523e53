//! Adapters for the files of partners: from their columns to the platform's commands.
//!
//! A mapping is data: columns, date formats, words that stand for missing values, references between
//! rows. This crate reads files by a mapping and makes canonical commands of their rows. It must never
//! write to a database, decide anything, or invent a value: what the source left open stays open, with
//! its reason.

pub mod adapter;
mod assemble;
pub mod canonical;
mod cells;
pub mod header;
pub mod limits;
pub mod mapping;
mod plan;
pub mod rows;
pub mod template;
mod text;
pub mod totals;

pub use adapter::{CsvAdapter, CsvReader, FileRow};
pub use mapping::{Mapping, MappingError};
pub use totals::Totals;

/// The mappings that are built into the program.
const MAPPINGS: [&str; 1] = [include_str!("../mappings/scms.yaml")];

/// The adapters that are built into the program.
///
/// # Errors
/// A mapping is not usable; a test keeps this from happening to those that are built in.
pub fn adapters() -> Result<Vec<CsvAdapter>, MappingError> {
    MAPPINGS.into_iter().map(CsvAdapter::from_yaml).collect()
}
