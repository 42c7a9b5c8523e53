//! What can happen to stock. The contracts in `contracts/inventory/` describe each field.

use imsop_journal::{DomainEvent, UnreadableEvent};
use imsop_kernel::{Date, Decimal, Quantity, Timestamp, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::account::{Allocation, Batch, Condition, Movement};
use super::measure::Pack;
use super::rejection::{RefusedLine, Shortage};

/// Any event of inventory. Serialises as its payload.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[allow(missing_docs, reason = "each is the event of its name")]
pub enum Event {
    ItemDefined(ItemDefined),
    ReorderPointSet(ReorderPointSet),
    ReceiptExpected(ReceiptExpected),
    GoodsReceived(GoodsReceived),
    StockMoved(Moved),
    TransferDispatched(Transferred),
    TransferReceived(Transferred),
    InventoryAdjusted(Moved),
    InventoryCounted(InventoryCounted),
    CountRejected(CountRejected),
    InventoryReserved(InventoryReserved),
    ReservationRejected(ReservationRejected),
    ReservationConfirmed(OfOrder),
    ReservationReleased(ReservationEnded),
    ReservationExpired(ReservationEnded),
    BackorderCreated(Backordered),
    BackorderFilled(BackorderFilled),
    GoodsPicked(GoodsPicked),
    GoodsPacked(GoodsPacked),
    GoodsShipped(GoodsShipped),
    GoodsReturned(GoodsReturned),
    LotQuarantined(LotChanged),
    LotReleased(LotChanged),
    StockBelowReorderPoint(StockBelowReorderPoint),
}

/// An item as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct ItemDefined {
    pub sku: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub unit: String,
    #[serde(default)]
    pub packs: Vec<Pack>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct ReorderPointSet {
    pub site: String,
    pub sku: String,
    pub quantity: Quantity,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct ReceiptExpected {
    pub reference: String,
    pub site: String,
    pub due: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<String>,
    pub lines: Vec<ExpectedLine>,
}

/// What is expected of one SKU.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct ExpectedLine {
    pub sku: String,
    pub quantity: Quantity,
}

/// How a received line compares with what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs, reason = "plain words")]
pub enum ReceiptOutcome {
    Complete,
    Partial,
    Over,
    Unexpected,
}

/// A line of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct ReceivedLine {
    pub line_number: String,
    pub sku: String,
    pub quantity: Quantity,
    pub outcome: ReceiptOutcome,
    /// How much was still expected before it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Quantity>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct GoodsReceived {
    pub site: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    pub lines: Vec<ReceivedLine>,
    pub movements: Vec<Movement>,
}

