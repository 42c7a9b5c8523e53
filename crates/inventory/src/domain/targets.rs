//! Which aggregates a command is decided on.

use imsop_journal::States;
use imsop_kernel::ids::Kind;
use imsop_kernel::{StreamId, Tenant};

use super::account::Movement;
use super::command::{Command, GoodsAt, ReserveLine};
use super::lookup::{advice_of, item_of, loaded, lot_of, reservation_of, serial_of, site_of, stock_of};
use super::stock::Backorder;
use super::{Inventory, State};
use crate::limits::BACKORDERS_FILLED;

/// The aggregates that the command itself names.
pub(super) fn first(tenant: &Tenant, command: &Command) -> Vec<StreamId> {
    let mut streams = Vec::new();
    match command {
        Command::DefineItem(body) => streams.push(item_of(tenant, &body.sku)),
        Command::SetReorderPoint(body) => known(tenant, &body.site, &body.sku, None, &mut streams),
        Command::ExpectReceipt(body) => {
            streams.push(advice_of(tenant, &body.reference));
            for line in &body.lines {
                known(tenant, &body.site, &line.sku, None, &mut streams);
            }
        }
        Command::Receive(body) => {
            streams.extend(body.reference.iter().map(|reference| advice_of(tenant, reference)));
            for line in &body.lines {
                known(tenant, &body.site, &line.sku, line.lot.as_ref(), &mut streams);
                piece(tenant, &line.sku, line.serial.as_ref(), &mut streams);
            }
        }
        Command::Return(body) => goods(tenant, &body.site, body.lines.iter(), &mut streams),
        Command::Move(body) => {
            goods(tenant, &body.site, body.lines.iter().map(|line| &line.goods), &mut streams);
        }
        Command::Adjust(body) => {
            goods(tenant, &body.site, body.lines.iter().map(|line| &line.goods), &mut streams);
        }
        Command::DispatchTransfer(body) => {
            streams.push(site_of(tenant, &body.to_site));
            goods(tenant, &body.from_site, body.lines.iter(), &mut streams);
        }
        Command::ReceiveTransfer { id, .. } => streams.push(StreamId::new(Kind::Transfer, *id)),
        Command::Count(body) => {
            for line in &body.lines {
                known(tenant, &body.site, &line.sku, line.lot.as_ref(), &mut streams);
                piece(tenant, &line.sku, line.serial.as_ref(), &mut streams);
            }
        }
        Command::ApproveCount { id } | Command::RejectCount { id, .. } => {
            streams.push(StreamId::new(Kind::Count, *id))
        }
        Command::Reserve(body) => {
            streams.push(reservation_of(tenant, &body.order_id));
            stock(tenant, &body.site, &body.lines, &mut streams);
        }
        Command::ReserveForOrder(body) => {
            streams.push(reservation_of(tenant, &body.order_id));
            for site in &body.sites {
                stock(tenant, site, &body.lines, &mut streams);
            }
        }
        Command::Confirm { id } | Command::Release { id, .. } | Command::Expire { id } => {
            streams.push(StreamId::new(Kind::Reservation, *id));
        }
        Command::ReleaseAll { ids, .. } => {
            streams.extend(ids.iter().map(|id| StreamId::new(Kind::Reservation, *id)));
        }
        Command::FillBackorders { site, sku, .. } | Command::CheckReorderPoint { site, sku } => {
            streams.push(stock_of(tenant, site, sku));
        }
        Command::Pick(body) => streams.push(StreamId::new(Kind::Reservation, body.reservation_id)),
        Command::Pack(body) => streams.push(StreamId::new(Kind::Reservation, body.reservation_id)),
        Command::Ship(body) => streams.push(StreamId::new(Kind::Reservation, body.reservation_id)),
        Command::QuarantineLot { id, .. } | Command::ReleaseLot { id, .. } => {
            streams.push(StreamId::new(Kind::Lot, *id));
        }
    }
    streams
}

fn known(tenant: &Tenant, site: &str, sku: &str, lot: Option<&String>, streams: &mut Vec<StreamId>) {
    streams.push(stock_of(tenant, site, sku));
    streams.push(item_of(tenant, sku));
    streams.push(site_of(tenant, site));
    streams.extend(lot.map(|lot| lot_of(tenant, sku, lot)));
}

fn goods<'a>(
    tenant: &Tenant,
    site: &str,
    lines: impl Iterator<Item = &'a GoodsAt>,
    streams: &mut Vec<StreamId>,
) {
    for line in lines {
        known(tenant, site, &line.sku, line.lot.as_ref(), streams);
        piece(tenant, &line.sku, line.serial.as_ref(), streams);
    }
}

fn piece(tenant: &Tenant, sku: &str, serial: Option<&String>, streams: &mut Vec<StreamId>) {
    streams.extend(serial.map(|serial| serial_of(tenant, sku, serial)));
}

fn stock(tenant: &Tenant, site: &str, lines: &[ReserveLine], streams: &mut Vec<StreamId>) {
    streams.extend(lines.iter().map(|line| stock_of(tenant, site, &line.sku)));
}

