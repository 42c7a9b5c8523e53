//! Records that come through the intake: what is kept of them, and what became of them.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use reqwest::StatusCode;
use serde_json::{Value, json};
use support::{Platform, order, read_answer, reading, send_raw};

/// The record of an order.
fn record(id: &str, number: Value) -> Value {
    let mut data = order("");
    data["orderNumber"] = number;
    json!({ "id": id, "type": "order", "data": data })
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
    let (wrong, right) = (record(id, json!(7)), record(id, json!("SO-7")));
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
    send(&platform, &record("0195f3a0-0000-7000-8000-000000000003", json!("SO-8"))).await;
    assert_eq!(send(&platform, &shipment).await, ("accepted".to_owned(), id.clone()));
    assert_eq!(kept(&platform, &id).await, ("accepted".to_owned(), shipment, false));
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_are_not_fit_are_put_aside_with_reasons_and_the_rest_goes_on() {
    let platform = Platform::start().await;
    let mut future = reading("probe", json!(5));
    future["timestamp"] = json!("2090-01-01T00:00:00Z");
    let mut past = reading("probe", json!(5));
    past["timestamp"] = json!("1890-01-01T00:00:00Z");
    let records = json!([
        reading("probe", json!(5)),
        reading("probe", json!(1_000_000)),
        reading("probe", json!("warm")),
        future,
        past,
        { "type": "order", "data": { "orderNumber": 7 } },
        { "type": "spell", "data": {} },
        { "hello": "world" },
        42,
        { "type": "order", "data": order("SO-1") },
    ]);
    let (status, answer) = platform.post("/ingest/api", &records).await;
    assert_eq!(status, StatusCode::OK);
    let kinds: Vec<&str> =
        answer["items"].as_array().unwrap().iter().map(|item| item["status"].as_str().unwrap()).collect();
    let expected = ["accepted"].into_iter().chain(["quarantined"; 8]).chain(["accepted"]);
    assert_eq!(kinds, expected.collect::<Vec<_>>(), "{answer}");
    for item in answer["items"].as_array().unwrap() {
        let id = item["recordId"].as_str().unwrap();
        let (status, record) = platform.get(&format!("/ingest/records/{id}")).await;
        assert_eq!(status, StatusCode::OK);
        let place = item["index"].as_u64().unwrap() as usize;
        let original: Value = serde_json::from_str(record["original"].as_str().unwrap()).unwrap();
        assert_eq!(original, records[place], "the original is kept as it came");
        assert_eq!(record["status"] == "quarantined", item["reasons"].is_array(), "{record}");
    }
    let (_, again) = platform.post("/ingest/api", &records).await;
    assert_eq!((&again["accepted"], &again["duplicates"]), (&json!(0), &json!(2)), "{again}");
    let lines = b"{\"type\":\"order\",\"data\":{}}\n{broken\n\xff\xfe\n".to_vec();
    let (status, answer) = send_raw(&platform, "/ingest/api", "application/x-ndjson", lines).await;
    assert_eq!((status, &answer["quarantined"]), (StatusCode::OK, &json!(3)), "{answer}");
    let (good, deep) = (reading("probe", json!(4)), format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000)));
    let long = reading("probe", json!("x".repeat(300_000)));
    let lines = format!("{good}\n{{broken\n{deep}\n{long}\n{{\"payload\":1e999}}\n{{\"payload\":NaN}}\n\n");
    let (status, answer) =
        send_raw(&platform, "/ingest/api", "application/x-ndjson", lines.into_bytes()).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!((&answer["accepted"], &answer["quarantined"]), (&json!(1), &json!(5)), "{answer}");
    assert_eq!(answer["items"][3]["reasons"][0]["code"], "record-too-large", "{answer}");
    let mut taken = reading("probe", json!(6));
    taken["id"] = json!("0195f3a0-0000-7000-8000-000000000001");
    platform.post("/ingest/api", &taken).await;
    taken["payload"]["temperature"] = json!(7);
    let (_, other) = platform.post("/ingest/api", &taken).await;
    assert_eq!(other["items"][0]["reasons"][0]["code"], "identity-reused", "{other}");
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cloud_events_come_alone_in_batches_and_in_headers_and_bad_ones_are_put_aside() {
    let platform = Platform::start().await;
    let event = |id: &str, data: Value| {
        json!({ "specversion": "1.0", "id": id, "source": "/test", "type": "reading",
                "datacontenttype": "application/json", "data": data })
    };
    let send = async |media_type: &str, body: &Value| {
        send_raw(&platform, "/ingest/api", media_type, body.to_string().into_bytes()).await
    };
    let structured = "application/cloudevents+json";
    let good = event("1", reading("probe", json!(5)));
    let (status, answer) = send(structured, &good).await;
    assert_eq!((status, &answer["accepted"]), (StatusCode::OK, &json!(1)), "{answer}");
    assert_eq!(send(structured, &good).await.1["duplicates"], 1, "source and id name an event");
    let other = send(structured, &event("1", reading("probe", json!(6)))).await.1;
    assert_eq!(other["items"][0]["reasons"][0]["code"], "identity-reused", "{other}");
    let mut old = event("2", reading("probe", json!(5)));
    old["specversion"] = json!("0.3");
    let mut nobodys = event("3", reading("probe", json!(5)));
    nobodys.as_object_mut().unwrap().remove("source");
    let batch = json!([old, nobodys, event("4", json!("no object")), event("5", reading("probe", json!(5)))]);
    let (status, answer) = send("application/cloudevents-batch+json", &batch).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!((&answer["quarantined"], &answer["items"][3]["status"]), (&json!(3), &json!("accepted")));
    let binary = async |version: &str, id: &str, body: &str| {
        let request =
            platform.client.post(format!("{}/ingest/api", platform.url)).bearer_auth(&platform.token);
        let request = request.header("content-type", "application/json").header("ce-specversion", version);
        let request = request.header("ce-id", id).header("ce-source", "/test").header("ce-type", "reading");
        read_answer(request.body(body.to_owned()).send().await.unwrap()).await
    };
    let body = reading("probe", json!(5)).to_string();
    assert_eq!(binary("1.0", "6", &body).await.1["accepted"], 1);
    assert_eq!(binary("9", "7", &body).await.1["quarantined"], 1);
    assert_eq!(binary("1.0", "8", "{broken").await.0, StatusCode::BAD_REQUEST);
    platform.stop().await;
}
