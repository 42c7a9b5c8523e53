//! Why a command is refused. Each reason has one stable kind of problem.

use imsop_kernel::problem::Fault;
use imsop_kernel::{Decimal, Problem, Uuid};
use imsop_platform::http::Refusal;
use imsop_platform::problems;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::limits::TEXT_LENGTH;

/// What of a line could not be promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Shortage {
    /// The line, counted from 1 where the caller gave it no number.
    pub line_number: String,
    /// The SKU.
    pub sku: String,
    /// The unit of the item.
    pub unit: String,
    /// How much was asked for.
    #[schema(value_type = String)]
    pub requested: Decimal,
    /// How much there is that may be promised.
    #[schema(value_type = String)]
    pub available: Decimal,
    /// How much is missing.
    #[schema(value_type = String)]
    pub short: Decimal,
}

/// A line of an order that cannot be promised as it is, whatever there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefusedLine {
    /// The line.
    pub line_number: String,
    /// The SKU.
    pub sku: String,
    /// The kind of problem that it would have alone.
    pub reason: String,
    /// What is wrong, in words.
    pub detail: String,
}

impl RefusedLine {
    /// A line that is refused for this reason.
    pub(super) fn new(line_number: String, sku: &str, rejection: &Rejection) -> Self {
        let mut detail = rejection.to_string();
        // Units of other contexts may be long.
        detail.truncate(detail.floor_char_boundary(TEXT_LENGTH));
        Self { line_number, sku: sku.to_owned(), reason: rejection.problem().slug().to_owned(), detail }
    }
}

/// What is wrong with a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "plain words")]
pub enum QuantityFault {
    NotANumber,
    Zero,
    Negative,
    Fractional,
    TooLarge,
}

/// Why a command is refused. It changed nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the message describes each")]
pub enum Rejection {
    #[error("`{value}` cannot be the quantity of {field}")]
    Quantity { field: String, fault: QuantityFault, value: String },
    #[error("{field} is in {found}; the item is kept in {expected}, and has no such pack")]
    UnitMismatch { field: String, found: String, expected: String },
    #[error("no SKU `{0}` has ever been received or defined")]
    UnknownSku(String),
    #[error("no site `{0}` has ever received or expected anything")]
    UnknownSite(String),
    #[error("SKU `{sku}` has no lot `{lot}` at site `{site}`")]
    UnknownLot { sku: String, lot: String, site: String },
    #[error("there is not enough of {} line(s)", .0.len())]
    InsufficientStock(Vec<Shortage>),
    #[error("order `{order}` has a reservation at site `{site}` already, which is {status}")]
    AlreadyReserved { order: String, site: String, status: String },
    #[error("order `{order}` has a reservation at site `{site}`, which is {status}; release it there first")]
    ReservedElsewhere { order: String, site: String, status: String },
    #[error("the hold ended at {0}")]
    HoldExpired(String),
    #[error("{what} is {state} and cannot {transition}")]
    IllegalTransition { what: &'static str, state: String, transition: &'static str },
    #[error("no site has ever received or expected anything")]
    NoSite,
    #[error("no {what} `{id}`")]
    NotFound { what: &'static str, id: String },
    #[error("{what} `{id}` exists already")]
    AlreadyExists { what: &'static str, id: String },
    #[error(
        "line {line}: {received} would come where {expected} was still expected; {tolerance} % more than was \
         announced is tolerated"
    )]
    OverDelivery { line: String, received: Decimal, expected: Decimal, tolerance: u32 },
    #[error("{asked} of SKU `{sku}` would go, but only {free} is not promised to anybody")]
    StockReserved { sku: String, asked: Decimal, free: Decimal },
    #[error("lot `{lot}` of SKU `{sku}` expires on {expiry}, which is over")]
    LotExpired { sku: String, lot: String, expiry: String },
    #[error("serial number `{serial}` of SKU `{sku}` is in stock already")]
    SerialInUse { sku: String, serial: String },
    #[error(
        "SKU `{sku}` is in count `{count}` there, which waits for an approval: approve or reject it first"
    )]
    CountPending { sku: String, count: Uuid },
    #[error("SKU `{sku}` would have too many {what} at site `{site}`")]
    TooManyParts { sku: String, site: String, what: &'static str },
    #[error("its version is {0}")]
    Changed(i64),
    #[error("the command is not valid")]
    Invalid(Vec<Fault>),
}

impl Rejection {
    /// A single thing that is not possible.
    pub(super) fn invalid(field: &str, code: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Fault::at(field, code, message)])
    }
}

fn quantity_problem(field: &str, fault: QuantityFault, detail: String) -> Problem {
    let (slug, title) = match fault {
        QuantityFault::NotANumber => ("quantity-not-a-number", "The quantity is not a number"),
        QuantityFault::Zero => ("quantity-zero", "The quantity is zero"),
        QuantityFault::Negative => ("quantity-negative", "The quantity is negative"),
        QuantityFault::Fractional => ("quantity-fractional", "There is no such part of this unit"),
        QuantityFault::TooLarge => ("quantity-too-large", "The quantity is too large"),
    };
    Problem::new(422, slug, title).errors(vec![Fault::at(field, slug, detail.clone())]).detail(detail)
}

impl Refusal for Rejection {
    fn problem(&self) -> Problem {
        let detail = self.to_string();
        let unprocessable = |slug, title| Problem::new(422, slug, title).detail(detail.clone());
        let conflict = |slug, title| Problem::new(409, slug, title).detail(detail.clone());
        match self {
            Self::Quantity { field, fault, .. } => quantity_problem(field, *fault, detail),
            Self::UnitMismatch { .. } => unprocessable("unit-mismatch", "The unit is not one of the item's"),
            Self::UnknownSku(_) => unprocessable("unknown-sku", "The SKU is not known"),
            Self::UnknownSite(_) => unprocessable("unknown-site", "The site is not known"),
            Self::NoSite => unprocessable("no-site", "There is no site"),
            Self::UnknownLot { .. } => unprocessable("unknown-lot", "The lot is not known"),
            Self::InsufficientStock(shortages) => {
                conflict("insufficient-stock", "There is not enough stock").with("shortages", shortages)
            }
            Self::AlreadyReserved { .. } => conflict("already-reserved", "The order has a reservation"),
            Self::ReservedElsewhere { .. } => {
                conflict("reserved-elsewhere", "The order has a reservation at another site")
            }
            Self::HoldExpired(_) => conflict("hold-expired", "The hold has expired"),
            Self::IllegalTransition { .. } => {
                conflict("illegal-transition", "It cannot happen in the present state")
            }
            Self::NotFound { what, id } => problems::not_found(what, id),
            Self::AlreadyExists { .. } => conflict("already-exists", "It exists already"),
            Self::OverDelivery { .. } => conflict("over-delivery", "More has come than is tolerated"),
            Self::StockReserved { .. } => conflict("stock-reserved", "The stock is promised to somebody"),
            Self::LotExpired { .. } => unprocessable("lot-expired", "The lot has expired"),
            Self::SerialInUse { .. } => conflict("serial-in-use", "The serial number is in stock"),
            Self::CountPending { .. } => {
                conflict("count-pending", "Another count of it waits for an approval")
            }
            Self::TooManyParts { .. } => conflict("too-many-parts", "The stock has too many parts"),
            Self::Changed(version) => problems::precondition_failed(*version),
            Self::Invalid(faults) => problems::validation_failed(faults.clone()),
        }
    }
}
