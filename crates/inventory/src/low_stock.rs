//! Warns of stock that has come below its reorder point without anything happening to it: its goods expire when
//! the day is over. The first such day stands in the table of stock; the decider looks again.

use imsop_journal::Executor;

use crate::domain::lookup::day_of;
use crate::domain::{Command, Inventory};
use crate::limits::LOW_STOCK_INTERVAL;
use crate::upkeep::{UpkeepError, now, over_stocks};

/// Warns of what is low, for as long as it is not dropped.
pub(crate) async fn run(executor: Executor<Inventory>) {
    loop {
        if let Err(error) = warn_of_expired(&executor).await {
            tracing::warn!(%error, "some warnings of low stock wait a little longer");
        }
        tokio::time::sleep(LOW_STOCK_INTERVAL).await;
    }
}

/// Goes once over all stocks that are low and of which nobody has been told, and tells how many these were.
///
/// # Errors
/// The store failed for some of them. They are found again.
pub async fn warn_of_expired(executor: &Executor<Inventory>) -> Result<usize, UpkeepError> {
    let day = day_of(now(executor));
    let condition = "low_from <> '' AND low_from <= $1";
    over_stocks(executor, condition, day, |site, sku| Command::CheckReorderPoint { site, sku }).await
}
