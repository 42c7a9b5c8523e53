//! Orders: Placed, Confirmed, Processing, Shipped, Delivered, or Cancelled before it was shipped.

use std::collections::HashSet;

use imsop_journal::{Draft, Moment};
use imsop_kernel::{Address, Captured, Decimal, Money, Party, Quantity, StreamId, Timestamp, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::checks::Checks;
use super::command::{Change, NewLine, OrderChange, PlaceOrder};
use super::event::{
    Event, LinePart, Nothing, OrderConfirmed, OrderDelivered, OrderLinesAdded, OrderPlaced, OrderShipped,
    OrderedLine, Reason, SourceRecord,
};
use super::rejection::Rejection;
use super::{Operations, State};
use crate::limits::{
    ATTRIBUTES_PER_LINE, LINES_PER_ORDER, NAME_LENGTH, NUMBER_LENGTH, REASON_LENGTH, TEXT_LENGTH,
};

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs, reason = "the states of the design document")]
pub enum OrderStatus {
    Placed,
    Confirmed,
    Processing,
    Shipped,
    Delivered,
    Cancelled,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by the contracts of its events")]
pub struct Order {
    pub order_number: String,
    pub customer: Party,
    pub order_date: Captured<Timestamp>,
    pub shipping_address: Address,
    pub status: OrderStatus,
    pub lines: Vec<OrderLine>,
    pub total_amount: Money,
    pub ship_date: Option<Captured<Timestamp>>,
    pub delivery_date: Option<Timestamp>,
    pub cancel_reason: Option<String>,
    pub source: Option<SourceRecord>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A line of an order, and what carries it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderLine {
    /// As it was ordered.
    #[serde(flatten)]
    pub ordered: OrderedLine,
    /// The shipments that carry parts of it.
    pub shipments: Vec<LineShipment>,
}

/// The part of a line that one shipment carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct LineShipment {
    pub shipment_id: Uuid,
    pub shipment_number: String,
    pub quantity: Quantity,
    pub delivered: bool,
}

impl OrderLine {
    /// How much of the line no shipment carries yet.
    pub fn left(&self) -> Decimal {
        let carried: Decimal = self.shipments.iter().map(|part| part.quantity.value).sum();
        self.ordered.quantity.value - carried
    }

    fn delivered(&self) -> Decimal {
        self.shipments.iter().filter(|part| part.delivered).map(|part| part.quantity.value).sum()
    }
}

impl Order {
    /// Whether every line has been delivered in full.
    pub fn is_complete(&self) -> bool {
        self.lines.iter().all(|line| line.delivered() >= line.ordered.quantity.value)
    }

    /// The line with this number.
    pub fn line(&self, number: &str) -> Option<&OrderLine> {
        self.lines.iter().find(|line| line.ordered.line_number == number)
    }

    /// Checks that a shipment may carry this part of a line.
    pub(super) fn can_carry(&self, part: &LinePart) -> Result<&OrderLine, Rejection> {
        let Some(line) = self.line(&part.line_number) else {
            let id = format!("{}/{}", self.order_number, part.line_number);
            return Err(Rejection::NotFound { what: "order line", id });
        };
        if line.ordered.quantity.unit != part.quantity.unit {
            let message = format!("line {} is counted in {}", part.line_number, line.ordered.quantity.unit);
            return Err(Rejection::invalid("lines.quantity.unit", "unknown-unit", message));
        }
        let left = line.left();
        if part.quantity.value > left {
            return Err(Rejection::QuantityExceedsOrder {
                order: self.order_number.clone(),
                line: part.line_number.clone(),
                left: left.to_string(),
                asked: part.quantity.value.to_string(),
            });
        }
        Ok(line)
    }

