//! Deciding on goods that move within a site, between sites, or out of the books.

use imsop_journal::{Context, Draft};
use imsop_kernel::ids::Kind;
use imsop_kernel::{Decimal, StreamId, Uuid};

use super::account::{Account, Condition, Movement, Place};
use super::command::{
    Adjust, AdjustLine, ConditionInput, Direction, DispatchTransfer, GoodsAt, MoveStock, ReceiveTransfer,
};
use super::event::{Event, Moved, Transferred};
use super::lookup::{Books, Checks, day_of, quantity_field, site_of};
use super::receive::{fill_backorders, has_room};
use super::rejection::{Rejection, Shortage};
use super::serials::come_once;
use super::stock::Stock;
use super::{Inventory, State};

type Decided = Result<(), Rejection>;

pub(super) fn check(site: &str, count: usize, goods: &[&GoodsAt]) -> Checks {
    let mut checks = Checks::default();
    checks.code("site", site);
    checks.lines(count);
    for (place, line) in goods.iter().enumerate() {
        checks.code(&format!("lines[{place}].sku"), &line.sku);
        checks.maybe_code(&format!("lines[{place}].lot"), line.lot.as_ref());
        checks.maybe_code(&format!("lines[{place}].serial"), line.serial.as_ref());
        checks.maybe_code(&format!("lines[{place}].owner"), line.owner.as_ref());
        checks.maybe_code(&format!("lines[{place}].bin"), line.bin.as_ref());
    }
    checks
}

/// Goods out of a place where they lie. Refuses more than lies there.
fn taken(
    books: &Books<'_, '_>,
    site: &str,
    line: &GoodsAt,
    place: usize,
    before: &[Movement],
) -> Result<Movement, Rejection> {
    let stock = books.known_stock(site, &line.sku)?;
    let value = books.own_amount(stock, &line.quantity, &quantity_field(place))?;
    let account = if line.bin.is_some() { Account::Storage } else { Account::Receiving };
    let condition = line.condition.map_or(Condition::Available, Into::into);
    let from = Place::at(account, site, line.bin.as_deref(), condition);
    let batch = line.batch();
    let lot = match (stock.lot(&batch), &line.lot) {
        (Some(lot), _) => lot,
        (None, Some(lot)) => {
            let (sku, lot, site) = (line.sku.clone(), lot.clone(), site.to_owned());
            return Err(Rejection::UnknownLot { sku, lot, site });
        }
        (None, None) => return Err(short(stock, place, value, Decimal::ZERO)),
    };
    let is_same = |other: &&Movement| other.sku == line.sku && other.batch.is(&batch) && other.from == from;
    let earlier: Decimal = before.iter().filter(is_same).map(|other| other.quantity.value).sum();
    let there = lot.at(&from) - earlier;
    if value > there {
        return Err(short(stock, place, value, there));
    }
    let to = from.clone();
    Ok(Movement {
        sku: line.sku.clone(),
        batch: lot.batch.clone(),
        quantity: stock.quantity(value),
        from,
        to,
    })
}

fn short(stock: &Stock, place: usize, requested: Decimal, available: Decimal) -> Rejection {
    Rejection::InsufficientStock(vec![Shortage {
        line_number: (place + 1).to_string(),
        sku: stock.sku.clone(),
        unit: stock.unit.clone(),
        requested,
        available,
        short: requested - available,
    }])
}

/// Refuses to take away what is promised to somebody. Looks at the stock as it will be.
fn keeps_promises(
    site: &str,
    movements: &[Movement],
    context: &Context,
    draft: &Draft<'_, Inventory>,
) -> Decided {
    let books = Books { draft, tenant: &context.tenant };
    let today = day_of(context.now);
    for movement in movements.iter().filter(|movement| movement.from.account.is_on_site()) {
        let Some(lot) = books.stock(site, &movement.sku).and_then(|stock| stock.lot(&movement.batch)) else {
            continue;
        };
        let keeps = lot.keeps();
        if lot.reserved > keeps && !lot.batch.is_expired(today) {
            let free = (keeps + movement.quantity.value - lot.reserved).max(Decimal::ZERO);
            let asked = movement.quantity.value;
            return Err(Rejection::StockReserved { sku: movement.sku.clone(), asked, free });
        }
    }
    Ok(())
}

