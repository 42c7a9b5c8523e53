//! Fills backorders that no command has filled: one command looks at a limited number of them. Who could have
//! goods stands in the table of stock, so that it survives every restart; the decider looks again.

use imsop_journal::Executor;

use crate::domain::lookup::day_of;
use crate::domain::{Command, Inventory};
use crate::limits::FILLING_INTERVAL;
use crate::upkeep::{UpkeepError, now, over_stocks};

/// Fills what can be filled, for as long as it is not dropped.
pub(crate) async fn run(executor: Executor<Inventory>) {
    loop {
        match fill_waiting(&executor).await {
            Ok(filled) if filled > 0 => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "backorders wait a little longer"),
        }
        tokio::time::sleep(FILLING_INTERVAL).await;
    }
}

/// Goes once over all stocks with goods for orders that wait, and tells of how many some were filled. Until
/// none is, there may be more.
///
/// # Errors
/// The store failed for some of them. They are found again.
pub async fn fill_waiting(executor: &Executor<Inventory>) -> Result<usize, UpkeepError> {
    let day = day_of(now(executor));
    let condition = "fillable_until <> '' AND fillable_until >= $1";
    over_stocks(executor, condition, day, |site, sku| Command::FillBackorders { site, sku, day }).await
}
