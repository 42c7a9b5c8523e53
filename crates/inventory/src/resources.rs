//! What the HTTP interface shows of stock, reservations and the documents of the warehouse.

use imsop_kernel::{Date, Decimal, Quantity, Tenant, Timestamp, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::account::{Account, Allocation, Batch, Condition, Movement};
use crate::domain::event::{Approval, CountedLine, ExpectedLine, Package, Policy, ReceivedLine};
use crate::domain::lookup::{day_of, lot_of};
use crate::domain::measure::Pack;
use crate::domain::rejection::{RefusedLine, Shortage};
use crate::domain::{
    Advice, Count, Document, Item, LotCard, Reservation, ReservationStatus, Stock, Transfer,
};

/// The stock of a SKU at a site.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct StockResource {
    pub id: Uuid,
    pub site: String,
    pub sku: String,
    /// What lies at the site, in any condition.
    pub on_hand: Quantity,
    /// What of it is promised.
    pub reserved: Quantity,
    /// What may still be promised.
    pub available: Quantity,
    /// What orders wait for.
    pub backordered: Quantity,
    /// What is expected to come.
    pub expected: Quantity,
    pub reorder_point: Option<Quantity>,
    #[schema(value_type = Option<String>, format = Date)]
    pub next_expiry: Option<Date>,
    pub lots: Vec<LotStock>,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

/// Goods of one lot, serial number and owner at a site.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct LotStock {
    #[serde(flatten)]
    pub batch: Batch,
    /// The id under which the lot can be quarantined.
    pub lot_id: Option<Uuid>,
    pub on_hand: Quantity,
    pub reserved: Quantity,
    pub available: Quantity,
    pub places: Vec<PlaceStock>,
}

/// Goods at one place in one condition.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct PlaceStock {
    pub account: Account,
    pub bin: Option<String>,
    pub condition: Condition,
    pub quantity: Quantity,
}

impl StockResource {
    /// The stock as it is shown.
    pub fn new(id: Uuid, tenant: &Tenant, stock: &Stock, now: Timestamp) -> Self {
        let today = day_of(now);
        let quantity = |value: Decimal| stock.quantity(value.normalize());
        let mut lots = Vec::with_capacity(stock.lots.len());
        for lot in &stock.lots {
            let mut places = Vec::with_capacity(lot.spots.len());
            for spot in &lot.spots {
                places.push(PlaceStock {
                    account: spot.account,
                    bin: spot.bin.clone(),
                    condition: spot.condition,
                    quantity: quantity(spot.quantity),
                });
            }
            lots.push(LotStock {
                batch: lot.batch.clone(),
                lot_id: lot.batch.lot.as_ref().map(|number| lot_of(tenant, &stock.sku, number).id),
                on_hand: quantity(lot.on_hand()),
                reserved: quantity(lot.reserved),
                available: quantity(lot.free(today)),
                places,
            });
        }
        Self {
            id,
            site: stock.site.clone(),
            sku: stock.sku.clone(),
            on_hand: quantity(stock.on_hand()),
            reserved: quantity(stock.reserved()),
            available: quantity(stock.free(today)),
            backordered: quantity(stock.backorders.iter().map(|waits| waits.quantity).sum()),
            expected: quantity(stock.expected.iter().map(|expected| expected.quantity).sum()),
            reorder_point: stock.reorder_point.map(quantity),
            next_expiry: stock.next_expiry(),
            lots,
            updated_at: stock.updated_at,
        }
    }
}

/// A reservation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct ReservationResource {
    pub id: Uuid,
    pub order_id: String,
    /// Empty for an order that no site could be found for.
    pub site: String,
    pub status: ReservationStatus,
    pub policy: Policy,
    pub lines: Vec<ReservationLine>,
    /// What could not be promised, where nothing could.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shortages: Vec<Shortage>,
    /// Lines of the order that cannot be promised as they are, whatever there is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<RefusedLine>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<Package>,
    /// When the hold ends by itself; null once it is confirmed or over.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    pub reason: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    pub version: i64,
}

/// A line of a reservation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct ReservationLine {
    pub line_number: String,
    pub sku: String,
    pub requested: Quantity,
    /// What is or was promised of it.
    pub reserved: Quantity,
    /// What waits for goods to come.
    pub backordered: Quantity,
    pub picked: Quantity,
    /// Which goods are promised and not yet picked.
    pub allocations: Vec<AllocationResource>,
}

/// A part of a batch that is promised.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct AllocationResource {
    #[serde(flatten)]
    pub batch: Batch,
    pub quantity: Quantity,
}

fn allocations(list: &[Allocation], unit: &str) -> Vec<AllocationResource> {
    let mut shown = Vec::with_capacity(list.len());
    for allocation in list {
        let quantity = Quantity::new(allocation.quantity, unit);
        shown.push(AllocationResource { batch: allocation.batch.clone(), quantity });
    }
    shown
}

