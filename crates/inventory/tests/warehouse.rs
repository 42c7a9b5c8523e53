//! Goods on the move: within a site, between sites, out of the books, and out of the door.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on failed")]

mod support;

use imsop_inventory::domain::account::{Account, Condition};
use imsop_inventory::domain::event::{Approval, Event};
use imsop_inventory::domain::{Command, DocumentKind, ReservationStatus, State};
use imsop_kernel::ids::Kind;
use imsop_kernel::{Decimal, StreamId, Uuid};
use serde_json::{Value, json};
use support::*;

fn line(quantity: i64, more: Value) -> Value {
    json!([goods(quantity, more)])
}

/// Where the goods at `S1` lie.
fn places(world: &World) -> Vec<(Account, Option<String>, Condition, Decimal)> {
    let mut places = Vec::new();
    for spot in world.stock("S1", "A").lots.iter().flat_map(|lot| &lot.spots) {
        places.push((spot.account, spot.bin.clone(), spot.condition, spot.quantity));
    }
    places
}

#[test]
fn goods_are_put_away_and_moved_without_a_change_of_what_may_be_promised() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    world.accept(reserve("O", 8));
    let put_away = relocate(line(10, json!({ "lot": "L", "toBin": "B1" })));
    assert_eq!(world.accept(put_away), ["StockMoved"]);
    world.accept(relocate(line(4, json!({ "lot": "L", "bin": "B1", "toBin": "B2" }))));
    let bin =
        |bin: &str, quantity| (Account::Storage, Some(bin.to_owned()), Condition::Available, n(quantity));
    assert_eq!(places(&world), [bin("B1", 6), bin("B2", 4)]);
    assert_eq!(world.free("S1", "A"), n(2));
}

#[test]
fn more_than_lies_at_a_place_cannot_leave_it() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    let moved = |quantity| relocate(line(quantity, json!({ "lot": "L", "toBin": "B1" })));
    assert_eq!(world.refuse(moved(11)), "insufficient-stock");
    let twice = json!([
        goods(6, json!({ "lot": "L", "toBin": "B1" })),
        goods(6, json!({ "lot": "L", "toBin": "B2" }))
    ]);
    assert_eq!(world.refuse(relocate(twice)), "insufficient-stock");
    assert_eq!(world.refuse(relocate(line(1, json!({ "lot": "X", "toBin": "B1" })))), "unknown-lot");
    assert_eq!(world.refuse(relocate(line(1, json!({ "toBin": "B1" })))), "insufficient-stock");
    assert_eq!(world.refuse(relocate(line(1, json!({ "lot": "L", "toBin": "" })))), "validation-failed");
}

#[test]
fn a_field_that_does_not_exist_is_not_overlooked() {
    let misspelt = json!({ "sku": "A", "quantity": ea(1), "toBin": "B1", "tobin": "B2" });
    let read: Result<imsop_inventory::domain::command::MoveLine, _> = serde_json::from_value(misspelt);
    assert!(read.is_err(), "{read:?}");
    let misspelt = json!({ "sku": "A", "quantity": ea(1), "direction": "scrap", "lott": "L" });
    let read: Result<imsop_inventory::domain::command::AdjustLine, _> = serde_json::from_value(misspelt);
    assert!(read.is_err(), "{read:?}");
}

#[test]
fn between_two_sites_goods_are_in_transit_and_nobodys_stock() {
    let mut world = World::new();
    world.accept(knows_site("S2"));
    world.accept(lot("L", 10, Some("2026-12-31")));
    let id = world.made(dispatch("S1", "S2", line(4, json!({ "lot": "L" }))));
    assert_eq!(world.free("S1", "A"), n(6));
    let transit: Decimal = world
        .ledger()
        .values()
        .flatten()
        .filter(|((account, ..), _)| *account == Account::InTransit)
        .map(|(_, quantity)| *quantity)
        .sum();
    assert_eq!(transit, n(4));
    assert_eq!(world.accept(arrive(id)), ["TransferReceived"]);
    assert_eq!(world.free("S2", "A"), n(4));
    assert_eq!(world.stock("S2", "A").lots[0].batch.expiry, Some(day("2026-12-31")));
    assert_eq!(world.refuse(arrive(id)), "illegal-transition");
    assert_eq!(world.refuse(arrive(Uuid::from_u128(404))), "not-found");
}

