//! Records of source systems: what is new is recorded, what is known is not, what contradicts is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on failed")]

mod support;

use imsop_kernel::Captured;
use imsop_kernel::ids::Kind;
use imsop_operations::domain::command::OrderChange;
use imsop_operations::domain::{Command, OrderStatus, Rejection, ShipmentStatus};
use imsop_operations::limits;
use imsop_platform::http::Refusal;
use serde_json::{Value, json};
use support::*;

const DEPARTED: &str = "2026-02-10T00:00:00Z";
const DELIVERED: &str = "2026-02-21T00:00:00Z";

fn delivered_in_two_shipments() -> Command {
    let shipments = vec![
        source_shipment("S1", &[("1", 4)], Some(DEPARTED), Some("2026-02-20T00:00:00Z")),
        source_shipment("S2", &[("1", 6), ("2", 5)], None, Some(DELIVERED)),
    ];
    history("O", vec![source_line("1", 10), source_line("2", 5)], shipments)
}

#[test]
fn an_order_comes_with_all_its_shipments_from_placing_to_delivery() {
    let mut world = World::new();
    let events = world.accept(delivered_in_two_shipments());
    assert_eq!(
        events,
        [
            "OrderPlaced",
            "OrderShipmentAssigned",
            "ShipmentBooked",
            "ShipmentDeparted",
            "OrderConfirmed",
            "OrderShipped",
            "ShipmentDelivered",
            "OrderShipmentDelivered",
            "OrderShipmentAssigned",
            "ShipmentBooked",
            "ShipmentDeparted",
            "ShipmentDelivered",
            "OrderShipmentDelivered",
            "OrderDelivered",
        ]
    );
    let order = world.order("O");
    assert_eq!((order.status, order.delivery_date), (OrderStatus::Delivered, Some(at(DELIVERED))));
    assert!(!world.shipment("S1").delivered_late);
    assert!(world.shipment("S2").delivered_late);
    // It arrived, so it left; nobody wrote down when.
    assert_eq!(world.shipment("S2").departed_at, Some(Captured::NOT_CAPTURED));
}

#[test]
fn the_same_record_again_gives_no_events() {
    let mut world = World::new();
    world.accept(delivered_in_two_shipments());
    assert!(world.accept(delivered_in_two_shipments()).is_empty());
}

#[test]
fn a_record_that_knows_more_adds_only_that() {
    let mut world = World::new();
    let lines = || vec![source_line("1", 10)];
    world.accept(history("O", lines(), Vec::new()));
    let booked = || vec![source_shipment("S", &[("1", 10)], None, None)];
    assert_eq!(world.accept(history("O", lines(), booked())), ["OrderShipmentAssigned", "ShipmentBooked"]);
    let departed = || vec![source_shipment("S", &[("1", 10)], Some(DEPARTED), None)];
    let events = world.accept(history("O", lines(), departed()));
    assert_eq!(events, ["ShipmentDeparted", "OrderConfirmed", "OrderShipped"]);
    let delivered = || vec![source_shipment("S", &[("1", 10)], Some(DEPARTED), Some(DELIVERED))];
    let events = world.accept(history("O", lines(), delivered()));
    assert_eq!(events, ["ShipmentDelivered", "OrderShipmentDelivered", "OrderDelivered"]);
    assert!(world.accept(history("O", lines(), departed())).is_empty(), "an older record knows nothing new");
}

#[test]
fn further_lines_open_a_delivered_order_until_they_have_arrived_too() {
    let mut world = World::new();
    let known = source_shipment("S1", &[("1", 10)], Some(DEPARTED), Some(DELIVERED));
    world.accept(history("O", vec![source_line("1", 10)], vec![known]));
    let events = world.accept(history("O", vec![source_line("2", 5)], Vec::new()));
    assert_eq!(events, ["OrderLinesAdded"]);
    assert_eq!(world.order_status("O"), OrderStatus::Shipped);
    assert_eq!(world.order("O").total_amount.amount, "31.0".parse().unwrap());
    let later = source_shipment("S1", &[("2", 5)], Some(DEPARTED), Some(DELIVERED));
    let events = world.accept(history("O", vec![source_line("2", 5)], vec![later]));
    assert_eq!(
        events,
        ["OrderShipmentAssigned", "ShipmentLinesAdded", "OrderShipmentDelivered", "OrderDelivered"]
    );
}

