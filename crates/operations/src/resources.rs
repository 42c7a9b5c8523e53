//! What the HTTP interface shows of orders, shipments, assets and alerts.

use imsop_kernel::{Address, Captured, Money, Party, Quantity, Timestamp, Uuid};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::event::{
    AlertRaised, AssetType, CarriedLine, OrderedLine, SourceRecord, TemperatureRange,
};
use crate::domain::{
    Alert, AlertStatus, Asset, AssetStatus, Delay, LineShipment, Order, OrderStatus, SeenAt, Shipment,
    ShipmentStatus,
};

/// An order.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by the contracts of its events")]
pub struct OrderResource {
    pub id: Uuid,
    pub order_number: String,
    pub status: OrderStatus,
    pub customer: Party,
    /// The customer's id.
    pub customer_id: Uuid,
    /// When it was ordered, or why that is not known.
    #[schema(value_type = Captured<String>)]
    pub order_date: Captured<Timestamp>,
    /// When its first shipment departed; null before that.
    #[schema(value_type = Option<Captured<String>>)]
    pub ship_date: Option<Captured<Timestamp>>,
    /// When the last of it was delivered; null before that.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub delivery_date: Option<Timestamp>,
    pub shipping_address: Address,
    pub lines: Vec<OrderLineResource>,
    pub total_amount: Money,
    pub cancel_reason: Option<String>,
    pub source: Option<SourceRecord>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    pub version: i64,
    /// Its history as CloudEvents; only where a single order is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub events: Option<Vec<Value>>,
}

/// A line of an order, and what part of it each shipment carries.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderLineResource {
    /// The line as it was ordered.
    #[serde(flatten)]
    pub ordered: OrderedLine,
    /// What part of it each shipment carries.
    pub shipments: Vec<LineShipment>,
    /// How much of it no shipment carries yet.
    pub left: Quantity,
}

impl OrderResource {
    /// The order as it is shown.
    pub fn new(id: Uuid, version: i64, order: &Order) -> Self {
        let lines = order.lines.iter().map(|line| OrderLineResource {
            ordered: line.ordered.clone(),
            shipments: line.shipments.clone(),
            left: Quantity { value: line.left(), unit: line.ordered.quantity.unit.clone() },
        });
        Self {
            id,
            order_number: order.order_number.clone(),
            status: order.status,
            customer: order.customer.clone(),
            customer_id: order.customer.id,
            order_date: order.order_date.clone(),
            ship_date: order.ship_date.clone(),
            delivery_date: order.delivery_date,
            shipping_address: order.shipping_address.clone(),
            lines: lines.collect(),
            total_amount: order.total_amount.clone(),
            cancel_reason: order.cancel_reason.clone(),
            source: order.source.clone(),
            created_at: order.created_at,
            updated_at: order.updated_at,
            version,
            events: None,
        }
    }
}

/// A shipment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by the contracts of its events")]
pub struct ShipmentResource {
    pub id: Uuid,
    pub tracking_number: String,
    pub status: ShipmentStatus,
    /// Whether it is late at the moment of the answer: by its delivery, or by the passing of the promised day.
    pub late: bool,
    pub order_ids: Vec<Uuid>,
    #[schema(value_type = Captured<Address>)]
    pub origin: Captured<Address>,
    pub destination: Address,
    /// The carrier's name, or why it is not known.
    #[schema(value_type = Captured<String>)]
    pub carrier: Captured<String>,
    pub carrier_id: Option<Uuid>,
    #[schema(value_type = Captured<String>)]
    pub mode: Captured<String>,
    #[schema(value_type = String, format = DateTime)]
    pub promised_delivery: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub estimated_delivery: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub actual_delivery: Option<Timestamp>,
    /// When it departed, or why that is not known; null before.
    #[schema(value_type = Option<Captured<String>>)]
    pub departed_at: Option<Captured<Timestamp>>,
    pub delay: Option<Delay>,
    pub current_location: Option<SeenAt>,
    pub lines: Vec<CarriedLine>,
    #[schema(value_type = Captured<Quantity>)]
    pub weight: Captured<Quantity>,
    #[schema(value_type = Captured<Money>)]
    pub freight_cost: Captured<Money>,
    pub temperature_range: Option<TemperatureRange>,
    pub source: Option<SourceRecord>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    pub version: i64,
    /// The assets that travel with it; only where a single shipment is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asset_ids: Option<Vec<Uuid>>,
    /// Its history as CloudEvents; only where a single shipment is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub events: Option<Vec<Value>>,
}

