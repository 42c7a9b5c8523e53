//! From a request's or frame's bytes to its single records.

use std::sync::Arc;

use imsop_kernel::problem::Fault;
use imsop_kernel::{Problem, Tenant, Timestamp, Uuid};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::domain::normalise::{self, Signals};
use crate::domain::{Original, Telemetry};
use crate::limits::{RECORD_BYTES, RECORDS_PER_BATCH};
use crate::records::{digest, record_id};

/// One record of a request.
pub struct Item {
    /// As it arrived, with the id that its identity gives it.
    pub original: Original,
    /// What it is.
    pub content: Content,
}

/// What a record turned out to be.
pub enum Content {
    /// Plausible telemetry.
    Telemetry(Telemetry),
    /// A command for a business context.
    Business {
        /// What is asked.
        kind: String,
        /// The command's body.
        body: Value,
    },
    /// Nothing that can be used.
    Unfit(Vec<Fault>),
}

/// How the records of a body are separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// One JSON object, or an array of them.
    Json,
    /// One JSON object on each line.
    Lines,
}

/// What is needed to read records.
pub struct Reader<'a> {
    /// Whose they are.
    pub tenant: &'a Tenant,
    /// Where they came in.
    pub source: &'static str,
    /// The media type to note down for each.
    pub content_type: &'static str,
    /// The signals that the contract knows.
    pub signals: &'a Signals,
    /// The kinds of business records that are understood.
    pub kinds: &'a [&'static str],
    /// The moment.
    pub now: Timestamp,
}

/// Splits a body into the bytes of its records.
///
/// # Errors
/// The body as a whole cannot be read, or has too many records.
pub fn split(body: &[u8], framing: Framing) -> Result<Vec<&[u8]>, Problem> {
    let pieces = match framing {
        Framing::Json => split_json(body)?,
        Framing::Lines => split_lines(body),
    };
    if pieces.is_empty() {
        return Err(invalid_body("there is no record in the body"));
    }
    if pieces.len() > RECORDS_PER_BATCH {
        let detail = format!("{} records, at most {RECORDS_PER_BATCH} are taken at once", pieces.len());
        return Err(Problem::new(413, "body-too-large", "Too much at once").detail(detail));
    }
    Ok(pieces)
}

fn split_json(body: &[u8]) -> Result<Vec<&[u8]>, Problem> {
    let whole: &RawValue = serde_json::from_slice(body).map_err(|error| invalid_body(&error.to_string()))?;
    let text = whole.get();
    if !text.starts_with('[') {
        return Ok(vec![text.as_bytes()]);
    }
    let items: Vec<&RawValue> =
        serde_json::from_str(text).map_err(|error| invalid_body(&error.to_string()))?;
    Ok(items.into_iter().map(|item| item.get().as_bytes()).collect())
}

fn split_lines(body: &[u8]) -> Vec<&[u8]> {
    let lines = body.split(|byte| *byte == b'\n');
    lines.map(|line| line.trim_ascii()).filter(|line| !line.is_empty()).collect()
}

fn invalid_body(detail: &str) -> Problem {
    Problem::new(400, "invalid-body", "The body cannot be read").detail(detail)
}

