//! Finding what a command names among the loaded aggregates, and saying what is not known.

use imsop_journal::{Draft, States};
use imsop_kernel::ids::Kind;
use imsop_kernel::problem::Fault;
use imsop_kernel::{Date, Decimal, StreamId, Tenant, Timestamp, Uuid};
use jiff::tz::TimeZone;

use super::account::{Batch, Condition};
use super::command::ConditionInput;
use super::measure::{Amount, Units};
use super::rejection::Rejection;
use super::reservation::Reservation;
use super::stock::Stock;
use super::{Advice, Inventory, State};
use crate::limits::{CODE_LENGTH, LINE_NUMBER_LENGTH, LINES, TEXT_LENGTH};

/// The day, everywhere in UTC.
pub fn day_of(moment: Timestamp) -> Date {
    moment.to_zoned(TimeZone::UTC).date()
}

/// Two codes as one. The length keeps `a` + `b/c` apart from `a/b` + `c`.
fn pair(first: &str, second: &str) -> String {
    format!("{}:{first}/{second}", first.len())
}

/// The stock of a SKU at a site.
pub fn stock_of(tenant: &Tenant, site: &str, sku: &str) -> StreamId {
    StreamId::natural(tenant, Kind::Stock, &pair(site, sku))
}

/// The reservation of an order. It has one, whichever site promises, so that no two sites promise the same.
pub fn reservation_of(tenant: &Tenant, order_id: &str) -> StreamId {
    StreamId::natural(tenant, Kind::Reservation, order_id)
}

/// An item.
pub fn item_of(tenant: &Tenant, sku: &str) -> StreamId {
    StreamId::natural(tenant, Kind::Item, sku)
}

/// A site.
pub fn site_of(tenant: &Tenant, site: &str) -> StreamId {
    StreamId::natural(tenant, Kind::Site, site)
}

/// A lot of a SKU, wherever it lies.
pub fn lot_of(tenant: &Tenant, sku: &str, lot: &str) -> StreamId {
    StreamId::natural(tenant, Kind::Lot, &pair(sku, lot))
}

/// A piece of a SKU with a serial number, of whichever lot and owner.
pub fn serial_of(tenant: &Tenant, sku: &str, serial: &str) -> StreamId {
    StreamId::natural(tenant, Kind::Serial, &pair(sku, serial))
}

/// What a purchase order or advance ship notice says will come.
pub fn advice_of(tenant: &Tenant, reference: &str) -> StreamId {
    StreamId::natural(tenant, Kind::Advice, reference)
}

/// The loaded state of an aggregate.
pub(super) fn loaded(states: &States<Inventory>, stream: StreamId) -> Option<&State> {
    states.get(&stream).and_then(|versioned| versioned.state.as_deref())
}

/// What a command's lines are decided on: the aggregates of one tenant.
pub(super) struct Books<'a, 'd> {
    pub draft: &'a Draft<'d, Inventory>,
    pub tenant: &'a Tenant,
}

