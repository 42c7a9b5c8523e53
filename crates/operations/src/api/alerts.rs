//! `/operations/alerts`.

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

use super::{ApiState, Target, page_as, place};
use crate::domain::command::AlertChange;
use crate::domain::event::{AlertRaised, Severity};
use crate::domain::{AlertStatus, Command, State};
use crate::queries;
use crate::resources::AlertResource;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    let reads = OpenApiRouter::new()
        .routes(routes!(list_alerts))
        .routes(routes!(get_alert))
        .route_layer(from_fn_with_state(Permission::OperationsRead, requires));
    let writes = OpenApiRouter::new()
        .routes(routes!(raise_alert))
        .routes(routes!(acknowledge_alert))
        .routes(routes!(resolve_alert))
        .route_layer(from_fn_with_state(Permission::AlertsManage, requires));
    reads.merge(writes)
}

/// Which alerts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct AlertQuery {
    /// Only those in this state.
    #[serde(default)]
    #[param(inline)]
    status: Option<AlertStatus>,
    /// Only those of this severity.
    #[serde(default)]
    #[param(inline)]
    severity: Option<Severity>,
    /// How many at most: 1 to 200.
    #[serde(default)]
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// The `next` of the page before.
    #[serde(default)]
    after: Option<String>,
}

/// List alerts, the newest first
#[utoipa::path(get, path = "/operations/alerts", tag = "operations", params(AlertQuery),
    responses((status = 200, description = "A page of alerts", body = Page<AlertResource>)))]
async fn list_alerts(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Query(query): Query<AlertQuery>,
) -> Result<Json<Page<AlertResource>>, ApiError> {
    let (after, limit) = place(query.after.as_deref(), query.limit)?;
    let mut filter = Filter::of(caller.tenant());
    filter.equal("status", query.status.map(|status| format!("{status:?}")));
    filter.equal("severity", query.severity.map(|severity| format!("{severity:?}")));
    let page = queries::page(state.database(), Kind::Alert, &filter, after.as_ref(), limit).await?;
    Ok(Json(page_as(page, |stored| match &stored.state {
        State::Alert(alert) => Some(AlertResource::new(stored.id, stored.version, alert)),
        _ => None,
    })))
}

/// Get an alert
#[utoipa::path(get, path = "/operations/alerts/{id}", tag = "operations",
    params(("id" = String, Path, description = "The alert's id")),
    responses((status = 200, description = "The alert", body = AlertResource)))]
async fn get_alert(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, ApiError> {
    let stored = state.find(&caller, Kind::Alert, id).await?;
    let State::Alert(alert) = &stored.state else {
        return Err(problems::internal().into());
    };
    let mut body = AlertResource::new(id, stored.version, alert);
    body.events = Some(state.history(&caller, Kind::Alert, id).await?);
    Ok(resource(StatusCode::OK, stored.version, &body))
}

/// Raise an alert by hand
#[utoipa::path(post, path = "/operations/alerts", tag = "operations", request_body = AlertRaised,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 201, description = "Raised", body = AlertResource),
              (status = 409, description = "There is an alert for this anomaly")))]
async fn raise_alert(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    request: CommandRequest<AlertRaised>,
) -> Result<Response, ApiError> {
    state.create(&caller, Kind::Alert, request, Command::RaiseAlert).await
}

/// A word to it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AcknowledgeAlert {
    /// A note for those who look later.
    #[serde(default)]
    note: Option<String>,
}

/// Acknowledge an alert
#[utoipa::path(post, path = "/operations/alerts/{id}/acknowledge", tag = "operations", request_body = AcknowledgeAlert,
    params(("id" = String, Path, description = "The alert's id"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 200, description = "Acknowledged", body = AlertResource)))]
async fn acknowledge_alert(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    request: CommandRequest<AcknowledgeAlert>,
) -> Result<Response, ApiError> {
    let change = |body: AcknowledgeAlert| AlertChange::Acknowledge { note: body.note };
    state
        .change(&caller, Target { kind: Kind::Alert, id, expected }, request, Command::ChangeAlert, change)
        .await
}

/// How it ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResolveAlert {
    /// What was done.
    resolution: String,
}

/// Resolve an alert
#[utoipa::path(post, path = "/operations/alerts/{id}/resolve", tag = "operations", request_body = ResolveAlert,
    params(("id" = String, Path, description = "The alert's id"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect")),
    responses((status = 200, description = "Resolved", body = AlertResource)))]
async fn resolve_alert(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    request: CommandRequest<ResolveAlert>,
) -> Result<Response, ApiError> {
    let change = |body: ResolveAlert| AlertChange::Resolve { resolution: body.resolution };
    state
        .change(&caller, Target { kind: Kind::Alert, id, expected }, request, Command::ChangeAlert, change)
        .await
}
