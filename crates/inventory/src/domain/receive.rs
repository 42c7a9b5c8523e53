//! Deciding on items and on goods that come: defined, expected, received; what orders waited for is filled.

use std::collections::BTreeSet;

use imsop_journal::{Context, Draft};
use imsop_kernel::ids::Kind;
use imsop_kernel::{Decimal, Quantity, StreamId};

use super::account::{Account, Batch, Condition, Movement, Place};
use super::allocate::Allocator;
use super::command::{
    DefineItem, ExpectReceipt, GoodsAt, Receive, ReceiveLine, ReserveLine, ReturnGoods, SetReorderPoint,
    Strategy,
};
use super::event::{
    BackorderFilled, Event, ExpectedLine, GoodsReceived, GoodsReturned, ItemDefined, ReceiptExpected,
    ReceiptOutcome, ReceivedLine, ReorderPointSet,
};
use super::lookup::{
    Books, Checks, advice_of, day_of, item_of, line_number, quantity_field, reservation_of, stock_of,
};
use super::measure::{Amount, Units, is_unit};
use super::moves::check;
use super::rejection::Rejection;
use super::serials::come_once;
use super::stock::{Backorder, Stock};
use super::{Inventory, State};
use crate::limits::{BACKORDERS_FILLED, BATCHES_PER_STOCK, OVER_TOLERANCE_PERCENT, SPOTS_PER_BATCH};

type Decided = Result<(), Rejection>;

/// Decides on what an item is.
pub(super) fn define_item(
    command: &DefineItem,
    context: &Context,
    draft: &mut Draft<'_, Inventory>,
) -> Decided {
    let mut checks = Checks::default();
    checks.code("sku", &command.sku);
    checks.maybe_text("description", command.description.as_ref());
    let units = Units { unit: command.unit.clone(), packs: command.packs.clone() };
    units.check(&mut checks);
    checks.finish()?;
    let stream = item_of(&context.tenant, &command.sku);
    if let Some(State::Item(item)) = draft.state(stream)
        && item.units.unit != command.unit
    {
        return Err(Rejection::UnitMismatch {
            field: "unit".to_owned(),
            found: command.unit.clone(),
            expected: item.units.unit.clone(),
        });
    }
    let event = ItemDefined {
        sku: command.sku.clone(),
        description: command.description.clone(),
        unit: command.unit.clone(),
        packs: command.packs.clone(),
    };
    draft.record(stream, Event::ItemDefined(event));
    Ok(())
}

/// Decides below how much new goods must be ordered.
pub(super) fn set_reorder_point(
    command: &SetReorderPoint,
    context: &Context,
    draft: &mut Draft<'_, Inventory>,
) -> Decided {
    let books = Books { draft, tenant: &context.tenant };
    let stock = books.known_stock(&command.site, &command.sku)?;
    let value = books.own_amount(stock, &command.quantity, "quantity")?;
    let event = ReorderPointSet {
        site: command.site.clone(),
        sku: command.sku.clone(),
        quantity: stock.quantity(value),
    };
    draft.record(stock_of(&context.tenant, &command.site, &command.sku), Event::ReorderPointSet(event));
    Ok(())
}

/// The amount in the unit of the item, which is the amount's own where the item is new.
fn amount_of(books: &Books<'_, '_>, sku: &str, amount: &Amount, field: &str) -> Result<Quantity, Rejection> {
    let new = Units::single(&amount.unit);
    let units = books.units(sku).unwrap_or(&new);
    if !is_unit(&units.unit) {
        return Err(Rejection::invalid(field, "not-fitting", "a unit has 1 to 8 characters"));
    }
    Ok(Quantity::new(units.in_own_unit(amount, field)?, &units.unit))
}

