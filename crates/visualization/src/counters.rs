//! Figures that are kept up to date with each event, so that an overview costs the same with ten
//! shipments and with ten million.

use std::collections::BTreeMap;

use imsop_journal::{Cell, StoreError, Tx};
use imsop_kernel::ids::Kind;
use imsop_kernel::{Envelope, Tenant};

use crate::model::{Alert, AlertStatus, Order, Shipment, ShipmentStatus, Word};

/// Deliveries so far.
pub const DELIVERED: &str = "shipments.delivered";
/// Deliveries after the promised day.
pub const DELIVERED_LATE: &str = "shipments.deliveredLate";
/// Alerts that are not resolved.
pub const OPEN_ALERTS: &str = "alerts.open";
/// All events.
pub const EVENTS: &str = "events";
/// The beginning of the names that count shipments by status.
pub const SHIPMENTS_BY_STATUS: &str = "shipments.status.";
/// The beginning of the names that count orders by status.
pub const ORDERS_BY_STATUS: &str = "orders.status.";

const MINUTE: i64 = 60;

/// Changes of figures by one batch.
#[derive(Debug, Default)]
pub struct Counters {
    changes: BTreeMap<(Tenant, String), i64>,
    activity: BTreeMap<(Tenant, i64, &'static str), i64>,
}

impl Counters {
    fn add(&mut self, tenant: &Tenant, name: impl Into<String>, change: i64) {
        *self.changes.entry((tenant.clone(), name.into())).or_default() += change;
    }

    /// Counts an event.
    pub fn event(&mut self, event: &Envelope) {
        self.add(&event.tenant, EVENTS, 1);
        let kind = match event.stream.kind {
            Kind::Device => "telemetry",
            Kind::Alert | Kind::Anomaly => "alerts",
            _ => "business",
        };
        let minute = event.recorded_at.as_second().div_euclid(MINUTE);
        *self.activity.entry((event.tenant.clone(), minute, kind)).or_default() += 1;
    }

    /// Counts what became of a shipment.
    pub fn shipment(&mut self, tenant: &Tenant, before: Option<&Shipment>, after: &Shipment) {
        let earlier = before.map(|shipment| shipment.status);
        if earlier == Some(after.status) {
            return;
        }
        if let Some(earlier) = earlier {
            self.add(tenant, format!("{SHIPMENTS_BY_STATUS}{}", earlier.word()), -1);
        }
        self.add(tenant, format!("{SHIPMENTS_BY_STATUS}{}", after.status.word()), 1);
        if after.status == ShipmentStatus::Delivered {
            self.add(tenant, DELIVERED, 1);
            self.add(tenant, DELIVERED_LATE, i64::from(after.delivered_late));
        }
    }

    /// Counts what became of an order.
    pub fn order(&mut self, tenant: &Tenant, before: Option<&Order>, after: &Order) {
        let earlier = before.map(|order| order.status);
        if earlier == Some(after.status) {
            return;
        }
        if let Some(earlier) = earlier {
            self.add(tenant, format!("{ORDERS_BY_STATUS}{}", earlier.word()), -1);
        }
        self.add(tenant, format!("{ORDERS_BY_STATUS}{}", after.status.word()), 1);
    }

    /// Counts what became of an alert.
    pub fn alert(&mut self, tenant: &Tenant, before: Option<&Alert>, after: &Alert) {
        let is_open = |alert: &Alert| i64::from(alert.status != AlertStatus::Resolved);
        self.add(tenant, OPEN_ALERTS, is_open(after) - before.map_or(0, is_open));
    }

    /// Writes the changes.
    pub async fn write(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let rows: Vec<Vec<Cell>> = self
            .changes
            .iter()
            .filter(|(_, change)| **change != 0)
            .map(|((tenant, name), change)| vec![tenant.into(), name.as_str().into(), (*change).into()])
            .collect();
        let tail = "ON CONFLICT (tenant, name) DO UPDATE SET value = counters.value + excluded.value";
        tx.insert("counters", &["tenant", "name", "value"], rows, tail).await?;
        let rows: Vec<Vec<Cell>> = self
            .activity
            .iter()
            .map(|((tenant, minute, kind), events)| {
                vec![tenant.into(), (*minute).into(), (*kind).into(), (*events).into()]
            })
            .collect();
        let tail =
            "ON CONFLICT (tenant, minute, kind) DO UPDATE SET events = activity.events + excluded.events";
        tx.insert("activity", &["tenant", "minute", "kind", "events"], rows, tail).await?;
        Ok(())
    }
}
