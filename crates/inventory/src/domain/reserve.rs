//! Deciding on promises: reserve, confirm, release, expire.

use std::collections::BTreeSet;

use imsop_journal::{Context, Draft};
use imsop_kernel::ids::Kind;
use imsop_kernel::{Decimal, StreamId, Timestamp, Uuid};

use super::allocate::Allocator;
use super::command::{Reserve, ReserveForOrder, ReserveLine, Strategy};
use super::event::{
    Backordered, Event, InventoryReserved, OfOrder, Policy, ReservationEnded, ReservationRejected,
    ReservedLine,
};
use super::fulfil::put_back;
use super::lookup::{Books, Checks, day_of, line_number, quantity_field, reservation_of};
use super::receive::fill_backorders;
use super::rejection::{RefusedLine, Rejection, Shortage};
use super::reservation::{Reservation, ReservationStatus};
use super::{Inventory, State};
use crate::limits::{BACKORDERS_PER_STOCK, DEFAULT_HOLD, LONGEST_HOLD};

type Decided = Result<(), Rejection>;

/// Decides on a reservation that a caller asks for.
pub(super) fn reserve(command: &Reserve, context: &Context, draft: &mut Draft<'_, Inventory>) -> Decided {
    let now = context.now;
    let expires_at = command.expires_at.unwrap_or(now + DEFAULT_HOLD);
    check(command, expires_at, now)?;
    let stream = reservation_of(&context.tenant, &command.order_id);
    may_reserve(draft, stream, std::slice::from_ref(&command.site))?;
    let books = Books { draft, tenant: &context.tenant };
    let lines = promise(&books, command, now)?;
    let shortages = shortages(&lines);
    if !shortages.is_empty() && command.policy == Policy::AllOrNothing {
        return Err(Rejection::InsufficientStock(shortages));
    }
    may_wait(&books, command, &shortages)?;
    record(command, stream, Some(expires_at), lines, Vec::new(), draft);
    Ok(())
}

fn check(command: &Reserve, expires_at: Timestamp, now: Timestamp) -> Decided {
    let mut checks = Checks::default();
    checks.code("orderId", &command.order_id);
    checks.code("site", &command.site);
    checks.lines(command.lines.len());
    for (place, line) in command.lines.iter().enumerate() {
        checks.code(&format!("lines[{place}].sku"), &line.sku);
        checks.maybe_code(&format!("lines[{place}].lot"), line.lot.as_ref());
        checks.maybe_code(&format!("lines[{place}].owner"), line.owner.as_ref());
        checks.maybe_code(&format!("lines[{place}].bin"), line.bin.as_ref());
        checks.maybe_line_number(&format!("lines[{place}].lineNumber"), line.line_number.as_ref());
        if command.strategy == Strategy::ByBin && line.bin.is_none() {
            checks.fault(&format!("lines[{place}].bin"), "missing", "is needed by the strategy byBin");
        }
        let number = line_number(line.line_number.as_ref(), place);
        let earlier = command.lines[..place].iter().enumerate();
        if earlier.into_iter().any(|(at, other)| line_number(other.line_number.as_ref(), at) == number) {
            checks.fault(&format!("lines[{place}].lineNumber"), "duplicate", "is there twice");
        }
    }
    if expires_at <= now || expires_at > now + LONGEST_HOLD {
        let days = LONGEST_HOLD.as_secs() / 86_400;
        checks.fault("expiresAt", "out-of-range", &format!("must be in the future, within {days} days"));
    }
    checks.finish()
}

/// One order is never reserved twice, at whichever site. What has left keeps its reservation for good.
fn may_reserve(draft: &Draft<'_, Inventory>, stream: StreamId, sites: &[String]) -> Decided {
    let Some(State::Reservation(before)) = draft.state(stream) else { return Ok(()) };
    if !before.status.is_active() && !before.waits() {
        return Ok(());
    }
    let (order, status) = (before.order_id.clone(), before.status.as_str().to_owned());
    Err(match sites.contains(&before.site) {
        true => Rejection::AlreadyReserved { order, site: before.site.clone(), status },
        false => Rejection::ReservedElsewhere { order, site: before.site.clone(), status },
    })
}

