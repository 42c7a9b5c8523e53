//! The documents that are made from the contracts and kept beside the code.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::asyncapi::asyncapi;
use crate::markdown::markdown;
use crate::registry::Registry;
use crate::schema::json_schema;

/// Every document that is made from the contracts: its path from the root of the repository, and
/// its content.
pub fn generated_documents(registry: &Registry) -> Vec<(String, String)> {
    let mut documents = vec![
        ("docs/asyncapi.json".to_owned(), pretty(&asyncapi(registry))),
        ("docs/contracts/README.md".to_owned(), markdown(registry)),
    ];
    for contract in registry.contracts() {
        let path = format!("docs/contracts/schemas/{}.json", contract.file_stem());
        documents.push((path, pretty(&json_schema(contract))));
    }
    documents
}

/// JSON for people, with sorted keys. Whether `serde_json` keeps the order of insertion depends on
/// the features that other crates turn on; the documents must not.
pub(crate) fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(&sorted(value)).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
#[serde(untagged)]
enum Sorted<'a> {
    Object(BTreeMap<&'a str, Sorted<'a>>),
    Array(Vec<Sorted<'a>>),
    Other(&'a Value),
}

fn sorted(value: &Value) -> Sorted<'_> {
    match value {
        Value::Object(fields) => {
            Sorted::Object(fields.iter().map(|(name, field)| (name.as_str(), sorted(field))).collect())
        }
        Value::Array(items) => Sorted::Array(items.iter().map(sorted).collect()),
        other => Sorted::Other(other),
    }
}