/// The aggregates that the first ones lead to.
pub(super) fn further(tenant: &Tenant, command: &Command, states: &States<Inventory>) -> Vec<StreamId> {
    let mut streams = Vec::new();
    match command {
        Command::Reserve(body) => items(tenant, &body.site, &body.lines, states, &mut streams),
        Command::ReserveForOrder(body) => {
            for site in &body.sites {
                items(tenant, site, &body.lines, states, &mut streams);
            }
        }
        Command::Confirm { .. } | Command::Pack(_) => {}
        Command::Release { id, .. } | Command::Expire { id } => {
            of_reservation(tenant, StreamId::new(Kind::Reservation, *id), states, &mut streams);
        }
        Command::ReleaseAll { ids, .. } => {
            for id in ids {
                of_reservation(tenant, StreamId::new(Kind::Reservation, *id), states, &mut streams);
            }
        }
        Command::Pick(body) => {
            let stream = StreamId::new(Kind::Reservation, body.reservation_id);
            of_reservation(tenant, stream, states, &mut streams);
        }
        Command::Ship(body) => {
            let stream = StreamId::new(Kind::Reservation, body.reservation_id);
            of_reservation(tenant, stream, states, &mut streams);
        }
        Command::FillBackorders { site, sku, day } => {
            if let Some(State::Stock(stock)) = loaded(states, stock_of(tenant, site, sku)) {
                let waiting = stock.fillable(*day).take(BACKORDERS_FILLED);
                streams.extend(waiting.map(|waits| reservation_of(tenant, &waits.order_id)));
            }
        }
        Command::ReceiveTransfer { id, .. } => {
            if let Some(State::Transfer(transfer)) = loaded(states, StreamId::new(Kind::Transfer, *id)) {
                moved(tenant, &transfer.to_site, &transfer.movements, &mut streams);
            }
        }
        Command::ApproveCount { id } | Command::RejectCount { id, .. } => {
            if let Some(State::Count(count)) = loaded(states, StreamId::new(Kind::Count, *id)) {
                for line in &count.lines {
                    known(tenant, &count.site, &line.sku, line.batch.lot.as_ref(), &mut streams);
                    piece(tenant, &line.sku, line.batch.serial.as_ref(), &mut streams);
                }
            }
        }
        Command::QuarantineLot { id, .. } | Command::ReleaseLot { id, .. } => {
            if let Some(State::Lot(card)) = loaded(states, StreamId::new(Kind::Lot, *id)) {
                for site in &card.sites {
                    known(tenant, site, &card.sku, None, &mut streams);
                }
            }
        }
        _ => {}
    }
    waiting(tenant, command, states, &mut streams);
    streams
}

/// Items and sites are looked at only where there is no stock, or where an amount is in another unit.
fn items(
    tenant: &Tenant,
    site: &str,
    lines: &[ReserveLine],
    states: &States<Inventory>,
    streams: &mut Vec<StreamId>,
) {
    for line in lines {
        match loaded(states, stock_of(tenant, site, &line.sku)) {
            Some(State::Stock(stock)) if stock.unit == line.quantity.unit => {}
            _ => {
                streams.push(item_of(tenant, &line.sku));
                streams.push(site_of(tenant, site));
            }
        }
    }
}

fn of_reservation(
    tenant: &Tenant,
    stream: StreamId,
    states: &States<Inventory>,
    streams: &mut Vec<StreamId>,
) {
    let Some(State::Reservation(reservation)) = loaded(states, stream) else { return };
    for line in &reservation.lines {
        known(tenant, &reservation.site, &line.promised.sku, None, streams);
        let sku = &line.promised.sku;
        for allocation in line.promised.allocations.iter().chain(&line.in_hand) {
            streams.extend(allocation.batch.lot.iter().map(|lot| lot_of(tenant, sku, lot)));
            piece(tenant, sku, allocation.batch.serial.as_ref(), streams);
        }
    }
}

fn moved(tenant: &Tenant, site: &str, movements: &[Movement], streams: &mut Vec<StreamId>) {
    for movement in movements {
        known(tenant, site, &movement.sku, movement.batch.lot.as_ref(), streams);
    }
}

/// Reservations that wait for what this command may bring.
fn waiting(tenant: &Tenant, command: &Command, states: &States<Inventory>, streams: &mut Vec<StreamId>) {
    let brings = matches!(
        command,
        Command::Receive(_)
            | Command::Return(_)
            | Command::ReceiveTransfer { .. }
            | Command::Adjust(_)
            | Command::Count(_)
            | Command::ApproveCount { .. }
            | Command::ReleaseLot { .. }
            | Command::Release { .. }
            | Command::ReleaseAll { .. }
            | Command::Expire { .. }
    );
    if !brings {
        return;
    }
    let named = first(tenant, command).into_iter().chain(streams.clone());
    for stream in named.filter(|stream| stream.kind == Kind::Stock) {
        let Some(State::Stock(stock)) = loaded(states, stream) else { continue };
        let may_have = stock.backorders.iter().filter(|waits| may_have(waits, command, &stock.sku));
        for waits in may_have.take(BACKORDERS_FILLED) {
            streams.push(reservation_of(tenant, &waits.order_id));
        }
    }
}

/// Whether somebody who waits for a SKU could have what this command brings, as far as the command itself tells:
/// those who want another lot, or goods of another owner, keep nobody behind them waiting.
fn may_have(waits: &Backorder, command: &Command, sku: &str) -> bool {
    let suits = |line: (&str, &Option<String>, &Option<String>)| {
        line.0 == sku && (waits.lot.is_none() || waits.lot == *line.1) && waits.owner == *line.2
    };
    match command {
        Command::Receive(body) => body.lines.iter().any(|line| suits((&line.sku, &line.lot, &line.owner))),
        Command::Return(body) => body.lines.iter().any(|line| suits((&line.sku, &line.lot, &line.owner))),
        Command::Count(body) => body.lines.iter().any(|line| suits((&line.sku, &line.lot, &line.owner))),
        Command::Adjust(body) => {
            body.lines.iter().any(|line| suits((&line.goods.sku, &line.goods.lot, &line.goods.owner)))
        }
        _ => true,
    }
}
