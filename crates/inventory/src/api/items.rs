//! `/inventory/items`.

use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use imsop_journal::feed;
use imsop_kernel::ids::Kind;
use imsop_kernel::{Page, Timestamp};
use imsop_platform::ApiError;
use imsop_platform::auth::{Permission, requires};
use imsop_platform::http::paging::page_limit;
use imsop_platform::http::{Caller, CommandRequest, Json, Path, Query};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{ApiState, shown};
use crate::domain::command::{DefineItem, SetReorderPoint};
use crate::domain::lookup::item_of;
use crate::domain::{Command, State};
use crate::queries::{self, Ordered};
use crate::resources::{ItemResource, StockResource};

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    let reads = OpenApiRouter::new()
        .routes(routes!(list_items))
        .routes(routes!(get_item))
        .route_layer(from_fn_with_state(Permission::InventoryRead, requires));
    let writes = OpenApiRouter::new()
        .routes(routes!(define_item))
        .routes(routes!(set_reorder_point))
        .route_layer(from_fn_with_state(Permission::InventoryWrite, requires));
    reads.merge(writes)
}

/// Which items.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ItemQuery {
    /// The one with this SKU only.
    #[serde(default)]
    sku: Option<String>,
    /// How many at most: 1 to 200.
    #[serde(default)]
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// The `next` of the page before.
    #[serde(default)]
    after: Option<String>,
}

/// List items by their SKUs
#[utoipa::path(get, path = "/inventory/items", tag = "inventory", params(ItemQuery),
    responses((status = 200, description = "A page of items", body = Page<ItemResource>)))]
async fn list_items(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Query(query): Query<ItemQuery>,
) -> Result<Json<Page<ItemResource>>, ApiError> {
    let limit = page_limit(query.limit)?;
    let as_of = feed::head(state.database(), Timestamp::now()).await?;
    let conditions = query.sku.into_iter().map(|sku| ("sku = ?".to_owned(), sku.into())).collect();
    let list = Ordered { kind: Kind::Item, columns: ["sku", "id"], conditions };
    // SKUs are unique, so the SKU alone tells where the next page begins.
    let after = (query.after.unwrap_or_default(), "g".to_owned());
    let (found, has_more) = queries::ordered(state.database(), caller.tenant(), list, after, limit).await?;
    let next = found.last().filter(|_| has_more).map(|(_, (sku, _))| sku.clone());
    let mut items = Vec::with_capacity(found.len());
    for (stored, _) in &found {
        if let State::Item(item) = &stored.state {
            items.push(ItemResource::new(stored.id, stored.version, item));
        }
    }
    Ok(Json(Page { items, next, as_of }))
}

/// Get an item
#[utoipa::path(get, path = "/inventory/items/{sku}", tag = "inventory",
    params(("sku" = String, Path, description = "The SKU")),
    responses((status = 200, description = "The item", body = ItemResource)))]
async fn get_item(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(sku): Path<String>,
) -> Result<Response, ApiError> {
    let stored = state.find(&caller, item_of(caller.tenant(), &sku)).await?;
    Ok(shown(&caller, StatusCode::OK, &stored))
}

/// Say how an item is kept
#[utoipa::path(put, path = "/inventory/items/{sku}", tag = "inventory", request_body = DefineItem,
    params(("sku" = String, Path, description = "The SKU"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 200, description = "Defined", body = ItemResource)))]
async fn define_item(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(sku): Path<String>,
    request: CommandRequest<DefineItem>,
) -> Result<Response, ApiError> {
    let command = |body: DefineItem| Command::DefineItem(DefineItem { sku, ..body });
    state.command(&caller, Kind::Item, StatusCode::OK, request, command).await
}

/// Say below how much new goods must be ordered
#[utoipa::path(put, path = "/inventory/items/{sku}/reorder-point", tag = "inventory",
    request_body = SetReorderPoint,
    params(("sku" = String, Path, description = "The SKU"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 200, description = "The stock that it holds for", body = StockResource)))]
async fn set_reorder_point(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(sku): Path<String>,
    request: CommandRequest<SetReorderPoint>,
) -> Result<Response, ApiError> {
    let command = |body: SetReorderPoint| Command::SetReorderPoint(SetReorderPoint { sku, ..body });
    state.command(&caller, Kind::Stock, StatusCode::OK, request, command).await
}