    /// Refuses a transition that the present state does not allow.
    pub(super) fn must_be(&self, allowed: &[OrderStatus], transition: &'static str) -> Result<(), Rejection> {
        if allowed.contains(&self.status) {
            return Ok(());
        }
        Err(Rejection::IllegalTransition {
            what: "the order",
            state: format!("{:?}", self.status),
            transition,
        })
    }
}

/// The order after the event.
pub(super) fn evolve(state: Option<Order>, event: &Event, moment: Moment) -> Option<Order> {
    if let Event::OrderPlaced(placed) = event {
        return Some(placed_order(placed, moment));
    }
    let mut order = state?;
    match event {
        Event::OrderLinesAdded(added) => {
            order.lines.extend(added.lines.iter().map(new_line));
            order.total_amount = added.total_amount.clone();
            if order.status == OrderStatus::Delivered {
                // There is more to deliver than was known.
                order.status = OrderStatus::Shipped;
                order.delivery_date = None;
            }
        }
        Event::OrderConfirmed(_) => order.status = OrderStatus::Confirmed,
        Event::OrderProcessingStarted(_) => order.status = OrderStatus::Processing,
        Event::OrderShipmentAssigned(assigned) => {
            for part in &assigned.lines {
                let line = order.lines.iter_mut().find(|line| line.ordered.line_number == part.line_number);
                if let Some(line) = line {
                    line.shipments.push(LineShipment {
                        shipment_id: assigned.shipment_id,
                        shipment_number: assigned.shipment_number.clone(),
                        quantity: part.quantity.clone(),
                        delivered: false,
                    });
                }
            }
        }
        Event::OrderShipmentReleased(released) => {
            for line in &mut order.lines {
                line.shipments.retain(|part| part.shipment_id != released.shipment_id);
            }
        }
        Event::OrderShipmentDelivered(delivered) => {
            for part in order.lines.iter_mut().flat_map(|line| &mut line.shipments) {
                part.delivered |= part.shipment_id == delivered.shipment_id;
            }
        }
        Event::OrderShipped(shipped) => {
            order.status = OrderStatus::Shipped;
            order.ship_date = Some(shipped.ship_date.clone());
        }
        Event::OrderDelivered(delivered) => {
            order.status = OrderStatus::Delivered;
            order.delivery_date = Some(delivered.delivery_date);
        }
        Event::OrderCancelled(cancelled) => {
            order.status = OrderStatus::Cancelled;
            order.cancel_reason = Some(cancelled.reason.clone());
        }
        _ => {}
    }
    order.updated_at = moment.recorded_at;
    Some(order)
}

fn new_line(ordered: &OrderedLine) -> OrderLine {
    OrderLine { ordered: ordered.clone(), shipments: Vec::new() }
}

fn placed_order(placed: &OrderPlaced, moment: Moment) -> Order {
    Order {
        order_number: placed.order_number.clone(),
        customer: placed.customer.clone(),
        order_date: placed.order_date.clone(),
        shipping_address: placed.shipping_address.clone(),
        status: OrderStatus::Placed,
        lines: placed.lines.iter().map(new_line).collect(),
        total_amount: placed.total_amount.clone(),
        ship_date: None,
        delivery_date: None,
        cancel_reason: None,
        source: placed.source.clone(),
        created_at: moment.recorded_at,
        updated_at: moment.recorded_at,
    }
}

/// Decides on a new order.
pub(super) fn place(
    command: &PlaceOrder,
    stream: StreamId,
    context: &imsop_journal::Context,
    draft: &mut Draft<'_, Operations>,
) -> Result<(), Rejection> {
    if draft.state(stream).is_some() {
        return Err(Rejection::AlreadyExists { what: "order", number: command.order_number.clone() });
    }
    let mut checks = Checks::default();
    checks.text("orderNumber", &command.order_number, NUMBER_LENGTH);
    checks.text("customer.name", &command.customer.name, NAME_LENGTH);
    checks.address("shippingAddress", &command.shipping_address);
    let ordered_at = command.order_date.unwrap_or(context.now);
    checks.past("orderDate", ordered_at, context.now);
    let lines = new_lines(&command.lines, &[], &mut checks);
    checks.finish()?;
    let event = OrderPlaced {
        order_number: command.order_number.clone(),
        customer: super::party(&context.tenant, "customer", &command.customer),
        order_date: Captured::Known(ordered_at),
        shipping_address: command.shipping_address.clone(),
        total_amount: total(&lines, None)?,
        lines,
        source: None,
    };
    draft.record_at(stream, Event::OrderPlaced(event), ordered_at);
    Ok(())
}

/// Lines as they will stand in the order, checked.
fn new_lines(lines: &[NewLine], known: &[OrderLine], checks: &mut Checks) -> Vec<OrderedLine> {
    let mut ordered = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        let computed = line.unit_price.as_ref().and_then(|price| {
            let amount = price.amount.checked_mul(line.quantity.value)?;
            Some(Money { amount: amount.round_dp(4).normalize(), currency: price.currency.clone() })
        });
        let Some(line_value) = line.line_value.clone().or(computed) else {
            checks.fault(&format!("lines[{index}]"), "missing", "needs a unitPrice or a lineValue");
            continue;
        };
        let scheduled_delivery = line.scheduled_delivery.map_or(Captured::NOT_CAPTURED, Captured::Known);
        ordered.push(OrderedLine {
            line_number: line.line_number.clone().unwrap_or_else(|| (known.len() + index + 1).to_string()),
            sku: line.sku.clone(),
            description: line.description.clone(),
            quantity: line.quantity.clone(),
            unit_price: line.unit_price.clone(),
            line_value,
            scheduled_delivery,
            attributes: line
                .attributes
                .iter()
                .map(|(name, text)| (name.clone(), Captured::Known(text.clone())))
                .collect(),
        });
    }
    // With a line left out, the places of those after it would be named wrongly.
    if ordered.len() == lines.len() {
        check_lines(&ordered, known, checks);
    }
    ordered
}

