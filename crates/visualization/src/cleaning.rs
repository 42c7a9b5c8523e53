//! Removes readings that are older than this read model keeps. The journal still has them.

use imsop_journal::{Database, StoreError};
use imsop_kernel::Timestamp;

use crate::limits::{CLEANING_INTERVAL, CLEANING_ROWS, READINGS_KEPT};

/// Cleans for as long as it is not dropped.
pub(crate) async fn run(database: Database) {
    loop {
        match clean(&database).await {
            // There may be more of them.
            Ok(removed) if removed >= CLEANING_ROWS.unsigned_abs() => tokio::task::yield_now().await,
            Ok(_) => tokio::time::sleep(CLEANING_INTERVAL).await,
            Err(error) => {
                tracing::warn!(%error, "old readings are still there");
                tokio::time::sleep(CLEANING_INTERVAL).await;
            }
        }
    }
}

async fn clean(database: &Database) -> Result<u64, StoreError> {
    let kept = i64::try_from(READINGS_KEPT.as_micros()).unwrap_or(i64::MAX);
    let before = Timestamp::now().as_microsecond().saturating_sub(kept);
    let mut tx = database.begin().await?;
    let sql = "DELETE FROM readings WHERE (tenant, device_id, signal, measured_at) IN \
               (SELECT tenant, device_id, signal, measured_at FROM readings WHERE measured_at < $1 LIMIT $2)";
    let removed = tx.execute(sql, vec![before.into(), CLEANING_ROWS.into()]).await?;
    tx.commit().await?;
    Ok(removed)
}
