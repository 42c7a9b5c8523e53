//! The figures of the control tower.

use async_graphql::{ComplexObject, Context, SimpleObject};
use imsop_backbone::BackboneError;
use imsop_kernel::{Tenant, Timestamp};
use serde::Serialize;

use super::cost::many;
use super::pages::checked_limit;
use super::{asker, hidden};
use crate::counters::{
    DELIVERED, DELIVERED_LATE, EVENTS, OPEN_ALERTS, ORDERS_BY_STATUS, SHIPMENTS_BY_STATUS,
};
use crate::limits::MAP_SHIPMENTS;
use crate::model::{OrderStatus, Shipment, ShipmentStatus, Word};
use crate::reads::{Filter, Reads, by_status, figure, on_time_share};
use crate::scalars::DateTime;

/// How many things are in a state.
#[derive(Debug, Clone, SimpleObject, Serialize)]
pub struct StatusCount {
    /// The state, as in the REST interface: `InTransit`.
    pub status: String,
    /// How many.
    pub count: i64,
}

/// How fresh figures are.
#[derive(Debug, Clone, SimpleObject, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Freshness {
    /// Everything up to this position is in the figures. Opaque.
    pub position: String,
    /// When the newest of it was recorded; the moment of the answer, if nothing was missing.
    pub time: DateTime,
    /// How far the figures are behind, in milliseconds.
    pub lag_milliseconds: i64,
    /// Whether events are known to exist that are not in the figures yet.
    pub provisional: bool,
}

/// The figures of the control tower.
#[derive(Debug, Clone, SimpleObject, Serialize)]
#[graphql(complex)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// Shipments by state.
    pub shipments_by_status: Vec<StatusCount>,
    /// Orders by state.
    pub orders_by_status: Vec<StatusCount>,
    /// The share of deliveries on the promised day or before, from 0 to 1; null before the first one.
    pub on_time_share: Option<f64>,
    /// Deliveries so far.
    pub delivered_count: i64,
    /// Deliveries after the promised day.
    pub late_count: i64,
    /// Shipments past their promised day and not delivered.
    pub overdue_count: i64,
    /// Alerts that are not resolved.
    pub open_alerts: i64,
    /// All events so far.
    pub event_count: i64,
    /// Events a second, over the last minutes.
    pub event_rate: f64,
    /// How fresh the figures are.
    pub freshness: Freshness,
}

#[ComplexObject]
impl Overview {
    /// Shipments on the move, for the map; those that were booked last first.
    #[graphql(complexity = "many(limit, child_complexity) / 4 + 1")]
    async fn in_transit(
        &self,
        context: &Context<'_>,
        #[graphql(default = 500)] limit: i32,
    ) -> async_graphql::Result<Vec<Shipment>> {
        let asker = asker(context)?;
        let limit = checked_limit(limit, MAP_SHIPMENTS)?;
        let mut filter = Filter::of(asker.tenant);
        filter.and("status IN ('InTransit', 'OutForDelivery', 'Delayed')", Vec::new());
        Ok(asker.reads.list(&filter, None, limit).await.map_err(hidden)?.0)
    }
}

const SHIPMENT_STATES: [ShipmentStatus; 6] = [
    ShipmentStatus::Created,
    ShipmentStatus::InTransit,
    ShipmentStatus::OutForDelivery,
    ShipmentStatus::Delayed,
    ShipmentStatus::Delivered,
    ShipmentStatus::Cancelled,
];

const ORDER_STATES: [OrderStatus; 6] = [
    OrderStatus::Placed,
    OrderStatus::Confirmed,
    OrderStatus::Processing,
    OrderStatus::Shipped,
    OrderStatus::Delivered,
    OrderStatus::Cancelled,
];

impl Overview {
    /// Reads the figures.
    pub async fn read(reads: &Reads, tenant: &Tenant, now: Timestamp) -> Result<Self, BackboneError> {
        let counters = reads.counters(tenant).await?;
        let as_of = reads.as_of(now).await?;
        let lag = if as_of.provisional { now.duration_since(as_of.time).as_millis() } else { 0 };
        Ok(Self {
            shipments_by_status: counted(by_status(&counters, SHIPMENTS_BY_STATUS, &SHIPMENT_STATES)),
            orders_by_status: counted(by_status(&counters, ORDERS_BY_STATUS, &ORDER_STATES)),
            on_time_share: on_time_share(&counters),
            delivered_count: figure(&counters, DELIVERED),
            late_count: figure(&counters, DELIVERED_LATE),
            overdue_count: reads.overdue(tenant, now).await?,
            open_alerts: figure(&counters, OPEN_ALERTS),
            event_count: figure(&counters, EVENTS),
            event_rate: reads.event_rate(tenant, now).await?,
            freshness: Freshness {
                position: as_of.position,
                time: DateTime(as_of.time),
                lag_milliseconds: i64::try_from(lag).unwrap_or(i64::MAX),
                provisional: as_of.provisional,
            },
        })
    }
}

fn counted<S: Word>(counts: Vec<(S, i64)>) -> Vec<StatusCount> {
    counts.into_iter().map(|(status, count)| StatusCount { status: status.word(), count }).collect()
}