#[test]
fn what_is_promised_does_not_leave_for_another_site() {
    let mut world = World::new();
    world.accept(knows_site("S2"));
    world.accept(lot("L", 10, None));
    world.accept(reserve("O", 7));
    assert_eq!(world.refuse(dispatch("S1", "S2", line(4, json!({ "lot": "L" })))), "stock-reserved");
    assert_eq!(world.refuse(dispatch("S1", "S1", line(1, json!({ "lot": "L" })))), "validation-failed");
    assert_eq!(world.refuse(dispatch("S1", "S2", line(11, json!({ "lot": "L" })))), "insufficient-stock");
    world.accept(dispatch("S1", "S2", line(3, json!({ "lot": "L" }))));
}

#[test]
fn the_books_are_corrected_up_down_to_scrap_and_to_damaged() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    let corrected =
        |quantity, direction: &str| adjust(line(quantity, json!({ "lot": "L", "direction": direction })));
    assert_eq!(world.accept(corrected(2, "increase")), ["InventoryAdjusted"]);
    world.accept(corrected(1, "decrease"));
    world.accept(corrected(3, "scrap"));
    world.accept(corrected(2, "damage"));
    assert_eq!((world.stock("S1", "A").on_hand(), world.free("S1", "A")), (n(8), n(6)));
    let thrown_away = json!({ "lot": "L", "direction": "scrap", "condition": "damaged" });
    world.accept(adjust(line(2, thrown_away)));
    assert_eq!(world.stock("S1", "A").on_hand(), n(6));
    assert_eq!(world.refuse(corrected(7, "scrap")), "insufficient-stock");
    let without_reason =
        json!({ "site": "S1", "reason": " ", "lines": line(1, json!({ "lot": "L", "direction": "scrap" })) });
    assert_eq!(world.refuse(Command::Adjust(body(without_reason))), "validation-failed");
}

#[test]
fn what_is_promised_is_not_corrected_away() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    world.accept(reserve("O", 8));
    for direction in ["decrease", "scrap", "damage"] {
        let corrected = adjust(line(3, json!({ "lot": "L", "direction": direction })));
        assert_eq!(world.refuse(corrected), "stock-reserved", "{direction}");
    }
    world.accept(adjust(line(2, json!({ "lot": "L", "direction": "scrap" }))));
}

fn approval(world: &World, id: Uuid) -> Approval {
    match world.state(StreamId::new(Kind::Count, id)) {
        Some(State::Count(count)) => count.approval,
        other => panic!("no count: {other:?}"),
    }
}

#[test]
fn a_small_variance_is_booked_at_once() {
    let mut world = World::new();
    world.accept(lot("L", 100, None));
    let id = world.made(count(json!([counted(97, json!({ "lot": "L" }))])));
    assert_eq!(approval(&world, id), Approval::NotNeeded);
    assert_eq!(world.stock("S1", "A").on_hand(), n(97));
    assert_eq!(world.refuse(Command::ApproveCount { id }), "illegal-transition");
}

#[test]
fn a_large_variance_waits_for_an_approval_and_books_the_difference_whatever_moved_since() {
    let mut world = World::new();
    world.accept(lot("L", 100, None));
    let id = world.made(count(json!([counted(90, json!({ "lot": "L" }))])));
    assert_eq!(approval(&world, id), Approval::Pending);
    assert_eq!(world.stock("S1", "A").on_hand(), n(100), "nothing is booked yet");
    world.accept(lot("L", 5, None));
    assert_eq!(world.accept(Command::ApproveCount { id }), ["InventoryAdjusted"]);
    assert_eq!((approval(&world, id), world.stock("S1", "A").on_hand()), (Approval::Approved, n(95)));
    assert_eq!(world.refuse(Command::ApproveCount { id }), "illegal-transition");
    assert_eq!(world.refuse(Command::ApproveCount { id: Uuid::from_u128(404) }), "not-found");
}

