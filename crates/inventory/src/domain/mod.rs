//! What is decided about stock. Pure.
//!
//! An event stands on the stream of its own document (a receipt, a reservation, a transfer); the stock of
//! every SKU that it names changes with it. So a reservation of ten lines is one event.

pub mod account;
mod allocate;
mod cards;
pub mod command;
mod count;
pub mod event;
mod filling;
mod fulfil;
pub mod lookup;
mod lots;
pub mod measure;
mod moves;
mod receive;
pub mod rejection;
pub mod reservation;
mod reserve;
mod serials;
pub mod stock;
mod targets;

use std::collections::BTreeMap;

use imsop_journal::domain::Recorded;
use imsop_journal::{
    Also, Attachment, AttachmentTable, Cell, Context, Domain, Draft, Moment, StateTable, States,
    UnreadableEvent,
};
use imsop_kernel::ids::Kind;
use imsop_kernel::{StreamId, Tenant, Timestamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use cards::{Advice, Count, Document, DocumentKind, Item, LotCard, SiteCard, Transfer};
pub use command::Command;
pub use event::Event;
pub use rejection::Rejection;
pub use reservation::{Reservation, ReservationStatus};
pub use serials::SerialCard;
pub use stock::Stock;

use account::Movement;
use event::Approval;
use lookup::{advice_of, day_of, item_of, lot_of, serial_of, site_of, stock_of};
use measure::{Units, in_millionths};

/// The deciders of inventory.
#[derive(Debug, Clone, Copy, Default)]
pub struct Inventory;

/// Any aggregate of inventory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[allow(missing_docs, reason = "each is described by its type")]
#[allow(clippy::large_enum_variant, reason = "most aggregates are of the large kinds")]
pub enum State {
    Stock(Stock),
    Reservation(Reservation),
    Item(Item),
    Site(SiteCard),
    Lot(LotCard),
    Serial(SerialCard),
    Advice(Advice),
    Transfer(Transfer),
    Count(Count),
    /// A receipt, a move, an adjustment or a return, which is over as soon as it has happened.
    Document(Document),
}

const TABLES: [StateTable; 13] = [
    StateTable {
        kind: Kind::Stock,
        table: "stock",
        columns: &["site", "sku", "next_expiry", "is_low", "is_short", "fillable_until", "free", "low_from"],
    },
    StateTable {
        kind: Kind::Reservation,
        table: "reservations",
        columns: &["site", "status", "expires_at", "created_at"],
    },
    StateTable { kind: Kind::Item, table: "items", columns: &["sku"] },
    StateTable { kind: Kind::Site, table: "sites", columns: &["site"] },
    StateTable { kind: Kind::Lot, table: "lots", columns: &["sku", "lot", "expiry"] },
    StateTable { kind: Kind::Serial, table: "serials", columns: &["sku", "serial"] },
    StateTable { kind: Kind::Advice, table: "advices", columns: &["site", "due"] },
    StateTable { kind: Kind::Transfer, table: "transfers", columns: &["is_open", "created_at"] },
    StateTable { kind: Kind::Count, table: "counts", columns: &["is_open", "created_at"] },
    StateTable { kind: Kind::Receipt, table: "documents", columns: &["created_at"] },
    StateTable { kind: Kind::Move, table: "documents", columns: &["created_at"] },
    StateTable { kind: Kind::Adjustment, table: "documents", columns: &["created_at"] },
    StateTable { kind: Kind::Return, table: "documents", columns: &["created_at"] },
];

/// The ledger, written beside the events.
pub static LEDGER: AttachmentTable = AttachmentTable {
    table: "movements",
    columns: &[
        "tenant",
        "document",
        "version",
        "line",
        "event_type",
        "moved_at",
        "sku",
        "lot",
        "serial",
        "owner",
        "unit",
        "quantity",
        "from_account",
        "from_site",
        "from_bin",
        "from_condition",
        "to_account",
        "to_site",
        "to_bin",
        "to_condition",
    ],
    tail: "",
};

impl Domain for Inventory {
    type Command = Command;
    type Event = Event;
    type State = State;
    type Rejection = Rejection;

    fn tables(&self) -> &'static [StateTable] {
        &TABLES
    }

    fn targets(&self, tenant: &Tenant, command: &Command) -> Vec<StreamId> {
        targets::first(tenant, command)
    }

    fn further_targets(&self, tenant: &Tenant, command: &Command, states: &States<Self>) -> Vec<StreamId> {
        targets::further(tenant, command, states)
    }

    fn decide(
        &self,
        command: &Command,
        context: &Context,
        draft: &mut Draft<'_, Self>,
    ) -> Result<(), Rejection> {
        decide(command, context, draft)?;
        warn_of_low_stock(command, context, draft);
        Ok(())
    }

    fn evolve(&self, state: Option<State>, event: &Event, moment: Moment) -> State {
        evolve(state, event, moment)
    }

    fn also(&self, tenant: &Tenant, event: &Event) -> Vec<Also<Self>> {
        also(tenant, event)
    }

    fn evolve_also(&self, state: State, event: &Event, moment: Moment) -> State {
        match state {
            State::Stock(stock) => State::Stock(stock.evolve(event, moment.recorded_at)),
            State::Lot(card) => State::Lot(card.seen(event, moment.recorded_at)),
            State::Serial(card) => State::Serial(card.followed(event)),
            State::Advice(advice) => State::Advice(advice.followed(event)),
            State::Item(item) if item.created_at == Timestamp::UNIX_EPOCH => {
                State::Item(Item { created_at: moment.recorded_at, ..item })
            }
            State::Site(card) if card.created_at == Timestamp::UNIX_EPOCH => {
                State::Site(SiteCard { created_at: moment.recorded_at, ..card })
            }
            other => other,
        }
    }

    fn columns(&self, state: &State) -> Vec<Cell> {
        columns(state)
    }

    fn attachments(&self, _: &Command, context: &Context, recorded: &[Recorded<Event>]) -> Vec<Attachment> {
        let mut ledger = Vec::new();
        for recorded in recorded {
            for (line, movement) in recorded.event.movements().iter().enumerate() {
                ledger.push(entry(context, recorded, line, movement));
            }
        }
        ledger
    }

    /// Goods that come and go change stock, items, lots and advices by the events of receipts, reservations and others.
    fn stands_alone(&self, kind: Kind) -> bool {
        use Kind::{Advice, Item, Lot, Serial, Site, Stock};
        !matches!(kind, Stock | Item | Lot | Serial | Site | Advice)
    }

    fn read_event(&self, name: &str, version: u32, data: &str) -> Result<Event, UnreadableEvent> {
        event::read(name, version, data)
    }
}

