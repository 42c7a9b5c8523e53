//! What is promised, to whom, and until when.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on failed")]

mod support;

use imsop_inventory::domain::command::ReserveForOrder;
use imsop_inventory::domain::{Command, Rejection, ReservationStatus};
use serde_json::json;
use support::*;

fn for_order(order: &str, sites: &[&str], quantity: i64) -> Command {
    Command::ReserveForOrder(ReserveForOrder {
        order_id: order.to_owned(),
        sites: sites.iter().map(|site| (*site).to_owned()).collect(),
        lines: body(json!([{ "lineNumber": "10", "sku": "A", "quantity": ea(quantity) }])),
    })
}

/// Three lots: the one that came last expires first, the one that came first never does.
fn three_lots() -> World {
    let mut world = World::new();
    world.accept(lot("EVER", 5, None));
    world.pass(1);
    world.accept(lot("LATE", 5, Some("2026-12-31")));
    world.pass(1);
    world.accept(lot("SOON", 5, Some("2026-06-30")));
    world
}

fn named(lots: &[(&str, i64)]) -> Vec<(String, imsop_kernel::Decimal)> {
    lots.iter().map(|(lot, quantity)| ((*lot).to_owned(), n(*quantity))).collect()
}

#[test]
fn a_reservation_is_held_then_confirmed_and_takes_what_it_promises_from_what_is_free() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    assert_eq!(world.accept(reserve("O", 4)), ["InventoryReserved"]);
    assert_eq!(world.status("O"), ReservationStatus::Held);
    assert_eq!(world.reservation("O").expires_at, Some(at("2026-03-03T12:00:00Z")), "a day by default");
    assert_eq!((world.free("S1", "A"), world.stock("S1", "A").reserved()), (n(6), n(4)));
    assert_eq!(world.accept(confirm("O")), ["ReservationConfirmed"]);
    assert_eq!(world.status("O"), ReservationStatus::Confirmed);
    assert_eq!(world.reservation("O").expires_at, None);
}

#[test]
fn what_expires_first_is_promised_first_and_what_lasts_for_ever_last() {
    let mut world = three_lots();
    world.accept(reserve("O", 12));
    assert_eq!(world.promised("O"), named(&[("SOON", 5), ("LATE", 5), ("EVER", 2)]));
}

#[test]
fn what_came_first_is_promised_first_on_request() {
    let mut world = three_lots();
    world.accept(reserve_with("O", 12, json!({}), json!({ "strategy": "firstInFirstOut" })));
    assert_eq!(world.promised("O"), named(&[("EVER", 5), ("LATE", 5), ("SOON", 2)]));
}

#[test]
fn by_bin_only_what_lies_in_the_bin_is_promised() {
    let mut world = World::new();
    world.accept(stored("A", 5, "B1"));
    world.accept(stored("A", 5, "B2"));
    let by_bin = |order: &str, bin: &str, quantity| {
        reserve_with(order, quantity, json!({ "bin": bin }), json!({ "strategy": "byBin" }))
    };
    assert_eq!(world.refuse(by_bin("O", "B1", 6)), "insufficient-stock");
    assert_eq!(world.refuse(by_bin("O", "B3", 1)), "insufficient-stock");
    world.accept(by_bin("O", "B1", 5));
    let without_bin = reserve_with("P", 1, json!({}), json!({ "strategy": "byBin" }));
    assert_eq!(world.refuse(without_bin), "validation-failed");
}

#[test]
fn two_lines_by_bin_may_have_the_same_goods_from_two_bins() {
    let mut world = World::new();
    world.accept(stored("A", 5, "B1"));
    world.accept(stored("A", 5, "B2"));
    let lines = json!([goods(5, json!({ "bin": "B1" })), goods(5, json!({ "bin": "B2" }))]);
    world.accept(reserve_lines("O", lines, json!({ "strategy": "byBin" })));
    assert_eq!(world.free("S1", "A"), n(0));
}

#[test]
fn a_line_may_name_its_lot_its_owner_and_how_long_its_goods_must_last() {
    let mut world = three_lots();
    let of_owner = json!([{ "sku": "A", "quantity": ea(3), "lot": "HERS", "owner": "ANNA" }]);
    world.accept(receive("S1", of_owner));
    world.accept(reserve_with("LOT", 2, json!({ "lot": "LATE" }), json!({})));
    assert_eq!(world.promised("LOT"), named(&[("LATE", 2)]));
    world.accept(reserve_with("LASTS", 2, json!({ "expiry": "2026-09-01" }), json!({})));
    assert_eq!(world.promised("LASTS"), named(&[("LATE", 2)]));
    world.accept(reserve_with("HERS", 3, json!({ "owner": "ANNA" }), json!({})));
    assert_eq!(world.promised("HERS"), named(&[("HERS", 3)]));
    assert_eq!(
        world.refuse(reserve_with("X", 1, json!({ "owner": "ANNA" }), json!({}))),
        "insufficient-stock"
    );
    assert_eq!(world.refuse(reserve_with("X", 1, json!({ "lot": "NONE" }), json!({}))), "unknown-lot");
}

