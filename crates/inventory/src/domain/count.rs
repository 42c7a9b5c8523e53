//! Deciding on counts: what was there, how it differs from the books, and whether somebody must agree.

use std::collections::BTreeSet;

use imsop_journal::{Context, Draft};
use imsop_kernel::ids::Kind;
use imsop_kernel::{Decimal, StreamId, Uuid};

use super::account::{Account, Batch, Condition, Movement, Place};
use super::command::{CountLine, CountStock};
use super::event::{Approval, CountRejected, CountedLine, Event, InventoryCounted, Moved};
use super::lookup::{Books, Checks, day_of, line_number};
use super::measure::Units;
use super::receive::{fill_backorders, has_room};
use super::rejection::Rejection;
use super::serials::come_once;
use super::stock::{Stock, UnderCount};
use super::{Count, Inventory, State};
use crate::limits::{COUNT_TOLERANCE_PERCENT, UNDER_COUNT_PER_STOCK};

type Decided = Result<(), Rejection>;

/// Decides on what was counted.
pub(super) fn count(command: &CountStock, context: &Context, draft: &mut Draft<'_, Inventory>) -> Decided {
    check(command)?;
    let books = Books { draft, tenant: &context.tenant };
    let mut lines: Vec<CountedLine> = Vec::with_capacity(command.lines.len());
    let mut movements = Vec::new();
    for (place, line) in command.lines.iter().enumerate() {
        let (counted, movement) = compare(&books, &command.site, line, place)?;
        if lines.iter().any(|other| is_same_spot(other, &counted)) {
            return Err(Rejection::invalid(&format!("lines[{place}]"), "duplicate", "is counted twice"));
        }
        lines.push(counted);
        movements.extend(movement);
    }
    come_once(&books, &movements)?;
    let needs_approval = lines.iter().any(is_large);
    let event = InventoryCounted {
        count_id: context.fresh_id,
        site: command.site.clone(),
        approval: if needs_approval { Approval::Pending } else { Approval::NotNeeded },
        movements: if needs_approval { Vec::new() } else { movements.clone() },
        lines,
    };
    draft.record(StreamId::new(Kind::Count, context.fresh_id), Event::InventoryCounted(event));
    if needs_approval {
        return Ok(());
    }
    settle(&command.site, &movements, context, draft)
}

fn check(command: &CountStock) -> Decided {
    let mut checks = Checks::default();
    checks.code("site", &command.site);
    checks.lines(command.lines.len());
    for (place, line) in command.lines.iter().enumerate() {
        checks.code(&format!("lines[{place}].sku"), &line.sku);
        checks.maybe_code(&format!("lines[{place}].lot"), line.lot.as_ref());
        checks.maybe_code(&format!("lines[{place}].serial"), line.serial.as_ref());
        checks.maybe_code(&format!("lines[{place}].owner"), line.owner.as_ref());
        checks.maybe_code(&format!("lines[{place}].bin"), line.bin.as_ref());
        checks.maybe_line_number(&format!("lines[{place}].lineNumber"), line.line_number.as_ref());
    }
    checks.finish()
}

/// Whether two lines are of the same goods at the same place, however their callers say it.
fn is_same_spot(one: &CountedLine, other: &CountedLine) -> bool {
    one.sku == other.sku
        && one.batch.is(&other.batch)
        && (&one.bin, one.condition) == (&other.bin, other.condition)
}

/// What waits for an approval is not counted again, or both differences would be booked.
fn is_not_pending(stock: &Stock, batch: &Batch, bin: Option<&String>) -> Decided {
    let is_it = |known: &&UnderCount| known.batch.is(batch) && known.bin.as_ref() == bin;
    match stock.under_count.iter().find(is_it) {
        Some(known) => Err(Rejection::CountPending { sku: stock.sku.clone(), count: known.count_id }),
        None if stock.under_count.len() >= UNDER_COUNT_PER_STOCK => {
            let (sku, site) = (stock.sku.clone(), stock.site.clone());
            Err(Rejection::TooManyParts { sku, site, what: "counts that wait for an approval" })
        }
        None => Ok(()),
    }
}

/// A line beside the books, and the movement that would make the books right.
fn compare(
    books: &Books<'_, '_>,
    site: &str,
    line: &CountLine,
    place: usize,
) -> Result<(CountedLine, Option<Movement>), Rejection> {
    let stock = books.known_stock(site, &line.sku)?;
    let field = format!("lines[{place}].counted");
    let is_none = line.counted.value.parse::<Decimal>().is_ok_and(|value| value.is_zero());
    let counted = match is_none {
        true if line.counted.unit == stock.unit => Decimal::ZERO,
        true => books.units(&line.sku).map_or(Ok(Decimal::ZERO), |units: &Units| {
            let known = units.packs.iter().any(|pack| pack.unit == line.counted.unit);
            if known { Ok(Decimal::ZERO) } else { books.own_amount(stock, &line.counted, &field) }
        })?,
        false => books.own_amount(stock, &line.counted, &field)?,
    };
    let batch =
        Batch { lot: line.lot.clone(), serial: line.serial.clone(), owner: line.owner.clone(), expiry: None };
    let account = if line.bin.is_some() { Account::Storage } else { Account::Receiving };
    let said = line.condition.map_or(Condition::Available, Into::into);
    let condition = books.condition(&line.sku, line.lot.as_ref(), said);
    let there = Place::at(account, site, line.bin.as_deref(), condition);
    let expected = stock.lot(&batch).map_or(Decimal::ZERO, |lot| lot.at(&there));
    let batch = books.as_known(stock, batch);
    is_not_pending(stock, &batch, line.bin.as_ref())?;
    let variance = counted - expected;
    if variance > Decimal::ZERO {
        has_room(stock, &batch)?;
    }
    let counted = CountedLine {
        line_number: line_number(line.line_number.as_ref(), place),
        sku: line.sku.clone(),
        bin: line.bin.clone(),
        batch,
        condition,
        unit: stock.unit.clone(),
        expected,
        counted,
        variance,
    };
    let movement = (!variance.is_zero()).then(|| movement_of(books, site, &counted));
    Ok((counted, movement))
}