fn decide(command: &Command, context: &Context, draft: &mut Draft<'_, Inventory>) -> Result<(), Rejection> {
    match command {
        Command::DefineItem(body) => receive::define_item(body, context, draft),
        Command::SetReorderPoint(body) => receive::set_reorder_point(body, context, draft),
        Command::ExpectReceipt(body) => receive::expect(body, context, draft),
        Command::Receive(body) => receive::receive(body, context, draft),
        Command::Return(body) => receive::take_back(body, context, draft),
        Command::Move(body) => moves::relocate(body, context, draft),
        Command::DispatchTransfer(body) => moves::dispatch(body, context, draft),
        Command::ReceiveTransfer { id, body } => moves::arrive(*id, body, context, draft),
        Command::Adjust(body) => moves::adjust(body, context, draft),
        Command::Count(body) => count::count(body, context, draft),
        Command::ApproveCount { id } => count::approve(*id, context, draft),
        Command::RejectCount { id, reason } => count::reject(*id, reason, draft),
        Command::Reserve(body) => reserve::reserve(body, context, draft),
        Command::ReserveForOrder(body) => reserve::reserve_for_order(body, context, draft),
        Command::Confirm { id } => reserve::confirm(*id, context, draft),
        Command::Release { id, reason } => reserve::release(*id, reason.as_ref(), context, draft),
        Command::ReleaseAll { ids, reason } => {
            reserve::release_all(ids, reason, context, draft);
            Ok(())
        }
        Command::FillBackorders { site, sku, .. } => filling::fill(site, sku, context, draft),
        Command::CheckReorderPoint { site, sku } => filling::check_reorder_point(site, sku, context, draft),
        Command::Expire { id } => reserve::expire(*id, context, draft),
        Command::Pick(body) => fulfil::pick(body, context, draft),
        Command::Pack(body) => fulfil::pack(body, context, draft),
        Command::Ship(body) => fulfil::ship(body, context, draft),
        Command::QuarantineLot { id, reason } => {
            lots::change(*id, lots::Change::Quarantine, reason, context, draft)
        }
        Command::ReleaseLot { id, reason } => {
            lots::change(*id, lots::Change::Release, reason, context, draft)
        }
    }
}