#[test]
fn goods_of_others_are_not_promised_to_whom_does_not_ask_for_them() {
    let mut world = World::new();
    world.accept(receive("S1", json!([{ "sku": "A", "quantity": ea(3), "owner": "ANNA" }])));
    assert_eq!(world.refuse(reserve("O", 1)), "insufficient-stock");
}

#[test]
fn a_refusal_names_what_was_short_by_line() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    world.accept(stored("B", 1, "B1"));
    let lines = json!([goods(10, json!({})), { "sku": "B", "quantity": ea(3), "lineNumber": "b" }]);
    let Rejection::InsufficientStock(shortages) = world.rejection(reserve_lines("O", lines, json!({})))
    else {
        panic!("it is for want of goods");
    };
    assert_eq!(shortages.len(), 1);
    let short = &shortages[0];
    assert_eq!((short.line_number.as_str(), short.sku.as_str()), ("b", "B"));
    assert_eq!((short.requested, short.available, short.short), (n(3), n(1), n(2)));
    assert_eq!(world.free("S1", "A"), n(10), "nothing of the other line is taken");
}

#[test]
fn two_lines_of_a_reservation_never_get_the_same_goods() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    let lines = json!([goods(6, json!({})), goods(6, json!({}))]);
    assert_eq!(world.refuse(reserve_lines("O", lines.clone(), json!({}))), "insufficient-stock");
    let events = world.accept(reserve_lines("O", lines, json!({ "policy": "partial" })));
    assert_eq!(events, ["InventoryReserved", "BackorderCreated"]);
    assert_eq!(world.promised("O"), named(&[("L", 6), ("L", 4)]));
}

#[test]
fn where_a_part_would_do_and_there_is_nothing_all_of_it_waits() {
    let mut world = World::new();
    world.accept(lot("L", 1, None));
    world.accept(reserve("O", 1));
    assert_eq!(world.accept(reserve_partly("P", 3)), ["InventoryReserved", "BackorderCreated"]);
    assert_eq!((world.status("P"), world.promised("P")), (ReservationStatus::Held, Vec::new()));
    world.accept(confirm("P"));
    assert_eq!(world.refuse(pick_all("P")), "insufficient-stock", "there is nothing to pick yet");
    assert_eq!(world.accept(lot("M", 9, None)), ["GoodsReceived", "BackorderFilled"]);
    world.accept(pick_all("P"));
    world.accept(ship("P"));
}

#[test]
fn what_a_site_has_never_had_waits_there_as_well() {
    let mut world = World::new();
    world.accept(lot("L", 1, None));
    world.accept(define("NEW", "EA", json!([])));
    let line = json!([{ "sku": "NEW", "quantity": ea(2) }]);
    assert_eq!(
        world.accept(reserve_lines("O", line.clone(), json!({ "policy": "partial" }))),
        ["InventoryReserved", "BackorderCreated"]
    );
    world.accept(receive("S1", line));
    assert_eq!((world.promised("O").len(), world.free("S1", "NEW")), (1, n(0)));
}

#[test]
fn what_waits_alone_ends_with_its_hold() {
    let mut world = World::new();
    world.accept(lot("L", 1, None));
    world.accept(reserve("O", 1));
    world.accept(confirm("O"));
    world.accept(reserve_partly("P", 3));
    world.pass(24);
    world.accept(expire("P"));
    assert!(world.stock("S1", "A").backorders.is_empty());
}

#[test]
fn one_order_is_never_reserved_twice_but_again_after_it_ended() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    world.accept(reserve("O", 1));
    assert_eq!(world.refuse(reserve("O", 1)), "already-reserved");
    world.accept(confirm("O"));
    assert_eq!(world.refuse(reserve("O", 1)), "already-reserved");
    assert_eq!(world.accept(release("O")), ["ReservationReleased"]);
    assert_eq!(world.free("S1", "A"), n(10));
    world.accept(reserve("O", 2));
    assert_eq!(world.stock("S1", "A").reserved(), n(2));
}

#[test]
fn an_order_that_one_site_promises_is_not_promised_by_another_one_until_it_is_released() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    world.accept(lot_at("S2", "L", 10, None));
    let at_site = |site: &str| reserve_with("O", 4, json!({}), json!({ "site": site }));
    world.accept(at_site("S2"));
    assert_eq!(world.refuse(at_site("S1")), "reserved-elsewhere");
    assert_eq!(world.refuse(for_order("O", &["S1"], 4)), "reserved-elsewhere", "nor when it is placed");
    assert_eq!((world.free("S1", "A"), world.free("S2", "A")), (n(10), n(6)));
    world.accept(release("O"));
    world.accept(at_site("S1"));
    assert_eq!((world.free("S1", "A"), world.free("S2", "A")), (n(6), n(10)));
}

