//! What nobody may use: expired, quarantined and damaged goods.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on failed")]

mod support;

use imsop_inventory::domain::Command;
use imsop_inventory::domain::account::{Account, Condition};
use imsop_kernel::Uuid;
use serde_json::json;
use support::*;

#[test]
fn a_lot_is_blocked_at_every_site_where_it_lies_and_free_again_when_it_is_released() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    world.accept(lot_at("S2", "L", 5, None));
    world.accept(lot("OTHER", 1, None));
    assert_eq!(world.accept(quarantine("L")), ["LotQuarantined"]);
    assert_eq!((world.free("S1", "A"), world.free("S2", "A")), (n(1), n(0)));
    assert_eq!(world.refuse(reserve("O", 2)), "insufficient-stock");
    assert_eq!(world.accept(release_lot("L")), ["LotReleased"]);
    assert_eq!((world.free("S1", "A"), world.free("S2", "A")), (n(11), n(5)));
}

#[test]
fn a_lot_is_not_blocked_twice_or_released_twice() {
    let mut world = World::new();
    world.accept(lot("L", 1, None));
    assert_eq!(world.refuse(release_lot("L")), "illegal-transition");
    world.accept(quarantine("L"));
    assert_eq!(world.refuse(quarantine("L")), "illegal-transition");
    let unknown = Command::QuarantineLot { id: Uuid::from_u128(404), reason: "why".to_owned() };
    assert_eq!(world.refuse(unknown), "not-found");
    let without_reason = Command::ReleaseLot { id: lot_id("A", "L"), reason: String::new() };
    assert_eq!(world.refuse(without_reason), "validation-failed");
}

#[test]
fn what_was_promised_of_a_blocked_lot_stays_promised_and_is_not_picked() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    world.accept(reserve("O", 4));
    world.accept(confirm("O"));
    world.accept(quarantine("L"));
    assert_eq!(world.stock("S1", "A").reserved(), n(4));
    assert_eq!(world.refuse(pick_all("O")), "insufficient-stock");
    world.accept(release_lot("L"));
    world.accept(pick_all("O"));
}

#[test]
fn what_was_picked_of_a_lot_that_is_blocked_since_does_not_leave() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    for command in [reserve("O", 4), confirm("O"), pick_all("O"), quarantine("L")] {
        world.accept(command);
    }
    assert_eq!(world.refuse(ship("O")), "insufficient-stock");
    world.accept(release_lot("L"));
    world.accept(ship("O"));
    assert_eq!(world.stock("S1", "A").on_hand(), n(6));
}

#[test]
fn what_was_picked_of_a_lot_that_is_blocked_since_can_be_put_back_and_is_blocked_there() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    for command in [reserve("O", 4), confirm("O"), pick_all("O"), quarantine("L"), release("O")] {
        world.accept(command);
    }
    let spots = &world.stock("S1", "A").lots[0].spots;
    assert_eq!(spots.len(), 1, "{spots:?}");
    assert_eq!((spots[0].account, spots[0].condition), (Account::Receiving, Condition::Blocked));
    world.accept(release_lot("L"));
    assert_eq!(world.free("S1", "A"), n(10));
}

#[test]
fn a_pick_leaves_blocked_goods_where_they_lie_and_takes_the_others() {
    let mut world = World::new();
    world.accept(lot("FIRST", 3, Some("2026-06-30")));
    world.accept(lot("THEN", 5, Some("2026-12-31")));
    world.accept(reserve("O", 8));
    world.accept(confirm("O"));
    world.accept(quarantine("FIRST"));
    let named = |quantity| pick("O", json!([{ "lineNumber": "1", "quantity": ea(quantity) }]));
    assert_eq!(world.refuse(named(6)), "insufficient-stock", "who names a quantity wants all of it");
    world.accept(named(1));
    world.accept(pick_all("O"));
    assert_eq!(world.promised("O"), [("FIRST".to_owned(), n(3))]);
    assert_eq!(world.refuse(pick_all("O")), "insufficient-stock", "only blocked goods are left");
    world.accept(release_lot("FIRST"));
    world.accept(pick_all("O"));
    world.accept(ship("O"));
}

