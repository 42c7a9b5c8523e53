//! The kinds of problems that the way in itself can answer with. A context's own refusals have their
//! kinds beside its deciders; both are `application/problem+json` (RFC 9457).

use imsop_kernel::Problem;
use imsop_kernel::problem::Fault;

/// Nobody, or nobody that can be believed, is asking.
pub fn unauthenticated(detail: &str) -> Problem {
    Problem::new(401, "unauthenticated", "Authentication is required").detail(detail)
}

/// Whoever is asking may not.
pub fn forbidden(permission: &str) -> Problem {
    Problem::new(403, "forbidden", "The caller may not do this")
        .detail(format!("the permission `{permission}` is needed"))
}

/// There is no such thing, or no such path.
pub fn not_found(what: &str, id: &str) -> Problem {
    Problem::new(404, "not-found", "There is no such thing").detail(format!("no {what} `{id}`"))
}

/// The path exists, but not with this method.
pub fn method_not_allowed(method: &str) -> Problem {
    Problem::new(405, "method-not-allowed", "The path does not take this method")
        .detail(format!("{method} is not understood here"))
}

/// The body cannot be read as what it claims to be.
pub fn invalid_body(detail: impl Into<String>) -> Problem {
    Problem::new(400, "invalid-body", "The body cannot be read").detail(detail)
}

/// The request can be read, but says something that is not possible.
pub fn validation_failed(errors: Vec<Fault>) -> Problem {
    let detail = errors.first().map(|fault| fault.message.clone()).unwrap_or_default();
    Problem::new(422, "validation-failed", "The request is not valid").detail(detail).errors(errors)
}

/// The body is of a kind that is not understood here.
pub fn unsupported_media_type(found: &str, expected: &str) -> Problem {
    Problem::new(415, "unsupported-media-type", "The body's media type is not understood")
        .detail(format!("`{found}` is not understood; send {expected}"))
}

/// The body is larger than is taken.
pub fn body_too_large() -> Problem {
    Problem::new(413, "body-too-large", "The body is too large")
        .detail("nothing of it was taken; send it in smaller parts")
}

/// The same key came with another wish.
pub fn idempotency_key_reused() -> Problem {
    Problem::new(422, "idempotency-key-reused", "The idempotency key belongs to another request")
        .detail("use a new Idempotency-Key for a new request")
}

/// The thing has changed since the caller read it.
pub fn precondition_failed(version: i64) -> Problem {
    Problem::new(412, "precondition-failed", "It has changed in the meantime")
        .detail(format!("its version is {version} now; read it again"))
}

/// The caller is too fast.
pub fn too_many_requests() -> Problem {
    Problem::new(429, "too-many-requests", "Too many requests")
        .detail("wait as many seconds as Retry-After says, then send it again")
}

/// The platform cannot take more work now.
pub fn overloaded(detail: &str) -> Problem {
    Problem::new(503, "overloaded", "The platform cannot take more work now").detail(detail)
}

/// The request took too long.
pub fn timed_out() -> Problem {
    Problem::new(503, "timed-out", "The request took too long")
        .detail("whether it had an effect is not known; send it again with the same Idempotency-Key")
}

/// Something is broken here, and it is not the caller's fault.
pub fn internal() -> Problem {
    Problem::new(500, "internal", "Something went wrong here")
        .detail("the logs tell more under the correlation id; the request may be sent again")
}
