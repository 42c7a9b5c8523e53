//! Problem details for HTTP APIs (RFC 9457): the one form in which anything is refused.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Where the descriptions of problem types live; the last segment of a type is its slug.
pub const PROBLEM_BASE: &str = "https://imsop.dev/problems/";

/// A refusal or failure, readable by people and programs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// A stable URI that names the kind of problem.
    #[serde(rename = "type")]
    pub problem_type: String,
    /// The kind of problem in words, the same for every occurrence.
    pub title: String,
    /// The HTTP status code.
    pub status: u16,
    /// What is wrong this time, and what to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The path or resource that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The correlation id under which logs and traces speak of this occurrence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// The single faults, where there may be several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Fault>,
    /// What this kind of problem says besides (RFC 9457, section 3.2).
    #[serde(flatten)]
    #[schema(ignore)]
    pub extensions: BTreeMap<String, Value>,
}

/// One thing that is wrong with an input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Fault {
    /// The field, as a JSON path from the input's root (`lines[2].quantity`), where it concerns one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// A stable code for programs.
    pub code: String,
    /// The fault in words.
    pub message: String,
}

impl Fault {
    /// A fault of one field.
    pub fn at(field: &str, code: &str, message: impl Into<String>) -> Self {
        Self { field: Some(field.to_owned()), code: code.to_owned(), message: message.into() }
    }

    /// A fault of the input as a whole.
    pub fn whole(code: &str, message: impl Into<String>) -> Self {
        Self { field: None, code: code.to_owned(), message: message.into() }
    }
}

impl Problem {
    /// A problem of the kind that `slug` names.
    pub fn new(status: u16, slug: &str, title: &str) -> Self {
        Self {
            problem_type: format!("{PROBLEM_BASE}{slug}"),
            title: title.to_owned(),
            status,
            detail: None,
            instance: None,
            correlation_id: None,
            errors: Vec::new(),
            extensions: BTreeMap::new(),
        }
    }

    /// The same problem, with what is wrong this time.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The same problem, with its single faults.
    pub fn errors(mut self, errors: Vec<Fault>) -> Self {
        self.errors = errors;
        self
    }

    /// The same problem, with something that its kind says besides.
    pub fn with<T: Serialize>(mut self, name: &str, value: &T) -> Self {
        // What cannot be said as JSON is left out; the problem is told all the same.
        if let Ok(value) = serde_json::to_value(value) {
            self.extensions.insert(name.to_owned(), value);
        }
        self
    }

    /// The last segment of the type: the stable name of the kind of problem.
    pub fn slug(&self) -> &str {
        self.problem_type.strip_prefix(PROBLEM_BASE).unwrap_or(&self.problem_type)
    }
}
