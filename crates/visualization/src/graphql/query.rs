//! What can be asked.

use async_graphql::{Context, ID, Object};

use super::cost::many;
use super::overview::Overview;
use super::pages::{PageOf, checked_limit, cursor, default_limit, page};
use super::{asker, hidden};
use crate::limits::{OVERVIEW_COST, PAGE_LONGEST, READINGS};
use crate::model::{
    Alert, AlertSeverity, AlertStatus, Asset, AssetStatus, Order, OrderStatus, Prediction, PredictionType,
    Reading, Shipment, ShipmentStatus, Word,
};
use crate::reads::Filter;
use crate::scalars::DateTime;

/// The questions.
pub struct Query;

/// What a list of shipments is narrowed by.
struct ShipmentWish {
    status: Option<ShipmentStatus>,
    carrier: Option<String>,
    country: Option<String>,
    late: Option<bool>,
    number: Option<String>,
    from: Option<DateTime>,
    to: Option<DateTime>,
}

fn shipment_filter(context: &Context<'_>, wish: ShipmentWish) -> async_graphql::Result<Filter> {
    let asker = asker(context)?;
    let mut filter = Filter::of(asker.tenant);
    filter.equal("status", wish.status.map(Word::word));
    filter.equal("carrier", wish.carrier.map(|name| name.to_lowercase()));
    filter.equal("country", wish.country.map(|name| name.to_lowercase()));
    filter.number(wish.number);
    filter.between(wish.from.map(|at| at.0), wish.to.map(|at| at.0));
    match wish.late {
        Some(true) => {
            let overdue = ("is_open = 1 AND late_after <= ?", vec![asker.now.into()]);
            filter.either(("delivered_late = 1", Vec::new()), overdue);
        }
        // Most are not: the newest ones are found soon.
        Some(false) => {
            filter.and("delivered_late = 0 AND NOT (is_open = 1 AND late_after <= ?)", vec![asker.now.into()])
        }
        None => {}
    }
    Ok(filter)
}

#[Object]
impl Query {
    /// Shipments, the newest first.
    #[graphql(complexity = "many(limit, child_complexity) + 1")]
    #[allow(clippy::too_many_arguments, reason = "the arguments of the GraphQL field")]
    async fn shipments(
        &self,
        context: &Context<'_>,
        status: Option<ShipmentStatus>,
        carrier: Option<String>,
        country: Option<String>,
        late: Option<bool>,
        number: Option<String>,
        from: Option<DateTime>,
        to: Option<DateTime>,
        #[graphql(default_with = "default_limit()")] limit: i32,
        after: Option<String>,
    ) -> async_graphql::Result<Vec<Shipment>> {
        let wish = ShipmentWish { status, carrier, country, late, number, from, to };
        let filter = shipment_filter(context, wish)?;
        let limit = checked_limit(limit, PAGE_LONGEST)?;
        let after = cursor(after)?;
        let (items, _) = asker(context)?.reads.list(&filter, after.as_ref(), limit).await.map_err(hidden)?;
        Ok(items)
    }

    /// Shipments page by page, the newest first.
    #[graphql(complexity = "many(limit, child_complexity) + 1")]
    #[allow(clippy::too_many_arguments, reason = "the arguments of the GraphQL field")]
    async fn shipment_page(
        &self,
        context: &Context<'_>,
        status: Option<ShipmentStatus>,
        carrier: Option<String>,
        country: Option<String>,
        late: Option<bool>,
        number: Option<String>,
        from: Option<DateTime>,
        to: Option<DateTime>,
        #[graphql(default_with = "default_limit()")] limit: i32,
        after: Option<String>,
    ) -> async_graphql::Result<PageOf<Shipment>> {
        let wish = ShipmentWish { status, carrier, country, late, number, from, to };
        let filter = shipment_filter(context, wish)?;
        page(context, filter, limit, after).await
    }

    /// One shipment, by its id or tracking number.
    async fn shipment(&self, context: &Context<'_>, id: ID) -> async_graphql::Result<Option<Shipment>> {
        let asker = asker(context)?;
        asker.reads.find(asker.tenant, &id).await.map_err(hidden)
    }

    /// Orders page by page, the newest first.
    #[graphql(complexity = "many(limit, child_complexity) + 1")]
    #[allow(clippy::too_many_arguments, reason = "the arguments of the GraphQL field")]
    async fn order_page(
        &self,
        context: &Context<'_>,
        status: Option<OrderStatus>,
        country: Option<String>,
        number: Option<String>,
        from: Option<DateTime>,
        to: Option<DateTime>,
        #[graphql(default_with = "default_limit()")] limit: i32,
        after: Option<String>,
    ) -> async_graphql::Result<PageOf<Order>> {
        let mut filter = Filter::of(asker(context)?.tenant);
        filter.equal("status", status.map(Word::word));
        filter.equal("country", country.map(|name| name.to_lowercase()));
        filter.number(number);
        filter.between(from.map(|at| at.0), to.map(|at| at.0));
        page(context, filter, limit, after).await
    }

