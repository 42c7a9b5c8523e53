//! Deciding on what nobody asks for: goods that are free while orders wait, more than one command fills at once,
//! and stock that has come below its reorder point, whatever brought it there.

use imsop_journal::{Context, Draft};
use imsop_kernel::Date;

use super::Inventory;
use super::event::StockBelowReorderPoint;
use super::lookup::{Books, day_of};
use super::receive::fill_backorders;
use super::rejection::Rejection;
use super::stock::Stock;

/// Promises what is free to those who waited longest. Refused where nobody who waits could have any of it.
pub(super) fn fill(
    site: &str,
    sku: &str,
    context: &Context,
    draft: &mut Draft<'_, Inventory>,
) -> Result<(), Rejection> {
    let books = Books { draft, tenant: &context.tenant };
    let stock = books.known_stock(site, sku)?;
    if stock.fillable(day_of(context.now)).next().is_none() {
        return Err(Rejection::NotFound { what: "order that could have goods of SKU", id: sku.to_owned() });
    }
    fill_backorders(site, sku, context, draft);
    Ok(())
}

/// Looks whether there is less than the reorder point says. Refused where there is enough, or it is known.
pub(super) fn check_reorder_point(
    site: &str,
    sku: &str,
    context: &Context,
    draft: &mut Draft<'_, Inventory>,
) -> Result<(), Rejection> {
    let books = Books { draft, tenant: &context.tenant };
    match low(books.known_stock(site, sku)?, day_of(context.now)) {
        // Every command ends with the warnings that it leads to.
        Some(_) => Ok(()),
        None => Err(Rejection::NotFound { what: "need of a warning of SKU", id: sku.to_owned() }),
    }
}

/// The warning that there is less than the reorder point says, unless it has been given since there was enough.
pub(super) fn low(stock: &Stock, today: Date) -> Option<StockBelowReorderPoint> {
    if stock.low_since.is_some() || !stock.is_low(today) {
        return None;
    }
    Some(StockBelowReorderPoint {
        site: stock.site.clone(),
        sku: stock.sku.clone(),
        available: stock.quantity(stock.free(today)),
        reorder_point: stock.quantity(stock.reorder_point?),
    })
}
