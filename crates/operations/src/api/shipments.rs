//! `/operations/shipments`.

use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use imsop_journal::Filter;
use imsop_kernel::ids::Kind;
use imsop_kernel::problem::Fault;
use imsop_kernel::{GeoPoint, Page, Timestamp, Uuid};
use imsop_platform::auth::{Permission, requires};
use imsop_platform::http::{Caller, CommandRequest, IfMatch, Json, Path, Query, resource};
use imsop_platform::{ApiError, problems};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::orders::Because;
use super::{ApiState, Target, page_as, place};
use crate::domain::command::{BookShipment, ObservePosition, ShipmentChange};
use crate::domain::{Command, ShipmentStatus, State};
use crate::queries;
use crate::resources::ShipmentResource;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    let reads = OpenApiRouter::new()
        .routes(routes!(list_shipments))
        .routes(routes!(get_shipment))
        .route_layer(from_fn_with_state(Permission::OperationsRead, requires));
    let writes = OpenApiRouter::new()
        .routes(routes!(book_shipment))
        .routes(routes!(change_shipment))
        .routes(routes!(depart_shipment))
        .routes(routes!(send_out))
        .routes(routes!(delay_shipment))
        .routes(routes!(resume_shipment))
        .routes(routes!(deliver_shipment))
        .routes(routes!(cancel_shipment))
        .routes(routes!(observe_position))
        .route_layer(from_fn_with_state(Permission::OperationsWrite, requires));
    reads.merge(writes)
}

/// Which shipments.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ShipmentQuery {
    /// Only those in this state.
    #[serde(default)]
    #[param(inline)]
    status: Option<ShipmentStatus>,
    /// Only those of the carrier with this name.
    #[serde(default)]
    carrier: Option<String>,
    /// Only those that go to this country.
    #[serde(default)]
    country: Option<String>,
    /// Only those that are late, or only those that are not.
    #[serde(default)]
    late: Option<bool>,
    /// Only those whose tracking number begins so.
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

/// List shipments, the newest first
#[utoipa::path(get, path = "/operations/shipments", tag = "operations", params(ShipmentQuery),
    responses((status = 200, description = "A page of shipments", body = Page<ShipmentResource>)))]
async fn list_shipments(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Query(query): Query<ShipmentQuery>,
) -> Result<Json<Page<ShipmentResource>>, ApiError> {
    let (after, limit) = place(query.after.as_deref(), query.limit)?;
    let now = Timestamp::now();
    let mut filter = Filter::of(caller.tenant());
    filter.equal("status", query.status.map(|status| format!("{status:?}")));
    filter.equal("carrier", query.carrier.map(|carrier| carrier.to_lowercase()));
    filter.equal("country", query.country.map(|country| country.to_lowercase()));
    filter.number(query.number);
    filter.between(query.from, query.to);
    match query.late {
        Some(true) => {
            let overdue = ("is_open = 1 AND late_after <= ?", vec![now.into()]);
            filter.either(("delivered_late = 1", Vec::new()), overdue);
        }
        // Most are not: the newest ones are found soon.
        Some(false) => {
            filter.and("delivered_late = 0 AND NOT (is_open = 1 AND late_after <= ?)", vec![now.into()])
        }
        None => {}
    }
    let page = queries::page(state.database(), Kind::Shipment, &filter, after.as_ref(), limit).await?;
    Ok(Json(page_as(page, |stored| match &stored.state {
        State::Shipment(shipment) => Some(ShipmentResource::new(stored.id, stored.version, shipment, now)),
        _ => None,
    })))
}

/// Get a shipment
#[utoipa::path(get, path = "/operations/shipments/{id}", tag = "operations",
    params(("id" = String, Path, description = "The shipment's id")),
    responses((status = 200, description = "The shipment", body = ShipmentResource)))]
async fn get_shipment(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, ApiError> {
    let stored = state.find(&caller, Kind::Shipment, id).await?;
    let State::Shipment(shipment) = &stored.state else {
        return Err(problems::internal().into());
    };
    let mut body = ShipmentResource::new(id, stored.version, shipment, Timestamp::now());
    body.asset_ids = Some(queries::assets_of(state.database(), caller.tenant(), id).await?);
    body.events = Some(state.history(&caller, Kind::Shipment, id).await?);
    Ok(resource(StatusCode::OK, stored.version, &body))
}

/// Book a shipment
///
/// It takes its parts of the orders' lines; more than is left of a line is refused.
#[utoipa::path(post, path = "/operations/shipments", tag = "operations", request_body = BookShipment,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 201, description = "Booked", body = ShipmentResource),
              (status = 404, description = "An order or line does not exist"),
              (status = 409, description = "The number is taken, or there is not so much left to ship")))]