/// Decides on a put-away or a move between bins.
pub(super) fn relocate(command: &MoveStock, context: &Context, draft: &mut Draft<'_, Inventory>) -> Decided {
    let goods: Vec<&GoodsAt> = command.lines.iter().map(|line| &line.goods).collect();
    let mut checks = check(&command.site, command.lines.len(), &goods);
    checks.maybe_text("reason", command.reason.as_ref());
    for (place, line) in command.lines.iter().enumerate() {
        checks.code(&format!("lines[{place}].toBin"), &line.to_bin);
    }
    checks.finish()?;
    let books = Books { draft, tenant: &context.tenant };
    let mut movements: Vec<Movement> = Vec::with_capacity(command.lines.len());
    for (place, line) in command.lines.iter().enumerate() {
        let mut movement = taken(&books, &command.site, &line.goods, place, &movements)?;
        let condition = movement.from.condition;
        movement.to = Place::at(Account::Storage, &command.site, Some(&line.to_bin), condition);
        has_room(books.known_stock(&command.site, &movement.sku)?, &movement.batch)?;
        movements.push(movement);
    }
    come_once(&books, &movements)?;
    let (site, reason) = (command.site.clone(), command.reason.clone());
    let event = Moved { site, reason, count_id: None, movements };
    draft.record(StreamId::new(Kind::Move, context.fresh_id), Event::StockMoved(event));
    Ok(())
}

/// Decides on a correction of the books.
pub(super) fn adjust(command: &Adjust, context: &Context, draft: &mut Draft<'_, Inventory>) -> Decided {
    let goods: Vec<&GoodsAt> = command.lines.iter().map(|line| &line.goods).collect();
    let mut checks = check(&command.site, command.lines.len(), &goods);
    checks.maybe_text("reason", Some(&command.reason));
    for (place, line) in command.lines.iter().enumerate() {
        if line.direction == Direction::Increase {
            checks.incoming(place, line.goods.condition);
        }
    }
    checks.finish()?;
    let books = Books { draft, tenant: &context.tenant };
    let mut movements: Vec<Movement> = Vec::with_capacity(command.lines.len());
    for (place, line) in command.lines.iter().enumerate() {
        let movement = match line.direction {
            Direction::Increase => found(&books, &command.site, &line.goods, place)?,
            _ => corrected(&books, &command.site, line, place, &movements)?,
        };
        movements.push(movement);
    }
    come_once(&books, &movements)?;
    let event = Moved {
        site: command.site.clone(),
        reason: Some(command.reason.clone()),
        count_id: None,
        movements: movements.clone(),
    };
    draft.record(StreamId::new(Kind::Adjustment, context.fresh_id), Event::InventoryAdjusted(event));
    keeps_promises(&command.site, &movements, context, draft)?;
    let brings = |line: &&AdjustLine| matches!(line.direction, Direction::Increase | Direction::Fit);
    for line in command.lines.iter().filter(brings) {
        fill_backorders(&command.site, &line.goods.sku, context, draft);
    }
    Ok(())
}

/// Goods that lie there and are gone, or are in another condition than the books say.
fn corrected(
    books: &Books<'_, '_>,
    site: &str,
    line: &AdjustLine,
    place: usize,
    before: &[Movement],
) -> Result<Movement, Rejection> {
    let mut goods = line.goods.clone();
    if line.direction == Direction::Fit {
        goods.condition = goods.condition.or(Some(ConditionInput::Quarantined));
    }
    let mut movement = taken(books, site, &goods, place, before)?;
    let there = |condition| Place { condition, ..movement.from.clone() };
    movement.to = match line.direction {
        Direction::Scrap => Place::outside(Account::Scrap),
        Direction::Damage => there(Condition::Damaged),
        Direction::Quarantine => there(Condition::Quarantined),
        Direction::Fit => there(books.condition(&goods.sku, goods.lot.as_ref(), Condition::Available)),
        Direction::Increase | Direction::Decrease => Place::outside(Account::Adjustment),
    };
    if movement.from == movement.to {
        let field = format!("lines[{place}].direction");
        return Err(Rejection::invalid(&field, "not-fitting", "the goods are in that condition already"));
    }
    Ok(movement)
}

