//! What a source system says of an order and its shipments: whatever of it is new is recorded, what is
//! known changes nothing, and what contradicts the known is refused.

use std::collections::HashSet;

use imsop_journal::{Context, Draft};
use imsop_kernel::ids::Kind;
use imsop_kernel::{Captured, Party, StreamId, Timestamp};

use super::checks::Checks;
use super::command::{OrderHistory, ShipmentHistory};
use super::event::{
    Event, LinePart, OrderLinesAdded, OrderPlaced, OrderedLine, ShipmentBooked, ShipmentLinesAdded,
};
use super::fulfilment::{assign, deliver, deliver_part, depart, ship_orders};
use super::order::{OrderStatus, check_lines, total};
use super::rejection::Rejection;
use super::shipment::{Shipment, ShipmentStatus};
use super::{Operations, State};
use crate::limits::{
    LINES_PER_SHIPMENT, NAME_LENGTH, NUMBER_LENGTH, ORDERS_PER_SHIPMENT, SHIPMENTS_PER_HISTORY,
};

/// Decides on the record of a source system.
pub(super) fn record(
    history: &OrderHistory,
    context: &Context,
    draft: &mut Draft<'_, Operations>,
) -> Result<(), Rejection> {
    check(history, context.now)?;
    let order_stream = StreamId::natural(&context.tenant, Kind::Order, &history.order_number);
    record_order(history, order_stream, context, draft)?;
    for shipment in &history.shipments {
        let stream = StreamId::natural(&context.tenant, Kind::Shipment, &shipment.shipment_number);
        record_shipment(shipment, stream, order_stream, context, draft)?;
    }
    Ok(())
}

fn check(history: &OrderHistory, now: Timestamp) -> Result<(), Rejection> {
    let mut checks = Checks::default();
    checks.text("orderNumber", &history.order_number, NUMBER_LENGTH);
    checks.text("customer.name", &history.customer.name, NAME_LENGTH);
    checks.address("shippingAddress", &history.shipping_address);
    if let Some(at) = history.order_date.known() {
        checks.past("orderDate", *at, now);
    }
    check_lines(&history.lines, &[], &mut checks);
    checks.count("shipments", history.shipments.len(), 0, SHIPMENTS_PER_HISTORY);
    checks.source("source", history.source.as_ref());
    for (index, shipment) in history.shipments.iter().enumerate() {
        check_shipment(&mut checks, &format!("shipments[{index}]"), shipment, now);
    }
    checks.finish()
}

fn check_shipment(checks: &mut Checks, place: &str, shipment: &ShipmentHistory, now: Timestamp) {
    let field = |name: &str| format!("{place}.{name}");
    checks.text(&field("shipmentNumber"), &shipment.shipment_number, NUMBER_LENGTH);
    if let Some(origin) = shipment.origin.known() {
        checks.address(&field("origin"), origin);
    }
    checks.address(&field("destination"), &shipment.destination);
    checks.captured_text(&field("carrier"), &shipment.carrier, NAME_LENGTH);
    checks.captured_text(&field("mode"), &shipment.mode, NAME_LENGTH);
    checks.source(&field("source"), shipment.source.as_ref());
    checks.time(&field("estimatedDelivery"), shipment.estimated_delivery);
    for (name, at) in [("departedAt", &shipment.departed_at), ("deliveredAt", &shipment.delivered_at)] {
        if let Some(at) = at.known() {
            checks.past(&field(name), *at, now);
        }
    }
    checks.captured_time(&field("deliveryRecordedAt"), &shipment.delivery_recorded_at);
    checks.count(&field("lines"), shipment.lines.len(), 1, LINES_PER_SHIPMENT);
    let mut numbers = HashSet::new();
    for (index, line) in shipment.lines.iter().enumerate() {
        checks.quantity(&field(&format!("lines[{index}].quantity")), &line.quantity);
        if !numbers.insert(line.line_number.as_str()) {
            let message = format!("line {} is there twice", line.line_number);
            checks.fault(&field(&format!("lines[{index}].lineNumber")), "duplicate", message);
        }
    }
    if let Some(weight) = shipment.weight.known() {
        checks.measure(&field("weight"), weight);
    }
    if let Some(cost) = shipment.freight_cost.known() {
        checks.money(&field("freightCost"), cost);
    }
}

