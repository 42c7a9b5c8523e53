//! Identifiers. Aggregates that have a business number take their id from it, so that a number is
//! unique in a tenant by construction and a reference by number needs no look-up; everything else
//! has a UUIDv7, made by the shell and passed in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::Tenant;

/// The name space of every id that is derived from a business number (RFC 9562, section 5.5).
const NATURAL_ID_NAMESPACE: Uuid = Uuid::from_u128(0x3d1c_5a0e_8f6b_5b0e_9a51_1c7a_0d5a_4e21);

/// The id of the aggregate of this kind that bears this number in this tenant.
pub fn natural_id(tenant: &Tenant, kind: &str, number: &str) -> Uuid {
    // A tenant and a kind are free of slashes, so no two triples share a name.
    let name = format!("{tenant}/{kind}/{number}");
    Uuid::new_v5(&NATURAL_ID_NAMESPACE, name.as_bytes())
}

/// The ordered history of one aggregate: its kind and its id, written `shipment/<uuid>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    /// The kind of aggregate, a lower-case word that the owning context defines.
    pub kind: Kind,
    /// The aggregate.
    pub id: Uuid,
}

/// The kinds of aggregates. A closed list, so that a misspelt kind cannot reach the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is the noun of the domain that it names")]
pub enum Kind {
    Order,
    Shipment,
    Asset,
    Alert,
    Device,
    Record,
    Import,
    Anomaly,
    User,
    Client,
    Stock,
    Reservation,
    Item,
    Site,
    Lot,
    Advice,
    Receipt,
    Move,
    Transfer,
    Adjustment,
    Count,
    Return,
    Serial,
}

impl Kind {
    const ALL: [Self; 23] = [
        Self::Order,
        Self::Shipment,
        Self::Asset,
        Self::Alert,
        Self::Device,
        Self::Record,
        Self::Import,
        Self::Anomaly,
        Self::User,
        Self::Client,
        Self::Stock,
        Self::Reservation,
        Self::Item,
        Self::Site,
        Self::Lot,
        Self::Advice,
        Self::Receipt,
        Self::Move,
        Self::Transfer,
        Self::Adjustment,
        Self::Count,
        Self::Return,
        Self::Serial,
    ];

    /// The word as it is written in stream ids.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Shipment => "shipment",
            Self::Asset => "asset",
            Self::Alert => "alert",
            Self::Device => "device",
            Self::Record => "record",
            Self::Import => "import",
            Self::Anomaly => "anomaly",
            Self::User => "user",
            Self::Client => "client",
            Self::Stock => "stock",
            Self::Reservation => "reservation",
            Self::Item => "item",
            Self::Site => "site",
            Self::Lot => "lot",
            Self::Advice => "advice",
            Self::Receipt => "receipt",
            Self::Move => "move",
            Self::Transfer => "transfer",
            Self::Adjustment => "adjustment",
            Self::Count => "count",
            Self::Return => "return",
            Self::Serial => "serial",
        }
    }
}

impl StreamId {
    /// The stream of this aggregate.
    pub fn new(kind: Kind, id: Uuid) -> Self {
        Self { kind, id }
    }

    /// The stream of the aggregate that bears this number. See [`natural_id`].
    pub fn natural(tenant: &Tenant, kind: Kind, number: &str) -> Self {
        Self { kind, id: natural_id(tenant, kind.as_str(), number) }
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.kind.as_str(), self.id)
    }
}

/// The text is not of the form `kind/uuid` with a known kind.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a stream id")]
pub struct NotAStreamId(pub String);

impl FromStr for StreamId {
    type Err = NotAStreamId;

    fn from_str(text: &str) -> Result<Self, NotAStreamId> {
        let wrong = || NotAStreamId(text.to_owned());
        let (word, id) = text.split_once('/').ok_or_else(wrong)?;
        let kind = Kind::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or_else(wrong)?;
        let id = id.parse().map_err(|_| wrong())?;
        Ok(Self { kind, id })
    }
}

impl Serialize for StreamId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for StreamId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
