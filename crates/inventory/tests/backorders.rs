//! What orders wait for, and what ends their waiting.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on failed")]

mod support;

use imsop_inventory::domain::command::ReserveForOrder;
use imsop_inventory::domain::{Command, ReservationStatus};
use imsop_kernel::Decimal;
use serde_json::json;
use support::*;

/// Two orders that wait: `O` for 3 of its 5, `P` for all of its 4.
fn two_wait() -> World {
    let mut world = World::new();
    world.accept(lot("L", 3, None));
    world.accept(reserve_partly("O", 5));
    world.accept(lot("SEED", 1, None));
    world
}

fn waits(world: &World, order: &str) -> Decimal {
    world.reservation(order).lines[0].promised.backordered
}

#[test]
fn goods_that_come_are_promised_first_to_whom_waited_longest() {
    let mut world = World::new();
    world.accept(lot("L", 2, None));
    world.accept(reserve_partly("O", 5));
    world.accept(lot("M", 1, None));
    assert_eq!(waits(&world, "O"), n(2));
    let all = json!({ "policy": "partial" });
    world.accept(reserve_with("P", 3, json!({}), all));
    world.accept(lot("N", 4, None));
    assert_eq!((waits(&world, "O"), waits(&world, "P")), (n(0), n(1)));
    assert_eq!(world.accept(lot("N", 9, None)), ["GoodsReceived", "BackorderFilled"]);
    assert_eq!((waits(&world, "P"), world.free("S1", "A")), (n(0), n(8)));
    assert!(world.stock("S1", "A").backorders.is_empty());
}

#[test]
fn a_transfer_that_arrives_fills_a_backorder() {
    let mut world = two_wait();
    world.accept(lot_at("S2", "T", 1, None));
    let transfer = world.made(dispatch("S2", "S1", json!([goods(1, json!({ "lot": "T" }))])));
    assert_eq!(world.accept(arrive(transfer)), ["TransferReceived", "BackorderFilled"]);
    assert_eq!(waits(&world, "O"), n(0));
}

#[test]
fn goods_that_are_found_fill_a_backorder() {
    let mut world = two_wait();
    let found = adjust(json!([goods(1, json!({ "lot": "L", "direction": "increase" }))]));
    assert_eq!(world.accept(found), ["InventoryAdjusted", "BackorderFilled"]);
    assert_eq!(waits(&world, "O"), n(0));
}

#[test]
fn goods_that_a_count_finds_fill_a_backorder_when_somebody_has_agreed() {
    let mut world = two_wait();
    let count_id = world.made(count(json!([counted(4, json!({ "lot": "L" }))])));
    assert_eq!(waits(&world, "O"), n(1));
    let approve = Command::ApproveCount { id: count_id };
    assert_eq!(world.accept(approve), ["InventoryAdjusted", "BackorderFilled"]);
    assert_eq!(waits(&world, "O"), n(0));
}

#[test]
fn what_another_order_gives_back_fills_a_backorder() {
    let mut world = World::new();
    world.accept(lot("L", 5, None));
    world.accept(reserve("GIVES", 3));
    world.accept(reserve_partly("O", 4));
    assert_eq!(world.accept(release("GIVES")), ["ReservationReleased", "BackorderFilled"]);
    assert_eq!((waits(&world, "O"), world.free("S1", "A")), (n(0), n(1)));
}

#[test]
fn goods_that_come_back_fit_for_use_fill_a_backorder() {
    let mut world = World::new();
    world.accept(lot("L", 1, None));
    world.accept(reserve_partly("O", 4));
    let come_back = take_back(json!([goods(3, json!({ "lot": "L", "condition": "available" }))]));
    assert_eq!(world.accept(come_back), ["GoodsReturned", "BackorderFilled"]);
    assert_eq!(waits(&world, "O"), n(0));
}

#[test]
fn what_an_expired_hold_gives_back_fills_a_backorder() {
    let mut world = World::new();
    world.accept(lot("L", 5, None));
    world.accept(reserve("GIVES", 3));
    world.accept(reserve_with(
        "O",
        4,
        json!({}),
        json!({ "policy": "partial", "expiresAt": "2026-04-01T00:00:00Z" }),
    ));
    world.pass(24);
    assert_eq!(world.accept(expire("GIVES")), ["ReservationExpired", "BackorderFilled"]);
    assert_eq!(waits(&world, "O"), n(0));
}

