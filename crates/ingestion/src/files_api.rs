//! `/ingest/files`: files of partners, and what became of them.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use imsop_kernel::Uuid;
use imsop_kernel::problem::Fault;
use imsop_platform::http::extract::content_type;
use imsop_platform::http::{Caller, Json, Path, Query};
use imsop_platform::{ApiError, problems};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::import::{self, ImportReport, ReceiveError};
use crate::limits::FILE_NAME_LENGTH;
use crate::state::IngestionState;

pub(crate) fn read_routes() -> OpenApiRouter<IngestionState> {
    OpenApiRouter::new().routes(routes!(get_import))
}

pub(crate) fn write_routes() -> OpenApiRouter<IngestionState> {
    OpenApiRouter::new().routes(routes!(send_file)).layer(axum::extract::DefaultBodyLimit::disable())
}

impl From<ReceiveError> for ApiError {
    fn from(error: ReceiveError) -> Self {
        match error {
            ReceiveError::Refused(problem) => (*problem).into(),
            ReceiveError::Store(error) => error.into(),
            ReceiveError::Overloaded => {
                Self::from(problems::overloaded("too many imports are waiting")).retry_after(5)
            }
            ReceiveError::Disk(error) if error.kind() == std::io::ErrorKind::StorageFull => {
                tracing::error!(%error, "no room for a file");
                Self::from(problems::overloaded("there is no room for the file; it was not kept"))
                    .retry_after(60)
            }
            ReceiveError::Disk(error) => {
                tracing::error!(%error, "a file cannot be kept");
                problems::internal().into()
            }
        }
    }
}

/// What file it is.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct FileQuery {
    /// The adapter that reads it, for example `scms`.
    adapter: String,
    /// The name under which it is shown.
    #[serde(default)]
    name: Option<String>,
}

/// Send a file
///
/// The body is the file as it is. It is kept before the answer comes; its rows are read and applied
/// after that. Ask for the import to see how far it is. The same file again changes nothing.
#[utoipa::path(post, path = "/ingest/files", tag = "ingestion", params(FileQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 202, description = "Kept; the import is on its way", body = ImportReport)))]
async fn send_file(
    State(state): State<IngestionState>,
    caller: Caller,
    Query(query): Query<FileQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let media_type = content_type(&headers).to_ascii_lowercase();
    if !["text/csv", "application/csv", "text/plain", "application/octet-stream"]
        .contains(&media_type.as_str())
    {
        return Err(problems::unsupported_media_type(&media_type, "text/csv").into());
    }
    let name = query.name.unwrap_or_else(|| "unnamed".to_owned());
    if name.is_empty() || name.chars().count() > FILE_NAME_LENGTH || name.chars().any(char::is_control) {
        let message =
            format!("must have 1 to {FILE_NAME_LENGTH} characters, none of them control characters");
        return Err(problems::validation_failed(vec![Fault::at("name", "out-of-range", message)]).into());
    }
    let stream = body.into_data_stream();
    let report = import::receive(&state, &caller.origin(), &query.adapter, &name, stream).await?;
    Ok((StatusCode::ACCEPTED, Json(report)).into_response())
}

/// See how far an import is
///
/// Once it is completed, the rows accepted and the rows put aside are together all rows read.
#[utoipa::path(get, path = "/ingest/files/{importId}", tag = "ingestion",
    params(("importId" = String, Path, description = "The import's id")),
    responses((status = 200, description = "The import", body = ImportReport)))]
async fn get_import(
    State(state): State<IngestionState>,
    caller: Caller,
    Path(import_id): Path<Uuid>,
) -> Result<Json<ImportReport>, ApiError> {
    let found = import::find(state.database(), caller.tenant(), import_id).await?;
    found.map(Json).ok_or_else(|| problems::not_found("import", &import_id.to_string()).into())
}
