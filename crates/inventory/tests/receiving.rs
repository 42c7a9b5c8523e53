//! Goods that come: expected, received, returned, and in which units.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on failed")]

mod support;

use imsop_inventory::domain::event::{Event, ReceiptOutcome};
use imsop_inventory::domain::{Command, Rejection};
use imsop_inventory::resources::{AvailableToPromise, FeedKind};
use imsop_kernel::Decimal;
use serde_json::json;
use support::*;

fn outcome(world: &mut World, reference: &str, quantity: i64) -> ReceiptOutcome {
    let attempt = world.attempt(&against(reference, json!([goods(quantity, json!({}))])));
    attempt.result.unwrap();
    let Event::GoodsReceived(received) = &attempt.drafted[0].event else { panic!("a receipt") };
    received.lines[0].outcome
}

fn expected(world: &World) -> Decimal {
    world.stock("S1", "A").expected.iter().map(|expected| expected.quantity).sum()
}

#[test]
fn a_receipt_in_parts_is_partial_until_all_has_come() {
    let mut world = World::new();
    assert_eq!(world.accept(expect("PO-1", "2026-03-10", 10)), ["ReceiptExpected"]);
    assert_eq!(outcome(&mut world, "PO-1", 4), ReceiptOutcome::Partial);
    assert_eq!(expected(&world), n(6));
    assert_eq!(outcome(&mut world, "PO-1", 6), ReceiptOutcome::Complete);
    assert_eq!(expected(&world), n(0));
    assert_eq!(world.free("S1", "A"), n(10));
}

#[test]
fn a_little_more_than_expected_is_taken_and_much_more_refused() {
    let mut world = World::new();
    world.accept(expect("PO-1", "2026-03-10", 10));
    assert_eq!(world.refuse(against("PO-1", json!([goods(12, json!({}))]))), "over-delivery");
    assert_eq!(outcome(&mut world, "PO-1", 11), ReceiptOutcome::Over);
    assert_eq!(expected(&world), n(0));
}

#[test]
fn what_has_come_of_a_document_counts_after_it_is_complete_and_at_every_site() {
    let mut world = World::new();
    world.accept(expect("PO-1", "2026-03-10", 100));
    assert_eq!(outcome(&mut world, "PO-1", 100), ReceiptOutcome::Complete);
    assert_eq!(world.refuse(against("PO-1", json!([goods(5000, json!({}))]))), "over-delivery");
    let elsewhere = |quantity| {
        let receipt = json!({ "site": "S2", "reference": "PO-1", "lines": [goods(quantity, json!({}))] });
        Command::Receive(body(receipt))
    };
    assert_eq!(world.refuse(elsewhere(11)), "over-delivery");
    world.accept(elsewhere(4));
    let lines = json!([goods(4, json!({ "lot": "L" })), goods(4, json!({ "lot": "M" }))]);
    assert_eq!(world.refuse(against("PO-1", lines)), "over-delivery");
    assert_eq!(outcome(&mut world, "PO-1", 6), ReceiptOutcome::Over, "10 % more is tolerated, all in all");
    assert_eq!(world.refuse(against("PO-1", json!([goods(1, json!({}))]))), "over-delivery");
}

#[test]
fn a_sku_that_a_document_does_not_name_is_unexpected() {
    let mut world = World::new();
    world.accept(expect("PO-1", "2026-03-10", 10));
    let other = json!([{ "sku": "B", "quantity": ea(7) }]);
    let attempt = world.attempt(&against("PO-1", other));
    attempt.result.unwrap();
    let Event::GoodsReceived(received) = &attempt.drafted[0].event else { panic!("a receipt") };
    assert_eq!(received.lines[0].outcome, ReceiptOutcome::Unexpected);
}

#[test]
fn two_lines_of_a_receipt_are_not_compared_with_the_same_expectation() {
    let mut world = World::new();
    world.accept(expect("PO-1", "2026-03-10", 10));
    let lines = json!([goods(8, json!({ "lot": "L" })), goods(8, json!({ "lot": "M" }))]);
    assert_eq!(world.refuse(against("PO-1", lines)), "over-delivery");
}

#[test]
fn two_lines_of_a_receipt_cannot_tell_two_expiries_of_one_lot() {
    let mut world = World::new();
    let line = |expiry| goods(1, json!({ "lot": "L", "expiry": expiry }));
    assert_eq!(
        world.refuse(receive("S1", json!([line("2030-01-01"), line("2026-04-01")]))),
        "validation-failed"
    );
    world.accept(receive("S1", json!([line("2030-01-01"), line("2030-01-01")])));
}

