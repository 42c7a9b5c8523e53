//! The timer of holds. It lies in the table of reservations, so that it survives every restart; the decider
//! looks again whether the time is over, so that it never fires twice.

use imsop_journal::{Batch, Executor};
use imsop_kernel::Uuid;

use crate::domain::{Command, Inventory};
use crate::limits::{EXPIRED_AT_ONCE, EXPIRY_INTERVAL};
use crate::upkeep::{UpkeepError, now, submission};

/// Ends holds whose time is over, for as long as it is not dropped.
pub(crate) async fn run(executor: Executor<Inventory>) {
    loop {
        match end_overdue(&executor).await {
            Ok(ended) if ended == EXPIRED_AT_ONCE as usize => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "expired holds wait a little longer"),
        }
        tokio::time::sleep(EXPIRY_INTERVAL).await;
    }
}

/// Ends holds whose time is over, the oldest first, and tells how many were looked at.
///
/// # Errors
/// The store failed. The holds are found again.
pub async fn end_overdue(executor: &Executor<Inventory>) -> Result<usize, UpkeepError> {
    // The word stands in the statement, so that the index on holds is used.
    let sql = "SELECT tenant, id, expires_at FROM reservations WHERE status = 'Held' AND expires_at <= $1 \
               ORDER BY expires_at LIMIT $2";
    let cells = vec![now(executor).into(), EXPIRED_AT_ONCE.into()];
    let rows = executor.engine().database().fetch(sql, cells).await?;
    let mut submissions = Vec::with_capacity(rows.len());
    for row in &rows {
        let id: Uuid = row.uuid(1)?;
        let key = format!("expire:{id}:{}", row.int(2)?);
        submissions.push(submission(row.tenant(0)?, key, Command::Expire { id }));
    }
    if !submissions.is_empty() {
        executor.submit_batch(Batch { submissions, advance: None }).await?;
    }
    Ok(rows.len())
}
