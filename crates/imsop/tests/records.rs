//! Records that come through the intake: what is kept of them, and what became of them.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use serde_json::{Value, json};
use support::Platform;

fn order(id: &str, number: Value) -> Value {
    json!({
        "id": id,
        "type": "order",
        "data": {
            "orderNumber": number,
            "customer": { "name": "Acme" },
            "shippingAddress": { "country": "DE" },
            "lines": [{ "description": "Goods", "quantity": { "value": "10", "unit": "EA" },
                        "unitPrice": { "amount": "2.50", "currency": "EUR" } }],
        },
    })
}

async fn send(platform: &Platform, record: &Value) -> (String, String) {
    let (_, answer) = platform.post("/ingest/api", record).await;
    let item = &answer["items"][0];
    (item["status"].as_str().unwrap().to_owned(), item["recordId"].as_str().unwrap().to_owned())
}

/// What is kept of a record: its status, its original, and whether reasons stand beside it.
async fn kept(platform: &Platform, id: &str) -> (String, Value, bool) {
    let (_, record) = platform.get(&format!("/ingest/records/{id}")).await;
    let original = serde_json::from_str(record["original"].as_str().unwrap()).unwrap();
    let has_reasons = record["reasons"].as_array().is_some_and(|reasons| !reasons.is_empty());
    (record["status"].as_str().unwrap().to_owned(), original, has_reasons)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_corrected_under_its_own_id_is_kept_beside_what_was_refused() {
    let platform = Platform::start().await;
    let id = "0195f3a0-0000-7000-8000-000000000002";
    let (wrong, right) = (order(id, json!(7)), order(id, json!("SO-7")));
    let (status, first) = send(&platform, &wrong).await;
    assert_eq!(status, "quarantined");
    let (status, second) = send(&platform, &right).await;
    assert_eq!(status, "accepted");
    assert_eq!(kept(&platform, &first).await, ("quarantined".to_owned(), wrong.clone(), true));
    assert_eq!(kept(&platform, &second).await, ("accepted".to_owned(), right.clone(), false));
    assert_eq!(send(&platform, &right).await, ("duplicate".to_owned(), second));
    assert_eq!(send(&platform, &wrong).await, ("quarantined".to_owned(), first.clone()));
    assert_eq!(kept(&platform, &first).await.0, "quarantined");
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_whose_reason_has_gone_is_accepted_and_has_no_reasons_any_more() {
    let platform = Platform::start().await;
    let shipment = json!({
        "type": "shipment",
        "data": {
            "trackingNumber": "SH-1", "origin": { "country": "DE" }, "destination": { "country": "FR" },
            "carrier": { "name": "Ridgeway" }, "mode": "Truck", "estimatedDelivery": "2027-01-01T00:00:00Z",
            "lines": [{ "orderNumber": "SO-8", "lineNumber": "1", "quantity": { "value": "5", "unit": "EA" } }],
        },
    });
    let (status, id) = send(&platform, &shipment).await;
    assert_eq!(status, "quarantined", "its order is not there yet");
    send(&platform, &order("0195f3a0-0000-7000-8000-000000000003", json!("SO-8"))).await;
    assert_eq!(send(&platform, &shipment).await, ("accepted".to_owned(), id.clone()));
    assert_eq!(kept(&platform, &id).await, ("accepted".to_owned(), shipment, false));
    platform.stop().await;
}
