//! Bad input of every kind: a clear problem document, nothing lost, nothing broken.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use futures_util::{SinkExt, StreamExt};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::{PASSWORD, Platform};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// Sends bytes as they are, and checks that a refusal is a problem document.
async fn send_raw(platform: &Platform, path: &str, media_type: &str, body: Vec<u8>) -> (StatusCode, Value) {
    let request = platform.client.post(format!("{}{path}", platform.url)).bearer_auth(&platform.token);
    let answer = request.header("content-type", media_type).body(body).send().await.unwrap();
    let status = answer.status();
    let kind = answer.headers().get("content-type").map(|value| value.to_str().unwrap().to_owned());
    let body: Value = answer.json().await.unwrap();
    if status.is_client_error() {
        assert_eq!(kind.as_deref(), Some("application/problem+json"), "{body}");
        assert!(body["type"].as_str().unwrap().starts_with("https://imsop.dev/problems/"), "{body}");
        assert_eq!(body["status"], status.as_u16());
        assert!(body["title"].is_string() && body["correlationId"].is_string(), "{body}");
    }
    (status, body)
}

async fn refused(platform: &Platform, path: &str, body: &str, status: u16, slug: &str) -> Value {
    let (found, body) = send_raw(platform, path, "application/json", body.into()).await;
    assert_eq!(found.as_u16(), status, "{body}");
    assert_eq!(body["type"], format!("https://imsop.dev/problems/{slug}"), "{body}");
    body
}

fn order(number: &str) -> Value {
    json!({
        "orderNumber": number,
        "customer": { "name": "Acme" },
        "shippingAddress": { "country": "DE" },
        "lines": [{ "description": "Goods", "quantity": { "value": "10", "unit": "EA" },
                    "unitPrice": { "amount": "2.50", "currency": "EUR" } }],
    })
}

fn shipment(number: &str, order: &str) -> Value {
    json!({
        "trackingNumber": number,
        "origin": { "country": "DE" },
        "destination": { "country": "FR" },
        "carrier": { "name": "Ridgeway" },
        "mode": "Truck",
        "estimatedDelivery": "2027-01-01T00:00:00Z",
        "lines": [{ "orderNumber": order, "lineNumber": "1", "quantity": { "value": "10", "unit": "EA" } }],
    })
}

