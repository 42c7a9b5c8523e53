//! Promises that hold across services: events keep their contracts, read models can be rebuilt, and a
//! stopped platform goes on where it was.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use imsop_contracts::Registry;
use imsop_kernel::{Envelope, Timestamp};
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::warehouse::a_day_in_the_warehouse;
use support::{Platform, done, until};

const CONTEXTS: [&str; 5] = ["identity", "operations", "inventory", "ingestion", "analytics"];

/// Makes nearly everything happen that can happen.
async fn a_busy_day(platform: &Platform) {
    a_day_in_the_warehouse(platform).await;
    let country = |code: &str| json!({ "country": code, "city": "Basel", "location": { "latitude": 47.5, "longitude": 7.5 } });
    let line = json!({ "description": "Vaccine", "quantity": { "value": "10", "unit": "EA" },
                       "unitPrice": { "amount": "2.5", "currency": "EUR" }, "attributes": { "lot": "7" } });
    let order = |number: &str| json!({ "orderNumber": number, "customer": { "name": "Aurelia" }, "shippingAddress": country("CH"), "lines": [line] });
    let placed = done(platform, "/operations/orders", order("SO-1")).await;
    let path = format!("/operations/orders/{}", placed["id"].as_str().unwrap());
    done(platform, &format!("{path}/lines"), json!({ "lines": [line] })).await;
    done(platform, &format!("{path}/confirm"), json!({})).await;
    done(platform, &format!("{path}/process"), json!({})).await;
    let other = done(platform, "/operations/orders", order("SO-2")).await;
    let cancel = format!("/operations/orders/{}/cancel", other["id"].as_str().unwrap());
    done(platform, &cancel, json!({ "reason": "changed their mind" })).await;
    let mut shipments = Vec::new();
    for (number, line) in [("SH-1", "1"), ("SH-2", "2"), ("SH-3", "2")] {
        if number == "SH-3" {
            let cancel = format!("/operations/shipments/{}/cancel", shipments[1]);
            done(platform, &cancel, json!({ "reason": "wrong lane" })).await;
        }
        let booked = json!({
            "trackingNumber": number, "origin": country("CH"), "destination": country("FR"), "mode": "Truck",
            "carrier": { "name": "Ridgeway" }, "estimatedDelivery": Timestamp::now().to_string(),
            "lines": [{ "orderNumber": "SO-1", "lineNumber": line, "quantity": { "value": "10", "unit": "EA" } }],
            "weight": { "value": "12.5", "unit": "KGM" }, "temperatureRange": { "minimum": 2, "maximum": 8 },
        });
        let booked = done(platform, "/operations/shipments", booked).await;
        shipments.push(booked["id"].as_str().unwrap().to_owned());
    }
    let asset = json!({ "assetNumber": "RFR-1", "assetType": "ReeferContainer", "deviceIds": ["probe"],
                        "temperatureRange": { "minimum": 2, "maximum": 8 } });
    let asset = done(platform, "/operations/assets", asset).await;
    let asset = format!("/operations/assets/{}", asset["id"].as_str().unwrap());
    done(platform, &format!("{asset}/assign"), json!({ "shipmentId": shipments[0] })).await;
    let first = format!("/operations/shipments/{}", shipments[0]);
    done(platform, &format!("{first}/depart"), json!({})).await;
    let seen = json!({ "position": { "latitude": 47.0, "longitude": 6.0 }, "source": "carrier" });
    done(platform, &format!("{first}/positions"), seen).await;
    let estimate = json!({ "reason": "snow", "newEstimate": "2027-01-01T00:00:00Z" });
    done(platform, &format!("{first}/delay"), estimate).await;
    done(platform, &format!("{first}/resume"), json!({})).await;
    for temperature in [5.0, 5.1, 4.9, 14.5] {
        let reading = json!({ "deviceId": "probe", "eventType": "reading", "timestamp": Timestamp::now().to_string(),
                              "payload": { "temperature": temperature, "latitude": 46.9, "longitude": 5.0 } });
        done(platform, "/ingest/api", reading).await;
    }
    let alert =
        until(platform, "/operations/alerts", |page| page["items"][0]["id"].as_str().map(str::to_owned))
            .await;
    done(platform, &format!("/operations/alerts/{alert}/acknowledge"), json!({ "note": "on it" })).await;
    done(platform, &format!("/operations/alerts/{alert}/resolve"), json!({ "resolution": "door closed" }))
        .await;
    done(platform, &format!("{first}/out-for-delivery"), json!({})).await;
    done(platform, &format!("{first}/deliver"), json!({})).await;
    let third = format!("/operations/shipments/{}", shipments[2]);
    done(platform, &format!("{third}/depart"), json!({})).await;
    done(platform, &format!("{third}/deliver"), json!({})).await;
    until(platform, &asset, |asset| (asset["status"] == "Available").then_some(())).await;
    done(platform, &format!("{asset}/retire"), json!({ "reason": "sold" })).await;
    done(platform, "/ingest/api", json!({ "hello": "world" })).await;
    let user = json!({ "username": "anna", "password": "a long password", "roles": ["operator"] });
    let user = done(platform, "/users", user).await;
    let change = json!({ "roles": ["planner"], "active": false, "password": "another long password" });
    let path = format!("/users/{}", user["id"].as_str().unwrap());
    assert_eq!(platform.send(reqwest::Method::PATCH, &path, Some(&change)).await.0, StatusCode::OK);
    let client = done(platform, "/clients", json!({ "clientId": "erp", "roles": ["integrator"] })).await;
    let client = format!("/clients/{}", client["id"].as_str().unwrap());
    for change in [json!({ "roles": ["auditor"], "active": false }), json!({ "active": true })] {
        assert_eq!(platform.send(reqwest::Method::PATCH, &client, Some(&change)).await.0, StatusCode::OK);
    }
    done(platform, &format!("{client}/secret"), json!({})).await;
}