impl Reader<'_> {
    /// Reads one record.
    pub fn read(&self, bytes: &[u8]) -> Item {
        if bytes.len() > RECORD_BYTES {
            let message = format!("has {} bytes, at most {RECORD_BYTES} are taken", bytes.len());
            return self.unfit(bytes, vec![Fault::whole("record-too-large", message)]);
        }
        let value: Value = match serde_json::from_slice(bytes) {
            Ok(value) => value,
            Err(error) => return self.unfit(bytes, vec![Fault::whole("invalid-json", error.to_string())]),
        };
        let canonical = value.to_string();
        if canonical.contains("\\u0000") {
            let message = "U+0000 cannot be stored";
            return self.unfit(bytes, vec![Fault::whole("forbidden-character", message)]);
        }
        let Value::Object(fields) = value else {
            return self.unfit(bytes, vec![Fault::whole("wrong-type", "a record is an object")]);
        };
        let fingerprint = digest(canonical.as_bytes());
        let (identity, content) = self.classify(&fields, &fingerprint);
        let original = Original {
            record_id: record_id(self.tenant, self.source, &identity),
            source: self.source.to_owned(),
            content_type: self.content_type.to_owned(),
            bytes: bytes.into(),
            fingerprint,
        };
        Item { original, content }
    }

    /// A record that is unfit as a whole: its identity is its bytes.
    pub fn unfit(&self, bytes: &[u8], faults: Vec<Fault>) -> Item {
        let fingerprint = digest(bytes);
        let original = Original {
            record_id: record_id(self.tenant, self.source, &fingerprint),
            source: self.source.to_owned(),
            content_type: self.content_type.to_owned(),
            bytes: bytes.into(),
            fingerprint,
        };
        Item { original, content: Content::Unfit(faults) }
    }

    fn classify(&self, fields: &Map<String, Value>, fingerprint: &str) -> (String, Content) {
        if fields.contains_key("specversion") {
            return self.cloud_event(fields, fingerprint);
        }
        let (identity, fault) = own_identity(fields, fingerprint);
        if let Some(fault) = fault {
            return (identity, Content::Unfit(vec![fault]));
        }
        if fields.contains_key("deviceId") || fields.contains_key("payload") {
            return (identity, self.telemetry(fields));
        }
        match (fields.get("type").and_then(Value::as_str), fields.get("data")) {
            (Some(kind), Some(data)) => (identity, self.business(kind, data)),
            _ => {
                let message = "is neither telemetry (deviceId, eventType, timestamp, payload) nor a business \
                               record (type, data)";
                (identity, Content::Unfit(vec![Fault::whole("unknown-record", message)]))
            }
        }
    }

    /// CloudEvents 1.0.2: `source` and `id` together identify an event.
    fn cloud_event(&self, fields: &Map<String, Value>, fingerprint: &str) -> (String, Content) {
        let text = |name: &str| fields.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let mut faults = Vec::new();
        if text("specversion") != Some("1.0") {
            faults.push(Fault::at("specversion", "unknown-value", "must be 1.0"));
        }
        for required in ["id", "source", "type"] {
            if text(required).is_none() {
                faults.push(Fault::at(required, "missing", "is required of a CloudEvent"));
            }
        }
        let (Some(id), Some(source), Some(kind)) = (text("id"), text("source"), text("type")) else {
            return (fingerprint.to_owned(), Content::Unfit(faults));
        };
        // The length keeps `a#b` + `c` apart from `a` + `b#c`.
        let identity = format!("{}:{source}#{id}", source.len());
        let Some(Value::Object(data)) = fields.get("data") else {
            faults.push(Fault::at("data", "missing", "must be an object"));
            return (identity, Content::Unfit(faults));
        };
        if !faults.is_empty() {
            return (identity, Content::Unfit(faults));
        }
        if data.contains_key("deviceId") || data.contains_key("payload") {
            let mut event = data.clone();
            if let Some(time) = fields.get("time") {
                event.entry("timestamp").or_insert_with(|| time.clone());
            }
            event.entry("eventType").or_insert_with(|| kind.into());
            return (identity, self.telemetry(&event));
        }
        (identity, self.business(kind, &Value::Object(data.clone())))
    }

    fn telemetry(&self, event: &Map<String, Value>) -> Content {
        match normalise::telemetry(event, self.signals, self.now) {
            Ok(telemetry) => Content::Telemetry(telemetry),
            Err(faults) => Content::Unfit(faults),
        }
    }

    fn business(&self, kind: &str, data: &Value) -> Content {
        let last_word = kind.rsplit(['.', '/']).next().unwrap_or(kind);
        match self.kinds.iter().find(|known| known.eq_ignore_ascii_case(last_word)) {
            Some(known) => Content::Business { kind: (*known).to_owned(), body: data.clone() },
            None => {
                let message = format!("must be one of {}", self.kinds.join(", "));
                Content::Unfit(vec![Fault::at("type", "unknown-value", message)])
            }
        }
    }
}

/// The record's own id where it has one, else the digest of what it says.
fn own_identity(fields: &Map<String, Value>, fingerprint: &str) -> (String, Option<Fault>) {
    match fields.get("id") {
        None => (fingerprint.to_owned(), None),
        Some(Value::String(id)) if id.parse::<Uuid>().is_ok() => (id.to_ascii_lowercase(), None),
        Some(_) => (fingerprint.to_owned(), Some(Fault::at("id", "wrong-type", "must be a UUID"))),
    }
}

/// The bytes of a record, shared.
pub type Bytes = Arc<[u8]>;