#[test]
fn what_is_in_a_count_that_waits_is_not_counted_again_until_somebody_has_decided() {
    let mut world = World::new();
    world.accept(lot("L", 100, None));
    let first = world.made(count(json!([counted(120, json!({ "lot": "L" }))])));
    let said = json!({ "lot": "L", "condition": "available" });
    assert_eq!(world.refuse(count(json!([counted(120, said)]))), "count-pending");
    assert_eq!(world.refuse(count(json!([counted(100, json!({ "lot": "L" }))]))), "count-pending");
    world.accept(count(json!([counted(0, json!({ "lot": "L", "bin": "B1" }))])));
    world.accept(Command::ApproveCount { id: first });
    assert_eq!(world.stock("S1", "A").on_hand(), n(120), "the difference is booked once");
    let second = world.made(count(json!([counted(110, json!({ "lot": "L" }))])));
    world.accept(Command::ApproveCount { id: second });
    assert_eq!(world.stock("S1", "A").on_hand(), n(110));
}

#[test]
fn a_count_that_is_rejected_books_nothing_and_its_places_are_counted_again() {
    let mut world = World::new();
    world.accept(lot("L", 100, None));
    let id = world.made(count(json!([counted(10, json!({ "lot": "L" }))])));
    let reject = |reason: &str| Command::RejectCount { id, reason: reason.to_owned() };
    assert_eq!(world.refuse(reject(" ")), "validation-failed");
    assert_eq!(world.accept(reject("the wrong aisle")), ["CountRejected"]);
    assert_eq!((approval(&world, id), world.stock("S1", "A").on_hand()), (Approval::Rejected, n(100)));
    assert_eq!(world.refuse(reject("again")), "illegal-transition");
    assert_eq!(world.refuse(Command::ApproveCount { id }), "illegal-transition");
    let unknown = Command::RejectCount { id: Uuid::from_u128(404), reason: "why".to_owned() };
    assert_eq!(world.refuse(unknown), "not-found");
    world.accept(count(json!([counted(99, json!({ "lot": "L" }))])));
    assert_eq!(world.stock("S1", "A").on_hand(), n(99));
}

#[test]
fn a_place_is_counted_once_in_a_count_however_its_condition_is_said() {
    let mut world = World::new();
    world.accept(lot("L", 100, None));
    let twice = json!([
        counted(99, json!({ "lot": "L" })),
        counted(99, json!({ "lot": "L", "condition": "available" })),
    ]);
    assert_eq!(world.refuse(count(twice)), "validation-failed");
    let two_places = json!([
        counted(100, json!({ "lot": "L" })),
        counted(0, json!({ "lot": "L", "condition": "damaged" })),
    ]);
    world.accept(count(two_places));
}

#[test]
fn a_count_of_nothing_empties_the_place_and_one_of_the_unknown_fills_it() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    let lines = json!([counted(0, json!({ "lot": "L" })), counted(4, json!({ "bin": "B1" }))]);
    let id = world.made(count(lines));
    world.accept(Command::ApproveCount { id });
    assert_eq!(places(&world), [(Account::Storage, Some("B1".to_owned()), Condition::Available, n(4))]);
}

#[test]
fn a_count_cannot_take_what_is_promised_or_gone() {
    let mut world = World::new();
    world.accept(lot("L", 100, None));
    world.accept(reserve("O", 99));
    assert_eq!(world.refuse(count(json!([counted(98, json!({ "lot": "L" }))]))), "stock-reserved");
    world.accept(release("O"));
    let id = world.made(count(json!([counted(10, json!({ "lot": "L" }))])));
    world.accept(adjust(line(50, json!({ "lot": "L", "direction": "scrap" }))));
    assert_eq!(
        world.refuse(Command::ApproveCount { id }),
        "stock-reserved",
        "there would be less than nothing"
    );
    let twice = json!([counted(1, json!({ "bin": "B9" })), counted(2, json!({ "bin": "B9" }))]);
    assert_eq!(world.refuse(count(twice)), "validation-failed");
    assert_eq!(world.refuse(count(json!([]))), "validation-failed");
}

