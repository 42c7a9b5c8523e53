//! One field of a row: from the source's text to a value, a reason why there is none, or a fault.

use std::borrow::Cow;

use imsop_kernel::captured::Missing;
use imsop_kernel::limits::{NUMBER_LENGTH, TEXT_LENGTH};
use imsop_kernel::problem::Fault;
use imsop_kernel::{Captured, Money, Quantity};
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::limits::{FRACTION_DIGITS, INTEGER_DIGITS, QUOTED_TEXT};
use crate::mapping::{Field, FieldKind, Mapping, Marker};
use crate::template::Template;
use crate::text::{repair_double_encoding, shortened};

/// A field of a mapping, ready to read with.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    /// Which of the mapping's columns it reads.
    pub slot: usize,
    column: String,
    required: bool,
    kind: Kind,
    markers: Vec<(String, Missing)>,
    reference: Option<Template>,
    repair: bool,
}

#[derive(Debug, Clone)]
enum Kind {
    Text,
    Date { formats: Vec<String>, earliest: Date, latest: Date },
    Number { unit: Unit, whole: bool, minimum: Option<Decimal> },
    Code { values: Vec<(String, String)> },
}

#[derive(Debug, Clone)]
enum Unit {
    None,
    Of(String),
    Currency(String),
}

/// What a field can hold.
#[derive(Debug, Clone, PartialEq)]
enum Value<'a> {
    Text(Cow<'a, str>),
    Date(Date),
    Number(Decimal),
}

impl Cell {
    pub fn new(mapping: &Mapping, field: &Field, slot: usize, required: bool) -> Self {
        let number = |unit: Unit, whole: bool| Kind::Number { unit, whole, minimum: field.minimum };
        let kind = match field.kind {
            FieldKind::Text => Kind::Text,
            FieldKind::Integer => number(Unit::None, true),
            FieldKind::Decimal => number(Unit::None, false),
            FieldKind::Quantity => number(Unit::Of(field.unit.clone().unwrap_or_default()), false),
            FieldKind::Money => number(Unit::Currency(field.currency.clone().unwrap_or_default()), false),
            FieldKind::Code => Kind::Code { values: field.values.clone().into_iter().collect() },
            FieldKind::Date => {
                let own = &field.formats;
                let formats = if own.is_empty() { &mapping.dates.formats } else { own };
                let (earliest, latest) = (mapping.dates.earliest, mapping.dates.latest);
                Kind::Date { formats: formats.clone(), earliest, latest }
            }
        };
        let reference = mapping.reference.as_deref().filter(|_| field.may_refer);
        Self {
            slot,
            column: field.column.clone(),
            required: required || field.required,
            kind,
            markers: markers(mapping, field),
            // Checked when the mapping was loaded.
            reference: reference.and_then(|text| Template::new(text).ok()),
            repair: mapping.repair_double_encoding,
        }
    }

    /// The text of a field that a command cannot do without, or nothing and a fault.
    pub fn number_text(&self, raw: &str, faults: &mut Vec<Fault>) -> String {
        let Captured::Known(text) = self.text(raw, faults) else { return String::new() };
        let length = text.chars().count();
        if length > NUMBER_LENGTH {
            let message = format!("{length} characters; the limit is {NUMBER_LENGTH}");
            faults.push(Fault::at(&self.column, "too-long", message));
        }
        if text.chars().any(char::is_control) {
            faults.push(Fault::at(&self.column, "control-character", "holds a control character"));
        }
        text
    }

    /// A text or code; numbers and dates as they are written in a canonical form.
    pub fn text(&self, raw: &str, faults: &mut Vec<Fault>) -> Captured<String> {
        self.read_into(raw, faults, |value| {
            Some(match value {
                Value::Text(text) => text.into_owned(),
                Value::Date(day) => day.to_string(),
                Value::Number(number) => match self.unit() {
                    Unit::None => number.to_string(),
                    Unit::Of(unit) | Unit::Currency(unit) => format!("{number} {unit}"),
                },
            })
        })
    }

    pub fn date(&self, raw: &str, faults: &mut Vec<Fault>) -> Captured<Date> {
        self.read_into(raw, faults, |value| match value {
            Value::Date(day) => Some(day),
            Value::Text(_) | Value::Number(_) => None,
        })
    }

    pub fn quantity(&self, raw: &str, faults: &mut Vec<Fault>) -> Captured<Quantity> {
        self.read_into(raw, faults, |value| match (value, self.unit()) {
            (Value::Number(number), Unit::Of(unit)) => Some(Quantity::new(number, unit)),
            _ => None,
        })
    }

    pub fn money(&self, raw: &str, faults: &mut Vec<Fault>) -> Captured<Money> {
        self.read_into(raw, faults, |value| match (value, self.unit()) {
            (Value::Number(number), Unit::Currency(currency)) => Some(Money::new(number, currency)),
            _ => None,
        })
    }

    fn unit(&self) -> &Unit {
        match &self.kind {
            Kind::Number { unit, .. } => unit,
            Kind::Text | Kind::Date { .. } | Kind::Code { .. } => &Unit::None,
        }
    }

