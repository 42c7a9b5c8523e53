//! The read models, as they are stored and as GraphQL shows them.

use async_graphql::{Enum, Json, SimpleObject};
use serde::{Deserialize, Serialize};

use crate::scalars::{Captured, DateTime};

/// Where a shipment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the states of the domain")]
pub enum ShipmentStatus {
    Created,
    InTransit,
    OutForDelivery,
    Delivered,
    Delayed,
    Cancelled,
}

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the states of the domain")]
pub enum OrderStatus {
    Placed,
    Confirmed,
    Processing,
    Shipped,
    Delivered,
    Cancelled,
}

/// Where an asset stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the states of the domain")]
pub enum AssetStatus {
    Available,
    Assigned,
    Retired,
}

/// Where an alert stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the states of the domain")]
pub enum AlertStatus {
    Raised,
    Acknowledged,
    Resolved,
}

/// How bad an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[allow(missing_docs, reason = "plain words")]
pub enum AlertSeverity {
    Info,
    Warning,
    Critical,
}

/// What is predicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the types of the design document, section 4.2")]
pub enum PredictionType {
    Delay,
    Demand,
    Anomaly,
}

/// The word as it is stored and counted.
pub trait Word: Copy + Serialize {
    /// The word.
    fn word(self) -> String {
        serde_json::to_value(self)
            .ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default()
    }
}

impl Word for ShipmentStatus {}
impl Word for OrderStatus {}
impl Word for AssetStatus {}
impl Word for AlertStatus {}
impl Word for AlertSeverity {}
impl Word for PredictionType {}

/// A position in decimal degrees (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq, SimpleObject, Serialize, Deserialize)]
#[allow(missing_docs, reason = "plain words")]
pub struct GeoPoint {
    pub latitude: f64,
    pub longitude: f64,
}

/// A position and when something was seen there.
#[derive(Debug, Clone, Copy, PartialEq, SimpleObject, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct ObservedPosition {
    pub latitude: f64,
    pub longitude: f64,
    pub observed_at: DateTime,
}

/// A postal address.
#[derive(Debug, Clone, PartialEq, SimpleObject, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by the vocabulary")]
pub struct Address {
    pub name: Option<String>,
    pub line: Option<String>,
    pub city: Option<String>,
    pub region: Option<String>,
    pub postal_code: Option<String>,
    pub country: String,
    pub location: Option<GeoPoint>,
}

/// An amount of goods.
#[derive(Debug, Clone, PartialEq, Eq, SimpleObject, Serialize, Deserialize)]
#[allow(missing_docs, reason = "described by the vocabulary")]
pub struct Quantity {
    pub value: String,
    pub unit: String,
}

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, SimpleObject, Serialize, Deserialize)]
#[allow(missing_docs, reason = "described by the vocabulary")]
pub struct Money {
    pub amount: String,
    pub currency: String,
}

/// A customer or carrier.
#[derive(Debug, Clone, PartialEq, Eq, SimpleObject, Serialize, Deserialize)]
#[allow(missing_docs, reason = "described by the vocabulary")]
pub struct Party {
    pub id: async_graphql::ID,
    pub name: String,
}

/// Between which temperatures goods must stay, in degrees Celsius.
#[derive(Debug, Clone, Copy, PartialEq, SimpleObject, Serialize, Deserialize)]
#[allow(missing_docs, reason = "plain words")]
pub struct TemperatureRange {
    pub minimum: f64,
    pub maximum: f64,
}

/// The record of a source system that something came from.
#[derive(Debug, Clone, PartialEq, Eq, SimpleObject, Serialize, Deserialize)]
#[allow(missing_docs, reason = "plain words")]
pub struct SourceRecord {
    pub system: String,
    pub record: String,
}

/// Why a shipment is delayed, and since when.
#[derive(Debug, Clone, PartialEq, Eq, SimpleObject, Serialize, Deserialize)]
#[allow(missing_docs, reason = "plain words")]
pub struct Delay {
    pub reason: String,
    pub since: DateTime,
}

/// What happened to something.
#[derive(Debug, Clone, SimpleObject)]
#[allow(missing_docs, reason = "described by the envelope")]
pub struct DomainEvent {
    pub id: async_graphql::ID,
    #[graphql(name = "type")]
    pub event_type: String,
    pub occurred_at: DateTime,
    pub recorded_at: DateTime,
    pub actor: String,
    pub data: Json<serde_json::Value>,
}

/// What a device measured.
#[derive(Debug, Clone, SimpleObject, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct Reading {
    pub device_id: String,
    pub signal: String,
    pub value: f64,
    pub unit: String,
    pub timestamp: DateTime,
}

/// A part of an order's line in a shipment.
#[derive(Debug, Clone, PartialEq, SimpleObject, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by contracts/ShipmentBooked-1.yaml")]
pub struct ShipmentLine {
    pub order_id: async_graphql::ID,
    pub order_number: String,
    pub line_number: String,
    #[serde(default)]
    pub description: Option<String>,
    pub quantity: Quantity,
    #[serde(default)]
    pub scheduled_delivery: Captured,
}

