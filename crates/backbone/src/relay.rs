//! Publishes a context's journal, in the order of its feed.

use std::sync::Arc;

use imsop_journal::{Database, FeedPosition, feed};
use tokio::sync::Notify;

use crate::error::BackboneError;
use crate::limits::{IDLE_POLL, LEFT_TO_OTHERS, RELAY_BATCH};
use crate::retry::Backoff;
use crate::{Backbone, Message};

/// The relay of one context. Where several processes run one, each event is published by one of them.
pub struct Relay {
    /// The database whose journal is published; its context names the relay.
    pub database: Database,
    /// Where to.
    pub backbone: Arc<dyn Backbone>,
    /// The topic of an event type, from its contract.
    pub topic_of: fn(&str) -> &'static str,
    /// Told when the journal has something new.
    pub committed: Arc<Notify>,
}

impl Relay {
    /// Publishes what is behind this place, and tells the new place. One step, as the simulator drives it.
    pub async fn step(&self, after: FeedPosition) -> Result<FeedPosition, BackboneError> {
        let entries = feed::read(&self.database, after, RELAY_BATCH).await?;
        let Some(last) = entries.last() else {
            return Ok(after);
        };
        let up_to = last.position;
        let messages = entries
            .into_iter()
            .map(|entry| Message {
                topic: (self.topic_of)(&entry.event_type),
                partition_key: entry.partition_key,
                recorded_at: entry.recorded_at,
                envelope: entry.envelope,
            })
            .collect();
        self.backbone.publish(self.database.context(), messages, after, up_to).await?;
        Ok(up_to)
    }

    /// Publishes for as long as it is not dropped.
    pub async fn run(self) {
        let mut backoff = Backoff::default();
        let mut after = None;
        loop {
            let step = match after {
                Some(place) => self.step(place).await,
                None => self.backbone.relay_position(self.database.context()).await,
            };
            match step {
                Ok(place) => {
                    backoff.reset();
                    let moved = after.replace(place) != Some(place);
                    if !moved {
                        let _ = tokio::time::timeout(IDLE_POLL, self.committed.notified()).await;
                    }
                }
                Err(BackboneError::Elsewhere { .. }) => {
                    // Another process publishes for this context, and would only be waited for.
                    after = None;
                    tokio::time::sleep(LEFT_TO_OTHERS).await;
                }
                Err(error) => {
                    // What was published is not known: begin again from where the backbone says.
                    after = None;
                    let pause = backoff.next_pause();
                    tracing::warn!(context = self.database.context(), %error, ?pause, "relay failed, trying again");
                    metrics::counter!("imsop_relay_failures_total", "context" => self.database.context().to_owned())
                        .increment(1);
                    tokio::time::sleep(pause).await;
                }
            }
        }
    }
}
