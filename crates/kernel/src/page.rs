//! The shape of lists and of freshness.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One page of a list, and how to get the next one.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The items of this page, in the order of the list.
    pub items: Vec<T>,
    /// Give this as `after` to get the next page; null at the end.
    pub next: Option<String>,
    /// How fresh the page is.
    pub as_of: AsOf,
}

/// How fresh an answer is: everything up to this position is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AsOf {
    /// The position in the feed up to which events are reflected. Opaque, ordered per answer source.
    pub position: String,
    /// When the newest reflected event was recorded, or when the answer was read if that is later
    /// and nothing was missing.
    #[schema(value_type = String, format = DateTime)]
    pub time: Timestamp,
    /// Whether events are known to exist that are not reflected yet.
    pub provisional: bool,
}
