//! Every example keeps its contract, and whatever spoils it is noticed.

#![allow(clippy::expect_used, reason = "a test may fail where it stands")]

use std::collections::BTreeSet;
use std::path::Path;

use imsop_contracts::model::{Range, Text};
use imsop_contracts::{Contract, ExampleKind, Field, Registry, Shape, classify, topic_of};
use imsop_kernel::Classification;
use serde_json::{Value, json};

#[test]
fn the_contracts_are_good_and_keep_what_was_released() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts");
    let report = imsop_contracts::check(&folder)?;
    assert!(report.is_good(), "{report}");
    assert_eq!(report.contracts, Registry::embedded().contracts().count());
    assert!(report.released > 0, "nothing has been released");
    Ok(())
}

#[test]
fn every_example_satisfies_its_contract() {
    let registry = Registry::embedded();
    for contract in registry.contracts() {
        for kind in [ExampleKind::Normal, ExampleKind::Ugly] {
            let has = contract.examples.iter().any(|example| example.kind == kind);
            assert!(has, "{} has no {kind:?} example", contract.id());
        }
        for example in &contract.examples {
            let faults = registry.validate(&contract.name, contract.version, &example.payload);
            assert!(faults.is_empty(), "{}, {}: {faults:?}", contract.id(), example.name);
        }
    }
}

#[test]
fn every_ugly_mutation_of_an_example_is_refused() {
    let registry = Registry::embedded();
    let mut tried = 0;
    for contract in registry.contracts() {
        for example in &contract.examples {
            for (what, payload) in spoiled_object(&contract.fields, &example.payload) {
                let faults = registry.validate(&contract.name, contract.version, &payload);
                assert!(!faults.is_empty(), "{}, {}: {what} was accepted", contract.id(), example.name);
                tried += 1;
            }
        }
    }
    assert!(tried > 1_000, "only {tried} mutations were tried");
}

/// The value with one thing spoiled, in every way that the fields allow to think of.
fn spoiled_object(fields: &[Field], value: &Value) -> Vec<(String, Value)> {
    let mut spoiled = vec![("an unknown field".to_owned(), with(value, "surprise", json!(1)))];
    for field in fields {
        let Some(inner) = value.get(&field.name) else {
            continue;
        };
        if field.required {
            let mut without = value.clone();
            without.as_object_mut().expect("an object").remove(&field.name);
            spoiled.push((format!("no {}", field.name), without));
        }
        for (what, bad) in spoiled_value(field, inner) {
            spoiled.push((format!("{}: {what}", field.name), with(value, &field.name, bad)));
        }
    }
    spoiled
}

fn spoiled_value(field: &Field, value: &Value) -> Vec<(String, Value)> {
    let mut spoiled = vec![
        ("null".to_owned(), Value::Null),
        ("a placeholder".to_owned(), json!({"status": "unknown"})),
        ("a reason with a surprise".to_owned(), json!({"status": "notCaptured", "why": "?"})),
        ("half a reason".to_owned(), json!({"status": "recordedOnLine", "line": "1"})),
    ];
    if let Shape::Map { .. } = field.shape {
        spoiled.truncate(1);
    }
    let is_missing = field.captured && value.get("status").is_some();
    if !field.captured && !matches!(field.shape, Shape::Map { .. }) {
        spoiled.push(("a reason where none may stand".to_owned(), json!({"status": "notCaptured"})));
    }
    match &field.shape {
        Shape::String(text) => spoiled.extend(spoiled_text(text)),
        Shape::Timestamp => {
            for bad in ["yesterday", "2026-03-12", "2026-13-01T00:00:00Z", "2026-03-12T00:00:00+02:00"] {
                spoiled.push((bad.to_owned(), json!(bad)));
            }
        }
        Shape::Number(range) | Shape::Integer(range) => spoiled.extend(spoiled_number(range)),
        Shape::Boolean => spoiled.push(("a word".to_owned(), json!("true"))),
        Shape::Object(nested) if !is_missing => spoiled.extend(spoiled_object(nested, value)),
        Shape::Array { items, min_items, .. } => {
            spoiled.push(("not a list".to_owned(), json!({})));
            if min_items.is_some_and(|fewest| fewest > 0) {
                spoiled.push(("an empty list".to_owned(), json!([])));
            }
            if let Some(first) = value.get(0) {
                for (what, bad) in spoiled_value(items, first) {
                    spoiled.push((format!("[0]: {what}"), json!([bad])));
                }
            }
        }
        Shape::Map { .. } => spoiled.push(("a number as value".to_owned(), json!({"key": 1}))),
        Shape::Object(_) => {}
    }
    spoiled
}

