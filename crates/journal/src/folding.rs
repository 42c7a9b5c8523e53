//! Folding SQLite's write-ahead log into the file, beside the writer and not in its commits: whoever waits
//! for a commit would wait for some hundreds of milliseconds.

use std::path::{Path, PathBuf};

use tokio::task::JoinHandle;

use crate::error::StoreError;
use crate::limits::{
    FOLDING_INTERVAL, FOLDING_PATIENCE, LOG_BYTES_BEFORE_FOLDING, LOG_PAGES_BEFORE_RESTART, SQLITE_CACHE_KIB,
};
use crate::sqlite;

/// The task that folds. It ends with this.
pub(crate) struct Folding(JoinHandle<()>);

impl Drop for Folding {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Folding {
    /// Begins to look after the log of this file.
    pub fn start(file: &Path) -> Self {
        let mut log = file.as_os_str().to_owned();
        log.push("-wal");
        Self(tokio::spawn(run(file.to_owned(), log.into())))
    }
}

async fn run(file: PathBuf, log: PathBuf) {
    let mut ticks = tokio::time::interval(FOLDING_INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut folded_at = None;
    loop {
        ticks.tick().await;
        let Ok(found) = tokio::fs::metadata(&log).await else { continue };
        let written_at = found.modified().ok();
        // The log keeps its length when it begins anew, so that its blocks need not be allocated again.
        if found.len() <= LOG_BYTES_BEFORE_FOLDING || written_at == folded_at {
            continue;
        }
        folded_at = written_at;
        let file = file.clone();
        // The writer folds by itself when the log is much longer, and tells its caller if it cannot.
        match tokio::task::spawn_blocking(move || fold(&file)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, log = %log.display(), "the log cannot be folded now"),
            Err(error) => tracing::error!(%error, log = %log.display(), "folding the log ended"),
        }
    }
}

/// Folds what is there while the writer goes on. Where the log is long, it then keeps the writer waiting for
/// a moment and folds the rest, so that the log begins anew.
fn fold(file: &Path) -> Result<(), StoreError> {
    let connection = sqlite::connect(file, SQLITE_CACHE_KIB)?;
    connection.busy_timeout(FOLDING_PATIENCE)?;
    let pages: i64 = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(1))?;
    if pages >= LOG_PAGES_BEFORE_RESTART {
        connection.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(()))?;
    }
    Ok(())
}
