//! The part of the Open Data Contract Standard 3.1 that IMSOP's contracts use, as it stands in the
//! files. Whatever lies outside that part is refused rather than ignored: a misspelt option would
//! otherwise promise something that nobody checks.

use serde::Deserialize;
use serde_json::Value;

/// A contract file.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Document {
    pub api_version: String,
    pub kind: String,
    pub id: String,
    pub name: String,
    pub version: String,
    pub status: String,
    pub domain: String,
    pub description: Description,
    pub team: Team,
    pub schema: Vec<SchemaObject>,
    pub sla_properties: Vec<Sla>,
    pub custom_properties: Vec<Custom>,
}

/// What the contract is for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Description {
    pub purpose: String,
    pub usage: String,
    pub limitations: String,
}

/// Who answers for the contract.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Team {
    pub name: String,
}

/// The payload.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SchemaObject {
    pub name: String,
    pub logical_type: String,
    #[serde(rename = "physicalType")]
    pub _physical_type: String,
    pub description: String,
    #[serde(default)]
    pub properties: Vec<Property>,
}

/// A field, or the items of a list, or the values of a map.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Property {
    pub name: Option<String>,
    pub logical_type: String,
    #[serde(rename = "physicalType")]
    pub _physical_type: Option<String>,
    #[serde(default)]
    pub required: bool,
    pub description: Option<String>,
    pub classification: Option<String>,
    #[serde(default)]
    pub logical_type_options: Options,
    pub properties: Option<Vec<Property>>,
    pub items: Option<Box<Property>>,
    #[serde(default)]
    pub custom_properties: Vec<Custom>,
}

/// The options of a logical type.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Options {
    pub min_length: Option<u64>,
    pub max_length: Option<u64>,
    pub pattern: Option<String>,
    pub format: Option<String>,
    pub minimum: Option<f64>,
    pub maximum: Option<f64>,
    pub min_items: Option<u64>,
    pub max_items: Option<u64>,
    pub max_properties: Option<u64>,
    // Times are always UTC here; the options say so to other readers of the standard.
    pub timezone: Option<bool>,
    pub default_timezone: Option<String>,
}

/// A service level.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sla {
    pub property: String,
    pub value: f64,
    pub unit: String,
    #[serde(rename = "description")]
    pub _description: Option<String>,
}

/// What the standard has no word for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Custom {
    pub property: String,
    pub value: Value,
    #[serde(rename = "description")]
    pub _description: Option<String>,
}
