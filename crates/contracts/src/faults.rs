//! What is wrong with a payload, told for people and programs.

use imsop_kernel::problem::Fault;
use jsonschema::error::ValidationErrorKind;
use jsonschema::paths::{Location, LocationSegment};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use crate::limits::{FAULT_MESSAGE_LENGTH, FAULTS_PER_PAYLOAD};

/// Every way in which the payload breaks its contract, up to a limit.
pub(crate) fn faults(validator: &Validator, payload: &Value) -> Vec<Fault> {
    let mut found = Vec::new();
    for error in validator.iter_errors(payload) {
        describe(&error, &mut found);
        if found.len() >= FAULTS_PER_PAYLOAD {
            found.truncate(FAULTS_PER_PAYLOAD);
            break;
        }
    }
    found
}

fn describe(error: &ValidationError<'_>, found: &mut Vec<Fault>) {
    let path = field_path(error.instance_path());
    match error.kind() {
        // The only anyOf is that of a value or the reason why it is missing.
        ValidationErrorKind::AnyOf { context } => {
            let meant_as_missing = error.instance().get("status").is_some();
            let branch = if meant_as_missing { context.last() } else { context.first() };
            for nested in branch.into_iter().flatten() {
                describe(nested, found);
            }
        }
        // The only oneOf is the list of those reasons.
        ValidationErrorKind::OneOfNotValid { .. } => {
            found.push(fault(path, "not-allowed", "is not a known reason for a missing value".to_owned()));
        }
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            found.push(fault(child(&path, name), "missing", "is required".to_owned()));
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            for name in unexpected {
                let message = "is not a field of the contract".to_owned();
                found.push(fault(child(&path, name), "unknown-field", message));
            }
        }
        kind => found.push(fault(path, code(kind), error.to_string())),
    }
}

fn code(kind: &ValidationErrorKind) -> &'static str {
    match kind {
        ValidationErrorKind::Type { .. } => "wrong-type",
        ValidationErrorKind::Enum { .. } | ValidationErrorKind::Constant { .. } => "not-allowed",
        ValidationErrorKind::Minimum { .. } | ValidationErrorKind::Maximum { .. } => "out-of-range",
        ValidationErrorKind::MinLength { .. } | ValidationErrorKind::MinItems { .. } => "too-short",
        ValidationErrorKind::MaxLength { .. }
        | ValidationErrorKind::MaxItems { .. }
        | ValidationErrorKind::MaxProperties { .. } => "too-long",
        ValidationErrorKind::Format { .. } | ValidationErrorKind::Pattern { .. } => "malformed",
        _ => "invalid",
    }
}

fn fault(path: String, code: &str, message: String) -> Fault {
    let message = match message.char_indices().nth(FAULT_MESSAGE_LENGTH) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message,
    };
    if path.is_empty() { Fault::whole(code, message) } else { Fault::at(&path, code, message) }
}

fn field_path(location: &Location) -> String {
    let mut path = String::new();
    for segment in location {
        path = match segment {
            LocationSegment::Property(name) => child(&path, &name),
            LocationSegment::Index(index) => format!("{path}[{index}]"),
        };
    }
    path
}

fn child(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
