//! Every route with every role, compared with the table of what is expected. A route that is not in the
//! table fails the test, and so does a row without a route.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::Platform;

/// The roles, in the order of the columns of [`EXPECTED`]; the last column is nobody.
const ROLES: [&str; 5] = ["operator", "planner", "integrator", "auditor", "administrator"];

const ALL: &str = "o p i a A n";
const SIGNED_IN: &str = "o p i a A -";
const OPERATIONS_READ: &str = "o p i a A -";
const OPERATIONS_WRITE: &str = "o - i - A -";
const INVENTORY_READ: &str = "o p i a A -";
const INVENTORY_WRITE: &str = "o - i - A -";
const INVENTORY_APPROVE: &str = "- p - - A -";
const ALERTS_MANAGE: &str = "o - - - A -";
const INGEST_READ: &str = "o p i a A -";
const INGEST_WRITE: &str = "- - i - A -";
const VISUALIZATION_READ: &str = "o p - a A -";
const CONTRACTS_READ: &str = "o p i a A -";
const USERS_READ: &str = "- - - a A -";
const USERS_MANAGE: &str = "- - - - A -";
const PLATFORM_OBSERVE: &str = "- - - a A -";

/// Method, path, and who gets through: operator, planner, integrator, auditor, Administrator, nobody.
const EXPECTED: &[(&str, &str, &str)] = &[
    ("GET", "/health/live", ALL),
    ("GET", "/health/ready", ALL),
    ("GET", "/metrics", PLATFORM_OBSERVE),
    ("GET", "/openapi.json", CONTRACTS_READ),
    ("GET", "/asyncapi.json", CONTRACTS_READ),
    ("GET", "/.well-known/jwks.json", ALL),
    ("POST", "/auth/login", ALL),
    ("POST", "/auth/refresh", ALL),
    ("POST", "/auth/logout", ALL),
    ("POST", "/auth/token", ALL),
    ("GET", "/auth/validate", SIGNED_IN),
    ("GET", "/users", USERS_READ),
    ("POST", "/users", USERS_MANAGE),
    ("GET", "/users/{id}", USERS_READ),
    ("PATCH", "/users/{id}", USERS_MANAGE),
    // Of others; everybody may ask it of themselves.
    ("GET", "/users/{id}/permissions", USERS_READ),
    ("GET", "/clients", USERS_READ),
    ("POST", "/clients", USERS_MANAGE),
    ("GET", "/clients/{id}", USERS_READ),
    ("PATCH", "/clients/{id}", USERS_MANAGE),
    ("POST", "/clients/{id}/secret", USERS_MANAGE),
    ("GET", "/inventory/items", INVENTORY_READ),
    ("GET", "/inventory/items/{sku}", INVENTORY_READ),
    ("PUT", "/inventory/items/{sku}", INVENTORY_WRITE),
    ("PUT", "/inventory/items/{sku}/reorder-point", INVENTORY_WRITE),
    ("GET", "/inventory/stock", INVENTORY_READ),
    ("GET", "/inventory/stock/{sku}", INVENTORY_READ),
    ("GET", "/inventory/atp", INVENTORY_READ),
    ("GET", "/inventory/movements", INVENTORY_READ),
    ("POST", "/inventory/receipts", INVENTORY_WRITE),
    ("GET", "/inventory/receipts/{id}", INVENTORY_READ),
    ("POST", "/inventory/expected-receipts", INVENTORY_WRITE),
    ("GET", "/inventory/expected-receipts/{reference}", INVENTORY_READ),
    ("POST", "/inventory/moves", INVENTORY_WRITE),
    ("POST", "/inventory/adjustments", INVENTORY_WRITE),
    ("POST", "/inventory/returns", INVENTORY_WRITE),
    ("GET", "/inventory/transfers", INVENTORY_READ),
    ("POST", "/inventory/transfers", INVENTORY_WRITE),
    ("GET", "/inventory/transfers/{id}", INVENTORY_READ),
    ("POST", "/inventory/transfers/{id}/receive", INVENTORY_WRITE),
    ("GET", "/inventory/counts", INVENTORY_READ),
    ("POST", "/inventory/counts", INVENTORY_WRITE),
    ("GET", "/inventory/counts/{id}", INVENTORY_READ),
    ("POST", "/inventory/counts/{id}/approve", INVENTORY_APPROVE),
    ("POST", "/inventory/counts/{id}/reject", INVENTORY_APPROVE),
    ("GET", "/inventory/reservations", INVENTORY_READ),
    ("POST", "/inventory/reservations", INVENTORY_WRITE),
    ("POST", "/inventory/reservations/batch", INVENTORY_WRITE),
    ("GET", "/inventory/reservations/{id}", INVENTORY_READ),
    ("POST", "/inventory/reservations/{id}/confirm", INVENTORY_WRITE),
    ("POST", "/inventory/reservations/{id}/release", INVENTORY_WRITE),
    ("POST", "/inventory/picks", INVENTORY_WRITE),
    ("POST", "/inventory/packs", INVENTORY_WRITE),
    ("POST", "/inventory/shipments", INVENTORY_WRITE),
    ("GET", "/inventory/lots", INVENTORY_READ),
    ("GET", "/inventory/lots/{id}", INVENTORY_READ),
    ("POST", "/inventory/lots/{id}/quarantine", INVENTORY_WRITE),
    ("POST", "/inventory/lots/{id}/release", INVENTORY_WRITE),
    ("GET", "/operations/orders", OPERATIONS_READ),
    ("POST", "/operations/orders", OPERATIONS_WRITE),
    ("GET", "/operations/orders/{id}", OPERATIONS_READ),
    ("POST", "/operations/orders/{id}/lines", OPERATIONS_WRITE),
    ("POST", "/operations/orders/{id}/confirm", OPERATIONS_WRITE),
    ("POST", "/operations/orders/{id}/process", OPERATIONS_WRITE),
    ("POST", "/operations/orders/{id}/ship", OPERATIONS_WRITE),
    ("POST", "/operations/orders/{id}/deliver", OPERATIONS_WRITE),
    ("POST", "/operations/orders/{id}/cancel", OPERATIONS_WRITE),
    ("GET", "/operations/shipments", OPERATIONS_READ),
    ("POST", "/operations/shipments", OPERATIONS_WRITE),
    ("GET", "/operations/shipments/{id}", OPERATIONS_READ),
    ("PATCH", "/operations/shipments/{id}", OPERATIONS_WRITE),
    ("POST", "/operations/shipments/{id}/depart", OPERATIONS_WRITE),
    ("POST", "/operations/shipments/{id}/out-for-delivery", OPERATIONS_WRITE),
    ("POST", "/operations/shipments/{id}/delay", OPERATIONS_WRITE),
    ("POST", "/operations/shipments/{id}/resume", OPERATIONS_WRITE),
    ("POST", "/operations/shipments/{id}/deliver", OPERATIONS_WRITE),
    ("POST", "/operations/shipments/{id}/cancel", OPERATIONS_WRITE),
    ("POST", "/operations/shipments/{id}/positions", OPERATIONS_WRITE),
    ("GET", "/operations/assets", OPERATIONS_READ),
    ("POST", "/operations/assets", OPERATIONS_WRITE),
    ("GET", "/operations/assets/{id}", OPERATIONS_READ),
    ("POST", "/operations/assets/{id}/assign", OPERATIONS_WRITE),
    ("POST", "/operations/assets/{id}/release", OPERATIONS_WRITE),
    ("POST", "/operations/assets/{id}/retire", OPERATIONS_WRITE),
    ("GET", "/operations/alerts", OPERATIONS_READ),
    ("POST", "/operations/alerts", ALERTS_MANAGE),
    ("GET", "/operations/alerts/{id}", OPERATIONS_READ),
    ("POST", "/operations/alerts/{id}/acknowledge", ALERTS_MANAGE),
    ("POST", "/operations/alerts/{id}/resolve", ALERTS_MANAGE),
    ("POST", "/ingest/api", INGEST_WRITE),
    ("GET", "/ingest/telemetry", INGEST_WRITE),
    ("GET", "/ingest/status", INGEST_READ),
    ("POST", "/ingest/files", INGEST_WRITE),
    ("GET", "/ingest/files/{importId}", INGEST_READ),
    ("GET", "/ingest/records", INGEST_READ),
    ("GET", "/ingest/records/{id}", INGEST_READ),
    ("POST", "/graphql", VISUALIZATION_READ),
    ("GET", "/graphql", VISUALIZATION_READ),
    ("GET", "/viz/dashboard", VISUALIZATION_READ),
    ("GET", "/viz/live", VISUALIZATION_READ),
];

