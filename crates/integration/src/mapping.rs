//! What a mapping may say: which column of a partner's file means what. Data, not code.
//!
//! This is the document as it is written, in YAML, and its checks. [`crate::plan`] makes it ready
//! to read rows with.

use std::collections::BTreeMap;

use imsop_kernel::captured::Missing;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::limits::MAPPING_BYTES;
use crate::template::Template;

/// A mapping document.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Mapping {
    /// What the adapter is called: lower-case letters, digits and dashes.
    pub name: String,
    /// One line that says what it reads.
    pub title: String,
    /// What the writer of the mapping found out and a reader must know.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The system that the records come from.
    pub source_system: String,
    /// The character between two fields.
    pub separator: char,
    /// Repair text that was taken for Windows-1252 and encoded to UTF-8 a second time.
    #[serde(default)]
    pub repair_double_encoding: bool,
    /// What dates look like, unless a field says otherwise.
    pub dates: DateRules,
    /// Words that stand for a missing value in any column, and what they mean. Compared without
    /// regard to case. An empty field always means `notCaptured`, unless it is listed here.
    #[serde(default)]
    pub markers: BTreeMap<String, Marker>,
    /// How a field says that another row holds its value: text with `{line}` and
    /// `{shipmentNumber}` in it. For the fields with `mayRefer`.
    #[serde(default)]
    pub reference: Option<String>,
    /// What becomes of columns that the mapping does not name.
    #[serde(default)]
    pub unmapped_columns: UnmappedColumns,
    /// The columns that together name a row: the same row sent again has the same values there.
    pub row_identity: Vec<String>,
    /// What concerns the whole order.
    pub order: OrderFields,
    /// What concerns the shipment that a row went with.
    pub shipment: ShipmentFields,
    /// What concerns the line itself.
    pub line: LineFields,
}

/// Dates of a file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DateRules {
    /// strftime formats, tried in this order. `%y` reads 00 to 68 as 2000 to 2068 and 69 to 99 as
    /// 1969 to 1999. Letters of month names are compared without regard to case.
    pub formats: Vec<String>,
    /// A day before this one is not believed.
    pub earliest: Date,
    /// A day after this one is not believed.
    pub latest: Date,
}

/// Why a value is missing, as far as a single word can say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the words are those of the kernel's `Missing`")]
pub enum Marker {
    NotCaptured,
    NotApplicable,
    CapturedSeparately,
    IncludedInCommodityCost,
    InvoicedSeparately,
    BeforePriceQuoteProcess,
    FulfilledFromStock,
}

/// See [`Mapping::unmapped_columns`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UnmappedColumns {
    /// They become line attributes under the name that the header gives them.
    #[default]
    Keep,
    /// They are left in the original row only.
    Leave,
}

/// The fields of an order.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrderFields {
    /// The order's number; rows with the same one make up the order.
    pub number: Field,
    /// The name of the customer.
    pub customer: Field,
    /// When it was ordered.
    pub order_date: Field,
    /// The country that it goes to.
    pub country: Field,
}

/// The fields of a shipment.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ShipmentFields {
    /// The shipment's number; rows of an order with the same one went together.
    pub number: Field,
    /// How it was moved.
    pub mode: Field,
    /// Who moved it, if the source says so.
    #[serde(default)]
    pub carrier: Option<Field>,
    /// When it left, if the source says so.
    #[serde(default)]
    pub departed: Option<Field>,
    /// When it arrived.
    pub delivered: Field,
    /// When somebody wrote down that it had arrived.
    pub delivery_recorded: Field,
    /// What it weighs as a whole.
    pub weight: Field,
    /// What its transport cost as a whole.
    pub freight_cost: Field,
    /// Which row of a shipment holds what concerns all its rows: a code with the values `true`
    /// and `false`.
    #[serde(default)]
    pub summary_row: Option<Field>,
}

/// The fields of a line.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LineFields {
    /// The line's number, unique in its order.
    pub number: Field,
    /// The article number, if the source has one.
    #[serde(default)]
    pub sku: Option<Field>,
    /// What it is.
    pub description: Field,
    /// How much of it.
    pub quantity: Field,
    /// The price of one unit of the quantity.
    #[serde(default)]
    pub unit_price: Option<Field>,
    /// The value of the whole line.
    pub value: Field,
    /// When it is to be delivered.
    pub scheduled_delivery: Field,
    /// Everything else that the platform keeps with the line.
    #[serde(default)]
    pub attributes: BTreeMap<String, Field>,
}