/// Decides on goods that a document says will come.
pub(super) fn expect(
    command: &ExpectReceipt,
    context: &Context,
    draft: &mut Draft<'_, Inventory>,
) -> Decided {
    let mut checks = Checks::default();
    checks.code("reference", &command.reference);
    checks.code("site", &command.site);
    checks.maybe_code("supplier", command.supplier.as_ref());
    checks.lines(command.lines.len());
    for (place, line) in command.lines.iter().enumerate() {
        checks.code(&format!("lines[{place}].sku"), &line.sku);
    }
    checks.finish()?;
    let stream = advice_of(&context.tenant, &command.reference);
    if draft.state(stream).is_some() {
        return Err(Rejection::AlreadyExists { what: "expected receipt", id: command.reference.clone() });
    }
    let books = Books { draft, tenant: &context.tenant };
    let mut lines = Vec::with_capacity(command.lines.len());
    for (place, line) in command.lines.iter().enumerate() {
        let quantity = amount_of(&books, &line.sku, &line.quantity, &quantity_field(place))?;
        lines.push(ExpectedLine { sku: line.sku.clone(), quantity });
    }
    let event = ReceiptExpected {
        reference: command.reference.clone(),
        site: command.site.clone(),
        due: command.due,
        supplier: command.supplier.clone(),
        lines,
    };
    draft.record(stream, Event::ReceiptExpected(event));
    Ok(())
}

/// Decides on goods that have come.
pub(super) fn receive(command: &Receive, context: &Context, draft: &mut Draft<'_, Inventory>) -> Decided {
    check_receipt(command)?;
    let books = Books { draft, tenant: &context.tenant };
    let mut lines = Vec::with_capacity(command.lines.len());
    let mut movements = Vec::with_capacity(command.lines.len());
    for (place, line) in command.lines.iter().enumerate() {
        let quantity = amount_of(&books, &line.sku, &line.quantity, &quantity_field(place))?;
        let batch = received_batch(&books, command, line, context)?;
        agrees(&batch, movements.iter().filter(|earlier: &&Movement| earlier.sku == line.sku))?;
        lines.push(compare(&books, command, line, place, quantity.clone(), &lines)?);
        let account = if line.bin.is_some() { Account::Storage } else { Account::Receiving };
        let said = line.condition.map_or(Condition::Available, Into::into);
        let condition = books.condition(&line.sku, line.lot.as_ref(), said);
        movements.push(Movement {
            sku: line.sku.clone(),
            batch,
            quantity,
            from: Place::outside(Account::Supplier),
            to: Place::at(account, &command.site, line.bin.as_deref(), condition),
        });
    }
    come_once(&books, &movements)?;
    let event =
        GoodsReceived { site: command.site.clone(), reference: command.reference.clone(), lines, movements };
    let stream = StreamId::new(Kind::Receipt, context.fresh_id);
    draft.record(stream, Event::GoodsReceived(event));
    fill_all(&command.site, command.lines.iter().map(|line| line.sku.as_str()), context, draft);
    Ok(())
}

/// Promises of each of these SKUs what has become free.
fn fill_all<'a>(
    site: &str,
    skus: impl Iterator<Item = &'a str>,
    context: &Context,
    draft: &mut Draft<'_, Inventory>,
) {
    for sku in skus.collect::<BTreeSet<_>>() {
        fill_backorders(site, sku, context, draft);
    }
}

fn check_receipt(command: &Receive) -> Decided {
    let mut checks = Checks::default();
    checks.code("site", &command.site);
    checks.maybe_code("reference", command.reference.as_ref());
    checks.lines(command.lines.len());
    for (place, line) in command.lines.iter().enumerate() {
        checks.code(&format!("lines[{place}].sku"), &line.sku);
        checks.maybe_code(&format!("lines[{place}].lot"), line.lot.as_ref());
        checks.maybe_code(&format!("lines[{place}].serial"), line.serial.as_ref());
        checks.maybe_code(&format!("lines[{place}].owner"), line.owner.as_ref());
        checks.maybe_code(&format!("lines[{place}].bin"), line.bin.as_ref());
        checks.incoming(place, line.condition);
        checks.maybe_line_number(&format!("lines[{place}].lineNumber"), line.line_number.as_ref());
        if line.serial.is_some()
            && command.lines[..place].iter().any(|other| other.serial == line.serial && other.sku == line.sku)
        {
            checks.fault(&format!("lines[{place}].serial"), "duplicate", "is there twice");
        }
    }
    checks.finish()
}