fn record_order(
    history: &OrderHistory,
    stream: StreamId,
    context: &Context,
    draft: &mut Draft<'_, Operations>,
) -> Result<(), Rejection> {
    let Some(State::Order(order)) = draft.state(stream) else {
        let event = OrderPlaced {
            order_number: history.order_number.clone(),
            customer: super::party(&context.tenant, "customer", &history.customer),
            order_date: history.order_date.clone(),
            shipping_address: history.shipping_address.clone(),
            lines: history.lines.clone(),
            total_amount: total(&history.lines, None)?,
            source: history.source.clone(),
        };
        let at = history.order_date.known().copied().unwrap_or(context.now);
        draft.record_at(stream, Event::OrderPlaced(event), at);
        return Ok(());
    };
    let mut added: Vec<OrderedLine> = Vec::new();
    for line in &history.lines {
        match order.line(&line.line_number) {
            Some(known) if known.ordered == *line => {}
            Some(_) => {
                let (order, line) = (&history.order_number, &line.line_number);
                let message = format!("order `{order}` has a line {line} that says something else");
                return Err(Rejection::ConflictingRecord(message));
            }
            None => added.push(line.clone()),
        }
    }
    if added.is_empty() {
        return Ok(());
    }
    if order.status == OrderStatus::Cancelled {
        let message =
            format!("order `{}` is cancelled, and the record adds lines to it", history.order_number);
        return Err(Rejection::ConflictingRecord(message));
    }
    let mut checks = Checks::default();
    check_lines(&added, &order.lines, &mut checks);
    checks.finish()?;
    let total_amount = total(&added, Some(&order.total_amount))?;
    draft.record(stream, Event::OrderLinesAdded(OrderLinesAdded { lines: added, total_amount }));
    Ok(())
}

fn record_shipment(
    history: &ShipmentHistory,
    stream: StreamId,
    order_stream: StreamId,
    context: &Context,
    draft: &mut Draft<'_, Operations>,
) -> Result<(), Rejection> {
    let new_parts = new_parts(history, stream, order_stream, draft)?;
    if !new_parts.is_empty() {
        can_take(history, new_parts.len(), stream, order_stream, draft)?;
        let mut carried = Vec::with_capacity(new_parts.len());
        let number = &history.shipment_number;
        let assigned = assign(draft, order_stream, stream.id, number, &new_parts, &mut carried)?;
        draft.record(order_stream, assigned);
        let event = match draft.state(stream) {
            Some(_) => Event::ShipmentLinesAdded(ShipmentLinesAdded { lines: carried }),
            None => Event::ShipmentBooked(ShipmentBooked {
                tracking_number: number.clone(),
                order_ids: vec![order_stream.id],
                origin: history.origin.clone(),
                destination: history.destination.clone(),
                carrier: carrier(context, &history.carrier),
                mode: history.mode.clone(),
                estimated_delivery: history.estimated_delivery,
                lines: carried,
                weight: history.weight.clone(),
                freight_cost: history.freight_cost.clone(),
                temperature_range: None,
                source: history.source.clone(),
            }),
        };
        draft.record(stream, event);
    }
    record_movement(history, stream, draft);
    catch_up(stream, context.now, draft);
    Ok(())
}

/// Refuses further parts for a known shipment that cannot take them.
fn can_take(
    history: &ShipmentHistory,
    parts: usize,
    stream: StreamId,
    order_stream: StreamId,
    draft: &Draft<'_, Operations>,
) -> Result<(), Rejection> {
    let Some(State::Shipment(shipment)) = draft.state(stream) else { return Ok(()) };
    if shipment.status == ShipmentStatus::Cancelled {
        let number = &history.shipment_number;
        let message = format!("shipment `{number}` is cancelled, and the record loads further lines onto it");
        return Err(Rejection::ConflictingRecord(message));
    }
    let mut checks = Checks::default();
    checks.count("shipments.lines", shipment.lines.len() + parts, 1, LINES_PER_SHIPMENT);
    let mut orders = shipment.order_ids();
    if !orders.contains(&order_stream.id) {
        orders.push(order_stream.id);
    }
    checks.count("shipments", orders.len(), 1, ORDERS_PER_SHIPMENT);
    checks.finish()
}