/// Routes that no document lists: sockets, health, and the documents themselves.
const UNDOCUMENTED: [&str; 8] = [
    "/health/live",
    "/health/ready",
    "/metrics",
    "/openapi.json",
    "/asyncapi.json",
    "/ingest/telemetry",
    "/graphql",
    "/viz/live",
];

/// An id that nobody has: a permitted caller gets as far as learning that.
const NOBODY: &str = "0195f3a0-0000-7000-8000-000000000000";

/// Asks without a body worth reading, so that nothing changes; tells whether the door was open.
async fn gets_through(platform: &Platform, method: &str, path: &str, token: Option<&str>) -> bool {
    let path = path
        .replace("{id}", NOBODY)
        .replace("{importId}", NOBODY)
        .replace("{sku}", "none")
        .replace("{reference}", "none");
    let method: Method = method.parse().unwrap();
    let mut request = platform.client.request(method, format!("{}{path}", platform.url));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let answer = request.send().await.unwrap();
    let status = answer.status();
    assert!(!status.is_server_error(), "{path}: {status}");
    if path.starts_with("/auth/") && path != "/auth/validate" {
        // A missing body is found out behind the door.
        return status != StatusCode::FORBIDDEN;
    }
    !matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

async fn tokens(platform: &Platform) -> Vec<String> {
    let mut tokens = Vec::new();
    for role in ROLES {
        let body =
            json!({ "username": format!("the-{role}"), "password": "a long password", "roles": [role] });
        let answer = platform.post("/users", &body).await;
        assert_eq!(answer.0, StatusCode::CREATED, "{}", answer.1);
        tokens.push(platform.login(&format!("the-{role}"), "a long password").await);
    }
    tokens
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_lets_through_exactly_the_roles_of_the_table() {
    let platform = Platform::start().await;
    let tokens = tokens(&platform).await;
    let mut wrong = Vec::new();
    for (method, path, expected) in EXPECTED {
        for (place, letter) in expected.split(' ').enumerate() {
            let token = tokens.get(place).map(String::as_str);
            let who = ROLES.get(place).unwrap_or(&"nobody");
            let passed = gets_through(&platform, method, path, token).await;
            if passed != (letter != "-") {
                wrong.push(format!(
                    "{method} {path}: {who} {}",
                    if passed { "gets in" } else { "is kept out" }
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    platform.stop().await;
}

#[test]
fn the_table_has_every_documented_route_and_no_other() {
    let documents = imsop::documents::interface_documents();
    let (_, text) = documents.iter().find(|(path, _)| path == "docs/openapi.json").unwrap();
    let document: Value = serde_json::from_str(text).unwrap();
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            documented.insert((method.to_uppercase(), path.clone()));
        }
    }
    let table: BTreeSet<(String, String)> =
        EXPECTED.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    let missing: Vec<_> = documented.difference(&table).collect();
    assert!(missing.is_empty(), "not in the table: {missing:#?}");
    let unknown: Vec<_> =
        table.difference(&documented).filter(|(_, path)| !UNDOCUMENTED.contains(&path.as_str())).collect();
    assert!(unknown.is_empty(), "in the table only: {unknown:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_may_ask_what_they_themselves_may_do() {
    let platform = Platform::start().await;
    for token in tokens(&platform).await {
        let url = format!("{}/users/me/permissions", platform.url);
        let answer = platform.client.get(url).bearer_auth(token).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }
    platform.stop().await;
}
