//! `/inventory/picks`, `/inventory/packs`, `/inventory/shipments`: promised goods on their way out.

use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use imsop_kernel::ids::Kind;
use imsop_platform::ApiError;
use imsop_platform::auth::{Permission, requires};
use imsop_platform::http::{Caller, CommandRequest};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::ApiState;
use crate::domain::Command;
use crate::domain::command::{PackGoods, Pick, Ship};
use crate::resources::ReservationResource;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(pick))
        .routes(routes!(pack))
        .routes(routes!(ship))
        .route_layer(from_fn_with_state(Permission::InventoryWrite, requires))
}

/// Pick promised goods
#[utoipa::path(post, path = "/inventory/picks", tag = "inventory", request_body = Pick,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 201, description = "Picked", body = ReservationResource),
              (status = 404, description = "There is no such reservation"),
              (status = 409, description = "It is not confirmed, or what is promised cannot be used now")))]
async fn pick(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    request: CommandRequest<Pick>,
) -> Result<Response, ApiError> {
    state.command(&caller, Kind::Reservation, StatusCode::CREATED, request, Command::Pick).await
}

/// Pack picked goods
#[utoipa::path(post, path = "/inventory/packs", tag = "inventory", request_body = PackGoods,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 201, description = "Packed", body = ReservationResource),
              (status = 404, description = "There is no such reservation"),
              (status = 409, description = "It is not picked")))]
async fn pack(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    request: CommandRequest<PackGoods>,
) -> Result<Response, ApiError> {
    state.command(&caller, Kind::Reservation, StatusCode::CREATED, request, Command::Pack).await
}

/// Ship picked goods
#[utoipa::path(post, path = "/inventory/shipments", tag = "inventory", request_body = Ship,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 201, description = "Shipped", body = ReservationResource),
              (status = 404, description = "There is no such reservation"),
              (status = 409, description = "It is not picked")))]
async fn ship(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    request: CommandRequest<Ship>,
) -> Result<Response, ApiError> {
    state.command(&caller, Kind::Reservation, StatusCode::CREATED, request, Command::Ship).await
}