#[test]
fn a_lot_that_is_released_fills_a_backorder() {
    let mut world = World::new();
    world.accept(lot("L", 2, None));
    world.accept(lot("Q", 5, None));
    world.accept(quarantine("Q"));
    world.accept(reserve_partly("O", 4));
    assert_eq!(world.accept(release_lot("Q")), ["LotReleased", "BackorderFilled"]);
    assert_eq!((waits(&world, "O"), world.free("S1", "A")), (n(0), n(3)));
}

#[test]
fn a_backorder_that_ends_is_not_filled() {
    let mut world = World::new();
    world.accept(lot("L", 2, None));
    world.accept(reserve_partly("O", 4));
    world.accept(release("O"));
    assert_eq!(world.accept(lot("M", 9, None)), ["GoodsReceived"]);
    assert_eq!(world.free("S1", "A"), n(11));
}

#[test]
fn what_is_filled_after_the_first_part_was_shipped_can_be_picked_and_shipped_too() {
    let mut world = World::new();
    world.accept(lot("L", 2, None));
    world.accept(reserve_partly("O", 4));
    for command in [confirm("O"), pick_all("O"), pack("O"), ship("O")] {
        world.accept(command);
    }
    assert_eq!(world.accept(lot("M", 2, None)), ["GoodsReceived", "BackorderFilled"]);
    assert_eq!(world.accept(pick_all("O")), ["GoodsPicked"]);
    assert_eq!(world.accept(ship("O")), ["GoodsShipped"]);
    assert_eq!(world.status("O"), ReservationStatus::Shipped);
    assert_eq!(world.stock("S1", "A").on_hand(), n(0));
}

#[test]
fn what_is_filled_after_the_first_part_was_packed_can_be_picked_too() {
    let mut world = World::new();
    world.accept(lot("L", 2, None));
    world.accept(reserve_partly("O", 4));
    for command in [confirm("O"), pick_all("O"), pack("O"), lot("M", 2, None), pick_all("O"), ship("O")] {
        world.accept(command);
    }
    assert_eq!(world.stock("S1", "A").on_hand(), n(0));
}

#[test]
fn a_line_that_wants_one_lot_is_never_filled_from_another() {
    let mut world = World::new();
    world.accept(lot("L", 2, None));
    world.accept(reserve_with("O", 4, json!({ "lot": "L" }), json!({ "policy": "partial" })));
    world.accept(lot("M", 9, None));
    assert!(world.promised("O").iter().all(|(lot, _)| lot == "L"), "{:?}", world.promised("O"));
}

#[test]
fn more_orders_than_are_filled_at_once_may_wait_for_what_two_lines_bring() {
    let mut world = World::new();
    world.accept(lot("L", 1, None));
    world.accept(define("A", "EA", json!([])));
    for order in 0..120 {
        world.accept(placed(format!("O{order}"), 1, json!({})));
    }
    let lines = json!([
        goods(60, json!({ "lot": "L", "direction": "increase" })),
        goods(60, json!({ "lot": "L", "bin": "B", "direction": "increase" })),
    ]);
    world.accept(adjust(lines));
    let found = json!([counted(200, json!({ "lot": "M" })), counted(200, json!({ "lot": "N" }))]);
    let count_id = world.made(count(found));
    world.accept(Command::ApproveCount { id: count_id });
    let waiting = world.stock("S1", "A").backorders.len();
    assert!((10..=69).contains(&waiting), "some are filled, and the others go on waiting: {waiting}");
}

