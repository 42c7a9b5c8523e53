//! `/operations/orders`.

use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use imsop_journal::Filter;
use imsop_kernel::ids::Kind;
use imsop_kernel::{Page, Timestamp, Uuid};
use imsop_platform::ApiError;
use imsop_platform::auth::{Permission, requires};
use imsop_platform::http::{Caller, CommandRequest, IfMatch, Json, Path, Query, resource};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{ApiState, Target, page_as, place};
use crate::domain::command::{NewLine, OrderChange, PlaceOrder};
use crate::domain::{Command, OrderStatus, State};
use crate::queries;
use crate::resources::OrderResource;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    let reads = OpenApiRouter::new()
        .routes(routes!(list_orders))
        .routes(routes!(get_order))
        .route_layer(from_fn_with_state(Permission::OperationsRead, requires));
    let writes = OpenApiRouter::new()
        .routes(routes!(place_order))
        .routes(routes!(add_lines))
        .routes(routes!(confirm_order))
        .routes(routes!(process_order))
        .routes(routes!(ship_order))
        .routes(routes!(deliver_order))
        .routes(routes!(cancel_order))
        .route_layer(from_fn_with_state(Permission::OperationsWrite, requires));
    reads.merge(writes)
}

/// Which orders.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct OrderQuery {
    /// Only those in this state.
    #[serde(default)]
    #[param(inline)]
    status: Option<OrderStatus>,
    /// Only those that go to this country.
    #[serde(default)]
    country: Option<String>,
    /// Only those whose number begins so.
    #[serde(default)]
    number: Option<String>,
    /// Only those that were recorded at this moment or later.
    #[serde(default)]
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Only those that were recorded before this moment.
    #[serde(default)]
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// How many at most: 1 to 200.
    #[serde(default)]
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// The `next` of the page before.
    #[serde(default)]
    after: Option<String>,
}

/// List orders, the newest first
#[utoipa::path(get, path = "/operations/orders", tag = "operations", params(OrderQuery),
    responses((status = 200, description = "A page of orders", body = Page<OrderResource>)))]
async fn list_orders(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Query(query): Query<OrderQuery>,
) -> Result<Json<Page<OrderResource>>, ApiError> {
    let (after, limit) = place(query.after.as_deref(), query.limit)?;
    let mut filter = Filter::of(caller.tenant());
    filter.equal("status", query.status.map(|status| format!("{status:?}")));
    filter.equal("country", query.country.map(|country| country.to_lowercase()));
    filter.number(query.number);
    filter.between(query.from, query.to);
    let page = queries::page(state.database(), Kind::Order, &filter, after.as_ref(), limit).await?;
    Ok(Json(page_as(page, |stored| match &stored.state {
        State::Order(order) => Some(OrderResource::new(stored.id, stored.version, order)),
        _ => None,
    })))
}

/// Get an order
#[utoipa::path(get, path = "/operations/orders/{id}", tag = "operations",
    params(("id" = String, Path, description = "The order's id")),
    responses((status = 200, description = "The order", body = OrderResource)))]
async fn get_order(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, ApiError> {
    let stored = state.find(&caller, Kind::Order, id).await?;
    let State::Order(order) = &stored.state else {
        return Err(imsop_platform::problems::internal().into());
    };
    let mut body = OrderResource::new(id, stored.version, order);
    body.events = Some(state.history(&caller, Kind::Order, id).await?);
    Ok(resource(StatusCode::OK, stored.version, &body))
}

/// Place an order
#[utoipa::path(post, path = "/operations/orders", tag = "operations", request_body = PlaceOrder,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 201, description = "Placed", body = OrderResource),
              (status = 409, description = "The number is taken")))]
async fn place_order(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    request: CommandRequest<PlaceOrder>,
) -> Result<Response, ApiError> {
    state.create(&caller, Kind::Order, request, Command::PlaceOrder).await
}

/// Further lines.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AddLines {
    /// The lines.
    lines: Vec<NewLine>,
}