#[test]
fn more_of_a_blocked_lot_is_blocked_whichever_way_it_comes() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    world.accept(lot_at("S2", "L", 10, None));
    let under_way = world.made(dispatch("S2", "S1", json!([goods(3, json!({ "lot": "L" }))])));
    world.accept(quarantine("L"));
    world.accept(lot("L", 1, None));
    world.accept(lot_at("S3", "L", 1, None));
    world.accept(arrive(under_way));
    let fit = json!([goods(1, json!({ "lot": "L", "condition": "available" }))]);
    world.accept(take_back(fit));
    world.accept(adjust(json!([goods(1, json!({ "lot": "L", "direction": "increase" }))])));
    let id = world.made(count(json!([counted(7, json!({ "lot": "L", "bin": "B" }))])));
    world.accept(Command::ApproveCount { id });
    for site in ["S1", "S2", "S3"] {
        assert_eq!(world.free(site, "A"), n(0), "{site}");
        let spots = world.stock(site, "A").lots.iter().flat_map(|lot| &lot.spots);
        assert!(spots.into_iter().all(|spot| spot.condition == Condition::Blocked), "{site}");
    }
    world.accept(release_lot("L"));
    assert_eq!((world.free("S1", "A"), world.free("S3", "A")), (n(23), n(1)));
}

#[test]
fn the_release_of_a_lot_frees_only_what_its_quarantine_blocked() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    world.accept(take_back(json!([goods(2, json!({ "lot": "L" }))])));
    world.accept(quarantine("L"));
    world.accept(take_back(json!([goods(3, json!({ "lot": "L" }))])));
    world.accept(release_lot("L"));
    assert_eq!((world.stock("S1", "A").on_hand(), world.free("S1", "A")), (n(15), n(10)));
}

#[test]
fn goods_that_are_quarantined_by_themselves_are_used_again_when_somebody_says_that_they_are_fit() {
    let mut world = World::new();
    world.accept(lot("L", 1, None));
    world.accept(take_back(json!([goods(5, json!({ "lot": "L" }))])));
    world.accept(reserve_partly("WAITS", 3));
    let said = |quantity, direction: &str| {
        adjust(json!([goods(quantity, json!({ "lot": "L", "direction": direction }))]))
    };
    assert_eq!(world.accept(said(2, "fit")), ["InventoryAdjusted", "BackorderFilled"]);
    assert_eq!(world.refuse(said(4, "fit")), "insufficient-stock");
    assert_eq!(world.refuse(said(1, "quarantine")), "stock-reserved", "what is promised stays fit");
    world.accept(said(3, "fit"));
    world.accept(said(2, "quarantine"));
    assert_eq!((world.stock("S1", "A").on_hand(), world.free("S1", "A")), (n(6), n(1)));
    let damaged = json!({ "lot": "L", "direction": "fit", "condition": "available" });
    assert_eq!(world.refuse(adjust(json!([goods(1, damaged)]))), "validation-failed");
}

#[test]
fn goods_of_a_quarantined_lot_that_are_fit_by_themselves_are_blocked_until_the_lot_is_released() {
    let mut world = World::new();
    world.accept(lot("L", 1, None));
    world.accept(take_back(json!([goods(5, json!({ "lot": "L" }))])));
    world.accept(quarantine("L"));
    world.accept(adjust(json!([goods(5, json!({ "lot": "L", "direction": "fit" }))])));
    assert_eq!(world.free("S1", "A"), n(0));
    world.accept(release_lot("L"));
    assert_eq!(world.free("S1", "A"), n(6));
}

#[test]
fn of_a_quarantined_lot_only_what_is_promised_must_stay() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    world.accept(reserve("O", 4));
    world.accept(quarantine("L"));
    let said = |quantity, direction: &str, condition: &str| {
        let line = json!({ "lot": "L", "direction": direction, "condition": condition });
        adjust(json!([goods(quantity, line)]))
    };
    for direction in ["scrap", "damage", "quarantine", "decrease"] {
        assert_eq!(world.refuse(said(7, direction, "blocked")), "stock-reserved", "{direction}");
    }
    world.accept(said(6, "damage", "blocked"));
    world.accept(said(6, "scrap", "damaged"));
    world.accept(release_lot("L"));
    world.accept(confirm("O"));
    world.accept(pick_all("O"));
}

