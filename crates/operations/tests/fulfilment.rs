//! What shipments do to orders and assets, in one command each.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on failed")]

mod support;

use imsop_kernel::ids::Kind;
use imsop_kernel::{Captured, Decimal};
use imsop_operations::domain::command::{AssetChange, OrderChange, ReleaseAssets, ShipmentChange};
use imsop_operations::domain::{
    AssetStatus, Command, Operations, OrderStatus, Rejection, ShipmentStatus, State,
};
use imsop_platform::http::Refusal;
use serde_json::json;
use support::*;

fn left(world: &World, order: &str, line: &str) -> Decimal {
    world.order(order).line(line).unwrap().left()
}

#[test]
fn several_shipments_share_a_line_and_the_last_delivery_completes_the_order() {
    let mut world = World::new();
    world.accept(place("O", &[("1", 10), ("2", 5)]));
    assert_eq!(world.accept(book("S1", &[("O", "1", 4)])), ["OrderShipmentAssigned", "ShipmentBooked"]);
    world.accept(book("S2", &[("O", "1", 6), ("O", "2", 5)]));
    assert_eq!(left(&world, "O", "1"), Decimal::ZERO);
    world.accept(change_shipment("S1", depart()));
    world.accept(change_shipment("S2", depart()));
    let first = world.accept(change_shipment("S1", deliver()));
    assert_eq!(first, ["ShipmentDelivered", "OrderShipmentDelivered"]);
    assert_eq!(world.order_status("O"), OrderStatus::Shipped);
    let last = world.accept(change_shipment("S2", deliver()));
    assert_eq!(last, ["ShipmentDelivered", "OrderShipmentDelivered", "OrderDelivered"]);
    assert_eq!(world.order_status("O"), OrderStatus::Delivered);
}

#[test]
fn the_first_departure_confirms_and_ships_every_order_on_board() {
    let mut world = World::new();
    world.accept(place("O", &[("1", 10)]));
    world.accept(place("P", &[("1", 10)]));
    world.accept(change_order("P", OrderChange::Confirm));
    world.accept(book("S1", &[("O", "1", 4), ("P", "1", 10)]));
    world.accept(book("S2", &[("O", "1", 6)]));
    let mut events = world.accept(change_shipment("S1", depart()));
    events.sort_unstable();
    assert_eq!(events, ["OrderConfirmed", "OrderShipped", "OrderShipped", "ShipmentDeparted"]);
    assert_eq!(world.accept(change_shipment("S2", depart())), ["ShipmentDeparted"]);
    assert_eq!(world.order("O").ship_date, Some(Captured::Known(at(START))));
}

#[test]
fn more_than_is_left_of_a_line_is_refused_until_a_shipment_is_cancelled() {
    let mut world = World::new();
    world.accept(place("O", &[("1", 10)]));
    world.accept(book("S1", &[("O", "1", 7)]));
    let rejection = world.refuse(book("S2", &[("O", "1", 4)]));
    assert!(matches!(rejection, Rejection::QuantityExceedsOrder { .. }), "{rejection:?}");
    assert_eq!((rejection.problem().status, rejection.problem().slug()), (409, "quantity-exceeds-order"));
    let events = world.accept(change_shipment("S1", cancel()));
    assert_eq!(events, ["ShipmentCancelled", "OrderShipmentReleased"]);
    world.accept(book("S2", &[("O", "1", 10)]));
}

#[test]
fn a_booking_that_one_of_its_orders_refuses_takes_nothing_from_the_others() {
    let mut world = World::new();
    world.accept(place("O", &[("1", 10)]));
    world.accept(place("P", &[("1", 1)]));
    world.refuse(book("S", &[("O", "1", 10), ("P", "1", 2)]));
    assert_eq!(left(&world, "O", "1"), Decimal::from(10));
    assert!(world.state(stream(Kind::Shipment, "S")).is_none());
}