#[test]
fn goods_are_picked_packed_and_shipped_and_are_then_the_customers() {
    let mut world = World::new();
    world.accept(stored("A", 10, "B1"));
    world.accept(reserve("O", 6));
    assert_eq!(world.refuse(pick_all("O")), "illegal-transition", "it is only held");
    world.accept(confirm("O"));
    assert_eq!(world.refuse(pack("O")), "illegal-transition");
    assert_eq!(world.refuse(ship("O")), "illegal-transition");
    assert_eq!(world.accept(pick_all("O")), ["GoodsPicked"]);
    let stock = world.stock("S1", "A");
    assert_eq!((stock.on_hand(), stock.reserved(), world.free("S1", "A")), (n(10), n(0), n(4)));
    assert_eq!(world.accept(pack("O")), ["GoodsPacked"]);
    assert_eq!(world.accept(ship("O")), ["GoodsShipped"]);
    assert_eq!((world.status("O"), world.stock("S1", "A").on_hand()), (ReservationStatus::Shipped, n(4)));
    assert_eq!(world.refuse(ship("O")), "illegal-transition");
    assert_eq!(world.refuse(release("O")), "illegal-transition");
    assert_eq!(world.refuse(reserve("O", 1)), "already-reserved");
}

#[test]
fn the_customers_have_what_was_shipped_less_what_came_back() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    for command in [reserve("O", 6), confirm("O"), pick_all("O"), ship("O")] {
        world.accept(command);
    }
    let balance = |world: &World, wanted: Account| -> Decimal {
        let accounts = world.ledger().into_values().flatten();
        accounts.filter(|((account, ..), _)| *account == wanted).map(|(_, quantity)| quantity).sum()
    };
    assert_eq!(balance(&world, Account::Customer), n(6));
    world.accept(take_back(json!([goods(2, json!({ "lot": "L" }))])));
    assert_eq!(balance(&world, Account::Customer), n(4));
    assert_eq!(balance(&world, Account::Supplier), n(-10));
    let on_site: Decimal = places(&world).iter().map(|place| place.3).sum();
    assert_eq!(balance(&world, Account::Supplier) + balance(&world, Account::Customer) + on_site, n(0));
}

#[test]
fn a_line_is_picked_in_parts_and_never_more_than_is_promised() {
    let mut world = World::new();
    world.accept(stored("A", 10, "B1"));
    world.accept(reserve("O", 6));
    world.accept(confirm("O"));
    let part = |quantity| json!([{ "lineNumber": "1", "quantity": ea(quantity) }]);
    assert_eq!(world.refuse(pick("O", part(7))), "insufficient-stock");
    world.accept(pick("O", part(2)));
    assert_eq!(world.status("O"), ReservationStatus::Confirmed);
    assert_eq!(world.refuse(pick("O", part(5))), "insufficient-stock");
    assert_eq!(world.refuse(pick("O", json!([{ "lineNumber": "9", "quantity": ea(1) }]))), "not-found");
    let twice = json!([{ "lineNumber": "1", "quantity": ea(1) }, { "lineNumber": "1", "quantity": ea(1) }]);
    assert_eq!(world.refuse(pick("O", twice)), "validation-failed");
    world.accept(pick("O", part(4)));
    assert_eq!(world.status("O"), ReservationStatus::Picked);
}

#[test]
fn what_is_picked_of_an_order_that_is_released_goes_back_to_be_put_away() {
    let mut world = World::new();
    world.accept(stored("A", 10, "B1"));
    world.accept(reserve("O", 6));
    world.accept(confirm("O"));
    world.accept(pick("O", json!([{ "lineNumber": "1", "quantity": ea(2) }])));
    assert_eq!(world.accept(release("O")), ["ReservationReleased"]);
    assert_eq!((world.status("O"), world.free("S1", "A")), (ReservationStatus::Released, n(10)));
    let storage = (Account::Storage, Some("B1".to_owned()), Condition::Available, n(8));
    assert_eq!(places(&world), [storage, (Account::Receiving, None, Condition::Available, n(2))]);
    assert_eq!(world.reservation("O").lines[0].picked, n(0));
    world.accept(reserve("O", 10));
}

#[test]
fn an_order_is_released_at_any_time_before_it_has_left() {
    for last in [3, 4] {
        let mut world = World::new();
        world.accept(stored("A", 10, "B1"));
        let way = [reserve("O", 6), confirm("O"), pick_all("O"), pack("O")];
        for command in way.into_iter().take(last) {
            world.accept(command);
        }
        world.accept(stored("A", 1, "B1"));
        let cancelled = Command::ReleaseAll { ids: vec![reservation_id("O")], reason: "why".to_owned() };
        assert_eq!(world.accept(cancelled), ["ReservationReleased"]);
        assert_eq!((world.status("O"), world.free("S1", "A")), (ReservationStatus::Released, n(11)));
        assert!(world.reservation("O").packages.is_empty());
    }
}