/// Says of every stock that this command leaves below its reorder point, unless it has been said since there was
/// enough. What is missed here, because goods expire while nothing happens, is found by [`low_stock`].
///
/// [`low_stock`]: crate::low_stock
fn warn_of_low_stock(command: &Command, context: &Context, draft: &mut Draft<'_, Inventory>) {
    let today = day_of(context.now);
    for stream in stocks_of(command, context, draft) {
        let Some(State::Stock(stock)) = draft.state(stream) else { continue };
        if let Some(warning) = filling::low(stock, today) {
            draft.record(stream, Event::StockBelowReorderPoint(warning));
        }
    }
}

/// The stocks that a command may take from: those that it names, or those of the count or lot that it names.
fn stocks_of(command: &Command, context: &Context, draft: &Draft<'_, Inventory>) -> Vec<StreamId> {
    let tenant = &context.tenant;
    let mut streams = targets::first(tenant, command);
    for stream in streams.clone() {
        match draft.state(stream) {
            Some(State::Count(count)) => {
                streams.extend(count.lines.iter().map(|line| stock_of(tenant, &count.site, &line.sku)));
            }
            Some(State::Lot(card)) if matches!(command, Command::QuarantineLot { .. }) => {
                streams.extend(card.sites.iter().map(|site| stock_of(tenant, site, &card.sku)));
            }
            _ => {}
        }
    }
    streams.sort_unstable();
    streams.dedup();
    streams
}

/// The aggregate after an event of its own.
fn evolve(state: Option<State>, event: &Event, moment: Moment) -> State {
    let created_at = moment.recorded_at;
    let after = match (state, event) {
        (Some(State::Stock(stock)), event) => Some(State::Stock(stock.evolve(event, created_at))),
        (Some(State::Lot(card)), event) => Some(State::Lot(card.evolve(event))),
        (Some(State::Count(count)), event) => {
            let approval = match event {
                Event::CountRejected(_) => Approval::Rejected,
                _ => Approval::Approved,
            };
            Some(State::Count(Count { approval, ..count }))
        }
        (Some(State::Transfer(transfer)), _) => {
            Some(State::Transfer(Transfer { received_at: Some(created_at), ..transfer }))
        }
        (state @ (Some(State::Item(_)) | None), Event::ItemDefined(defined)) => {
            let created_at = match state {
                Some(State::Item(item)) => item.created_at,
                _ => created_at,
            };
            let units = Units { unit: defined.unit.clone(), packs: defined.packs.clone() };
            let (sku, description) = (defined.sku.clone(), defined.description.clone());
            Some(State::Item(Item { sku, description, units, created_at }))
        }
        (None, event) => begun(event, moment),
        (Some(State::Reservation(reservation)), event) => {
            reservation::evolve(Some(reservation), event, moment).map(State::Reservation)
        }
        (other, _) => other,
    };
    // A stream begins with an event that makes its aggregate: the deciders record no other ones first.
    #[allow(clippy::expect_used, reason = "see above")]
    after.expect("a stream begins with the event that makes its aggregate")
}