#[test]
fn an_order_that_joins_a_shipment_which_has_departed_is_shipped() {
    let mut world = World::new();
    let shipment = || vec![source_shipment("S", &[("1", 10)], Some(DEPARTED), None)];
    world.accept(history("O", vec![source_line("1", 10)], shipment()));
    let events = world.accept(history("P", vec![source_line("1", 10)], shipment()));
    assert_eq!(
        events,
        ["OrderPlaced", "OrderShipmentAssigned", "ShipmentLinesAdded", "OrderConfirmed", "OrderShipped"]
    );
    assert_eq!(world.order("P").ship_date, Some(Captured::Known(at(DEPARTED))));
    assert!(world.accept(history("P", vec![source_line("1", 10)], shipment())).is_empty());
}

#[test]
fn an_order_that_joins_a_shipment_which_was_delivered_is_delivered() {
    let mut world = World::new();
    let shipment = || vec![source_shipment("S", &[("1", 10)], Some(DEPARTED), Some(DELIVERED))];
    world.accept(history("O", vec![source_line("1", 10)], shipment()));
    world.accept(history("P", vec![source_line("1", 10)], shipment()));
    assert_eq!(world.order_status("O"), OrderStatus::Delivered);
    assert_eq!(world.order_status("P"), OrderStatus::Delivered);
    assert_eq!(world.shipment("S").order_ids().len(), 2);
    assert!(world.accept(history("P", vec![source_line("1", 10)], shipment())).is_empty());
}

#[test]
fn a_record_that_contradicts_a_known_line_is_refused() {
    let mut changed_value = source_line("1", 10);
    changed_value["lineValue"]["amount"] = json!("99");
    let mut changed_text = source_line("1", 10);
    changed_text["description"] = json!("something else");
    for line in [source_line("1", 11), changed_value, changed_text] {
        let mut world = World::new();
        world.accept(history("O", vec![source_line("1", 10)], Vec::new()));
        let rejection = world.refuse(history("O", vec![line], Vec::new()));
        assert!(matches!(rejection, Rejection::ConflictingRecord(_)), "{rejection:?}");
        assert_eq!((rejection.problem().status, rejection.problem().slug()), (409, "conflicting-record"));
    }
}

#[test]
fn a_record_that_contradicts_what_a_shipment_carries_is_refused() {
    let mut world = World::new();
    let carries = |quantity| vec![source_shipment("S", &[("1", quantity)], None, None)];
    world.accept(history("O", vec![source_line("1", 10)], carries(4)));
    let rejection = world.refuse(history("O", vec![source_line("1", 10)], carries(5)));
    assert!(matches!(rejection, Rejection::ConflictingRecord(_)), "{rejection:?}");
}

#[test]
fn a_record_cannot_load_goods_onto_a_cancelled_shipment() {
    let mut world = World::new();
    let lines = || vec![source_line("1", 10), source_line("2", 5)];
    let known = || vec![source_shipment("S", &[("1", 10)], None, None)];
    world.accept(history("O", lines(), known()));
    world.accept(change_shipment("S", cancel()));
    assert!(world.accept(history("O", lines(), known())).is_empty());
    let more = vec![source_shipment("S", &[("1", 10), ("2", 5)], None, None)];
    let rejection = world.refuse(history("O", lines(), more));
    assert!(matches!(rejection, Rejection::ConflictingRecord(_)), "{rejection:?}");
    assert_eq!(world.shipment_status("S"), ShipmentStatus::Cancelled);
}

#[test]
fn a_line_that_joins_a_delivered_shipment_has_arrived_even_if_the_record_does_not_say_so_again() {
    let mut world = World::new();
    let lines = || vec![source_line("1", 10), source_line("2", 5)];
    let delivered = source_shipment("S", &[("1", 10)], Some(DEPARTED), Some(DELIVERED));
    world.accept(history("O", lines(), vec![delivered]));
    let silent = || vec![source_shipment("S", &[("2", 5)], None, None)];
    world.accept(history("O", lines(), silent()));
    assert_eq!(world.order_status("O"), OrderStatus::Delivered);
    assert!(world.accept(history("O", lines(), silent())).is_empty());
}

