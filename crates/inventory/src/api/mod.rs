//! `/inventory`: stock, promises, and the work of the warehouse.

mod documents;
mod items;
mod lots;
mod reservations;
mod stock;
mod transfers;
mod work;

use axum::http::StatusCode;
use axum::response::Response;
use imsop_journal::{Cursor, Database, Executor, Submission};
use imsop_kernel::ids::Kind;
use imsop_kernel::{StreamId, Timestamp, Uuid};
use imsop_platform::http::error::accepted;
use imsop_platform::http::paging::{page_limit, unknown_cursor};
use imsop_platform::http::{Caller, CommandRequest, resource};
use imsop_platform::{ApiError, problems};
use utoipa_axum::router::OpenApiRouter;

use crate::domain::{Command, Inventory, State};
use crate::queries::{self, Stored};
use crate::resources::{
    CountResource, DocumentResource, ExpectedReceiptResource, ItemResource, LotResource, ReservationResource,
    StockResource, TransferResource,
};

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct ApiState {
    pub(crate) executor: Executor<Inventory>,
}

impl ApiState {
    pub(crate) fn database(&self) -> &Database {
        self.executor.engine().database()
    }

    /// Submits a command; answers with the aggregate of this kind that it changed.
    async fn command<T>(
        &self,
        caller: &Caller,
        kind: Kind,
        status: StatusCode,
        request: CommandRequest<T>,
        command: impl FnOnce(T) -> Command,
    ) -> Result<Response, ApiError> {
        let stored = self.submit(caller.submission(request, command), kind).await?;
        Ok(shown(caller, status, &stored))
    }

    async fn submit(&self, submission: Submission<Command>, kind: Kind) -> Result<Stored, ApiError> {
        let accepted = accepted(self.executor.submit(submission).await?)?;
        let touched = accepted.touched.iter().find(|touched| touched.stream.kind == kind);
        // Every command of the interface records an event of the kind that it answers with.
        let touched = touched.ok_or_else(problems::internal)?;
        let state = (*touched.state).clone();
        Ok(Stored { id: touched.stream.id, version: touched.version, state })
    }

    /// The thing with this id.
    async fn find(&self, caller: &Caller, stream: StreamId) -> Result<Stored, ApiError> {
        let found = queries::find(self.database(), caller.tenant(), stream).await?;
        found.ok_or_else(|| problems::not_found(stream.kind.as_str(), &stream.id.to_string()).into())
    }
}

/// A thing as an answer.
fn shown(caller: &Caller, status: StatusCode, stored: &Stored) -> Response {
    let (id, version) = (stored.id, stored.version);
    match &stored.state {
        State::Stock(stock) => {
            resource(status, version, &StockResource::new(id, caller.tenant(), stock, Timestamp::now()))
        }
        State::Reservation(reservation) => {
            resource(status, version, &ReservationResource::new(id, version, reservation))
        }
        State::Item(item) => resource(status, version, &ItemResource::new(id, version, item)),
        State::Lot(card) => resource(status, version, &LotResource::new(id, version, card)),
        State::Advice(advice) => resource(status, version, &ExpectedReceiptResource::new(id, advice)),
        State::Transfer(transfer) => resource(status, version, &TransferResource::new(id, version, transfer)),
        State::Count(count) => resource(status, version, &CountResource::new(id, version, count)),
        State::Document(document) => resource(status, version, &DocumentResource::new(id, document)),
        State::Site(card) => resource(status, version, card),
        State::Serial(card) => resource(status, version, card),
    }
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

/// The thing of a path that names it by its id.
fn stream(kind: Kind, id: Uuid) -> StreamId {
    StreamId::new(kind, id)
}

pub(crate) fn router() -> OpenApiRouter<ApiState> {
    items::routes()
        .merge(stock::routes())
        .merge(reservations::routes())
        .merge(documents::routes())
        .merge(transfers::routes())
        .merge(work::routes())
        .merge(lots::routes())
}
