//! From what a device sent to canonical telemetry, or to the list of everything that is wrong with it.

use std::collections::BTreeMap;

use imsop_kernel::limits::NUMBER_LENGTH;
use imsop_kernel::problem::Fault;
use imsop_kernel::{GeoPoint, Timestamp};
use serde_json::{Map, Value};

use super::telemetry::{Reading, Telemetry};
use crate::limits::{
    ATTRIBUTE_LENGTH, CLOCK_AHEAD, EVENT_TYPE_LENGTH, OLDEST_TELEMETRY, READINGS_PER_EVENT, SIGNAL_LENGTH,
};

/// What the contract says of a signal.
#[derive(Debug, Clone, PartialEq)]
pub struct SignalRule {
    /// Its canonical unit, in UCUM.
    pub unit: String,
    /// Values outside cannot be right.
    pub valid: Option<(f64, f64)>,
}

/// The signals that the contract knows, by name.
pub type Signals = BTreeMap<String, SignalRule>;

const FIELDS: [&str; 7] = ["id", "deviceId", "eventType", "timestamp", "payload", "type", "metadata"];

/// Reads a telemetry event. Either all of it is fit, or every fault is told.
pub fn telemetry(
    event: &Map<String, Value>,
    signals: &Signals,
    now: Timestamp,
) -> Result<Telemetry, Vec<Fault>> {
    let mut faults = Vec::new();
    for field in event.keys().filter(|field| !FIELDS.contains(&field.as_str())) {
        faults.push(Fault::at(field, "unknown-field", "a telemetry event has no such field"));
    }
    let device_id = name(event, "deviceId", NUMBER_LENGTH, &mut faults);
    let event_type = name(event, "eventType", EVENT_TYPE_LENGTH, &mut faults);
    let timestamp = moment(event, now, &mut faults);
    let mut payload = Payload::default();
    match event.get("payload") {
        Some(Value::Object(fields)) => payload.read(fields, signals, &mut faults),
        Some(_) => faults.push(Fault::at("payload", "wrong-type", "must be an object")),
        None => faults.push(Fault::at("payload", "missing", "is required")),
    }
    let position = payload.position(&mut faults);
    if faults.is_empty() && payload.readings.is_empty() && position.is_none() {
        faults.push(Fault::at("payload", "empty", "has neither a reading nor a position"));
    }
    match (device_id, event_type, timestamp) {
        (Some(device_id), Some(event_type), Some(timestamp)) if faults.is_empty() => Ok(Telemetry {
            device_id,
            event_type,
            timestamp,
            readings: payload.readings,
            position,
            attributes: payload.attributes,
        }),
        _ => Err(faults),
    }
}

fn name(event: &Map<String, Value>, field: &str, longest: usize, faults: &mut Vec<Fault>) -> Option<String> {
    let text = match event.get(field) {
        Some(Value::String(text)) => text.trim(),
        Some(_) => {
            faults.push(Fault::at(field, "wrong-type", "must be a string"));
            return None;
        }
        None => {
            faults.push(Fault::at(field, "missing", "is required"));
            return None;
        }
    };
    if text.is_empty() || text.chars().count() > longest || text.chars().any(char::is_control) {
        let message = format!("must have 1 to {longest} characters, none of them control characters");
        faults.push(Fault::at(field, "out-of-range", message));
        return None;
    }
    Some(text.to_owned())
}

fn moment(event: &Map<String, Value>, now: Timestamp, faults: &mut Vec<Fault>) -> Option<Timestamp> {
    let Some(value) = event.get("timestamp") else {
        faults.push(Fault::at("timestamp", "missing", "is required"));
        return None;
    };
    let Some(parsed) = value.as_str().and_then(|text| text.parse::<Timestamp>().ok()) else {
        faults.push(Fault::at("timestamp", "wrong-type", "must be an RFC 3339 time with an offset"));
        return None;
    };
    if parsed.duration_since(now).as_secs() > CLOCK_AHEAD.as_secs() as i64 {
        let message = format!("lies more than {} minutes in the future", CLOCK_AHEAD.as_secs() / 60);
        faults.push(Fault::at("timestamp", "in-the-future", message));
        return None;
    }
    if now.duration_since(parsed).as_secs() > OLDEST_TELEMETRY.as_secs() as i64 {
        faults.push(Fault::at("timestamp", "too-old", "lies further back than telemetry is taken"));
        return None;
    }
    // Databases keep microseconds.
    Timestamp::from_microsecond(parsed.as_microsecond()).ok()
}

#[derive(Default)]
struct Payload {
    readings: Vec<Reading>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    attributes: BTreeMap<String, String>,
}