/// Which goods a line brings, if they may come.
fn received_batch(
    books: &Books<'_, '_>,
    command: &Receive,
    line: &ReceiveLine,
    context: &Context,
) -> Result<Batch, Rejection> {
    let mut batch =
        Batch { lot: line.lot.clone(), serial: line.serial.clone(), owner: line.owner.clone(), expiry: None };
    let stock = books.stock(&command.site, &line.sku);
    if let Some(known) = stock.and_then(|stock| stock.lot(&batch)) {
        batch.expiry = known.batch.expiry;
    }
    let known = batch.expiry.or(books.expiry(&line.sku, line.lot.as_ref()));
    if line.expiry.is_some() && known.is_some() && known != line.expiry {
        return Err(contradicts());
    }
    batch.expiry = known.or(line.expiry);
    let is_usable = line.condition.is_none_or(|condition| Condition::from(condition) == Condition::Available);
    if is_usable && batch.is_expired(day_of(context.now)) {
        return Err(Rejection::LotExpired {
            sku: line.sku.clone(),
            lot: line.lot.clone().unwrap_or_default(),
            expiry: batch.expiry.map(|expiry| expiry.to_string()).unwrap_or_default(),
        });
    }
    if let Some(stock) = stock {
        has_room(stock, &batch)?;
    }
    Ok(batch)
}

fn contradicts() -> Rejection {
    Rejection::invalid("lines.expiry", "contradicts", "the lot is known with another expiry")
}

/// Goods of one batch that come together have one last day.
fn agrees<'a>(batch: &Batch, earlier: impl Iterator<Item = &'a Movement>) -> Decided {
    for movement in earlier.filter(|movement| movement.batch.is(batch)) {
        let other = movement.batch.expiry;
        if other.is_some() && batch.expiry.is_some() && other != batch.expiry {
            return Err(contradicts());
        }
    }
    Ok(())
}

/// Refuses what would make a stock too large to be read at once.
pub(super) fn has_room(stock: &Stock, batch: &Batch) -> Decided {
    let too_many = |what| Rejection::TooManyParts { sku: stock.sku.clone(), site: stock.site.clone(), what };
    match stock.lot(batch) {
        Some(lot) if lot.spots.len() >= SPOTS_PER_BATCH => Err(too_many("places of one lot")),
        None if stock.lots.len() >= BATCHES_PER_STOCK => Err(too_many("lots")),
        _ => Ok(()),
    }
}

/// How a line compares with what its document said.
fn compare(
    books: &Books<'_, '_>,
    command: &Receive,
    line: &ReceiveLine,
    place: usize,
    quantity: Quantity,
    before: &[ReceivedLine],
) -> Result<ReceivedLine, Rejection> {
    let number = line_number(line.line_number.as_ref(), place);
    let received = |outcome, expected: Option<Decimal>| ReceivedLine {
        line_number: number.clone(),
        sku: line.sku.clone(),
        quantity: quantity.clone(),
        outcome,
        expected: expected.map(|value| Quantity::new(value, &quantity.unit)),
    };
    let Some(reference) = &command.reference else {
        return Ok(received(ReceiptOutcome::Unexpected, None));
    };
    let Some(advice) = books.advice(reference) else {
        return Ok(received(ReceiptOutcome::Unexpected, None));
    };
    let announced = advice.announced(&line.sku);
    if announced.is_zero() {
        return Ok(received(ReceiptOutcome::Unexpected, None));
    }
    // All that has come counts, at whichever site and in however many receipts.
    let before = before.iter().filter(|other| other.sku == line.sku).map(|other| other.quantity.value);
    let come = advice.come(&line.sku) + before.sum::<Decimal>();
    let expected = (announced - come).max(Decimal::ZERO);
    let most = announced + announced * Decimal::from(OVER_TOLERANCE_PERCENT) / Decimal::ONE_HUNDRED - come;
    if quantity.value > most {
        return Err(Rejection::OverDelivery {
            line: number.clone(),
            received: quantity.value,
            expected,
            tolerance: OVER_TOLERANCE_PERCENT,
        });
    }
    if advice.expected.site != command.site {
        return Ok(received(ReceiptOutcome::Unexpected, None));
    }
    let outcome = match quantity.value.cmp(&expected) {
        std::cmp::Ordering::Less => ReceiptOutcome::Partial,
        std::cmp::Ordering::Equal => ReceiptOutcome::Complete,
        std::cmp::Ordering::Greater => ReceiptOutcome::Over,
    };
    Ok(received(outcome, Some(expected)))
}