/// How one column is read.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Field {
    /// The column, as the header names it.
    pub column: String,
    /// What it holds.
    #[serde(default)]
    pub kind: FieldKind,
    /// A row without a value here is put aside. Implied where the command cannot do without.
    #[serde(default)]
    pub required: bool,
    /// For dates: the formats, where they differ from those of the file.
    #[serde(default)]
    pub formats: Vec<String>,
    /// For quantities: the unit.
    #[serde(default)]
    pub unit: Option<String>,
    /// For money: the currency.
    #[serde(default)]
    pub currency: Option<String>,
    /// For numbers: the least that is believed.
    #[serde(default)]
    pub minimum: Option<Decimal>,
    /// For codes: the source's words and ours.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// Words that stand for a missing value in this column. They go before those of the file.
    #[serde(default)]
    pub markers: BTreeMap<String, Marker>,
    /// The field may name another row that holds its value.
    #[serde(default)]
    pub may_refer: bool,
}

/// The kinds of fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FieldKind {
    /// Text as it stands, without white space around it.
    #[default]
    Text,
    /// A calendar day.
    Date,
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
    /// A number of `unit`.
    Quantity,
    /// A number of `currency`.
    Money,
    /// One of the words in `values`.
    Code,
}

/// A mapping that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// It is longer than any mapping has reason to be.
    #[error("the mapping is longer than {MAPPING_BYTES} bytes")]
    TooLong,
    /// It is not YAML, or not of the form of a mapping.
    #[error("the mapping cannot be read: {0}")]
    Unreadable(#[from] serde_yaml_ng::Error),
    /// It contradicts itself. All that was found.
    #[error("the mapping is not usable: {}", .0.join("; "))]
    Invalid(Vec<String>),
}

impl Mapping {
    /// Reads and checks a mapping.
    pub fn from_yaml(text: &str) -> Result<Self, MappingError> {
        if text.len() > MAPPING_BYTES {
            return Err(MappingError::TooLong);
        }
        let mapping: Self = serde_yaml_ng::from_str(text)?;
        let faults = mapping.faults();
        if !faults.is_empty() {
            return Err(MappingError::Invalid(faults));
        }
        Ok(mapping)
    }

    /// Every field with the name under which the mapping speaks of it.
    pub fn fields(&self) -> Vec<(String, &Field)> {
        let (order, shipment, line) = (&self.order, &self.shipment, &self.line);
        let always = [
            ("order.number", &order.number),
            ("order.customer", &order.customer),
            ("order.orderDate", &order.order_date),
            ("order.country", &order.country),
            ("shipment.number", &shipment.number),
            ("shipment.mode", &shipment.mode),
            ("shipment.delivered", &shipment.delivered),
            ("shipment.deliveryRecorded", &shipment.delivery_recorded),
            ("shipment.weight", &shipment.weight),
            ("shipment.freightCost", &shipment.freight_cost),
            ("line.number", &line.number),
            ("line.description", &line.description),
            ("line.quantity", &line.quantity),
            ("line.value", &line.value),
            ("line.scheduledDelivery", &line.scheduled_delivery),
        ];
        let sometimes = [
            ("shipment.carrier", &shipment.carrier),
            ("shipment.departed", &shipment.departed),
            ("shipment.summaryRow", &shipment.summary_row),
            ("line.sku", &line.sku),
            ("line.unitPrice", &line.unit_price),
        ];
        let mut fields: Vec<(String, &Field)> = Vec::new();
        for (path, field) in always {
            fields.push((path.to_owned(), field));
        }
        for (path, field) in sometimes {
            if let Some(field) = field {
                fields.push((path.to_owned(), field));
            }
        }
        for (name, field) in &line.attributes {
            fields.push((format!("line.attributes.{name}"), field));
        }
        fields
    }

    /// The columns that a file must have, each once, in the order of the mapping.
    pub fn columns(&self) -> Vec<&str> {
        let mut columns: Vec<&str> = Vec::new();
        let identity = self.row_identity.iter().map(String::as_str);
        let fields = self.fields();
        for column in identity.chain(fields.iter().map(|(_, field)| field.column.as_str())) {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        columns
    }

    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        if self.name.is_empty() || !self.name.bytes().all(plain) {
            faults.push(format!("name: `{}` is not made of a-z, 0-9 and '-'", self.name));
        }
        if !self.separator.is_ascii() || matches!(self.separator, '"' | '\r' | '\n' | '\0') {
            faults.push("separator: must be an ASCII character other than a quote or a line end".to_owned());
        }
        if self.row_identity.is_empty() {
            faults.push("rowIdentity: names no column".to_owned());
        }
        if self.dates.earliest > self.dates.latest {
            faults.push("dates: earliest is after latest".to_owned());
        }
        if let Some(Err(fault)) = self.reference.as_deref().map(Template::new) {
            faults.push(format!("reference: {fault}"));
        }
        faults.extend(format_faults("dates.formats", &self.dates.formats));
        if self.dates.formats.is_empty() {
            faults.push("dates.formats: is empty".to_owned());
        }
        for (path, field) in self.fields() {
            faults.extend(field.faults(&path, self.reference.is_some()));
            if let Some((needed, kinds)) =
                kinds_allowed(&path).filter(|(_, kinds)| !kinds.contains(&field.kind))
            {
                let found = field.kind;
                faults.push(format!("{path}: kind is {found:?}, {needed} is needed: one of {kinds:?}"));
            }
        }
        faults
    }
}