#[test]
fn an_order_of_which_a_part_has_left_is_not_reserved_again() {
    let mut world = World::new();
    world.accept(lot("L", 2, None));
    world.accept(reserve_partly("O", 4));
    for command in [confirm("O"), pick_all("O"), ship("O"), release("O")] {
        world.accept(command);
    }
    assert_eq!(world.status("O"), ReservationStatus::Shipped, "what has left stays with its order");
    assert!(!world.reservation("O").waits());
    world.accept(lot("M", 9, None));
    assert_eq!(world.refuse(reserve("O", 4)), "already-reserved");
    assert_eq!(world.refuse(release("O")), "illegal-transition", "there is nothing left to give back");
    assert_eq!(world.reservation("O").lines[0].shipped(), n(2));
}

#[test]
fn a_hold_ends_at_its_time_and_not_before_and_cannot_be_confirmed_after() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    let until = json!({ "expiresAt": "2026-03-02T14:00:00Z" });
    world.accept(reserve_with("O", 4, json!({}), until));
    world.pass(1);
    assert_eq!(world.refuse(expire("O")), "illegal-transition", "its time is not over");
    world.pass(1);
    assert_eq!(world.refuse(confirm("O")), "hold-expired");
    assert_eq!(world.accept(expire("O")), ["ReservationExpired"]);
    assert_eq!((world.status("O"), world.free("S1", "A")), (ReservationStatus::Expired, n(10)));
    assert_eq!(world.refuse(expire("O")), "illegal-transition", "it ends once");
    assert_eq!(world.refuse(confirm("O")), "hold-expired");
    assert_eq!(world.refuse(release("O")), "illegal-transition");
}

#[test]
fn what_is_confirmed_does_not_expire() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    world.accept(reserve("O", 4));
    world.accept(confirm("O"));
    world.pass(24 * 365);
    assert_eq!(world.refuse(expire("O")), "illegal-transition");
    assert_eq!(world.status("O"), ReservationStatus::Confirmed);
}

#[test]
fn a_hold_in_the_past_or_for_too_long_is_refused() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    for moment in ["2026-03-02T12:00:00Z", "2020-01-01T00:00:00Z", "2027-03-02T12:00:00Z"] {
        let command = reserve_with("O", 1, json!({}), json!({ "expiresAt": moment }));
        assert_eq!(world.refuse(command), "validation-failed", "{moment}");
    }
}

#[test]
fn what_does_not_suit_its_state_is_refused() {
    let mut world = World::new();
    assert_eq!(world.refuse(confirm("O")), "not-found");
    assert_eq!(world.refuse(release("O")), "not-found");
    assert_eq!(world.refuse(expire("O")), "not-found");
    world.accept(lot("L", 10, None));
    world.accept(reserve("O", 1));
    world.accept(confirm("O"));
    assert_eq!(world.refuse(confirm("O")), "illegal-transition");
    world.accept(release("O"));
    assert_eq!(world.refuse(confirm("O")), "illegal-transition");
    assert_eq!(world.refuse(release("O")), "illegal-transition");
}

#[test]
fn an_order_gets_what_it_needs_at_the_first_site_that_has_all_of_it() {
    let mut world = World::new();
    world.accept(lot_at("S2", "L", 3, None));
    world.accept(lot_at("S1", "L", 10, None));
    assert_eq!(world.accept(for_order("O", &["S2", "S1"], 5)), ["InventoryReserved"]);
    assert_eq!(world.status("O"), ReservationStatus::Confirmed, "an order that was placed is not held");
    assert_eq!(world.free("S2", "A"), n(3));
    assert_eq!(world.refuse(for_order("O", &["S2", "S1"], 5)), "already-reserved");
}

#[test]
fn an_order_that_nobody_has_enough_for_gets_a_part_and_waits_for_the_rest() {
    let mut world = World::new();
    world.accept(lot("L", 3, None));
    assert_eq!(world.accept(for_order("O", &["S1"], 5)), ["InventoryReserved", "BackorderCreated"]);
    assert_eq!(world.promised("O"), named(&[("L", 3)]));
    assert_eq!(world.stock("S1", "A").backorders[0].quantity, n(2));
}

