//! Pages of lists.

use async_graphql::{ComplexObject, Context, SimpleObject};
use imsop_kernel::AsOf;

use super::{asker, hidden};
use crate::limits::{PAGE_DEFAULT, PAGE_LONGEST};
use crate::model::{Alert, Asset, Order, Shipment};
use crate::reads::{Cursor, Filter};
use crate::scalars::DateTime;
use crate::views::View;

/// How fresh an answer is.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(name = "AsOf")]
pub struct AsOfView {
    /// Everything up to this position is in the answer. Opaque.
    position: String,
    /// When the newest of it was recorded; the moment of the answer, if nothing was missing.
    time: DateTime,
    /// Whether events are known to exist that are not in the answer yet.
    provisional: bool,
}

impl From<AsOf> for AsOfView {
    fn from(as_of: AsOf) -> Self {
        Self { position: as_of.position, time: DateTime(as_of.time), provisional: as_of.provisional }
    }
}

/// A page of a list.
#[derive(SimpleObject)]
#[graphql(complex)]
#[graphql(concrete(name = "ShipmentPage", params(Shipment)))]
#[graphql(concrete(name = "OrderPage", params(Order)))]
#[graphql(concrete(name = "AssetPage", params(Asset)))]
#[graphql(concrete(name = "AlertPage", params(Alert)))]
pub struct PageOf<V: View + async_graphql::OutputType> {
    /// The items, the newest first.
    items: Vec<V>,
    /// Give this as `after` to get the next page; null at the end.
    next: Option<String>,
    #[graphql(skip)]
    filter: Filter,
}

#[ComplexObject]
impl<V: View + async_graphql::OutputType> PageOf<V> {
    /// How many there are over all pages; null beyond 10,000.
    async fn total(&self, context: &Context<'_>) -> async_graphql::Result<Option<i64>> {
        let asker = asker(context)?;
        asker.reads.total::<V>(&self.filter).await.map_err(hidden)
    }

    /// How fresh the page is.
    async fn as_of(&self, context: &Context<'_>) -> async_graphql::Result<AsOfView> {
        let asker = asker(context)?;
        Ok(asker.reads.as_of(asker.now).await.map_err(hidden)?.into())
    }
}

/// A page of what the filter lets through.
pub(super) async fn page<V: View + async_graphql::OutputType>(
    context: &Context<'_>,
    filter: Filter,
    limit: i32,
    after: Option<String>,
) -> async_graphql::Result<PageOf<V>> {
    let asker = asker(context)?;
    let limit = checked_limit(limit, PAGE_LONGEST)?;
    let after = cursor(after)?;
    let (items, next) = asker.reads.list(&filter, after.as_ref(), limit).await.map_err(hidden)?;
    Ok(PageOf { items, next: next.map(|cursor| cursor.encode()), filter })
}

/// The limit, if it is one that a caller may ask for.
pub(super) fn checked_limit(limit: i32, longest: i32) -> async_graphql::Result<i32> {
    if (1..=longest).contains(&limit) {
        return Ok(limit);
    }
    Err(async_graphql::Error::new(format!("limit must be from 1 to {longest}")))
}

/// The place that a caller's cursor names.
pub(super) fn cursor(after: Option<String>) -> async_graphql::Result<Option<Cursor>> {
    let Some(text) = after else { return Ok(None) };
    match Cursor::decode(&text) {
        Some(cursor) => Ok(Some(cursor)),
        None => Err(async_graphql::Error::new("after is not a cursor of this list")),
    }
}

/// The limit of a page when none is asked for.
pub(super) fn default_limit() -> i32 {
    PAGE_DEFAULT
}
