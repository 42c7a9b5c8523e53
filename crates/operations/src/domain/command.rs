//! What can be asked of operations. The bodies are those of the HTTP interface.

use std::collections::BTreeMap;

use imsop_kernel::{Address, Captured, GeoPoint, Money, Quantity, Timestamp, Uuid};
use serde::Deserialize;
use utoipa::ToSchema;

use super::event::{AlertRaised, AssetType, OrderedLine, PositionSource, SourceRecord, TemperatureRange};

/// A command.
#[derive(Debug, Clone)]
pub enum Command {
    /// Take an order.
    PlaceOrder(PlaceOrder),
    /// Do something with an order.
    ChangeOrder(Change<OrderChange>),
    /// Book a shipment.
    BookShipment(BookShipment),
    /// Do something with a shipment.
    ChangeShipment(Change<ShipmentChange>),
    /// Register an asset.
    RegisterAsset(RegisterAsset),
    /// Do something with an asset.
    ChangeAsset(Change<AssetChange>),
    /// Take assets off a shipment that has ended.
    ReleaseAssets(ReleaseAssets),
    /// Raise an alert.
    RaiseAlert(AlertRaised),
    /// Do something with an alert.
    ChangeAlert(Change<AlertChange>),
    /// Record what a source system says of an order and its shipments.
    RecordOrderHistory(OrderHistory),
}

/// A change of one thing.
#[derive(Debug, Clone)]
pub struct Change<C> {
    /// Which one.
    pub id: Uuid,
    /// The version that the caller has in mind.
    pub expected_version: Option<i64>,
    /// What is to happen.
    pub change: C,
}

/// A customer or carrier.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartyReference {
    /// The name.
    pub name: String,
    /// The id, where the caller keeps one; else it follows from the name.
    #[serde(default)]
    pub id: Option<Uuid>,
}

/// A new order.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlaceOrder {
    /// The order's number, unique in the tenant.
    pub order_number: String,
    /// Who ordered.
    pub customer: PartyReference,
    /// When it was ordered; now, if it is left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub order_date: Option<Timestamp>,
    /// Where it goes to.
    pub shipping_address: Address,
    /// What was ordered.
    #[schema(min_items = 1, max_items = 1000)]
    pub lines: Vec<NewLine>,
}

/// A line of a new order.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewLine {
    /// Its number, unique in the order; its place, if it is left out.
    #[serde(default)]
    pub line_number: Option<String>,
    /// The article number.
    #[serde(default)]
    pub sku: Option<String>,
    /// What it is.
    pub description: String,
    /// How much of it.
    pub quantity: Quantity,
    /// The price of one unit.
    #[serde(default)]
    pub unit_price: Option<Money>,
    /// The value of the line; quantity times price, if it is left out.
    #[serde(default)]
    pub line_value: Option<Money>,
    /// When it is to be delivered.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub scheduled_delivery: Option<Timestamp>,
    /// Anything else.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

/// What can happen to an order.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "described by the events that follow")]
pub enum OrderChange {
    AddLines { lines: Vec<NewLine> },
    Confirm,
    StartProcessing,
    Ship { ship_date: Option<Timestamp> },
    Deliver { delivery_date: Option<Timestamp> },
    Cancel { reason: String },
}

/// A new shipment.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BookShipment {
    /// Its number, unique in the tenant.
    pub tracking_number: String,
    /// Where it starts.
    pub origin: Address,
    /// Where it goes.
    pub destination: Address,
    /// Who carries it.
    pub carrier: PartyReference,
    /// How it is carried.
    pub mode: TransportMode,
    /// When it will be there; this is also the promise.
    #[schema(value_type = String, format = DateTime)]
    pub estimated_delivery: Timestamp,
    /// What parts of which orders it carries.
    #[schema(min_items = 1, max_items = 1000)]
    pub lines: Vec<NewCarriedLine>,
    /// What it weighs.
    #[serde(default)]
    pub weight: Option<Quantity>,
    /// What its transport costs.
    #[serde(default)]
    pub freight_cost: Option<Money>,
    /// Between which temperatures the goods must stay.
    #[serde(default)]
    pub temperature_range: Option<TemperatureRange>,
}

/// How something is carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[allow(missing_docs, reason = "plain words")]
pub enum TransportMode {
    Air,
    AirCharter,
    Truck,
    Ocean,
    Rail,
    Parcel,
}

impl TransportMode {
    /// The word as it is written in events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Air => "Air",
            Self::AirCharter => "AirCharter",
            Self::Truck => "Truck",
            Self::Ocean => "Ocean",
            Self::Rail => "Rail",
            Self::Parcel => "Parcel",
        }
    }
}