impl ReservationResource {
    /// The reservation as it is shown.
    pub fn new(id: Uuid, version: i64, reservation: &Reservation) -> Self {
        let mut lines = Vec::with_capacity(reservation.lines.len());
        for line in &reservation.lines {
            let promised = &line.promised;
            let quantity = |value: Decimal| Quantity::new(value, &promised.unit);
            lines.push(ReservationLine {
                line_number: promised.line_number.clone(),
                sku: promised.sku.clone(),
                requested: quantity(promised.requested),
                reserved: quantity(promised.reserved),
                backordered: quantity(promised.backordered),
                picked: quantity(line.picked),
                allocations: allocations(&promised.allocations, &promised.unit),
            });
        }
        Self {
            id,
            order_id: reservation.order_id.clone(),
            site: reservation.site.clone(),
            status: reservation.status,
            policy: reservation.policy,
            lines,
            shortages: reservation.shortages.clone(),
            refusals: reservation.refusals.clone(),
            packages: reservation.packages.clone(),
            expires_at: reservation.expires_at,
            reason: reservation.reason.clone(),
            created_at: reservation.created_at,
            updated_at: reservation.updated_at,
            version,
        }
    }
}

/// An item.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct ItemResource {
    pub id: Uuid,
    pub sku: String,
    pub description: Option<String>,
    pub unit: String,
    pub packs: Vec<Pack>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    pub version: i64,
}

impl ItemResource {
    /// The item as it is shown.
    pub fn new(id: Uuid, version: i64, item: &Item) -> Self {
        Self {
            id,
            sku: item.sku.clone(),
            description: item.description.clone(),
            unit: item.units.unit.clone(),
            packs: item.units.packs.clone(),
            created_at: item.created_at,
            version,
        }
    }
}

/// A lot of a SKU, wherever it lies.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct LotResource {
    pub id: Uuid,
    pub sku: String,
    pub lot: String,
    #[schema(value_type = Option<String>, format = Date)]
    pub expiry: Option<Date>,
    pub is_quarantined: bool,
    pub sites: Vec<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    pub version: i64,
}

impl LotResource {
    /// The lot as it is shown.
    pub fn new(id: Uuid, version: i64, card: &LotCard) -> Self {
        Self {
            id,
            sku: card.sku.clone(),
            lot: card.lot.clone(),
            expiry: card.expiry,
            is_quarantined: card.is_quarantined,
            sites: card.sites.clone(),
            created_at: card.created_at,
            version,
        }
    }
}

/// A receipt, a move, a correction or a return.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct DocumentResource {
    pub id: Uuid,
    pub site: String,
    /// The document or order that it belongs to.
    pub reference: Option<String>,
    /// How the lines of a receipt compare with what was expected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<ReceivedLine>,
    pub movements: Vec<Movement>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl DocumentResource {
    /// The document as it is shown.
    pub fn new(id: Uuid, document: &Document) -> Self {
        Self {
            id,
            site: document.site.clone(),
            reference: document.reference.clone(),
            lines: document.lines.clone(),
            movements: document.movements.clone(),
            created_at: document.created_at,
        }
    }
}

/// Goods between two sites.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct TransferResource {
    pub id: Uuid,
    pub from_site: String,
    pub to_site: String,
    pub status: TransferStatus,
    pub movements: Vec<Movement>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub received_at: Option<Timestamp>,
    pub version: i64,
}

/// Where a transfer stands.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[allow(missing_docs, reason = "plain words")]
pub enum TransferStatus {
    InTransit,
    Received,
}

impl TransferResource {
    /// The transfer as it is shown.
    pub fn new(id: Uuid, version: i64, transfer: &Transfer) -> Self {
        Self {
            id,
            from_site: transfer.from_site.clone(),
            to_site: transfer.to_site.clone(),
            status: match transfer.received_at {
                Some(_) => TransferStatus::Received,
                None => TransferStatus::InTransit,
            },
            movements: transfer.movements.clone(),
            created_at: transfer.created_at,
            received_at: transfer.received_at,
            version,
        }
    }
}

/// A count.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct CountResource {
    pub id: Uuid,
    pub site: String,
    pub approval: Approval,
    pub lines: Vec<CountedLine>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    pub version: i64,
}

impl CountResource {
    /// The count as it is shown.
    pub fn new(id: Uuid, version: i64, count: &Count) -> Self {
        Self {
            id,
            site: count.site.clone(),
            approval: count.approval,
            lines: count.lines.clone(),
            created_at: count.created_at,
            version,
        }
    }
}

