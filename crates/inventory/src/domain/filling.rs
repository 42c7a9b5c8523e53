//! Deciding on goods that are free while orders wait: more orders than one receipt fills at once, or goods that
//! came in another way.

use imsop_journal::{Context, Draft};

use super::Inventory;
use super::lookup::{Books, day_of};
use super::receive::fill_backorders;
use super::rejection::Rejection;

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
