//! `/inventory/reservations`.

use axum::extract::{Request, State as Shared};
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use imsop_journal::{Batch, Filter, Outcome, Submission};
use imsop_kernel::ids::Kind;
use imsop_kernel::problem::Fault;
use imsop_kernel::{Page, Problem, Uuid};
use imsop_platform::auth::{Permission, requires};
use imsop_platform::http::body::body_bytes;
use imsop_platform::http::extract::{check_idempotency_key, content_type, fingerprint, read_json};
use imsop_platform::http::{Caller, CommandRequest, Json, Path, Query, Refusal};
use imsop_platform::{ApiError, problems};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{ApiState, place, shown, stream};
use crate::domain::command::Reserve;
use crate::domain::lookup::reservation_of;
use crate::domain::{Command, Inventory, ReservationStatus, State};
use crate::limits::RESERVATIONS_PER_BATCH;
use crate::queries;
use crate::resources::ReservationResource;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    let reads = OpenApiRouter::new()
        .routes(routes!(list_reservations))
        .routes(routes!(get_reservation))
        .route_layer(from_fn_with_state(Permission::InventoryRead, requires));
    let writes = OpenApiRouter::new()
        .routes(routes!(reserve))
        .routes(routes!(reserve_batch))
        .routes(routes!(confirm))
        .routes(routes!(release))
        .route_layer(from_fn_with_state(Permission::InventoryWrite, requires));
    reads.merge(writes)
}

/// Which reservations.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReservationQuery {
    /// Those of this order only.
    #[serde(default)]
    order_id: Option<String>,
    /// Those at this site only.
    #[serde(default)]
    site: Option<String>,
    /// Those in this state only.
    #[serde(default)]
    #[param(inline)]
    status: Option<ReservationStatus>,
    /// How many at most: 1 to 200.
    #[serde(default)]
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// The `next` of the page before.
    #[serde(default)]
    after: Option<String>,
}

/// List reservations, the newest first
#[utoipa::path(get, path = "/inventory/reservations", tag = "inventory", params(ReservationQuery),
    responses((status = 200, description = "A page of reservations", body = Page<ReservationResource>)))]
async fn list_reservations(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Query(query): Query<ReservationQuery>,
) -> Result<Json<Page<ReservationResource>>, ApiError> {
    let (after, limit) = place(query.after.as_deref(), query.limit)?;
    let mut filter = Filter::of(caller.tenant());
    if let Some(order_id) = &query.order_id {
        filter.equal("id", Some(reservation_of(caller.tenant(), order_id).id.to_string()));
    }
    filter.equal("site", query.site);
    if let Some(status) = query.status {
        // The word stands in the statement, so that the indexes on some of them are used.
        filter.and(&format!("status = '{}'", status.as_str()), Vec::new());
    }
    let page = queries::page(state.database(), Kind::Reservation, &filter, after.as_ref(), limit).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for stored in &page.items {
        if let State::Reservation(reservation) = &stored.state {
            items.push(ReservationResource::new(stored.id, stored.version, reservation));
        }
    }
    Ok(Json(Page { items, next: page.next, as_of: page.as_of }))
}

/// Get a reservation
#[utoipa::path(get, path = "/inventory/reservations/{id}", tag = "inventory",
    params(("id" = String, Path, description = "The reservation's id")),
    responses((status = 200, description = "The reservation", body = ReservationResource)))]
async fn get_reservation(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, ApiError> {
    let stored = state.find(&caller, stream(Kind::Reservation, id)).await?;
    Ok(shown(&caller, StatusCode::OK, &stored))
}

/// Promise goods to an order
///
/// They are held until `expiresAt`, unless the reservation is confirmed before.
#[utoipa::path(post, path = "/inventory/reservations", tag = "inventory", request_body = Reserve,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 201, description = "Held", body = ReservationResource),
              (status = 409, description = "There is not enough stock, or the order has a reservation, here or at another site")))]
async fn reserve(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    mut request: CommandRequest<Reserve>,
) -> Result<Response, ApiError> {
    if let Some(key) = request.body.idempotency_key.take() {
        check_idempotency_key("idempotencyKey", &key)?;
        request.key = key;
    }
    state.command(&caller, Kind::Reservation, StatusCode::CREATED, request, Command::Reserve).await
}

/// What became of one of several reservations.
#[derive(Serialize, ToSchema)]
struct BatchItem {
    /// The status that it would have had alone.
    status: u16,
    /// The reservation, if it was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    reservation: Option<ReservationResource>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem>,
}

/// Promise goods to many orders
///
/// An array, or one JSON object a line (`application/x-ndjson`). Each stands for itself: the answers come in
/// the order of the requests.
#[utoipa::path(post, path = "/inventory/reservations/batch", tag = "inventory", request_body = Vec<Reserve>,
    responses((status = 200, description = "What became of each", body = Vec<BatchItem>)))]