#[test]
fn an_order_that_nobody_has_anything_for_is_rejected_and_seen_to_wait() {
    let mut world = World::new();
    world.accept(lot("L", 1, None));
    world.accept(reserve("OTHER", 1));
    assert_eq!(world.accept(for_order("O", &["S1"], 5)), ["ReservationRejected", "BackorderCreated"]);
    assert_eq!(world.status("O"), ReservationStatus::Rejected);
    assert_eq!(world.reservation("O").shortages[0].short, n(5));
    assert_eq!(world.accept(lot("M", 9, None)), ["GoodsReceived", "BackorderFilled"]);
    assert_eq!((world.status("O"), world.free("S1", "A")), (ReservationStatus::Confirmed, n(4)));
}

/// An order for these lines, each with a number, an amount and a unit.
fn for_lines(sites: &[&str], lines: &[(&str, &str, &str)]) -> Command {
    let line = |(number, value, unit): &(&str, &str, &str)| json!({ "lineNumber": number, "sku": "A", "quantity": { "value": value, "unit": unit } });
    Command::ReserveForOrder(ReserveForOrder {
        order_id: "O".to_owned(),
        sites: sites.iter().map(|site| (*site).to_owned()).collect(),
        lines: body(lines.iter().map(line).collect()),
    })
}

fn reasons(reservation: &imsop_inventory::domain::Reservation) -> Vec<(&str, &str)> {
    let refusals = reservation.refusals.iter();
    refusals.map(|refused| (refused.line_number.as_str(), refused.reason.as_str())).collect()
}

#[test]
fn lines_that_make_no_sense_are_named_with_their_reasons_and_the_others_are_promised() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    let lines = [("1", "2", "EA"), ("2", "1.5", "EA"), ("3", "1", "CT"), ("4", "0.1234567", "EA")];
    assert_eq!(world.accept(for_lines(&["S1"], &lines)), ["InventoryReserved"]);
    assert_eq!(world.promised("O"), named(&[("L", 2)]));
    let wrong = [("2", "quantity-fractional"), ("3", "unit-mismatch"), ("4", "quantity-fractional")];
    assert_eq!(reasons(world.reservation("O")), wrong);
}

#[test]
fn an_order_of_which_no_line_makes_sense_is_rejected_for_all_to_see_and_does_not_wait() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    assert_eq!(world.accept(for_lines(&["S1"], &[("1", "1", "CT")])), ["ReservationRejected"]);
    assert_eq!(world.status("O"), ReservationStatus::Rejected);
    assert_eq!(reasons(world.reservation("O")), [("1", "unit-mismatch")]);
    assert!(!world.reservation("O").waits());
}

#[test]
fn an_order_where_no_site_has_ever_received_anything_is_rejected_for_all_to_see() {
    let mut world = World::new();
    world.accept(define("A", "EA", json!([])));
    assert_eq!(world.accept(for_lines(&[], &[("1", "1", "EA")])), ["ReservationRejected"]);
    let stream = imsop_inventory::domain::lookup::reservation_of(&tenant(), "O");
    let Some(imsop_inventory::domain::State::Reservation(reservation)) = world.state(stream) else {
        panic!()
    };
    assert_eq!(
        (reservation.status, reasons(reservation)),
        (ReservationStatus::Rejected, vec![("1", "no-site")])
    );
}

#[test]
fn an_order_of_as_many_lines_as_an_order_may_have_is_promised_whole() {
    let mut world = World::new();
    world.accept(lot("L", 1_000, None));
    let numbers: Vec<String> = (0..1_000).map(|line| format!("{line:0>128}")).collect();
    let lines: Vec<_> = numbers.iter().map(|number| (number.as_str(), "1", "EA")).collect();
    assert_eq!(world.accept(for_lines(&["S1"], &lines)), ["InventoryReserved"]);
    assert_eq!((world.reservation("O").lines.len(), world.free("S1", "A")), (1_000, n(0)));
}

#[test]
fn an_order_that_nobody_has_all_of_goes_to_the_site_that_has_most_lines_of_it() {
    let mut world = World::new();
    world.accept(lot_at("S2", "L", 3, None));
    world.accept(lot_at("S1", "L", 5, None));
    let lines = [("1", "3", "EA"), ("2", "3", "EA")];
    world.accept(for_lines(&["S2", "S1"], &lines));
    assert_eq!(world.promised("O"), named(&[("L", 3), ("L", 2)]));
    assert_eq!(world.free("S2", "A"), n(3));
}

#[test]
fn a_cancelled_order_gives_back_what_is_promised_and_no_longer_waits() {
    let mut world = World::new();
    world.accept(lot("L", 3, None));
    world.accept(for_order("O", &["S1"], 5));
    let ids = vec![reservation_id("O")];
    let cancelled = Command::ReleaseAll { ids, reason: "the order was cancelled".to_owned() };
    assert_eq!(world.accept(cancelled.clone()), ["ReservationReleased"]);
    assert_eq!(world.free("S1", "A"), n(3));
    assert!(world.stock("S1", "A").backorders.is_empty());
    assert!(world.accept(cancelled).is_empty(), "there is nothing left to give back");
}