#[test]
fn whoever_wants_other_goods_lets_the_next_one_pass() {
    let mut world = World::new();
    let of_owner = json!([{ "sku": "A", "quantity": ea(2), "owner": "ANNA" }]);
    world.accept(receive("S1", of_owner.clone()));
    world.accept(lot("L", 2, Some("2026-12-31")));
    let partly = json!({ "policy": "partial" });
    world.accept(reserve_with("HERS", 3, json!({ "owner": "ANNA" }), partly.clone()));
    world.accept(reserve_with("LASTS", 3, json!({ "expiry": "2026-10-01" }), partly));
    world.accept(lot("SOON", 5, Some("2026-06-30")));
    assert_eq!((waits(&world, "HERS"), waits(&world, "LASTS")), (n(1), n(1)));
    world.accept(lot("LATE", 5, Some("2026-12-31")));
    assert_eq!((waits(&world, "HERS"), waits(&world, "LASTS")), (n(1), n(0)));
    assert_eq!(world.accept(receive("S1", of_owner)), ["GoodsReceived", "BackorderFilled"]);
    assert_eq!(waits(&world, "HERS"), n(0));
}

/// An order that is placed for pieces of `A` at `S1`, and waits for what is not there.
fn placed(order_id: String, quantity: i64, of_line: serde_json::Value) -> Command {
    let lines = body(json!([goods(quantity, of_line)]));
    Command::ReserveForOrder(ReserveForOrder { order_id, sites: vec!["S1".to_owned()], lines })
}

/// Orders `O0`, `O1`, ..., each of which waits for one piece that nobody else owns.
fn many_wait(orders: i64) -> World {
    let mut world = World::new();
    world.accept(receive("S1", json!([goods(1, json!({ "owner": "BEA" }))])));
    for order in 0..orders {
        world.accept(placed(format!("O{order}"), 1, json!({})));
    }
    world
}

fn fill(world: &World) -> Command {
    Command::FillBackorders { site: "S1".to_owned(), sku: "A".to_owned(), day: world.today() }
}

#[test]
fn what_one_receipt_leaves_free_for_orders_that_wait_is_promised_to_them_until_nobody_waits() {
    let mut world = many_wait(120);
    world.accept(lot("L", 110, None));
    assert_eq!((world.stock("S1", "A").backorders.len(), world.free("S1", "A")), (70, n(61)));
    assert_eq!(world.accept(fill(&world)).len(), 50);
    assert_eq!(world.accept(fill(&world)).len(), 10);
    assert_eq!((world.stock("S1", "A").backorders.len(), world.free("S1", "A")), (10, n(1)));
    assert_eq!(world.refuse(fill(&world)), "not-found");
    assert_eq!(world.status("O109"), ReservationStatus::Confirmed);
    assert_eq!(world.status("O110"), ReservationStatus::Rejected);
}

#[test]
fn many_who_wait_for_other_goods_keep_nobody_from_what_there_is() {
    let mut world = World::new();
    world.accept(receive("S1", json!([goods(1, json!({ "owner": "BEA" }))])));
    for order in 0..60 {
        world.accept(placed(format!("HERS{order}"), 1, json!({ "owner": "ANNA" })));
    }
    world.accept(placed("O".to_owned(), 2, json!({})));
    assert_eq!(world.accept(lot("M", 9, None)), ["GoodsReceived", "BackorderFilled"]);
    assert_eq!(waits(&world, "O"), n(0));
}

#[test]
fn who_waits_behind_many_who_want_other_goods_gets_what_a_released_lot_has() {
    let mut world = World::new();
    world.accept(lot("Q", 5, None));
    world.accept(quarantine("Q"));
    for order in 0..60 {
        world.accept(placed(format!("HERS{order}"), 1, json!({ "owner": "ANNA" })));
    }
    world.accept(placed("O".to_owned(), 2, json!({})));
    assert_eq!(world.accept(release_lot("Q")), ["LotReleased"], "those who wait longest are looked at");
    assert_eq!(world.accept(fill(&world)), ["BackorderFilled"]);
    assert_eq!((waits(&world, "O"), world.free("S1", "A")), (n(0), n(3)));
}

#[test]
fn the_last_day_on_which_somebody_who_waits_could_have_goods_is_known() {
    let mut world = many_wait(60);
    assert_eq!(world.stock("S1", "A").fillable_until(), None);
    world.accept(lot("L", 55, Some("2026-05-01")));
    assert_eq!(world.stock("S1", "A").fillable_until(), Some(day("2026-05-01")));
    world.accept(fill(&world));
    assert_eq!(world.stock("S1", "A").fillable_until(), None);
}
