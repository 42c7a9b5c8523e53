//! From the rows of one order to the one command that records it: `orderHistory`.

use std::collections::BTreeMap;

use imsop_kernel::captured::Missing;
use imsop_kernel::problem::Fault;
use imsop_kernel::{Address, Captured, Timestamp};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::{Value, json};

use crate::canonical::RowRecord;
use crate::limits::{LINES_PER_ORDER, REFERENCE_HOPS};

/// The kind of command that the rows of an order become.
pub const ORDER_HISTORY: &str = "orderHistory";

/// Makes one command of all rows of one order. The same rows always make the same command.
///
/// # Errors
/// The rows contradict each other; which ones, and where.
pub fn assemble(system: &str, order_number: &str, rows: &[RowRecord]) -> Result<Value, Vec<Fault>> {
    let Some(first) = rows.first() else {
        return Err(vec![Fault::whole("empty", "an order needs a row")]);
    };
    if rows.len() > LINES_PER_ORDER {
        let message = format!("the order has {} rows; the limit is {LINES_PER_ORDER}", rows.len());
        return Err(vec![Fault::whole("too-many", message)]);
    }
    let mut faults = Vec::new();
    let by_id: BTreeMap<&str, &RowRecord> = rows.iter().map(|row| (row.row_id.as_str(), row)).collect();
    for row in &rows[1..] {
        agree(&mut faults, "customer", row, &row.order.customer, &first.order.customer);
        agree(&mut faults, "country", row, &row.order.country, &first.order.country);
    }
    let mut shipments: BTreeMap<&str, Vec<&RowRecord>> = BTreeMap::new();
    for row in rows {
        shipments.entry(&row.shipment_number).or_default().push(row);
    }
    let mut histories = Vec::with_capacity(shipments.len());
    for (number, rows) in &shipments {
        histories.push(shipment(system, number, rows, &by_id, &mut faults));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let lines: Vec<Value> = rows.iter().map(line).collect();
    Ok(json!({
        "orderNumber": order_number,
        "customer": { "name": first.order.customer },
        "orderDate": midnight(&order_date(rows)),
        "shippingAddress": Address::in_country(&first.order.country),
        "source": { "system": system, "record": first.row_id },
        "lines": lines,
        "shipments": histories,
    }))
}

/// The earliest day on which a row says the order was placed; rows of one order may be sent to the
/// vendor one after the other. Where none has a day, why the first one has none.
fn order_date(rows: &[RowRecord]) -> Captured<Date> {
    let earliest = rows.iter().filter_map(|row| row.order.order_date.known()).min();
    match (earliest, rows.first()) {
        (Some(day), _) => Captured::Known(*day),
        (None, Some(first)) => first.order.order_date.clone(),
        (None, None) => Captured::NOT_CAPTURED,
    }
}

fn line(row: &RowRecord) -> Value {
    let line = &row.line;
    let mut value = json!({
        "lineNumber": line.line_number,
        "description": line.description,
        "quantity": line.quantity,
        "lineValue": line.line_value,
        "scheduledDelivery": midnight(&line.scheduled_delivery),
        "attributes": line.attributes,
    });
    if let Some(sku) = &line.sku {
        value["sku"] = json!(sku);
    }
    if let Some(price) = &line.unit_price {
        value["unitPrice"] = json!(price);
    }
    value
}

fn shipment(
    system: &str,
    number: &str,
    rows: &[&RowRecord],
    by_id: &BTreeMap<&str, &RowRecord>,
    faults: &mut Vec<Fault>,
) -> Value {
    // The row that speaks for the whole shipment, else its first one.
    let speaker = rows.iter().find(|row| row.shipment.is_summary_row).or(rows.first());
    let Some(speaker) = speaker else { return Value::Null };
    for row in rows {
        agree(faults, "shipment mode", row, &row.shipment.mode, &speaker.shipment.mode);
        agree(faults, "delivered", row, &row.shipment.delivered, &speaker.shipment.delivered);
    }
    // The day of delivery does not stand in: a shipment without a promise would count as on time.
    let Some(promised) = rows.iter().filter_map(|row| row.line.scheduled_delivery.known()).min() else {
        let message = format!("no line of shipment {number} has a scheduled day of delivery");
        faults.push(Fault::at("scheduled delivery", "missing-value", message));
        return Value::Null;
    };
    let lines: Vec<Value> = rows
        .iter()
        .map(|row| json!({ "lineNumber": row.line.line_number, "quantity": row.line.quantity }))
        .collect();
    let weight = whole(rows, by_id, |row| &row.shipment.weight);
    let freight_cost = whole(rows, by_id, |row| &row.shipment.freight_cost);
    json!({
        "shipmentNumber": number,
        "destination": Address::in_country(&speaker.order.country),
        "carrier": speaker.shipment.carrier,
        "mode": speaker.shipment.mode,
        "estimatedDelivery": start_of(*promised),
        "lines": lines,
        "departedAt": midnight(&speaker.shipment.departed),
        "deliveredAt": midnight(&speaker.shipment.delivered),
        "deliveryRecordedAt": midnight(&speaker.shipment.delivery_recorded),
        "weight": weight,
        "freightCost": freight_cost,
        "source": { "system": system, "record": speaker.row_id },
    })
}

/// What concerns the whole shipment: a value that one of its rows has, or the one that a row refers
/// to; else why there is none.
fn whole<T: Clone + Serialize>(
    rows: &[&RowRecord],
    by_id: &BTreeMap<&str, &RowRecord>,
    of: impl Fn(&RowRecord) -> &Captured<T>,
) -> Captured<T> {
    let mut resolved = rows.iter().map(|row| resolve(row, by_id, &of));
    let mut first: Option<Captured<T>> = None;
    for value in &mut resolved {
        if value.known().is_some() {
            return value;
        }
        first = first.or(Some(value));
    }
    first.unwrap_or(Captured::NOT_CAPTURED)
}

/// Follows a reference to the row that it names, where that row is one of the order's.
fn resolve<T: Clone>(
    row: &RowRecord,
    by_id: &BTreeMap<&str, &RowRecord>,
    of: &impl Fn(&RowRecord) -> &Captured<T>,
) -> Captured<T> {
    let mut value = of(row);
    for _ in 0..REFERENCE_HOPS {
        let Captured::Missing(Missing::RecordedOnLine { line, shipment_number }) = value else { break };
        let Some(named) = by_id.get(line.as_str()) else { break };
        if named.shipment_number != *shipment_number {
            break;
        }
        value = of(named);
    }
    value.clone()
}

fn agree<T: PartialEq + Serialize>(
    faults: &mut Vec<Fault>,
    what: &str,
    row: &RowRecord,
    found: &T,
    first: &T,
) {
    if found == first {
        return;
    }
    let text = |value: &T| serde_json::to_string(value).unwrap_or_default();
    let message = format!("row {} says {}, another row {}", row.row_id, text(found), text(first));
    faults.push(Fault::at(what, "contradiction", message));
}

/// A calendar day as the moment at which it begins, in UTC: sources say no more.
fn midnight(day: &Captured<Date>) -> Captured<Timestamp> {
    match day {
        Captured::Known(day) => start_of(*day),
        Captured::Missing(reason) => Captured::Missing(reason.clone()),
    }
}

fn start_of(day: Date) -> Captured<Timestamp> {
    match day.to_zoned(TimeZone::UTC) {
        Ok(zoned) => Captured::Known(zoned.timestamp()),
        // Days are checked to be within the mapping's bounds, which are within those of a timestamp.
        Err(_) => Captured::NOT_CAPTURED,
    }
}