#[test]
fn what_no_document_announced_is_unexpected() {
    let mut world = World::new();
    world.accept(expect("PO-1", "2026-03-10", 10));
    assert_eq!(outcome(&mut world, "PO-2", 4), ReceiptOutcome::Unexpected);
    assert_eq!(expected(&world), n(10));
    let attempt = world.attempt(&stored("B", 1, "B1"));
    let Event::GoodsReceived(received) = &attempt.drafted[0].event else { panic!("a receipt") };
    assert_eq!(received.lines[0].outcome, ReceiptOutcome::Unexpected);
}

#[test]
fn a_document_is_announced_once() {
    let mut world = World::new();
    world.accept(expect("PO-1", "2026-03-10", 10));
    assert_eq!(world.refuse(expect("PO-1", "2026-03-10", 10)), "already-exists");
}

#[test]
fn packs_are_counted_in_the_unit_of_the_item() {
    let mut world = World::new();
    world.accept(define("A", "EA", json!([{ "unit": "CT", "holds": "12" }])));
    world.accept(receive("S1", json!([{ "sku": "A", "quantity": { "value": "3", "unit": "CT" } }])));
    assert_eq!(world.stock("S1", "A").on_hand(), n(36));
    let cartons = json!([{ "sku": "A", "quantity": { "value": "2", "unit": "CT" } }]);
    world.accept(reserve_lines("O", cartons, json!({})));
    assert_eq!(world.free("S1", "A"), n(12));
    let half = json!([{ "sku": "A", "quantity": { "value": "0.5", "unit": "CT" } }]);
    assert_eq!(world.refuse(reserve_lines("P", half, json!({}))), "quantity-fractional");
    let weighed = json!([{ "sku": "A", "quantity": { "value": "1", "unit": "KGM" } }]);
    assert_eq!(world.refuse(reserve_lines("P", weighed, json!({}))), "unit-mismatch");
}

#[test]
fn packs_that_the_books_cannot_hold_are_refused_where_they_are_defined() {
    let mut world = World::new();
    let pack = |unit: &str, holds: &str| json!({ "unit": unit, "holds": holds });
    let Rejection::Invalid(faults) =
        world.rejection(define("A", "EA", json!([pack("CT", "12"), pack("BX", "0"), pack("CT", "24")])))
    else {
        panic!("the packs do not fit");
    };
    let told: Vec<(Option<&str>, &str)> =
        faults.iter().map(|fault| (fault.field.as_deref(), fault.code.as_str())).collect();
    let holds_nothing = (Some("packs[1].holds"), "not-fitting");
    assert_eq!(told, [holds_nothing, (Some("packs[2].unit"), "duplicate")]);
    assert_eq!(world.refuse(define("A", "EA", json!([pack("CT", "1.5")]))), "validation-failed");
    assert_eq!(world.refuse(define("W", "KGM", json!([pack("CT", "0.0000001")]))), "validation-failed");
}

#[test]
fn an_amount_that_is_too_fine_in_the_unit_of_the_item_is_refused() {
    let mut world = World::new();
    world.accept(define("W", "KGM", json!([{ "unit": "MGM", "holds": "0.000001" }])));
    let grains = |value: &str| json!([{ "sku": "W", "quantity": { "value": value, "unit": "MGM" } }]);
    world.accept(receive("S1", grains("3")));
    assert_eq!(world.stock("S1", "W").on_hand(), Decimal::new(3, 6));
    for value in ["0.5", "0.000001", "1.000001"] {
        let rejection = world.rejection(receive("S1", grains(value)));
        assert!(matches!(rejection, Rejection::Quantity { .. }), "{rejection:?}");
        assert!(rejection.to_string().contains("KGM"), "{rejection}");
        assert_eq!(world.refuse(reserve_lines("O", grains(value), json!({}))), "quantity-fractional");
    }
}

