//! What surrounds every event: CloudEvents 1.0 with IMSOP's extension attributes.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{Actor, Classification, Region, StreamId, Tenant};

/// An event with everything that a consumer needs besides its payload. Serialises as a structured
/// CloudEvent (CloudEvents 1.0.2, section 3; attribute names are lower case as it demands).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Envelope {
    /// Always `1.0`.
    pub specversion: SpecVersion,
    /// The event's own id. A resent event bears the same one.
    pub id: Uuid,
    /// The service that decided it, for example `/imsop/operations`.
    pub source: Arc<str>,
    /// What happened, the name of the contract: `ShipmentDeparted`.
    #[serde(rename = "type")]
    pub event_type: Arc<str>,
    /// The version of the contract that the payload keeps.
    #[serde(rename = "contractversion")]
    pub contract_version: u32,
    /// The stream that the event belongs to.
    #[serde(rename = "subject")]
    pub stream: StreamId,
    /// The place in its stream, from 1, without gaps.
    #[serde(rename = "streamversion")]
    pub stream_version: i64,
    /// When it happened in the world.
    #[serde(rename = "time")]
    pub occurred_at: Timestamp,
    /// When the platform wrote it down.
    #[serde(rename = "recordedtime")]
    pub recorded_at: Timestamp,
    /// Whose it is.
    pub tenant: Tenant,
    /// Where it must stay.
    pub region: Region,
    /// Events with the same key keep their order on every backbone.
    #[serde(rename = "partitionkey")]
    pub partition_key: String,
    /// Who caused it.
    pub actor: Actor,
    /// Shared by everything that follows from one request.
    #[serde(rename = "correlationid")]
    pub correlation_id: Uuid,
    /// The event that this one is a reaction to.
    #[serde(rename = "causationid", default, skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<Uuid>,
    /// How carefully it must be handled.
    pub classification: Classification,
    /// W3C Trace Context of the request that led to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// The payload, as its contract describes it.
    pub data: Arc<RawValue>,
}

/// The version of CloudEvents. There is only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SpecVersion {
    /// CloudEvents 1.0.
    #[serde(rename = "1.0")]
    V1,
}

impl Envelope {
    /// The payload as a value of the consumer's type.
    pub fn payload<'a, T: Deserialize<'a>>(&'a self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.data.get())
    }
}