#[test]
fn a_record_adds_no_lines_to_a_cancelled_order() {
    let mut world = World::new();
    let known = || history("O", vec![source_line("1", 10)], Vec::new());
    world.accept(known());
    let change = OrderChange::Cancel { reason: "not needed".to_owned() };
    world.accept(change_order("O", change));
    assert!(world.accept(known()).is_empty());
    let rejection = world.refuse(history("O", vec![source_line("2", 5)], Vec::new()));
    assert!(matches!(rejection, Rejection::ConflictingRecord(_)), "{rejection:?}");
}

#[test]
fn a_shipment_takes_at_most_so_many_orders_over_all_records() {
    let mut world = World::new();
    let joins = |number: usize| {
        let shipment = source_shipment("S", &[("1", 1)], None, None);
        history(&format!("O{number}"), vec![source_line("1", 1)], vec![shipment])
    };
    for number in 0..limits::ORDERS_PER_SHIPMENT {
        world.accept(joins(number));
    }
    let rejection = world.refuse(joins(limits::ORDERS_PER_SHIPMENT));
    assert!(matches!(rejection, Rejection::Invalid(_)), "{rejection:?}");
}

#[test]
fn a_record_of_more_than_was_ordered_is_refused_as_a_whole() {
    let mut world = World::new();
    let shipments =
        vec![source_shipment("S1", &[("1", 6)], None, None), source_shipment("S2", &[("1", 5)], None, None)];
    let rejection = world.refuse(history("O", vec![source_line("1", 10)], shipments));
    assert!(matches!(rejection, Rejection::QuantityExceedsOrder { .. }), "{rejection:?}");
    assert!(world.state(stream(Kind::Order, "O")).is_none());
    assert!(world.state(stream(Kind::Shipment, "S1")).is_none());
}

/// The fields of the faults of a record with one thing wrong.
fn faults(spoil: impl Fn(&mut Value)) -> Vec<String> {
    let shipment = source_shipment("S", &[("1", 10)], None, None);
    let mut json = history_json("O", vec![source_line("1", 10)], vec![shipment]);
    spoil(&mut json);
    match World::new().refuse(Command::RecordOrderHistory(body(json))) {
        Rejection::Invalid(faults) => faults.into_iter().filter_map(|fault| fault.field).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_record_with_a_fault_is_refused_and_names_the_field() {
    let line = json!({ "lineNumber": "1", "quantity": { "value": "5", "unit": "EA" } });
    assert_eq!(faults(|json| json["lines"] = json!([])), ["lines"]);
    assert_eq!(faults(|json| json["source"]["record"] = json!("a\u{0}")), ["source.record"]);
    let shipment = |name: &str| format!("shipments[0].{name}");
    assert_eq!(faults(|json| json["shipments"][0]["carrier"] = json!("a\u{0}b")), [shipment("carrier")]);
    assert_eq!(
        faults(|json| json["shipments"][0]["carrier"] = json!("a".repeat(300))),
        [shipment("carrier")]
    );
    assert_eq!(faults(|json| json["shipments"][0]["mode"] = json!("\u{7}")), [shipment("mode")]);
    let nowhere = json!({ "country": "" });
    assert_eq!(faults(|json| json["shipments"][0]["origin"] = nowhere.clone()), [shipment("origin.country")]);
    assert_eq!(
        faults(|json| json["shipments"][0]["source"] = json!({ "system": "", "record": "1" })),
        [shipment("source.system")]
    );
    assert_eq!(
        faults(|json| json["shipments"][0]["lines"] = json!([line, line])),
        [shipment("lines[1].lineNumber")]
    );
    assert_eq!(
        faults(|json| json["shipments"][0]["lines"][0]["quantity"]["value"] = json!("0")),
        [shipment("lines[0].quantity.value")]
    );
    assert_eq!(
        faults(|json| json["shipments"][0]["deliveredAt"] = json!("2030-01-01T00:00:00Z")),
        [shipment("deliveredAt")]
    );
}