/// Whether a variance is so large that somebody must agree.
fn is_large(line: &CountedLine) -> bool {
    let tolerated = line.expected * Decimal::from(COUNT_TOLERANCE_PERCENT) / Decimal::ONE_HUNDRED;
    line.variance.abs() > tolerated
}

/// Somebody agrees: the books follow the count. What has moved since is not undone: the variance is
/// booked, not the counted figure.
pub(super) fn approve(id: Uuid, context: &Context, draft: &mut Draft<'_, Inventory>) -> Decided {
    let stream = StreamId::new(Kind::Count, id);
    let count = pending(draft, stream, "be approved")?;
    let site = count.site.clone();
    let mut movements = Vec::new();
    let books = Books { draft, tenant: &context.tenant };
    for line in count.lines.iter().filter(|line| !line.variance.is_zero()) {
        movements.push(movement_of(&books, &site, line));
    }
    come_once(&books, &movements)?;
    let event = Moved {
        site: site.clone(),
        reason: Some("cycle count".to_owned()),
        count_id: Some(id),
        movements: movements.clone(),
    };
    draft.record(stream, Event::InventoryAdjusted(event));
    settle(&site, &movements, context, draft)
}

/// The count, if it waits for an approval.
fn pending<'d>(
    draft: &'d Draft<'_, Inventory>,
    stream: StreamId,
    transition: &'static str,
) -> Result<&'d Count, Rejection> {
    let Some(State::Count(count)) = draft.state(stream) else {
        return Err(Rejection::NotFound { what: "count", id: stream.id.to_string() });
    };
    if count.approval != Approval::Pending {
        let state = format!("{:?}", count.approval);
        return Err(Rejection::IllegalTransition { what: "the count", state, transition });
    }
    Ok(count)
}

/// Nobody agrees: the books stay as they are, and the places may be counted again.
pub(super) fn reject(id: Uuid, reason: &str, draft: &mut Draft<'_, Inventory>) -> Decided {
    let mut checks = Checks::default();
    checks.maybe_text("reason", Some(&reason.to_owned()));
    checks.finish()?;
    let stream = StreamId::new(Kind::Count, id);
    let count = pending(draft, stream, "be rejected")?;
    let skus: BTreeSet<String> = count.lines.iter().map(|line| line.sku.clone()).collect();
    let event = CountRejected {
        count_id: id,
        site: count.site.clone(),
        reason: reason.to_owned(),
        skus: skus.into_iter().collect(),
    };
    draft.record(stream, Event::CountRejected(event));
    Ok(())
}

/// The movement that makes the books right. The lot may have been blocked since it was counted.
fn movement_of(books: &Books<'_, '_>, site: &str, line: &CountedLine) -> Movement {
    let account = if line.bin.is_some() { Account::Storage } else { Account::Receiving };
    let condition = books.condition(&line.sku, line.batch.lot.as_ref(), line.condition);
    let there = Place::at(account, site, line.bin.as_deref(), condition);
    let outside = Place::outside(Account::Adjustment);
    let (from, to) = if line.variance > Decimal::ZERO { (outside, there) } else { (there, outside) };
    let quantity = imsop_kernel::Quantity::new(line.variance.abs(), &line.unit);
    Movement { sku: line.sku.clone(), batch: line.batch.clone(), quantity, from, to }
}

/// Nothing may be negative, and nothing that is promised may be gone.
fn settle(
    site: &str,
    movements: &[Movement],
    context: &Context,
    draft: &mut Draft<'_, Inventory>,
) -> Decided {
    let today = day_of(context.now);
    for movement in movements {
        let books = Books { draft, tenant: &context.tenant };
        let lot = books.stock(site, &movement.sku).and_then(|stock| stock.lot(&movement.batch));
        let Some(lot) = lot else { continue };
        let is_negative = lot.spots.iter().any(|spot| spot.quantity < Decimal::ZERO);
        let leaves = movement.from.account.is_on_site();
        let is_broken = leaves && lot.reserved > lot.keeps() && !lot.batch.is_expired(today);
        if is_negative || is_broken {
            let free = (lot.keeps() + movement.quantity.value - lot.reserved).max(Decimal::ZERO);
            let asked = movement.quantity.value;
            return Err(Rejection::StockReserved { sku: movement.sku.clone(), asked, free });
        }
    }
    for movement in movements.iter().filter(|movement| movement.to.account.is_on_site()) {
        fill_backorders(site, &movement.sku, context, draft);
    }
    Ok(())
}
