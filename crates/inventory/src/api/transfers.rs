//! `/inventory/transfers` and `/inventory/counts`.

use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use imsop_journal::Filter;
use imsop_kernel::ids::Kind;
use imsop_kernel::{Page, Uuid};
use imsop_platform::ApiError;
use imsop_platform::auth::{Permission, requires};
use imsop_platform::http::{Caller, CommandRequest, Json, Path, Query};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{ApiState, place, shown, stream};
use crate::domain::command::{CountStock, DispatchTransfer, ReceiveTransfer};
use crate::domain::{Command, State};
use crate::queries;
use crate::resources::{CountResource, TransferResource};

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    let reads = OpenApiRouter::new()
        .routes(routes!(list_transfers))
        .routes(routes!(get_transfer))
        .routes(routes!(list_counts))
        .routes(routes!(get_count))
        .route_layer(from_fn_with_state(Permission::InventoryRead, requires));
    let writes = OpenApiRouter::new()
        .routes(routes!(dispatch_transfer))
        .routes(routes!(receive_transfer))
        .routes(routes!(count_stock))
        .route_layer(from_fn_with_state(Permission::InventoryWrite, requires));
    let approvals = OpenApiRouter::new()
        .routes(routes!(approve_count))
        .routes(routes!(reject_count))
        .route_layer(from_fn_with_state(Permission::InventoryApprove, requires));
    reads.merge(writes).merge(approvals)
}

/// Which of them.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct OpenQuery {
    /// Only those that are still open, or only those that are not.
    #[serde(default)]
    open: Option<bool>,
    /// How many at most: 1 to 200.
    #[serde(default)]
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// The `next` of the page before.
    #[serde(default)]
    after: Option<String>,
}

async fn list(
    state: &ApiState,
    caller: &Caller,
    kind: Kind,
    query: OpenQuery,
) -> Result<Page<queries::Stored>, ApiError> {
    let (after, limit) = place(query.after.as_deref(), query.limit)?;
    let mut filter = Filter::of(caller.tenant());
    if let Some(open) = query.open {
        filter.and("is_open = ?", vec![open.into()]);
    }
    Ok(queries::page(state.database(), kind, &filter, after.as_ref(), limit).await?)
}

/// List transfers, the newest first
#[utoipa::path(get, path = "/inventory/transfers", tag = "inventory", params(OpenQuery),
    responses((status = 200, description = "A page of transfers", body = Page<TransferResource>)))]
async fn list_transfers(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Query(query): Query<OpenQuery>,
) -> Result<Json<Page<TransferResource>>, ApiError> {
    let page = list(&state, &caller, Kind::Transfer, query).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for stored in &page.items {
        if let State::Transfer(transfer) = &stored.state {
            items.push(TransferResource::new(stored.id, stored.version, transfer));
        }
    }
    Ok(Json(Page { items, next: page.next, as_of: page.as_of }))
}

/// Get a transfer
#[utoipa::path(get, path = "/inventory/transfers/{id}", tag = "inventory",
    params(("id" = String, Path, description = "The transfer's id")),
    responses((status = 200, description = "The transfer", body = TransferResource)))]
async fn get_transfer(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, ApiError> {
    let stored = state.find(&caller, stream(Kind::Transfer, id)).await?;
    Ok(shown(&caller, StatusCode::OK, &stored))
}

/// Send goods to another site
#[utoipa::path(post, path = "/inventory/transfers", tag = "inventory", request_body = DispatchTransfer,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 201, description = "In transit", body = TransferResource),
              (status = 409, description = "There is not so much, or it is promised to somebody")))]
async fn dispatch_transfer(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    request: CommandRequest<DispatchTransfer>,
) -> Result<Response, ApiError> {
    state.command(&caller, Kind::Transfer, StatusCode::CREATED, request, Command::DispatchTransfer).await
}

/// Receive a transfer
#[utoipa::path(post, path = "/inventory/transfers/{id}/receive", tag = "inventory", request_body = ReceiveTransfer,
    params(("id" = String, Path, description = "The transfer's id"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 200, description = "Received", body = TransferResource)))]
async fn receive_transfer(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    request: CommandRequest<ReceiveTransfer>,
) -> Result<Response, ApiError> {
    let command = |body| Command::ReceiveTransfer { id, body };
    state.command(&caller, Kind::Transfer, StatusCode::OK, request, command).await
}

/// List counts, the newest first
#[utoipa::path(get, path = "/inventory/counts", tag = "inventory", params(OpenQuery),
    responses((status = 200, description = "A page of counts", body = Page<CountResource>)))]
async fn list_counts(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Query(query): Query<OpenQuery>,
) -> Result<Json<Page<CountResource>>, ApiError> {
    let page = list(&state, &caller, Kind::Count, query).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for stored in &page.items {
        if let State::Count(count) = &stored.state {
            items.push(CountResource::new(stored.id, stored.version, count));
        }
    }
    Ok(Json(Page { items, next: page.next, as_of: page.as_of }))
}

/// Get a count
#[utoipa::path(get, path = "/inventory/counts/{id}", tag = "inventory",
    params(("id" = String, Path, description = "The count's id")),
    responses((status = 200, description = "The count", body = CountResource)))]
async fn get_count(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, ApiError> {
    let stored = state.find(&caller, stream(Kind::Count, id)).await?;
    Ok(shown(&caller, StatusCode::OK, &stored))
}

/// Say what was counted
///
/// Small variances are booked at once; larger ones wait until somebody approves or rejects the count.
#[utoipa::path(post, path = "/inventory/counts", tag = "inventory", request_body = CountStock,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 201, description = "Counted", body = CountResource),
              (status = 409, description = "What is missing is promised to somebody, or another count of it waits for an approval")))]
async fn count_stock(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    request: CommandRequest<CountStock>,
) -> Result<Response, ApiError> {
    state.command(&caller, Kind::Count, StatusCode::CREATED, request, Command::Count).await
}

/// A word to it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ApproveCount {}

/// Approve a count
#[utoipa::path(post, path = "/inventory/counts/{id}/approve", tag = "inventory", request_body = ApproveCount,
    params(("id" = String, Path, description = "The count's id"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 200, description = "Approved and booked", body = CountResource)))]
async fn approve_count(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    request: CommandRequest<ApproveCount>,
) -> Result<Response, ApiError> {
    let command = |ApproveCount {}| Command::ApproveCount { id };
    state.command(&caller, Kind::Count, StatusCode::OK, request, command).await
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RejectCount {
    /// The reason, for those who look later.
    reason: String,
}

/// Reject a count
///
/// The books stay as they are, and what was counted may be counted again.
#[utoipa::path(post, path = "/inventory/counts/{id}/reject", tag = "inventory", request_body = RejectCount,
    params(("id" = String, Path, description = "The count's id"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 200, description = "Rejected, and nothing booked", body = CountResource),
              (status = 409, description = "It does not wait for an approval")))]
async fn reject_count(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    request: CommandRequest<RejectCount>,
) -> Result<Response, ApiError> {
    let command = |body: RejectCount| Command::RejectCount { id, reason: body.reason };
    state.command(&caller, Kind::Count, StatusCode::OK, request, command).await
}
