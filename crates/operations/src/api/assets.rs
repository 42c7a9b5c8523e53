//! `/operations/assets`.

use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use imsop_journal::Filter;
use imsop_kernel::ids::Kind;
use imsop_kernel::{Page, Uuid};
use imsop_platform::auth::{Permission, requires};
use imsop_platform::http::{Caller, CommandRequest, IfMatch, Json, Path, Query, resource};
use imsop_platform::{ApiError, problems};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::orders::Because;
use super::{ApiState, Target, page_as, place};
use crate::domain::command::{AssetChange, RegisterAsset};
use crate::domain::event::AssetType;
use crate::domain::{AssetStatus, Command, State};
use crate::queries;
use crate::resources::AssetResource;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    let reads = OpenApiRouter::new()
        .routes(routes!(list_assets))
        .routes(routes!(get_asset))
        .route_layer(from_fn_with_state(Permission::OperationsRead, requires));
    let writes = OpenApiRouter::new()
        .routes(routes!(register_asset))
        .routes(routes!(assign_asset))
        .routes(routes!(release_asset))
        .routes(routes!(retire_asset))
        .route_layer(from_fn_with_state(Permission::OperationsWrite, requires));
    reads.merge(writes)
}

/// Which assets.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AssetQuery {
    /// Only those in this state.
    #[serde(default)]
    #[param(inline)]
    status: Option<AssetStatus>,
    /// Only those of this type.
    #[serde(default)]
    #[param(inline)]
    asset_type: Option<AssetType>,
    /// Only those whose number begins so.
    #[serde(default)]
    number: Option<String>,
    /// How many at most: 1 to 200.
    #[serde(default)]
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// The `next` of the page before.
    #[serde(default)]
    after: Option<String>,
}

/// List assets, the newest first
#[utoipa::path(get, path = "/operations/assets", tag = "operations", params(AssetQuery),
    responses((status = 200, description = "A page of assets", body = Page<AssetResource>)))]
async fn list_assets(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Query(query): Query<AssetQuery>,
) -> Result<Json<Page<AssetResource>>, ApiError> {
    let (after, limit) = place(query.after.as_deref(), query.limit)?;
    let mut filter = Filter::of(caller.tenant());
    filter.equal("status", query.status.map(|status| format!("{status:?}")));
    filter.equal("asset_type", query.asset_type.map(|kind| format!("{kind:?}")));
    filter.number(query.number);
    let page = queries::page(state.database(), Kind::Asset, &filter, after.as_ref(), limit).await?;
    Ok(Json(page_as(page, |stored| match &stored.state {
        State::Asset(asset) => Some(AssetResource::new(stored.id, stored.version, asset)),
        _ => None,
    })))
}

/// Get an asset
#[utoipa::path(get, path = "/operations/assets/{id}", tag = "operations",
    params(("id" = String, Path, description = "The asset's id")),
    responses((status = 200, description = "The asset", body = AssetResource)))]
async fn get_asset(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, ApiError> {
    let stored = state.find(&caller, Kind::Asset, id).await?;
    let State::Asset(asset) = &stored.state else {
        return Err(problems::internal().into());
    };
    let mut body = AssetResource::new(id, stored.version, asset);
    body.events = Some(state.history(&caller, Kind::Asset, id).await?);
    Ok(resource(StatusCode::OK, stored.version, &body))
}

/// Register an asset
#[utoipa::path(post, path = "/operations/assets", tag = "operations", request_body = RegisterAsset,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 201, description = "Registered", body = AssetResource),
              (status = 409, description = "The number is taken")))]
async fn register_asset(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    request: CommandRequest<RegisterAsset>,
) -> Result<Response, ApiError> {
    state.create(&caller, Kind::Asset, request, Command::RegisterAsset).await
}

/// Which shipment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AssignAsset {
    /// The shipment's id.
    shipment_id: Uuid,
}

/// Assign an asset to a shipment
#[utoipa::path(post, path = "/operations/assets/{id}/assign", tag = "operations", request_body = AssignAsset,
    params(("id" = String, Path, description = "The asset's id")),
    responses((status = 200, description = "Assigned", body = AssetResource)))]
async fn assign_asset(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    request: CommandRequest<AssignAsset>,
) -> Result<Response, ApiError> {
    let change = |body: AssignAsset| AssetChange::Assign { shipment_id: body.shipment_id };
    state
        .change(&caller, Target { kind: Kind::Asset, id, expected }, request, Command::ChangeAsset, change)
        .await
}

/// Why it is released.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReleaseAsset {
    /// The reason.
    #[serde(default)]
    reason: Option<String>,
}

/// Release an asset from its shipment
#[utoipa::path(post, path = "/operations/assets/{id}/release", tag = "operations", request_body = ReleaseAsset,
    params(("id" = String, Path, description = "The asset's id")),
    responses((status = 200, description = "Released", body = AssetResource)))]
async fn release_asset(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    request: CommandRequest<ReleaseAsset>,
) -> Result<Response, ApiError> {
    let change = |body: ReleaseAsset| AssetChange::Release { reason: body.reason };
    state
        .change(&caller, Target { kind: Kind::Asset, id, expected }, request, Command::ChangeAsset, change)
        .await
}

/// Retire an asset
#[utoipa::path(post, path = "/operations/assets/{id}/retire", tag = "operations", request_body = Because,
    params(("id" = String, Path, description = "The asset's id")),
    responses((status = 200, description = "Retired", body = AssetResource)))]
async fn retire_asset(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    request: CommandRequest<Because>,
) -> Result<Response, ApiError> {
    let change = |body: Because| AssetChange::Retire { reason: body.reason };
    state
        .change(&caller, Target { kind: Kind::Asset, id, expected }, request, Command::ChangeAsset, change)
        .await
}