#[test]
fn what_an_order_that_is_released_had_in_hand_is_promised_to_whom_waits() {
    let mut world = World::new();
    world.accept(lot("L", 5, None));
    for command in [reserve("O", 4), confirm("O"), pick_all("O"), reserve_partly("WAITS", 3)] {
        world.accept(command);
    }
    assert_eq!(world.accept(release("O")), ["ReservationReleased", "BackorderFilled"]);
    assert_eq!(world.promised("WAITS").len(), 2);
    assert!(!world.reservation("WAITS").waits());
}

#[test]
fn several_lines_of_one_pick_take_no_piece_twice() {
    let mut world = World::new();
    world.accept(stored("A", 5, "B1"));
    world.accept(stored("A", 5, "B2"));
    world.accept(reserve_lines("O", json!([goods(6, json!({})), goods(4, json!({}))]), json!({})));
    world.accept(confirm("O"));
    let attempt = world.attempt(&pick_all("O"));
    attempt.result.unwrap();
    let Event::GoodsPicked(picked) = &attempt.drafted[0].event else { panic!("a pick") };
    let by_bin = |bin: &str| -> Decimal {
        let from = picked.movements.iter().filter(|movement| movement.from.bin.as_deref() == Some(bin));
        from.map(|movement| movement.quantity.value).sum()
    };
    assert_eq!((by_bin("B1"), by_bin("B2")), (n(5), n(5)));
}

#[test]
fn packages_have_numbers() {
    let mut world = World::new();
    world.accept(stored("A", 1, "B1"));
    for command in [reserve("O", 1), confirm("O"), pick_all("O")] {
        world.accept(command);
    }
    let packed = |packages: Value| {
        Command::Pack(body(json!({ "reservationId": reservation_id("O"), "packages": packages })))
    };
    assert_eq!(world.refuse(packed(json!([]))), "validation-failed");
    assert_eq!(world.refuse(packed(json!([{ "number": "" }]))), "validation-failed");
}

#[test]
fn goods_are_not_sent_to_a_site_that_nobody_knows() {
    let mut world = World::new();
    world.accept(lot("L", 5, None));
    let sent = || dispatch("S1", "S2", json!([goods(4, json!({ "lot": "L" }))]));
    assert_eq!(world.refuse(sent()), "unknown-site");
    world.accept(knows_site("S2"));
    world.accept(sent());
}

#[test]
fn numbers_of_lines_are_as_long_as_in_an_order_and_have_no_control_characters() {
    let mut world = World::new();
    world.accept(lot("L", 5, None));
    for (number, fits) in [("7".repeat(128), true), ("7".repeat(129), false), ("7\u{0}".to_owned(), false)] {
        let more = json!({ "lineNumber": number, "lot": "L" });
        for command in
            [receive("S1", json!([goods(1, more.clone())])), count(json!([counted(5, more.clone())]))]
        {
            assert_eq!(world.attempt(&command).result.is_ok(), fits, "{command:?}");
        }
    }
}

#[test]
fn what_moved_was_corrected_or_came_back_is_no_receipt() {
    let mut world = World::new();
    world.accept(lot("L", 5, None));
    let line = |more| json!([goods(1, with(json!({ "lot": "L" }), more))]);
    let made = [
        (world.made(relocate(line(json!({ "toBin": "B" })))), Kind::Move, DocumentKind::Move),
        (
            world.made(adjust(line(json!({ "direction": "scrap" })))),
            Kind::Adjustment,
            DocumentKind::Adjustment,
        ),
        (world.made(take_back(line(json!({})))), Kind::Return, DocumentKind::Return),
        (world.made(lot("M", 1, None)), Kind::Receipt, DocumentKind::Receipt),
    ];
    for (id, kind, what) in made {
        let Some(State::Document(document)) = world.state(StreamId::new(kind, id)) else {
            panic!("{kind:?}")
        };
        assert_eq!(document.what, what);
    }
}
