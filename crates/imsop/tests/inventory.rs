//! Inventory over HTTP: the shapes that other tools are written against, and what every bad input is told.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::path::Path;
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};
use support::{Platform, done, until};

fn ea(value: &str) -> Value {
    json!({ "value": value, "unit": "EA" })
}

/// A receipt as the issue writes it.
fn receipt(sku: &str, quantity: &str) -> Value {
    json!({ "site": "S1", "lines": [
        { "sku": sku, "quantity": ea(quantity), "lot": "L1", "expiry": "2099-01-31" }] })
}

fn reservation(order: &str, quantity: &str) -> Value {
    json!({ "orderId": order, "site": "S1", "lines": [{ "sku": "A", "quantity": ea(quantity) }] })
}

/// Posts with an idempotency key.
async fn keyed(platform: &Platform, path: &str, key: &str, body: &Value) -> (StatusCode, Value) {
    let request = platform.client.post(format!("{}{path}", platform.url)).bearer_auth(&platform.token);
    let answer = request.header("Idempotency-Key", key).json(body).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

fn slug(problem: &Value) -> &str {
    problem["type"].as_str().unwrap_or_default().rsplit('/').next().unwrap_or_default()
}

/// On hand, reserved and available of `A` at the first site.
async fn figures(platform: &Platform) -> [String; 3] {
    let (_, answer) = platform.get("/inventory/stock/A").await;
    let stock = &answer["items"][0];
    ["onHand", "reserved", "available"].map(|name| stock[name]["value"].as_str().unwrap_or("?").to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn goods_are_received_reserved_and_refused_in_the_shapes_that_were_promised() {
    let platform = Platform::start().await;
    let (status, answer) = platform.post("/inventory/receipts", &receipt("A", "100")).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    let mut wish = reservation("O-1", "1");
    wish["policy"] = json!("allOrNothing");
    wish["expiresAt"] = json!((imsop_kernel::Timestamp::now() + Duration::from_secs(3_600)).to_string());
    let (status, held) = platform.post("/inventory/reservations", &wish).await;
    assert_eq!((status, held["status"].as_str()), (StatusCode::CREATED, Some("Held")), "{held}");
    assert_eq!(held["lines"][0]["reserved"], ea("1"));
    assert_eq!(held["lines"][0]["allocations"][0]["lot"], "L1");
    let path = format!("/inventory/reservations/{}", held["id"].as_str().unwrap());
    assert_eq!(platform.get(&path).await.1["status"], "Held");
    let (status, refused) = platform.post("/inventory/reservations", &reservation("O-2", "100")).await;
    assert_eq!((status, slug(&refused)), (StatusCode::CONFLICT, "insufficient-stock"));
    let shortage = json!([{ "lineNumber": "1", "sku": "A", "unit": "EA", "requested": "100",
                            "available": "99", "short": "1" }]);
    assert_eq!(refused["shortages"], shortage);
    assert_eq!(done(&platform, &format!("{path}/confirm"), json!({})).await["status"], "Confirmed");
    assert_eq!(figures(&platform).await, ["100", "1", "99"]);
    assert_eq!(done(&platform, &format!("{path}/release"), json!({})).await["status"], "Released");
    assert_eq!(figures(&platform).await, ["100", "0", "100"]);
    let (_, page) = platform.get("/inventory/movements?sku=A").await;
    assert_eq!(page["items"][0]["from"]["account"], "Supplier");
    let (_, page) = platform.get("/inventory/atp?sku=A&site=S1").await;
    assert_eq!(page["items"][0]["now"], ea("100"));
    platform.stop().await;
}

/// A batch with the same five wishes in either form: two that fit, one that is short, one that repeats the
/// first, and one that cannot be read.
fn batch() -> Vec<Value> {
    let mut wishes = Vec::new();
    for (order, quantity, key) in
        [("O-1", "6", "k1"), ("O-2", "6", "k2"), ("O-3", "4", "k3"), ("O-1", "6", "k1")]
    {
        let mut wish = reservation(order, quantity);
        wish["idempotencyKey"] = json!(key);
        wishes.push(wish);
    }
    let mut unreadable = reservation("O-4", "1");
    unreadable["idempotencyKey"] = json!("k4");
    unreadable["surprise"] = json!(true);
    wishes.push(unreadable);
    wishes
}

fn check_outcomes(outcomes: &Value) {
    let outcomes = outcomes.as_array().expect("an array");
    let statuses: Vec<i64> = outcomes.iter().map(|outcome| outcome["status"].as_i64().unwrap()).collect();
    assert_eq!(statuses, [201, 409, 201, 201, 422], "{outcomes:?}");
    assert_eq!(outcomes[0]["reservation"]["orderId"], "O-1");
    assert_eq!(slug(&outcomes[1]["problem"]), "insufficient-stock");
    assert_eq!(outcomes[2]["reservation"]["orderId"], "O-3");
    assert_eq!(outcomes[3]["reservation"], outcomes[0]["reservation"]);
    assert_eq!(outcomes[1]["problem"]["shortages"][0]["short"], "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_answered_item_by_item_in_order_as_an_array_and_as_lines() {
    let platform = Platform::start().await;
    done(&platform, "/inventory/receipts", receipt("A", "10")).await;
    let (status, outcomes) = platform.post("/inventory/reservations/batch", &json!(batch())).await;
    assert_eq!(status, StatusCode::OK);
    check_outcomes(&outcomes);
    assert_eq!(figures(&platform).await, ["10", "10", "0"]);
    let lines: Vec<String> = batch().iter().map(Value::to_string).collect();
    let request = platform.client.post(format!("{}/inventory/reservations/batch", platform.url));
    let request = request.bearer_auth(&platform.token).header("content-type", "application/x-ndjson");
    let answer = request.body(lines.join("\n")).send().await.unwrap();
    let again: Value = answer.json().await.unwrap();
    let statuses: Vec<i64> =
        again.as_array().unwrap().iter().map(|outcome| outcome["status"].as_i64().unwrap()).collect();
    assert_eq!(statuses, [201, 409, 201, 201, 422], "the same keys have the same outcomes: {again}");
    assert_eq!(figures(&platform).await, ["10", "10", "0"], "and no other effect");
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_key_in_a_batch_harms_nobody_else() {
    let platform = Platform::start().await;
    done(&platform, "/inventory/receipts", receipt("A", "10")).await;
    let mut wishes = vec![reservation("O-0", "1")];
    for key in ["", "a\u{0}b", &"k".repeat(10_000)] {
        let mut wish = reservation("BAD", "1");
        wish["idempotencyKey"] = json!(key);
        wishes.push(wish.clone());
        let (status, alone) = platform.post("/inventory/reservations", &wish).await;
        assert_eq!(
            (status, slug(&alone)),
            (StatusCode::UNPROCESSABLE_ENTITY, "validation-failed"),
            "{alone}"
        );
    }
    let (_, outcomes) = platform.post("/inventory/reservations/batch", &json!(wishes)).await;
    let statuses: Vec<i64> =
        outcomes.as_array().unwrap().iter().map(|outcome| outcome["status"].as_i64().unwrap()).collect();
    assert_eq!(statuses, [201, 422, 422, 422], "{outcomes}");
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_nothing_of_too_many_or_of_no_array_is_refused_whole() {
    let platform = Platform::start().await;
    let many: Vec<Value> = (0..1_001).map(|order| reservation(&format!("O-{order}"), "1")).collect();
    for (body, expected) in [
        (json!([]), "validation-failed"),
        (json!(many), "validation-failed"),
        (reservation("O", "1"), "invalid-body"),
    ] {
        let (status, problem) = platform.post("/inventory/reservations/batch", &body).await;
        assert!(status.is_client_error());
        assert_eq!(slug(&problem), expected);
    }
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_gets_the_same_answer_for_the_same_body_and_a_refusal_for_another() {
    let platform = Platform::start().await;
    let (_, first) = keyed(&platform, "/inventory/receipts", "in", &receipt("A", "10")).await;
    let (_, again) = keyed(&platform, "/inventory/receipts", "in", &receipt("A", "10")).await;
    assert_eq!(first, again);
    assert_eq!(figures(&platform).await, ["10", "0", "10"], "received once");
    let path = "/inventory/reservations";
    let (status, first) = keyed(&platform, path, "wish", &reservation("O", "3")).await;
    assert_eq!(status, StatusCode::CREATED);
    done(&platform, &format!("{path}/{}/confirm", first["id"].as_str().unwrap()), json!({})).await;
    let (status, again) = keyed(&platform, path, "wish", &reservation("O", "3")).await;
    assert_eq!((status, &again), (StatusCode::CREATED, &first), "as it was right after the command");
    let (status, other) = keyed(&platform, path, "wish", &reservation("O", "4")).await;
    assert_eq!((status, slug(&other)), (StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-reused"));
    assert_eq!(figures(&platform).await, ["10", "3", "7"]);
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_a_thing_that_goods_had_made_can_be_sent_again_too() {
    let platform = Platform::start().await;
    done(&platform, "/inventory/receipts", receipt("A", "10")).await;
    let (_, lots) = platform.get("/inventory/lots?sku=A").await;
    let path = format!("/inventory/lots/{}/quarantine", lots["items"][0]["id"].as_str().unwrap());
    let reason = json!({ "reason": "a complaint" });
    let (status, first) = keyed(&platform, &path, "block", &reason).await;
    assert_eq!(status, StatusCode::OK, "{first}");
    assert_eq!(keyed(&platform, &path, "block", &reason).await, (status, first));
    let point = json!({ "site": "S1", "quantity": ea("5") });
    let url = format!("{}/inventory/items/A/reorder-point", platform.url);
    for _ in 0..2 {
        let request = platform.client.put(&url).bearer_auth(&platform.token).header("Idempotency-Key", "low");
        let answer = request.json(&point).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.json::<Value>().await.unwrap()["reorderPoint"], ea("5"));
    }
    done(&platform, "/inventory/receipts", receipt("B", "1")).await;
    platform.stop().await;
}

/// Quantities and lines of reservations that cannot be, each with the type of its problem.
fn bad_reservations() -> Vec<(Value, &'static str)> {
    let mut bad = Vec::new();
    for (value, slug) in [
        ("-1", "quantity-negative"),
        ("0", "quantity-zero"),
        ("0.5", "quantity-fractional"),
        ("1000000000001", "quantity-too-large"),
        ("999999999999999999999999999999999999999", "quantity-too-large"),
        ("NaN", "quantity-not-a-number"),
    ] {
        bad.push((reservation("BAD", value), slug));
    }
    let with = |field: &str, value: Value| {
        let mut wish = reservation("BAD", "1");
        wish[field] = value;
        wish
    };
    bad.push((
        with("lines", json!([{ "sku": "A", "quantity": { "value": "1", "unit": "KGM" } }])),
        "unit-mismatch",
    ));
    bad.push((with("lines", json!([{ "sku": "Z", "quantity": ea("1") }])), "unknown-sku"));
    bad.push((with("lines", json!([{ "sku": "A", "lot": "X", "quantity": ea("1") }])), "unknown-lot"));
    bad.push((with("site", json!("S9")), "unknown-site"));
    bad.push((with("orderId", json!("")), "validation-failed"));
    bad.push((with("lines", json!([])), "validation-failed"));
    bad.push((with("expiresAt", json!("2020-01-01T00:00:00Z")), "validation-failed"));
    bad.push((with("surprise", json!(1)), "validation-failed"));
    bad.push((with("orderId", json!("TAKEN")), "already-reserved"));
    bad
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_reservation_has_its_own_kind_of_problem_and_changes_nothing() {
    let platform = Platform::start().await;
    done(&platform, "/inventory/receipts", receipt("A", "10")).await;
    done(&platform, "/inventory/reservations", reservation("TAKEN", "2")).await;
    for (body, expected) in bad_reservations() {
        let (status, problem) = platform.post("/inventory/reservations", &body).await;
        assert!(status.is_client_error(), "{body}: {status}");
        assert_eq!(slug(&problem), expected, "{body}: {problem}");
        assert_eq!(figures(&platform).await, ["10", "2", "8"], "{body}");
    }
    let number = json!({ "orderId": "BAD", "site": "S1",
                         "lines": [{ "sku": "A", "quantity": { "value": 1.5, "unit": "EA" } }] });
    let (status, problem) = platform.post("/inventory/reservations", &number).await;
    assert_eq!(
        status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "binary floating point is not a quantity: {problem}"
    );
    let (_, page) = platform.get("/inventory/reservations").await;
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_too_late_has_its_own_kind_of_problem_and_changes_nothing() {
    let platform = Platform::start().await;
    done(&platform, "/inventory/receipts", receipt("A", "10")).await;
    let released = done(&platform, "/inventory/reservations", reservation("O-1", "2")).await;
    let path = format!("/inventory/reservations/{}", released["id"].as_str().unwrap());
    done(&platform, &format!("{path}/release"), json!({})).await;
    let (status, problem) = platform.post(&format!("{path}/confirm"), &json!({})).await;
    assert_eq!((status, slug(&problem)), (StatusCode::CONFLICT, "illegal-transition"));
    let mut wish = reservation("O-2", "2");
    wish["expiresAt"] = json!((imsop_kernel::Timestamp::now() + Duration::from_millis(300)).to_string());
    let held = done(&platform, "/inventory/reservations", wish).await;
    let path = format!("/inventory/reservations/{}", held["id"].as_str().unwrap());
    until(&platform, &path, |answer| (answer["status"] == "Expired").then_some(())).await;
    let (status, problem) = platform.post(&format!("{path}/confirm"), &json!({})).await;
    assert_eq!((status, slug(&problem)), (StatusCode::CONFLICT, "hold-expired"));
    let nowhere = "/inventory/reservations/0195f3a0-0000-7000-8000-000000000002/confirm";
    assert_eq!(slug(&platform.post(nowhere, &json!({})).await.1), "not-found");
    assert_eq!(figures(&platform).await, ["10", "0", "10"]);
    platform.stop().await;
}

fn expired_events(folder: &Path) -> i64 {
    let database = rusqlite::Connection::open(folder.join("db/inventory.db")).unwrap();
    let sql = "SELECT COUNT(*) FROM journal WHERE event_type = 'ReservationExpired'";
    database.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_whose_time_ends_while_the_platform_is_down_ends_once_after_the_restart() {
    let folder = tempfile::tempdir().unwrap();
    let platform = Platform::start_on(folder.path(), "demo").await;
    done(&platform, "/inventory/receipts", receipt("A", "10")).await;
    let mut wish = reservation("O", "4");
    wish["expiresAt"] = json!((imsop_kernel::Timestamp::now() + Duration::from_secs(2)).to_string());
    let held = done(&platform, "/inventory/reservations", wish).await;
    assert_eq!(figures(&platform).await, ["10", "4", "6"]);
    platform.stop().await;
    assert_eq!(expired_events(folder.path()), 0);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let path = format!("/inventory/reservations/{}", held["id"].as_str().unwrap());
    for _ in 0..2 {
        let platform = Platform::start_on(folder.path(), "demo").await;
        until(&platform, &path, |answer| (answer["status"] == "Expired").then_some(())).await;
        assert_eq!(figures(&platform).await, ["10", "0", "10"]);
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        platform.stop().await;
        assert_eq!(expired_events(folder.path()), 1);
    }
}

/// Places an order for so many pieces of `A`; gives its id.
async fn place(platform: &Platform, number: &str, quantity: &str) -> String {
    let line = json!({ "sku": "A", "description": "Vaccine", "quantity": ea(quantity),
                       "unitPrice": { "amount": "2.5", "currency": "EUR" } });
    let order = json!({ "orderNumber": number, "customer": { "name": "Aurelia" },
                        "shippingAddress": { "country": "CH" }, "lines": [line] });
    let placed = done(platform, "/operations/orders", order).await;
    placed["id"].as_str().unwrap().to_owned()
}

/// The order's reservation, as soon as it is in this state.
async fn reserved(platform: &Platform, order: &str, status: &str) -> Value {
    let path = format!("/inventory/reservations?orderId={order}");
    let is_there = |page: &Value| {
        let reservation = &page["items"][0];
        (reservation["status"] == status).then(|| reservation.clone())
    };
    until(platform, &path, is_there).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_placed_is_reserved_and_one_that_is_cancelled_gives_back() {
    let platform = Platform::start().await;
    done(&platform, "/inventory/receipts", receipt("A", "10")).await;
    let first = place(&platform, "SO-1", "7").await;
    let reservation = reserved(&platform, &first, "Confirmed").await;
    assert_eq!(reservation["lines"][0]["reserved"], ea("7"));
    let second = place(&platform, "SO-2", "5").await;
    let reservation = reserved(&platform, &second, "Confirmed").await;
    assert_eq!(reservation["lines"][0]["reserved"], ea("3"));
    assert_eq!(reservation["lines"][0]["backordered"], ea("2"));
    let third = place(&platform, "SO-3", "4").await;
    let reservation = reserved(&platform, &third, "Rejected").await;
    assert_eq!(reservation["shortages"][0]["short"], "4", "a shortage is seen");
    let (_, short) = platform.get("/inventory/stock?short=true").await;
    assert_eq!(short["items"][0]["backordered"], ea("6"), "and so is who waits");
    let cancel = format!("/operations/orders/{first}/cancel");
    done(&platform, &cancel, json!({ "reason": "changed their mind" })).await;
    reserved(&platform, &first, "Released").await;
    let reservation = reserved(&platform, &third, "Confirmed").await;
    assert_eq!(reservation["lines"][0]["reserved"], ea("4"), "what was given back goes to who waited");
    assert_eq!(figures(&platform).await, ["10", "9", "1"]);
    let (_, short) = platform.get("/inventory/stock?short=true").await;
    assert_eq!(short["items"], json!([]));
    platform.stop().await;
}
