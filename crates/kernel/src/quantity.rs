//! Amounts: always decimal, always with their unit or currency.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An amount of goods or a physical measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Quantity {
    /// The amount, a decimal string.
    #[schema(value_type = String, example = "12.5")]
    pub value: Decimal,
    /// The unit: a UN/ECE Recommendation 20 code for trade (`EA`, `KGM`), UCUM for sensors (`Cel`).
    pub unit: String,
}

impl Quantity {
    /// That much of that unit.
    pub fn new(value: Decimal, unit: &str) -> Self {
        Self { value, unit: unit.to_owned() }
    }
}

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// The amount, a decimal string.
    #[schema(value_type = String, example = "12.50")]
    pub amount: Decimal,
    /// The ISO 4217 code of the currency.
    pub currency: String,
}

impl Money {
    /// That much of that currency.
    pub fn new(amount: Decimal, currency: &str) -> Self {
        Self { amount, currency: currency.to_owned() }
    }
}
