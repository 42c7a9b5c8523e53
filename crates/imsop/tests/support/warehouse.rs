//! A day in a warehouse on which everything happens that can happen to stock.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::{Platform, done, until};

fn ea(value: &str) -> Value {
    json!({ "value": value, "unit": "EA" })
}

/// So many pieces of the vaccine, with more fields.
fn goods(quantity: &str, more: Value) -> Value {
    let mut line = json!({ "sku": "VAC-1", "quantity": ea(quantity) });
    for (key, value) in more.as_object().expect("an object") {
        line[key] = value.clone();
    }
    line
}

async fn put(platform: &Platform, path: &str, body: Value) {
    let (status, answer) = platform.send(Method::PUT, path, Some(&body)).await;
    assert!(status.is_success(), "{path}: {answer}");
}

async fn reserve(platform: &Platform, order: &str, quantity: &str, more: Value) -> String {
    let mut wish = json!({ "orderId": order, "site": "BSL", "lines": [goods(quantity, json!({}))] });
    for (key, value) in more.as_object().expect("an object") {
        wish[key] = value.clone();
    }
    let held = done(platform, "/inventory/reservations", wish).await;
    format!("/inventory/reservations/{}", held["id"].as_str().expect("it has an id"))
}

/// Places an order, and tells where its reservation will be.
async fn order(platform: &Platform, number: &str, quantity: &str) -> String {
    let line = json!({ "sku": "VAC-1", "description": "Vaccine", "quantity": ea(quantity),
                       "unitPrice": { "amount": "2.5", "currency": "EUR" } });
    let order = json!({ "orderNumber": number, "customer": { "name": "Aurelia" },
                        "shippingAddress": { "country": "CH" }, "lines": [line] });
    let placed = done(platform, "/operations/orders", order).await;
    format!("/inventory/reservations?orderId={}", placed["id"].as_str().expect("an id"))
}

/// Makes every event of inventory happen.
pub async fn a_day_in_the_warehouse(platform: &Platform) {
    goods_come(platform).await;
    goods_are_moved(platform).await;
    goods_leave(platform).await;
    promises_end(platform).await;
    a_lot_is_blocked(platform).await;
}

/// 100 pieces of a lot, announced and received in the bin B-1, another 10 elsewhere.
async fn goods_come(platform: &Platform) {
    let packs = json!({ "unit": "EA", "packs": [{ "unit": "CT", "holds": "10" }] });
    put(platform, "/inventory/items/VAC-1", packs).await;
    let announced = json!({ "reference": "PO-1", "site": "BSL", "due": "2099-01-01",
                            "lines": [goods("100", json!({}))] });
    done(platform, "/inventory/expected-receipts", announced).await;
    let line = goods("100", json!({ "lot": "L-7", "expiry": "2099-12-31", "bin": "B-1" }));
    let received = json!({ "site": "BSL", "reference": "PO-1", "lines": [line] });
    done(platform, "/inventory/receipts", received).await;
    let elsewhere = json!({ "site": "GVA", "lines": [goods("10", json!({ "lot": "L-8" }))] });
    done(platform, "/inventory/receipts", elsewhere).await;
    let point = json!({ "site": "BSL", "quantity": ea("50") });
    put(platform, "/inventory/items/VAC-1/reorder-point", point).await;
}

async fn goods_are_moved(platform: &Platform) {
    let line = goods("20", json!({ "lot": "L-7", "bin": "B-1", "toBin": "B-2" }));
    done(platform, "/inventory/moves", json!({ "site": "BSL", "lines": [line] })).await;
    let sent = json!({ "fromSite": "GVA", "toSite": "BSL", "lines": [goods("5", json!({ "lot": "L-8" }))] });
    let sent = done(platform, "/inventory/transfers", sent).await;
    let arrival = format!("/inventory/transfers/{}/receive", sent["id"].as_str().expect("it has an id"));
    done(platform, &arrival, json!({ "bin": "B-3" })).await;
    let line = goods("5", json!({ "lot": "L-8", "bin": "B-3", "direction": "scrap" }));
    let thrown_away = json!({ "site": "BSL", "reason": "fell down", "lines": [line] });
    done(platform, "/inventory/adjustments", thrown_away).await;
    for (quantity, decision, body) in
        [("1", "reject", json!({ "reason": "the wrong bin" })), ("15", "approve", json!({}))]
    {
        let line = json!({ "sku": "VAC-1", "lot": "L-7", "bin": "B-2", "counted": ea(quantity) });
        let counted = json!({ "site": "BSL", "lines": [line] });
        let counted = done(platform, "/inventory/counts", counted).await;
        let id = counted["id"].as_str().expect("it has an id");
        done(platform, &format!("/inventory/counts/{id}/{decision}"), body).await;
    }
}

/// Of 95 pieces 60 leave, which is more than the reorder point allows; 1 comes back.
async fn goods_leave(platform: &Platform) {
    let reservation = reserve(platform, "A-1", "60", json!({})).await;
    done(platform, &format!("{reservation}/confirm"), json!({})).await;
    let id = reservation.rsplit('/').next().expect("a path has an end");
    done(platform, "/inventory/picks", json!({ "reservationId": id })).await;
    let packed = json!({ "reservationId": id, "packages": [{ "number": "P-1", "description": "box" }] });
    done(platform, "/inventory/packs", packed).await;
    let shipped = json!({ "reservationId": id, "shipmentNumber": "SH-9" });
    done(platform, "/inventory/shipments", shipped).await;
    let returned = json!({ "site": "BSL", "orderId": "A-1", "reason": "too many",
                           "lines": [goods("1", json!({ "lot": "L-7" }))] });
    done(platform, "/inventory/returns", returned).await;
}

/// All 35 pieces are promised; one hold expires, another one is released; an order that was placed meanwhile
/// is promised what there is, and one that makes no sense is rejected.
async fn promises_end(platform: &Platform) {
    let soon = (imsop_kernel::Timestamp::now() + Duration::from_secs(2)).to_string();
    let expiring = reserve(platform, "A-2", "5", json!({ "expiresAt": soon })).await;
    let given_back = reserve(platform, "A-3", "40", json!({ "policy": "partial" })).await;
    let of_half_a_piece = order(platform, "SO-HALF", "1.5").await;
    let is_rejected = |page: &Value| (page["items"][0]["status"] == "Rejected").then_some(());
    until(platform, &of_half_a_piece, is_rejected).await;
    let of_order = order(platform, "SO-WH", "10").await;
    until(platform, &of_order, |page| page["items"][0]["id"].as_str().map(|_| ())).await;
    until(platform, &expiring, |held| (held["status"] == "Expired").then_some(())).await;
    done(platform, &format!("{given_back}/release"), json!({ "reason": "not needed" })).await;
    let is_promised = |page: &Value| (page["items"][0]["status"] == "Confirmed").then_some(());
    until(platform, &of_order, is_promised).await;
}

async fn a_lot_is_blocked(platform: &Platform) {
    let (_, lots) = platform.get("/inventory/lots?sku=VAC-1").await;
    let lot = format!("/inventory/lots/{}", lots["items"][0]["id"].as_str().expect("there is a lot"));
    done(platform, &format!("{lot}/quarantine"), json!({ "reason": "a complaint" })).await;
    done(platform, &format!("{lot}/release"), json!({ "reason": "a false alarm" })).await;
}