impl ShipmentResource {
    /// The shipment as it is shown at this moment.
    pub fn new(id: Uuid, version: i64, shipment: &Shipment, now: Timestamp) -> Self {
        let carrier = match &shipment.carrier {
            Captured::Known(party) => Captured::Known(party.name.clone()),
            Captured::Missing(reason) => Captured::Missing(reason.clone()),
        };
        Self {
            id,
            tracking_number: shipment.tracking_number.clone(),
            status: shipment.status,
            late: shipment.is_late(now),
            order_ids: shipment.order_ids(),
            origin: shipment.origin.clone(),
            destination: shipment.destination.clone(),
            carrier,
            carrier_id: shipment.carrier.known().map(|party| party.id),
            mode: shipment.mode.clone(),
            promised_delivery: shipment.promised_delivery,
            estimated_delivery: shipment.estimated_delivery,
            actual_delivery: shipment.actual_delivery,
            departed_at: shipment.departed_at.clone(),
            delay: shipment.delay.clone(),
            current_location: shipment.current_location,
            lines: shipment.lines.clone(),
            weight: shipment.weight.clone(),
            freight_cost: shipment.freight_cost.clone(),
            temperature_range: shipment.temperature_range,
            source: shipment.source.clone(),
            created_at: shipment.created_at,
            updated_at: shipment.updated_at,
            version,
            asset_ids: None,
            events: None,
        }
    }
}

/// An asset.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by the contracts of its events")]
pub struct AssetResource {
    pub id: Uuid,
    pub asset_number: String,
    pub asset_type: AssetType,
    pub description: Option<String>,
    pub status: AssetStatus,
    pub device_ids: Vec<String>,
    pub temperature_range: Option<TemperatureRange>,
    /// The shipment that it travels with.
    pub shipment_id: Option<Uuid>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    pub version: i64,
    /// Its history as CloudEvents; only where a single asset is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub events: Option<Vec<Value>>,
}

impl AssetResource {
    /// The asset as it is shown.
    pub fn new(id: Uuid, version: i64, asset: &Asset) -> Self {
        Self {
            id,
            asset_number: asset.asset_number.clone(),
            asset_type: asset.asset_type,
            description: asset.description.clone(),
            status: asset.status,
            device_ids: asset.device_ids.clone(),
            temperature_range: asset.temperature_range,
            shipment_id: asset.shipment_id,
            created_at: asset.created_at,
            updated_at: asset.updated_at,
            version,
            events: None,
        }
    }
}

/// An alert.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by the contracts of its events")]
pub struct AlertResource {
    pub id: Uuid,
    pub status: AlertStatus,
    /// What was said when it was raised.
    #[serde(flatten)]
    pub raised: AlertRaised,
    #[schema(value_type = String, format = DateTime)]
    pub raised_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub acknowledged_at: Option<Timestamp>,
    pub note: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub resolved_at: Option<Timestamp>,
    pub resolution: Option<String>,
    pub version: i64,
    /// Its history as CloudEvents; only where a single alert is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub events: Option<Vec<Value>>,
}

impl AlertResource {
    /// The alert as it is shown.
    pub fn new(id: Uuid, version: i64, alert: &Alert) -> Self {
        Self {
            id,
            status: alert.status,
            raised: alert.raised.clone(),
            raised_at: alert.raised_at,
            acknowledged_at: alert.acknowledged_at,
            note: alert.note.clone(),
            resolved_at: alert.resolved_at,
            resolution: alert.resolution.clone(),
            version,
            events: None,
        }
    }
}
