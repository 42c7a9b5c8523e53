//! What can happen in operations. The contracts in `contracts/operations/` describe each field.

use std::collections::BTreeMap;

use imsop_journal::{DomainEvent, UnreadableEvent};
use imsop_kernel::{Address, Captured, GeoPoint, Money, Party, Quantity, Timestamp, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Any event of operations. Serialises as its payload.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[allow(missing_docs, reason = "each is the event of its name")]
#[allow(clippy::large_enum_variant, reason = "most events are of the large kinds")]
pub enum Event {
    OrderPlaced(OrderPlaced),
    OrderLinesAdded(OrderLinesAdded),
    OrderConfirmed(OrderConfirmed),
    OrderProcessingStarted(Nothing),
    OrderShipmentAssigned(OrderShipmentAssigned),
    OrderShipmentReleased(OrderShipmentReleased),
    OrderShipmentDelivered(OrderShipmentDelivered),
    OrderShipped(OrderShipped),
    OrderDelivered(OrderDelivered),
    OrderCancelled(Reason),
    ShipmentBooked(ShipmentBooked),
    ShipmentLinesAdded(ShipmentLinesAdded),
    ShipmentDeparted(ShipmentDeparted),
    ShipmentOutForDelivery(ShipmentOutForDelivery),
    ShipmentDelayed(ShipmentDelayed),
    ShipmentResumed(ShipmentResumed),
    ShipmentDelivered(ShipmentDelivered),
    ShipmentCancelled(Reason),
    ShipmentPositionObserved(ShipmentPositionObserved),
    AssetRegistered(AssetRegistered),
    AssetAssigned(AssetAssigned),
    AssetReleased(AssetReleased),
    AssetRetired(Reason),
    AlertRaised(AlertRaised),
    AlertAcknowledged(AlertAcknowledged),
    AlertResolved(AlertResolved),
}

/// An event that says all by its name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nothing {}

/// Why something ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "plain words")]
pub struct Reason {
    pub reason: String,
}

/// The record of a source system that something came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct SourceRecord {
    pub system: String,
    pub record: String,
}

/// Between which temperatures goods must stay, in degrees Celsius.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct TemperatureRange {
    pub minimum: f64,
    pub maximum: f64,
}

/// A line of an order, as it was ordered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "described by the contract of OrderPlaced")]
pub struct OrderedLine {
    pub line_number: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    pub description: String,
    pub quantity: Quantity,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<Money>,
    pub line_value: Money,
    #[schema(value_type = Captured<String>)]
    pub scheduled_delivery: Captured<Timestamp>,
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Captured<String>>)]
    pub attributes: BTreeMap<String, Captured<String>>,
}

/// A part of an order's line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct LinePart {
    pub line_number: String,
    pub quantity: Quantity,
}