#[test]
fn a_booking_names_orders_and_lines_that_exist_and_still_want_goods() {
    let mut world = World::new();
    world.accept(place("O", &[("1", 10)]));
    world.accept(place("P", &[("1", 10)]));
    world.accept(change_order("P", OrderChange::Cancel { reason: "not needed".to_owned() }));
    let unknown_order = world.refuse(book("S", &[("X", "1", 1)]));
    assert!(matches!(unknown_order, Rejection::NotFound { what: "order", .. }), "{unknown_order:?}");
    let unknown_line = world.refuse(book("S", &[("O", "9", 1)]));
    assert!(matches!(unknown_line, Rejection::NotFound { what: "order line", .. }), "{unknown_line:?}");
    let cancelled = world.refuse(book("S", &[("P", "1", 1)]));
    assert!(matches!(cancelled, Rejection::IllegalTransition { .. }), "{cancelled:?}");
}

#[test]
fn a_line_may_name_its_order_by_id_and_by_number_if_both_mean_the_same() {
    let mut world = World::new();
    world.accept(place("O", &[("1", 10)]));
    world.accept(place("P", &[("1", 10)]));
    let mut json = booking_json("S", &[("O", "1", 4)]);
    json["lines"][0]["orderId"] = json!(stream(Kind::Order, "P").id);
    let rejection = world.refuse(Command::BookShipment(body(json.clone())));
    assert!(matches!(rejection, Rejection::Invalid(_)), "{rejection:?}");
    json["lines"][0]["orderId"] = json!(stream(Kind::Order, "O").id);
    world.accept(Command::BookShipment(body(json.clone())));
    json["trackingNumber"] = json!("S2");
    json["lines"][0].as_object_mut().unwrap().remove("orderNumber");
    world.accept(Command::BookShipment(body(json)));
    assert_eq!(left(&world, "O", "1"), Decimal::from(2));
}

#[test]
fn an_order_that_is_booked_on_a_shipment_is_cancelled_only_after_it() {
    let mut world = World::new();
    world.accept(place("O", &[("1", 10)]));
    world.accept(book("S", &[("O", "1", 1)]));
    let cancelled = || change_order("O", OrderChange::Cancel { reason: "not needed".to_owned() });
    assert!(matches!(world.refuse(cancelled()), Rejection::IllegalTransition { .. }));
    world.accept(change_shipment("S", cancel()));
    world.accept(cancelled());
}

#[test]
fn an_order_delivered_by_hand_stays_delivered_when_its_shipments_arrive_or_are_cancelled() {
    let mut world = World::new();
    world.accept(place("O", &[("1", 10)]));
    world.accept(book("S1", &[("O", "1", 4)]));
    world.accept(book("S2", &[("O", "1", 6)]));
    world.accept(change_shipment("S1", depart()));
    world.accept(change_order("O", OrderChange::Deliver { delivery_date: None }));
    let arrival = world.accept(change_shipment("S1", deliver()));
    assert_eq!(arrival, ["ShipmentDelivered", "OrderShipmentDelivered"]);
    world.accept(change_shipment("S2", cancel()));
    assert_eq!(world.order_status("O"), OrderStatus::Delivered);
}

#[test]
fn late_is_the_day_after_the_promise_and_a_new_estimate_is_no_new_promise() {
    for (delivered, late) in [("2026-03-10T23:59:59Z", false), ("2026-03-11T00:00:00Z", true)] {
        let mut world = World::new();
        world.accept(place("O", &[("1", 10)]));
        world.accept(book("S", &[("O", "1", 10)]));
        world.accept(change_shipment("S", depart()));
        world.accept(change_shipment("S", delay()));
        assert_eq!(world.shipment("S").estimated_delivery, at("2026-03-14T00:00:00Z"));
        world.now = at(delivered);
        assert_eq!(world.shipment("S").is_late(world.now), late, "open at {delivered}");
        world.accept(change_shipment("S", deliver()));
        assert_eq!(world.shipment("S").is_late(at("2027-01-01T00:00:00Z")), late, "delivered {delivered}");
    }
}

#[test]
fn a_cancelled_shipment_is_never_late() {
    let mut world = World::new();
    world.accept(place("O", &[("1", 10)]));
    world.accept(book("S", &[("O", "1", 10)]));
    world.accept(change_shipment("S", cancel()));
    assert!(!world.shipment("S").is_late(at("2027-01-01T00:00:00Z")));
}

