//! The backbone: how events get from the journal of one context to the consumers in others.
//!
//! It owns topics, the relay that publishes a journal's feed, and the consumers' loop with retries
//! and dead letters. It must never look into a payload, and never let a consumer's position move
//! without the effect of what it has read.

pub mod consumer;
pub mod dead_letters;
pub mod embedded;
pub mod error;
pub mod limits;
pub mod reactions;
pub mod relay;
pub mod retry;

use std::sync::Arc;

use async_trait::async_trait;
use imsop_journal::FeedPosition;
use imsop_kernel::Timestamp;
use tokio::sync::Notify;

pub use consumer::{Consumer, EffectHandler, Effects, Sink};
pub use embedded::EmbeddedBackbone;
pub use error::{BackboneError, FailureClass, HandleError, ReactError};
pub use reactions::{ReactionHandler, Reactions};
pub use relay::Relay;

/// An event on its way to a topic.
#[derive(Debug, Clone)]
pub struct Message {
    /// Where it goes.
    pub topic: &'static str,
    /// What keeps its order.
    pub partition_key: String,
    /// When the journal recorded it.
    pub recorded_at: Timestamp,
    /// The CloudEvent as JSON.
    pub envelope: Arc<str>,
}

/// An event as a consumer gets it.
#[derive(Debug, Clone)]
pub struct Record {
    /// The topic that it was read from.
    pub topic: Arc<str>,
    /// The part of the topic.
    pub partition: i64,
    /// Its place there.
    pub offset: i64,
    /// When the journal recorded it.
    pub recorded_at: Timestamp,
    /// The CloudEvent as JSON.
    pub envelope: Arc<str>,
}

/// Durable topics: an embedded log, or a broker.
#[async_trait]
pub trait Backbone: Send + Sync {
    /// Publishes messages of a relay: all that its feed has behind `after`, up to `up_to`, which is
    /// remembered. Durable when it returns. What was published already is not published again.
    ///
    /// # Errors
    /// [`BackboneError::Elsewhere`] where the relay has come to another place than `after`.
    async fn publish(
        &self,
        relay: &str,
        messages: Vec<Message>,
        after: FeedPosition,
        up_to: FeedPosition,
    ) -> Result<(), BackboneError>;

    /// How far the relay has published.
    async fn relay_position(&self, relay: &str) -> Result<FeedPosition, BackboneError>;

    /// The partitions of a topic.
    async fn partitions(&self, topic: &str) -> Result<Vec<i64>, BackboneError>;

    /// At most `limit` records from this offset on.
    async fn read(
        &self,
        topic: &str,
        partition: i64,
        from: i64,
        limit: usize,
    ) -> Result<Vec<Record>, BackboneError>;

    /// The offset that the next record of the partition will get.
    async fn end(&self, topic: &str, partition: i64) -> Result<i64, BackboneError>;

    /// Told when something was published to this topic by this process.
    fn published(&self, topic: &str) -> Arc<Notify>;
}
