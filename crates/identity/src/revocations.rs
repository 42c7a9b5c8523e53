//! Whose access tokens have ended, as the journal tells: also changes by another process on the same
//! database, and those from before this process started.

use std::time::Duration;

use imsop_journal::feed::{self, FeedEntry, FeedPosition};
use imsop_journal::{Database, StoreError};
use imsop_kernel::{StreamId, Timestamp};
use imsop_platform::auth::Revocations;
use imsop_platform::limits::REVOCATION_LIFE;

use crate::limits::{REVOCATIONS_PER_READ, REVOCATIONS_READ_EVERY};
use crate::queries;

/// Reads the journal, and ends tokens.
pub(crate) struct Follower {
    database: Database,
    revocations: Revocations,
    position: FeedPosition,
}

impl Follower {
    /// Catches up with the changes whose tokens may not have expired yet.
    pub(crate) async fn start(database: Database, revocations: Revocations) -> Result<Self, StoreError> {
        let sql = "SELECT transaction_id, position FROM journal WHERE recorded_at < $1 \
                   ORDER BY transaction_id DESC, position DESC LIMIT 1";
        let rows = database.fetch(sql, vec![(Timestamp::now() - REVOCATION_LIFE).into()]).await?;
        let position = match rows.first() {
            Some(row) => FeedPosition { transaction: row.int(0)?, position: row.int(1)? },
            None => FeedPosition::default(),
        };
        let mut follower = Self { database, revocations, position };
        while follower.step().await? {}
        Ok(follower)
    }

    /// Follows the journal for as long as it is not dropped.
    pub(crate) async fn run(mut self) {
        loop {
            let pause = match self.step().await {
                Ok(true) => Duration::ZERO,
                Ok(false) => REVOCATIONS_READ_EVERY,
                Err(error) => {
                    tracing::warn!(%error, "whose tokens have ended cannot be read, trying again");
                    REVOCATIONS_READ_EVERY
                }
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Reads on; tells whether there was anything.
    async fn step(&mut self) -> Result<bool, StoreError> {
        let entries = feed::read(&self.database, self.position, REVOCATIONS_PER_READ).await?;
        for entry in &entries {
            self.apply(entry).await?;
            self.position = entry.position;
        }
        Ok(!entries.is_empty())
    }

    async fn apply(&self, entry: &FeedEntry) -> Result<(), StoreError> {
        let Ok(StreamId { kind, id }) = entry.partition_key.parse() else {
            return Err(StoreError::Corrupt(format!("`{}` is not a stream", entry.partition_key)));
        };
        // The account as it is now, which is at least as late as the event.
        let Some(stored) = queries::account(&self.database, &entry.tenant, kind, id).await? else {
            return Ok(());
        };
        self.revocations.end_before(&entry.tenant, &id.to_string(), stored.account.generation);
        Ok(())
    }
}