/// The kinds that make sense where the command wants a certain thing. None where any does.
fn kinds_allowed(path: &str) -> Option<(&'static str, &'static [FieldKind])> {
    use FieldKind::{Code, Date, Integer, Money, Quantity, Text};
    Some(match path {
        "order.number" | "shipment.number" | "line.number" => ("a number's text", &[Text, Integer]),
        "order.customer" | "order.country" | "shipment.carrier" | "line.description" | "line.sku" => {
            ("text", &[Text, Code])
        }
        "order.orderDate"
        | "shipment.departed"
        | "shipment.delivered"
        | "shipment.deliveryRecorded"
        | "line.scheduledDelivery" => ("a day", &[Date]),
        "shipment.mode" | "shipment.summaryRow" => ("a code", &[Code]),
        "shipment.weight" | "line.quantity" => ("a quantity", &[Quantity]),
        "shipment.freightCost" | "line.unitPrice" | "line.value" => ("money", &[Money]),
        _ => return None,
    })
}

impl Field {
    fn faults(&self, path: &str, has_reference: bool) -> Vec<String> {
        let mut faults = format_faults(path, &self.formats);
        let mut fault = |wrong: bool, message: &str| {
            if wrong {
                faults.push(format!("{path}: {message}"));
            }
        };
        let kind = self.kind;
        let is_quantity = kind == FieldKind::Quantity;
        let is_money = kind == FieldKind::Money;
        let is_number = is_quantity || is_money || matches!(kind, FieldKind::Integer | FieldKind::Decimal);
        fault(self.column.trim().is_empty(), "column is empty");
        fault(self.column.trim() != self.column, "column has white space around it");
        fault(is_quantity && self.unit.is_none(), "a quantity needs a unit");
        fault(!is_quantity && self.unit.is_some(), "only a quantity has a unit");
        fault(!is_money && self.currency.is_some(), "only money has a currency");
        let currency_is_code = self
            .currency
            .as_ref()
            .is_some_and(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()));
        fault(is_money && !currency_is_code, "money needs a currency, three capital letters (ISO 4217)");
        fault(!is_number && self.minimum.is_some(), "only a number has a minimum");
        fault(kind != FieldKind::Date && !self.formats.is_empty(), "only a date has formats");
        fault(kind != FieldKind::Code && !self.values.is_empty(), "only a code has values");
        fault(kind == FieldKind::Code && self.values.is_empty(), "a code needs values");
        fault(
            self.may_refer && !has_reference,
            "mayRefer, but the mapping says not what a reference looks like",
        );
        let is_truth = |ours: &String| ours == "true" || ours == "false";
        fault(
            path == "shipment.summaryRow" && !self.values.values().all(is_truth),
            "its values must be `true` and `false`",
        );
        faults
    }
}

fn format_faults(path: &str, formats: &[String]) -> Vec<String> {
    let mut faults = Vec::new();
    // A format that cannot read what it wrote would refuse every row of every file.
    let sample = Date::constant(2009, 8, 14);
    for format in formats {
        let written = jiff::fmt::strtime::format(format, sample);
        let read = written.and_then(|text| Date::strptime(format, text));
        match read {
            Ok(day) if day == sample => {}
            Ok(_) => faults.push(format!("{path}: the format `{format}` does not hold a whole date")),
            Err(error) => faults.push(format!("{path}: the format `{format}` is not usable: {error}")),
        }
    }
    faults
}

impl From<Marker> for Missing {
    fn from(marker: Marker) -> Self {
        match marker {
            Marker::NotCaptured => Self::NotCaptured,
            Marker::NotApplicable => Self::NotApplicable,
            Marker::CapturedSeparately => Self::CapturedSeparately,
            Marker::IncludedInCommodityCost => Self::IncludedInCommodityCost,
            Marker::InvoicedSeparately => Self::InvoicedSeparately,
            Marker::BeforePriceQuoteProcess => Self::BeforePriceQuoteProcess,
            Marker::FulfilledFromStock => Self::FulfilledFromStock,
        }
    }
}
