//! Quantities as callers say them, and what they are in the unit of the item. Decimal throughout.

use std::str::FromStr;

use imsop_kernel::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lookup::Checks;
use super::rejection::{QuantityFault, Rejection};
use crate::limits::{PACKS_PER_ITEM, QUANTITY_LARGEST, QUANTITY_SCALE, UNIT_LENGTH};

/// A quantity as a caller says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    /// The amount, a decimal string.
    #[schema(example = "12")]
    pub value: String,
    /// The unit: a UN/ECE Recommendation 20 code (`EA`, `KGM`), or a pack of the item (`CT`).
    #[schema(example = "EA")]
    pub unit: String,
}

/// Units that are counted: there is no half of one (UN/ECE Recommendation 20, 21).
const COUNTED: [&str; 14] =
    ["EA", "C62", "PCE", "H87", "PR", "SET", "CT", "CS", "BX", "PK", "PX", "PL", "RO", "DZN"];

/// Whether there are no parts of this unit.
pub fn is_counted(unit: &str) -> bool {
    COUNTED.contains(&unit)
}

/// A unit that holds several of an item's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// The unit of the pack.
    pub unit: String,
    /// How many of the item's unit it holds, a decimal string.
    #[schema(value_type = String)]
    pub holds: Decimal,
}

/// The unit in which an item is kept, and the packs that it comes in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Units {
    /// The unit of every quantity in the ledger.
    pub unit: String,
    /// Other units that callers may use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packs: Vec<Pack>,
}

impl Units {
    /// An item without packs.
    pub fn single(unit: &str) -> Self {
        Self { unit: unit.to_owned(), packs: Vec::new() }
    }

    /// Collects what is wrong with the unit and the packs.
    pub(super) fn check(&self, checks: &mut Checks) {
        let size = format!("must have 1 to {UNIT_LENGTH} bytes, none of them control characters");
        if !is_unit(&self.unit) {
            checks.fault("unit", "out-of-range", &size);
        }
        if self.packs.len() > PACKS_PER_ITEM {
            checks.fault("packs", "out-of-range", &format!("must be at most {PACKS_PER_ITEM}"));
        }
        for (place, pack) in self.packs.iter().enumerate() {
            let field = |name: &str| format!("packs[{place}].{name}");
            if !is_unit(&pack.unit) {
                checks.fault(&field("unit"), "out-of-range", &size);
            }
            let is_earlier = self.packs[..place].iter().any(|other| other.unit == pack.unit);
            if is_earlier || pack.unit == self.unit {
                checks.fault(&field("unit"), "duplicate", "is there twice");
            }
            if let Some(message) = self.misfit(pack) {
                checks.fault(&field("holds"), "not-fitting", &message);
            }
        }
    }

    /// What is wrong with how much a pack holds.
    fn misfit(&self, pack: &Pack) -> Option<String> {
        if pack.holds <= Decimal::ZERO || pack.holds > QUANTITY_LARGEST {
            return Some(format!("must be more than nothing, and at most {QUANTITY_LARGEST}"));
        }
        if pack.holds.normalize().scale() > QUANTITY_SCALE {
            return Some(format!("must have at most {QUANTITY_SCALE} decimal places"));
        }
        let is_whole = pack.holds.fract().is_zero();
        (is_counted(&self.unit) && !is_whole).then(|| format!("there is no part of one {}", self.unit))
    }

    /// The amount in the item's own unit. `field` names it for the caller.
    pub fn in_own_unit(&self, amount: &Amount, field: &str) -> Result<Decimal, Rejection> {
        let value = parse(&amount.value, field)?;
        if is_counted(&amount.unit) && !value.fract().is_zero() {
            return Err(fault(field, QuantityFault::Fractional, &amount.unit));
        }
        let own = if amount.unit == self.unit {
            value
        } else {
            let Some(pack) = self.packs.iter().find(|pack| pack.unit == amount.unit) else {
                return Err(Rejection::UnitMismatch {
                    field: field.to_owned(),
                    found: amount.unit.clone(),
                    expected: self.unit.clone(),
                });
            };
            value
                .checked_mul(pack.holds)
                .ok_or_else(|| fault(field, QuantityFault::TooLarge, &amount.value))?
        };
        if own > QUANTITY_LARGEST {
            return Err(fault(field, QuantityFault::TooLarge, &amount.value));
        }
        // Small packs of small amounts are less than the books can hold, or nothing at all.
        let own = own.normalize();
        let is_too_fine = own.is_zero() || own.scale() > QUANTITY_SCALE;
        if is_too_fine || (is_counted(&self.unit) && !own.fract().is_zero()) {
            let both = format!("{} {}, which is {own} {},", amount.value, amount.unit, self.unit);
            return Err(fault(field, QuantityFault::Fractional, &both));
        }
        Ok(own)
    }
}

/// Whether it can be the name of a unit.
pub(super) fn is_unit(unit: &str) -> bool {
    !unit.is_empty() && unit.len() <= UNIT_LENGTH && !unit.chars().any(char::is_control)
}

/// A quantity as databases compare it: exactly, in millionths of the unit. More than fits is very much.
pub fn in_millionths(quantity: Decimal) -> i64 {
    let scaled = quantity.checked_mul(Decimal::from(10_i64.pow(QUANTITY_SCALE)));
    scaled.and_then(|scaled| i64::try_from(scaled.trunc().mantissa()).ok()).unwrap_or(i64::MAX)
}

fn fault(field: &str, fault: QuantityFault, value: &str) -> Rejection {
    Rejection::Quantity { field: field.to_owned(), fault, value: value.to_owned() }
}

/// A positive decimal number within the limits.
fn parse(text: &str, field: &str) -> Result<Decimal, Rejection> {
    let wrong = |kind| Err(fault(field, kind, text));
    let Ok(value) = Decimal::from_str_exact(text) else {
        // Too long for 96 bits, or with an exponent: a number all the same.
        let is_number = f64::from_str(text).is_ok_and(f64::is_finite);
        return wrong(if is_number { QuantityFault::TooLarge } else { QuantityFault::NotANumber });
    };
    if value.is_zero() {
        return wrong(QuantityFault::Zero);
    }
    if value.is_sign_negative() {
        return wrong(QuantityFault::Negative);
    }
    if value > QUANTITY_LARGEST {
        return wrong(QuantityFault::TooLarge);
    }
    if value.normalize().scale() > QUANTITY_SCALE {
        return wrong(QuantityFault::Fractional);
    }
    Ok(value)
}
