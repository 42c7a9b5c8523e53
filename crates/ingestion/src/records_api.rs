//! `/ingest/records`: what arrived, as it arrived, beside what became of it.

use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use imsop_journal::feed;
use imsop_kernel::problem::Fault;
use imsop_kernel::{Page, StreamId, Tenant, Timestamp, Uuid};
use imsop_platform::http::paging::{page_limit, unknown_cursor};
use imsop_platform::http::{Caller, Json, Path, Query};
use imsop_platform::{ApiError, problems};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::status;
use crate::records::{self, StoredRecord, record_id};
use crate::state::IngestionState;

pub(crate) fn routes() -> OpenApiRouter<IngestionState> {
    OpenApiRouter::new().routes(routes!(get_record)).routes(routes!(list_records))
}

/// A record: the original beside what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RecordResource {
    record_id: Uuid,
    /// Where it came in: `api`, `telemetry`, or the name of a file adapter.
    source: String,
    #[schema(value_type = String, format = DateTime)]
    received_at: Timestamp,
    content_type: String,
    /// As it arrived, where it is UTF-8 text.
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<String>,
    /// As it arrived, where it is not text.
    #[serde(skip_serializing_if = "Option::is_none")]
    original_base64: Option<String>,
    /// `received`, `staged`, `accepted` or `quarantined`.
    status: String,
    /// What is wrong with it.
    reasons: Vec<Fault>,
    outcome: OutcomeResource,
}

/// What a record led to.
#[derive(Debug, Serialize, ToSchema)]
struct OutcomeResource {
    /// The business objects that it changed, each with the version after the change.
    events: Vec<StreamVersion>,
}

/// A business object at a version.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StreamVersion {
    /// The kind of object: `order`, `shipment`, `device` …
    #[serde(rename = "type")]
    kind: &'static str,
    /// Its stream: `shipment/<id>`.
    #[schema(value_type = String)]
    stream: StreamId,
    stream_version: i64,
}

impl From<StoredRecord> for RecordResource {
    fn from(record: StoredRecord) -> Self {
        let (original, original_base64) = match std::str::from_utf8(&record.original) {
            Ok(text) => (Some(text.to_owned()), None),
            Err(_) => (None, Some(STANDARD.encode(&record.original))),
        };
        let events = record
            .outcome
            .into_iter()
            .map(|(stream, stream_version)| StreamVersion {
                kind: stream.kind.as_str(),
                stream,
                stream_version,
            })
            .collect();
        Self {
            record_id: record.id,
            source: record.source,
            received_at: record.received_at,
            content_type: record.content_type,
            original,
            original_base64,
            status: record.status,
            reasons: record.reasons,
            outcome: OutcomeResource { events },
        }
    }
}

/// A record's id, or `<source>:<name in the source>`, for example `scms:10589`.
fn parse_id(tenant: &Tenant, text: &str) -> Option<Uuid> {
    if let Ok(id) = text.parse() {
        return Some(id);
    }
    let (source, identity) = text.split_once(':')?;
    Some(record_id(tenant, source, identity))
}

/// Get a record
///
/// The original bytes beside what became of them.
#[utoipa::path(get, path = "/ingest/records/{id}", tag = "ingestion",
    params(("id" = String, Path, description = "The record's id, or `source:name`, for example `scms:10589`")),
    responses((status = 200, description = "The record", body = RecordResource)))]
async fn get_record(
    State(state): State<IngestionState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<RecordResource>, ApiError> {
    let not_found = || ApiError::from(problems::not_found("record", &id));
    let record_id = parse_id(caller.tenant(), &id).ok_or_else(not_found)?;
    let found = records::find(state.database(), caller.tenant(), record_id).await?;
    found.map(|record| Json(record.into())).ok_or_else(not_found)
}

/// Which records.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct RecordQuery {
    /// What became of them; by default those put aside.
    #[serde(default)]
    #[param(inline)]
    status: Option<RecordStatus>,
    /// How many at most: 1 to 200.
    #[serde(default)]
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// The `next` of the page before.
    #[serde(default)]
    after: Option<String>,
}

/// See [`status`].
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum RecordStatus {
    Received,
    Staged,
    Accepted,
    Quarantined,
}

impl RecordStatus {
    fn as_str(self) -> &'static str {
        match self {
            Self::Received => status::RECEIVED,
            Self::Staged => status::STAGED,
            Self::Accepted => status::ACCEPTED,
            Self::Quarantined => status::QUARANTINED,
        }
    }
}

/// List records, the newest first
#[utoipa::path(get, path = "/ingest/records", tag = "ingestion", params(RecordQuery),
    responses((status = 200, description = "A page of records", body = Page<RecordResource>)))]
async fn list_records(
    State(state): State<IngestionState>,
    caller: Caller,
    Query(query): Query<RecordQuery>,
) -> Result<Json<Page<RecordResource>>, ApiError> {
    let limit = page_limit(query.limit)?;
    let before = match query.after.as_deref() {
        Some(text) => Some(decode_cursor(text).ok_or_else(unknown_cursor)?),
        None => None,
    };
    let wanted = query.status.unwrap_or(RecordStatus::Quarantined).as_str();
    let as_of = feed::head(state.database(), Timestamp::now()).await?;
    let (found, has_more) = records::list(state.database(), caller.tenant(), wanted, before, limit).await?;
    let next = found.last().filter(|_| has_more).map(encode_cursor);
    Ok(Json(Page { items: found.into_iter().map(RecordResource::from).collect(), next, as_of }))
}

fn encode_cursor(record: &StoredRecord) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}:{}", record.received_at.as_microsecond(), record.id))
}

fn decode_cursor(text: &str) -> Option<(i64, String)> {
    let decoded = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let (at, id) = decoded.split_once(':')?;
    let id: Uuid = id.parse().ok()?;
    Some((at.parse().ok()?, id.to_string()))
}
