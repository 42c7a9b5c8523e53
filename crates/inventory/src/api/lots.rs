//! `/inventory/lots`.

use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use imsop_journal::feed;
use imsop_kernel::ids::Kind;
use imsop_kernel::{Page, Timestamp, Uuid};
use imsop_platform::ApiError;
use imsop_platform::auth::{Permission, requires};
use imsop_platform::http::paging::page_limit;
use imsop_platform::http::{Caller, CommandRequest, Json, Path, Query};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{ApiState, shown, stream};
use crate::domain::{Command, State};
use crate::queries::{self, Ordered};
use crate::resources::LotResource;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    let reads = OpenApiRouter::new()
        .routes(routes!(list_lots))
        .routes(routes!(get_lot))
        .route_layer(from_fn_with_state(Permission::InventoryRead, requires));
    let writes = OpenApiRouter::new()
        .routes(routes!(quarantine_lot))
        .routes(routes!(release_lot))
        .route_layer(from_fn_with_state(Permission::InventoryWrite, requires));
    reads.merge(writes)
}

/// Of which SKU.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct LotQuery {
    /// The SKU.
    sku: String,
    /// How many at most: 1 to 200.
    #[serde(default)]
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// The `next` of the page before.
    #[serde(default)]
    after: Option<String>,
}

/// List the lots of a SKU
#[utoipa::path(get, path = "/inventory/lots", tag = "inventory", params(LotQuery),
    responses((status = 200, description = "Its lots", body = Page<LotResource>)))]
async fn list_lots(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Query(query): Query<LotQuery>,
) -> Result<Json<Page<LotResource>>, ApiError> {
    let limit = page_limit(query.limit)?;
    let as_of = feed::head(state.database(), Timestamp::now()).await?;
    let list = Ordered {
        kind: Kind::Lot,
        columns: ["sku", "lot"],
        conditions: vec![("sku = ?".to_owned(), query.sku.as_str().into())],
    };
    // The lot alone tells where the next page begins.
    let after = (query.sku, query.after.unwrap_or_default());
    let (found, has_more) = queries::ordered(state.database(), caller.tenant(), list, after, limit).await?;
    let next = found.last().filter(|_| has_more).map(|(_, (_, lot))| lot.clone());
    let mut items = Vec::with_capacity(found.len());
    for (stored, _) in &found {
        if let State::Lot(card) = &stored.state {
            items.push(LotResource::new(stored.id, stored.version, card));
        }
    }
    Ok(Json(Page { items, next, as_of }))
}

/// Get a lot
#[utoipa::path(get, path = "/inventory/lots/{id}", tag = "inventory",
    params(("id" = String, Path, description = "The lot's id")),
    responses((status = 200, description = "The lot", body = LotResource)))]
async fn get_lot(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, ApiError> {
    let stored = state.find(&caller, stream(Kind::Lot, id)).await?;
    Ok(shown(&caller, StatusCode::OK, &stored))
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LotReason {
    /// The reason, for those who look later.
    reason: String,
}

/// Let nobody use a lot
#[utoipa::path(post, path = "/inventory/lots/{id}/quarantine", tag = "inventory", request_body = LotReason,
    params(("id" = String, Path, description = "The lot's id"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 200, description = "Quarantined", body = LotResource)))]
async fn quarantine_lot(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    request: CommandRequest<LotReason>,
) -> Result<Response, ApiError> {
    let command = |body: LotReason| Command::QuarantineLot { id, reason: body.reason };
    state.command(&caller, Kind::Lot, StatusCode::OK, request, command).await
}

/// Let a lot be used again
#[utoipa::path(post, path = "/inventory/lots/{id}/release", tag = "inventory", request_body = LotReason,
    params(("id" = String, Path, description = "The lot's id"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 200, description = "Released", body = LotResource)))]
async fn release_lot(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    request: CommandRequest<LotReason>,
) -> Result<Response, ApiError> {
    let command = |body: LotReason| Command::ReleaseLot { id, reason: body.reason };
    state.command(&caller, Kind::Lot, StatusCode::OK, request, command).await
}