#[test]
fn what_is_weighed_has_parts_and_is_exact() {
    let mut world = World::new();
    let kilos = |value: &str| json!([{ "sku": "W", "quantity": { "value": value, "unit": "KGM" } }]);
    for _ in 0..10 {
        world.accept(receive("S1", kilos("0.1")));
    }
    assert_eq!(world.stock("S1", "W").on_hand(), Decimal::ONE);
    world.accept(reserve_lines("O", kilos("0.999999"), json!({})));
    assert_eq!(world.refuse(reserve_lines("P", kilos("0.000002"), json!({}))), "insufficient-stock");
    assert_eq!(world.refuse(reserve_lines("P", kilos("0.0000001"), json!({}))), "quantity-fractional");
    world.accept(reserve_lines("P", kilos("0.000001"), json!({})));
    assert_eq!(world.free("S1", "W"), Decimal::ZERO);
}

#[test]
fn the_unit_of_an_item_stays_what_it_was() {
    let mut world = World::new();
    world.accept(lot("L", 1, None));
    assert_eq!(world.refuse(define("A", "KGM", json!([]))), "unit-mismatch");
    assert_eq!(world.refuse(define("B", "EA", json!([{ "unit": "EA", "holds": "2" }]))), "validation-failed");
    assert_eq!(world.refuse(define("B", "EA", json!([{ "unit": "CT", "holds": "0" }]))), "validation-failed");
    assert_eq!(world.refuse(define("B", "", json!([]))), "validation-failed");
}

#[test]
fn what_has_expired_cannot_come_as_usable() {
    let mut world = World::new();
    assert_eq!(world.refuse(lot("OLD", 1, Some("2026-03-01"))), "lot-expired");
    world.accept(lot("TODAY", 1, Some("2026-03-02")));
    let as_damaged = goods(1, json!({ "lot": "OLD", "expiry": "2026-03-01", "condition": "damaged" }));
    world.accept(receive("S1", json!([as_damaged])));
    assert_eq!(world.free("S1", "A"), n(1));
}

#[test]
fn the_expiry_of_a_lot_is_known_from_whichever_receipt_tells_it_first() {
    let mut world = World::new();
    world.accept(lot("L", 1, None));
    world.accept(lot("L", 1, Some("2026-03-31")));
    assert_eq!(world.refuse(lot("L", 1, Some("2026-04-30"))), "validation-failed");
    world.pass(24 * 40);
    assert_eq!(world.refuse(reserve("O", 1)), "insufficient-stock");
    assert_eq!(world.refuse(lot("L", 1, None)), "lot-expired");
}

#[test]
fn a_serial_number_is_one_piece_that_is_in_stock_once() {
    let mut world = World::new();
    let piece = |quantity| json!([goods(quantity, json!({ "serial": "SN-1" }))]);
    assert_eq!(world.refuse(receive("S1", piece(2))), "validation-failed");
    world.accept(receive("S1", piece(1)));
    assert_eq!(world.refuse(receive("S1", piece(1))), "serial-in-use");
    let twice = json!([goods(1, json!({ "serial": "SN-2" })), goods(1, json!({ "serial": "SN-2" }))]);
    assert_eq!(world.refuse(receive("S1", twice)), "validation-failed");
    let found =
        |quantity| adjust(json!([goods(quantity, json!({ "serial": "SN-1", "direction": "increase" }))]));
    assert_eq!(world.refuse(found(1)), "serial-in-use");
    assert_eq!(world.refuse(take_back(piece(1))), "serial-in-use");
    world.accept(adjust(json!([goods(1, json!({ "serial": "SN-1", "direction": "scrap" }))])));
    assert_eq!(world.refuse(found(2)), "validation-failed");
    assert_eq!(world.refuse(take_back(piece(2))), "validation-failed");
    world.accept(take_back(piece(1)));
}

#[test]
fn a_serial_number_is_one_piece_of_a_sku_at_whichever_site_and_of_whichever_lot_and_owner() {
    let mut world = World::new();
    let piece = |more| goods(1, with(json!({ "serial": "SN-1" }), more));
    world.accept(receive("S1", json!([piece(json!({ "lot": "L" }))])));
    assert_eq!(world.refuse(receive("S2", json!([piece(json!({ "lot": "L" }))]))), "serial-in-use");
    assert_eq!(world.refuse(receive("S1", json!([piece(json!({ "lot": "M" }))]))), "serial-in-use");
    assert_eq!(world.refuse(receive("S1", json!([piece(json!({ "owner": "ANNA" }))]))), "serial-in-use");
    world.accept(receive("S2", json!([{ "sku": "B", "quantity": ea(1), "serial": "SN-1" }])));
    let id = world.made(dispatch("S1", "S2", json!([piece(json!({ "lot": "L" }))])));
    assert_eq!(world.refuse(receive("S1", json!([piece(json!({}))]))), "serial-in-use", "it is on its way");
    world.accept(arrive(id));
    assert_eq!(world.refuse(take_back(json!([piece(json!({}))]))), "serial-in-use");
}

