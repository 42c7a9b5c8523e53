//! The way in over HTTP: what surrounds every handler, and what handlers are made of.

pub mod body;
pub mod caller;
pub mod conditions;
pub mod context;
pub mod error;
pub mod extract;
pub mod listen;
pub mod openapi;
pub mod paging;
pub mod peer;
pub mod server;
pub mod websocket;

pub use caller::Caller;
pub use conditions::{IfMatch, resource};
pub use error::{ApiError, Refusal};
pub use extract::{CommandRequest, Json, Path, Query};
pub use paging::PageQuery;
pub use peer::Peer;