async fn book_shipment(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    request: CommandRequest<BookShipment>,
) -> Result<Response, ApiError> {
    state.create(&caller, Kind::Shipment, request, Command::BookShipment).await
}

/// The state that a shipment is to have.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ChangeShipment {
    /// The state.
    status: ShipmentStatus,
    /// Why; needed for `Delayed` and `Cancelled`.
    #[serde(default)]
    reason: Option<String>,
    /// The new estimate; needed for `Delayed`.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    estimated_delivery: Option<Timestamp>,
    /// When it was delivered; now, if it is left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    actual_delivery: Option<Timestamp>,
}

impl ChangeShipment {
    fn change(self) -> Result<ShipmentChange, ApiError> {
        let missing = |field: &str| {
            let message = "is needed for this state";
            ApiError::from(problems::validation_failed(vec![Fault::at(field, "missing", message)]))
        };
        match self.status {
            ShipmentStatus::Created => {
                let fault = Fault::at("status", "unknown-value", "a shipment cannot be made new again");
                Err(problems::validation_failed(vec![fault]).into())
            }
            ShipmentStatus::InTransit => Ok(ShipmentChange::Move),
            ShipmentStatus::OutForDelivery => Ok(ShipmentChange::GoOutForDelivery { location: None }),
            ShipmentStatus::Delivered => Ok(ShipmentChange::Deliver { delivered_at: self.actual_delivery }),
            ShipmentStatus::Delayed => Ok(ShipmentChange::Delay {
                reason: self.reason.ok_or_else(|| missing("reason"))?,
                new_estimate: self.estimated_delivery.ok_or_else(|| missing("estimatedDelivery"))?,
            }),
            ShipmentStatus::Cancelled => {
                Ok(ShipmentChange::Cancel { reason: self.reason.ok_or_else(|| missing("reason"))? })
            }
        }
    }
}

/// Bring a shipment into a state
///
/// The transition that leads there is made, with everything that follows from it.
#[utoipa::path(patch, path = "/operations/shipments/{id}", tag = "operations", request_body = ChangeShipment,
    params(("id" = String, Path, description = "The shipment's id"),
           ("If-Match" = Option<String>, Header, description = "The ETag that the caller has seen")),
    responses((status = 200, description = "Changed", body = ShipmentResource)))]
async fn change_shipment(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    request: CommandRequest<ChangeShipment>,
) -> Result<Response, ApiError> {
    let CommandRequest { body, key, fingerprint } = request;
    let request = CommandRequest { body: body.change()?, key, fingerprint };
    state
        .change(
            &caller,
            Target { kind: Kind::Shipment, id, expected },
            request,
            Command::ChangeShipment,
            |change| change,
        )
        .await
}

/// When and where it departed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DepartShipment {
    /// When; now, if it is left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    departed_at: Option<Timestamp>,
    /// Where; its origin, if it is left out.
    #[serde(default)]
    location: Option<GeoPoint>,
}

/// Let a shipment depart
#[utoipa::path(post, path = "/operations/shipments/{id}/depart", tag = "operations", request_body = DepartShipment,
    params(("id" = String, Path, description = "The shipment's id"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 200, description = "Departed", body = ShipmentResource)))]
async fn depart_shipment(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    request: CommandRequest<DepartShipment>,
) -> Result<Response, ApiError> {
    let change = |body: DepartShipment| ShipmentChange::Depart {
        departed_at: body.departed_at,
        location: body.location,
    };
    state
        .change(
            &caller,
            Target { kind: Kind::Shipment, id, expected },
            request,
            Command::ChangeShipment,
            change,
        )
        .await
}

/// Where it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SendOut {
    /// Where.
    #[serde(default)]
    location: Option<GeoPoint>,
}

/// Send a shipment out for delivery
#[utoipa::path(post, path = "/operations/shipments/{id}/out-for-delivery", tag = "operations", request_body = SendOut,
    params(("id" = String, Path, description = "The shipment's id"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 200, description = "Out for delivery", body = ShipmentResource)))]