fn carrier(context: &Context, carrier: &Captured<String>) -> Captured<Party> {
    match carrier {
        Captured::Known(name) => Captured::Known(Party::named(&context.tenant, "carrier", name)),
        Captured::Missing(reason) => Captured::Missing(reason.clone()),
    }
}

/// The parts of the order's lines that the shipment is not known to carry yet.
fn new_parts(
    history: &ShipmentHistory,
    stream: StreamId,
    order_stream: StreamId,
    draft: &Draft<'_, Operations>,
) -> Result<Vec<LinePart>, Rejection> {
    let known = match draft.state(stream) {
        Some(State::Shipment(shipment)) => shipment.lines.as_slice(),
        _ => &[],
    };
    let mut parts = Vec::new();
    for part in &history.lines {
        let same = known
            .iter()
            .find(|line| line.order_id == order_stream.id && line.line_number == part.line_number);
        match same {
            Some(line) if line.quantity == part.quantity => {}
            Some(_) => {
                let (number, line) = (&history.shipment_number, &part.line_number);
                let message = format!("shipment `{number}` carries another quantity of line {line}");
                return Err(Rejection::ConflictingRecord(message));
            }
            None => parts.push(part.clone()),
        }
    }
    Ok(parts)
}

/// Departure and delivery, as far as they are known here and not there yet.
fn record_movement(history: &ShipmentHistory, stream: StreamId, draft: &mut Draft<'_, Operations>) {
    let Some(State::Shipment(shipment)) = draft.state(stream) else { return };
    let shipment = shipment.clone();
    let departed = history.departed_at.known();
    let delivered = history.delivered_at.known();
    // What arrived has departed, even if nobody wrote down when.
    let Some(moved_at) = departed.or(delivered).copied() else { return };
    if shipment.is_open() && shipment.departed_at.is_none() {
        depart(draft, stream, &shipment, history.departed_at.clone(), None, moved_at);
    }
    if let Some(delivered_at) = delivered.copied()
        && shipment.is_open()
    {
        let recorded_at = history.delivery_recorded_at.known().copied();
        deliver(draft, stream, &shipment, delivered_at, recorded_at);
    }
}

/// Lines that came onto a shipment after its departure or delivery have departed or arrived with it,
/// whether or not this record says so again.
fn catch_up(stream: StreamId, now: Timestamp, draft: &mut Draft<'_, Operations>) {
    let Some(State::Shipment(shipment)) = draft.state(stream) else { return };
    if shipment.status == ShipmentStatus::Cancelled {
        return;
    }
    let shipment = shipment.clone();
    let Some(departed_at) = &shipment.departed_at else { return };
    let moved_at = departed_at.known().copied().or(shipment.actual_delivery).unwrap_or(now);
    ship_orders(draft, stream, &shipment, departed_at, moved_at);
    if let Some(delivered_at) = shipment.actual_delivery {
        complete_orders(&shipment, stream, delivered_at, draft);
    }
}

/// Records the delivery of those parts of a delivered shipment that are not known to have arrived.
fn complete_orders(
    shipment: &Shipment,
    stream: StreamId,
    delivered_at: Timestamp,
    draft: &mut Draft<'_, Operations>,
) {
    for order_id in shipment.order_ids() {
        let order_stream = StreamId::new(Kind::Order, order_id);
        let Some(State::Order(order)) = draft.state(order_stream) else { continue };
        let mut parts = order.lines.iter().flat_map(|line| &line.shipments);
        if parts.any(|part| part.shipment_id == stream.id && !part.delivered) {
            deliver_part(draft, order_stream, stream.id, delivered_at);
        }
    }
}
