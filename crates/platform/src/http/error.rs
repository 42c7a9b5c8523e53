//! From any failure to the one form in which it is answered.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use imsop_journal::{Domain, Outcome, StoreError, SubmitError};
use imsop_kernel::Problem;

use super::context::RequestContext;
use crate::problems;

/// A refused or failed request.
#[derive(Debug)]
pub struct ApiError {
    problem: Box<Problem>,
    retry_after_seconds: Option<u64>,
}

/// A domain's rejection, as it can be answered.
pub trait Refusal {
    /// The problem document.
    fn problem(&self) -> Problem;
}

impl ApiError {
    /// The same error, with the advice to come back in a while.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds.max(1));
        self
    }

    /// The problem document.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self { problem: Box::new(problem), retry_after_seconds: None }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        if let StoreError::Conflict(reason) = &error {
            tracing::warn!(reason, "writers keep getting in each other's way");
            return Self::from(problems::overloaded("other writers were always faster")).retry_after(1);
        }
        let correlation_id = RequestContext::current().map(|context| context.correlation_id.to_string());
        tracing::error!(%error, correlation_id, "the store failed");
        if error.may_pass() {
            return store_away();
        }
        problems::internal().into()
    }
}

/// A full disk, a database that is stopped or was cut off: it comes back.
fn store_away() -> ApiError {
    let detail = "the store does not answer; nothing is known to have happened, send the same again";
    ApiError::from(problems::overloaded(detail)).retry_after(2)
}

impl From<SubmitError> for ApiError {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Overloaded => {
                Self::from(problems::overloaded("too many commands are waiting")).retry_after(1)
            }
            SubmitError::Stopped => {
                Self::from(problems::overloaded("the process is stopping")).retry_after(2)
            }
            // Logged by the executor, once for the whole batch.
            SubmitError::Store(error) if error.may_pass() => store_away(),
            SubmitError::Store(_) => problems::internal().into(),
        }
    }
}

/// The effect of an accepted command, or the problem with a refused one.
pub fn accepted<D: Domain>(outcome: Outcome<D>) -> Result<imsop_journal::Accepted<D>, ApiError>
where
    D::Rejection: Refusal,
{
    match outcome {
        Outcome::Accepted(accepted) => Ok(accepted),
        Outcome::Rejected(rejection) => Err(rejection.problem().into()),
        Outcome::KeyReused => Err(problems::idempotency_key_reused().into()),
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut problem = *self.problem;
        if let Some(context) = RequestContext::current() {
            problem.instance = Some(context.path);
            problem.correlation_id = Some(context.correlation_id.to_string());
        }
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
