//! The mapping of a real delivery history: its figures, counted by other means, and its open values.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeSet;

use serde_json::Value;

use support::{deliveries, orders, read, scms};

#[test]
fn the_history_has_the_orders_shipments_and_sums_that_were_counted_by_other_means() {
    let Some(bytes) = deliveries() else { return };
    let mut reader = scms().reader();
    let mut rows = reader.push(&bytes).unwrap();
    rows.extend(reader.finish().unwrap());
    let totals = reader.totals();
    assert_eq!((totals.rows_read, totals.rows_accepted, totals.rows_quarantined), (7_754, 7_754, 0));
    assert_eq!(totals.late_lines, 798);
    assert_eq!(totals.total_value.to_string(), "1162428918.98");
    assert_eq!(totals.total_quantity.to_string(), "135310014");
    let orders = orders(&rows);
    assert_eq!(orders.len(), 4_959);
    let shipments = |order: &Value| order["shipments"].as_array().unwrap().len();
    assert_eq!(orders.values().map(shipments).sum::<usize>(), 5_545);
    assert_eq!(orders.values().filter(|order| shipments(order) > 1).count(), 295);
}

#[test]
fn what_the_source_left_open_stays_open_with_its_reason() {
    let Some(bytes) = deliveries() else { return };
    let orders = orders(&read(&bytes, 1 << 20).unwrap());
    let mut reasons = BTreeSet::new();
    for shipment in orders.values().flat_map(|order| order["shipments"].as_array().unwrap()) {
        assert_eq!(shipment["carrier"]["status"], "notCaptured", "no carrier is invented");
        assert_eq!(shipment["departedAt"]["status"], "notCaptured", "no departure is invented");
        for field in ["weight", "freightCost"] {
            let value = &shipment[field];
            reasons.extend(value["status"].as_str().map(str::to_owned));
            assert_ne!(
                value["status"], "recordedOnLine",
                "every reference of this file names a row of its order"
            );
        }
    }
    let expected = ["capturedSeparately", "includedInCommodityCost", "invoicedSeparately"];
    assert_eq!(reasons, expected.map(str::to_owned).into());
    let text = serde_json::to_string(&orders).unwrap();
    assert!(!text.contains("1900-01-01") && !text.contains("1970-01-01"), "no placeholder dates");
}

#[test]
fn a_weight_that_names_another_row_is_the_weight_of_that_row() {
    let Some(bytes) = deliveries() else { return };
    let orders = orders(&read(&bytes, 1 << 20).unwrap());
    let shipments = orders["SO-298"]["shipments"].as_array().unwrap();
    let shipment = shipments.iter().find(|shipment| shipment["shipmentNumber"] == "DN-304").unwrap();
    // Row 10589 holds it; the other rows of the shipment refer to it.
    assert_eq!(shipment["weight"]["value"], "9006");
    assert_eq!(shipment["freightCost"]["amount"], "9869.55");
}

#[test]
fn the_history_is_the_same_in_any_pieces() {
    let Some(bytes) = deliveries() else { return };
    let whole = format!("{:?}", read(&bytes, bytes.len()).unwrap());
    for piece in [977, 8_192, 1 << 20] {
        assert!(whole == format!("{:?}", read(&bytes, piece).unwrap()), "in pieces of {piece}");
    }
}