    /// One order, by its id or number.
    async fn order(&self, context: &Context<'_>, id: ID) -> async_graphql::Result<Option<Order>> {
        let asker = asker(context)?;
        asker.reads.find(asker.tenant, &id).await.map_err(hidden)
    }

    /// Assets page by page, the newest first.
    #[graphql(complexity = "many(limit, child_complexity) + 1")]
    async fn asset_page(
        &self,
        context: &Context<'_>,
        status: Option<AssetStatus>,
        asset_type: Option<String>,
        number: Option<String>,
        #[graphql(default_with = "default_limit()")] limit: i32,
        after: Option<String>,
    ) -> async_graphql::Result<PageOf<Asset>> {
        let mut filter = Filter::of(asker(context)?.tenant);
        filter.equal("status", status.map(Word::word));
        filter.equal("asset_type", asset_type);
        filter.number(number);
        page(context, filter, limit, after).await
    }

    /// One asset, by its id or number.
    async fn asset(&self, context: &Context<'_>, id: ID) -> async_graphql::Result<Option<Asset>> {
        let asker = asker(context)?;
        asker.reads.find(asker.tenant, &id).await.map_err(hidden)
    }

    /// Alerts, the newest first.
    #[graphql(complexity = "many(limit, child_complexity) + 1")]
    async fn alerts(
        &self,
        context: &Context<'_>,
        status: Option<AlertStatus>,
        severity: Option<AlertSeverity>,
        #[graphql(default_with = "default_limit()")] limit: i32,
    ) -> async_graphql::Result<Vec<Alert>> {
        let asker = asker(context)?;
        let mut filter = Filter::of(asker.tenant);
        filter.equal("status", status.map(Word::word));
        filter.equal("severity", severity.map(Word::word));
        let limit = checked_limit(limit, PAGE_LONGEST)?;
        Ok(asker.reads.list(&filter, None, limit).await.map_err(hidden)?.0)
    }

    /// Alerts page by page, the newest first.
    #[graphql(complexity = "many(limit, child_complexity) + 1")]
    async fn alert_page(
        &self,
        context: &Context<'_>,
        status: Option<AlertStatus>,
        severity: Option<AlertSeverity>,
        #[graphql(default_with = "default_limit()")] limit: i32,
        after: Option<String>,
    ) -> async_graphql::Result<PageOf<Alert>> {
        let mut filter = Filter::of(asker(context)?.tenant);
        filter.equal("status", status.map(Word::word));
        filter.equal("severity", severity.map(Word::word));
        page(context, filter, limit, after).await
    }

    /// One alert.
    async fn alert(&self, context: &Context<'_>, id: ID) -> async_graphql::Result<Option<Alert>> {
        let asker = asker(context)?;
        asker.reads.find(asker.tenant, &id).await.map_err(hidden)
    }

    /// What analytics expects or has found, the newest first.
    #[graphql(complexity = "many(limit, child_complexity) + 1")]
    async fn predictions(
        &self,
        context: &Context<'_>,
        #[graphql(name = "type")] prediction_type: Option<PredictionType>,
        shipment_id: Option<ID>,
        #[graphql(default_with = "default_limit()")] limit: i32,
    ) -> async_graphql::Result<Vec<Prediction>> {
        let asker = asker(context)?;
        let mut filter = Filter::of(asker.tenant);
        filter.equal("prediction_type", prediction_type.map(Word::word));
        filter.equal("shipment_id", shipment_id.map(|id| id.to_string()));
        let limit = checked_limit(limit, PAGE_LONGEST)?;
        Ok(asker.reads.list(&filter, None, limit).await.map_err(hidden)?.0)
    }

    /// What a device measured, the oldest first; the newest `limit` readings.
    #[graphql(complexity = "many(limit, child_complexity) + 1")]
    async fn telemetry(
        &self,
        context: &Context<'_>,
        device_id: String,
        signal: Option<String>,
        #[graphql(default = 500)] limit: i32,
    ) -> async_graphql::Result<Vec<Reading>> {
        let asker = asker(context)?;
        let mut filter = Filter::of(asker.tenant);
        filter.equal("device_id", Some(device_id));
        filter.equal("signal", signal);
        let limit = checked_limit(limit, READINGS)?;
        asker.reads.readings(&filter, limit).await.map_err(hidden)
    }

    /// The figures of the control tower.
    #[graphql(complexity = "OVERVIEW_COST + child_complexity")]
    async fn overview(&self, context: &Context<'_>) -> async_graphql::Result<Overview> {
        let asker = asker(context)?;
        Overview::read(asker.reads, asker.tenant, asker.now).await.map_err(hidden)
    }
}
