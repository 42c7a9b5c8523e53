//! Orders.

use async_graphql::ID;
use imsop_kernel::Envelope;
use serde::Deserialize;

use super::{Misfit, out_of_order, payload, recorded};
use crate::model::{
    Address, Money, Order, OrderLine, OrderLineShipment, OrderStatus, Party, Quantity, SourceRecord,
};
use crate::scalars::{Captured, DateTime};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Placed {
    order_number: String,
    customer: Party,
    #[serde(default)]
    order_date: Captured,
    shipping_address: Address,
    lines: Vec<OrderLine>,
    total_amount: Money,
    #[serde(default)]
    source: Option<SourceRecord>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LinesAdded {
    lines: Vec<OrderLine>,
    total_amount: Money,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssignedLine {
    line_number: String,
    quantity: Quantity,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ShipmentAssigned {
    shipment_id: String,
    shipment_number: String,
    lines: Vec<AssignedLine>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ShipmentNamed {
    shipment_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shipped {
    #[serde(default)]
    ship_date: Captured,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delivered {
    delivery_date: DateTime,
}

#[derive(Deserialize)]
struct Cancelled {
    reason: String,
}

/// The order after the event.
pub fn fold(before: Option<Order>, event: &Envelope) -> Result<Order, Misfit> {
    if &*event.event_type == "OrderPlaced" {
        return placed(event);
    }
    let mut order = before.ok_or_else(|| out_of_order(event))?;
    match &*event.event_type {
        "OrderLinesAdded" => {
            let added: LinesAdded = payload(event)?;
            order.lines.extend(added.lines);
            order.total_amount = added.total_amount;
            if order.status == OrderStatus::Delivered {
                // There is more to deliver than was known.
                order.status = OrderStatus::Shipped;
                order.delivery_date = None;
            }
        }
        "OrderConfirmed" => order.status = OrderStatus::Confirmed,
        "OrderProcessingStarted" => order.status = OrderStatus::Processing,
        "OrderShipmentAssigned" => assign(&mut order, payload(event)?),
        "OrderShipmentReleased" => {
            let released: ShipmentNamed = payload(event)?;
            for line in &mut order.lines {
                line.shipments.retain(|part| part.shipment_id.as_str() != released.shipment_id);
            }
        }
        "OrderShipmentDelivered" => {
            let delivered: ShipmentNamed = payload(event)?;
            for part in order.lines.iter_mut().flat_map(|line| &mut line.shipments) {
                part.delivered |= part.shipment_id.as_str() == delivered.shipment_id;
            }
        }
        "OrderShipped" => {
            order.status = OrderStatus::Shipped;
            order.ship_date = Some(payload::<Shipped>(event)?.ship_date);
        }
        "OrderDelivered" => {
            order.status = OrderStatus::Delivered;
            order.delivery_date = Some(payload::<Delivered>(event)?.delivery_date);
        }
        "OrderCancelled" => {
            order.status = OrderStatus::Cancelled;
            order.cancel_reason = Some(payload::<Cancelled>(event)?.reason);
        }
        _ => {}
    }
    order.updated_at = recorded(event);
    order.version = event.stream_version;
    Ok(order)
}

fn placed(event: &Envelope) -> Result<Order, Misfit> {
    let placed: Placed = payload(event)?;
    Ok(Order {
        id: ID(event.stream.id.to_string()),
        order_number: placed.order_number,
        status: OrderStatus::Placed,
        customer: placed.customer,
        shipping_address: placed.shipping_address,
        order_date: placed.order_date,
        ship_date: None,
        delivery_date: None,
        total_amount: placed.total_amount,
        lines: placed.lines,
        cancel_reason: None,
        source: placed.source,
        created_at: recorded(event),
        updated_at: recorded(event),
        version: event.stream_version,
    })
}

fn assign(order: &mut Order, assigned: ShipmentAssigned) {
    for part in assigned.lines {
        let Some(line) = order.lines.iter_mut().find(|line| line.line_number == part.line_number) else {
            continue;
        };
        line.shipments.push(OrderLineShipment {
            shipment_id: ID(assigned.shipment_id.clone()),
            shipment_number: assigned.shipment_number.clone(),
            quantity: part.quantity,
            delivered: false,
        });
    }
}
