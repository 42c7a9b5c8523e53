//! What surrounds every handler, from the socket inwards: panics, headers, correlation, metrics,
//! time, size, the gate.

use std::time::Instant;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tracing::Instrument;

use super::context::RequestContext;
use super::error::ApiError;
use crate::auth::guard::{Gate, authenticate};
use crate::limits::{BODY_BYTES, REQUEST_TIMEOUT};
use crate::{problems, telemetry};

/// Paths that may take longer than other requests: uploads of files.
const LONG_PATHS: [&str; 1] = ["/ingest/files"];

/// Sent with every answer. The user interface brings everything it needs; nothing else may be loaded.
const SECURITY_HEADERS: [(HeaderName, &str); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
         connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
];

/// Puts everything around the routes that all of them share.
pub fn surround(routes: Router, gate: Gate) -> Router {
    routes
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(gate, authenticate))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(from_fn(in_time))
        .layer(from_fn(observed))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(panicked))
}

async fn wrong_method(request: Request) -> ApiError {
    problems::method_not_allowed(request.method().as_str()).into()
}

fn panicked(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let reason = panic.downcast_ref::<String>().map(String::as_str);
    let reason = reason.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("unknown");
    tracing::error!(reason, "a handler panicked");
    metrics::counter!("imsop_http_panics_total").increment(1);
    ApiError::from(problems::internal()).into_response()
}

async fn in_time(request: Request, next: Next) -> Response {
    if LONG_PATHS.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    match tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::from(problems::timed_out()).retry_after(1).into_response(),
    }
}

/// The name of a method for figures and traces. HTTP lets a caller make up methods (RFC 9110, section 9.1);
/// each would be kept as a series of its own.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

async fn observed(request: Request, next: Next) -> Response {
    let method = known_method(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let context = RequestContext::of(request.headers(), request.uri().path());
    let correlation_id = context.correlation_id;
    let (span, context) = telemetry::request_span(method, &route, context);
    let started = Instant::now();
    let mut response = context.scope(next.run(request).instrument(span.clone())).await;
    let seconds = started.elapsed().as_secs_f64();
    let status = response.status().as_u16();
    span.record("http.response.status_code", status);
    let labels = [("method", method.to_owned()), ("route", route), ("status", status.to_string())];
    metrics::counter!("imsop_http_requests_total", &labels).increment(1);
    metrics::histogram!("imsop_http_request_seconds", &labels).record(seconds);
    span.in_scope(|| tracing::debug!(status, seconds, "answered"));
    let headers = response.headers_mut();
    for (name, value) in SECURITY_HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // The files of the user interface say themselves how long they may be kept.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&correlation_id.to_string()) {
        headers.insert("x-correlation-id", value);
    }
    response
}