fn spoiled_text(text: &Text) -> Vec<(String, Value)> {
    let mut spoiled = vec![("a number".to_owned(), json!(12.5))];
    if text.min_length.is_some_and(|fewest| fewest > 0) {
        spoiled.push(("an empty text".to_owned(), json!("")));
    }
    if let Some(most) = text.max_length {
        let length = usize::try_from(most).expect("a length that fits into memory") + 1;
        spoiled.push(("too long a text".to_owned(), json!("x".repeat(length))));
    }
    if text.allowed.is_some() || text.pattern.is_some() || text.format.is_some() {
        spoiled.push(("a text that is not allowed".to_owned(), json!("1e3 ")));
    }
    spoiled
}

fn spoiled_number(range: &Range) -> Vec<(String, Value)> {
    let mut spoiled = vec![("a number as text".to_owned(), json!("1"))];
    if let Some(minimum) = range.minimum {
        spoiled.push(("too small a number".to_owned(), json!(minimum - 1.0)));
    }
    if let Some(maximum) = range.maximum {
        spoiled.push(("too great a number".to_owned(), json!(maximum + 1.0)));
    }
    spoiled
}

fn with(value: &Value, name: &str, inner: Value) -> Value {
    let mut changed = value.clone();
    changed.as_object_mut().expect("an object").insert(name.to_owned(), inner);
    changed
}

#[test]
fn faults_name_the_field_and_the_kind_of_fault() {
    let registry = Registry::embedded();
    let mut payload = example("OrderPlaced");
    payload["lines"][0]["quantity"]["value"] = json!(24);
    payload["lines"][0].as_object_mut().expect("an object").remove("lineValue");
    payload["orderDate"] = json!("1900-01-01");
    payload["customer"]["vat"] = json!("DE1");
    let faults = registry.validate("OrderPlaced", 1, &payload);
    let told: BTreeSet<(&str, &str)> =
        faults.iter().map(|fault| (fault.field.as_deref().unwrap_or(""), fault.code.as_str())).collect();
    let expected = BTreeSet::from([
        ("customer.vat", "unknown-field"),
        ("lines[0].lineValue", "missing"),
        ("lines[0].quantity.value", "wrong-type"),
        ("orderDate", "malformed"),
    ]);
    assert_eq!(told, expected);
}

#[test]
fn a_payload_with_very_many_faults_is_told_a_limited_number() {
    let mut payload = example("OrderPlaced");
    payload["lines"] = Value::Array(vec![json!({}); 1_000]);
    let faults = Registry::embedded().validate("OrderPlaced", 1, &payload);
    assert_eq!(faults.len(), imsop_contracts::limits::FAULTS_PER_PAYLOAD);
}

#[test]
fn an_event_without_a_contract_is_handled_most_carefully_and_goes_where_nobody_reads() {
    assert_eq!(classify("Unheard", 1), Classification::Restricted);
    assert_eq!(classify("ShipmentDelayed", 2), Classification::Restricted);
    assert_eq!(topic_of("Unheard"), imsop_contracts::UNKNOWN_TOPIC);
    let faults = Registry::embedded().validate("Unheard", 1, &json!({}));
    assert_eq!(faults[0].code, "no-contract");
}

#[test]
fn an_event_is_as_confidential_as_its_most_confidential_field() {
    assert_eq!(classify("OrderPlaced", 1), Classification::Confidential);
    assert_eq!(classify("ShipmentDelayed", 1), Classification::Internal);
    assert_eq!(classify("TelemetryReceived", 1), Classification::Confidential);
}

#[test]
fn only_telemetry_travels_on_the_topic_of_telemetry() {
    for contract in Registry::embedded().contracts() {
        let expected = match contract.name.as_str() {
            "TelemetryReceived" => "telemetry".to_owned(),
            _ => format!("{}.events", contract.owner),
        };
        assert_eq!(topic_of(&contract.name), expected, "{}", contract.id());
    }
}

#[test]
fn every_contract_stands_in_streams_of_a_known_kind() {
    for contract in Registry::embedded().contracts() {
        let stream = format!("{}/{}", contract.stream, imsop_kernel::Uuid::nil());
        assert!(stream.parse::<imsop_kernel::StreamId>().is_ok(), "{}: {stream}", contract.id());
    }
}

#[test]
fn the_catalogue_of_signals_says_what_is_possible_and_what_is_usual() {
    let signals = Registry::embedded().signals();
    let temperature = signals.iter().find(|signal| signal.name == "temperature").expect("a signal");
    assert_eq!(temperature.unit, "Cel");
    assert_eq!(temperature.valid, Some((-90.0, 90.0)));
    assert_eq!(temperature.expected, Some((2.0, 8.0)));
    let light = signals.iter().find(|signal| signal.name == "light").expect("a signal");
    assert_eq!((light.valid, light.expected), (None, None));
}

fn example(name: &str) -> Value {
    let contract: &Contract = Registry::embedded().contract(name, 1).expect("a contract");
    contract.examples[0].payload.clone()
}