    /// Reads the field; notes a fault, if there is one. The kinds were checked with the mapping, so
    /// `wanted` refuses no value in practice; if it does, the text is kept as a coded status.
    fn read_into<T>(
        &self,
        raw: &str,
        faults: &mut Vec<Fault>,
        wanted: impl FnOnce(Value<'_>) -> Option<T>,
    ) -> Captured<T> {
        match self.read(raw) {
            Ok(Captured::Known(value)) => match wanted(value) {
                Some(value) => Captured::Known(value),
                None => Captured::Missing(Missing::Other { text: raw.to_owned() }),
            },
            Ok(Captured::Missing(missing)) => Captured::Missing(missing),
            Err(fault) => {
                faults.push(fault);
                Captured::NOT_CAPTURED
            }
        }
    }

    fn read<'a>(&self, raw: &'a str) -> Result<Captured<Value<'a>>, Fault> {
        let text = raw.trim();
        if let Some(missing) = self.marked(text) {
            if self.required {
                return Err(self.fault("missing-value", text, "a value is needed"));
            }
            return Ok(Captured::Missing(missing));
        }
        let (value, code, expected) = match &self.kind {
            Kind::Text => (Some(Value::Text(self.clean(text)?)), "", ""),
            Kind::Code { values } => (coded(values, text), "unknown-code", "a known code is needed"),
            Kind::Date { formats, earliest, latest } => {
                let value = self.day(text, formats, *earliest, *latest)?;
                (value, "not-a-date", "a date is needed")
            }
            Kind::Number { whole, minimum, .. } => {
                (self.amount(text, *whole, *minimum)?, "not-a-number", "a number is needed")
            }
        };
        match value {
            Some(value) => Ok(Captured::Known(value)),
            None if self.required => Err(self.fault(code, text, expected)),
            None => Ok(Captured::Missing(Missing::Other { text: self.clean(text)?.into_owned() })),
        }
    }

    fn marked(&self, text: &str) -> Option<Missing> {
        for (marker, missing) in &self.markers {
            if marker.eq_ignore_ascii_case(text) {
                return Some(missing.clone());
            }
        }
        if text.is_empty() {
            return Some(Missing::NotCaptured);
        }
        self.reference.as_ref()?.read(text)
    }

    fn clean<'a>(&self, text: &'a str) -> Result<Cow<'a, str>, Fault> {
        let text = if self.repair { repair_double_encoding(text) } else { Cow::Borrowed(text) };
        // Bytes are never fewer than characters, and cheaper to count.
        if text.len() > TEXT_LENGTH && text.chars().count() > TEXT_LENGTH {
            return Err(self.fault("too-long", &text, &format!("the limit is {TEXT_LENGTH} characters")));
        }
        Ok(text)
    }

    fn day(
        &self,
        text: &str,
        formats: &[String],
        earliest: Date,
        latest: Date,
    ) -> Result<Option<Value<'static>>, Fault> {
        let mut out_of_range = false;
        for format in formats {
            let Ok(day) = Date::strptime(format, text) else { continue };
            if earliest <= day && day <= latest {
                return Ok(Some(Value::Date(day)));
            }
            // Another format may read it better: `%Y` takes `10` for the year 10.
            out_of_range = true;
        }
        if out_of_range {
            let expected = format!("a day from {earliest} to {latest} is needed");
            return Err(self.fault("out-of-range", text, &expected));
        }
        Ok(None)
    }

    fn amount(
        &self,
        text: &str,
        whole: bool,
        minimum: Option<Decimal>,
    ) -> Result<Option<Value<'static>>, Fault> {
        let Some((integer_digits, fraction_digits)) = digits(text) else { return Ok(None) };
        if integer_digits > INTEGER_DIGITS || fraction_digits > FRACTION_DIGITS {
            let expected = format!(
                "at most {INTEGER_DIGITS} digits before and {FRACTION_DIGITS} behind the point are read"
            );
            return Err(self.fault("out-of-range", text, &expected));
        }
        let Ok(number) = Decimal::from_str_exact(text) else { return Ok(None) };
        if minimum.is_some_and(|minimum| number < minimum) {
            let expected = format!("at least {} is needed", minimum.unwrap_or_default());
            return Err(self.fault("out-of-range", text, &expected));
        }
        if whole && !number.is_integer() {
            return Err(self.fault("not-an-integer", text, "a whole number is needed"));
        }
        Ok(Some(Value::Number(number)))
    }

    fn fault(&self, code: &str, text: &str, expected: &str) -> Fault {
        let found = shortened(text, QUOTED_TEXT);
        Fault::at(&self.column, code, format!("`{found}` stands here; {expected}"))
    }
}

fn markers(mapping: &Mapping, field: &Field) -> Vec<(String, Missing)> {
    let mut markers = Vec::new();
    for (word, marker) in field.markers.iter().chain(&mapping.markers) {
        let (word, marker): (&String, &Marker) = (word, marker);
        markers.push((word.trim().to_owned(), Missing::from(*marker)));
    }
    markers
}

fn coded(values: &[(String, String)], text: &str) -> Option<Value<'static>> {
    for (theirs, ours) in values {
        if theirs.eq_ignore_ascii_case(text) {
            return Some(Value::Text(Cow::Owned(ours.clone())));
        }
    }
    None
}

/// How many digits stand before and behind the point, if the text is a plain decimal number. No
/// exponents, no thousands separators: what could be meant in two ways is not read as a number.
fn digits(text: &str) -> Option<(usize, usize)> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (integer, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if integer.is_empty() || !all_digits(integer) || !all_digits(fraction) {
        return None;
    }
    let leading_zeros = integer.bytes().take_while(|byte| *byte == b'0').count();
    Some((integer.len() - leading_zeros, fraction.len()))
}
