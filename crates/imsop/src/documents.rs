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

/// The OpenAPI document of all services, and the GraphQL schema: path from the repository's root, and
/// content.
pub fn interface_documents() -> Vec<(String, String)> {
    let mut documented = imsop_identity::api::documentation();
    documented.merge(imsop_operations::documentation());
    documented.merge(imsop_inventory::documentation());
    documented.merge(imsop_ingestion::api::documentation());
    documented.merge(imsop_visualization::api::documentation());
    let document = openapi::complete(documented, env!("CARGO_PKG_VERSION"));
    let mut openapi = serde_json::to_string_pretty(&document).unwrap_or_default();
    openapi.push('\n');
    vec![
        ("docs/openapi.json".to_owned(), openapi),
        ("docs/schema.graphql".to_owned(), imsop_visualization::graphql::sdl()),
    ]
}
