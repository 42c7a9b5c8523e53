//! A consumer whose effect is rows: keeps the balance of every account in a database of its own, and
//! cannot take some of the events.

use std::collections::HashMap;

use async_trait::async_trait;
use imsop_backbone::{EffectHandler, FailureClass, HandleError, Record, Sink};
use imsop_journal::{Advance, Database, Migration, StoreError, Tx, positions};
use imsop_kernel::Envelope;
use imsop_testkit::accounts::Event;

/// An amount that the mirror cannot take.
const POISON: i64 = 13;

/// The table of the mirror.
pub const MIGRATIONS: [Migration; 1] = [Migration {
    version: 1,
    sql: "CREATE TABLE mirror (stream TEXT NOT NULL PRIMARY KEY, balance BIGINT NOT NULL, events BIGINT NOT NULL)",
}];

/// Adds up what events say of their accounts.
pub struct Mirror {
    /// Whether it passes over poison as if there were none. See [`crate::Flaw::NothingParked`].
    pub passes_over: bool,
}

/// Whether the mirror cannot take an event of this gain.
pub fn is_poison(gain: i64) -> bool {
    gain.abs() == POISON
}

#[async_trait]
impl EffectHandler for Mirror {
    async fn apply(&self, tx: &mut Tx, events: &[Envelope]) -> Result<(), HandleError> {
        for (index, event) in events.iter().enumerate() {
            let gain = gain_of(event)?;
            if is_poison(gain) && self.passes_over {
                continue;
            }
            add(tx, event, gain).await?;
            if is_poison(gain) {
                let reason = format!("{gain} is unlucky");
                return Err(HandleError::Unfit { index, class: FailureClass::PolicyRejection, reason });
            }
        }
        Ok(())
    }
}

fn gain_of(event: &Envelope) -> Result<i64, HandleError> {
    let read = Event::read(&event.event_type, event.data.get());
    Ok(read.map_err(HandleError::Retry)?.gain())
}

async fn add(tx: &mut Tx, event: &Envelope, gain: i64) -> Result<(), HandleError> {
    let tail = "ON CONFLICT (stream) DO UPDATE SET balance = mirror.balance + excluded.balance, \
                events = mirror.events + 1";
    let row = vec![event.stream.into(), gain.into(), 1.into()];
    tx.insert("mirror", &["stream", "balance", "events"], vec![row], tail).await?;
    Ok(())
}

/// See [`crate::Flaw::PositionApart`].
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
            add(&mut tx, &event, gain_of(&event)?).await?;
        }
        tx.commit().await?;
        let mut tx = self.database.begin().await?;
        positions::advance(&mut tx, std::slice::from_ref(&advance)).await?;
        Ok(tx.commit().await?)
    }
}