impl Payload {
    fn read(&mut self, fields: &Map<String, Value>, signals: &Signals, faults: &mut Vec<Fault>) {
        if fields.len() > READINGS_PER_EVENT {
            let message = format!("has {} values, at most {READINGS_PER_EVENT} are taken", fields.len());
            faults.push(Fault::at("payload", "too-many", message));
            return;
        }
        for (signal, value) in fields {
            let path = format!("payload.{signal}");
            if signal.is_empty() || signal.len() > SIGNAL_LENGTH || signal.chars().any(char::is_control) {
                let message = format!("a signal's name has 1 to {SIGNAL_LENGTH} plain characters");
                faults.push(Fault::at("payload", "out-of-range", message));
                continue;
            }
            self.read_one(&path, signal, value, signals, faults);
        }
    }

    fn read_one(
        &mut self,
        path: &str,
        signal: &str,
        value: &Value,
        signals: &Signals,
        faults: &mut Vec<Fault>,
    ) {
        match value {
            Value::Number(number) => match number.as_f64().filter(|number| number.is_finite()) {
                Some(number) if signal == "latitude" => self.latitude = Some(number),
                Some(number) if signal == "longitude" => self.longitude = Some(number),
                Some(number) => self.reading(path, signal, number, None, signals, faults),
                None => faults.push(Fault::at(path, "out-of-range", "is not a finite number")),
            },
            Value::Object(measure) => self.measure(path, signal, measure, signals, faults),
            Value::Bool(switch) => {
                self.reading(path, signal, f64::from(u8::from(*switch)), None, signals, faults);
            }
            Value::String(text) if text.len() <= ATTRIBUTE_LENGTH && !text.contains('\0') => {
                self.attributes.insert(signal.to_owned(), text.clone());
            }
            Value::String(_) => {
                faults.push(Fault::at(path, "out-of-range", "the text is too long or has a NUL"))
            }
            Value::Null => {}
            Value::Array(_) => {
                faults.push(Fault::at(path, "wrong-type", "must be a number or {value, unit}"))
            }
        }
    }

    fn measure(
        &mut self,
        path: &str,
        signal: &str,
        measure: &Map<String, Value>,
        signals: &Signals,
        faults: &mut Vec<Fault>,
    ) {
        let value = measure.get("value").and_then(Value::as_f64).filter(|value| value.is_finite());
        let unit = measure.get("unit").and_then(Value::as_str);
        let known_fields = measure.keys().all(|field| field == "value" || field == "unit");
        match (value, unit) {
            (Some(value), Some(unit)) if known_fields => {
                self.reading(path, signal, value, Some(unit), signals, faults);
            }
            _ => faults.push(Fault::at(path, "wrong-type", "must be {value: number, unit: text}")),
        }
    }

    fn reading(
        &mut self,
        path: &str,
        signal: &str,
        value: f64,
        unit: Option<&str>,
        signals: &Signals,
        faults: &mut Vec<Fault>,
    ) {
        let Some(rule) = signals.get(signal) else {
            let unit = unit.unwrap_or("1").chars().take(SIGNAL_LENGTH).collect();
            self.readings.push(Reading { signal: signal.to_owned(), value, unit });
            return;
        };
        let Some(value) = convert(value, unit.unwrap_or(&rule.unit), &rule.unit) else {
            let message = format!("the unit must be {}", rule.unit);
            faults.push(Fault::at(path, "unknown-unit", message));
            return;
        };
        if let Some((minimum, maximum)) = rule.valid
            && (value < minimum || value > maximum)
        {
            let message = format!("{value} {} cannot be: valid are {minimum} to {maximum}", rule.unit);
            faults.push(Fault::at(path, "implausible", message));
            return;
        }
        self.readings.push(Reading { signal: signal.to_owned(), value, unit: rule.unit.clone() });
    }

    fn position(&self, faults: &mut Vec<Fault>) -> Option<GeoPoint> {
        match (self.latitude, self.longitude) {
            (None, None) => None,
            (Some(latitude), Some(longitude)) => {
                let point = GeoPoint { latitude, longitude };
                if point.is_valid() {
                    return Some(point);
                }
                faults.push(Fault::at(
                    "payload.latitude",
                    "out-of-range",
                    "the position is not on the globe",
                ));
                None
            }
            _ => {
                faults.push(Fault::at("payload", "missing", "latitude and longitude go together"));
                None
            }
        }
    }
}

/// Converts between the units that devices use for the known signals.
fn convert(value: f64, from: &str, to: &str) -> Option<f64> {
    let converted = match (from, to) {
        _ if from == to => value,
        ("C" | "°C" | "celsius", "Cel") => value,
        ("F" | "°F" | "[degF]" | "fahrenheit", "Cel") => (value - 32.0) * 5.0 / 9.0,
        ("K" | "kelvin", "Cel") => value - 273.15,
        ("%" | "percent", "P1") => value,
        ("g" | "[g]", "m/s2") => value * 9.806_65,
        ("km/h", "KMH") => value,
        ("hPa" | "mbar", "HPA") => value,
        _ => return None,
    };
    converted.is_finite().then_some(converted)
}
