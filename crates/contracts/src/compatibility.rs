//! Whether contracts still keep what the released ones promised.
//!
//! The journal holds payloads of the released contracts for ever, and consumers rely on them. So a
//! version of an event may only be added to; anything else is a new version, or a new event.

use std::fmt;

use crate::model::{Contract, Field, Range, Shape, Signal, Text};
use crate::registry::Registry;

/// A promise of a released contract that the current one does not keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incompatibility {
    /// The released contract: `ShipmentDeparted/1`.
    pub contract: String,
    /// Its file, from the folder of the contracts.
    pub file: String,
    /// The field, where it concerns one.
    pub field: Option<String>,
    /// What changed, in words.
    pub message: String,
}

impl fmt::Display for Incompatibility {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.field {
            Some(field) => write!(formatter, "{}: {field}: {}", self.contract, self.message),
            None => write!(formatter, "{}: {}", self.contract, self.message),
        }
    }
}

/// Every promise of the released contracts that the current ones break.
pub fn check(released: &Registry, current: &Registry) -> Vec<Incompatibility> {
    let mut found = Vec::new();
    for promised in released.contracts() {
        let mut comparison = Comparison { promised, found: &mut found };
        match current.contract(&promised.name, promised.version) {
            Some(contract) => comparison.contract(contract),
            None => comparison.broken("", "the released contract is gone"),
        }
    }
    found
}

struct Comparison<'a> {
    promised: &'a Contract,
    found: &'a mut Vec<Incompatibility>,
}

impl Comparison<'_> {
    fn contract(&mut self, now: &Contract) {
        let was = self.promised;
        self.same("", "topic", &was.topic, &now.topic);
        self.same("", "partition key", &was.partition_key, &now.partition_key);
        self.same("", "stream", &was.stream, &now.stream);
        if now.residency < was.residency {
            self.broken("", "the data may now leave the region of the tenant");
        }
        if now.classification < was.classification {
            let (was, now) = (was.classification.as_str(), now.classification.as_str());
            self.broken("", format!("the classification was lowered from {was} to {now}"));
        }
        self.fields("", &was.fields, &now.fields);
        for signal in &was.signals {
            self.signal(signal, now);
        }
    }

    fn fields(&mut self, path: &str, was: &[Field], now: &[Field]) {
        for field in was {
            let field_path = child(path, &field.name);
            match now.iter().find(|other| other.name == field.name) {
                Some(other) => self.field(&field_path, field, other),
                None => self.broken(&field_path, "the field was removed or renamed"),
            }
        }
        for field in now {
            let is_new = was.iter().all(|other| other.name != field.name);
            if is_new && field.required {
                let message = "a new field is required, but recorded events do not have it";
                self.broken(&child(path, &field.name), message);
            }
        }
    }

    fn field(&mut self, path: &str, was: &Field, now: &Field) {
        if now.required && !was.required {
            self.broken(path, "the field is now required, but recorded events may lack it");
        }
        if was.required && !now.required {
            self.broken(path, "the field is no longer required, but consumers rely on it");
        }
        if was.captured && !now.captured {
            self.broken(path, "a reason may no longer stand instead of the value");
        }
        if now.captured && !was.captured {
            self.broken(path, "a reason may now stand instead of the value, which consumers cannot read");
        }
        if now.classification < was.classification {
            let (was, now) = (was.classification.as_str(), now.classification.as_str());
            self.broken(path, format!("the classification was lowered from {was} to {now}"));
        }
        if was.unit != now.unit {
            self.broken(path, "the unit changed");
        }
        self.shape(path, &was.shape, &now.shape);
    }

    fn shape(&mut self, path: &str, was: &Shape, now: &Shape) {
        match (was, now) {
            (Shape::String(was), Shape::String(now)) => self.text(path, was, now),
            (Shape::Number(was), Shape::Number(now)) | (Shape::Integer(was), Shape::Integer(now)) => {
                self.range(path, *was, *now);
            }
            (Shape::Object(was), Shape::Object(now)) => self.fields(path, was, now),
            (
                Shape::Map { values: was, max_properties: was_most },
                Shape::Map { values: now, max_properties: now_most },
            ) => {
                self.upper(path, "number of keys", *was_most, *now_most);
                self.field(&format!("{path}.*"), was, now);
            }
            (
                Shape::Array { items: was, min_items: was_fewest, max_items: was_most },
                Shape::Array { items: now, min_items: now_fewest, max_items: now_most },
            ) => {
                self.lower(path, "number of items", *was_fewest, *now_fewest);
                self.upper(path, "number of items", *was_most, *now_most);
                self.field(&format!("{path}[]"), was, now);
            }
            (Shape::Timestamp, Shape::Timestamp) | (Shape::Boolean, Shape::Boolean) => {}
            _ => {
                let message = format!("the type changed from {} to {}", was.word(), now.word());
                self.broken(path, message);
            }
        }
    }

    fn text(&mut self, path: &str, was: &Text, now: &Text) {
        self.lower(path, "length", was.min_length, now.min_length);
        self.upper(path, "length", was.max_length, now.max_length);
        // Whether one expression is wider than another is not decided here.
        if now.pattern.is_some() && now.pattern != was.pattern {
            self.broken(path, "the pattern changed, and recorded events may not match it");
        }
        if now.format != was.format {
            self.broken(path, "the format changed");
        }
        let Some(now_allowed) = &now.allowed else {
            return;
        };
        let Some(was_allowed) = &was.allowed else {
            self.broken(path, "only certain values are allowed now");
            return;
        };
        for value in was_allowed {
            if !now_allowed.contains(value) {
                self.broken(path, format!("the value {value} is no longer allowed"));
            }
        }
    }

    fn range(&mut self, path: &str, was: Range, now: Range) {
        self.lower(path, "value", was.minimum, now.minimum);
        self.upper(path, "value", was.maximum, now.maximum);
    }

    fn signal(&mut self, was: &Signal, contract: &Contract) {
        let path = format!("signals.{}", was.name);
        let Some(now) = contract.signals.iter().find(|other| other.name == was.name) else {
            self.broken(&path, "the signal was removed or renamed");
            return;
        };
        self.same(&path, "unit", &was.unit, &now.unit);
        // What is expected is a matter of judgement and may change; what is valid is a promise.
        self.lower(&path, "valid value", was.valid.map(|range| range.0), now.valid.map(|range| range.0));
        self.upper(&path, "valid value", was.valid.map(|range| range.1), now.valid.map(|range| range.1));
    }

    fn lower<T: PartialOrd + fmt::Display>(
        &mut self,
        path: &str,
        what: &str,
        was: Option<T>,
        now: Option<T>,
    ) {
        let Some(now) = now else {
            return;
        };
        if was.is_none_or(|was| now > was) {
            self.broken(path, format!("the least {what} was raised to {now}"));
        }
    }

    fn upper<T: PartialOrd + fmt::Display>(
        &mut self,
        path: &str,
        what: &str,
        was: Option<T>,
        now: Option<T>,
    ) {
        let Some(now) = now else {
            return;
        };
        if was.is_none_or(|was| now < was) {
            self.broken(path, format!("the greatest {what} was lowered to {now}"));
        }
    }

    fn same(&mut self, path: &str, what: &str, was: &str, now: &str) {
        if was != now {
            self.broken(path, format!("the {what} changed from {was} to {now}"));
        }
    }

    fn broken(&mut self, path: &str, message: impl Into<String>) {
        self.found.push(Incompatibility {
            contract: self.promised.id(),
            file: self.promised.file(),
            field: (!path.is_empty()).then(|| path.to_owned()),
            message: message.into(),
        });
    }
}

fn child(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