/// Promises what has become free to those who waited longest. One who cannot have all gets what there is;
/// one who wants another lot lets the next one pass.
pub(super) fn fill_backorders(site: &str, sku: &str, context: &Context, draft: &mut Draft<'_, Inventory>) {
    let Some(stock) = (Books { draft, tenant: &context.tenant }).stock(site, sku) else { return };
    // Those that waited longest are loaded, or those that can be filled. The others wait for a command of their own.
    let is_loaded =
        |waits: &&Backorder| draft.state(reservation_of(&context.tenant, &waits.order_id)).is_some();
    let waiting = stock.fillable(day_of(context.now)).filter(is_loaded);
    let waiting: Vec<Backorder> = waiting.take(BACKORDERS_FILLED).cloned().collect();
    for waits in waiting {
        let stream = reservation_of(&context.tenant, &waits.order_id);
        let Some(stock) = (Books { draft, tenant: &context.tenant }).stock(site, sku) else { return };
        let today = day_of(context.now);
        let allocations = Allocator::default().allocate(
            stock,
            &line_of(stock, &waits),
            waits.quantity,
            Strategy::default(),
            today,
        );
        let found: Decimal = allocations.iter().map(|allocation| allocation.quantity).sum();
        if found.is_zero() {
            continue;
        }
        let event = BackorderFilled {
            order_id: waits.order_id,
            site: site.to_owned(),
            line_number: waits.line_number,
            sku: sku.to_owned(),
            quantity: stock.quantity(found),
            allocations,
        };
        draft.record(stream, Event::BackorderFilled(event));
    }
}

/// What a backorder waits for, as it was asked for.
fn line_of(stock: &Stock, waits: &Backorder) -> ReserveLine {
    ReserveLine {
        line_number: None,
        sku: stock.sku.clone(),
        quantity: Amount { value: waits.quantity.to_string(), unit: stock.unit.clone() },
        lot: waits.lot.clone(),
        owner: waits.owner.clone(),
        expiry: waits.expiry,
        bin: None,
    }
}

/// Decides on goods that come back from a customer.
pub(super) fn take_back(
    command: &ReturnGoods,
    context: &Context,
    draft: &mut Draft<'_, Inventory>,
) -> Decided {
    let goods: Vec<&GoodsAt> = command.lines.iter().collect();
    let mut checks = check(&command.site, command.lines.len(), &goods);
    checks.maybe_code("orderId", command.order_id.as_ref());
    checks.maybe_text("reason", command.reason.as_ref());
    for (place, line) in command.lines.iter().enumerate() {
        checks.incoming(place, line.condition);
    }
    checks.finish()?;
    let books = Books { draft, tenant: &context.tenant };
    let mut movements = Vec::with_capacity(command.lines.len());
    for (place, line) in command.lines.iter().enumerate() {
        movements.push(returned(&books, &command.site, line, place)?);
    }
    come_once(&books, &movements)?;
    let event = GoodsReturned {
        site: command.site.clone(),
        order_id: command.order_id.clone(),
        reason: command.reason.clone(),
        movements,
    };
    draft.record(StreamId::new(Kind::Return, context.fresh_id), Event::GoodsReturned(event));
    fill_all(&command.site, command.lines.iter().map(|line| line.sku.as_str()), context, draft);
    Ok(())
}

/// Returned goods wait in quarantine until somebody has looked at them, unless the caller has.
fn returned(books: &Books<'_, '_>, site: &str, line: &GoodsAt, place: usize) -> Result<Movement, Rejection> {
    let stock = books.known_stock(site, &line.sku)?;
    let value = books.own_amount(stock, &line.quantity, &quantity_field(place))?;
    let batch = books.as_known(stock, line.batch());
    has_room(stock, &batch)?;
    let account = if line.bin.is_some() { Account::Storage } else { Account::Receiving };
    let said = line.condition.map_or(Condition::Quarantined, Into::into);
    let condition = books.condition(&line.sku, line.lot.as_ref(), said);
    Ok(Movement {
        sku: line.sku.clone(),
        batch,
        quantity: stock.quantity(value),
        from: Place::outside(Account::Customer),
        to: Place::at(account, site, line.bin.as_deref(), condition),
    })
}
