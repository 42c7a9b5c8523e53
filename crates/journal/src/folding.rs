//! Folding SQLite's write-ahead log into the file, beside the writer and not in its commits: whoever waits
//! for a commit would wait for some hundreds of milliseconds.

use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Row};
use tokio::task::JoinHandle;

use crate::limits::{FOLDING_INTERVAL, FOLDING_PATIENCE, LOG_BYTES_BEFORE_FOLDING, LOG_PAGES_BEFORE_RESTART};

/// The task that folds. It ends with this.
pub(crate) struct Folding(JoinHandle<()>);

impl Drop for Folding {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Folding {
    /// Begins to look after the log of this file.
    pub fn start(options: SqliteConnectOptions, file: &Path) -> Self {
        let mut log = file.as_os_str().to_owned();
        log.push("-wal");
        Self(tokio::spawn(run(options.busy_timeout(FOLDING_PATIENCE), log.into())))
    }
}

async fn run(options: SqliteConnectOptions, log: PathBuf) {
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
        if let Err(error) = fold(&options).await {
            // The writer folds by itself when the log is much longer, and tells its caller if it cannot.
            tracing::debug!(%error, log = %log.display(), "the log cannot be folded now");
        }
    }
}

/// Folds what is there while the writer goes on. Where the log is long, it then keeps the writer waiting for
/// a moment and folds the rest, so that the log begins anew.
async fn fold(options: &SqliteConnectOptions) -> Result<(), sqlx::Error> {
    let mut connection = options.connect().await?;
    let row = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").fetch_one(&mut connection).await?;
    let pages: i64 = row.try_get(1)?;
    if pages >= LOG_PAGES_BEFORE_RESTART {
        sqlx::query("PRAGMA wal_checkpoint(RESTART)").execute(&mut connection).await?;
    }
    connection.close().await
}