/// Checks lines, also against those that the order has already.
pub(super) fn check_lines(lines: &[OrderedLine], known: &[OrderLine], checks: &mut Checks) {
    checks.count("lines", lines.len() + known.len(), 1, LINES_PER_ORDER);
    let mut numbers: HashSet<&str> = known.iter().map(|line| line.ordered.line_number.as_str()).collect();
    let first = known.first().map(|line| &line.ordered).or(lines.first());
    let currency = first.map(|line| line.line_value.currency.as_str()).unwrap_or_default();
    for (index, line) in lines.iter().enumerate() {
        let field = |name: &str| format!("lines[{index}].{name}");
        checks.text(&field("lineNumber"), &line.line_number, NUMBER_LENGTH);
        checks.maybe_text(&field("sku"), line.sku.as_deref(), NUMBER_LENGTH);
        checks.text(&field("description"), &line.description, TEXT_LENGTH);
        checks.quantity(&field("quantity"), &line.quantity);
        checks.money(&field("lineValue"), &line.line_value);
        if let Some(price) = &line.unit_price {
            checks.money(&field("unitPrice"), price);
            if price.currency != currency {
                checks.fault(
                    &field("unitPrice.currency"),
                    "mixed",
                    "all prices of an order have one currency",
                );
            }
        }
        checks.captured_time(&field("scheduledDelivery"), &line.scheduled_delivery);
        checks.count(&field("attributes"), line.attributes.len(), 0, ATTRIBUTES_PER_LINE);
        for (name, value) in &line.attributes {
            checks.text(&field("attributes"), name, NAME_LENGTH);
            if let Some(text) = value.known().filter(|text| !text.is_empty()) {
                checks.text(&field(&format!("attributes.{name}")), text, TEXT_LENGTH);
            }
        }
        if !numbers.insert(&line.line_number) {
            checks.fault(
                &field("lineNumber"),
                "duplicate",
                format!("line {} is there twice", line.line_number),
            );
        }
        if line.line_value.currency != currency {
            checks.fault(&field("lineValue.currency"), "mixed", "all lines of an order have one currency");
        }
    }
}