async fn settled(platform: &Platform) {
    for _ in 0..3 {
        until(platform, "/viz/dashboard", |answer| (answer["asOf"]["provisional"] == false).then_some(()))
            .await;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

fn events(folder: &Path, context: &str) -> Vec<Envelope> {
    let database = rusqlite::Connection::open(folder.join(format!("db/{context}.db"))).unwrap();
    let mut statement = database.prepare("SELECT envelope FROM journal ORDER BY position").unwrap();
    let envelopes = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
    envelopes.map(|envelope| serde_json::from_str(&envelope.unwrap()).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_that_is_written_keeps_its_contract() {
    let folder = tempfile::tempdir().unwrap();
    let platform = Platform::start_on(folder.path(), "demo").await;
    a_busy_day(&platform).await;
    settled(&platform).await;
    platform.stop().await;
    let registry = Registry::embedded();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for context in CONTEXTS {
        for event in events(folder.path(), context) {
            let payload: Value = event.payload().unwrap();
            let faults = registry.validate(&event.event_type, event.contract_version, &payload);
            assert!(faults.is_empty(), "{}: {faults:?} in {payload}", event.event_type);
            let contract = registry.contract(&event.event_type, event.contract_version).unwrap();
            assert_eq!(event.classification, contract.classification, "{}", event.event_type);
            *seen.entry(event.event_type.to_string()).or_default() += 1;
        }
    }
    let never: Vec<&str> = registry
        .contracts()
        .map(|contract| contract.name.as_str())
        .filter(|name| !seen.contains_key(*name))
        .collect();
    // Facts of files, of history records and of stolen tokens are made elsewhere.
    assert_eq!(
        never,
        ["FileImportCompleted", "RefreshTokenReuseDetected", "ShipmentLinesAdded", "UserReactivated"],
        "everything else happens on a busy day"
    );
}

const EVERYTHING: &str = "{ shipments { trackingNumber status late version currentLocation { latitude longitude } \
    events { id type } route { latitude } temperatures { value } alerts { title status resolution } lines { lineNumber } } \
    orderPage { items { orderNumber status version lines { lineNumber shipments { delivered quantity { value } } } } } \
    assetPage { items { assetNumber status version } } alerts { title status resolution } \
    predictions(type: ANOMALY) { id confidence } \
    overview { shipmentsByStatus { status count } ordersByStatus { status count } onTimeShare deliveredCount openAlerts } }";

async fn everything(platform: &Platform) -> Value {
    settled(platform).await;
    let (status, answer) = platform.post("/graphql", &json!({ "query": EVERYTHING })).await;
    assert_eq!(status, StatusCode::OK);
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn read_models_that_are_thrown_away_are_the_same_again_after_the_replay() {
    let folder = tempfile::tempdir().unwrap();
    let platform = Platform::start_on(folder.path(), "demo").await;
    a_busy_day(&platform).await;
    let before = everything(&platform).await;
    let shipments = before["shipments"].as_array().unwrap();
    let first = shipments.iter().find(|shipment| shipment["trackingNumber"] == "SH-1").unwrap();
    assert_eq!(first["temperatures"].as_array().unwrap().len(), 4, "{first}");
    platform.stop().await;
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.path().join(format!("db/visualization.db{suffix}")));
    }
    let platform = Platform::start_on(folder.path(), "demo").await;
    let started = Instant::now();
    loop {
        let after = everything(&platform).await;
        if after == before {
            break;
        }
        assert!(started.elapsed() < Duration::from_secs(20), "before {before}\nafter {after}");
    }
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_belongs_to_one_process_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let platform = Platform::start_on(folder.path(), "demo").await;
    let mut config =
        imsop_platform::Config::load(None, &imsop_platform::config::Overrides::default()).unwrap();
    config.data_dir = folder.path().to_owned();
    config.listen = ([127, 0, 0, 1], 0).into();
    let second = imsop::start(config, None).await;
    assert!(second.err().unwrap().to_string().contains("in use by another process"));
    platform.stop().await;
}
