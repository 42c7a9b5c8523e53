//! The vocabulary that every other crate of IMSOP speaks: identifiers, tenants, actors, quantities,
//! money, places, explicit missing values, the event envelope and the problem document.
//!
//! It owns words, not behaviour. It must never do I/O, read a clock, draw randomness or know a
//! service, a database or a protocol; whoever needs the time or a new id passes it in as data.

pub mod actor;
pub mod captured;
pub mod classification;
pub mod envelope;
pub mod ids;
pub mod limits;
pub mod location;
pub mod page;
pub mod party;
pub mod problem;
pub mod quantity;
pub mod tenant;

pub use actor::Actor;
pub use captured::Captured;
pub use classification::Classification;
pub use envelope::Envelope;
pub use ids::StreamId;
pub use jiff::Timestamp;
pub use jiff::civil::Date;
pub use location::{Address, GeoPoint};
pub use page::{AsOf, Page};
pub use party::Party;
pub use problem::Problem;
pub use quantity::{Money, Quantity};
pub use rust_decimal::Decimal;
pub use tenant::{Region, Tenant};
pub use uuid::Uuid;
