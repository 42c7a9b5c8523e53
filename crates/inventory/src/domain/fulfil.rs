//! Deciding on promised goods on their way out: picked, packed, shipped.

use imsop_journal::{Context, Draft};
use imsop_kernel::ids::Kind;
use imsop_kernel::{Date, Decimal, Quantity, StreamId};

use super::Inventory;
use super::account::{Account, Allocation, Condition, Movement, Place};
use super::command::{PackGoods, Pick, Ship};
use super::event::{Event, FreedLine, GoodsPacked, GoodsPicked, GoodsShipped};
use super::lookup::{Books, Checks, day_of, quantity_field};
use super::rejection::{Rejection, Shortage};
use super::reservation::{Line, Reservation, ReservationStatus};
use super::stock::{Spot, Stock};
use crate::limits::LINES;

type Decided = Result<(), Rejection>;

/// Decides on goods that are taken from their places.
pub(super) fn pick(command: &Pick, context: &Context, draft: &mut Draft<'_, Inventory>) -> Decided {
    let books = Books { draft, tenant: &context.tenant };
    let reservation = books.reservation(command.reservation_id)?;
    if reservation.status != ReservationStatus::Confirmed {
        return Err(reservation.refuse("be picked"));
    }
    let today = day_of(context.now);
    let wanted = wanted(&books, reservation, command)?;
    let mut lines = Vec::with_capacity(wanted.len());
    let mut movements: Vec<Movement> = Vec::new();
    let mut missing = Vec::new();
    for (line, quantity) in wanted {
        let stock = books.known_stock(&reservation.site, &line.promised.sku)?;
        let allocations = pick_line(stock, line, quantity, today, &mut movements);
        let picked: Decimal = allocations.iter().map(|allocation| allocation.quantity).sum();
        if picked < quantity {
            missing.push(shortage(line, quantity, picked));
        }
        if !allocations.is_empty() {
            let (line_number, sku) = (line.promised.line_number.clone(), line.promised.sku.clone());
            lines.push(FreedLine { line_number, sku, allocations });
        }
    }
    // Who names no lines takes what can be taken; who names them wants all of it.
    let is_named = !command.lines.is_empty();
    if movements.is_empty() || (is_named && !missing.is_empty()) {
        return Err(Rejection::InsufficientStock(missing));
    }
    let event = GoodsPicked {
        order_id: reservation.order_id.clone(),
        site: reservation.site.clone(),
        lines,
        movements,
    };
    draft.record(StreamId::new(Kind::Reservation, command.reservation_id), Event::GoodsPicked(event));
    Ok(())
}

/// The lines to pick, and how much of each.
fn wanted<'r>(
    books: &Books<'_, '_>,
    reservation: &'r Reservation,
    command: &Pick,
) -> Result<Vec<(&'r Line, Decimal)>, Rejection> {
    let promised = |line: &Line| line.promised.allocations.iter().map(|one| one.quantity).sum::<Decimal>();
    if command.lines.is_empty() {
        let wanted = |line: &Line| promised(line) + line.promised.backordered;
        let open = reservation.lines.iter().filter(|line| !wanted(line).is_zero());
        return Ok(open.map(|line| (line, wanted(line))).collect());
    }
    if command.lines.len() > LINES {
        return Err(Rejection::invalid("lines", "out-of-range", format!("must be at most {LINES}")));
    }
    let mut wanted = Vec::with_capacity(command.lines.len());
    for (place, asked) in command.lines.iter().enumerate() {
        let field = format!("lines[{place}].lineNumber");
        if command.lines[..place].iter().any(|other| other.line_number == asked.line_number) {
            return Err(Rejection::invalid(&field, "duplicate", "is there twice"));
        }
        let found = reservation.lines.iter().find(|line| line.promised.line_number == asked.line_number);
        let Some(line) = found else {
            return Err(Rejection::NotFound { what: "line", id: asked.line_number.clone() });
        };
        let stock = books.known_stock(&reservation.site, &line.promised.sku)?;
        let quantity = books.own_amount(stock, &asked.quantity, &quantity_field(place))?;
        if quantity > promised(line) {
            return Err(short(line, quantity, promised(line)));
        }
        wanted.push((line, quantity));
    }
    Ok(wanted)
}

fn short(line: &Line, requested: Decimal, available: Decimal) -> Rejection {
    Rejection::InsufficientStock(vec![shortage(line, requested, available)])
}

fn shortage(line: &Line, requested: Decimal, available: Decimal) -> Shortage {
    Shortage {
        line_number: line.promised.line_number.clone(),
        sku: line.promised.sku.clone(),
        unit: line.promised.unit.clone(),
        requested,
        available,
        short: requested - available,
    }
}

/// Picks up to so much of a line, what was promised first first. Batches that nobody may use now are left
/// where they lie.
fn pick_line(
    stock: &Stock,
    line: &Line,
    wanted: Decimal,
    today: Date,
    movements: &mut Vec<Movement>,
) -> Vec<Allocation> {
    let mut left = wanted;
    let mut picked = Vec::new();
    for allocation in &line.promised.allocations {
        let Some(lot) = stock.lot(&allocation.batch).filter(|lot| !lot.usable(today).is_zero()) else {
            continue;
        };
        let mut spots: Vec<&Spot> = lot.spots.iter().collect();
        spots.retain(|spot| spot.account.is_reservable() && spot.condition == Condition::Available);
        // Storage before receiving, small remainders first.
        spots.sort_by_key(|spot| (spot.account != Account::Storage, spot.quantity));
        let (batch, quantity) = (allocation.batch.clone(), left.min(allocation.quantity));
        let taken = take(stock, &Allocation { batch, quantity }, &spots, Account::Picked, movements);
        if !taken.is_zero() {
            left -= taken;
            picked.push(Allocation { batch: allocation.batch.clone(), quantity: taken });
        }
    }
    picked
}

