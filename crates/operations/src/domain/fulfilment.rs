//! What shipments do to the orders that they carry parts of: take the parts, ship and deliver them.

use std::collections::BTreeMap;

use imsop_journal::{Context, Draft};
use imsop_kernel::ids::Kind;
use imsop_kernel::{Captured, GeoPoint, StreamId, Tenant, Timestamp, Uuid};

use super::command::{BookShipment, NewCarriedLine};
use super::event::{
    CarriedLine, Event, LinePart, OrderConfirmed, OrderDelivered, OrderShipmentAssigned,
    OrderShipmentDelivered, OrderShipped, ShipmentDelivered, ShipmentDeparted,
};
use super::order::{Order, OrderStatus};
use super::rejection::Rejection;
use super::shipment::{Shipment, is_after_day};
use super::{Operations, State};
use crate::limits::ORDERS_PER_SHIPMENT;

/// The order that a line of a new shipment names.
pub(super) fn order_of(tenant: &Tenant, line: &NewCarriedLine) -> Option<StreamId> {
    match (&line.order_id, &line.order_number) {
        (Some(id), _) => Some(StreamId::new(Kind::Order, *id)),
        (None, Some(number)) => Some(StreamId::natural(tenant, Kind::Order, number)),
        (None, None) => None,
    }
}

/// The parts of each order's lines that a new shipment carries.
pub(super) fn parts_by_order(
    command: &BookShipment,
    context: &Context,
) -> Result<BTreeMap<StreamId, Vec<LinePart>>, Rejection> {
    let mut parts: BTreeMap<StreamId, Vec<LinePart>> = BTreeMap::new();
    for line in &command.lines {
        let Some(order) = order_of(&context.tenant, line) else { continue };
        let of_order = parts.entry(order).or_default();
        if of_order.iter().any(|part| part.line_number == line.line_number) {
            let message = format!("line {} of one order is there twice", line.line_number);
            return Err(Rejection::invalid("lines", "duplicate", message));
        }
        of_order.push(LinePart { line_number: line.line_number.clone(), quantity: line.quantity.clone() });
    }
    if parts.len() > ORDERS_PER_SHIPMENT {
        let message = format!("a shipment carries parts of at most {ORDERS_PER_SHIPMENT} orders");
        return Err(Rejection::invalid("lines", "out-of-range", message));
    }
    Ok(parts)
}

/// Assigns parts of an order's lines to a shipment; gives what the shipment carries then.
pub(super) fn assign(
    draft: &Draft<'_, Operations>,
    order_stream: StreamId,
    shipment_id: Uuid,
    shipment_number: &str,
    parts: &[LinePart],
    carried: &mut Vec<CarriedLine>,
) -> Result<Event, Rejection> {
    let Some(State::Order(order)) = draft.state(order_stream) else {
        return Err(Rejection::NotFound { what: "order", id: order_stream.id.to_string() });
    };
    if matches!(order.status, OrderStatus::Cancelled | OrderStatus::Delivered) {
        let state = format!("{:?}", order.status);
        return Err(Rejection::IllegalTransition { what: "the order", state, transition: "be shipped" });
    }
    for part in parts {
        let line = order.can_carry(part)?;
        carried.push(CarriedLine {
            order_id: order_stream.id,
            order_number: order.order_number.clone(),
            line_number: part.line_number.clone(),
            description: Some(line.ordered.description.clone()),
            quantity: part.quantity.clone(),
            scheduled_delivery: line.ordered.scheduled_delivery.clone(),
        });
    }
    Ok(Event::OrderShipmentAssigned(OrderShipmentAssigned {
        shipment_id,
        shipment_number: shipment_number.to_owned(),
        lines: parts.to_vec(),
    }))
}

/// Records a departure; the first one ships its orders.
pub(super) fn depart(
    draft: &mut Draft<'_, Operations>,
    stream: StreamId,
    shipment: &Shipment,
    departed_at: Captured<Timestamp>,
    location: Option<GeoPoint>,
    occurred_at: Timestamp,
) {
    let event = ShipmentDeparted { departed_at: departed_at.clone(), location };
    draft.record_at(stream, Event::ShipmentDeparted(event), occurred_at);
    ship_orders(draft, stream, shipment, &departed_at, occurred_at);
}

/// Records that the orders of a shipment which has departed are shipped, where they are not yet.
pub(super) fn ship_orders(
    draft: &mut Draft<'_, Operations>,
    stream: StreamId,
    shipment: &Shipment,
    departed_at: &Captured<Timestamp>,
    occurred_at: Timestamp,
) {
    for order_id in shipment.order_ids() {
        let order_stream = StreamId::new(Kind::Order, order_id);
        let Some(State::Order(order)) = draft.state(order_stream) else { continue };
        let status = order.status;
        if status == OrderStatus::Placed {
            // Goods that leave have been confirmed by whoever let them go; nobody wrote down when.
            let event = OrderConfirmed { confirmed_at: Captured::NOT_CAPTURED };
            draft.record_at(order_stream, Event::OrderConfirmed(event), occurred_at);
        }
        if matches!(status, OrderStatus::Placed | OrderStatus::Confirmed | OrderStatus::Processing) {
            let event = OrderShipped { ship_date: departed_at.clone(), shipment_id: Some(stream.id) };
            draft.record_at(order_stream, Event::OrderShipped(event), occurred_at);
        }
    }
}

/// Records a delivery, and what it completes of the orders.
pub(super) fn deliver(
    draft: &mut Draft<'_, Operations>,
    stream: StreamId,
    shipment: &Shipment,
    delivered_at: Timestamp,
    recorded_at: Option<Timestamp>,
) {
    let late = is_after_day(delivered_at, shipment.promised_delivery);
    let event = ShipmentDelivered { delivered_at, recorded_at, late };
    draft.record_at(stream, Event::ShipmentDelivered(event), delivered_at);
    for order_id in shipment.order_ids() {
        deliver_part(draft, StreamId::new(Kind::Order, order_id), stream.id, delivered_at);
    }
}

/// Records that a shipment has brought its part of an order, and the order's completion if that was all.
pub(super) fn deliver_part(
    draft: &mut Draft<'_, Operations>,
    order_stream: StreamId,
    shipment_id: Uuid,
    delivered_at: Timestamp,
) {
    if draft.state(order_stream).is_none() {
        return;
    }
    let event = OrderShipmentDelivered { shipment_id, delivered_at };
    draft.record_at(order_stream, Event::OrderShipmentDelivered(event), delivered_at);
    let completes = |order: &Order| order.status == OrderStatus::Shipped && order.is_complete();
    if matches!(draft.state(order_stream), Some(State::Order(order)) if completes(order)) {
        let event = OrderDelivered { delivery_date: delivered_at };
        draft.record_at(order_stream, Event::OrderDelivered(event), delivered_at);
    }
}
