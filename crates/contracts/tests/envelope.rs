//! The AsyncAPI document describes what really travels.

use std::sync::Arc;

use imsop_contracts::asyncapi::{asyncapi, envelope_schema};
use imsop_contracts::{Registry, classify};
use imsop_kernel::envelope::SpecVersion;
use imsop_kernel::{Actor, Envelope, StreamId, Timestamp, Uuid};
use serde_json::value::RawValue;
use serde_json::{Value, json};

fn envelope(data: &Value) -> Result<Envelope, Box<dyn std::error::Error>> {
    let id = Uuid::from_u128(0x0197_f3a2_5b1c_7d3e_8a4f_2c9b_1e6d_7f30);
    let stream: StreamId = format!("shipment/{id}").parse()?;
    let now: Timestamp = "2026-03-02T09:15:00Z".parse()?;
    Ok(Envelope {
        specversion: SpecVersion::V1,
        id,
        source: Arc::from("/imsop/operations"),
        event_type: Arc::from("ShipmentDelayed"),
        contract_version: 1,
        stream,
        stream_version: 3,
        occurred_at: now,
        recorded_at: now,
        tenant: imsop_kernel::Tenant::new("demo")?,
        region: imsop_kernel::Region::new("local")?,
        partition_key: stream.to_string(),
        actor: Actor::system("operations"),
        correlation_id: id,
        causation_id: Some(id),
        classification: classify("ShipmentDelayed", 1),
        traceparent: None,
        data: Arc::from(RawValue::from_string(data.to_string())?),
    })
}

#[test]
fn an_envelope_is_as_the_document_describes_it() -> Result<(), Box<dyn std::error::Error>> {
    let sent = serde_json::to_value(envelope(&json!({}))?)?;
    let schema = envelope_schema();
    assert!(jsonschema::is_valid(&schema, &sent), "{sent}");
    let described = schema["properties"].as_object().ok_or("no properties")?;
    for attribute in sent.as_object().ok_or("no object")?.keys() {
        assert!(described.contains_key(attribute), "{attribute} is not described");
    }
    Ok(())
}

#[test]
fn a_message_of_the_document_accepts_its_event_and_no_other() -> Result<(), Box<dyn std::error::Error>> {
    let mut schema = asyncapi(Registry::embedded());
    schema["$ref"] = json!("#/components/messages/ShipmentDelayed-1/payload");
    let good = json!({"reason": "Snow.", "newEstimate": "2026-03-14T12:00:00Z"});
    assert!(jsonschema::is_valid(&schema, &serde_json::to_value(envelope(&good)?)?));
    let bad = json!({"reason": "", "newEstimate": "2026-03-14T12:00:00Z"});
    assert!(!jsonschema::is_valid(&schema, &serde_json::to_value(envelope(&bad)?)?));
    Ok(())
}

#[test]
fn every_reference_within_the_document_leads_somewhere() {
    let document = asyncapi(Registry::embedded());
    let mut references = Vec::new();
    collect_references(&document, &mut references);
    assert!(references.len() > 100);
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

fn collect_references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field.as_str() {
                    Some(target) if name == "$ref" => found.push(target.to_owned()),
                    _ => collect_references(field, found),
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                collect_references(item, found);
            }
        }
        _ => {}
    }
}
