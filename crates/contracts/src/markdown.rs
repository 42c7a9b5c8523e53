//! The contracts as a document for people.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::model::{Contract, Field, Range, Shape, Signal};
use crate::registry::Registry;

/// All contracts as one Markdown document.
pub fn markdown(registry: &Registry) -> String {
    let mut owners: BTreeMap<&str, Vec<&Contract>> = BTreeMap::new();
    for contract in registry.contracts() {
        owners.entry(&contract.owner).or_default().push(contract);
    }
    let mut page = String::from(
        "# Data contracts\n\n\
         Made from `contracts/`; do not edit. A version of an event may only be added to: a field that is\n\
         removed, newly required or narrowed makes a new version. The whole, with the envelope, is in\n\
         [asyncapi.json](../asyncapi.json); the payloads as JSON Schema are in [schemas](schemas).\n\n\
         Where a field says *or why not*, an object such as `{\"status\":\"notCaptured\"}` may stand instead of\n\
         the value, and says why there is none.\n",
    );
    for (owner, contracts) in &owners {
        line(&mut page, &format!("\n## {owner}\n"));
        line(&mut page, "| event | what happened | topic | classification |");
        line(&mut page, "|---|---|---|---|");
        for contract in contracts {
            let anchor = contract.file_stem().to_lowercase();
            let link = format!("[{} {}](#{anchor})", contract.name, contract.version);
            let (topic, class) = (&contract.topic, contract.classification.as_str());
            line(&mut page, &format!("| {link} | {} | {topic} | {class} |", cell(&contract.description)));
        }
        for contract in contracts {
            section(&mut page, contract);
        }
    }
    page
}

fn section(page: &mut String, contract: &Contract) {
    let stem = contract.file_stem();
    line(page, &format!("\n### {stem}\n"));
    line(page, &format!("{}\n", contract.description));
    line(page, &format!("- purpose: {}", contract.purpose));
    line(page, &format!("- usage: {}", contract.usage));
    line(page, &format!("- limitations: {}", contract.limitations));
    let (key, stream) = (&contract.partition_key, &contract.stream);
    line(page, &format!("- topic `{}`, partition key `{key}`, stream `{stream}/…`", contract.topic));
    let (status, residency) = (&contract.status, contract.residency.as_str());
    let freshness = contract.freshness_seconds;
    line(page, &format!("- {status}, residency {residency}, published within {freshness} s"));
    line(page, &format!("- [JSON Schema](schemas/{stem}.json)\n"));
    if contract.fields.is_empty() {
        line(page, "The payload has no fields.");
    } else {
        line(page, "| field | type | required | classification | meaning |");
        line(page, "|---|---|---|---|---|");
        rows(page, "", &contract.fields);
    }
    signals(page, &contract.signals);
    for example in &contract.examples {
        line(page, &format!("\nExample: {}\n", example.name));
        line(page, "```json");
        line(page, crate::documents::pretty(&example.payload).trim_end());
        line(page, "```");
    }
}

fn rows(page: &mut String, path: &str, fields: &[Field]) {
    for field in fields {
        let field_path = if path.is_empty() { field.name.clone() } else { format!("{path}.{}", field.name) };
        let required = if field.required { "yes" } else { "" };
        let (kind, class) = (kind(field), field.classification.as_str());
        let meaning = cell(&field.description);
        line(page, &format!("| `{field_path}` | {kind} | {required} | {class} | {meaning} |"));
        match &field.shape {
            Shape::Object(nested) => rows(page, &field_path, nested),
            Shape::Array { items, .. } => {
                if let Shape::Object(nested) = &items.shape {
                    rows(page, &format!("{field_path}[]"), nested);
                }
            }
            _ => {}
        }
    }
}

fn kind(field: &Field) -> String {
    let mut kind = match &field.shape {
        Shape::String(text) => match (&text.allowed, &text.format) {
            (Some(allowed), _) => allowed.join(", "),
            (None, Some(format)) => format.clone(),
            (None, None) => "string".to_owned(),
        },
        Shape::Number(range) | Shape::Integer(range) => {
            format!("{}{}", field.shape.word(), bounds(*range))
        }
        Shape::Array { items, .. } => format!("list of {}", kind(items)),
        Shape::Map { values, .. } => format!("map of {}", kind(values)),
        shape => shape.word().to_owned(),
    };
    if let Some(unit) = &field.unit {
        kind = format!("{kind}, {unit}");
    }
    if field.captured {
        kind = format!("{kind}; *or why not*");
    }
    kind
}

fn signals(page: &mut String, signals: &[Signal]) {
    if signals.is_empty() {
        return;
    }
    line(page, "\n| signal | meaning | unit | valid | expected |");
    line(page, "|---|---|---|---|---|");
    for signal in signals {
        let (valid, expected) = (pair(signal.valid), pair(signal.expected));
        let (name, meaning, unit) = (&signal.name, cell(&signal.description), &signal.unit);
        line(page, &format!("| {name} | {meaning} | {unit} | {valid} | {expected} |"));
    }
}

fn bounds(range: Range) -> String {
    match (range.minimum, range.maximum) {
        (None, None) => String::new(),
        (Some(minimum), None) => format!(" from {minimum}"),
        (None, Some(maximum)) => format!(" to {maximum}"),
        (Some(minimum), Some(maximum)) => format!(" from {minimum} to {maximum}"),
    }
}

fn pair(range: Option<(f64, f64)>) -> String {
    range.map(|(least, greatest)| format!("{least} to {greatest}")).unwrap_or_default()
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn line(page: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(page, "{text}");
}
