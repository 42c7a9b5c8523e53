//! JSON Schema (draft 2020-12) from a contract.

use serde_json::{Map, Value, json};

use crate::model::{Contract, Field, Range, Shape, Text};

/// Where the schemas of contracts live.
pub const SCHEMA_BASE: &str = "https://imsop.dev/contracts/";

/// The JSON Schema of a contract's payload.
pub fn json_schema(contract: &Contract) -> Value {
    let mut schema = payload_schema(contract, "#/$defs/missing");
    schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("$id".to_owned(), json!(format!("{SCHEMA_BASE}{}", contract.id())));
    if contract.fields.iter().any(has_captured) {
        schema.insert("$defs".to_owned(), json!({ "missing": missing_schema() }));
    }
    Value::Object(schema)
}

/// The schema of a payload, to stand within another document. `missing` is the place in that
/// document where the schema of missing values stands.
pub(crate) fn payload_schema(contract: &Contract, missing: &str) -> Map<String, Value> {
    let mut schema = object_schema(&contract.fields, missing);
    schema.insert("title".to_owned(), json!(contract.name));
    schema.insert("description".to_owned(), json!(contract.description));
    schema.insert("x-classification".to_owned(), json!(contract.classification.as_str()));
    schema
}

/// The schema of `{"status": …}`, the reason that stands instead of a value.
pub(crate) fn missing_schema() -> Value {
    json!({
        "title": "Missing value",
        "description": "Why there is no value here.",
        "type": "object",
        "oneOf": [
            {
                "properties": {
                    "status": {
                        "enum": [
                            "notCaptured", "notApplicable", "capturedSeparately",
                            "includedInCommodityCost", "invoicedSeparately",
                            "beforePriceQuoteProcess", "fulfilledFromStock"
                        ]
                    }
                },
                "required": ["status"],
                "additionalProperties": false
            },
            {
                "description": "It is recorded once for the whole shipment, on the line named here.",
                "properties": {
                    "status": { "const": "recordedOnLine" },
                    "line": { "type": "string" },
                    "shipmentNumber": { "type": "string" }
                },
                "required": ["status", "line", "shipmentNumber"],
                "additionalProperties": false
            },
            {
                "description": "The source's own word for the reason.",
                "properties": { "status": { "const": "other" }, "text": { "type": "string" } },
                "required": ["status", "text"],
                "additionalProperties": false
            }
        ]
    })
}

fn object_schema(fields: &[Field], missing: &str) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in fields {
        properties.insert(field.name.clone(), field_schema(field, missing));
        if field.required {
            required.push(field.name.as_str());
        }
    }
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(properties));
    schema.insert("required".to_owned(), json!(required));
    schema.insert("additionalProperties".to_owned(), json!(false));
    schema
}

fn field_schema(field: &Field, missing: &str) -> Value {
    let value = value_schema(&field.shape, missing);
    let mut schema = if field.captured {
        let mut either = Map::new();
        either.insert("anyOf".to_owned(), json!([value, { "$ref": missing }]));
        either
    } else {
        value
    };
    if !field.description.is_empty() {
        schema.insert("description".to_owned(), json!(field.description));
    }
    if let Some(unit) = &field.unit {
        schema.insert("x-unit".to_owned(), json!(unit));
    }
    schema.insert("x-classification".to_owned(), json!(field.classification.as_str()));
    Value::Object(schema)
}

fn value_schema(shape: &Shape, missing: &str) -> Map<String, Value> {
    let mut schema = Map::new();
    match shape {
        Shape::String(text) => text_schema(&mut schema, text),
        Shape::Timestamp => {
            put(&mut schema, "type", Some("string"));
            put(&mut schema, "format", Some("date-time"));
            // Times are UTC. An offset would be the same moment, but not the same text.
            put(&mut schema, "pattern", Some("Z$"));
        }
        Shape::Number(range) => number_schema(&mut schema, "number", *range),
        Shape::Integer(range) => number_schema(&mut schema, "integer", *range),
        Shape::Boolean => put(&mut schema, "type", Some("boolean")),
        Shape::Object(fields) => schema = object_schema(fields, missing),
        Shape::Map { values, max_properties } => {
            put(&mut schema, "type", Some("object"));
            put(&mut schema, "additionalProperties", Some(field_schema(values, missing)));
            put(&mut schema, "maxProperties", *max_properties);
        }
        Shape::Array { items, min_items, max_items } => {
            put(&mut schema, "type", Some("array"));
            put(&mut schema, "items", Some(field_schema(items, missing)));
            put(&mut schema, "minItems", *min_items);
            put(&mut schema, "maxItems", *max_items);
        }
    }
    schema
}

fn text_schema(schema: &mut Map<String, Value>, text: &Text) {
    put(schema, "type", Some("string"));
    put(schema, "minLength", text.min_length);
    put(schema, "maxLength", text.max_length);
    put(schema, "pattern", text.pattern.as_deref());
    put(schema, "format", text.format.as_deref());
    put(schema, "enum", text.allowed.as_deref());
}

fn number_schema(schema: &mut Map<String, Value>, kind: &str, range: Range) {
    put(schema, "type", Some(kind));
    put(schema, "minimum", range.minimum.map(plain_number));
    put(schema, "maximum", range.maximum.map(plain_number));
}

fn put(schema: &mut Map<String, Value>, keyword: &str, value: Option<impl serde::Serialize>) {
    if let Some(value) = value {
        schema.insert(keyword.to_owned(), json!(value));
    }
}

/// The number without a needless `.0`.
fn plain_number(number: f64) -> Value {
    // Up to this, every whole number has an f64 of its own, so the cast loses nothing.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT { json!(number as i64) } else { json!(number) }
}

fn has_captured(field: &Field) -> bool {
    let inside = match &field.shape {
        Shape::Object(fields) => fields.iter().any(has_captured),
        Shape::Array { items: inner, .. } | Shape::Map { values: inner, .. } => has_captured(inner),
        _ => false,
    };
    field.captured || inside
}
