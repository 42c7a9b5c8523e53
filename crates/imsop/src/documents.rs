//! The documents that describe the platform to programs: OpenAPI, AsyncAPI, GraphQL.

use axum::middleware::from_fn_with_state;
use axum::routing::get;
use axum::{Json, Router};
use imsop_contracts::Registry;
use imsop_platform::auth::{Permission, requires};
use imsop_platform::http::openapi;
use utoipa::openapi::OpenApi;

/// `/openapi.json` and `/asyncapi.json`, of what this process serves.
pub fn routes(document: OpenApi) -> Router {
    let document = openapi::complete(document, env!("CARGO_PKG_VERSION"));
    Router::new()
        .route("/openapi.json", get(|| async move { Json(document) }))
        .route("/asyncapi.json", get(|| async { Json(imsop_contracts::asyncapi(Registry::embedded())) }))
        .route_layer(from_fn_with_state(Permission::ContractsRead, requires))
}