/// The value of the lines, with that of the lines before.
pub(super) fn total(lines: &[OrderedLine], before: Option<&Money>) -> Result<Money, Rejection> {
    let mut sum = before.map_or(Decimal::ZERO, |money| money.amount);
    for line in lines {
        // Amounts are limited, so that a thousand of them fit; a sum that does not is refused all the same.
        sum = sum
            .checked_add(line.line_value.amount)
            .ok_or_else(|| Rejection::invalid("lines", "out-of-range", "the total is too large"))?;
    }
    let currency = lines.first().map(|line| line.line_value.currency.clone());
    let currency = currency.or_else(|| before.map(|money| money.currency.clone())).unwrap_or_default();
    Ok(Money { amount: sum, currency })
}

const BEFORE_SHIPPING: [OrderStatus; 3] =
    [OrderStatus::Placed, OrderStatus::Confirmed, OrderStatus::Processing];

/// Decides on a change of an order.
pub(super) fn change(
    command: &Change<OrderChange>,
    stream: StreamId,
    now: Timestamp,
    draft: &mut Draft<'_, Operations>,
) -> Result<(), Rejection> {
    let Some(State::Order(order)) = draft.state(stream) else {
        return Err(Rejection::NotFound { what: "order", id: command.id.to_string() });
    };
    super::expect_version(command.expected_version, draft.version(stream))?;
    let (event, occurred_at) = decide_change(order, &command.change, now)?;
    draft.record_at(stream, event, occurred_at);
    Ok(())
}

fn decide_change(
    order: &Order,
    change: &OrderChange,
    now: Timestamp,
) -> Result<(Event, Timestamp), Rejection> {
    let mut checks = Checks::default();
    match change {
        OrderChange::AddLines { lines } => {
            order.must_be(&BEFORE_SHIPPING, "take further lines")?;
            checks.count("lines", lines.len(), 1, LINES_PER_ORDER);
            let lines = new_lines(lines, &order.lines, &mut checks);
            checks.finish()?;
            let total_amount = total(&lines, Some(&order.total_amount))?;
            Ok((Event::OrderLinesAdded(OrderLinesAdded { lines, total_amount }), now))
        }
        OrderChange::Confirm => {
            order.must_be(&[OrderStatus::Placed], "be confirmed")?;
            Ok((Event::OrderConfirmed(OrderConfirmed { confirmed_at: Captured::Known(now) }), now))
        }
        OrderChange::StartProcessing => {
            order.must_be(&[OrderStatus::Confirmed], "be processed")?;
            Ok((Event::OrderProcessingStarted(Nothing {}), now))
        }
        OrderChange::Ship { ship_date } => {
            order.must_be(&[OrderStatus::Confirmed, OrderStatus::Processing], "be shipped")?;
            let at = ship_date.unwrap_or(now);
            checks.past("shipDate", at, now);
            checks.finish()?;
            let event = OrderShipped { ship_date: Captured::Known(at), shipment_id: None };
            Ok((Event::OrderShipped(event), at))
        }
        OrderChange::Deliver { delivery_date } => {
            order.must_be(&[OrderStatus::Shipped], "be delivered")?;
            let at = delivery_date.unwrap_or(now);
            checks.past("deliveryDate", at, now);
            checks.finish()?;
            Ok((Event::OrderDelivered(OrderDelivered { delivery_date: at }), at))
        }
        OrderChange::Cancel { reason } => {
            order.must_be(&BEFORE_SHIPPING, "be cancelled")?;
            if order.lines.iter().any(|line| !line.shipments.is_empty()) {
                let state = "booked on shipments".to_owned();
                return Err(Rejection::IllegalTransition {
                    what: "the order",
                    state,
                    transition: "be cancelled before they are",
                });
            }
            checks.text("reason", reason, REASON_LENGTH);
            checks.finish()?;
            Ok((Event::OrderCancelled(Reason { reason: reason.clone() }), now))
        }
    }
}
