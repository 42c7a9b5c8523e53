//! Commands as callers write them.

use imsop_inventory::domain::Command;
use imsop_inventory::domain::command::{DefineItem, SetReorderPoint};
use imsop_kernel::Uuid;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{lot_id, reservation_id};

/// Reads a body as the HTTP interface does.
pub fn body<T: DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap()
}

/// So many pieces.
pub fn ea(value: i64) -> Value {
    json!({ "value": value.to_string(), "unit": "EA" })
}

/// The first object with the fields of the second one besides.
pub fn with(mut base: Value, more: Value) -> Value {
    for (key, value) in more.as_object().unwrap() {
        base[key] = value.clone();
    }
    base
}

pub fn receive(site: &str, lines: Value) -> Command {
    Command::Receive(body(json!({ "site": site, "lines": lines })))
}

/// Something is expected at a site, which is known from now on.
pub fn knows_site(site: &str) -> Command {
    let lines = json!([{ "sku": "A", "quantity": ea(1) }]);
    let expected = json!({ "reference": site, "site": site, "due": "2026-03-30", "lines": lines });
    Command::ExpectReceipt(body(expected))
}

/// Pieces without a lot, put away into a bin.
pub fn stored(sku: &str, quantity: i64, bin: &str) -> Command {
    receive("S1", json!([{ "sku": sku, "quantity": ea(quantity), "bin": bin }]))
}

/// Pieces of a lot, in receiving.
pub fn lot(lot: &str, quantity: i64, expiry: Option<&str>) -> Command {
    lot_at("S1", lot, quantity, expiry)
}

pub fn lot_at(site: &str, lot: &str, quantity: i64, expiry: Option<&str>) -> Command {
    receive(site, json!([{ "sku": "A", "quantity": ea(quantity), "lot": lot, "expiry": expiry }]))
}

pub fn against(reference: &str, lines: Value) -> Command {
    Command::Receive(body(json!({ "site": "S1", "reference": reference, "lines": lines })))
}

pub fn expect(reference: &str, due: &str, quantity: i64) -> Command {
    Command::ExpectReceipt(body(json!({ "reference": reference, "site": "S1", "due": due,
        "lines": [{ "sku": "A", "quantity": ea(quantity) }] })))
}

pub fn define(sku: &str, unit: &str, packs: Value) -> Command {
    let item: DefineItem = body(json!({ "unit": unit, "packs": packs }));
    Command::DefineItem(DefineItem { sku: sku.to_owned(), ..item })
}

pub fn reorder_point(site: &str, sku: &str, quantity: Value) -> Command {
    let point: SetReorderPoint = body(json!({ "site": site, "quantity": quantity }));
    Command::SetReorderPoint(SetReorderPoint { sku: sku.to_owned(), ..point })
}

/// A reservation of pieces of `A` at `S1`.
pub fn reserve(order: &str, quantity: i64) -> Command {
    reserve_with(order, quantity, json!({}), json!({}))
}

/// The same, backordering what is missing.
pub fn reserve_partly(order: &str, quantity: i64) -> Command {
    reserve_with(order, quantity, json!({}), json!({ "policy": "partial" }))
}

pub fn reserve_with(order: &str, quantity: i64, of_line: Value, of_order: Value) -> Command {
    let line = with(json!({ "sku": "A", "quantity": ea(quantity) }), of_line);
    reserve_lines(order, json!([line]), of_order)
}

pub fn reserve_lines(order: &str, lines: Value, of_order: Value) -> Command {
    let order = json!({ "orderId": order, "site": "S1", "lines": lines });
    Command::Reserve(body(with(order, of_order)))
}

pub fn confirm(order: &str) -> Command {
    Command::Confirm { id: reservation_id(order) }
}

pub fn release(order: &str) -> Command {
    Command::Release { id: reservation_id(order), reason: None }
}

pub fn expire(order: &str) -> Command {
    Command::Expire { id: reservation_id(order) }
}

pub fn pick(order: &str, lines: Value) -> Command {
    Command::Pick(body(json!({ "reservationId": reservation_id(order), "lines": lines })))
}

pub fn pick_all(order: &str) -> Command {
    pick(order, json!([]))
}

pub fn pack(order: &str) -> Command {
    Command::Pack(body(json!({ "reservationId": reservation_id(order), "packages": [{ "number": "P1" }] })))
}

pub fn ship(order: &str) -> Command {
    Command::Ship(body(json!({ "reservationId": reservation_id(order), "shipmentNumber": "SH-1" })))
}

/// One line of goods at a place: pieces of `A`, with further fields.
pub fn goods(quantity: i64, more: Value) -> Value {
    with(json!({ "sku": "A", "quantity": ea(quantity) }), more)
}

pub fn relocate(lines: Value) -> Command {
    Command::Move(body(json!({ "site": "S1", "lines": lines })))
}

pub fn adjust(lines: Value) -> Command {
    Command::Adjust(body(json!({ "site": "S1", "reason": "found it so", "lines": lines })))
}

pub fn take_back(lines: Value) -> Command {
    Command::Return(body(json!({ "site": "S1", "orderId": "O", "lines": lines })))
}

pub fn dispatch(from: &str, to: &str, lines: Value) -> Command {
    Command::DispatchTransfer(body(json!({ "fromSite": from, "toSite": to, "lines": lines })))
}

pub fn arrive(id: Uuid) -> Command {
    Command::ReceiveTransfer { id, body: body(json!({})) }
}

pub fn count(lines: Value) -> Command {
    Command::Count(body(json!({ "site": "S1", "lines": lines })))
}

/// One line of a count of `A` in receiving, with further fields.
pub fn counted(quantity: i64, more: Value) -> Value {
    with(json!({ "sku": "A", "counted": ea(quantity) }), more)
}

pub fn quarantine(lot: &str) -> Command {
    Command::QuarantineLot { id: lot_id("A", lot), reason: "a complaint".to_owned() }
}

pub fn release_lot(lot: &str) -> Command {
    Command::ReleaseLot { id: lot_id("A", lot), reason: "a false alarm".to_owned() }
}