/// What can be promised to each line.
fn promise(books: &Books<'_, '_>, command: &Reserve, now: Timestamp) -> Result<Vec<ReservedLine>, Rejection> {
    let mut allocator = Allocator::default();
    let mut lines = Vec::with_capacity(command.lines.len());
    for (place, line) in command.lines.iter().enumerate() {
        lines.push(promise_line(books, command, line, place, &mut allocator, now)?);
    }
    Ok(lines)
}

/// What can be promised to a line, of what earlier lines have left.
fn promise_line(
    books: &Books<'_, '_>,
    command: &Reserve,
    line: &ReserveLine,
    place: usize,
    allocator: &mut Allocator,
    now: Timestamp,
) -> Result<ReservedLine, Rejection> {
    let field = quantity_field(place);
    let number = line_number(line.line_number.as_ref(), place);
    let Some(stock) = books.stock(&command.site, &line.sku) else {
        return nothing_there(books, command, line, number, &field);
    };
    if let Some(lot) = &line.lot
        && !stock.lots.iter().any(|known| known.batch.lot.as_ref() == Some(lot))
    {
        return Err(Rejection::UnknownLot {
            sku: line.sku.clone(),
            lot: lot.clone(),
            site: command.site.clone(),
        });
    }
    let requested = books.own_amount(stock, &line.quantity, &field)?;
    let allocations = allocator.allocate(stock, line, requested, command.strategy, day_of(now));
    let reserved: Decimal = allocations.iter().map(|allocation| allocation.quantity).sum();
    Ok(ReservedLine {
        line_number: number,
        sku: line.sku.clone(),
        unit: stock.unit.clone(),
        requested,
        reserved,
        backordered: requested - reserved,
        allocations,
    })
}

/// A line of an item that the site has never had.
fn nothing_there(
    books: &Books<'_, '_>,
    command: &Reserve,
    line: &ReserveLine,
    number: String,
    field: &str,
) -> Result<ReservedLine, Rejection> {
    let Some(units) = books.units(&line.sku) else {
        return Err(match books.known_stock(&command.site, &line.sku) {
            Err(rejection) => rejection,
            Ok(_) => Rejection::UnknownSku(line.sku.clone()),
        });
    };
    if let Err(rejection @ Rejection::UnknownSite(_)) = books.known_stock(&command.site, &line.sku) {
        return Err(rejection);
    }
    let requested = units.in_own_unit(&line.quantity, field)?;
    Ok(ReservedLine {
        line_number: number,
        sku: line.sku.clone(),
        unit: units.unit.clone(),
        requested,
        reserved: Decimal::ZERO,
        backordered: requested,
        allocations: Vec::new(),
    })
}

/// Refuses to let more wait than can be read at once.
fn may_wait(books: &Books<'_, '_>, command: &Reserve, shortages: &[Shortage]) -> Decided {
    for shortage in shortages {
        let stock = books.stock(&command.site, &shortage.sku);
        if stock.is_some_and(|stock| stock.backorders.len() >= BACKORDERS_PER_STOCK) {
            let (sku, site) = (shortage.sku.clone(), command.site.clone());
            return Err(Rejection::TooManyParts { sku, site, what: "backorders" });
        }
    }
    Ok(())
}

fn shortages(lines: &[ReservedLine]) -> Vec<Shortage> {
    let mut shortages = Vec::new();
    for line in lines.iter().filter(|line| !line.backordered.is_zero()) {
        shortages.push(Shortage {
            line_number: line.line_number.clone(),
            sku: line.sku.clone(),
            unit: line.unit.clone(),
            requested: line.requested,
            available: line.reserved,
            short: line.backordered,
        });
    }
    shortages
}

/// Records the promise, and what is left to wait for.
fn record(
    command: &Reserve,
    stream: StreamId,
    expires_at: Option<Timestamp>,
    lines: Vec<ReservedLine>,
    refusals: Vec<RefusedLine>,
    draft: &mut Draft<'_, Inventory>,
) {
    let waiting = backorders(command, &lines);
    let reserved = InventoryReserved {
        order_id: command.order_id.clone(),
        site: command.site.clone(),
        policy: command.policy,
        expires_at,
        lines,
        refusals,
    };
    draft.record(stream, Event::InventoryReserved(reserved));
    for backorder in waiting {
        draft.record(stream, Event::BackorderCreated(backorder));
    }
}

