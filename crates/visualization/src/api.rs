//! `/graphql` and `/viz`: the ways to look.

use axum::extract::State;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use imsop_backbone::BackboneError;
use imsop_kernel::{AsOf, Timestamp};
use imsop_platform::auth::{Permission, requires};
use imsop_platform::http::{Caller, Json};
use imsop_platform::{ApiError, problems};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::graphql::{self, AskedAt, ImsopSchema, Overview};
use crate::limits::{DASHBOARD_ALERTS, DASHBOARD_MINUTES, QUERY_BYTES};
use crate::model::{Alert, Word};
use crate::reads::{Filter, Reads};
use crate::sockets::Sockets;
use crate::{graphql_socket, live_socket};

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct ApiState {
    pub(crate) reads: Reads,
    pub(crate) schema: ImsopSchema,
    pub(crate) sockets: Sockets,
}

pub(crate) fn routes(reads: Reads) -> OpenApiRouter {
    let schema = graphql::schema(reads.clone());
    router().with_state(ApiState { reads, schema, sockets: Sockets::default() })
}

/// What these routes say of themselves, for the interface documents.
pub fn documentation() -> utoipa::openapi::OpenApi {
    router().into_openapi()
}

fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(graphql_query))
        .route("/graphql", get(graphql_socket::upgrade))
        .routes(routes!(dashboard))
        .route("/viz/live", get(live_socket::upgrade))
        .route_layer(from_fn_with_state(Permission::VisualizationRead, requires))
}

pub(crate) fn failed(error: BackboneError) -> ApiError {
    tracing::error!(%error, "the read models cannot be read");
    problems::internal().into()
}

/// A GraphQL request.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct GraphqlRequest {
    /// The query, in the GraphQL language.
    query: String,
    /// Which of its operations, if it has several.
    #[serde(default)]
    operation_name: Option<String>,
    /// The values of its variables.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    variables: Option<Value>,
    /// Accepted and not looked at.
    #[serde(default)]
    #[allow(dead_code, reason = "client libraries send it")]
    #[schema(value_type = Option<Object>)]
    extensions: Option<Value>,
}

/// Ask in GraphQL
///
/// Every answer says in `extensions.asOf` how fresh it is. Questions that are too deep or too wide
/// are refused with an error in the answer.
#[utoipa::path(post, path = "/graphql", tag = "visualization", request_body = GraphqlRequest,
    responses((status = 200, description = "The answer", body = Object)))]
async fn graphql_query(
    State(state): State<ApiState>,
    caller: Caller,
    Json(request): Json<GraphqlRequest>,
) -> Result<Json<async_graphql::Response>, ApiError> {
    if request.query.len() > QUERY_BYTES {
        return Err(problems::body_too_large().into());
    }
    let variables = async_graphql::Variables::from_json(request.variables.unwrap_or_default());
    let mut asked = async_graphql::Request::new(request.query).variables(variables);
    asked.operation_name = request.operation_name;
    let asked = asked.data(caller.tenant().clone()).data(AskedAt(Timestamp::now()));
    Ok(Json(state.schema.execute(asked).await))
}

/// The control tower in one answer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Dashboard {
    /// The figures: shipments and orders by state, on-time share, open alerts, rates, freshness.
    #[schema(value_type = Object)]
    overview: Overview,
    /// The newest alerts that are not resolved.
    #[schema(value_type = Vec<Object>)]
    open_alerts: Vec<Alert>,
    /// Events by minute, the oldest first.
    activity: Vec<Activity>,
    /// How fresh this is.
    as_of: AsOf,
}

/// Events of one kind in one minute.
#[derive(Serialize, ToSchema)]
struct Activity {
    /// When the minute began.
    #[schema(value_type = String, format = DateTime)]
    time: Timestamp,
    /// What kind of events.
    kind: String,
    /// How many.
    events: i64,
}

/// See the control tower
#[utoipa::path(get, path = "/viz/dashboard", tag = "visualization",
    responses((status = 200, description = "The figures", body = Dashboard)))]
async fn dashboard(State(state): State<ApiState>, caller: Caller) -> Result<Json<Dashboard>, ApiError> {
    let (reads, tenant, now) = (&state.reads, caller.tenant(), Timestamp::now());
    let as_of = reads.as_of(now).await.map_err(failed)?;
    let overview = Overview::read(reads, tenant, now).await.map_err(failed)?;
    let mut open = Filter::of(tenant);
    open.and("status <> ?", vec![crate::model::AlertStatus::Resolved.word().into()]);
    let (open_alerts, _) = reads.list(&open, None, DASHBOARD_ALERTS).await?;
    let since = now.as_second().div_euclid(60) - DASHBOARD_MINUTES;
    let mut activity = Vec::new();
    for (minute, kind, events) in reads.activity(tenant, since).await? {
        let time = Timestamp::from_second(minute * 60).unwrap_or(now);
        activity.push(Activity { time, kind, events });
    }
    Ok(Json(Dashboard { overview, open_alerts, activity, as_of }))
}