#[test]
fn a_serial_number_stands_for_one_piece_in_every_document() {
    let mut world = World::new();
    world.accept(lot("L", 1, None));
    let twice = |more: serde_json::Value| {
        let piece = |lot| goods(1, with(json!({ "serial": "SN-1", "lot": lot }), more.clone()));
        json!([piece("L"), piece("M")])
    };
    assert_eq!(world.refuse(receive("S1", twice(json!({})))), "validation-failed");
    assert_eq!(world.refuse(take_back(twice(json!({})))), "serial-in-use");
    assert_eq!(world.refuse(adjust(twice(json!({ "direction": "increase" })))), "serial-in-use");
    let many = count(json!([counted(5, json!({ "serial": "SN-1" }))]));
    assert_eq!(world.refuse(many), "validation-failed");
    let two_places = json!([
        counted(1, json!({ "serial": "SN-1" })),
        counted(1, json!({ "serial": "SN-1", "bin": "B1" })),
    ]);
    assert_eq!(world.refuse(count(two_places)), "serial-in-use");
    world.accept(count(json!([counted(1, json!({ "serial": "SN-1" }))])));
}

#[test]
fn a_piece_that_a_count_finds_elsewhere_is_moved_unless_it_has_come_back_in_another_way_since() {
    let mut world = World::new();
    let piece = |more| with(json!({ "serial": "SN-1" }), more);
    let at_bin = |quantity, bin: &str| counted(quantity, piece(json!({ "bin": bin })));
    world.accept(receive("S1", json!([goods(1, piece(json!({ "bin": "B1" })))])));
    assert_eq!(world.refuse(count(json!([at_bin(1, "B2")]))), "serial-in-use", "it lies in B1 as well");
    let id = world.made(count(json!([at_bin(1, "B2"), at_bin(0, "B1")])));
    world.accept(Command::ApproveCount { id });
    assert_eq!(world.stock("S1", "A").on_hand(), n(1));
    let scrapped = goods(1, piece(json!({ "bin": "B2", "direction": "scrap" })));
    world.accept(adjust(json!([scrapped])));
    let id = world.made(count(json!([at_bin(1, "B3")])));
    world.accept(receive("S2", json!([goods(1, piece(json!({})))])));
    assert_eq!(world.refuse(Command::ApproveCount { id }), "serial-in-use");
}

#[test]
fn a_piece_that_was_shipped_may_come_back() {
    let mut world = World::new();
    let piece = json!([goods(1, json!({ "serial": "SN-1" }))]);
    world.accept(receive("S1", piece.clone()));
    for command in [reserve("O", 1), confirm("O"), pick_all("O")] {
        world.accept(command);
    }
    assert_eq!(world.refuse(take_back(piece.clone())), "serial-in-use");
    world.accept(ship("O"));
    world.accept(take_back(piece.clone()));
    assert_eq!(world.refuse(receive("S2", piece)), "serial-in-use");
}

#[test]
fn what_comes_back_waits_in_quarantine_unless_it_is_said_to_be_fit() {
    let mut world = World::new();
    assert_eq!(world.refuse(take_back(json!([goods(1, json!({}))]))), "unknown-site");
    world.accept(lot("L", 1, None));
    assert_eq!(world.accept(take_back(json!([goods(2, json!({ "lot": "L" }))]))), ["GoodsReturned"]);
    assert_eq!((world.stock("S1", "A").on_hand(), world.free("S1", "A")), (n(3), n(1)));
    world.accept(take_back(json!([goods(2, json!({ "lot": "L", "condition": "available" }))])));
    assert_eq!(world.free("S1", "A"), n(3));
    assert_eq!(world.refuse(take_back(json!([goods(1, json!({ "lot": "" }))]))), "validation-failed");
}

