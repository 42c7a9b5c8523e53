//! The data contracts of every event: what its payload means, who may see it, and what it promises.
//!
//! A contract is one YAML file in `contracts/`, in the form of the Open Data Contract Standard. This
//! crate reads them, validates payloads, knows how carefully each event must be handled and on which
//! topic it travels, compares contracts with those last released, and makes JSON Schemas, the
//! AsyncAPI document and a page for people from them.
//!
//! It must never know a context's types, publish anything or reach over the network. It touches
//! files only in the functions that take a folder.

pub mod asyncapi;
pub mod check;
pub mod compatibility;
mod document;
mod documents;
mod embedded;
mod error;
mod faults;
pub mod limits;
mod markdown;
pub mod model;
mod read;
mod registry;
mod schema;

pub use asyncapi::asyncapi;
pub use check::{Report, check, release};
pub use compatibility::Incompatibility;
pub use documents::generated_documents;
pub use embedded::SOURCES;
pub use error::{ContractError, Finding};
use imsop_kernel::Classification;
pub use markdown::markdown;
pub use model::{Contract, Example, ExampleKind, Field, Residency, Shape, Signal};
pub use registry::{RELEASED, Registry};
pub use schema::json_schema;

/// The topic of events that have no contract. Nothing reads it, so nothing is misled by them.
pub const UNKNOWN_TOPIC: &str = "unknown.events";

/// How carefully this event must be handled: the most careful class of any of its fields. An event
/// without a contract might hold anything, so it gets the most careful class there is.
pub fn classify(name: &str, version: u32) -> Classification {
    match Registry::embedded().contract(name, version) {
        Some(contract) => contract.classification,
        None => Classification::Restricted,
    }
}

/// The topic on which this event is published; all its versions share it.
pub fn topic_of(name: &str) -> &'static str {
    match Registry::embedded().versions(name).next() {
        Some(contract) => &contract.topic,
        None => UNKNOWN_TOPIC,
    }
}