/// A part of an order's line for a new shipment. The order is named by its id or its number.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewCarriedLine {
    /// The order's id.
    #[serde(default)]
    pub order_id: Option<Uuid>,
    /// The order's number.
    #[serde(default)]
    pub order_number: Option<String>,
    /// The line's number in the order.
    pub line_number: String,
    /// How much of it.
    pub quantity: Quantity,
}

/// What can happen to a shipment.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "described by the events that follow")]
pub enum ShipmentChange {
    Depart {
        departed_at: Option<Timestamp>,
        location: Option<GeoPoint>,
    },
    GoOutForDelivery {
        location: Option<GeoPoint>,
    },
    Delay {
        reason: String,
        new_estimate: Timestamp,
    },
    Resume {
        new_estimate: Option<Timestamp>,
    },
    /// Depart, or resume if it was delayed.
    Move,
    Deliver {
        delivered_at: Option<Timestamp>,
    },
    Cancel {
        reason: String,
    },
    ObservePosition(ObservePosition),
}

/// Where a shipment was seen.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObservePosition {
    /// Where.
    pub position: GeoPoint,
    /// When; now, if it is left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub observed_at: Option<Timestamp>,
    /// Who saw it.
    pub source: PositionSource,
    /// The asset whose device saw it.
    #[serde(default)]
    pub asset_id: Option<Uuid>,
}

/// A new asset.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegisterAsset {
    /// Its number, unique in the tenant.
    pub asset_number: String,
    /// What it is.
    pub asset_type: AssetType,
    /// What else there is to say.
    #[serde(default)]
    pub description: Option<String>,
    /// The devices that are mounted on it.
    #[serde(default)]
    #[schema(max_items = 32)]
    pub device_ids: Vec<String>,
    /// The temperatures that it is set to keep.
    #[serde(default)]
    pub temperature_range: Option<TemperatureRange>,
}

/// What can happen to an asset.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "described by the events that follow")]
pub enum AssetChange {
    Assign { shipment_id: Uuid },
    Release { reason: Option<String> },
    Retire { reason: String },
}

/// See [`Command::ReleaseAssets`].
#[derive(Debug, Clone)]
pub struct ReleaseAssets {
    /// The shipment that has ended.
    pub shipment_id: Uuid,
    /// The assets that travelled with it.
    pub asset_ids: Vec<Uuid>,
    /// Why.
    pub reason: String,
}

/// What can happen to an alert.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "described by the events that follow")]
pub enum AlertChange {
    Acknowledge { note: Option<String> },
    Resolve { resolution: String },
}

/// What a source system says of an order and its shipments, as of now.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrderHistory {
    /// The order's number.
    pub order_number: String,
    /// Who ordered.
    pub customer: PartyReference,
    /// When.
    #[schema(value_type = Captured<String>)]
    pub order_date: Captured<Timestamp>,
    /// Where it goes to.
    pub shipping_address: Address,
    /// Where the record is from.
    #[serde(default)]
    pub source: Option<SourceRecord>,
    /// What was ordered.
    pub lines: Vec<OrderedLine>,
    /// How it went there.
    pub shipments: Vec<ShipmentHistory>,
}

/// What a source system says of a shipment.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "described by the contract of ShipmentBooked")]
pub struct ShipmentHistory {
    pub shipment_number: String,
    #[serde(default = "not_captured")]
    #[schema(value_type = Captured<Address>)]
    pub origin: Captured<Address>,
    pub destination: Address,
    #[schema(value_type = Captured<String>)]
    pub carrier: Captured<String>,
    #[schema(value_type = Captured<String>)]
    pub mode: Captured<String>,
    #[schema(value_type = String, format = DateTime)]
    pub estimated_delivery: Timestamp,
    pub lines: Vec<super::event::LinePart>,
    #[schema(value_type = Captured<String>)]
    pub departed_at: Captured<Timestamp>,
    #[schema(value_type = Captured<String>)]
    pub delivered_at: Captured<Timestamp>,
    #[schema(value_type = Captured<String>)]
    pub delivery_recorded_at: Captured<Timestamp>,
    #[schema(value_type = Captured<Quantity>)]
    pub weight: Captured<Quantity>,
    #[schema(value_type = Captured<Money>)]
    pub freight_cost: Captured<Money>,
    #[serde(default)]
    pub source: Option<SourceRecord>,
}

fn not_captured() -> Captured<Address> {
    Captured::NOT_CAPTURED
}
