//! `/operations`: orders, shipments, assets, alerts.

mod alerts;
mod assets;
mod orders;
mod shipments;

use axum::http::StatusCode;
use axum::response::Response;
use imsop_journal::{Cursor, Database, Executor, Submission};
use imsop_kernel::ids::Kind;
use imsop_kernel::{Page, StreamId, Timestamp, Uuid};
use imsop_platform::http::error::accepted;
use imsop_platform::http::paging::{page_limit, unknown_cursor};
use imsop_platform::http::{Caller, CommandRequest, IfMatch, resource};
use imsop_platform::{ApiError, problems};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;

use crate::domain::command::Change;
use crate::domain::{Command, Operations, State};
use crate::queries::{self, Stored};
use crate::resources::{AlertResource, AssetResource, OrderResource, ShipmentResource};

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct ApiState {
    pub(crate) executor: Executor<Operations>,
}

impl ApiState {
    pub(crate) fn database(&self) -> &Database {
        self.executor.engine().database()
    }

    /// Submits a command; answers with the aggregate of this kind that it changed.
    async fn submit(&self, submission: Submission<Command>, kind: Kind) -> Result<Stored, ApiError> {
        let tenant = submission.origin.tenant.clone();
        let named = named_stream(&submission.command);
        let accepted = accepted(self.executor.submit(submission).await?)?;
        let touched = accepted.touched.iter().find(|touched| touched.stream.kind == kind);
        if let Some(touched) = touched {
            let state = (*touched.state).clone();
            return Ok(Stored { id: touched.stream.id, version: touched.version, state });
        }
        // An accepted command that changed nothing answers with the thing as it is.
        let stream = named.ok_or_else(problems::internal)?;
        let found = queries::find(self.database(), &tenant, stream.kind, stream.id).await?;
        found.ok_or_else(|| problems::internal().into())
    }

    /// Changes one thing.
    async fn change<T, C>(
        &self,
        caller: &Caller,
        target: Target,
        request: CommandRequest<T>,
        command: impl FnOnce(Change<C>) -> Command,
        change: impl FnOnce(T) -> C,
    ) -> Result<Response, ApiError> {
        let Target { kind, id, expected: IfMatch(expected_version) } = target;
        let submission =
            caller.submission(request, |body| command(Change { id, expected_version, change: change(body) }));
        let stored = self.submit(submission, kind).await?;
        count(&stored.state);
        Ok(shown(StatusCode::OK, &stored))
    }

    /// Creates one thing.
    async fn create<T>(
        &self,
        caller: &Caller,
        kind: Kind,
        request: CommandRequest<T>,
        command: impl FnOnce(T) -> Command,
    ) -> Result<Response, ApiError> {
        let stored = self.submit(caller.submission(request, command), kind).await?;
        count(&stored.state);
        Ok(shown(StatusCode::CREATED, &stored))
    }

    /// The thing with this id, with its history.
    async fn find(&self, caller: &Caller, kind: Kind, id: Uuid) -> Result<Stored, ApiError> {
        let found = queries::find(self.database(), caller.tenant(), kind, id).await?;
        found.ok_or_else(|| problems::not_found(kind.as_str(), &id.to_string()).into())
    }

    async fn history(
        &self,
        caller: &Caller,
        kind: Kind,
        id: Uuid,
    ) -> Result<Vec<serde_json::Value>, ApiError> {
        Ok(queries::history(self.database(), caller.tenant(), StreamId::new(kind, id)).await?)
    }
}

/// What is to change, and the version of it that the caller has in mind.
struct Target {
    kind: Kind,
    id: Uuid,
    expected: IfMatch,
}

fn named_stream(command: &Command) -> Option<StreamId> {
    match command {
        Command::ChangeOrder(change) => Some(StreamId::new(Kind::Order, change.id)),
        Command::ChangeShipment(change) => Some(StreamId::new(Kind::Shipment, change.id)),
        Command::ChangeAsset(change) => Some(StreamId::new(Kind::Asset, change.id)),
        Command::ChangeAlert(change) => Some(StreamId::new(Kind::Alert, change.id)),
        _ => None,
    }
}

/// Counts business moments for those who watch the platform.
fn count(state: &State) {
    let (thing, status) = match state {
        State::Order(order) => ("order", format!("{:?}", order.status)),
        State::Shipment(shipment) => ("shipment", format!("{:?}", shipment.status)),
        State::Asset(asset) => ("asset", format!("{:?}", asset.status)),
        State::Alert(alert) => ("alert", format!("{:?}", alert.status)),
    };
    metrics::counter!("imsop_operations_commands_total", "thing" => thing, "status" => status).increment(1);
}

fn shown(status: StatusCode, stored: &Stored) -> Response {
    let (id, version) = (stored.id, stored.version);
    match &stored.state {
        State::Order(order) => resource(status, version, &OrderResource::new(id, version, order)),
        State::Shipment(shipment) => {
            resource(status, version, &ShipmentResource::new(id, version, shipment, Timestamp::now()))
        }
        State::Asset(asset) => resource(status, version, &AssetResource::new(id, version, asset)),
        State::Alert(alert) => resource(status, version, &AlertResource::new(id, version, alert)),
    }
}

/// A page in the words of the interface.
fn page_as<T: Serialize>(page: Page<Stored>, show: impl Fn(&Stored) -> Option<T>) -> Page<T> {
    Page { items: page.items.iter().filter_map(show).collect(), next: page.next, as_of: page.as_of }
}

/// Where a page begins and how long it is.
fn place(after: Option<&str>, limit: Option<i64>) -> Result<(Option<Cursor>, i64), ApiError> {
    let limit = page_limit(limit)?;
    let cursor = match after {
        Some(text) => Some(Cursor::decode(text).ok_or_else(unknown_cursor)?),
        None => None,
    };
    Ok((cursor, limit))
}

pub(crate) fn router() -> OpenApiRouter<ApiState> {
    orders::routes().merge(shipments::routes()).merge(assets::routes()).merge(alerts::routes())
}
