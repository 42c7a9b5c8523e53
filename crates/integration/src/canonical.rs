//! A row in the platform's own words. What the source left open stays open, with its reason.

use std::collections::BTreeMap;
use std::sync::Arc;

use imsop_kernel::{Captured, Money, Quantity};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One accepted row. Its JSON is what is staged between reading a file and assembling its orders;
/// the same row of the same mapping always gives the same JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RowRecord {
    /// The source's name for the row.
    pub row_id: String,
    /// The order that the row is a part of.
    pub order_number: String,
    /// The shipment that the row went with.
    pub shipment_number: String,
    /// What the row says of its order.
    pub order: OrderPart,
    /// What the row says of its shipment.
    pub shipment: ShipmentPart,
    /// The line itself.
    pub line: LinePart,
}

/// What a row says of its order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrderPart {
    /// The name of the customer.
    pub customer: String,
    /// The country that the order goes to.
    pub country: String,
    /// The day of the order.
    pub order_date: Captured<Date>,
}

/// What a row says of its shipment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ShipmentPart {
    /// How it was moved.
    pub mode: Captured<String>,
    /// The name of who moved it.
    pub carrier: Captured<String>,
    /// The day it left.
    pub departed: Captured<Date>,
    /// The day it arrived.
    pub delivered: Captured<Date>,
    /// The day on which somebody wrote down that it had arrived.
    pub delivery_recorded: Captured<Date>,
    /// The weight of the whole shipment, as far as this row holds it.
    pub weight: Captured<Quantity>,
    /// The cost of the whole shipment's transport, as far as this row holds it.
    pub freight_cost: Captured<Money>,
    /// Whether this is the row that holds what concerns all rows of the shipment.
    pub is_summary_row: bool,
}

/// The line that a row is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LinePart {
    /// Its number in the order.
    pub line_number: String,
    /// The article number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// What it is.
    pub description: String,
    /// How much of it.
    pub quantity: Quantity,
    /// The price of one unit of the quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<Money>,
    /// The value of the whole line.
    pub line_value: Money,
    /// The day on which it was to be delivered.
    pub scheduled_delivery: Captured<Date>,
    /// Everything else, by the names that the mapping gives.
    pub attributes: BTreeMap<Arc<str>, Captured<String>>,
}

impl RowRecord {
    /// Whether the line was delivered after the day on which it was to be delivered.
    pub fn is_late(&self) -> bool {
        let delivered = self.shipment.delivered.known();
        let scheduled = self.line.scheduled_delivery.known();
        delivered.zip(scheduled).is_some_and(|(delivered, scheduled)| delivered > scheduled)
    }
}
