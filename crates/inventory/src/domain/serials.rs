//! Pieces with a serial number: each is there once, of whichever lot and owner, at whichever site.

use imsop_kernel::Decimal;
use serde::{Deserialize, Serialize};

use super::account::Movement;
use super::event::Event;
use super::lookup::Books;
use super::rejection::Rejection;

/// A piece with a serial number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct SerialCard {
    pub sku: String,
    pub serial: String,
    /// Whether it is at a site or between two of them.
    pub is_here: bool,
}

impl SerialCard {
    /// The card after the piece has come or gone.
    pub(super) fn followed(mut self, event: &Event) -> Self {
        for movement in event.movements() {
            if movement.sku == self.sku && movement.batch.serial.as_ref() == Some(&self.serial) {
                self.is_here = movement.to.account.is_held();
            }
        }
        self
    }
}

/// Refuses movements that would make a piece be there twice, or that name several pieces by one number.
/// One that the same movements take away may come again: it lay elsewhere than the books said.
pub(super) fn come_once(books: &Books<'_, '_>, movements: &[Movement]) -> Result<(), Rejection> {
    for (place, movement) in movements.iter().enumerate() {
        let Some(serial) = &movement.batch.serial else { continue };
        if movement.quantity.value != Decimal::ONE {
            let message = format!("a piece with the serial number `{serial}` comes and goes alone");
            return Err(Rejection::invalid("lines.quantity", "not-fitting", message));
        }
        if !movement.comes() {
            continue;
        }
        let is_same =
            |other: &&Movement| other.sku == movement.sku && other.batch.serial.as_ref() == Some(serial);
        let comes_twice = movements[..place].iter().filter(is_same).any(Movement::comes);
        let leaves = movements.iter().filter(is_same).any(Movement::leaves);
        if comes_twice || (books.has_serial(&movement.sku, serial) && !leaves) {
            return Err(Rejection::SerialInUse { sku: movement.sku.clone(), serial: serial.clone() });
        }
    }
    Ok(())
}
