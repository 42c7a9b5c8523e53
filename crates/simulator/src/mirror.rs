//! A consumer: keeps the balance of every account in a database of its own.

use std::collections::HashMap;

use async_trait::async_trait;
use imsop_backbone::{EffectHandler, HandleError, Record, Sink};
use imsop_journal::{Advance, Database, Migration, StoreError, Tx, positions};
use imsop_kernel::Envelope;
use imsop_testkit::accounts::Event;

/// Which consumer is let loose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MirrorKind {
    /// The real one.
    Sound,
    /// One that keeps its position apart from its effects, and does not know what it has seen. To prove
    /// that the checks can fail.
    Broken,
}

/// The table of the mirror.
pub const MIGRATIONS: [Migration; 1] = [Migration {
    version: 1,
    sql: "CREATE TABLE mirror (stream TEXT NOT NULL PRIMARY KEY, balance BIGINT NOT NULL, events BIGINT NOT NULL)",
}];

/// Adds up what events say of their accounts.
pub struct Mirror;

#[async_trait]
impl EffectHandler for Mirror {
    async fn apply(&self, tx: &mut Tx, events: &[Envelope]) -> Result<(), HandleError> {
        for event in events {
            add(tx, event).await?;
        }
        Ok(())
    }
}

async fn add(tx: &mut Tx, event: &Envelope) -> Result<(), HandleError> {
    let read = Event::read(&event.event_type, event.data.get());
    let gain = read.map_err(HandleError::Retry)?.gain();
    let tail = "ON CONFLICT (stream) DO UPDATE SET balance = mirror.balance + excluded.balance, \
                events = mirror.events + 1";
    let row = vec![event.stream.into(), gain.into(), 1.into()];
    tx.insert("mirror", &["stream", "balance", "events"], vec![row], tail).await?;
    Ok(())
}

/// See [`MirrorKind::Broken`].
pub struct BrokenMirror {
    /// The consumer's name.
    pub name: &'static str,
    /// The database of the effects.
    pub database: Database,
}

#[async_trait]
impl Sink for BrokenMirror {
    async fn positions(&self, topic: &str) -> Result<HashMap<i64, i64>, StoreError> {
        positions::positions(&self.database, self.name, topic).await
    }

    async fn take(&self, records: &[Record], advance: Advance) -> Result<(), HandleError> {
        let mut tx = self.database.begin().await?;
        for record in records {
            let event: Envelope = serde_json::from_str(&record.envelope)
                .map_err(|error| HandleError::Retry(error.to_string()))?;
            add(&mut tx, &event).await?;
        }
        tx.commit().await?;
        let mut tx = self.database.begin().await?;
        positions::advance(&mut tx, std::slice::from_ref(&advance)).await?;
        Ok(tx.commit().await?)
    }
}
