//! What the way in withstands: callers that nobody knows, callers that want too much, other people's keys.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::os::unix::fs::PermissionsExt;

use reqwest::{Method, StatusCode};
use serde_json::json;
use support::{Platform, SCMS_COLUMNS, order, scms_row};

#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_a_caller_makes_up_is_not_kept_in_the_figures() {
    let platform = Platform::start().await;
    let made_up = Method::from_bytes(b"FROBNICATE").unwrap();
    let answer = platform.client.request(made_up, format!("{}/auth/login", platform.url)).send().await;
    assert_eq!(answer.unwrap().status(), StatusCode::METHOD_NOT_ALLOWED);
    let metrics = platform.client.get(format!("{}/metrics", platform.url)).bearer_auth(&platform.token);
    let text = metrics.send().await.unwrap().text().await.unwrap();
    assert!(!text.contains("FROBNICATE"), "made-up names must not become series");
    assert!(text.contains("method=\"other\""));
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_signed_in_cannot_send_much() {
    let platform = Platform::start().await;
    let login = |length: usize| {
        let body = json!({ "username": "x".repeat(length), "password": "y" });
        platform.client.post(format!("{}/auth/login", platform.url)).json(&body).send()
    };
    assert_eq!(login(20_000).await.unwrap().status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(login(100).await.unwrap().status().is_client_error());
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callers_key_is_never_one_of_the_platforms_own() {
    let platform = Platform::start().await;
    let record =
        json!({ "id": "0195f3a0-0000-7000-8000-000000000004", "type": "order", "data": order("SO-2") });
    let (_, first) = platform.post("/ingest/api", &record).await;
    let id = first["items"][0]["recordId"].as_str().unwrap().to_owned();
    assert_eq!(first["items"][0]["status"], "accepted", "{first}");
    let request = platform.client.post(format!("{}/operations/orders", platform.url));
    let request = request.bearer_auth(&platform.token).header("idempotency-key", format!("record:{id}"));
    let answer = request.json(&order("SO-3")).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED, "it is another key than the record's");
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_data_folder_holds_is_private_also_if_the_folder_is_not() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    for private in ["db", "files"] {
        std::fs::create_dir(folder.path().join(private)).unwrap();
    }
    let platform = Platform::start_on(folder.path(), "demo").await;
    for private in ["db", "files"] {
        let mode = std::fs::metadata(folder.path().join(private)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{private} is open to others");
    }
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_with_too_many_rows_is_put_aside_whole_and_the_others_are_imported() {
    let platform = Platform::start().await;
    let mut file = SCMS_COLUMNS.to_owned();
    for id in 1..=2_001 {
        file.push_str(&scms_row(id, "SO-LONG"));
    }
    file.push_str(&scms_row(2_002, "SO-SHORT"));
    let report = platform.import(file).await;
    assert_eq!(report["state"], "Completed", "{report}");
    assert_eq!((&report["rowsQuarantined"], &report["rowsAccepted"]), (&json!(2_001), &json!(1)), "{report}");
    assert_eq!(report["quarantine"][0]["reasons"][0]["code"], "too-many-rows", "{report}");
    let (_, orders) = platform.get("/operations/orders").await;
    assert_eq!(orders["items"].as_array().unwrap().len(), 1, "{orders}");
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_large_things_ends_early_and_goes_on_with_the_next() {
    let platform = Platform::start().await;
    let text = "x".repeat(500);
    let lines: Vec<_> = (1..=900)
        .map(|line| {
            json!({ "lineNumber": line.to_string(), "description": text,
                    "quantity": { "value": "1", "unit": "EA" }, "lineValue": { "amount": "1", "currency": "EUR" } })
        })
        .collect();
    const ORDERS: usize = 12;
    for number in 0..ORDERS {
        let order = json!({
            "orderNumber": format!("BIG-{number}"), "customer": { "name": "Acme" },
            "shippingAddress": { "country": "DE" }, "lines": lines,
        });
        let (status, answer) = platform.post("/operations/orders", &order).await;
        assert_eq!(status, StatusCode::CREATED, "{answer}");
    }
    let (mut found, mut pages, mut path) = (0, 0, "/operations/orders?limit=200".to_owned());
    loop {
        let (_, page) = platform.get(&path).await;
        found += page["items"].as_array().unwrap().len();
        pages += 1;
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/operations/orders?limit=200&after={next}");
    }
    assert_eq!(found, ORDERS);
    assert!(pages > 1, "they are too large for one page");
    platform.stop().await;
}
