//! Pages of lists.

use imsop_kernel::problem::Fault;
use serde::Deserialize;
use utoipa::IntoParams;

use super::error::ApiError;
use crate::limits::{PAGE_DEFAULT, PAGE_MOST};
use crate::problems;

/// Which page is asked for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// How many items the page has at most: 1 to 200.
    #[serde(default)]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    /// The `next` of the page before.
    #[serde(default)]
    pub after: Option<String>,
}

/// How many items a page has, where the caller asked for this many.
pub fn page_limit(asked: Option<i64>) -> Result<i64, ApiError> {
    let limit = asked.unwrap_or(PAGE_DEFAULT);
    if (1..=PAGE_MOST).contains(&limit) {
        return Ok(limit);
    }
    let fault = Fault::at("limit", "out-of-range", format!("must be 1 to {PAGE_MOST}"));
    Err(problems::validation_failed(vec![fault]).into())
}

/// The refusal of a cursor that was not given by the list.
pub fn unknown_cursor() -> ApiError {
    let fault = Fault::at("after", "not-fitting", "is not the `next` of a page of this list");
    problems::validation_failed(vec![fault]).into()
}