/// A part of an order's line in a shipment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by the contract of ShipmentBooked")]
pub struct CarriedLine {
    pub order_id: Uuid,
    pub order_number: String,
    pub line_number: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub quantity: Quantity,
    #[schema(value_type = Captured<String>)]
    pub scheduled_delivery: Captured<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct OrderPlaced {
    pub order_number: String,
    pub customer: Party,
    pub order_date: Captured<Timestamp>,
    pub shipping_address: Address,
    pub lines: Vec<OrderedLine>,
    pub total_amount: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceRecord>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct OrderLinesAdded {
    pub lines: Vec<OrderedLine>,
    pub total_amount: Money,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct OrderConfirmed {
    pub confirmed_at: Captured<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct OrderShipmentAssigned {
    pub shipment_id: Uuid,
    pub shipment_number: String,
    pub lines: Vec<LinePart>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct OrderShipmentReleased {
    pub shipment_id: Uuid,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct OrderShipmentDelivered {
    pub shipment_id: Uuid,
    pub delivered_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct OrderShipped {
    pub ship_date: Captured<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipment_id: Option<Uuid>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct OrderDelivered {
    pub delivery_date: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct ShipmentBooked {
    pub tracking_number: String,
    pub order_ids: Vec<Uuid>,
    pub origin: Captured<Address>,
    pub destination: Address,
    pub carrier: Captured<Party>,
    pub mode: Captured<String>,
    pub estimated_delivery: Timestamp,
    pub lines: Vec<CarriedLine>,
    pub weight: Captured<Quantity>,
    pub freight_cost: Captured<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature_range: Option<TemperatureRange>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceRecord>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct ShipmentLinesAdded {
    pub lines: Vec<CarriedLine>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct ShipmentDeparted {
    pub departed_at: Captured<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<GeoPoint>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct ShipmentOutForDelivery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<GeoPoint>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct ShipmentDelayed {
    pub reason: String,
    pub new_estimate: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct ShipmentResumed {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_estimate: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct ShipmentDelivered {
    pub delivered_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_at: Option<Timestamp>,
    pub late: bool,
}

/// Who saw a shipment at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "plain words")]
pub enum PositionSource {
    Device,
    Carrier,
    Manual,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct ShipmentPositionObserved {
    pub position: GeoPoint,
    pub observed_at: Timestamp,
    pub source: PositionSource,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset_id: Option<Uuid>,
}

/// What kind of thing an asset is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs, reason = "plain words")]
pub enum AssetType {
    Container,
    ReeferContainer,
    Trailer,
    Truck,
    Pallet,
    Other,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct AssetRegistered {
    pub asset_number: String,
    pub asset_type: AssetType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub device_ids: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature_range: Option<TemperatureRange>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct AssetAssigned {
    pub shipment_id: Uuid,
    pub shipment_number: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by its contract")]
pub struct AssetReleased {
    pub shipment_id: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How bad an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs, reason = "plain words")]
pub enum Severity {
    Info,
    Warning,
    Critical,
}

/// Something that needs attention. Also the body of the command that raises it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "described by its contract")]
pub struct AlertRaised {
    pub kind: String,
    pub severity: Severity,
    pub title: String,
    pub detail: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipment_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anomaly_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_value: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_value: Option<f64>,
    #[serde(default)]
    pub factors: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "described by its contract")]
pub struct AlertAcknowledged {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "described by its contract")]
pub struct AlertResolved {
    pub resolution: String,
}

impl DomainEvent for Event {
    fn name(&self) -> &'static str {
        match self {
            Self::OrderPlaced(_) => "OrderPlaced",
            Self::OrderLinesAdded(_) => "OrderLinesAdded",
            Self::OrderConfirmed(_) => "OrderConfirmed",
            Self::OrderProcessingStarted(_) => "OrderProcessingStarted",
            Self::OrderShipmentAssigned(_) => "OrderShipmentAssigned",
            Self::OrderShipmentReleased(_) => "OrderShipmentReleased",
            Self::OrderShipmentDelivered(_) => "OrderShipmentDelivered",
            Self::OrderShipped(_) => "OrderShipped",
            Self::OrderDelivered(_) => "OrderDelivered",
            Self::OrderCancelled(_) => "OrderCancelled",
            Self::ShipmentBooked(_) => "ShipmentBooked",
            Self::ShipmentLinesAdded(_) => "ShipmentLinesAdded",
            Self::ShipmentDeparted(_) => "ShipmentDeparted",
            Self::ShipmentOutForDelivery(_) => "ShipmentOutForDelivery",
            Self::ShipmentDelayed(_) => "ShipmentDelayed",
            Self::ShipmentResumed(_) => "ShipmentResumed",
            Self::ShipmentDelivered(_) => "ShipmentDelivered",
            Self::ShipmentCancelled(_) => "ShipmentCancelled",
            Self::ShipmentPositionObserved(_) => "ShipmentPositionObserved",
            Self::AssetRegistered(_) => "AssetRegistered",
            Self::AssetAssigned(_) => "AssetAssigned",
            Self::AssetReleased(_) => "AssetReleased",
            Self::AssetRetired(_) => "AssetRetired",
            Self::AlertRaised(_) => "AlertRaised",
            Self::AlertAcknowledged(_) => "AlertAcknowledged",
            Self::AlertResolved(_) => "AlertResolved",
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
        "OrderPlaced" => serde_json::from_str(data).map(Event::OrderPlaced),
        "OrderLinesAdded" => serde_json::from_str(data).map(Event::OrderLinesAdded),
        "OrderConfirmed" => serde_json::from_str(data).map(Event::OrderConfirmed),
        "OrderProcessingStarted" => serde_json::from_str(data).map(Event::OrderProcessingStarted),
        "OrderShipmentAssigned" => serde_json::from_str(data).map(Event::OrderShipmentAssigned),
        "OrderShipmentReleased" => serde_json::from_str(data).map(Event::OrderShipmentReleased),
        "OrderShipmentDelivered" => serde_json::from_str(data).map(Event::OrderShipmentDelivered),
        "OrderShipped" => serde_json::from_str(data).map(Event::OrderShipped),
        "OrderDelivered" => serde_json::from_str(data).map(Event::OrderDelivered),
        "OrderCancelled" => serde_json::from_str(data).map(Event::OrderCancelled),
        "ShipmentBooked" => serde_json::from_str(data).map(Event::ShipmentBooked),
        "ShipmentLinesAdded" => serde_json::from_str(data).map(Event::ShipmentLinesAdded),
        "ShipmentDeparted" => serde_json::from_str(data).map(Event::ShipmentDeparted),
        "ShipmentOutForDelivery" => serde_json::from_str(data).map(Event::ShipmentOutForDelivery),
        "ShipmentDelayed" => serde_json::from_str(data).map(Event::ShipmentDelayed),
        "ShipmentResumed" => serde_json::from_str(data).map(Event::ShipmentResumed),
        "ShipmentDelivered" => serde_json::from_str(data).map(Event::ShipmentDelivered),
        "ShipmentCancelled" => serde_json::from_str(data).map(Event::ShipmentCancelled),
        "ShipmentPositionObserved" => serde_json::from_str(data).map(Event::ShipmentPositionObserved),
        "AssetRegistered" => serde_json::from_str(data).map(Event::AssetRegistered),
        "AssetAssigned" => serde_json::from_str(data).map(Event::AssetAssigned),
        "AssetReleased" => serde_json::from_str(data).map(Event::AssetReleased),
        "AssetRetired" => serde_json::from_str(data).map(Event::AssetRetired),
        "AlertRaised" => serde_json::from_str(data).map(Event::AlertRaised),
        "AlertAcknowledged" => serde_json::from_str(data).map(Event::AlertAcknowledged),
        "AlertResolved" => serde_json::from_str(data).map(Event::AlertResolved),
        _ => return Err(unreadable("unknown event".to_owned())),
    };
    event.map_err(|error| unreadable(error.to_string()))
}