impl<'a> Books<'a, '_> {
    /// The stock, if there has ever been any.
    pub fn stock(&self, site: &str, sku: &str) -> Option<&'a Stock> {
        match self.draft.state(stock_of(self.tenant, site, sku)) {
            Some(State::Stock(stock)) => Some(stock),
            _ => None,
        }
    }

    /// The stock, or why there cannot be any.
    pub fn known_stock(&self, site: &str, sku: &str) -> Result<&'a Stock, Rejection> {
        if let Some(stock) = self.stock(site, sku) {
            return Ok(stock);
        }
        if self.draft.state(site_of(self.tenant, site)).is_none() {
            return Err(Rejection::UnknownSite(site.to_owned()));
        }
        Err(Rejection::UnknownSku(sku.to_owned()))
    }

    /// The units of the item.
    pub fn units(&self, sku: &str) -> Option<&'a Units> {
        match self.draft.state(item_of(self.tenant, sku)) {
            Some(State::Item(item)) => Some(&item.units),
            _ => None,
        }
    }

    /// An amount of what is in stock, in the item's own unit. The item is asked only where the amount is
    /// in another unit.
    pub fn own_amount(&self, stock: &Stock, amount: &Amount, field: &str) -> Result<Decimal, Rejection> {
        if amount.unit == stock.unit {
            return Units::single(&stock.unit).in_own_unit(amount, field);
        }
        match self.units(&stock.sku) {
            Some(units) => units.in_own_unit(amount, field),
            None => Units::single(&stock.unit).in_own_unit(amount, field),
        }
    }

    /// The condition in which goods of a lot come: nobody may use those of a quarantined one. What came to be
    /// blocked may have been released since.
    pub fn condition(&self, sku: &str, lot: Option<&String>, said: Condition) -> Condition {
        if !matches!(said, Condition::Available | Condition::Blocked) {
            return said;
        }
        match lot.and_then(|lot| self.draft.state(lot_of(self.tenant, sku, lot))) {
            Some(State::Lot(card)) if card.is_quarantined => Condition::Blocked,
            _ => Condition::Available,
        }
    }

    /// The last day of a lot, as any site has told it.
    pub fn expiry(&self, sku: &str, lot: Option<&String>) -> Option<Date> {
        match self.draft.state(lot_of(self.tenant, sku, lot?)) {
            Some(State::Lot(card)) => card.expiry,
            _ => None,
        }
    }

    /// Goods as they are known: with the last day that this site or another one has told.
    pub fn as_known(&self, stock: &Stock, batch: Batch) -> Batch {
        let here = stock.lot(&batch).and_then(|lot| lot.batch.expiry);
        let expiry = here.or_else(|| self.expiry(&stock.sku, batch.lot.as_ref()));
        Batch { expiry, ..batch }
    }

    /// Whether a piece with this serial number is at a site or between two of them.
    pub fn has_serial(&self, sku: &str, serial: &str) -> bool {
        match self.draft.state(serial_of(self.tenant, sku, serial)) {
            Some(State::Serial(card)) => card.is_here,
            _ => false,
        }
    }

    /// What a document says will come.
    pub fn advice(&self, reference: &str) -> Option<&'a Advice> {
        match self.draft.state(advice_of(self.tenant, reference)) {
            Some(State::Advice(advice)) => Some(advice),
            _ => None,
        }
    }

    /// A reservation by its id.
    pub fn reservation(&self, id: Uuid) -> Result<&'a Reservation, Rejection> {
        match self.draft.state(StreamId::new(Kind::Reservation, id)) {
            Some(State::Reservation(reservation)) => Ok(reservation),
            _ => Err(Rejection::NotFound { what: "reservation", id: id.to_string() }),
        }
    }
}

/// Collects what is wrong with the codes and counts of a command.
#[derive(Default)]
pub(super) struct Checks {
    faults: Vec<Fault>,
}

impl Checks {
    /// A code: a site, SKU, bin, lot, serial number, owner or reference.
    pub fn code(&mut self, field: &str, code: &str) {
        self.words(field, code, CODE_LENGTH);
    }

    /// A code that may be left out.
    pub fn maybe_code(&mut self, field: &str, code: Option<&String>) {
        if let Some(code) = code {
            self.code(field, code);
        }
    }

    /// The number of a line that may be left out.
    pub fn maybe_line_number(&mut self, field: &str, number: Option<&String>) {
        if let Some(number) = number {
            self.words(field, number, LINE_NUMBER_LENGTH);
        }
    }

    /// A text for people that may be left out.
    pub fn maybe_text(&mut self, field: &str, text: Option<&String>) {
        if let Some(text) = text {
            self.words(field, text, TEXT_LENGTH);
        }
    }

    fn words(&mut self, field: &str, text: &str, longest: usize) {
        let is_fit = !text.trim().is_empty() && text.len() <= longest && !text.chars().any(char::is_control);
        if !is_fit {
            let message = format!("must have 1 to {longest} bytes, none of them control characters");
            self.faults.push(Fault::at(field, "out-of-range", message));
        }
    }

    /// The condition in which goods come: nobody can say that they are blocked, only their lot is.
    pub fn incoming(&mut self, place: usize, condition: Option<ConditionInput>) {
        if condition == Some(ConditionInput::Blocked) {
            let message = "goods are blocked by the quarantine of their lot alone";
            self.fault(&format!("lines[{place}].condition"), "not-fitting", message);
        }
    }

    /// How many lines there are.
    pub fn lines(&mut self, count: usize) {
        if count == 0 || count > LINES {
            self.faults.push(Fault::at("lines", "out-of-range", format!("must be 1 to {LINES}")));
        }
    }

    /// Anything else.
    pub fn fault(&mut self, field: &str, code: &str, message: &str) {
        self.faults.push(Fault::at(field, code, message));
    }

    /// Refuses if there was anything wrong.
    pub fn finish(self) -> Result<(), Rejection> {
        if self.faults.is_empty() { Ok(()) } else { Err(Rejection::Invalid(self.faults)) }
    }
}

/// The number of a line: the caller's, or its place.
pub(super) fn line_number(given: Option<&String>, place: usize) -> String {
    given.cloned().unwrap_or_else(|| (place + 1).to_string())
}

/// The field of a line's quantity, as faults name it.
pub(super) fn quantity_field(place: usize) -> String {
    format!("lines[{place}].quantity")
}
