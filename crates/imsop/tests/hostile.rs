//! Bad input of every kind: a clear problem document, nothing lost, nothing broken.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use futures_util::{SinkExt, StreamExt};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::{PASSWORD, Platform, SCMS_COLUMNS, order, read_answer, reading, scms_row, send_raw};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// Asks without a body, as the administrator.
async fn ask(platform: &Platform, method: Method, path: &str) -> (StatusCode, Value) {
    let request = platform.client.request(method, format!("{}{path}", platform.url));
    read_answer(request.bearer_auth(&platform.token).send().await.unwrap()).await
}

async fn refused(platform: &Platform, path: &str, body: &str, status: u16, slug: &str) -> Value {
    let (found, body) = send_raw(platform, path, "application/json", body.into()).await;
    assert_eq!(found.as_u16(), status, "{body}");
    assert_eq!(body["type"], format!("https://imsop.dev/problems/{slug}"), "{body}");
    body
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
    let deep = format!("{{\"orderNumber\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    refused(&platform, orders, &deep, 422, "validation-failed").await;
    let endless = order("X-1").to_string().replace("\"10\"", "1e999");
    refused(&platform, orders, &endless, 400, "invalid-body").await;
    for path in [orders, "/ingest/api"] {
        let (status, body) = send_raw(&platform, path, "text/plain", b"hello".to_vec()).await;
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path}: {body}");
        let long_text = order_with("/customer/name", json!("x".repeat(10 * 1024 * 1024)));
        refused(&platform, path, &long_text, 413, "body-too-large").await;
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
        let (status, body) = ask(&platform, Method::GET, &format!("/operations/shipments?{query}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{query}: {body}");
    }
    let (status, page) = ask(&platform, Method::GET, orders).await;
    assert_eq!((status, page["items"].as_array().unwrap().len()), (StatusCode::OK, 1), "only the good one");
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_and_every_path_refuses_what_it_does_not_have() {
    let platform = Platform::start().await;
    let operations = ["orders", "shipments", "assets", "alerts"].map(|name| format!("/operations/{name}"));
    let others = ["/ingest/records", "/users", "/clients"].map(str::to_owned);
    let everywhere = ["limit=0", "limit=-1", "limit=1000000", "limit=many", "after=%00", "colour=red"];
    let cursors = ["after=nonsense", "after=%FF.%FF", "after="];
    for path in operations.iter().chain(&others) {
        // Accounts are listed by name, and any text may be the name behind which to go on.
        let is_by_name = path == "/users" || path == "/clients";
        let cursors = cursors.iter().filter(|_| !is_by_name);
        for query in everywhere.iter().chain(cursors) {
            let (status, body) = ask(&platform, Method::GET, &format!("{path}?{query}")).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path}?{query}: {body}");
        }
        assert_eq!(ask(&platform, Method::GET, path).await.0, StatusCode::OK, "{path} still answers");
        assert_eq!(ask(&platform, Method::DELETE, path).await.0, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_eq!(ask(&platform, Method::GET, &format!("{path}/not-an-id")).await.0, StatusCode::NOT_FOUND);
    }
    // PostgreSQL cannot even look for a NUL.
    for query in ["carrier=a%00b", "country=%00", "number=%00"] {
        let (status, body) = ask(&platform, Method::GET, &format!("/operations/shipments?{query}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{query}: {body}");
        assert_eq!(body["errors"][0]["field"], query.split('=').next().unwrap(), "{body}");
    }
    for path in ["/inventory/items/a%00b", "/inventory/stock/%00", "/inventory/expected-receipts/%00"] {
        assert_eq!(ask(&platform, Method::GET, path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/operations/nothing", "/operations/shipments/%00", "/operations/orders/..%2F..%2Fetc"] {
        assert_eq!(ask(&platform, Method::GET, path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
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
    let (status, problem) = read_answer(other).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["type"], "https://imsop.dev/problems/idempotency-key-reused");
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
    assert_eq!(read_answer(stale).await.0, StatusCode::PRECONDITION_FAILED);
    let fresh = platform.client.patch(format!("{}{path}", platform.url)).bearer_auth(&platform.token);
    let fresh =
        fresh.header("if-match", "\"1\"").json(&json!({ "status": "InTransit" })).send().await.unwrap();
    assert_eq!(fresh.status(), StatusCode::OK);
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_ended_stays_as_it_is() {
    let platform = Platform::start().await;
    let estimate = json!({ "reason": "fog", "newEstimate": "2027-02-01T00:00:00Z" });
    let position = json!({ "position": { "latitude": 1, "longitude": 1 }, "source": "manual" });
    let verbs = [
        ("depart", json!({})),
        ("out-for-delivery", json!({})),
        ("delay", estimate),
        ("resume", json!({})),
        ("deliver", json!({})),
        ("cancel", json!({ "reason": "no" })),
        ("positions", position),
    ];
    for (number, ending) in [("1", vec!["depart", "deliver"]), ("2", vec!["cancel"])] {
        let order_number = format!("SO-{number}");
        platform.post("/operations/orders", &order(&order_number)).await;
        let booking = shipment(&format!("SH-{number}"), &order_number);
        let (_, booked) = platform.post("/operations/shipments", &booking).await;
        let path = format!("/operations/shipments/{}", booked["id"].as_str().unwrap());
        for verb in ending {
            let body = &verbs.iter().find(|(name, _)| *name == verb).unwrap().1;
            assert_eq!(platform.post(&format!("{path}/{verb}"), body).await.0, StatusCode::OK, "{verb}");
        }
        let (_, before) = platform.get(&path).await;
        for (verb, body) in &verbs {
            refused(&platform, &format!("{path}/{verb}"), &body.to_string(), 409, "illegal-transition").await;
        }
        assert_eq!(platform.get(&path).await.1, before, "nothing has changed");
    }
    platform.stop().await;
}

async fn open_socket(
    platform: &Platform,
) -> tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>> {
    let url = platform.url.replacen("http", "ws", 1);
    let mut request = format!("{url}/ingest/telemetry").into_client_request().unwrap();
    request.headers_mut().insert("authorization", format!("Bearer {}", platform.token).parse().unwrap());
    tokio_tungstenite::connect_async(request).await.unwrap().0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_that_is_too_large_ends_its_own_connection_only() {
    let platform = Platform::start().await;
    let mut socket = open_socket(&platform).await;
    let mut neighbour = open_socket(&platform).await;
    // The server may close before it has read all of it, so the sending itself may fail.
    let _ = socket.send(Message::Text("x".repeat(5 * 1024 * 1024).into())).await;
    let answer = tokio::time::timeout(std::time::Duration::from_secs(20), socket.next()).await.unwrap();
    assert!(matches!(answer, None | Some(Err(_)) | Some(Ok(Message::Close(_)))), "{answer:?}");
    for frame in [Message::Binary(b"\xff\xfe".to_vec().into()), Message::Text("[]".into())] {
        neighbour.send(frame).await.unwrap();
        let Some(Ok(Message::Text(answer))) = neighbour.next().await else { panic!("no answer") };
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["problem"]["status"], 400, "{answer}");
    }
    neighbour.send(Message::Text(reading("probe", json!(5)).to_string().into())).await.unwrap();
    let Some(Ok(Message::Text(answer))) = neighbour.next().await else { panic!("no answer") };
    assert!(answer.contains("accepted"), "{answer}");
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_of_the_telemetry_socket_are_answered_event_by_event() {
    let platform = Platform::start().await;
    let mut socket = open_socket(&platform).await;
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
    let (semicolons, no_country) = (SCMS_COLUMNS.replace(',', ";"), SCMS_COLUMNS.replace("Country,", ""));
    let open_quote = format!("\"{SCMS_COLUMNS}");
    let cases: [(&str, &[u8]); 6] = [
        ("empty-file", b""),
        ("missing-column", b"a,b,c\n1,2,3\n"),
        ("missing-column", no_country.as_bytes()),
        ("wrong-separator", semicolons.as_bytes()),
        ("broken-quote", open_quote.as_bytes()),
        ("wrong-encoding", b"\xff\xfe\x00"),
    ];
    for (code, bytes) in cases {
        let (status, body) = send_raw(&platform, files, "text/csv", bytes.to_vec()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(body["errors"][0]["code"], code, "{body}");
    }
    let endless = vec![b'x'; 30 * 1024 * 1024];
    let (status, body) = send_raw(&platform, files, "text/csv", endless).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    let (status, _) = send_raw(&platform, "/ingest/files?adapter=unknown", "text/csv", b"x".to_vec()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_cannot_be_read_are_put_aside_and_their_neighbours_are_imported() {
    let platform = Platform::start().await;
    let endless = "x".repeat(30 * 1024 * 1024);
    let broken = [
        "7,\"an open quote\n".to_owned(),
        format!("{endless}\n"),
        scms_row(8, "SO-8").replace(",10,100,", ",NaN,1e999,"),
        scms_row(9, "SO-9").replace(",10,100,", ",-10,100,"),
        "only,three,fields\n".to_owned(),
        "\u{0}\n".to_owned(),
    ];
    let mut file = SCMS_COLUMNS.to_owned();
    for (place, bad) in (100..).zip(&broken) {
        file.push_str(bad);
        file.push_str(&scms_row(place, &format!("SO-{place}")));
    }
    let report = platform.import(file).await;
    assert_eq!(report["state"], "Completed", "{report}");
    assert_eq!((&report["rowsQuarantined"], &report["rowsAccepted"]), (&json!(6), &json!(6)), "{report}");
    assert_eq!((&report["rowsRead"], &report["orders"]), (&json!(12), &json!(6)), "{report}");
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_are_not_ours_or_not_good_any_more_open_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let platform = Platform::start_on(folder.path(), "demo").await;
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
    header.kid = Some(kid.clone());
    let hmac =
        jsonwebtoken::encode(&header, &claims(now + 600), &EncodingKey::from_secret(public.as_bytes()))
            .unwrap();
    let long = "y".repeat(20_000);
    let other_payload = format!("{}.{}.{}", parts[0], none.split('.').nth(1).unwrap(), parts[2]);
    let own = signing_key(folder.path());
    let with = |field: &str, value: Value| {
        let mut changed = claims(now + 600);
        changed[field] = value;
        signed(&own, &kid, &changed)
    };
    let expired = signed(&own, &kid, &claims(now - 60));
    let (issuer, audience) = (with("iss", json!("https://example.org")), with("aud", json!("another")));
    let (role, no_tenant) = (with("roles", json!(["emperor"])), with("tenant", json!("")));
    let never = with("exp", json!("never"));
    let foreign_key = signed(&ed25519(7), &kid, &claims(now + 600));
    let unknown_key = signed(&own, "another", &claims(now + 600));
    let control = signed(&own, &kid, &claims(now + 600));
    let accepted = platform.client.get(format!("{}/operations/orders", platform.url)).bearer_auth(&control);
    assert_eq!(accepted.send().await.unwrap().status(), StatusCode::OK, "else the others prove nothing");
    let (path, none_at_all) = (format!("{}/operations/orders", platform.url), reqwest::Client::new());
    let (status, _) = read_answer(none_at_all.get(path).send().await.unwrap()).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "no token");
    let forged = [&expired, &issuer, &audience, &role, &no_tenant, &never, &foreign_key, &unknown_key];
    let forged =
        forged.map(String::as_str).into_iter().chain(["", "x", "a.b.c", &none, &hmac, &other_payload, &long]);
    let forged: Vec<&str> = forged.collect();
    for token in forged {
        let request = platform.client.get(format!("{}/operations/orders", platform.url)).bearer_auth(token);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{token}");
        assert_eq!(answer.headers()["www-authenticate"], "Bearer");
        read_answer(answer).await;
    }
    platform.stop().await;
}

/// The platform's own signing key, as only the owner of its database has it.
fn signing_key(folder: &std::path::Path) -> EncodingKey {
    let database = rusqlite::Connection::open(folder.join("db/identity.db")).unwrap();
    let sql = "SELECT pkcs8 FROM signing_keys";
    let key: Vec<u8> = database.query_row(sql, [], |row| row.get(0)).unwrap();
    EncodingKey::from_ed_der(&key)
}

/// Somebody else's key, in PKCS#8 (RFC 8410, section 7).
fn ed25519(seed: u8) -> EncodingKey {
    let mut der =
        vec![0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    der.extend([seed; 32]);
    EncodingKey::from_ed_der(&der)
}

fn signed(key: &EncodingKey, key_id: &str, claims: &Value) -> String {
    let mut header = Header::new(Algorithm::EdDSA);
    header.kid = Some(key_id.to_owned());
    jsonwebtoken::encode(&header, claims, key).unwrap()
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
    let guess = json!({ "username": "eve", "password": "guess" });
    let mut slowed_down = 0;
    for _ in 0..15 {
        let request = platform.client.post(format!("{}/auth/login", platform.url)).json(&guess);
        let answer = request.send().await.unwrap();
        let wait = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        let (status, body) = read_answer(answer).await;
        if status == StatusCode::TOO_MANY_REQUESTS {
            slowed_down += 1;
            assert!(wait.is_some_and(|seconds| seconds.parse::<u64>().unwrap() > 0), "{body}");
            continue;
        }
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{body}");
    }
    assert!(slowed_down > 0, "guessing is slowed down");
    platform.login("admin", PASSWORD).await;
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