fn backorders(command: &Reserve, lines: &[ReservedLine]) -> Vec<Backordered> {
    let mut backorders = Vec::new();
    for (line, asked) in lines.iter().zip(&command.lines).filter(|(line, _)| !line.backordered.is_zero()) {
        backorders.push(Backordered {
            order_id: command.order_id.clone(),
            site: command.site.clone(),
            line_number: line.line_number.clone(),
            sku: line.sku.clone(),
            quantity: imsop_kernel::Quantity::new(line.backordered, &line.unit),
            lot: asked.lot.clone(),
            owner: asked.owner.clone(),
            expiry: asked.expiry,
        });
    }
    backorders
}

/// What a site could do for an order: what is wrong with one of its lines keeps the others from nothing.
struct Offer {
    wish: Reserve,
    /// Beside the lines of the wish.
    lines: Vec<ReservedLine>,
    refusals: Vec<RefusedLine>,
}

impl Offer {
    fn of(books: &Books<'_, '_>, command: &ReserveForOrder, site: &str, now: Timestamp) -> Self {
        let mut wish = wish(command, site);
        let mut allocator = Allocator::default();
        let (mut lines, mut refusals) = (Vec::with_capacity(command.lines.len()), Vec::new());
        for (place, line) in command.lines.iter().enumerate() {
            match promise_line(books, &wish, line, place, &mut allocator, now) {
                Ok(promised) => {
                    wish.lines.push(line.clone());
                    lines.push(promised);
                }
                Err(rejection) => refusals.push(refused(line, place, &rejection)),
            }
        }
        Self { wish, lines, refusals }
    }

    /// An order for which there is no site at all.
    fn nowhere(command: &ReserveForOrder) -> Self {
        let refused = |(place, line)| refused(line, place, &Rejection::NoSite);
        let refusals = command.lines.iter().enumerate().map(refused).collect();
        Self { wish: wish(command, ""), lines: Vec::new(), refusals }
    }

    fn is_whole(&self) -> bool {
        self.refusals.is_empty() && self.lines.iter().all(|line| line.backordered.is_zero())
    }

    /// The more the better: lines that are whole, then lines of which there is some.
    fn rank(&self) -> (usize, usize) {
        let whole = self.lines.iter().filter(|line| line.backordered.is_zero()).count();
        let some = self.lines.iter().filter(|line| !line.reserved.is_zero()).count();
        (whole, some)
    }
}

/// What an order wishes of a site, without its lines.
fn wish(command: &ReserveForOrder, site: &str) -> Reserve {
    Reserve {
        order_id: command.order_id.clone(),
        site: site.to_owned(),
        lines: Vec::with_capacity(command.lines.len()),
        policy: Policy::Partial,
        strategy: Strategy::default(),
        expires_at: None,
        idempotency_key: None,
    }
}

fn refused(line: &ReserveLine, place: usize, rejection: &Rejection) -> RefusedLine {
    RefusedLine::new(line_number(line.line_number.as_ref(), place), &line.sku, rejection)
}

/// The offer of the first site that has all of it, otherwise of the one that has most.
fn best_offer(
    command: &ReserveForOrder,
    context: &Context,
    draft: &Draft<'_, Inventory>,
) -> Result<Offer, Rejection> {
    may_reserve(draft, reservation_of(&context.tenant, &command.order_id), &command.sites)?;
    let mut best: Option<Offer> = None;
    for site in &command.sites {
        let books = Books { draft, tenant: &context.tenant };
        let offer = Offer::of(&books, command, site, context.now);
        let is_whole = offer.is_whole();
        if best.as_ref().is_none_or(|before| offer.rank() > before.rank()) {
            best = Some(offer);
        }
        if is_whole {
            break;
        }
    }
    Ok(best.unwrap_or_else(|| Offer::nowhere(command)))
}

/// Decides on a reservation for an order that was placed. Never refused for want of goods, and not for a line
/// that makes no sense: those are things that happened, and the order is seen to wait, or to be rejected.
pub(super) fn reserve_for_order(
    command: &ReserveForOrder,
    context: &Context,
    draft: &mut Draft<'_, Inventory>,
) -> Decided {
    let Offer { wish, lines, refusals } = best_offer(command, context, draft)?;
    let stream = reservation_of(&context.tenant, &wish.order_id);
    if lines.iter().any(|line| !line.reserved.is_zero()) {
        record(&wish, stream, None, lines, refusals, draft);
        return Ok(());
    }
    let rejected = ReservationRejected {
        order_id: wish.order_id.clone(),
        site: wish.site.clone(),
        shortages: shortages(&lines),
        refusals,
    };
    draft.record(stream, Event::ReservationRejected(rejected));
    for backorder in backorders(&wish, &lines) {
        draft.record(stream, Event::BackorderCreated(backorder));
    }
    Ok(())
}