#[test]
fn a_lot_that_is_released_while_its_goods_are_on_their_way_arrives_free() {
    let mut world = World::new();
    world.accept(knows_site("S2"));
    world.accept(lot("L", 4, None));
    world.accept(quarantine("L"));
    assert_eq!(
        world.refuse(dispatch("S1", "S2", json!([goods(4, json!({ "lot": "L" }))]))),
        "insufficient-stock"
    );
    let blocked = json!([goods(4, json!({ "lot": "L", "condition": "blocked" }))]);
    let under_way = world.made(dispatch("S1", "S2", blocked));
    world.accept(release_lot("L"));
    world.accept(arrive(under_way));
    assert_eq!(world.free("S2", "A"), n(4));
}

#[test]
fn nobody_says_of_goods_that_come_that_they_are_blocked() {
    let mut world = World::new();
    world.accept(lot("L", 1, None));
    let blocked = |more| json!([goods(1, with(json!({ "lot": "L", "condition": "blocked" }), more))]);
    assert_eq!(world.refuse(receive("S1", blocked(json!({})))), "validation-failed");
    assert_eq!(world.refuse(take_back(blocked(json!({})))), "validation-failed");
    assert_eq!(world.refuse(adjust(blocked(json!({ "direction": "increase" })))), "validation-failed");
}

#[test]
fn expired_goods_are_not_promised_and_what_was_promised_of_them_is_not_picked() {
    let mut world = World::new();
    world.accept(lot("L", 10, Some("2026-03-03")));
    world.accept(reserve("O", 4));
    world.accept(confirm("O"));
    world.pass(24);
    assert_eq!(world.free("S1", "A"), n(6), "the last day is one of its days");
    world.pass(12);
    assert_eq!(world.free("S1", "A"), n(0));
    assert_eq!(world.refuse(reserve("P", 1)), "insufficient-stock");
    assert_eq!(world.refuse(pick_all("O")), "insufficient-stock");
    world.accept(release("O"));
    assert_eq!(world.stock("S1", "A").reserved(), n(0));
}

#[test]
fn expired_goods_can_be_thrown_away_even_if_they_were_promised() {
    let mut world = World::new();
    world.accept(lot("L", 10, Some("2026-03-03")));
    world.accept(reserve("O", 4));
    world.pass(48);
    world.accept(adjust(json!([goods(10, json!({ "lot": "L", "direction": "scrap" }))])));
    assert_eq!(world.stock("S1", "A").on_hand(), n(0));
    world.accept(expire("O"));
    assert!(world.stock("S1", "A").lots.is_empty(), "nothing of the lot is left");
}

#[test]
fn damaged_and_quarantined_goods_are_not_promised() {
    let mut world = World::new();
    for condition in ["damaged", "quarantined"] {
        world.accept(receive("S1", json!([goods(5, json!({ "condition": condition }))])));
    }
    assert_eq!((world.stock("S1", "A").on_hand(), world.free("S1", "A")), (n(10), n(0)));
    assert_eq!(world.refuse(reserve("O", 1)), "insufficient-stock");
}

#[test]
fn goods_found_of_a_blocked_lot_are_booked_although_some_of_it_is_promised() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    world.accept(reserve("O", 4));
    world.accept(quarantine("L"));
    world.accept(adjust(json!([goods(1, json!({ "lot": "L", "direction": "increase" }))])));
    world.accept(count(json!([counted(11, json!({ "lot": "L" }))])));
    assert_eq!((world.stock("S1", "A").on_hand(), world.free("S1", "A")), (n(11), n(0)));
}

#[test]
fn the_expiry_that_one_site_knows_holds_at_the_others() {
    let mut world = World::new();
    world.accept(lot_at("S2", "L", 1, Some("2026-03-31")));
    world.accept(lot("L", 1, None));
    world.pass(24 * 40);
    assert_eq!(world.refuse(reserve("O", 1)), "insufficient-stock");
}

#[test]
fn goods_of_a_lot_that_come_again_expire_as_the_lot_does() {
    let mut world = World::new();
    world.accept(lot("L", 1, Some("2026-03-31")));
    world.accept(adjust(json!([goods(1, json!({ "lot": "L", "direction": "scrap" }))])));
    world.accept(adjust(json!([goods(1, json!({ "lot": "L", "direction": "increase" }))])));
    assert_eq!(world.free("S1", "A"), n(1));
    world.pass(24 * 40);
    assert_eq!(world.refuse(reserve("O", 1)), "insufficient-stock");
}