/// An order with one field replaced.
fn order_with(pointer: &str, value: Value) -> String {
    let mut body = order("X-1");
    *body.pointer_mut(pointer).unwrap() = value;
    body.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_cannot_be_read_are_refused_with_what_is_wrong() {
    let platform = Platform::start().await;
    let orders = "/operations/orders";
    refused(&platform, orders, "{\"orderNumber\":", 400, "invalid-body").await;
    refused(&platform, "/ingest/api", &"[".repeat(10_000), 400, "invalid-body").await;
    refused(&platform, orders, &"[".repeat(10_000), 422, "validation-failed").await;
    refused(&platform, orders, "{} trailing", 422, "validation-failed").await;
    refused(&platform, orders, &order("X-1").to_string().replace("\"10\"", "NaN"), 400, "invalid-body").await;
    let (status, _) =
        send_raw(&platform, orders, "application/json", b"{\"orderNumber\":\"\xff\xfe\"}".to_vec()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "bad UTF-8");
    let (status, _) = send_raw(&platform, orders, "text/plain", b"hello".to_vec()).await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let (status, _) = send_raw(&platform, orders, "application/json", vec![b' '; 9 * 1024 * 1024]).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    for path in [orders, "/ingest/api"] {
        let (status, _) = send_raw(&platform, path, "application/json", Vec::new()).await;
        assert!(status.is_client_error(), "{path}: {status}");
    }
    let (status, _) = platform.post(orders, &order("GOOD-1")).await;
    assert_eq!(status, StatusCode::CREATED, "a good order still works");
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_ends_before_its_announced_length_has_no_effect() {
    let platform = Platform::start().await;
    let address = platform.url.strip_prefix("http://").unwrap();
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let body = order("CUT-1").to_string();
    let head = format!(
        "POST /operations/orders HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        platform.token,
        body.len() + 100
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(body.as_bytes()).await.unwrap();
    socket.shutdown().await.unwrap();
    let mut answer = String::new();
    let _ = socket.read_to_string(&mut answer).await;
    assert!(!answer.starts_with("HTTP/1.1 5") && !answer.starts_with("HTTP/1.1 2"), "{answer}");
    let (_, page) = platform.get("/operations/orders").await;
    assert_eq!(page["items"], json!([]), "nothing of it happened");
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_cannot_be_are_refused_by_their_field() {
    let platform = Platform::start().await;
    let orders = "/operations/orders";
    let cases = [
        ("/lines/0/quantity/value", json!("0"), "lines[0].quantity.value"),
        ("/lines/0/quantity/value", json!("-3"), "lines[0].quantity.value"),
        ("/lines/0/quantity/value", json!("79228162514264337593543950335"), "lines[0]"),
        ("/lines/0/quantity/value", json!(1e300), "lines[0].quantity.value"),
        ("/lines/0/unitPrice/currency", json!("euros"), "lines[0].unitPrice.currency"),
        ("/customer/name", json!("A\u{0}B"), "customer.name"),
        ("/customer/name", json!(""), "customer.name"),
        ("/customer/name", json!("x".repeat(100_000)), "customer.name"),
        ("/customer/name", json!(7), "customer.name"),
        ("/orderNumber", json!(["X"]), "orderNumber"),
    ];
    for (pointer, value, field) in cases {
        let body =
            refused(&platform, orders, &order_with(pointer, value.clone()), 422, "validation-failed").await;
        let fields: Vec<&str> =
            body["errors"].as_array().unwrap().iter().filter_map(|one| one["field"].as_str()).collect();
        assert!(fields.iter().any(|found| found.starts_with(field)), "{pointer} = {value}: {fields:?}");
    }
    let mut unknown = order("X-1");
    unknown["colour"] = json!("red");
    let body = refused(&platform, orders, &unknown.to_string(), 422, "validation-failed").await;
    assert!(body.to_string().contains("colour"), "{body}");
    for time in ["9999-12-31T00:00:00Z", "-005000-01-01T00:00:00Z", "yesterday"] {
        let mut late = order("X-1");
        late["orderDate"] = json!(time);
        refused(&platform, orders, &late.to_string(), 422, "validation-failed").await;
    }
    platform.post(orders, &order("SO-1")).await;
    let mut mode = shipment("SH-1", "SO-1");
    mode["mode"] = json!("Teleport");
    refused(&platform, "/operations/shipments", &mode.to_string(), 422, "validation-failed").await;
    for query in ["limit=0", "limit=100000", "after=nonsense", "status=Lost", "colour=red", "from=yesterday"]
    {
        let (status, body) = platform.get(&format!("/operations/shipments?{query}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{query}: {body}");
    }
    assert_eq!(platform.get("/operations/shipments/not-an-id").await.0, StatusCode::NOT_FOUND);
    assert_eq!(platform.get("/operations/nothing").await.0, StatusCode::NOT_FOUND);
    assert_eq!(platform.send(Method::DELETE, orders, None).await.0, StatusCode::METHOD_NOT_ALLOWED);
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_come_once_however_often_they_are_sent() {
    let platform = Platform::start().await;
    let send = |key: &'static str, body: Value| {
        let request = platform.client.post(format!("{}/operations/orders", platform.url));
        request.bearer_auth(&platform.token).header("idempotency-key", key).json(&body).send()
    };
    let first = send("once", order("SO-1")).await.unwrap();
    assert_eq!(first.status(), StatusCode::CREATED);
    let first: Value = first.json().await.unwrap();
    let again: Value = send("once", order("SO-1")).await.unwrap().json().await.unwrap();
    assert_eq!(first, again);
    let other = send("once", order("SO-2")).await.unwrap();
    assert_eq!(other.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(send("twice", order("SO-1")).await.unwrap().status(), StatusCode::CONFLICT);
    let (_, page) = platform.get("/operations/orders").await;
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_the_state_is_refused_and_changes_nothing() {
    let platform = Platform::start().await;
    platform.post("/operations/orders", &order("SO-1")).await;
    let (_, booked) = platform.post("/operations/shipments", &shipment("SH-1", "SO-1")).await;
    let path = format!("/operations/shipments/{}", booked["id"].as_str().unwrap());
    refused(&platform, &format!("{path}/deliver"), "{}", 409, "illegal-transition").await;
    let more = shipment("SH-2", "SO-1").to_string();
    refused(&platform, "/operations/shipments", &more, 409, "quantity-exceeds-order").await;
    let future = json!({ "departedAt": "2090-01-01T00:00:00Z" }).to_string();
    refused(&platform, &format!("{path}/depart"), &future, 422, "validation-failed").await;
    let (_, same) = platform.get(&path).await;
    assert_eq!((&same["status"], &same["version"]), (&json!("Created"), &json!(1)));
    let stale = platform.client.patch(format!("{}{path}", platform.url)).bearer_auth(&platform.token);
    let stale =
        stale.header("if-match", "\"7\"").json(&json!({ "status": "InTransit" })).send().await.unwrap();
    assert_eq!(stale.status(), StatusCode::PRECONDITION_FAILED);
    let fresh = platform.client.patch(format!("{}{path}", platform.url)).bearer_auth(&platform.token);
    let fresh =
        fresh.header("if-match", "\"1\"").json(&json!({ "status": "InTransit" })).send().await.unwrap();
    assert_eq!(fresh.status(), StatusCode::OK);
    platform.stop().await;
}

fn reading(device: &str, temperature: Value) -> Value {
    let timestamp = imsop_kernel::Timestamp::now().to_string();
    json!({ "deviceId": device, "eventType": "reading", "timestamp": timestamp, "payload": { "temperature": temperature } })
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
    let mut taken = reading("probe", json!(6));
    taken["id"] = json!("0195f3a0-0000-7000-8000-000000000001");
    platform.post("/ingest/api", &taken).await;
    taken["payload"]["temperature"] = json!(7);
    let (_, other) = platform.post("/ingest/api", &taken).await;
    assert_eq!(other["items"][0]["reasons"][0]["code"], "identity-reused", "{other}");
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_of_the_telemetry_socket_are_answered_event_by_event() {
    let platform = Platform::start().await;
    let url = platform.url.replacen("http", "ws", 1);
    let mut request = format!("{url}/ingest/telemetry").into_client_request().unwrap();
    request.headers_mut().insert("authorization", format!("Bearer {}", platform.token).parse().unwrap());
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    let mut ask = async |text: String| -> Value {
        socket.send(Message::Text(text.into())).await.unwrap();
        match socket.next().await {
            Some(Ok(Message::Text(answer))) => serde_json::from_str(&answer).unwrap(),
            other => panic!("no answer, but {other:?}"),
        }
    };
    assert_eq!(ask("not json".to_owned()).await["problem"]["status"], 400);
    assert_eq!(ask("[".repeat(10_000)).await["problem"]["status"], 400);
    let mixed = json!({ "batchId": "b-1", "events": [reading("probe", json!(5)), 7, reading("", json!(5))] });
    let answer = ask(mixed.to_string()).await;
    assert_eq!(answer["batchId"], "b-1");
    let kinds: Vec<&str> =
        answer["acks"].as_array().unwrap().iter().map(|ack| ack["status"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["accepted", "quarantined", "quarantined"]);
    assert_eq!(ask(reading("probe", json!(5)).to_string()).await["acks"][0]["status"], "accepted");
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_not_what_the_adapter_reads_are_refused_at_once() {
    let platform = Platform::start().await;
    let files = "/ingest/files?adapter=scms&name=x.csv";
    let cases: [&[u8]; 4] = [b"", b"a,b,c\n1,2,3\n", b"ID;Project Code;Country\n1;2;3\n", b"\xff\xfe\x00"];
    for bytes in cases {
        let (status, body) = send_raw(&platform, files, "text/csv", bytes.to_vec()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert!(body["detail"].is_string(), "{body}");
    }
    let endless = vec![b'x'; 30 * 1024 * 1024];
    let (status, body) = send_raw(&platform, files, "text/csv", endless).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    let (status, _) = send_raw(&platform, "/ingest/files?adapter=unknown", "text/csv", b"x".to_vec()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    platform.stop().await;
}

/// A file whose second line has two gigabytes: refused or put aside, in little memory.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "sends two gigabytes"]
async fn a_line_of_two_gigabytes_does_not_fill_the_memory() {
    let platform = Platform::start().await;
    let header = "ID,Project Code\n".to_owned();
    let piece = axum::body::Bytes::from(vec![b'x'; 1 << 20]);
    let pieces = std::iter::once(axum::body::Bytes::from(header)).chain(std::iter::repeat_n(piece, 2_048));
    let stream = futures_util::stream::iter(pieces.map(Ok::<_, std::io::Error>));
    let request = platform.client.post(format!("{}/ingest/files?adapter=scms", platform.url));
    let request = request.bearer_auth(&platform.token).header("content-type", "text/csv");
    let answer = request.body(reqwest::Body::wrap_stream(stream)).send().await;
    assert!(answer.is_err() || answer.unwrap().status().is_client_error());
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_are_not_ours_or_not_good_any_more_open_nothing() {
    let platform = Platform::start().await;
    let now = imsop_kernel::Timestamp::now().as_second();
    let claims = |exp: i64| {
        json!({ "iss": "https://imsop.dev/identity", "aud": "imsop", "sub": "x", "kind": "user", "name": "x",
                "tenant": "demo", "roles": ["administrator"], "iat": now, "exp": exp, "jti": "1" })
    };
    let parts: Vec<&str> = platform.token.split('.').collect();
    let keys: Value = platform
        .client
        .get(format!("{}/.well-known/jwks.json", platform.url))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let kid = keys["keys"][0]["kid"].as_str().unwrap().to_owned();
    let public = keys["keys"][0]["x"].as_str().unwrap();
    let none = jsonwebtoken_none(&claims(now + 600));
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some(kid);
    let hmac =
        jsonwebtoken::encode(&header, &claims(now + 600), &EncodingKey::from_secret(public.as_bytes()))
            .unwrap();
    let other_payload = format!("{}.{}.{}", parts[0], none.split('.').nth(1).unwrap(), parts[2]);
    let forged = ["", "x", "a.b.c", &none, &hmac, &other_payload, &"y".repeat(20_000)];
    for token in forged {
        let request = platform.client.get(format!("{}/operations/orders", platform.url)).bearer_auth(token);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{token}");
        assert_eq!(answer.headers()["www-authenticate"], "Bearer");
    }
    platform.stop().await;
}

fn jsonwebtoken_none(claims: &Value) -> String {
    use base64::Engine;
    let encode = |value: &Value| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", encode(&json!({ "alg": "none", "typ": "JWT" })), encode(claims))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_dies_when_its_refresh_token_comes_twice_and_guessing_is_slowed_down() {
    let platform = Platform::start().await;
    let login = json!({ "username": "admin", "password": PASSWORD });
    let (_, first) = platform.post("/auth/login", &login).await;
    let refresh = |token: &Value| json!({ "refreshToken": token });
    let (status, second) = platform.post("/auth/refresh", &refresh(&first["refreshToken"])).await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = platform.post("/auth/refresh", &refresh(&first["refreshToken"])).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "a token holds once");
    let (status, _) = platform.post("/auth/refresh", &refresh(&second["refreshToken"])).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "and its reuse ends the session");
    let mut last = StatusCode::OK;
    for _ in 0..15 {
        last = platform.post("/auth/login", &json!({ "username": "eve", "password": "guess" })).await.0;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS, "guessing is slowed down");
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenants_token_sees_nothing_of_this_one() {
    let folder = tempfile::tempdir().unwrap();
    let ours = Platform::start_on(folder.path(), "north").await;
    let (_, placed) = ours.post("/operations/orders", &order("SO-1")).await;
    let (_, record) = ours.post("/ingest/api", &reading("probe", json!(5))).await;
    ours.stop().await;
    let theirs = Platform::start_on(folder.path(), "south").await;
    let id = placed["id"].as_str().unwrap();
    assert_eq!(theirs.get(&format!("/operations/orders/{id}")).await.0, StatusCode::NOT_FOUND);
    assert_eq!(theirs.get("/operations/orders").await.1["items"], json!([]));
    let record = record["items"][0]["recordId"].as_str().unwrap();
    assert_eq!(theirs.get(&format!("/ingest/records/{record}")).await.0, StatusCode::NOT_FOUND);
    let query = json!({ "query": format!("{{ order(id: \"{id}\") {{ id }} shipments {{ id }} }}") });
    let (_, answer) = theirs.post("/graphql", &query).await;
    assert_eq!(answer["data"], json!({ "order": null, "shipments": [] }));
    theirs.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_that_are_too_deep_or_too_wide_are_refused_in_the_answer() {
    let platform = Platform::start().await;
    let deep = format!("{{ shipments {{ {} id {} }} }}", "alerts { shipment { ".repeat(20), "} }".repeat(20));
    let wide = "{ shipmentPage(limit: 200) { items { events { id } alerts { id } route { latitude } \
                temperatures(limit: 5000) { value } } } }"
        .to_owned();
    for query in [
        deep,
        wide,
        "{ nothing }".to_owned(),
        "{ shipments(limit: 100000) { id } }".to_owned(),
        "{{{".to_owned(),
    ] {
        let (status, answer) = platform.post("/graphql", &json!({ "query": query })).await;
        assert_eq!(status, StatusCode::OK);
        assert!(answer["errors"].as_array().is_some_and(|errors| !errors.is_empty()), "{query}: {answer}");
    }
    let large = json!({ "query": " ".repeat(100_000) });
    assert_eq!(platform.post("/graphql", &large).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    platform.stop().await;
}