async fn reserve_batch(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    request: Request,
) -> Result<Json<Vec<BatchItem>>, ApiError> {
    let is_lines = content_type(request.headers()).eq_ignore_ascii_case("application/x-ndjson");
    let body = body_bytes(request).await?;
    let pieces = if is_lines { lines(&body) } else { elements(&body)? };
    if pieces.is_empty() || pieces.len() > RESERVATIONS_PER_BATCH {
        let message = format!("must be 1 to {RESERVATIONS_PER_BATCH} reservations");
        return Err(problems::validation_failed(vec![Fault::whole("out-of-range", message)]).into());
    }
    let mut submissions = Vec::with_capacity(pieces.len());
    let mut unreadable: Vec<Option<Problem>> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match submission(&caller, piece) {
            Ok(submission) => {
                submissions.push(submission);
                unreadable.push(None);
            }
            Err(error) => unreadable.push(Some(error.problem().clone())),
        }
    }
    let outcomes = state.executor.submit_batch(Batch { submissions, advance: None }).await?;
    let mut outcomes = outcomes.into_iter();
    let mut items = Vec::with_capacity(unreadable.len());
    for problem in unreadable {
        match problem {
            Some(problem) => items.push(refused(problem)),
            // A batch has as many outcomes as commands.
            None => items.extend(outcomes.next().map(item)),
        }
    }
    Ok(Json(items))
}

fn lines(body: &[u8]) -> Vec<&[u8]> {
    let pieces = body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    pieces.filter(|piece| !piece.is_empty()).collect()
}

fn elements(body: &[u8]) -> Result<Vec<&[u8]>, ApiError> {
    let not_an_array = |error: serde_json::Error| {
        ApiError::from(problems::invalid_body(format!("not a JSON array: {error}")))
    };
    let raw: Vec<&RawValue> = serde_json::from_slice(body).map_err(not_an_array)?;
    Ok(raw.into_iter().map(|piece| piece.get().as_bytes()).collect())
}

fn submission(caller: &Caller, piece: &[u8]) -> Result<Submission<Command>, ApiError> {
    let mut body: Reserve = read_json(piece)?;
    let key = body.idempotency_key.take().unwrap_or_else(|| Uuid::now_v7().to_string());
    check_idempotency_key("idempotencyKey", &key)?;
    let request = CommandRequest { body, key, fingerprint: fingerprint(&[b"reserve", piece]) };
    Ok(caller.submission(request, Command::Reserve))
}

fn refused(problem: Problem) -> BatchItem {
    BatchItem { status: problem.status, reservation: None, problem: Some(problem) }
}

fn item(outcome: Outcome<Inventory>) -> BatchItem {
    let accepted = match outcome {
        Outcome::Accepted(accepted) => accepted,
        Outcome::Rejected(rejection) => return refused(rejection.problem()),
        Outcome::KeyReused => return refused(problems::idempotency_key_reused()),
    };
    for touched in &accepted.touched {
        if let State::Reservation(reservation) = &*touched.state {
            let resource = ReservationResource::new(touched.stream.id, touched.version, reservation);
            return BatchItem {
                status: StatusCode::CREATED.as_u16(),
                reservation: Some(resource),
                problem: None,
            };
        }
    }
    // A reservation always records an event on its own stream.
    refused(problems::internal())
}

/// A word to it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Promise for good what was held
#[utoipa::path(post, path = "/inventory/reservations/{id}/confirm", tag = "inventory", request_body = Nothing,
    params(("id" = String, Path, description = "The reservation's id"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 200, description = "Confirmed", body = ReservationResource)))]
async fn confirm(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    request: CommandRequest<Nothing>,
) -> Result<Response, ApiError> {
    let command = |Nothing {}| Command::Confirm { id };
    state.command(&caller, Kind::Reservation, StatusCode::OK, request, command).await
}

/// Why it is given back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReleaseReservation {
    /// The reason, for those who look later.
    #[serde(default)]
    reason: Option<String>,
}

/// Give back what was promised
///
/// What is not picked is free at once, and the order no longer waits. What is picked and has not left goes back
/// to receiving, to be put away.
#[utoipa::path(post, path = "/inventory/reservations/{id}/release", tag = "inventory",
    request_body = ReleaseReservation,
    params(("id" = String, Path, description = "The reservation's id"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 200, description = "Released", body = ReservationResource)))]
async fn release(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    request: CommandRequest<ReleaseReservation>,
) -> Result<Response, ApiError> {
    let command = |body: ReleaseReservation| Command::Release { id, reason: body.reason };
    state.command(&caller, Kind::Reservation, StatusCode::OK, request, command).await
}