/// Goods that went from one place at a site to another, or out of the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by the contracts of StockMoved and InventoryAdjusted")]
pub struct Moved {
    pub site: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The count that somebody has agreed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count_id: Option<Uuid>,
    pub movements: Vec<Movement>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by the contracts of TransferDispatched and TransferReceived")]
pub struct Transferred {
    pub from_site: String,
    pub to_site: String,
    pub movements: Vec<Movement>,
}

/// Whether a count has changed the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs, reason = "plain words")]
pub enum Approval {
    NotNeeded,
    Pending,
    Approved,
    Rejected,
}

/// What was counted at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct CountedLine {
    pub line_number: String,
    pub sku: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bin: Option<String>,
    pub batch: Batch,
    #[serde(default)]
    pub condition: Condition,
    pub unit: String,
    /// What the books said.
    #[schema(value_type = String)]
    pub expected: Decimal,
    /// What was there.
    #[schema(value_type = String)]
    pub counted: Decimal,
    /// What was there less what the books said.
    #[schema(value_type = String)]
    pub variance: Decimal,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct InventoryCounted {
    pub count_id: Uuid,
    pub site: String,
    pub lines: Vec<CountedLine>,
    pub approval: Approval,
    pub movements: Vec<Movement>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct CountRejected {
    pub count_id: Uuid,
    pub site: String,
    pub reason: String,
    pub skus: Vec<String>,
}

/// What becomes of a line that there is not enough for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Policy {
    /// The whole reservation is refused.
    #[default]
    AllOrNothing,
    /// What there is is reserved, the rest is backordered.
    Partial,
}

/// A line of a reservation, in the unit of the item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReservedLine {
    /// The line, counted from 1 where the caller gave it no number.
    pub line_number: String,
    /// The SKU.
    pub sku: String,
    /// The unit of the item.
    pub unit: String,
    /// How much was asked for.
    #[schema(value_type = String)]
    pub requested: Decimal,
    /// How much is promised.
    #[schema(value_type = String)]
    pub reserved: Decimal,
    /// How much waits for goods to come.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    #[schema(value_type = String)]
    pub backordered: Decimal,
    /// Which goods are promised.
    pub allocations: Vec<Allocation>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct InventoryReserved {
    pub order_id: String,
    pub site: String,
    pub policy: Policy,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    pub lines: Vec<ReservedLine>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<RefusedLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct ReservationRejected {
    pub order_id: String,
    /// Empty where no site is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub site: String,
    pub shortages: Vec<Shortage>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<RefusedLine>,
}

/// An event that says all by its name and the reservation's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct OfOrder {
    pub order_id: String,
    pub site: String,
}

/// What a line gives back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct FreedLine {
    pub line_number: String,
    pub sku: String,
    pub allocations: Vec<Allocation>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by the contracts of ReservationReleased and ReservationExpired")]
pub struct ReservationEnded {
    pub order_id: String,
    pub site: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub lines: Vec<FreedLine>,
    /// What was picked, on its way back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub movements: Vec<Movement>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by the contract of BackorderCreated")]
pub struct Backordered {
    pub order_id: String,
    pub site: String,
    pub line_number: String,
    pub sku: String,
    pub quantity: Quantity,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct BackorderFilled {
    pub order_id: String,
    pub site: String,
    pub line_number: String,
    pub sku: String,
    pub quantity: Quantity,
    pub allocations: Vec<Allocation>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct GoodsPicked {
    pub order_id: String,
    pub site: String,
    /// What is no longer promised, because it is picked.
    pub lines: Vec<FreedLine>,
    pub movements: Vec<Movement>,
}

/// A package, and what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Package {
    /// Its number, for example an SSCC.
    pub number: String,
    /// Its type or dimensions, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct GoodsPacked {
    pub order_id: String,
    pub site: String,
    pub packages: Vec<Package>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct GoodsShipped {
    pub order_id: String,
    pub site: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipment_number: Option<String>,
    pub movements: Vec<Movement>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct GoodsReturned {
    pub site: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub movements: Vec<Movement>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by the contracts of LotQuarantined and LotReleased")]
pub struct LotChanged {
    pub sku: String,
    pub lot: String,
    pub reason: String,
    pub movements: Vec<Movement>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct StockBelowReorderPoint {
    pub site: String,
    pub sku: String,
    pub available: Quantity,
    pub reorder_point: Quantity,
}

impl Event {
    /// The goods that it moves.
    pub fn movements(&self) -> &[Movement] {
        match self {
            Self::GoodsReceived(event) => &event.movements,
            Self::StockMoved(event) | Self::InventoryAdjusted(event) => &event.movements,
            Self::TransferDispatched(event) | Self::TransferReceived(event) => &event.movements,
            Self::InventoryCounted(event) => &event.movements,
            Self::ReservationReleased(event) | Self::ReservationExpired(event) => &event.movements,
            Self::GoodsPicked(event) => &event.movements,
            Self::GoodsShipped(event) => &event.movements,
            Self::GoodsReturned(event) => &event.movements,
            Self::LotQuarantined(event) | Self::LotReleased(event) => &event.movements,
            _ => &[],
        }
    }
}

impl DomainEvent for Event {
    fn name(&self) -> &'static str {
        match self {
            Self::ItemDefined(_) => "ItemDefined",
            Self::ReorderPointSet(_) => "ReorderPointSet",
            Self::ReceiptExpected(_) => "ReceiptExpected",
            Self::GoodsReceived(_) => "GoodsReceived",
            Self::StockMoved(_) => "StockMoved",
            Self::TransferDispatched(_) => "TransferDispatched",
            Self::TransferReceived(_) => "TransferReceived",
            Self::InventoryAdjusted(_) => "InventoryAdjusted",
            Self::InventoryCounted(_) => "InventoryCounted",
            Self::CountRejected(_) => "CountRejected",
            Self::InventoryReserved(_) => "InventoryReserved",
            Self::ReservationRejected(_) => "ReservationRejected",
            Self::ReservationConfirmed(_) => "ReservationConfirmed",
            Self::ReservationReleased(_) => "ReservationReleased",
            Self::ReservationExpired(_) => "ReservationExpired",
            Self::BackorderCreated(_) => "BackorderCreated",
            Self::BackorderFilled(_) => "BackorderFilled",
            Self::GoodsPicked(_) => "GoodsPicked",
            Self::GoodsPacked(_) => "GoodsPacked",
            Self::GoodsShipped(_) => "GoodsShipped",
            Self::GoodsReturned(_) => "GoodsReturned",
            Self::LotQuarantined(_) => "LotQuarantined",
            Self::LotReleased(_) => "LotReleased",
            Self::StockBelowReorderPoint(_) => "StockBelowReorderPoint",
        }
    }
}

/// Reads an event back from the journal.
pub(super) fn read(name: &str, version: u32, data: &str) -> Result<Event, UnreadableEvent> {
    let unreadable = |reason: String| UnreadableEvent { name: name.to_owned(), version, reason };
    if version != 1 {
        return Err(unreadable("unknown version".to_owned()));
    }
    let event = match name {
        "ItemDefined" => serde_json::from_str(data).map(Event::ItemDefined),
        "ReorderPointSet" => serde_json::from_str(data).map(Event::ReorderPointSet),
        "ReceiptExpected" => serde_json::from_str(data).map(Event::ReceiptExpected),
        "GoodsReceived" => serde_json::from_str(data).map(Event::GoodsReceived),
        "StockMoved" => serde_json::from_str(data).map(Event::StockMoved),
        "TransferDispatched" => serde_json::from_str(data).map(Event::TransferDispatched),
        "TransferReceived" => serde_json::from_str(data).map(Event::TransferReceived),
        "InventoryAdjusted" => serde_json::from_str(data).map(Event::InventoryAdjusted),
        "InventoryCounted" => serde_json::from_str(data).map(Event::InventoryCounted),
        "CountRejected" => serde_json::from_str(data).map(Event::CountRejected),
        "InventoryReserved" => serde_json::from_str(data).map(Event::InventoryReserved),
        "ReservationRejected" => serde_json::from_str(data).map(Event::ReservationRejected),
        "ReservationConfirmed" => serde_json::from_str(data).map(Event::ReservationConfirmed),
        "ReservationReleased" => serde_json::from_str(data).map(Event::ReservationReleased),
        "ReservationExpired" => serde_json::from_str(data).map(Event::ReservationExpired),
        "BackorderCreated" => serde_json::from_str(data).map(Event::BackorderCreated),
        "BackorderFilled" => serde_json::from_str(data).map(Event::BackorderFilled),
        "GoodsPicked" => serde_json::from_str(data).map(Event::GoodsPicked),
        "GoodsPacked" => serde_json::from_str(data).map(Event::GoodsPacked),
        "GoodsShipped" => serde_json::from_str(data).map(Event::GoodsShipped),
        "GoodsReturned" => serde_json::from_str(data).map(Event::GoodsReturned),
        "LotQuarantined" => serde_json::from_str(data).map(Event::LotQuarantined),
        "LotReleased" => serde_json::from_str(data).map(Event::LotReleased),
        "StockBelowReorderPoint" => serde_json::from_str(data).map(Event::StockBelowReorderPoint),
        _ => return Err(unreadable("unknown event".to_owned())),
    };
    event.map_err(|error| unreadable(error.to_string()))
}
