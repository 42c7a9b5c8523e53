//! What inventory does by itself has in common: who does it, and what can fail.

use imsop_journal::{Executor, Origin, Outcome, StoreError, Submission, SubmitError};
use imsop_kernel::{Actor, Date, Tenant, Timestamp, Uuid};

use crate::domain::{Command, Inventory};
use crate::limits::STOCKS_AT_ONCE;

/// Why something has to wait for the next turn.
#[derive(Debug, thiserror::Error)]
pub enum UpkeepError {
    /// It could not be read what there is to do.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It could not be done.
    #[error(transparent)]
    Submit(#[from] SubmitError),
}

/// The moment, by the clock that the deciders have.
pub(crate) fn now(executor: &Executor<Inventory>) -> Timestamp {
    executor.engine().source().environment.now()
}

/// Goes once over all stocks whose columns fulfil a condition (`$1` is the day), and submits a command for each.
/// Tells how many were accepted. One that fails does not keep the others waiting: each goes alone.
pub(crate) async fn over_stocks(
    executor: &Executor<Inventory>,
    condition: &str,
    day: Date,
    command: impl Fn(String, String) -> Command,
) -> Result<usize, UpkeepError> {
    let sql = format!(
        "SELECT tenant, site, sku FROM stock WHERE {condition} AND (tenant, site, sku) > ($2, $3, $4) \
         ORDER BY tenant, site, sku LIMIT $5"
    );
    let mut behind = [String::new(), String::new(), String::new()];
    let (mut accepted, mut failed) = (0, None);
    loop {
        let [tenant, site, sku] = behind.clone().map(Into::into);
        let cells = vec![day.to_string().into(), tenant, site, sku, STOCKS_AT_ONCE.into()];
        let rows = executor.engine().database().fetch(&sql, cells).await?;
        for row in &rows {
            let (site, sku) = (row.text(1)?.to_owned(), row.text(2)?.to_owned());
            behind = [row.text(0)?.to_owned(), site.clone(), sku.clone()];
            // Of its own each time: the decider looks whether there is still something to do.
            let key = format!("upkeep:{}", executor.engine().source().environment.new_id());
            match executor.submit(submission(row.tenant(0)?, key, command(site, sku))).await {
                Ok(outcome) => accepted += usize::from(matches!(outcome, Outcome::Accepted(_))),
                Err(error) => failed = Some(error),
            }
        }
        if rows.len() < STOCKS_AT_ONCE as usize {
            break;
        }
    }
    failed.map_or(Ok(accepted), |error| Err(error.into()))
}

/// A command that nobody has asked for.
pub(crate) fn submission(tenant: Tenant, key: String, command: Command) -> Submission<Command> {
    let origin = Origin {
        tenant,
        actor: Actor::system("inventory"),
        correlation_id: Uuid::now_v7(),
        causation_id: None,
        traceparent: None,
    };
    Submission { origin, fingerprint: key.clone(), key, command }
}
