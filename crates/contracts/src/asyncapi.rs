//! AsyncAPI 3.0 from the contracts: a channel for each topic, a message for each event.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::model::Contract;
use crate::registry::Registry;
use crate::schema::{missing_schema, payload_schema};

/// Where the schema of missing values stands in the document.
const MISSING: &str = "#/components/schemas/Missing";

/// The AsyncAPI 3.0 document of everything that IMSOP publishes.
pub fn asyncapi(registry: &Registry) -> Value {
    let mut schemas = Map::new();
    schemas.insert("Missing".to_owned(), missing_schema());
    schemas.insert("Envelope".to_owned(), envelope_schema());
    let mut messages = Map::new();
    let mut topics: BTreeMap<&str, Vec<&Contract>> = BTreeMap::new();
    for contract in registry.contracts() {
        schemas.insert(contract.file_stem(), Value::Object(payload_schema(contract, MISSING)));
        messages.insert(contract.file_stem(), message(contract));
        topics.entry(&contract.topic).or_default().push(contract);
    }
    let mut channels = Map::new();
    let mut operations = Map::new();
    for (topic, contracts) in &topics {
        channels.insert(channel_name(topic), channel(topic, contracts));
        let owners: BTreeSet<&str> = contracts.iter().map(|contract| contract.owner.as_str()).collect();
        for owner in owners {
            let name = format!("{owner}-publishes-{}", channel_name(topic));
            operations.insert(name, operation(owner, topic, contracts));
        }
    }
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "IMSOP events",
            "version": "1",
            "description": "Every event that IMSOP publishes, made from the data contracts. Each \
                event is a structured CloudEvent 1.0; its `type` and `contractversion` name the contract that \
                its `data` keeps.",
            "license": { "name": "Apache-2.0" }
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": channels,
        "operations": operations,
        "components": { "messages": messages, "schemas": schemas }
    })
}

fn channel(topic: &str, contracts: &[&Contract]) -> Value {
    let mut messages = Map::new();
    for contract in contracts {
        let stem = contract.file_stem();
        messages.insert(stem.clone(), json!({ "$ref": format!("#/components/messages/{stem}") }));
    }
    json!({
        "address": topic,
        "description": "Events with the same `partitionkey` keep their order.",
        "messages": messages
    })
}

fn operation(owner: &str, topic: &str, contracts: &[&Contract]) -> Value {
    let channel = channel_name(topic);
    let mut messages = Vec::new();
    for contract in contracts {
        if contract.owner == owner {
            let stem = contract.file_stem();
            messages.push(json!({ "$ref": format!("#/channels/{channel}/messages/{stem}") }));
        }
    }
    json!({
        "action": "send",
        "summary": format!("The {owner} context publishes its events."),
        "channel": { "$ref": format!("#/channels/{channel}") },
        "messages": messages
    })
}

fn message(contract: &Contract) -> Value {
    let version = contract.version;
    json!({
        "name": contract.name,
        "title": format!("{} {version}", contract.name),
        "summary": contract.description,
        "description": format!("{} {} {}", contract.purpose, contract.usage, contract.limitations),
        "contentType": "application/cloudevents+json",
        "tags": [{ "name": contract.owner }, { "name": contract.classification.as_str() }],
        "payload": {
            "allOf": [
                { "$ref": "#/components/schemas/Envelope" },
                {
                    "type": "object",
                    "properties": {
                        "type": { "const": contract.name },
                        "contractversion": { "const": version },
                        "classification": { "const": contract.classification.as_str() },
                        "data": { "$ref": format!("#/components/schemas/{}", contract.file_stem()) }
                    }
                }
            ]
        }
    })
}

/// Component keys and channel names must not contain dots, which pointers of some tools split at.
fn channel_name(topic: &str) -> String {
    topic.replace('.', "-")
}

/// The schema of [`imsop_kernel::Envelope`]; a test holds the two together.
pub fn envelope_schema() -> Value {
    let uuid = |description: &str| json!({ "type": "string", "format": "uuid", "description": description });
    let time =
        |description: &str| json!({ "type": "string", "format": "date-time", "description": description });
    let text = |description: &str| json!({ "type": "string", "minLength": 1, "description": description });
    json!({
        "title": "CloudEvents 1.0 envelope",
        "type": "object",
        "required": [
            "specversion", "id", "source", "type", "contractversion", "subject", "streamversion", "time",
            "recordedtime", "tenant", "region", "partitionkey", "actor", "correlationid",
            "classification", "data"
        ],
        "properties": {
            "specversion": { "const": "1.0" },
            "id": uuid("The event's own id. A resent event bears the same one."),
            "source": text("The service that decided it, for example `/imsop/operations`."),
            "type": text("What happened: the name of the contract."),
            "contractversion": {
                "type": "integer", "minimum": 1,
                "description": "The version of the contract that the data keeps."
            },
            "subject": {
                "type": "string", "pattern": "^[a-z]+/[0-9a-f-]{36}$",
                "description": "The stream that the event belongs to: `kind/uuid`."
            },
            "streamversion": {
                "type": "integer", "minimum": 1,
                "description": "The place in its stream, from 1, without gaps."
            },
            "time": time("When it happened in the world."),
            "recordedtime": time("When the platform wrote it down."),
            "tenant": text("Whose it is."),
            "region": text("Where it must stay."),
            "partitionkey": text("Events with the same key keep their order."),
            "actor": {
                "type": "string", "pattern": "^(user|client|device|system):.+$",
                "description": "Who caused it."
            },
            "correlationid": uuid("Shared by everything that follows from one request."),
            "causationid": uuid("The event that this one is a reaction to."),
            "classification": {
                "enum": ["public", "internal", "confidential", "regulated", "restricted"],
                "description": "How carefully it must be handled."
            },
            "traceparent": text("W3C Trace Context of the request that led to it."),
            "data": { "description": "The payload, as its contract describes it." }
        }
    })
}
