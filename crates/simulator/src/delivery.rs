//! A backbone as bad as brokers may be: it delivers again, delivers late, and mixes streams.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use imsop_backbone::{Backbone, BackboneError, EmbeddedBackbone, Message, Record};
use imsop_journal::FeedPosition;
use tokio::sync::Notify;

use crate::chance::Chance;

/// The embedded backbone, with bad manners in delivery. What is published is not touched.
pub struct Unreliable {
    /// The backbone itself.
    pub inner: EmbeddedBackbone,
    /// When it behaves badly.
    pub chance: Chance,
    /// Whether the relay's place is kept apart. See [`crate::Flaw::PlaceApart`].
    pub place_apart: bool,
}

#[async_trait]
impl Backbone for Unreliable {
    async fn publish(
        &self,
        relay: &str,
        messages: Vec<Message>,
        after: FeedPosition,
        up_to: FeedPosition,
    ) -> Result<(), BackboneError> {
        if !self.place_apart {
            return self.inner.publish(relay, messages, after, up_to).await;
        }
        let nobody = format!("nobody-{}", self.chance.below(u64::MAX));
        self.inner.publish(&nobody, messages, FeedPosition::default(), up_to).await?;
        self.inner.publish(relay, Vec::new(), after, up_to).await
    }

    async fn relay_position(&self, relay: &str) -> Result<FeedPosition, BackboneError> {
        self.inner.relay_position(relay).await
    }

    async fn partitions(&self, topic: &str) -> Result<Vec<i64>, BackboneError> {
        self.inner.partitions(topic).await
    }

    async fn read(
        &self,
        topic: &str,
        partition: i64,
        from: i64,
        limit: usize,
    ) -> Result<Vec<Record>, BackboneError> {
        // Again: some of what was delivered before comes once more.
        let again =
            if self.chance.happens(0.2) { i64::try_from(self.chance.below(20)).unwrap_or(0) } else { 0 };
        let from = (from - again).max(0);
        // Late: not everything that is there comes at once.
        let limit = if self.chance.happens(0.3) { 1 + self.chance.below(7) as usize } else { limit };
        let records = self.inner.read(topic, partition, from, limit).await?;
        if self.chance.happens(0.3) { Ok(mixed(records, &self.chance)) } else { Ok(records) }
    }

    async fn end(&self, topic: &str, partition: i64) -> Result<i64, BackboneError> {
        self.inner.end(topic, partition).await
    }

    fn published(&self, topic: &str) -> Arc<Notify> {
        self.inner.published(topic)
    }
}

/// Another order across keys; the order of one key stays. The last record stays the last, because its
/// offset tells how far the delivery goes.
fn mixed(mut records: Vec<Record>, chance: &Chance) -> Vec<Record> {
    let Some(last) = records.pop() else { return records };
    let mut by_key: BTreeMap<String, Vec<Record>> = BTreeMap::new();
    for record in records {
        let key = serde_json::from_str::<imsop_kernel::Envelope>(&record.envelope);
        let key = key.map(|event| event.partition_key).unwrap_or_default();
        by_key.entry(key).or_default().push(record);
    }
    for queue in by_key.values_mut() {
        queue.reverse();
    }
    let mut result = Vec::new();
    while !by_key.is_empty() {
        let place = chance.below(by_key.len() as u64) as usize;
        let Some(key) = by_key.keys().nth(place).cloned() else { break };
        if let Some(queue) = by_key.get_mut(&key) {
            result.extend(queue.pop());
            if queue.is_empty() {
                by_key.remove(&key);
            }
        }
    }
    result.push(last);
    result
}