#[test]
fn a_receipt_that_says_nothing_sensible_is_refused() {
    let mut world = World::new();
    assert_eq!(world.refuse(receive("S1", json!([]))), "validation-failed");
    assert_eq!(world.refuse(receive("", json!([goods(1, json!({}))]))), "validation-failed");
    assert_eq!(
        world.refuse(receive("S1", json!([goods(1, json!({ "lot": "a\u{0}b" }))]))),
        "validation-failed"
    );
    let long_unit = json!([{ "sku": "A", "quantity": { "value": "1", "unit": "FURLONGS2" } }]);
    assert_eq!(world.refuse(receive("S1", long_unit)), "validation-failed");
    let odd_unit = json!([{ "sku": "A", "quantity": { "value": "1", "unit": "a\u{0}" } }]);
    assert_eq!(world.refuse(receive("S1", odd_unit)), "validation-failed");
    let many: Vec<_> = (0..201).map(|_| goods(1, json!({}))).collect();
    assert_eq!(world.refuse(receive("S1", json!(many))), "validation-failed");
}

#[test]
fn every_bad_quantity_has_its_own_kind_of_problem() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    let cases = [
        ("0", "quantity-zero"),
        ("-1", "quantity-negative"),
        ("1.5", "quantity-fractional"),
        ("1000000000001", "quantity-too-large"),
        ("99999999999999999999999999999999999", "quantity-too-large"),
        ("1e3", "quantity-too-large"),
        ("NaN", "quantity-not-a-number"),
        ("inf", "quantity-not-a-number"),
        ("", "quantity-not-a-number"),
        ("ten", "quantity-not-a-number"),
    ];
    for (value, slug) in cases {
        let line = json!([{ "sku": "A", "quantity": { "value": value, "unit": "EA" } }]);
        assert_eq!(world.refuse(reserve_lines("O", line.clone(), json!({}))), slug, "{value:?}");
        assert_eq!(world.refuse(receive("S1", line)), slug, "{value:?}");
    }
    assert_eq!(world.free("S1", "A"), n(10));
}

#[test]
fn the_unknown_is_refused_by_what_it_is() {
    let mut world = World::new();
    world.accept(lot("L", 1, None));
    let at_site = |site: &str| reserve_with("O", 1, json!({}), json!({ "site": site }));
    assert_eq!(world.refuse(at_site("S9")), "unknown-site");
    let of_sku = |sku: &str| reserve_lines("O", json!([{ "sku": sku, "quantity": ea(1) }]), json!({}));
    assert_eq!(world.refuse(of_sku("Z")), "unknown-sku");
    world.accept(define("Z", "EA", json!([])));
    assert_eq!(world.refuse(of_sku("Z")), "insufficient-stock", "it is known, and there is none");
    let Rejection::UnknownLot { .. } =
        world.rejection(reserve_with("O", 1, json!({ "lot": "X" }), json!({})))
    else {
        panic!("the lot is not known");
    };
    assert_eq!(world.refuse(reorder_point("S1", "Y", ea(1))), "unknown-sku");
    assert_eq!(world.refuse(reorder_point("S9", "A", ea(1))), "unknown-site");
}

#[test]
fn what_may_be_promised_by_date_counts_what_comes_what_expires_and_who_waits() {
    let mut world = World::new();
    world.accept(lot("L", 10, Some("2026-03-20")));
    world.accept(reserve("O", 4));
    world.accept(expect("PO-1", "2026-03-10", 7));
    world.accept(expect("PO-2", "2026-03-25", 5));
    let all = AvailableToPromise::new(world.stock("S1", "A"), world.now, None);
    assert_eq!(all.now.value, n(6));
    let dated: Vec<(String, Decimal)> =
        all.by_date.iter().map(|from| (from.date.to_string(), from.available.value)).collect();
    let day = |text: &str, quantity| (text.to_owned(), n(quantity));
    assert_eq!(dated, [day("2026-03-10", 13), day("2026-03-21", 7), day("2026-03-25", 12)]);
    let kinds: Vec<FeedKind> = all.feeds.iter().map(|feed| feed.kind).collect();
    use FeedKind::{ExpectedReceipt, Expiry, OnHand, Reserved};
    assert_eq!(kinds, [OnHand, Reserved, Expiry, ExpectedReceipt, ExpectedReceipt]);
    let until =
        AvailableToPromise::new(world.stock("S1", "A"), world.now, Some("2026-03-12".parse().unwrap()));
    assert_eq!(until.by_date.len(), 1);
}