/// Promises for good what was held.
pub(super) fn confirm(id: Uuid, context: &Context, draft: &mut Draft<'_, Inventory>) -> Decided {
    let reservation = Books { draft, tenant: &context.tenant }.reservation(id)?;
    if reservation.is_overdue(context.now) || reservation.status == ReservationStatus::Expired {
        let at = reservation.expires_at.unwrap_or(reservation.updated_at);
        return Err(Rejection::HoldExpired(at.to_string()));
    }
    if reservation.status != ReservationStatus::Held {
        return Err(reservation.refuse("be confirmed"));
    }
    let event = OfOrder { order_id: reservation.order_id.clone(), site: reservation.site.clone() };
    draft.record(StreamId::new(Kind::Reservation, id), Event::ReservationConfirmed(event));
    Ok(())
}

fn ended(books: &Books<'_, '_>, reservation: &Reservation, reason: Option<String>) -> ReservationEnded {
    ReservationEnded {
        order_id: reservation.order_id.clone(),
        site: reservation.site.clone(),
        reason,
        lines: reservation.freed(),
        movements: put_back(books, reservation),
    }
}

/// Records the end of a reservation, and promises what has become free to those who wait.
fn end(id: Uuid, event: Event, context: &Context, draft: &mut Draft<'_, Inventory>) {
    let (site, skus) = match &event {
        Event::ReservationReleased(ended) | Event::ReservationExpired(ended) => {
            let skus: BTreeSet<String> = ended.lines.iter().map(|line| line.sku.clone()).collect();
            (ended.site.clone(), skus)
        }
        _ => return,
    };
    draft.record(StreamId::new(Kind::Reservation, id), event);
    for sku in skus {
        fill_backorders(&site, &sku, context, draft);
    }
}

/// Gives back what was promised: what is not picked is free, what is picked waits to be put away.
pub(super) fn release(
    id: Uuid,
    reason: Option<&String>,
    context: &Context,
    draft: &mut Draft<'_, Inventory>,
) -> Decided {
    let mut checks = Checks::default();
    checks.maybe_text("reason", reason);
    checks.finish()?;
    let books = Books { draft, tenant: &context.tenant };
    let reservation = books.reservation(id)?;
    if !may_release(reservation) {
        return Err(reservation.refuse("be released"));
    }
    let event = Event::ReservationReleased(ended(&books, reservation, reason.cloned()));
    end(id, event, context, draft);
    Ok(())
}

/// As long as there is something that has not left.
fn may_release(reservation: &Reservation) -> bool {
    use ReservationStatus::{Confirmed, Held, Packed, Picked};
    matches!(reservation.status, Held | Confirmed | Picked | Packed) || reservation.waits()
}

/// Gives back what was promised to an order that no longer wants it.
pub(super) fn release_all(ids: &[Uuid], reason: &str, context: &Context, draft: &mut Draft<'_, Inventory>) {
    for id in ids {
        let books = Books { draft, tenant: &context.tenant };
        let Ok(reservation) = books.reservation(*id) else { continue };
        if may_release(reservation) {
            let event = Event::ReservationReleased(ended(&books, reservation, Some(reason.to_owned())));
            end(*id, event, context, draft);
        }
    }
}

/// Ends a hold whose time is over. One that was confirmed or released just before is refused, and so not
/// remembered: where the clock was set back, the same hold comes again.
pub(super) fn expire(id: Uuid, context: &Context, draft: &mut Draft<'_, Inventory>) -> Decided {
    let books = Books { draft, tenant: &context.tenant };
    let reservation = books.reservation(id)?;
    if !reservation.is_overdue(context.now) {
        return Err(reservation.refuse("expire"));
    }
    end(id, Event::ReservationExpired(ended(&books, reservation, None)), context, draft);
    Ok(())
}
