//! `/ingest`: the ways in for records.

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::from_fn_with_state;
use imsop_journal::feed;
use imsop_kernel::problem::Fault;
use imsop_kernel::{AsOf, Timestamp};
use imsop_platform::auth::{Permission, requires};
use imsop_platform::http::body::body_bytes;
use imsop_platform::http::extract::content_type;
use imsop_platform::http::{Caller, Json};
use imsop_platform::{ApiError, problems};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::status;
use crate::import::{self, ImportReport};
use crate::intake::{self, IntakeError, ItemOutcome, ItemStatus};
use crate::items::{Framing, Item, Reader, split};
use crate::limits::RECENT_IMPORTS;
use crate::state::IngestionState;
use crate::{files_api, records, records_api, telemetry_socket};

pub(crate) fn routes(state: IngestionState) -> OpenApiRouter {
    router().with_state(state)
}

/// What these routes say of themselves, for the interface documents.
pub fn documentation() -> utoipa::openapi::OpenApi {
    router().into_openapi()
}

fn router() -> OpenApiRouter<IngestionState> {
    let reads = OpenApiRouter::new()
        .routes(routes!(ingest_status))
        .merge(records_api::routes())
        .merge(files_api::read_routes())
        .route_layer(from_fn_with_state(Permission::IngestRead, requires));
    let writes = OpenApiRouter::new()
        .routes(routes!(ingest))
        .merge(files_api::write_routes())
        .merge(telemetry_socket::routes())
        .route_layer(from_fn_with_state(Permission::IngestWrite, requires));
    reads.merge(writes)
}

impl From<IntakeError> for ApiError {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::Submit(error) => error.into(),
            IntakeError::Store(error) => error.into(),
            IntakeError::Gateway(error) => {
                Self::from(problems::overloaded(&error.to_string())).retry_after(1)
            }
        }
    }
}

/// What became of the records of a request.
#[derive(Debug, Serialize, ToSchema)]
struct IngestResponse {
    /// Records that took effect now.
    accepted: usize,
    /// Records that had taken effect before.
    duplicates: usize,
    /// Records that were put aside.
    quarantined: usize,
    /// Each record, in the order of the request.
    items: Vec<ItemOutcome>,
}

impl IngestResponse {
    fn new(items: Vec<ItemOutcome>) -> Self {
        let count = |status| items.iter().filter(|item| item.status == status).count();
        Self {
            accepted: count(ItemStatus::Accepted),
            duplicates: count(ItemStatus::Duplicate),
            quarantined: count(ItemStatus::Quarantined),
            items,
        }
    }
}

/// Send records
///
/// One record, an array, or one on each line. A record is telemetry (`deviceId`, `eventType`,
/// `timestamp`, `payload`), a business record (`type`, `data`), or a CloudEvent around either. What
/// is not fit is put aside with its reasons, and the rest goes on. When the answer comes, everything
/// is durable; a record sent again has no second effect.
#[utoipa::path(post, path = "/ingest/api", tag = "ingestion",
    request_body(content((Value = "application/json"), (String = "application/x-ndjson"),
        (Value = "application/cloudevents+json"), (Value = "application/cloudevents-batch+json"))),
    responses((status = 200, description = "Taken, item by item", body = IngestResponse)))]
async fn ingest(
    State(state): State<IngestionState>,
    caller: Caller,
    request: Request,
) -> Result<Json<IngestResponse>, ApiError> {
    let headers = request.headers().clone();
    let body = body_bytes(request).await?;
    let reader = Reader {
        tenant: caller.tenant(),
        source: "api",
        content_type: "application/json",
        signals: &state.signals,
        kinds: state.gateway.kinds(),
        now: Timestamp::now(),
    };
    let items = read_items(&reader, &headers, &body)?;
    state.count_records(caller.tenant(), items.len())?;
    let outcomes = intake::take(&state, &caller.origin(), items).await?;
    Ok(Json(IngestResponse::new(outcomes)))
}

fn read_items(reader: &Reader<'_>, headers: &HeaderMap, body: &Bytes) -> Result<Vec<Item>, ApiError> {
    let media_type = content_type(headers).to_ascii_lowercase();
    let framing = match media_type.as_str() {
        "application/json" if headers.contains_key("ce-specversion") => {
            let event = binary_cloud_event(headers, body)?;
            return Ok(vec![reader.read(event.to_string().as_bytes())]);
        }
        "application/json" | "application/cloudevents+json" | "application/cloudevents-batch+json" => {
            Framing::Json
        }
        "application/x-ndjson" | "application/jsonl" => Framing::Lines,
        other => {
            let expected = "application/json, application/x-ndjson or application/cloudevents+json";
            return Err(problems::unsupported_media_type(other, expected).into());
        }
    };
    let pieces = split(body, framing)?;
    Ok(pieces.into_iter().map(|piece| reader.read(piece)).collect())
}

/// A CloudEvent in binary mode (HTTP protocol binding, section 3.1) in its structured form.
fn binary_cloud_event(headers: &HeaderMap, body: &Bytes) -> Result<Value, ApiError> {
    let mut event = Map::new();
    for (name, value) in headers {
        let Some(attribute) = name.as_str().strip_prefix("ce-") else { continue };
        let Ok(text) = value.to_str() else {
            let fault = Fault::at(name.as_str(), "not-fitting", "must be plain text");
            return Err(problems::validation_failed(vec![fault]).into());
        };
        event.insert(attribute.to_owned(), text.into());
    }
    let data =
        serde_json::from_slice(body).map_err(|error| problems::invalid_body(format!("not JSON: {error}")))?;
    event.insert("data".to_owned(), data);
    Ok(Value::Object(event))
}

/// How the intake stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct IngestStatus {
    /// Records that took effect.
    accepted: i64,
    /// Records that were put aside.
    quarantined: i64,
    /// Records that are kept and wait for their outcome.
    open: i64,
    /// Devices that have sent something.
    devices: i64,
    /// The adapters for files.
    adapters: Vec<String>,
    /// The newest imports.
    imports: Vec<ImportReport>,
    /// How fresh this is.
    as_of: AsOf,
}

/// See how the intake stands
#[utoipa::path(get, path = "/ingest/status", tag = "ingestion",
    responses((status = 200, description = "The figures", body = IngestStatus)))]
async fn ingest_status(
    State(state): State<IngestionState>,
    caller: Caller,
) -> Result<Json<IngestStatus>, ApiError> {
    let (database, tenant) = (state.database(), caller.tenant());
    let as_of = feed::head(database, Timestamp::now()).await?;
    let counts = records::count_by_status(database, tenant).await?;
    let count =
        |wanted: &str| counts.iter().filter(|(status, _)| status == wanted).map(|(_, count)| count).sum();
    let devices =
        database.fetch("SELECT COUNT(*) FROM devices WHERE tenant = $1", vec![tenant.into()]).await?;
    let open: i64 = count(status::RECEIVED);
    let staged: i64 = count(status::STAGED);
    Ok(Json(IngestStatus {
        accepted: count(status::ACCEPTED),
        quarantined: count(status::QUARANTINED),
        open: open + staged,
        devices: devices.first().map_or(Ok(0), |row| row.int(0))?,
        adapters: state.adapters.iter().map(|adapter| adapter.name().to_owned()).collect(),
        imports: import::recent(database, tenant, RECENT_IMPORTS).await?,
        as_of,
    }))
}
