//! The backbone of a single machine: a durable log in a SQLite file (or a PostgreSQL schema).
//! Each topic has one partition.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use imsop_journal::{Database, DatabaseUrl, FeedPosition, Migration, StoreError, Tx};
use tokio::sync::Notify;

use crate::{Backbone, BackboneError, Message, Record};

const MIGRATIONS: [Migration; 1] =
    [Migration { version: 1, sql: include_str!("../migrations/0001_log.sql") }];

/// The only partition of every topic.
const PARTITION: i64 = 0;

const LOG_COLUMNS: [&str; 6] =
    ["topic", "partition_number", "record_offset", "partition_key", "recorded_at", "envelope"];

const LAST: &str = "SELECT record_offset FROM log WHERE topic = $1 AND partition_number = $2 \
                    ORDER BY record_offset DESC LIMIT 1";

/// A durable log in a database of its own.
pub struct EmbeddedBackbone {
    database: Database,
    /// By topic.
    published: Mutex<HashMap<String, Arc<Notify>>>,
}

impl EmbeddedBackbone {
    /// Opens the log, and makes it if it does not exist.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, StoreError> {
        let database = Database::open(url, "backbone", &MIGRATIONS).await?;
        Ok(Self::on(database))
    }

    /// A log on an opened database. For the simulator.
    pub fn on(database: Database) -> Self {
        Self { database, published: Mutex::default() }
    }

    /// The migrations of the log. For the simulator.
    pub fn migrations() -> &'static [Migration] {
        &MIGRATIONS
    }

    /// The database of the log.
    pub fn database(&self) -> &Database {
        &self.database
    }
}

async fn next_offset(tx: &mut Tx, topic: &str) -> Result<i64, StoreError> {
    let lock = tx.dialect().for_update();
    if !lock.is_empty() {
        // Offsets are given out by one writer at a time.
        tx.execute("SELECT pg_advisory_xact_lock(hashtext($1)::bigint)", vec![topic.into()]).await?;
    }
    let rows = tx.fetch(LAST, vec![topic.into(), PARTITION.into()]).await?;
    rows.first().map_or(Ok(0), |row| Ok(row.int(0)? + 1))
}

async fn stored_position(tx: &mut Tx, relay: &str) -> Result<FeedPosition, StoreError> {
    let sql = "SELECT transaction_id, position FROM relay_position WHERE relay = $1";
    let rows = tx.fetch(sql, vec![relay.into()]).await?;
    let Some(row) = rows.first() else {
        return Ok(FeedPosition::default());
    };
    Ok(FeedPosition { transaction: row.int(0)?, position: row.int(1)? })
}

#[async_trait]
impl Backbone for EmbeddedBackbone {
    async fn publish(
        &self,
        relay: &str,
        messages: Vec<Message>,
        after: FeedPosition,
        up_to: FeedPosition,
    ) -> Result<(), BackboneError> {
        let mut tx = self.database.begin().await?;
        // What a process that is already gone has under way must be seen.
        tx.lock(&BTreeSet::from([format!("relay/{relay}")])).await?;
        let found = stored_position(&mut tx, relay).await?;
        // The relay may not know that an earlier try of its was committed.
        if found >= up_to {
            return Ok(());
        }
        if found != after {
            return Err(BackboneError::Elsewhere { relay: relay.to_owned(), found, expected: after });
        }
        let mut topics: Vec<&'static str> = messages.iter().map(|message| message.topic).collect();
        topics.sort_unstable();
        topics.dedup();
        for topic in &topics {
            let topic = *topic;
            let mut offset = next_offset(&mut tx, topic).await?;
            let mut rows = Vec::new();
            for message in messages.iter().filter(|message| message.topic == topic) {
                rows.push(vec![
                    topic.into(),
                    PARTITION.into(),
                    offset.into(),
                    message.partition_key.as_str().into(),
                    message.recorded_at.into(),
                    message.envelope.clone().into(),
                ]);
                offset += 1;
            }
            tx.insert("log", &LOG_COLUMNS, rows, "").await?;
        }
        tx.execute(
            "INSERT INTO relay_position (relay, transaction_id, position) VALUES ($1, $2, $3) \
             ON CONFLICT (relay) DO UPDATE SET transaction_id = excluded.transaction_id, position = excluded.position",
            vec![relay.into(), up_to.transaction.into(), up_to.position.into()],
        )
        .await?;
        tx.commit().await?;
        for topic in topics {
            self.published(topic).notify_waiters();
        }
        Ok(())
    }

    async fn relay_position(&self, relay: &str) -> Result<FeedPosition, BackboneError> {
        let sql = "SELECT transaction_id, position FROM relay_position WHERE relay = $1";
        let rows = self.database.fetch(sql, vec![relay.into()]).await?;
        let Some(row) = rows.first() else {
            return Ok(FeedPosition::default());
        };
        Ok(FeedPosition { transaction: row.int(0)?, position: row.int(1)? })
    }

    async fn partitions(&self, _topic: &str) -> Result<Vec<i64>, BackboneError> {
        Ok(vec![PARTITION])
    }

    async fn read(
        &self,
        topic: &str,
        partition: i64,
        from: i64,
        limit: usize,
    ) -> Result<Vec<Record>, BackboneError> {
        let sql = "SELECT record_offset, recorded_at, envelope FROM log \
                   WHERE topic = $1 AND partition_number = $2 AND record_offset >= $3 \
                   ORDER BY record_offset LIMIT $4";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let cells = vec![topic.into(), partition.into(), from.into(), limit.into()];
        let rows = self.database.fetch(sql, cells).await?;
        let topic: Arc<str> = topic.into();
        let mut records = Vec::with_capacity(rows.len());
        for row in rows {
            records.push(Record {
                topic: topic.clone(),
                partition,
                offset: row.int(0)?,
                recorded_at: row.timestamp(1)?,
                envelope: row.text(2)?.into(),
            });
        }
        Ok(records)
    }

    async fn end(&self, topic: &str, partition: i64) -> Result<i64, BackboneError> {
        let rows = self.database.fetch(LAST, vec![topic.into(), partition.into()]).await?;
        Ok(rows.first().map_or(Ok(0), |row| Ok::<_, StoreError>(row.int(0)? + 1))?)
    }

    fn published(&self, topic: &str) -> Arc<Notify> {
        // Nothing can fail while it is locked.
        let mut topics = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        topics.entry(topic.to_owned()).or_default().clone()
    }
}
