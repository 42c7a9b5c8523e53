//! What handlers take from a request, with problem documents for what cannot be taken.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use imsop_kernel::Uuid;
use imsop_kernel::problem::Fault;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::body::body_bytes;
use super::error::ApiError;
use crate::limits::IDEMPOTENCY_KEY_LENGTH;
use crate::problems;

/// A JSON body of a known shape. As an answer, the same as axum's.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: serde::Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> axum::response::Response {
        axum::Json(self.0).into_response()
    }
}

/// Parameters of the path. One that cannot be read names nothing that exists.
#[derive(Debug)]
pub struct Path<T>(pub T);

/// Parameters of the query.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// The body of a command, with what makes it idempotent.
#[derive(Debug)]
pub struct CommandRequest<T> {
    /// What is asked.
    pub body: T,
    /// The caller's `Idempotency-Key`, or a new one that nobody else has.
    pub key: String,
    /// Digest of method, path and body: the same wish has the same one.
    pub fingerprint: String,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        let is_json = is_json(request.headers());
        let found = content_type(request.headers()).to_owned();
        let bytes = body_bytes(request).await?;
        if !is_json {
            return Err(problems::unsupported_media_type(&found, "application/json").into());
        }
        read_json(&bytes).map(Self)
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for CommandRequest<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        let key = idempotency_key(request.headers())?;
        let is_json = is_json(request.headers());
        let found = content_type(request.headers()).to_owned();
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let bytes = body_bytes(request).await?;
        let fingerprint = fingerprint(&[method.as_str().as_bytes(), path.as_bytes(), &bytes]);
        // A command without a word to add may come without a body.
        let text = if bytes.is_empty() { b"{}" } else { &*bytes };
        if !bytes.is_empty() && !is_json {
            return Err(problems::unsupported_media_type(&found, "application/json").into());
        }
        let body = read_json(text)?;
        Ok(Self { body, key, fingerprint })
    }
}

/// Reads JSON; tells the field where it does not fit.
pub fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if inner.classify() != serde_json::error::Category::Data {
            return problems::invalid_body(format!("not JSON: {inner}"));
        }
        let field = (path != ".").then_some(path);
        problems::validation_failed(vec![Fault {
            field,
            code: "not-fitting".to_owned(),
            message: inner.to_string(),
        }])
    })?;
    deserializer.end().map_err(|error| problems::invalid_body(format!("not JSON: {error}")))?;
    Ok(value)
}

/// The digest of a wish, from what it consists of.
pub fn fingerprint(parts: &[&[u8]]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part);
    }
    URL_SAFE_NO_PAD.encode(digest.finalize())
}

/// The media type of the body, without parameters; empty if none is given.
pub fn content_type(headers: &HeaderMap) -> &str {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim()
}

fn is_json(headers: &HeaderMap) -> bool {
    let media_type = content_type(headers).to_ascii_lowercase();
    media_type == "application/json"
        || (media_type.starts_with("application/") && media_type.ends_with("+json"))
}

/// The `Idempotency-Key` of a request, or a new one.
pub fn idempotency_key(headers: &HeaderMap) -> Result<String, ApiError> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(Uuid::now_v7().to_string());
    };
    let text = value.to_str().unwrap_or_default().trim();
    check_idempotency_key("Idempotency-Key", text)?;
    Ok(text.to_owned())
}

/// Refuses what cannot be an idempotency key. `field` tells the caller where it stands.
pub fn check_idempotency_key(field: &str, text: &str) -> Result<(), ApiError> {
    let is_visible = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if !text.is_empty() && text.len() <= IDEMPOTENCY_KEY_LENGTH && is_visible {
        return Ok(());
    }
    let message = format!("must have 1 to {IDEMPOTENCY_KEY_LENGTH} visible ASCII characters");
    Err(problems::validation_failed(vec![Fault::at(field, "out-of-range", message)]).into())
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        if let Some(pair) = parts.uri.query().unwrap_or_default().split('&').find(|pair| pair.contains("%00"))
        {
            // PostgreSQL has no U+0000 in texts: it could not even be looked for.
            let field = pair.split('=').next().unwrap_or_default();
            let fault = Fault::at(field, "forbidden-character", "U+0000 is in no text here");
            return Err(problems::validation_failed(vec![fault]).into());
        }
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(rejection) => {
                let message = rejection.body_text();
                let message =
                    message.strip_prefix("Failed to deserialize query string: ").unwrap_or(&message);
                let (field, message) = match message.split_once(": ") {
                    Some((field, message)) if !field.contains(' ') => (Some(field.to_owned()), message),
                    _ => (None, message),
                };
                let fault = Fault { field, code: "not-fitting".to_owned(), message: message.to_owned() };
                Err(problems::validation_failed(vec![fault]).into())
            }
        }
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        if parts.uri.path().contains("%00") {
            // PostgreSQL has no U+0000 in texts: nothing that exists has such a name.
            return Err(problems::not_found("resource", parts.uri.path()).into());
        }
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(problems::not_found("resource", parts.uri.path()).into()),
        }
    }
}