/// A shipment.
#[derive(Debug, Clone, SimpleObject, Serialize, Deserialize)]
#[graphql(complex)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by the contracts of the shipment's events")]
pub struct Shipment {
    pub id: async_graphql::ID,
    pub tracking_number: String,
    pub status: ShipmentStatus,
    pub origin: Option<Address>,
    pub destination: Option<Address>,
    /// The carrier's name; null where the source names none.
    pub carrier: Option<String>,
    pub carrier_id: Option<async_graphql::ID>,
    pub mode: Captured,
    pub promised_delivery: DateTime,
    pub estimated_delivery: DateTime,
    pub actual_delivery: Option<DateTime>,
    pub departed_at: Option<Captured>,
    pub delay: Option<Delay>,
    pub current_location: Option<ObservedPosition>,
    pub lines: Vec<ShipmentLine>,
    pub temperature_range: Option<TemperatureRange>,
    pub weight: Captured,
    pub freight_cost: Captured,
    pub source: Option<SourceRecord>,
    #[graphql(skip)]
    pub delivered_late: bool,
    #[graphql(skip)]
    pub late_after: DateTime,
    #[graphql(skip)]
    pub asset_ids: Vec<String>,
    pub created_at: DateTime,
    pub updated_at: DateTime,
    pub version: i64,
}

/// The part of an order's line that a shipment carries.
#[derive(Debug, Clone, PartialEq, SimpleObject, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct OrderLineShipment {
    pub shipment_id: async_graphql::ID,
    pub shipment_number: String,
    pub quantity: Quantity,
    pub delivered: bool,
}

/// A line of an order.
#[derive(Debug, Clone, SimpleObject, Serialize, Deserialize)]
#[graphql(complex)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by contracts/OrderPlaced-1.yaml")]
pub struct OrderLine {
    pub line_number: String,
    #[serde(default)]
    pub sku: Option<String>,
    pub description: String,
    pub quantity: Quantity,
    #[serde(default)]
    pub unit_price: Option<Money>,
    pub line_value: Money,
    #[serde(default)]
    pub scheduled_delivery: Captured,
    #[serde(default)]
    pub attributes: Captured,
    #[serde(default)]
    pub shipments: Vec<OrderLineShipment>,
}

/// An order.
#[derive(Debug, Clone, SimpleObject, Serialize, Deserialize)]
#[graphql(complex)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by the contracts of the order's events")]
pub struct Order {
    pub id: async_graphql::ID,
    pub order_number: String,
    pub status: OrderStatus,
    pub customer: Party,
    pub shipping_address: Address,
    pub order_date: Captured,
    pub ship_date: Option<Captured>,
    pub delivery_date: Option<DateTime>,
    pub total_amount: Money,
    pub lines: Vec<OrderLine>,
    pub cancel_reason: Option<String>,
    pub source: Option<SourceRecord>,
    pub created_at: DateTime,
    pub updated_at: DateTime,
    pub version: i64,
}

/// A container, trailer, truck or pallet.
#[derive(Debug, Clone, SimpleObject, Serialize, Deserialize)]
#[graphql(complex)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by the contracts of the asset's events")]
pub struct Asset {
    pub id: async_graphql::ID,
    pub asset_number: String,
    pub asset_type: String,
    pub description: Option<String>,
    pub status: AssetStatus,
    pub device_ids: Vec<String>,
    pub temperature_range: Option<TemperatureRange>,
    #[graphql(skip)]
    pub shipment_id: Option<String>,
    pub created_at: DateTime,
    pub updated_at: DateTime,
    pub version: i64,
}

/// Something that needs attention.
#[derive(Debug, Clone, SimpleObject, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by contracts/AlertRaised-1.yaml")]
pub struct Alert {
    pub id: async_graphql::ID,
    pub kind: String,
    pub severity: AlertSeverity,
    pub status: AlertStatus,
    pub title: String,
    pub detail: String,
    pub device_id: Option<String>,
    pub signal: Option<String>,
    pub asset_id: Option<async_graphql::ID>,
    pub shipment_id: Option<async_graphql::ID>,
    pub shipment_number: Option<String>,
    pub anomaly_id: Option<async_graphql::ID>,
    pub score: Option<f64>,
    pub observed_value: Option<f64>,
    pub expected_value: Option<f64>,
    pub factors: Vec<String>,
    pub raised_at: DateTime,
    pub acknowledged_at: Option<DateTime>,
    pub acknowledged_by: Option<String>,
    pub note: Option<String>,
    pub resolved_at: Option<DateTime>,
    pub resolved_by: Option<String>,
    pub resolution: Option<String>,
    pub version: i64,
}

/// What analytics expects or has found (design document, section 4.2).
#[derive(Debug, Clone, SimpleObject, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by the design document, section 4.2")]
pub struct Prediction {
    pub id: async_graphql::ID,
    pub shipment_id: Option<async_graphql::ID>,
    pub device_id: Option<String>,
    #[graphql(name = "type")]
    pub prediction_type: PredictionType,
    pub predicted_value: Option<f64>,
    /// Expected delay in hours, for predictions of delay.
    pub predicted_delay: Option<f64>,
    /// From 0 to 1.
    pub confidence: f64,
    pub factors: Vec<String>,
    pub created_at: DateTime,
    pub model_version: String,
}