async fn send_out(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    request: CommandRequest<SendOut>,
) -> Result<Response, ApiError> {
    let change = |body: SendOut| ShipmentChange::GoOutForDelivery { location: body.location };
    state
        .change(
            &caller,
            Target { kind: Kind::Shipment, id, expected },
            request,
            Command::ChangeShipment,
            change,
        )
        .await
}

/// Why it is delayed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DelayShipment {
    /// The reason.
    reason: String,
    /// When it will be there now.
    #[schema(value_type = String, format = DateTime)]
    new_estimate: Timestamp,
}

/// Delay a shipment
#[utoipa::path(post, path = "/operations/shipments/{id}/delay", tag = "operations", request_body = DelayShipment,
    params(("id" = String, Path, description = "The shipment's id"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 200, description = "Delayed", body = ShipmentResource)))]
async fn delay_shipment(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    request: CommandRequest<DelayShipment>,
) -> Result<Response, ApiError> {
    let change =
        |body: DelayShipment| ShipmentChange::Delay { reason: body.reason, new_estimate: body.new_estimate };
    state
        .change(
            &caller,
            Target { kind: Kind::Shipment, id, expected },
            request,
            Command::ChangeShipment,
            change,
        )
        .await
}

/// When it will be there now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ResumeShipment {
    /// The new estimate; as before, if it is left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    new_estimate: Option<Timestamp>,
}

/// Let a delayed shipment go on
#[utoipa::path(post, path = "/operations/shipments/{id}/resume", tag = "operations", request_body = ResumeShipment,
    params(("id" = String, Path, description = "The shipment's id"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 200, description = "On its way again", body = ShipmentResource)))]
async fn resume_shipment(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    request: CommandRequest<ResumeShipment>,
) -> Result<Response, ApiError> {
    let change = |body: ResumeShipment| ShipmentChange::Resume { new_estimate: body.new_estimate };
    state
        .change(
            &caller,
            Target { kind: Kind::Shipment, id, expected },
            request,
            Command::ChangeShipment,
            change,
        )
        .await
}

/// When it was delivered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DeliverShipment {
    /// When; now, if it is left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    delivered_at: Option<Timestamp>,
}

/// Deliver a shipment
#[utoipa::path(post, path = "/operations/shipments/{id}/deliver", tag = "operations", request_body = DeliverShipment,
    params(("id" = String, Path, description = "The shipment's id"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 200, description = "Delivered", body = ShipmentResource)))]
async fn deliver_shipment(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    request: CommandRequest<DeliverShipment>,
) -> Result<Response, ApiError> {
    let change = |body: DeliverShipment| ShipmentChange::Deliver { delivered_at: body.delivered_at };
    state
        .change(
            &caller,
            Target { kind: Kind::Shipment, id, expected },
            request,
            Command::ChangeShipment,
            change,
        )
        .await
}

/// Cancel a shipment
///
/// Its parts of the orders' lines are free again.
#[utoipa::path(post, path = "/operations/shipments/{id}/cancel", tag = "operations", request_body = Because,
    params(("id" = String, Path, description = "The shipment's id"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 200, description = "Cancelled", body = ShipmentResource)))]
async fn cancel_shipment(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    request: CommandRequest<Because>,
) -> Result<Response, ApiError> {
    let change = |body: Because| ShipmentChange::Cancel { reason: body.reason };
    state
        .change(
            &caller,
            Target { kind: Kind::Shipment, id, expected },
            request,
            Command::ChangeShipment,
            change,
        )
        .await
}

/// Say where a shipment was seen
///
/// What is older than the last known place is recorded and does not move it back.
#[utoipa::path(post, path = "/operations/shipments/{id}/positions", tag = "operations", request_body = ObservePosition,
    params(("id" = String, Path, description = "The shipment's id"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 200, description = "Recorded", body = ShipmentResource)))]
async fn observe_position(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    request: CommandRequest<ObservePosition>,
) -> Result<Response, ApiError> {
    let change = ShipmentChange::ObservePosition;
    state
        .change(
            &caller,
            Target { kind: Kind::Shipment, id, expected },
            request,
            Command::ChangeShipment,
            change,
        )
        .await
}