/// Takes up to so much of a batch from these places to an account of the site. Gives how much was there.
fn take(
    stock: &Stock,
    allocation: &Allocation,
    spots: &[&Spot],
    to: Account,
    movements: &mut Vec<Movement>,
) -> Decimal {
    let mut left = allocation.quantity;
    for spot in spots {
        let from = spot.place(&stock.site);
        let going = left.min(spot.quantity - taken(movements, &stock.sku, allocation, &from));
        if going <= Decimal::ZERO {
            continue;
        }
        left -= going;
        movements.push(Movement {
            sku: stock.sku.clone(),
            batch: allocation.batch.clone(),
            quantity: stock.quantity(going),
            to: Place { account: to, bin: None, ..from.clone() },
            from,
        });
    }
    allocation.quantity - left
}

/// What is in hand, back to where goods wait to be put away. What was blocked since it was picked is blocked
/// there as well.
pub(super) fn put_back(books: &Books<'_, '_>, reservation: &Reservation) -> Vec<Movement> {
    let mut movements = Vec::new();
    for line in &reservation.lines {
        let Some(stock) = books.stock(&reservation.site, &line.promised.sku) else { continue };
        for allocation in merged(&line.in_hand) {
            let Some(lot) = stock.lot(&allocation.batch) else { continue };
            let is_picked = |spot: &&Spot| spot.account == Account::Picked;
            let spots: Vec<&Spot> = lot.spots.iter().filter(is_picked).collect();
            take(stock, &allocation, &spots, Account::Receiving, &mut movements);
        }
    }
    movements
}

/// How much of a batch earlier lines have taken from a place.
fn taken(movements: &[Movement], sku: &str, allocation: &Allocation, from: &Place) -> Decimal {
    let is_same =
        |other: &&Movement| other.sku == sku && other.from == *from && other.batch.is(&allocation.batch);
    movements.iter().filter(is_same).map(|other| other.quantity.value).sum()
}

/// Says into which packages the picked goods went.
pub(super) fn pack(command: &PackGoods, context: &Context, draft: &mut Draft<'_, Inventory>) -> Decided {
    let mut checks = Checks::default();
    if command.packages.is_empty() || command.packages.len() > LINES {
        checks.fault("packages", "out-of-range", &format!("must be 1 to {LINES}"));
    }
    for (place, package) in command.packages.iter().enumerate() {
        checks.code(&format!("packages[{place}].number"), &package.number);
        checks.maybe_text(&format!("packages[{place}].description"), package.description.as_ref());
    }
    checks.finish()?;
    let reservation = Books { draft, tenant: &context.tenant }.reservation(command.reservation_id)?;
    if reservation.status != ReservationStatus::Picked {
        return Err(reservation.refuse("be packed"));
    }
    let event = GoodsPacked {
        order_id: reservation.order_id.clone(),
        site: reservation.site.clone(),
        packages: command.packages.clone(),
    };
    draft.record(StreamId::new(Kind::Reservation, command.reservation_id), Event::GoodsPacked(event));
    Ok(())
}

/// Lets the picked goods leave. They are the customer's from then on, until some of them are returned.
pub(super) fn ship(command: &Ship, context: &Context, draft: &mut Draft<'_, Inventory>) -> Decided {
    let mut checks = Checks::default();
    checks.maybe_code("shipmentNumber", command.shipment_number.as_ref());
    checks.finish()?;
    let books = Books { draft, tenant: &context.tenant };
    let reservation = books.reservation(command.reservation_id)?;
    if !matches!(reservation.status, ReservationStatus::Picked | ReservationStatus::Packed) {
        return Err(reservation.refuse("be shipped"));
    }
    let mut movements: Vec<Movement> = Vec::new();
    for line in &reservation.lines {
        let stock = books.known_stock(&reservation.site, &line.promised.sku)?;
        for allocation in merged(&line.in_hand) {
            let from = Place::at(Account::Picked, &reservation.site, None, Condition::Available);
            // What was blocked since it was picked lies there as quarantined, and stays.
            let there = stock.lot(&allocation.batch).map_or(Decimal::ZERO, |lot| lot.at(&from));
            let free = there - taken(&movements, &stock.sku, &allocation, &from);
            if allocation.quantity > free {
                return Err(short(line, allocation.quantity, free.max(Decimal::ZERO)));
            }
            movements.push(Movement {
                sku: line.promised.sku.clone(),
                batch: allocation.batch,
                quantity: Quantity::new(allocation.quantity, &line.promised.unit),
                from,
                to: Place::outside(Account::Customer),
            });
        }
    }
    let event = GoodsShipped {
        order_id: reservation.order_id.clone(),
        site: reservation.site.clone(),
        shipment_number: command.shipment_number.clone(),
        movements,
    };
    draft.record(StreamId::new(Kind::Reservation, command.reservation_id), Event::GoodsShipped(event));
    Ok(())
}

/// One allocation for each batch.
fn merged(allocations: &[Allocation]) -> Vec<Allocation> {
    let mut merged: Vec<Allocation> = Vec::new();
    for allocation in allocations {
        match merged.iter_mut().find(|known| known.batch.is(&allocation.batch)) {
            Some(known) => known.quantity += allocation.quantity,
            None => merged.push(allocation.clone()),
        }
    }
    merged
}