/// The aggregate that an event begins.
fn begun(event: &Event, moment: Moment) -> Option<State> {
    let created_at = moment.recorded_at;
    let document = |what: DocumentKind, site: &str, movements: &[Movement]| Document {
        what,
        site: site.to_owned(),
        reference: None,
        lines: Vec::new(),
        movements: movements.to_vec(),
        created_at,
    };
    match event {
        Event::ReceiptExpected(expected) => {
            let (expected, come) = (expected.clone(), BTreeMap::new());
            Some(State::Advice(Advice { expected, come, created_at }))
        }
        Event::GoodsReceived(received) => Some(State::Document(Document {
            reference: received.reference.clone(),
            lines: received.lines.clone(),
            ..document(DocumentKind::Receipt, &received.site, &received.movements)
        })),
        Event::StockMoved(moved) => {
            Some(State::Document(document(DocumentKind::Move, &moved.site, &moved.movements)))
        }
        Event::InventoryAdjusted(moved) => {
            Some(State::Document(document(DocumentKind::Adjustment, &moved.site, &moved.movements)))
        }
        Event::GoodsReturned(returned) => Some(State::Document(Document {
            reference: returned.order_id.clone(),
            ..document(DocumentKind::Return, &returned.site, &returned.movements)
        })),
        Event::TransferDispatched(transfer) => Some(State::Transfer(Transfer {
            from_site: transfer.from_site.clone(),
            to_site: transfer.to_site.clone(),
            movements: transfer.movements.clone(),
            received_at: None,
            created_at,
        })),
        Event::InventoryCounted(counted) => Some(State::Count(Count {
            site: counted.site.clone(),
            approval: counted.approval,
            lines: counted.lines.clone(),
            created_at,
        })),
        event => reservation::evolve(None, event, moment).map(State::Reservation),
    }
}

/// The stock, items, sites and lots that an event changes besides its own document.
fn also(tenant: &Tenant, event: &Event) -> Vec<Also<Inventory>> {
    match event {
        Event::InventoryReserved(reserved) => {
            stocks(tenant, &reserved.site, reserved.lines.iter().map(|line| line.sku.as_str()))
        }
        Event::ReservationReleased(ended) | Event::ReservationExpired(ended) => {
            let mut also = stocks(tenant, &ended.site, ended.lines.iter().map(|line| line.sku.as_str()));
            for more in moved(tenant, &ended.movements) {
                add(&mut also, more.stream, more.seed);
            }
            also
        }
        Event::BackorderCreated(backorder) => {
            let stream = stock_of(tenant, &backorder.site, &backorder.sku);
            let seed = Stock::new(&backorder.site, &backorder.sku, &backorder.quantity.unit);
            vec![Also { stream, seed: Some(State::Stock(seed)) }]
        }
        Event::BackorderFilled(filled) => stocks(tenant, &filled.site, [filled.sku.as_str()].into_iter()),
        Event::ReceiptExpected(expected) => {
            let mut also = Vec::new();
            for line in &expected.lines {
                known(tenant, &expected.site, &line.sku, &line.quantity.unit, &mut also);
            }
            also
        }
        Event::InventoryCounted(counted) => {
            let mut also = moved(tenant, &counted.movements);
            for line in &counted.lines {
                add(&mut also, stock_of(tenant, &counted.site, &line.sku), None);
            }
            also
        }
        Event::CountRejected(rejected) => {
            stocks(tenant, &rejected.site, rejected.skus.iter().map(String::as_str))
        }
        Event::GoodsReceived(received) => {
            let mut also = moved(tenant, &received.movements);
            if let Some(reference) = &received.reference {
                add(&mut also, advice_of(tenant, reference), None);
            }
            also
        }
        event => moved(tenant, event.movements()),
    }
}

fn add(also: &mut Vec<Also<Inventory>>, stream: StreamId, seed: Option<State>) {
    if !also.iter().any(|known| known.stream == stream) {
        also.push(Also { stream, seed });
    }
}

fn stocks<'a>(tenant: &Tenant, site: &str, skus: impl Iterator<Item = &'a str>) -> Vec<Also<Inventory>> {
    let mut also = Vec::new();
    for sku in skus {
        add(&mut also, stock_of(tenant, site, sku), None);
    }
    also
}

/// The stock, the item and the site, which are known from now on if they were not before.
fn known(tenant: &Tenant, site: &str, sku: &str, unit: &str, also: &mut Vec<Also<Inventory>>) {
    let created_at = Timestamp::UNIX_EPOCH;
    add(also, stock_of(tenant, site, sku), Some(State::Stock(Stock::new(site, sku, unit))));
    let item = Item { sku: sku.to_owned(), description: None, units: Units::single(unit), created_at };
    add(also, item_of(tenant, sku), Some(State::Item(item)));
    add(also, site_of(tenant, site), Some(State::Site(SiteCard { site: site.to_owned(), created_at })));
}

