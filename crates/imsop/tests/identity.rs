//! Who may come in, and for how long: guessing, sessions, machine clients, the last administrator.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::{PASSWORD, Platform};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

const ANNAS_PASSWORD: &str = "a long password";

/// Sends a request with headers and whatever token; status, retry-after or etag, body.
async fn send(
    platform: &Platform,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> (StatusCode, Option<String>, Value) {
    let mut request = platform.client.request(method, format!("{}{path}", platform.url)).json(body);
    if !headers.iter().any(|(name, _)| *name == "authorization") && !path.starts_with("/auth") {
        request = request.bearer_auth(&platform.token);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let header = answer.headers().get("etag").or_else(|| answer.headers().get("retry-after"));
    let header = header.map(|value| value.to_str().unwrap().to_owned());
    let text = answer.text().await.unwrap();
    (status, header, serde_json::from_str(&text).unwrap_or(Value::Null))
}

async fn log_in(platform: &Platform, username: &str, password: &str) -> (StatusCode, Option<String>, Value) {
    let body = json!({ "username": username, "password": password });
    send(platform, Method::POST, "/auth/login", &[], &body).await
}

async fn refresh(platform: &Platform, session: &Value) -> (StatusCode, Value) {
    let body = json!({ "refreshToken": session["refreshToken"] });
    let (status, _, body) = send(platform, Method::POST, "/auth/refresh", &[], &body).await;
    (status, body)
}

async fn client_token(platform: &Platform, secret: &Value) -> (StatusCode, Value) {
    let body = json!({ "grant_type": "client_credentials", "client_id": "gateway", "client_secret": secret });
    let (status, _, body) = send(platform, Method::POST, "/auth/token", &[], &body).await;
    (status, body)
}

/// Whether the token still opens a door.
async fn opens(platform: &Platform, token: &Value) -> bool {
    let url = format!("{}/auth/validate", platform.url);
    let answer = platform.client.get(url).bearer_auth(token.as_str().unwrap()).send().await.unwrap();
    answer.status() == StatusCode::OK
}

/// Registers anna; her id.
async fn register_anna(platform: &Platform, roles: &[&str]) -> String {
    let body = json!({ "username": "anna", "password": ANNAS_PASSWORD, "roles": roles });
    let (status, anna) = platform.post("/users", &body).await;
    assert_eq!(status, StatusCode::CREATED, "{anna}");
    anna["id"].as_str().unwrap().to_owned()
}

async fn register_gateway(platform: &Platform) -> (String, Value) {
    let (status, client) =
        platform.post("/clients", &json!({ "clientId": "gateway", "roles": ["integrator"] })).await;
    assert_eq!(status, StatusCode::CREATED, "{client}");
    (format!("/clients/{}", client["id"].as_str().unwrap()), client["clientSecret"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_client_can_be_switched_off_and_on_and_its_tokens_end_with_it() {
    let platform = Platform::start().await;
    let (path, secret) = register_gateway(&platform).await;
    let (_, token) = client_token(&platform, &secret).await;
    assert!(opens(&platform, &token["access_token"]).await);

    let off = json!({ "active": false });
    let (status, tag, body) = send(&platform, Method::PATCH, &path, &[("if-match", "\"1\"")], &off).await;
    assert_eq!((status, tag.as_deref()), (StatusCode::OK, Some("\"2\"")), "{body}");
    assert_eq!(body["active"], false);
    assert!(!opens(&platform, &token["access_token"]).await);
    assert_eq!(client_token(&platform, &secret).await.0, StatusCode::UNAUTHORIZED);

    let on = json!({ "active": true, "roles": ["auditor"] });
    let (status, _, _) = send(&platform, Method::PATCH, &path, &[("if-match", "\"1\"")], &on).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED, "it has changed since");
    let (status, _, body) = send(&platform, Method::PATCH, &path, &[], &on).await;
    assert_eq!((status, &body["roles"]), (StatusCode::OK, &json!(["auditor"])));
    assert_eq!(client_token(&platform, &secret).await.0, StatusCode::OK);
    assert_eq!(platform.get(&path).await.1["version"], body["version"]);
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_secret_is_shown_once_and_the_old_one_is_dead_at_once() {
    let platform = Platform::start().await;
    let (path, old) = register_gateway(&platform).await;
    let (_, token) = client_token(&platform, &old).await;

    let secret_path = format!("{path}/secret");
    let key = [("idempotency-key", "leaked")];
    let (status, _, body) = send(&platform, Method::POST, &secret_path, &key, &json!({})).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let new = &body["clientSecret"];
    assert_eq!(client_token(&platform, &old).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(client_token(&platform, new).await.0, StatusCode::OK);
    assert!(!opens(&platform, &token["access_token"]).await, "nor do tokens that the old one got");

    let (status, _, again) = send(&platform, Method::POST, &secret_path, &key, &json!({})).await;
    assert_eq!((status, again.get("clientSecret")), (StatusCode::OK, None), "shown once");
    assert_eq!(client_token(&platform, new).await.0, StatusCode::OK, "and changed once");
    let (_, shown) = platform.get(&path).await;
    assert_eq!(shown.get("clientSecret"), None);
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_are_not_users_and_users_are_not_clients() {
    let platform = Platform::start().await;
    let anna = register_anna(&platform, &["operator"]).await;
    let (path, _) = register_gateway(&platform).await;
    let off = json!({ "active": false });
    let as_user = path.replace("/clients/", "/users/");
    for path in [as_user, format!("/clients/{anna}")] {
        let (status, body) = platform.send(Method::PATCH, &path, Some(&off)).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}: {body}");
    }
    let (status, _) = platform.post(&format!("/clients/{anna}/secret"), &json!({})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_active_administrator_of_a_tenant_stays_one() {
    let platform = Platform::start().await;
    for change in [json!({ "active": false }), json!({ "roles": ["operator"] })] {
        let (status, body) = platform.send(Method::PATCH, "/users/me", Some(&change)).await;
        assert_eq!(status, StatusCode::CONFLICT, "{body}");
        assert!(body["type"].as_str().unwrap().ends_with("last-administrator"), "{body}");
    }
    assert_eq!(log_in(&platform, "admin", PASSWORD).await.0, StatusCode::OK);

    let anna = register_anna(&platform, &["administrator", "operator"]).await;
    let off = json!({ "active": false });
    let annas_token = platform.login("anna", ANNAS_PASSWORD).await;
    let (status, _) = platform.send(Method::PATCH, "/users/me", Some(&off)).await;
    assert_eq!(status, StatusCode::OK, "while there is another one, it may go");
    let as_anna = format!("Bearer {annas_token}");
    let path = format!("/users/{anna}");
    let (status, _, _) =
        send(&platform, Method::PATCH, &path, &[("authorization", as_anna.as_str())], &off).await;
    assert_eq!(status, StatusCode::CONFLICT, "now anna is the last one");
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_administrators_cannot_remove_each_other_at_the_same_time() {
    let platform = Platform::start().await;
    let anna = register_anna(&platform, &["administrator"]).await;
    let (_, admin) = platform.get("/users/me").await;
    let admins_path = format!("/users/{}", admin["id"].as_str().unwrap());
    let annas_path = format!("/users/{anna}");
    let off = json!({ "active": false });
    let (first, second) = tokio::join!(
        platform.send(Method::PATCH, &admins_path, Some(&off)),
        platform.send(Method::PATCH, &annas_path, Some(&off)),
    );
    let accepted = [first.0, second.0].iter().filter(|status| **status == StatusCode::OK).count();
    assert_eq!(accepted, 1, "{first:?} {second:?}");
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_password_ends_sessions_and_tokens_from_before_and_no_others() {
    let platform = Platform::start().await;
    let anna = register_anna(&platform, &["operator"]).await;
    let (_, _, before) = log_in(&platform, "anna", ANNAS_PASSWORD).await;
    let change = json!({ "password": "another long password" });
    let (status, _) = platform.send(Method::PATCH, &format!("/users/{anna}"), Some(&change)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(refresh(&platform, &before).await.0, StatusCode::UNAUTHORIZED);
    assert!(!opens(&platform, &before["accessToken"]).await);
    assert_eq!(log_in(&platform, "anna", ANNAS_PASSWORD).await.0, StatusCode::UNAUTHORIZED);

    let (_, _, after) = log_in(&platform, "anna", "another long password").await;
    assert!(opens(&platform, &after["accessToken"]).await);
    let (status, next) = refresh(&platform, &after).await;
    assert_eq!(status, StatusCode::OK, "{next}");
    assert!(opens(&platform, &next["accessToken"]).await);
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_under_way_does_not_survive_the_change_that_it_misses() {
    let platform = Platform::start().await;
    let anna = register_anna(&platform, &["operator"]).await;
    let path = format!("/users/{anna}");
    // Logins wait for one another, so some of these began before the deactivation and end after it.
    let off = json!({ "active": false });
    let logins = futures_util::future::join_all((0..8).map(|_| log_in(&platform, "anna", ANNAS_PASSWORD)));
    let ((status, _), sessions) = tokio::join!(platform.send(Method::PATCH, &path, Some(&off)), logins);
    assert_eq!(status, StatusCode::OK);
    let (status, _) = platform.send(Method::PATCH, &path, Some(&json!({ "active": true }))).await;
    assert_eq!(status, StatusCode::OK);
    for (status, _, session) in sessions {
        if status != StatusCode::OK {
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{session}");
            continue;
        }
        assert_eq!(refresh(&platform, &session).await.0, StatusCode::UNAUTHORIZED);
        assert!(!opens(&platform, &session["accessToken"]).await);
    }
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_ended_stay_ended_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let platform = Platform::start_on(folder.path(), "demo").await;
    let anna = register_anna(&platform, &["operator"]).await;
    let (_, _, session) = log_in(&platform, "anna", ANNAS_PASSWORD).await;
    let off = json!({ "active": false });
    platform.send(Method::PATCH, &format!("/users/{anna}"), Some(&off)).await;
    platform.stop().await;
    let platform = Platform::start_on(folder.path(), "demo").await;
    assert!(!opens(&platform, &session["accessToken"]).await);
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deactivated_users_open_socket_ends_and_no_new_one_opens() {
    let platform = Platform::start().await;
    let anna = register_anna(&platform, &["operator"]).await;
    let token = platform.login("anna", ANNAS_PASSWORD).await;
    let open = || {
        let url = format!("{}/viz/live", platform.url.replace("http://", "ws://"));
        let mut request = url.into_client_request().unwrap();
        let protocols = format!("imsop.v1, bearer.{token}");
        request.headers_mut().insert("sec-websocket-protocol", protocols.parse().unwrap());
        tokio_tungstenite::connect_async(request)
    };
    let (mut socket, _) = open().await.unwrap();
    let off = json!({ "active": false });
    platform.send(Method::PATCH, &format!("/users/{anna}"), Some(&off)).await;
    assert!(open().await.is_err(), "no new one");
    let ended = async {
        while let Some(Ok(message)) = socket.next().await {
            if message.is_close() {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(5), ended).await.expect("the socket ends soon");
    let _ = socket.close(None).await;
    let _ = socket.flush().await;
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_are_slowed_down_and_right_ones_are_not() {
    let platform = Platform::start().await;
    register_anna(&platform, &["operator"]).await;
    for _ in 0..15 {
        assert_eq!(log_in(&platform, "anna", ANNAS_PASSWORD).await.0, StatusCode::OK);
    }
    let mut answers = Vec::new();
    for _ in 0..12 {
        let (status, wait, body) = log_in(&platform, "anna", "a wrong password").await;
        if status == StatusCode::TOO_MANY_REQUESTS {
            assert!(wait.is_some_and(|seconds| seconds.parse::<u64>().unwrap() > 0), "{body}");
        }
        answers.push(status);
    }
    assert_eq!(answers[..10], [StatusCode::UNAUTHORIZED; 10]);
    assert!(answers[10..].contains(&StatusCode::TOO_MANY_REQUESTS), "{answers:?}");
    assert_eq!(log_in(&platform, "admin", PASSWORD).await.0, StatusCode::OK, "others do not feel it");
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_logins_is_refused_at_once_and_leaves_the_way_free() {
    let platform = Platform::start().await;
    let names: Vec<String> = (0..300).map(|number| format!("nobody-{number}")).collect();
    let flood = futures_util::future::join_all(names.iter().map(|name| log_in(&platform, name, "a guess")));
    let act = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let began = Instant::now();
        let body = json!({ "username": "carl", "password": ANNAS_PASSWORD, "roles": ["operator"] });
        let (status, body) = platform.post("/users", &body).await;
        assert_eq!(status, StatusCode::CREATED, "administrators can act meanwhile: {body}");
        began.elapsed()
    };
    let (answers, waited) = tokio::join!(flood, act);
    assert!(waited < Duration::from_secs(20), "{waited:?}");
    let refused = answers.iter().filter(|answer| answer.0 == StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.clone().count() > 0);
    assert!(refused.clone().all(|(_, wait, _)| wait.is_some()), "each is told when to come back");
    assert!(answers.iter().all(|answer| answer.0 != StatusCode::OK));
    assert_eq!(log_in(&platform, "admin", PASSWORD).await.0, StatusCode::OK, "who was right before gets in");
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_with_another_password_is_refused() {
    let platform = Platform::start().await;
    let anna = register_anna(&platform, &["operator"]).await;
    let path = format!("/users/{anna}");
    let key = [("idempotency-key", "once")];
    let change = |password: &str| json!({ "password": password });
    let first = change("the second password");
    for _ in 0..2 {
        let (status, _, body) = send(&platform, Method::PATCH, &path, &key, &first).await;
        assert_eq!((status, &body["version"]), (StatusCode::OK, &json!(2)), "{body}");
    }
    let (status, _, body) = send(&platform, Method::PATCH, &path, &key, &change("the third password")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    assert_eq!(log_in(&platform, "anna", "the second password").await.0, StatusCode::OK);
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_ask_for_its_token_by_a_form_but_not_by_a_large_one() {
    let platform = Platform::start().await;
    let (_, secret) = register_gateway(&platform).await;
    let form =
        format!("grant_type=client_credentials&client_id=gateway&client_secret={}", secret.as_str().unwrap());
    let ask = |body: String| {
        let request = platform.client.post(format!("{}/auth/token", platform.url));
        request.header("content-type", "application/x-www-form-urlencoded").body(body).send()
    };
    assert_eq!(ask(form.clone()).await.unwrap().status(), StatusCode::OK);
    let large = format!("{form}&scope={}", "a".repeat(100_000));
    assert_eq!(ask(large).await.unwrap().status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(ask("grant_type".to_owned()).await.unwrap().status(), StatusCode::UNPROCESSABLE_ENTITY);
    platform.stop().await;
}