#[test]
fn an_older_position_is_recorded_and_does_not_move_the_shipment() {
    for source in ["manual", "carrier", "device"] {
        let mut world = World::new();
        world.accept(place("O", &[("1", 10)]));
        world.accept(book("S", &[("O", "1", 10)]));
        world.accept(change_shipment("S", seen(52.0, "2026-03-02T11:00:00Z", source)));
        let older = world.accept(change_shipment("S", seen(51.0, "2026-03-02T10:00:00Z", source)));
        assert_eq!(older, ["ShipmentPositionObserved"], "{source}");
        let place = world.shipment("S").current_location.unwrap();
        assert_eq!((place.latitude, place.observed_at), (52.0, at("2026-03-02T11:00:00Z")), "{source}");
    }
}

#[test]
fn a_device_that_reports_within_a_minute_is_accepted_and_not_recorded() {
    let mut world = World::new();
    world.accept(place("O", &[("1", 10)]));
    world.accept(book("S", &[("O", "1", 10)]));
    world.accept(change_shipment("S", seen(52.0, "2026-03-02T11:00:00Z", "device")));
    for moment in ["2026-03-02T11:00:59Z", "2026-03-02T10:59:01Z"] {
        let nothing = world.accept(change_shipment("S", seen(52.1, moment, "device")));
        assert!(nothing.is_empty(), "{moment}: {nothing:?}");
    }
    world.accept(change_shipment("S", seen(52.2, "2026-03-02T11:01:00Z", "device")));
    assert_eq!(world.shipment("S").current_location.unwrap().latitude, 52.2);
}

#[test]
fn an_asset_travels_with_an_open_shipment_and_is_free_after_it() {
    let mut world = World::new();
    world.accept(place("O", &[("1", 10)]));
    world.accept(book("S", &[("O", "1", 10)]));
    world.accept(register("A"));
    let shipment_id = stream(Kind::Shipment, "S").id;
    let assign = || change_asset("A", AssetChange::Assign { shipment_id });
    world.accept(assign());
    world.accept(change_shipment("S", depart()));
    world.accept(change_shipment("S", deliver()));
    let release = |shipment_id| {
        let asset_ids = vec![stream(Kind::Asset, "A").id];
        Command::ReleaseAssets(ReleaseAssets { shipment_id, asset_ids, reason: "it arrived".to_owned() })
    };
    let of_another = release(stream(Kind::Shipment, "X").id);
    assert!(world.accept(of_another).is_empty(), "an asset stays on its own shipment");
    assert_eq!(world.accept(release(shipment_id)), ["AssetReleased"]);
    assert!(world.accept(release(shipment_id)).is_empty(), "a release that comes again finds nothing to do");
    assert_eq!(world.asset("A").status, AssetStatus::Available);
    assert!(matches!(world.refuse(assign()), Rejection::IllegalTransition { .. }));
    let nowhere = AssetChange::Assign { shipment_id: stream(Kind::Shipment, "X").id };
    assert!(matches!(world.refuse(change_asset("A", nowhere)), Rejection::NotFound { .. }));
}

#[test]
fn a_shipment_that_was_delayed_at_home_departs_without_its_delay() {
    let mut world = World::new();
    world.accept(place("O", &[("1", 10)]));
    world.accept(book("S", &[("O", "1", 10)]));
    world.accept(change_shipment("S", delay()));
    assert!(world.shipment("S").delay.is_some());
    world.accept(change_shipment("S", ShipmentChange::Move));
    assert_eq!((world.shipment_status("S"), &world.shipment("S").delay), (ShipmentStatus::InTransit, &None));
}

#[test]
fn every_state_fills_the_columns_of_its_table() {
    use imsop_journal::Domain;
    let mut world = World::new();
    world.accept(place("O", &[("1", 10)]));
    world.accept(book("S", &[("O", "1", 10)]));
    world.accept(register("A"));
    world.accept(raise(imsop_kernel::Uuid::from_u128(3)));
    for (stream, state) in world.states() {
        let table = Operations.tables().iter().find(|table| table.kind == stream.kind).unwrap();
        assert_eq!(Operations.columns(state).len(), table.columns.len(), "{}", table.table);
        let written = serde_json::to_string(state).unwrap();
        assert_eq!(serde_json::from_str::<State>(&written).unwrap(), *state, "{stream}");
    }
}