#[test]
fn who_waits_has_a_claim_on_what_is_expected() {
    let mut world = World::new();
    world.accept(lot("L", 2, None));
    world.accept(reserve_partly("O", 5));
    world.accept(expect("PO-1", "2026-03-10", 7));
    let all = AvailableToPromise::new(world.stock("S1", "A"), world.now, None);
    assert_eq!((all.now.value, all.by_date[0].available.value), (n(0), n(4)));
    assert!(all.feeds.iter().any(|feed| feed.kind == FeedKind::Backorder && feed.quantity.value == n(-3)));
}

#[test]
fn low_stock_is_told_when_it_crosses_the_reorder_point_and_not_again() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    assert_eq!(world.accept(reorder_point("S1", "A", ea(5))), ["ReorderPointSet"]);
    assert_eq!(world.accept(reserve("O", 5)), ["InventoryReserved"], "5 is not below 5");
    assert_eq!(world.accept(reserve("P", 1)), ["InventoryReserved", "StockBelowReorderPoint"]);
    assert_eq!(world.accept(reserve("Q", 1)), ["InventoryReserved"]);
    world.accept(lot("L", 10, None));
    let scrapped = adjust(json!([goods(9, json!({ "lot": "L", "direction": "scrap" }))]));
    assert_eq!(world.accept(scrapped), ["InventoryAdjusted", "StockBelowReorderPoint"]);
}

#[test]
fn low_stock_is_told_too_where_a_lot_is_blocked_or_a_count_approved() {
    let mut world = World::new();
    world.accept(lot("L", 10, None));
    world.accept(reorder_point("S1", "A", ea(5)));
    assert_eq!(world.accept(quarantine("L")), ["LotQuarantined", "StockBelowReorderPoint"]);
    world.accept(release_lot("L"));
    let id = world.made(count(json!([counted(1, json!({ "lot": "L" }))])));
    assert_eq!(world.accept(Command::ApproveCount { id }), ["InventoryAdjusted", "StockBelowReorderPoint"]);
}

fn check_point() -> Command {
    Command::CheckReorderPoint { site: "S1".to_owned(), sku: "A".to_owned() }
}

#[test]
fn a_reorder_point_above_what_is_free_warns_when_it_is_set_and_only_once() {
    let mut world = World::new();
    world.accept(lot("L", 5, None));
    let warned = ["ReorderPointSet", "StockBelowReorderPoint"];
    assert_eq!(world.accept(reorder_point("S1", "A", ea(6))), warned);
    assert_eq!(world.accept(reorder_point("S1", "A", ea(9))), ["ReorderPointSet"]);
    assert_eq!(world.accept(reserve("O", 1)), ["InventoryReserved"]);
    assert_eq!(world.refuse(check_point()), "not-found");
    assert_eq!(world.accept(lot("M", 9, None)), ["GoodsReceived"]);
    assert_eq!(world.accept(reserve("P", 9)), ["InventoryReserved", "StockBelowReorderPoint"]);
}

#[test]
fn stock_that_is_low_because_goods_expired_is_known_from_the_first_day_on() {
    let mut world = World::new();
    world.accept(lot("EVER", 2, None));
    world.accept(lot("LATE", 4, Some("2026-03-08")));
    world.accept(lot("SOON", 4, Some("2026-03-05")));
    assert_eq!(world.stock("S1", "A").low_from(), None, "nobody has said how much there must be");
    world.accept(reorder_point("S1", "A", ea(5)));
    assert_eq!(world.stock("S1", "A").low_from(), Some(day("2026-03-09")));
    world.accept(reorder_point("S1", "A", ea(7)));
    assert_eq!(world.stock("S1", "A").low_from(), Some(day("2026-03-06")));
    world.pass(3 * 24);
    assert_eq!(
        world.refuse(check_point()),
        "not-found",
        "the last day of a lot is a day on which it may be used"
    );
    world.pass(24);
    assert_eq!(world.accept(check_point()), ["StockBelowReorderPoint"]);
    assert_eq!(
        (world.stock("S1", "A").low_from(), world.refuse(check_point())),
        (None, "not-found".to_owned())
    );
}

#[test]
fn what_happens_to_stock_that_became_low_overnight_warns_as_well() {
    let mut world = World::new();
    world.accept(lot("EVER", 5, None));
    world.accept(lot("SOON", 4, Some("2026-03-05")));
    world.accept(reorder_point("S1", "A", ea(6)));
    world.pass(5 * 24);
    assert_eq!(world.accept(reserve("O", 1)), ["InventoryReserved", "StockBelowReorderPoint"]);
}
