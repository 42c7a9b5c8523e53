//! What any value of a command must satisfy. All faults are collected, so that a sender learns them at
//! once.

use imsop_kernel::problem::Fault;
use imsop_kernel::{Address, Captured, Decimal, GeoPoint, Money, Quantity, Timestamp};

use super::event::{SourceRecord, TemperatureRange};
use super::rejection::Rejection;
use crate::limits::{
    AMOUNT_DIGITS, AMOUNT_LARGEST, CLOCK_AHEAD, EARLIEST, FAULTS_PER_COMMAND, LATEST, NAME_LENGTH,
    NUMBER_LENGTH, TEXT_LENGTH,
};

/// Collects faults.
#[derive(Default)]
pub(super) struct Checks {
    faults: Vec<Fault>,
}

impl Checks {
    /// Notes a fault, up to a limit: after so many, nobody reads on.
    pub fn fault(&mut self, field: &str, code: &str, message: impl Into<String>) {
        if self.faults.len() >= FAULTS_PER_COMMAND {
            return;
        }
        self.faults.push(Fault::at(field, code, message));
    }

    /// Refuses if there was any fault.
    pub fn finish(self) -> Result<(), Rejection> {
        if self.faults.is_empty() { Ok(()) } else { Err(Rejection::Invalid(self.faults)) }
    }

    /// A text that must be there.
    pub fn text(&mut self, field: &str, text: &str, longest: usize) {
        let has_control = text.chars().any(|letter| letter.is_control() && letter != '\n' && letter != '\t');
        if text.trim().is_empty() || text.chars().count() > longest || has_control {
            let message = format!("must have 1 to {longest} characters, none of them control characters");
            self.fault(field, "out-of-range", message);
        }
    }

    /// A text that may be left out.
    pub fn maybe_text(&mut self, field: &str, text: Option<&str>, longest: usize) {
        if let Some(text) = text {
            self.text(field, text, longest);
        }
    }

    /// A text that a source may not have captured.
    pub fn captured_text(&mut self, field: &str, text: &Captured<String>, longest: usize) {
        self.maybe_text(field, text.known().map(String::as_str), longest);
    }

    /// The record of a source system.
    pub fn source(&mut self, field: &str, source: Option<&SourceRecord>) {
        let Some(source) = source else { return };
        self.text(&format!("{field}.system"), &source.system, NAME_LENGTH);
        self.text(&format!("{field}.record"), &source.record, NUMBER_LENGTH);
    }

    /// How many there are.
    pub fn count(&mut self, field: &str, count: usize, least: usize, most: usize) {
        if count < least || count > most {
            self.fault(field, "out-of-range", format!("must be {least} to {most}, not {count}"));
        }
    }

    /// A point on the globe.
    pub fn point(&mut self, field: &str, point: Option<GeoPoint>) {
        if point.is_some_and(|point| !point.is_valid()) {
            self.fault(field, "out-of-range", "must be on the globe");
        }
    }

    /// An address.
    pub fn address(&mut self, field: &str, address: &Address) {
        self.text(&format!("{field}.country"), &address.country, NAME_LENGTH);
        let parts = [
            ("name", &address.name),
            ("line", &address.line),
            ("city", &address.city),
            ("region", &address.region),
            ("postalCode", &address.postal_code),
        ];
        for (name, value) in parts {
            self.maybe_text(&format!("{field}.{name}"), value.as_deref(), NAME_LENGTH);
        }
        self.point(&format!("{field}.location"), address.location);
    }

    /// An amount of goods: more than nothing.
    pub fn quantity(&mut self, field: &str, quantity: &Quantity) {
        self.text(&format!("{field}.unit"), &quantity.unit, NAME_LENGTH);
        if quantity.value <= Decimal::ZERO {
            self.fault(&format!("{field}.value"), "out-of-range", "must be more than 0");
        }
        self.amount(&format!("{field}.value"), quantity.value);
    }

    /// A physical measure: nothing or more. Sources round small weights down to 0.
    pub fn measure(&mut self, field: &str, quantity: &Quantity) {
        self.text(&format!("{field}.unit"), &quantity.unit, NAME_LENGTH);
        if quantity.value < Decimal::ZERO {
            self.fault(&format!("{field}.value"), "out-of-range", "must not be negative");
        }
        self.amount(&format!("{field}.value"), quantity.value);
    }

    /// A sum of money: nothing or more.
    pub fn money(&mut self, field: &str, money: &Money) {
        let plain =
            money.currency.len() == 3 && money.currency.bytes().all(|letter| letter.is_ascii_uppercase());
        if !plain {
            self.fault(
                &format!("{field}.currency"),
                "unknown-value",
                "must be an ISO 4217 code, such as EUR",
            );
        }
        if money.amount < Decimal::ZERO {
            self.fault(&format!("{field}.amount"), "out-of-range", "must not be negative");
        }
        self.amount(&format!("{field}.amount"), money.amount);
    }

    fn amount(&mut self, field: &str, amount: Decimal) {
        if amount.abs() > Decimal::from(AMOUNT_LARGEST) || amount.normalize().scale() > AMOUNT_DIGITS {
            let message = format!(
                "must be at most {AMOUNT_LARGEST}, with at most {AMOUNT_DIGITS} digits behind the point"
            );
            self.fault(field, "out-of-range", message);
        }
    }

    /// A moment in the time that business is done in.
    pub fn time(&mut self, field: &str, time: Timestamp) {
        let bounds = EARLIEST.parse::<Timestamp>().ok().zip(LATEST.parse::<Timestamp>().ok());
        if bounds.is_some_and(|(earliest, latest)| time < earliest || time >= latest) {
            self.fault(field, "out-of-range", format!("must be between {EARLIEST} and {LATEST}"));
        }
    }

    /// A moment that may be missing.
    pub fn captured_time(&mut self, field: &str, time: &Captured<Timestamp>) {
        if let Some(time) = time.known() {
            self.time(field, *time);
        }
    }

    /// Something that has happened.
    pub fn past(&mut self, field: &str, time: Timestamp, now: Timestamp) {
        self.time(field, time);
        if time.duration_since(now).as_secs() > CLOCK_AHEAD.as_secs().cast_signed() {
            self.fault(field, "in-the-future", "lies in the future, and says that something has happened");
        }
    }

    /// A range of temperatures that can be.
    pub fn temperatures(&mut self, field: &str, range: Option<TemperatureRange>) {
        let Some(range) = range else { return };
        let possible = -273.15..=200.0;
        let fits = possible.contains(&range.minimum) && possible.contains(&range.maximum);
        if !fits || range.minimum > range.maximum {
            self.fault(field, "out-of-range", "must go from the lower to the higher, in degrees Celsius");
        }
    }

    /// A text of no great length that may be left out.
    pub fn description(&mut self, field: &str, text: Option<&str>) {
        self.maybe_text(field, text, TEXT_LENGTH);
    }
}
