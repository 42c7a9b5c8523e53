//! Folding SQLite's write-ahead log into the file, beside the writer and not in its commits: whoever waits
//! for a commit would wait for some hundreds of milliseconds.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tokio::task::JoinHandle;

use crate::error::StoreError;
use crate::limits::{
    FOLDING_INTERVAL, FOLDING_PATIENCE, LOG_BYTES_AT_MOST, LOG_BYTES_BEFORE_FOLDING, SQLITE_CACHE_KIB,
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
    let mut length = None;
    loop {
        ticks.tick().await;
        // The log keeps its length when it begins anew, so that its blocks need not be allocated again.
        let is_long =
            tokio::fs::metadata(&log).await.is_ok_and(|found| found.len() > LOG_BYTES_BEFORE_FOLDING);
        if !is_long {
            continue;
        }
        let (file, before) = (file.clone(), length.take());
        // The writer folds by itself when the log is much longer, and tells its caller if it cannot.
        match tokio::task::spawn_blocking(move || look_after(&file, before)).await {
            Ok(Ok(found)) => length = Some(found),
            Ok(Err(error)) => tracing::debug!(%error, log = %log.display(), "the log cannot be folded now"),
            Err(error) => tracing::error!(%error, log = %log.display(), "folding the log ended"),
        }
    }
}

/// Folds where the writer rests, or the log has become too long to wait for that: folding takes the disk from
/// those who wait for their commits. Tells how many pages the log has.
fn look_after(file: &Path, before: Option<i64>) -> Result<i64, StoreError> {
    let connection = sqlite::connect(file, SQLITE_CACHE_KIB)?;
    connection.busy_timeout(FOLDING_PATIENCE)?;
    let pages_of = |bytes: u64| sqlite::pages(&connection, bytes);
    let (length, folded) = checkpoint(&connection, "NOOP")?;
    let is_at_rest = before == Some(length);
    if length == folded || (!is_at_rest && length < pages_of(LOG_BYTES_AT_MOST)?) {
        return Ok(length);
    }
    let (length, _) = checkpoint(&connection, "PASSIVE")?;
    // Keeps the writer waiting for a moment and folds the rest, so that the log begins anew.
    if length >= pages_of(LOG_BYTES_BEFORE_FOLDING)? {
        checkpoint(&connection, "RESTART")?;
    }
    Ok(length)
}

/// How many pages the log has, and how many of them are folded.
fn checkpoint(connection: &Connection, mode: &str) -> Result<(i64, i64), StoreError> {
    let sql = format!("PRAGMA wal_checkpoint({mode})");
    Ok(connection.query_row(&sql, [], |row| Ok((row.get(1)?, row.get(2)?)))?)
}