/// Goods of which there is more than the books say.
fn found(books: &Books<'_, '_>, site: &str, line: &GoodsAt, place: usize) -> Result<Movement, Rejection> {
    let stock = books.known_stock(site, &line.sku)?;
    let value = books.own_amount(stock, &line.quantity, &quantity_field(place))?;
    let batch = books.as_known(stock, line.batch());
    has_room(stock, &batch)?;
    let account = if line.bin.is_some() { Account::Storage } else { Account::Receiving };
    let said = line.condition.map_or(Condition::Available, Into::into);
    let condition = books.condition(&line.sku, line.lot.as_ref(), said);
    Ok(Movement {
        sku: line.sku.clone(),
        batch,
        quantity: stock.quantity(value),
        from: Place::outside(Account::Adjustment),
        to: Place::at(account, site, line.bin.as_deref(), condition),
    })
}

/// Decides on goods that leave for another site.
pub(super) fn dispatch(
    command: &DispatchTransfer,
    context: &Context,
    draft: &mut Draft<'_, Inventory>,
) -> Decided {
    let goods: Vec<&GoodsAt> = command.lines.iter().collect();
    let mut checks = check(&command.from_site, command.lines.len(), &goods);
    checks.code("toSite", &command.to_site);
    if command.from_site == command.to_site {
        checks.fault("toSite", "not-fitting", "is where the goods are already; move them instead");
    }
    checks.finish()?;
    // Otherwise a slip of the pen would be a new site.
    if draft.state(site_of(&context.tenant, &command.to_site)).is_none() {
        return Err(Rejection::UnknownSite(command.to_site.clone()));
    }
    let books = Books { draft, tenant: &context.tenant };
    let mut movements: Vec<Movement> = Vec::with_capacity(command.lines.len());
    for (place, line) in command.lines.iter().enumerate() {
        let mut movement = taken(&books, &command.from_site, line, place, &movements)?;
        movement.to = Place { condition: movement.from.condition, ..Place::outside(Account::InTransit) };
        movements.push(movement);
    }
    come_once(&books, &movements)?;
    let event = Transferred {
        from_site: command.from_site.clone(),
        to_site: command.to_site.clone(),
        movements: movements.clone(),
    };
    draft.record(StreamId::new(Kind::Transfer, context.fresh_id), Event::TransferDispatched(event));
    keeps_promises(&command.from_site, &movements, context, draft)
}

/// Decides on the arrival of a transfer.
pub(super) fn arrive(
    id: Uuid,
    body: &ReceiveTransfer,
    context: &Context,
    draft: &mut Draft<'_, Inventory>,
) -> Decided {
    let mut checks = Checks::default();
    checks.maybe_code("bin", body.bin.as_ref());
    checks.finish()?;
    let stream = StreamId::new(Kind::Transfer, id);
    let Some(State::Transfer(transfer)) = draft.state(stream) else {
        return Err(Rejection::NotFound { what: "transfer", id: id.to_string() });
    };
    if transfer.received_at.is_some() {
        let state = "Received".to_owned();
        return Err(Rejection::IllegalTransition { what: "the transfer", state, transition: "arrive again" });
    }
    let to_site = transfer.to_site.clone();
    let account = if body.bin.is_some() { Account::Storage } else { Account::Receiving };
    let mut movements = transfer.movements.clone();
    let books = Books { draft, tenant: &context.tenant };
    for movement in &mut movements {
        let condition = movement.to.condition;
        movement.from = Place { condition, ..Place::outside(Account::InTransit) };
        let condition = books.condition(&movement.sku, movement.batch.lot.as_ref(), condition);
        movement.to = Place::at(account, &to_site, body.bin.as_deref(), condition);
    }
    let skus: std::collections::BTreeSet<String> =
        movements.iter().map(|movement| movement.sku.clone()).collect();
    let event = Transferred { from_site: transfer.from_site.clone(), to_site: to_site.clone(), movements };
    draft.record(stream, Event::TransferReceived(event));
    for sku in skus {
        fill_backorders(&to_site, &sku, context, draft);
    }
    Ok(())
}
