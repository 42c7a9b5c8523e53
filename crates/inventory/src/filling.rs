//! Fills backorders that no command has filled: one command looks at a limited number of them. Who could have
//! goods stands in the table of stock, so that it survives every restart; the decider looks again.

use imsop_journal::{Executor, Outcome};

use crate::domain::lookup::day_of;
use crate::domain::{Command, Inventory};
use crate::limits::{FILLING_INTERVAL, STOCKS_AT_ONCE};
use crate::upkeep::{UpkeepError, now, submission};

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
    let sql = "SELECT tenant, site, sku FROM stock \
               WHERE fillable_until <> '' AND fillable_until >= $1 AND (tenant, site, sku) > ($2, $3, $4) \
               ORDER BY tenant, site, sku LIMIT $5";
    let mut behind = [String::new(), String::new(), String::new()];
    let (mut filled, mut failed) = (0, None);
    loop {
        let [tenant, site, sku] = behind.clone().map(Into::into);
        let cells = vec![day.to_string().into(), tenant, site, sku, STOCKS_AT_ONCE.into()];
        let rows = executor.engine().database().fetch(sql, cells).await?;
        for row in &rows {
            let (site, sku) = (row.text(1)?.to_owned(), row.text(2)?.to_owned());
            behind = [row.text(0)?.to_owned(), site.clone(), sku.clone()];
            let key = format!("fill:{}", executor.engine().source().environment.new_id());
            let command = Command::FillBackorders { site, sku, day };
            // Each alone: what cannot be kept for one must not keep the others waiting.
            match executor.submit(submission(row.tenant(0)?, key, command)).await {
                Ok(outcome) => filled += usize::from(matches!(outcome, Outcome::Accepted(_))),
                Err(error) => failed = Some(error),
            }
        }
        if rows.len() < STOCKS_AT_ONCE as usize {
            break;
        }
    }
    failed.map_or(Ok(filled), |error| Err(error.into()))
}