/// What a purchase order or advance ship notice says will come.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct ExpectedReceiptResource {
    pub id: Uuid,
    pub reference: String,
    pub site: String,
    #[schema(value_type = String, format = Date)]
    pub due: Date,
    pub supplier: Option<String>,
    pub lines: Vec<ExpectedLine>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl ExpectedReceiptResource {
    /// The expected receipt as it is shown.
    pub fn new(id: Uuid, advice: &Advice) -> Self {
        let expected = &advice.expected;
        Self {
            id,
            reference: expected.reference.clone(),
            site: expected.site.clone(),
            due: expected.due,
            supplier: expected.supplier.clone(),
            lines: expected.lines.clone(),
            created_at: advice.created_at,
        }
    }
}

/// How much of a SKU may be promised at a site, now and later.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct AvailableToPromise {
    pub sku: String,
    pub site: String,
    /// What may be promised now.
    pub now: Quantity,
    /// What may be promised from each day on at which something changes.
    pub by_date: Vec<PromisableFrom>,
    /// What goes into these figures.
    pub feeds: Vec<Feed>,
}

/// What may be promised from a day on.
#[derive(Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "plain words")]
pub struct PromisableFrom {
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    pub available: Quantity,
}

/// Something that goes into what may be promised: more by what is there or comes, less by what is promised,
/// waited for, or no longer usable.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct Feed {
    pub kind: FeedKind,
    /// The lot, document or order.
    pub reference: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    /// Signed.
    pub quantity: Quantity,
}

/// The kinds of [`Feed`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub enum FeedKind {
    OnHand,
    Reserved,
    Expiry,
    ExpectedReceipt,
    Backorder,
}

impl AvailableToPromise {
    /// The figures of one stock.
    pub fn new(stock: &Stock, now: Timestamp, until: Option<Date>) -> Self {
        let today = day_of(now);
        let quantity = |value: Decimal| stock.quantity(value.normalize());
        let feeds = feeds(stock, today, until);
        let mut left = Decimal::ZERO;
        for feed in feeds.iter().filter(|feed| feed.date.is_none()) {
            left += feed.quantity.value;
        }
        let mut by_date: Vec<PromisableFrom> = Vec::new();
        let mut dated: Vec<&Feed> = feeds.iter().filter(|feed| feed.date.is_some()).collect();
        dated.sort_by_key(|feed| feed.date);
        for feed in dated {
            left += feed.quantity.value;
            let Some(date) = feed.date else { continue };
            let available = quantity(left.max(Decimal::ZERO));
            match by_date.last_mut().filter(|last| last.date == date) {
                Some(last) => last.available = available,
                None => by_date.push(PromisableFrom { date, available }),
            }
        }
        Self {
            sku: stock.sku.clone(),
            site: stock.site.clone(),
            now: quantity(stock.free(today)),
            by_date,
            feeds,
        }
    }
}

fn feeds(stock: &Stock, today: Date, until: Option<Date>) -> Vec<Feed> {
    let is_wanted = |date: Date| until.is_none_or(|until| date <= until);
    let feed = |kind, reference: Option<&String>, date, value: Decimal| Feed {
        kind,
        reference: reference.cloned(),
        date,
        quantity: stock.quantity(value.normalize()),
    };
    let mut feeds = Vec::new();
    for lot in &stock.lots {
        let (usable, number) = (lot.usable(today), lot.batch.lot.as_ref());
        if usable.is_zero() {
            continue;
        }
        feeds.push(feed(FeedKind::OnHand, number, None, usable));
        let promised = lot.reserved.min(usable);
        if !promised.is_zero() {
            feeds.push(feed(FeedKind::Reserved, number, None, -promised));
        }
        let day_after = lot.batch.expiry.and_then(|expiry| expiry.tomorrow().ok());
        if let Some(gone) = day_after.filter(|gone| is_wanted(*gone))
            && usable > promised
        {
            feeds.push(feed(FeedKind::Expiry, number, Some(gone), promised - usable));
        }
    }
    for waits in &stock.backorders {
        feeds.push(feed(FeedKind::Backorder, Some(&waits.order_id), None, -waits.quantity));
    }
    for expected in stock.expected.iter().filter(|expected| is_wanted(expected.due)) {
        let due = Some(expected.due.max(today));
        feeds.push(feed(FeedKind::ExpectedReceipt, Some(&expected.reference), due, expected.quantity));
    }
    feeds
}

/// A row of the ledger.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct MovementResource {
    /// The document that it is a part of, as `kind/id`.
    pub document: String,
    pub event_type: String,
    #[schema(value_type = String, format = DateTime)]
    pub moved_at: Timestamp,
    pub sku: String,
    pub lot: Option<String>,
    pub serial: Option<String>,
    pub owner: Option<String>,
    pub quantity: Quantity,
    pub from: LedgerPlace,
    pub to: LedgerPlace,
}

/// One side of a row of the ledger.
#[derive(Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "plain words")]
pub struct LedgerPlace {
    pub account: String,
    pub site: Option<String>,
    pub bin: Option<String>,
    pub condition: String,
}
