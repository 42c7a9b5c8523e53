//! Contracts as programs use them.

use imsop_kernel::Classification;
use serde::Deserialize;
use serde_json::Value;

/// What one version of an event promises.
#[derive(Debug, Clone, PartialEq)]
pub struct Contract {
    /// The event's name: `ShipmentDeparted`.
    pub name: String,
    /// The version, from 1.
    pub version: u32,
    /// `active`, or what else the life of a contract knows (`draft`, `deprecated`, `retired`).
    pub status: String,
    /// The context that publishes the event and answers for the contract.
    pub owner: String,
    /// The topic on which the event is published.
    pub topic: String,
    /// What keeps its order on the topic: `subject` (the stream), or a required field of the payload.
    pub partition_key: String,
    /// The kind of aggregate whose streams the event stands in.
    pub stream: String,
    /// Where the data may be kept.
    pub residency: Residency,
    /// What happened, in a sentence.
    pub description: String,
    /// What the event is for.
    pub purpose: String,
    /// How to use it.
    pub usage: String,
    /// What it does not say.
    pub limitations: String,
    /// How many seconds after it was recorded the event is published, at most.
    pub freshness_seconds: f64,
    /// The most careful class of any field.
    pub classification: Classification,
    /// The fields of the payload, in the order of the file.
    pub fields: Vec<Field>,
    /// Payloads that keep the contract.
    pub examples: Vec<Example>,
    /// What devices may measure. Only the contract of telemetry has any.
    pub signals: Vec<Signal>,
}

impl Contract {
    /// The name and version in one: `ShipmentDeparted/1`.
    pub fn id(&self) -> String {
        format!("{}/{}", self.name, self.version)
    }

    /// The contract's file, from the folder of the contracts.
    pub fn file(&self) -> String {
        format!("{}/{}.yaml", self.owner, self.file_stem())
    }

    /// The name of the contract's files without their ending: `ShipmentDeparted-1`.
    pub fn file_stem(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }
}

/// Where data may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Residency {
    /// Anywhere.
    Anywhere,
    /// In the region of the tenant, and nowhere else.
    TenantRegion,
}

impl Residency {
    /// The word as it is written in contracts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Anywhere => "anywhere",
            Self::TenantRegion => "tenantRegion",
        }
    }
}

/// A field of a payload, or the items of a list, or the values of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The name in JSON. Empty for items and values.
    pub name: String,
    /// What it means.
    pub description: String,
    /// Whether it is always there.
    pub required: bool,
    /// Whether an explicit reason may stand instead of the value. See [`imsop_kernel::Captured`].
    pub captured: bool,
    /// How carefully it must be handled: its own class, or that of what it stands in.
    pub classification: Classification,
    /// The unit of the value, where it is always the same.
    pub unit: Option<String>,
    /// What values it has.
    pub shape: Shape,
}

/// What values a field has.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Text.
    String(Text),
    /// A moment in UTC (RFC 3339).
    Timestamp,
    /// A number.
    Number(Range),
    /// A whole number.
    Integer(Range),
    /// Yes or no.
    Boolean,
    /// An object with these fields and no others.
    Object(Vec<Field>),
    /// An object whose keys are data.
    Map {
        /// What each value is.
        values: Box<Field>,
        /// The most keys.
        max_properties: Option<u64>,
    },
    /// A list.
    Array {
        /// What each item is.
        items: Box<Field>,
        /// The fewest items.
        min_items: Option<u64>,
        /// The most items.
        max_items: Option<u64>,
    },
}

impl Shape {
    /// The shape in a word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::String(_) => "string",
            Self::Timestamp => "timestamp",
            Self::Number(_) => "number",
            Self::Integer(_) => "integer",
            Self::Boolean => "boolean",
            Self::Object(_) => "object",
            Self::Map { .. } => "map",
            Self::Array { .. } => "array",
        }
    }
}

/// What a text may be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// The fewest characters.
    pub min_length: Option<u64>,
    /// The most characters.
    pub max_length: Option<u64>,
    /// A regular expression (ECMA 262) that finds a match in it.
    pub pattern: Option<String>,
    /// A format of JSON Schema: `uuid`, `uri`.
    pub format: Option<String>,
    /// The only texts allowed, where they are a closed list.
    pub allowed: Option<Vec<String>>,
}

/// The bounds of a number, inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Range {
    /// The least value.
    pub minimum: Option<f64>,
    /// The greatest value.
    pub maximum: Option<f64>,
}

/// A payload that keeps the contract.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// Whether it shows the usual case or an awkward one.
    pub kind: ExampleKind,
    /// The payload.
    pub payload: Value,
}

/// The kinds of examples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ExampleKind {
    /// The usual case.
    Normal,
    /// A case that is allowed although it is awkward: holes, many digits, empty lists.
    Ugly,
}

/// Something that devices measure.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signal {
    /// The name in readings.
    pub name: String,
    /// What is measured.
    pub description: String,
    /// The canonical unit.
    pub unit: String,
    /// The values that an intact device can report. Anything else is a fault of the data.
    #[serde(default)]
    pub valid: Option<(f64, f64)>,
    /// The values that are usual. Anything else is an anomaly.
    #[serde(default)]
    pub expected: Option<(f64, f64)>,
}
