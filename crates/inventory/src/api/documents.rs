//! Receipts, what is expected, moves, corrections and returns.

use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use imsop_kernel::Uuid;
use imsop_kernel::ids::Kind;
use imsop_platform::auth::{Permission, requires};
use imsop_platform::http::{Caller, CommandRequest, Path};
use imsop_platform::{ApiError, problems};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{ApiState, shown, stream};
use crate::domain::command::{Adjust, ExpectReceipt, MoveStock, Receive, ReturnGoods};
use crate::domain::lookup::advice_of;
use crate::domain::{Command, DocumentKind, State};
use crate::resources::{DocumentResource, ExpectedReceiptResource};

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    let reads = OpenApiRouter::new()
        .routes(routes!(get_receipt))
        .routes(routes!(get_expected_receipt))
        .route_layer(from_fn_with_state(Permission::InventoryRead, requires));
    let writes = OpenApiRouter::new()
        .routes(routes!(receive))
        .routes(routes!(expect_receipt))
        .routes(routes!(move_stock))
        .routes(routes!(adjust))
        .routes(routes!(take_back))
        .route_layer(from_fn_with_state(Permission::InventoryWrite, requires));
    reads.merge(writes)
}

/// Receive goods
///
/// Against a purchase order or advance ship notice, if `reference` names one. What orders waited for is
/// promised to them at once.
#[utoipa::path(post, path = "/inventory/receipts", tag = "inventory", request_body = Receive,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 201, description = "Received", body = DocumentResource),
              (status = 409, description = "More has come than is tolerated, or a serial number is in stock")))]
async fn receive(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    request: CommandRequest<Receive>,
) -> Result<Response, ApiError> {
    state.command(&caller, Kind::Receipt, StatusCode::CREATED, request, Command::Receive).await
}

/// Get a receipt
#[utoipa::path(get, path = "/inventory/receipts/{id}", tag = "inventory",
    params(("id" = String, Path, description = "The receipt's id")),
    responses((status = 200, description = "The receipt", body = DocumentResource)))]
async fn get_receipt(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, ApiError> {
    let stored = state.find(&caller, stream(Kind::Receipt, id)).await?;
    // Moves, corrections and returns lie in the same table, and are no receipts.
    let is_receipt =
        matches!(&stored.state, State::Document(document) if document.what == DocumentKind::Receipt);
    if !is_receipt {
        return Err(problems::not_found(Kind::Receipt.as_str(), &id.to_string()).into());
    }
    Ok(shown(&caller, StatusCode::OK, &stored))
}

/// Say what will come
#[utoipa::path(post, path = "/inventory/expected-receipts", tag = "inventory", request_body = ExpectReceipt,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 201, description = "Expected", body = ExpectedReceiptResource),
              (status = 409, description = "The document is known already")))]
async fn expect_receipt(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    request: CommandRequest<ExpectReceipt>,
) -> Result<Response, ApiError> {
    state.command(&caller, Kind::Advice, StatusCode::CREATED, request, Command::ExpectReceipt).await
}

/// Get what a document says will come
#[utoipa::path(get, path = "/inventory/expected-receipts/{reference}", tag = "inventory",
    params(("reference" = String, Path, description = "The number of the purchase order or advance ship notice")),
    responses((status = 200, description = "What it says", body = ExpectedReceiptResource)))]
async fn get_expected_receipt(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(reference): Path<String>,
) -> Result<Response, ApiError> {
    let stored = state.find(&caller, advice_of(caller.tenant(), &reference)).await?;
    Ok(shown(&caller, StatusCode::OK, &stored))
}

/// Put goods away, or move them to another bin
#[utoipa::path(post, path = "/inventory/moves", tag = "inventory", request_body = MoveStock,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 201, description = "Moved", body = DocumentResource),
              (status = 409, description = "There is not so much at that place")))]
async fn move_stock(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    request: CommandRequest<MoveStock>,
) -> Result<Response, ApiError> {
    state.command(&caller, Kind::Move, StatusCode::CREATED, request, Command::Move).await
}

/// Correct the books
#[utoipa::path(post, path = "/inventory/adjustments", tag = "inventory", request_body = Adjust,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 201, description = "Corrected", body = DocumentResource),
              (status = 409, description = "There is not so much, or it is promised to somebody")))]
async fn adjust(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    request: CommandRequest<Adjust>,
) -> Result<Response, ApiError> {
    state.command(&caller, Kind::Adjustment, StatusCode::CREATED, request, Command::Adjust).await
}

/// Take goods back from a customer
///
/// They wait in quarantine unless the caller says that they are fit.
#[utoipa::path(post, path = "/inventory/returns", tag = "inventory", request_body = ReturnGoods,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 201, description = "Returned", body = DocumentResource)))]
async fn take_back(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    request: CommandRequest<ReturnGoods>,
) -> Result<Response, ApiError> {
    state.command(&caller, Kind::Return, StatusCode::CREATED, request, Command::Return).await
}
