//! The user interface, whose files are a part of the binary.

use axum::Router;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use imsop_platform::{ApiError, problems};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../ui/dist"]
#[allow_missing = true]
struct Files;

/// What programs call. Everything else is the user interface's, and its files are nobody's secret.
const PROGRAM_PATHS: [&str; 12] = [
    "/auth",
    "/users",
    "/clients",
    "/operations",
    "/ingest",
    "/inventory",
    "/analytics",
    "/graphql",
    "/viz",
    "/contracts",
    "/health",
    "/.well-known",
];

/// Documents and metrics, which are for programs too.
const PROGRAM_FILES: [&str; 3] = ["/metrics", "/openapi.json", "/asyncapi.json"];

/// Whether the path belongs to the user interface.
pub fn is_page(path: &str) -> bool {
    let of_programs = PROGRAM_PATHS
        .iter()
        .any(|prefix| path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
    !of_programs && !PROGRAM_FILES.contains(&path)
}

/// Adds the user interface behind all other routes.
pub fn serve(routes: Router) -> Router {
    routes.fallback(page)
}

async fn page(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    if !is_page(path) {
        return ApiError::from(problems::not_found("path", path)).into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return ApiError::from(problems::method_not_allowed(method.as_str())).into_response();
    }
    if let Some(file) = Files::get(path.trim_start_matches('/')) {
        return answer(path, &file, &headers);
    }
    // A file that is asked for by its name and is not there must not look like one that is.
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    if is_file {
        return ApiError::from(problems::not_found("file", path)).into_response();
    }
    match Files::get("index.html") {
        Some(index) => answer("/index.html", &index, &headers),
        None => Html(NOT_BUILT).into_response(),
    }
}

fn answer(path: &str, file: &EmbeddedFile, headers: &HeaderMap) -> Response {
    let digest: String =
        file.metadata.sha256_hash().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{digest}\"");
    // The names of files under `assets` hold a digest of what is in them.
    let cached =
        if path.starts_with("/assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let mut response = if known == Some(tag.as_str()) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let body = axum::body::Bytes::from(file.data.clone().into_owned());
        ([(header::CONTENT_TYPE, media_type(path))], body).into_response()
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(cached));
    if let Ok(value) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, value);
    }
    response
}

/// The media types of the files that the build makes.
fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><title>IMSOP</title>\
    <body style=\"font:16px system-ui;max-width:40rem;margin:4rem auto;padding:0 1rem\">\
    <h1>IMSOP is running</h1><p>This binary was built without its user interface. To build both: \
    <code>make up</code>, or <code>npm ci &amp;&amp; npm run build</code> in <code>ui/</code> and then \
    <code>cargo build --release</code>.</p></body></html>";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_public_and_what_programs_call_is_not() {
        for page in ["/", "/shipments", "/shipments/1", "/assets/index-1.js", "/users-guide", "/sign-in"] {
            assert!(is_page(page), "{page}");
        }
        for path in ["/users", "/users/1", "/operations/orders", "/graphql", "/metrics", "/openapi.json"] {
            assert!(!is_page(path), "{path}");
        }
    }
}