/// Add lines to an order
#[utoipa::path(post, path = "/operations/orders/{id}/lines", tag = "operations", request_body = AddLines,
    params(("id" = String, Path, description = "The order's id")),
    responses((status = 200, description = "Added", body = OrderResource)))]
async fn add_lines(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    request: CommandRequest<AddLines>,
) -> Result<Response, ApiError> {
    let change = |body: AddLines| OrderChange::AddLines { lines: body.lines };
    state
        .change(&caller, Target { kind: Kind::Order, id, expected }, request, Command::ChangeOrder, change)
        .await
}

/// A change that says all by its name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Empty {}

/// Confirm an order
#[utoipa::path(post, path = "/operations/orders/{id}/confirm", tag = "operations", request_body = Empty,
    params(("id" = String, Path, description = "The order's id")),
    responses((status = 200, description = "Confirmed", body = OrderResource)))]
async fn confirm_order(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    request: CommandRequest<Empty>,
) -> Result<Response, ApiError> {
    state
        .change(&caller, Target { kind: Kind::Order, id, expected }, request, Command::ChangeOrder, |_| {
            OrderChange::Confirm
        })
        .await
}

/// Begin to process an order
#[utoipa::path(post, path = "/operations/orders/{id}/process", tag = "operations", request_body = Empty,
    params(("id" = String, Path, description = "The order's id")),
    responses((status = 200, description = "In process", body = OrderResource)))]
async fn process_order(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    request: CommandRequest<Empty>,
) -> Result<Response, ApiError> {
    let change = |_| OrderChange::StartProcessing;
    state
        .change(&caller, Target { kind: Kind::Order, id, expected }, request, Command::ChangeOrder, change)
        .await
}

/// When it was shipped.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ShipOrder {
    /// When; now, if it is left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    ship_date: Option<Timestamp>,
}

/// Ship an order without shipments of its own
///
/// Orders whose shipments are booked here are shipped by the departure of the first one.
#[utoipa::path(post, path = "/operations/orders/{id}/ship", tag = "operations", request_body = ShipOrder,
    params(("id" = String, Path, description = "The order's id")),
    responses((status = 200, description = "Shipped", body = OrderResource)))]
async fn ship_order(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    request: CommandRequest<ShipOrder>,
) -> Result<Response, ApiError> {
    let change = |body: ShipOrder| OrderChange::Ship { ship_date: body.ship_date };
    state
        .change(&caller, Target { kind: Kind::Order, id, expected }, request, Command::ChangeOrder, change)
        .await
}

/// When it was delivered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DeliverOrder {
    /// When; now, if it is left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    delivery_date: Option<Timestamp>,
}

/// Deliver an order
///
/// Orders whose shipments are booked here are delivered by the last of their shipments.
#[utoipa::path(post, path = "/operations/orders/{id}/deliver", tag = "operations", request_body = DeliverOrder,
    params(("id" = String, Path, description = "The order's id")),
    responses((status = 200, description = "Delivered", body = OrderResource)))]
async fn deliver_order(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    request: CommandRequest<DeliverOrder>,
) -> Result<Response, ApiError> {
    let change = |body: DeliverOrder| OrderChange::Deliver { delivery_date: body.delivery_date };
    state
        .change(&caller, Target { kind: Kind::Order, id, expected }, request, Command::ChangeOrder, change)
        .await
}

/// Why something ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Because {
    /// The reason.
    pub(super) reason: String,
}

/// Cancel an order
#[utoipa::path(post, path = "/operations/orders/{id}/cancel", tag = "operations", request_body = Because,
    params(("id" = String, Path, description = "The order's id")),
    responses((status = 200, description = "Cancelled", body = OrderResource)))]
async fn cancel_order(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    request: CommandRequest<Because>,
) -> Result<Response, ApiError> {
    let change = |body: Because| OrderChange::Cancel { reason: body.reason };
    state
        .change(&caller, Target { kind: Kind::Order, id, expected }, request, Command::ChangeOrder, change)
        .await
}