fn moved(tenant: &Tenant, movements: &[Movement]) -> Vec<Also<Inventory>> {
    let mut also = Vec::new();
    for movement in movements {
        if let Some(serial) = &movement.batch.serial
            && (movement.comes() || movement.leaves())
        {
            let (sku, serial) = (movement.sku.clone(), serial.clone());
            let stream = serial_of(tenant, &sku, &serial);
            add(&mut also, stream, Some(State::Serial(SerialCard { sku, serial, is_here: false })));
        }
        for place in [&movement.from, &movement.to] {
            let Some(site) = &place.site else { continue };
            known(tenant, site, &movement.sku, &movement.quantity.unit, &mut also);
            if let Some(lot) = &movement.batch.lot {
                let card = LotCard {
                    sku: movement.sku.clone(),
                    lot: lot.clone(),
                    expiry: movement.batch.expiry,
                    is_quarantined: false,
                    sites: Vec::new(),
                    created_at: Timestamp::UNIX_EPOCH,
                };
                add(&mut also, lot_of(tenant, &movement.sku, lot), Some(State::Lot(card)));
            }
        }
    }
    also
}

/// A day as it is stored, empty if there is none.
fn text_of(day: Option<Date>) -> Cell {
    day.map(|day| day.to_string()).unwrap_or_default().into()
}

fn columns(state: &State) -> Vec<Cell> {
    match state {
        State::Stock(stock) => {
            let day = day_of(stock.updated_at);
            vec![
                stock.site.as_str().into(),
                stock.sku.as_str().into(),
                text_of(stock.next_expiry()),
                stock.is_low(day).into(),
                (!stock.backorders.is_empty()).into(),
                text_of(stock.fillable_until()),
                in_millionths(stock.free(day)).into(),
                text_of(stock.low_from()),
            ]
        }
        State::Reservation(reservation) => vec![
            reservation.site.as_str().into(),
            reservation.status.as_str().into(),
            Cell::Int(reservation.expires_at.map(Timestamp::as_microsecond)),
            reservation.created_at.into(),
        ],
        State::Item(item) => vec![item.sku.as_str().into()],
        State::Site(card) => vec![card.site.as_str().into()],
        State::Lot(card) => vec![card.sku.as_str().into(), card.lot.as_str().into(), text_of(card.expiry)],
        State::Serial(card) => vec![card.sku.as_str().into(), card.serial.as_str().into()],
        State::Advice(advice) => {
            vec![advice.expected.site.as_str().into(), advice.expected.due.to_string().into()]
        }
        State::Transfer(transfer) => vec![transfer.received_at.is_none().into(), transfer.created_at.into()],
        State::Count(count) => vec![(count.approval == Approval::Pending).into(), count.created_at.into()],
        State::Document(document) => vec![document.created_at.into()],
    }
}

fn entry(context: &Context, recorded: &Recorded<Event>, line: usize, movement: &Movement) -> Attachment {
    use imsop_journal::DomainEvent;
    let text = |value: &Option<String>| Cell::Text(value.as_deref().map(Into::into));
    let cells = vec![
        (&context.tenant).into(),
        recorded.stream.into(),
        recorded.version.into(),
        i64::try_from(line).unwrap_or(i64::MAX).into(),
        recorded.event.name().into(),
        recorded.occurred_at.into(),
        movement.sku.as_str().into(),
        text(&movement.batch.lot),
        text(&movement.batch.serial),
        text(&movement.batch.owner),
        movement.quantity.unit.as_str().into(),
        movement.quantity.value.to_string().into(),
        movement.from.account.as_str().into(),
        text(&movement.from.site),
        text(&movement.from.bin),
        movement.from.condition.as_str().into(),
        movement.to.account.as_str().into(),
        text(&movement.to.site),
        text(&movement.to.bin),
        movement.to.condition.as_str().into(),
    ];
    Attachment { table: &LEDGER, cells }
}
