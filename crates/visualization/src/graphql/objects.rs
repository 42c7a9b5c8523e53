//! Fields that are looked up only when they are asked for.

use async_graphql::{ComplexObject, Context};
use imsop_journal::Cell;

use super::cost::many;
use super::pages::checked_limit;
use super::{asker, hidden};
use crate::limits::{PAGE_LONGEST, READINGS, ROUTE_POINTS};
use crate::model::{
    Alert, Asset, DomainEvent, ObservedPosition, Order, OrderLine, Quantity, Reading, Shipment,
};
use crate::reads::{Filter, is_late};

#[ComplexObject]
impl Shipment {
    /// Whether it was delivered after the promised day, or that day has passed without a delivery.
    async fn late(&self, context: &Context<'_>) -> async_graphql::Result<bool> {
        Ok(is_late(self, asker(context)?.now))
    }

    /// Where it was seen, the oldest first; the newest `limit` places.
    #[graphql(complexity = "many(limit, child_complexity) / 10 + 20")]
    async fn route(
        &self,
        context: &Context<'_>,
        #[graphql(default = 500)] limit: i32,
    ) -> async_graphql::Result<Vec<ObservedPosition>> {
        let asker = asker(context)?;
        let limit = checked_limit(limit, ROUTE_POINTS)?;
        asker.reads.route(asker.tenant, &self.id, limit).await.map_err(hidden)
    }

    /// What happened to it, the oldest first.
    #[graphql(complexity = "50 + many(10, child_complexity)")]
    async fn events(&self, context: &Context<'_>) -> async_graphql::Result<Vec<DomainEvent>> {
        timeline(context, "shipment", &self.id).await
    }

    /// What it travels in.
    #[graphql(complexity = "20 + many(2, child_complexity)")]
    async fn assets(&self, context: &Context<'_>) -> async_graphql::Result<Vec<Asset>> {
        let asker = asker(context)?;
        asker.reads.find_all(asker.tenant, self.asset_ids.clone()).await.map_err(hidden)
    }

    /// Alerts about it, the newest first.
    #[graphql(complexity = "20 + many(10, child_complexity)")]
    async fn alerts(&self, context: &Context<'_>) -> async_graphql::Result<Vec<Alert>> {
        alerts_about(context, "shipment_id", self.id.as_str().into()).await
    }

    /// Temperatures on the way, the oldest first; the newest `limit` readings.
    #[graphql(complexity = "many(limit, child_complexity) / 10 + 20")]
    async fn temperatures(
        &self,
        context: &Context<'_>,
        #[graphql(default = 500)] limit: i32,
    ) -> async_graphql::Result<Vec<Reading>> {
        let asker = asker(context)?;
        let limit = checked_limit(limit, READINGS)?;
        asker.reads.temperatures(asker.tenant, &self.id, limit).await.map_err(hidden)
    }
}

#[ComplexObject]
impl Order {
    /// How many lines it has.
    async fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// What happened to it, the oldest first.
    #[graphql(complexity = "50 + many(10, child_complexity)")]
    async fn events(&self, context: &Context<'_>) -> async_graphql::Result<Vec<DomainEvent>> {
        timeline(context, "order", &self.id).await
    }
}

#[ComplexObject]
impl OrderLine {
    /// The part that is in shipments.
    async fn carried(&self) -> Quantity {
        self.sum(|_| true)
    }

    /// The part that has been delivered.
    async fn delivered(&self) -> Quantity {
        self.sum(|part| part.delivered)
    }
}

impl OrderLine {
    fn sum(&self, wanted: impl Fn(&crate::model::OrderLineShipment) -> bool) -> Quantity {
        let mut sum = imsop_kernel::Decimal::ZERO;
        for part in self.shipments.iter().filter(|part| wanted(part)) {
            let value = part.quantity.value.parse().unwrap_or(imsop_kernel::Decimal::ZERO);
            sum = sum.checked_add(value).unwrap_or(imsop_kernel::Decimal::MAX);
        }
        Quantity { value: sum.to_string(), unit: self.quantity.unit.clone() }
    }
}

#[ComplexObject]
impl Asset {
    /// The shipment that it travels with.
    #[graphql(complexity = "20 + child_complexity")]
    async fn shipment(&self, context: &Context<'_>) -> async_graphql::Result<Option<Shipment>> {
        let Some(id) = &self.shipment_id else { return Ok(None) };
        let asker = asker(context)?;
        asker.reads.find(asker.tenant, id).await.map_err(hidden)
    }

    /// Alerts about it, the newest first.
    #[graphql(complexity = "20 + many(10, child_complexity)")]
    async fn alerts(&self, context: &Context<'_>) -> async_graphql::Result<Vec<Alert>> {
        alerts_about(context, "asset_id", self.id.as_str().into()).await
    }

    /// What happened to it, the oldest first.
    #[graphql(complexity = "50 + many(10, child_complexity)")]
    async fn events(&self, context: &Context<'_>) -> async_graphql::Result<Vec<DomainEvent>> {
        timeline(context, "asset", &self.id).await
    }
}

async fn timeline(context: &Context<'_>, kind: &str, id: &str) -> async_graphql::Result<Vec<DomainEvent>> {
    let asker = asker(context)?;
    asker.reads.timeline(asker.tenant, &format!("{kind}/{id}")).await.map_err(hidden)
}

async fn alerts_about(context: &Context<'_>, column: &str, id: Cell) -> async_graphql::Result<Vec<Alert>> {
    let asker = asker(context)?;
    let mut filter = Filter::of(asker.tenant);
    filter.and(&format!("{column} = ?"), vec![id]);
    Ok(asker.reads.list(&filter, None, PAGE_LONGEST).await.map_err(hidden)?.0)
}
