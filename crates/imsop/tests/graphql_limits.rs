//! Questions and sockets that would cost too much: refused by name, while everybody else goes on.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use imsop_visualization::limits::{QUERY_BYTES, SOCKET_OPERATIONS, SOCKETS_PER_CALLER, WATCHED_ID_LENGTH};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::Platform;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

type Socket = WebSocketStream<TcpStream>;

/// Opens a socket. Its window is small, so that a peer that does not read is soon felt.
async fn try_open(platform: &Platform, path: &str, token: &str) -> Result<Socket, Error> {
    let address = platform.url.strip_prefix("http://").unwrap();
    let mut request = format!("ws://{address}{path}").into_client_request()?;
    let protocol = if path == "/graphql" { "graphql-transport-ws" } else { "imsop.v1" };
    let protocols = format!("{protocol}, bearer.{token}");
    request.headers_mut().insert("sec-websocket-protocol", protocols.parse().unwrap());
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(16 * 1024).unwrap();
    let stream = socket.connect(address.parse().unwrap()).await.unwrap();
    Ok(tokio_tungstenite::client_async(request, stream).await?.0)
}

/// A GraphQL socket after its handshake.
async fn open_graphql(platform: &Platform, token: &str) -> Socket {
    let mut socket = try_open(platform, "/graphql", token).await.unwrap();
    tell(&mut socket, &json!({ "type": "connection_init" })).await;
    assert_eq!(hear(&mut socket).await["type"], "connection_ack");
    socket
}

async fn tell(socket: &mut Socket, message: &Value) {
    socket.send(Message::Text(message.to_string().into())).await.unwrap();
}

fn subscribe(id: &str, query: &str) -> Value {
    json!({ "type": "subscribe", "id": id, "payload": { "query": query } })
}

async fn hear(socket: &mut Socket) -> Value {
    let answer = timeout(Duration::from_secs(20), socket.next()).await.expect("it answers in time");
    let Some(Ok(Message::Text(text))) = answer else { panic!("no answer: {answer:?}") };
    serde_json::from_str(&text).unwrap()
}

/// Reads to the end; the code of the frame that closed the socket.
async fn hear_end(socket: &mut Socket) -> Option<u16> {
    let end = async {
        loop {
            match socket.next().await {
                Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    };
    timeout(Duration::from_secs(20), end).await.expect("it ends in time")
}

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("no code: {answer}"))
}

/// The code of the refusal of a query, which must be the same by request and by socket.
async fn refusal(platform: &Platform, query: &str) -> String {
    let started = Instant::now();
    let (status, answer) = platform.post("/graphql", &json!({ "query": query })).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let mut socket = open_graphql(platform, &platform.token).await;
    tell(&mut socket, &subscribe("1", query)).await;
    let by_socket = hear(&mut socket).await;
    assert_eq!(code(&answer), code(&by_socket["payload"]), "{by_socket}");
    assert_eq!(hear(&mut socket).await["type"], "complete");
    assert!(started.elapsed() < Duration::from_secs(10), "it took {:?}", started.elapsed());
    code(&answer).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn fragments_that_multiply_or_contain_themselves_are_refused_at_once() {
    let platform = Platform::start().await;
    let mut doubling = "query { ...f0 }".to_owned();
    for level in 0..28 {
        let next = level + 1;
        doubling.push_str(&format!(" fragment f{level} on Query {{ ...f{next} ...f{next} }}"));
    }
    doubling.push_str(" fragment f28 on Query { __typename }");
    assert_eq!(refusal(&platform, &doubling).await, "QUERY_TOO_WIDE");
    let cycle = "query { ...a } fragment a on Query { ...b } fragment b on Query { ...a }";
    assert_eq!(refusal(&platform, cycle).await, "QUERY_CYCLE");
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn brackets_nested_thirty_thousand_deep_are_refused_and_the_process_lives() {
    let platform = Platform::start().await;
    let objects = format!("{{ a(x: {}", "{a:".repeat(20_000));
    let hidden = format!("{{ a(x: [\"\"\"abc\", {}", "[".repeat(30_000));
    for query in [
        format!("{{ a(x: {}{}) }}", "[".repeat(30_000), "]".repeat(30_000)),
        format!("{{ a(x: {}", "[".repeat(30_000)),
        format!("query ($v: {}", "[".repeat(30_000)),
        "{a".repeat(30_000),
        objects,
        hidden,
    ] {
        assert_eq!(refusal(&platform, &query).await, "QUERY_TOO_DEEP", "{}", &query[..20]);
    }
    let harmless = format!("{{ shipment(id: \"{}\") {{ id }} }} # {}", "[".repeat(100), "{".repeat(1_000));
    let (_, answer) = platform.post("/graphql", &json!({ "query": harmless })).await;
    assert_eq!(answer["data"], json!({ "shipment": null }), "text is not nesting: {answer}");
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_lists_with_the_largest_limits_are_too_complex_and_not_a_failure() {
    let platform = Platform::start().await;
    let route = "route(limit: 2147483647) { latitude longitude } ";
    let aliases: Vec<String> = (0..60).map(|index| format!("a{index}: {route}")).collect();
    let query = format!("{{ shipments(limit: 2147483647) {{ {} }} }}", aliases.join(" "));
    let (status, answer) = platform.post("/graphql", &json!({ "query": query })).await;
    assert_eq!(status, StatusCode::OK);
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("complex"), "{answer}");
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_socket_runs_a_limited_number_of_operations_and_the_others_are_refused() {
    let platform = Platform::start().await;
    let mut socket = open_graphql(&platform, &platform.token).await;
    let follow = "subscription { overviewChanged { eventCount } }";
    for index in 0..SOCKET_OPERATIONS {
        tell(&mut socket, &subscribe(&format!("s{index}"), follow)).await;
    }
    tell(&mut socket, &subscribe("more", "{ overview { eventCount } }")).await;
    let refused = hear(&mut socket).await;
    assert_eq!(refused["id"], "more", "{refused}");
    assert_eq!(code(&refused["payload"]), "TOO_MANY_OPERATIONS");
    assert_eq!(hear(&mut socket).await, json!({ "type": "complete", "id": "more" }));
    tell(&mut socket, &json!({ "type": "complete", "id": "s0" })).await;
    assert_eq!(hear(&mut socket).await["id"], "s0");
    tell(&mut socket, &subscribe("again", "{ overview { eventCount } }")).await;
    assert!(hear(&mut socket).await["payload"]["data"]["overview"].is_object(), "a place has become free");
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_who_follows_the_figures_sees_each_change_of_a_shipment() {
    let platform = Platform::start().await;
    let mut sockets = Vec::new();
    for _ in 0..3 {
        let mut socket = open_graphql(&platform, &platform.token).await;
        tell(
            &mut socket,
            &subscribe("1", "subscription { overviewChanged { shipmentsByStatus { count } } }"),
        )
        .await;
        // An answer to a later question shows that the subscription stands.
        tell(&mut socket, &subscribe("2", "{ __typename }")).await;
        assert_eq!(hear(&mut socket).await["id"], "2");
        assert_eq!(hear(&mut socket).await["type"], "complete");
        sockets.push(socket);
    }
    let order = json!({
        "orderNumber": "SO-1", "customer": { "name": "Acme" }, "shippingAddress": { "country": "DE" },
        "lines": [{ "description": "Goods", "quantity": { "value": "10", "unit": "EA" },
                    "unitPrice": { "amount": "2.50", "currency": "EUR" } }],
    });
    assert_eq!(platform.post("/operations/orders", &order).await.0, StatusCode::CREATED);
    for number in ["SH-1", "SH-2"] {
        let shipment = json!({
            "trackingNumber": number, "origin": { "country": "DE" }, "destination": { "country": "FR" },
            "carrier": { "name": "Ridgeway" }, "mode": "Truck", "estimatedDelivery": "2027-01-01T00:00:00Z",
            "lines": [{ "orderNumber": "SO-1", "lineNumber": "1", "quantity": { "value": "5", "unit": "EA" } }],
        });
        let (status, answer) = platform.post("/operations/shipments", &shipment).await;
        assert_eq!(status, StatusCode::CREATED, "{answer}");
        // The second comes while the figures of the first are on their way.
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    for socket in &mut sockets {
        loop {
            let counts = hear(socket).await["payload"]["data"]["overviewChanged"]["shipmentsByStatus"].take();
            let shipments: i64 =
                counts.as_array().unwrap().iter().filter_map(|one| one["count"].as_i64()).sum();
            if shipments == 2 {
                break;
            }
        }
    }
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_subscribes_faster_than_it_can_be_refused_loses_the_socket_only() {
    let platform = Platform::start().await;
    let mut socket = open_graphql(&platform, &platform.token).await;
    let mut neighbour = open_graphql(&platform, &platform.token).await;
    for index in 0..2_000 {
        let message = subscribe(&index.to_string(), "subscription { alertChanged { id } }");
        // The server may have closed it in the middle.
        if socket.feed(Message::Text(message.to_string().into())).await.is_err() {
            break;
        }
    }
    let _ = socket.flush().await;
    assert!(matches!(hear_end(&mut socket).await, None | Some(1008)));
    tell(&mut neighbour, &subscribe("1", "{ overview { eventCount } }")).await;
    assert!(hear(&mut neighbour).await["payload"]["data"]["overview"].is_object());
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_over_a_socket_may_be_as_long_as_in_a_request() {
    let platform = Platform::start().await;
    let mut socket = open_graphql(&platform, &platform.token).await;
    let long = format!("{{ overview {{ eventCount }} }} {}", " ".repeat(QUERY_BYTES));
    tell(&mut socket, &subscribe("1", &long)).await;
    assert_eq!(code(&hear(&mut socket).await["payload"]), "QUERY_TOO_LONG");
    assert_eq!(hear(&mut socket).await["type"], "complete");
    let longer = format!("{{ overview {{ eventCount }} }} {}", " ".repeat(4 * QUERY_BYTES));
    let _ = socket.send(Message::Text(subscribe("2", &longer).to_string().into())).await;
    assert!(matches!(hear_end(&mut socket).await, None | Some(1008)), "the frame is too large");
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_that_are_watched_have_a_limited_length() {
    let platform = Platform::start().await;
    let mut socket = try_open(&platform, "/viz/live", &platform.token).await.unwrap();
    let refused = async |socket: &mut Socket| loop {
        let message = hear(socket).await;
        if message["type"] == "refused" || message["type"] == "pong" {
            return message["type"] == "refused";
        }
    };
    tell(&mut socket, &json!({ "type": "watch", "deviceId": "ü".repeat(WATCHED_ID_LENGTH) })).await;
    tell(&mut socket, &json!({ "type": "ping" })).await;
    assert!(!refused(&mut socket).await, "the longest device id is taken");
    tell(&mut socket, &json!({ "type": "watch", "shipmentId": "x".repeat(WATCHED_ID_LENGTH + 1) })).await;
    assert!(refused(&mut socket).await);
    let _ = socket.send(Message::Text("x".repeat(10_000).into())).await;
    assert!(matches!(hear_end(&mut socket).await, None | Some(1008)), "the frame is too large");
    platform.stop().await;
}

/// Makes tokens for somebody, as only the owner of the database can.
struct Signer {
    key: EncodingKey,
    header: Header,
}

impl Signer {
    async fn of(platform: &Platform, folder: &Path) -> Self {
        let url = format!("{}/.well-known/jwks.json", platform.url);
        let keys: Value = platform.client.get(url).send().await.unwrap().json().await.unwrap();
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = keys["keys"][0]["kid"].as_str().map(str::to_owned);
        let database = rusqlite::Connection::open(folder.join("db/identity.db")).unwrap();
        let sql = "SELECT pkcs8 FROM signing_keys";
        let key: Vec<u8> = database.query_row(sql, [], |row| row.get(0)).unwrap();
        Self { key: EncodingKey::from_ed_der(&key), header }
    }

    fn token(&self, lives: Duration) -> String {
        let now = imsop_kernel::Timestamp::now().as_second();
        let expires = now + i64::try_from(lives.as_secs()).unwrap();
        let claims = json!({ "iss": "https://imsop.dev/identity", "aud": "imsop", "sub": "watcher",
                             "kind": "user", "name": "watcher", "tenant": "demo",
                             "roles": ["operator"], "iat": now, "exp": expires, "jti": "1" });
        jsonwebtoken::encode(&self.header, &claims, &self.key).unwrap()
    }
}

/// A GraphQL socket whose peer asks for some ten megabytes, and does not read them.
async fn stuck_on_graphql(platform: &Platform, token: &str) -> Socket {
    let mut socket = open_graphql(platform, token).await;
    let types = "__schema { types { name description fields { name description } } } ";
    let aliases: Vec<String> = (0..100).map(|index| format!("a{index}: {types}")).collect();
    let query = format!("{{ {} }}", aliases.join(" "));
    for id in ["1", "2", "3", "4", "5", "6"] {
        tell(&mut socket, &subscribe(id, &query)).await;
    }
    socket
}

/// A live socket whose peer makes the server say some ten megabytes, and does not read them.
async fn stuck_on_live(platform: &Platform, token: &str) -> Socket {
    let mut socket = try_open(platform, "/viz/live", token).await.unwrap();
    let unknown = Message::Text(json!({ "type": "x".repeat(3_900) }).to_string().into());
    let flood = async {
        for _ in 0..5_000 {
            socket.send(unknown.clone()).await.unwrap();
        }
    };
    assert!(timeout(Duration::from_secs(4), flood).await.is_err(), "the server is stuck");
    socket
}

#[tokio::test(flavor = "multi_thread")]
async fn sockets_are_limited_for_each_caller_and_end_with_their_token_although_nobody_reads() {
    let folder = tempfile::tempdir().unwrap();
    let platform = Platform::start_on(folder.path(), "demo").await;
    let signer = Signer::of(&platform, folder.path()).await;
    let (short, long) = (signer.token(Duration::from_secs(12)), signer.token(Duration::from_secs(600)));
    let expires = Instant::now() + Duration::from_secs(12);
    let mut open = Vec::new();
    for _ in 2..SOCKETS_PER_CALLER {
        open.push(try_open(&platform, "/viz/live", &long).await.unwrap());
    }
    let mut stuck = stuck_on_graphql(&platform, &short).await;
    open.push(stuck_on_live(&platform, &short).await);
    let status = async |path: &str| match try_open(&platform, path, &long).await {
        Ok(socket) => (StatusCode::SWITCHING_PROTOCOLS.as_u16(), Some(socket)),
        Err(Error::Http(answer)) => (answer.status().as_u16(), None),
        Err(error) => panic!("{error}"),
    };
    assert_eq!(status("/graphql").await.0, 429, "one more than the caller may have");
    assert_eq!(status("/viz/live").await.0, 429, "one more than the caller may have");
    assert!(Instant::now() < expires, "else nothing is proved");
    // A second to say why, which nobody hears.
    tokio::time::sleep_until((expires + Duration::from_secs(3)).into()).await;
    let (first, second) = (status("/graphql").await, status("/viz/live").await);
    assert_eq!((first.0, second.0), (101, 101), "both places are free again");
    assert_eq!(status("/viz/live").await.0, 429, "the sockets that are not stuck are still open");
    let mut answered = 0;
    while let Some(Ok(message)) = stuck.next().await {
        answered += usize::from(message.to_text().is_ok_and(|text| text.contains("\"complete\"")));
    }
    assert!(answered < 6, "it was not stuck, and proves nothing");
    platform.stop().await;
}

/// Values for the variables of the interface's documents.
fn variables(document: &str) -> Value {
    let known = [
        ("id", json!("x")),
        ("number", json!("x")),
        ("country", json!("DE")),
        ("carrier", json!("x")),
        ("late", json!(true)),
        ("deviceId", json!("x")),
        ("limit", json!(200)),
    ];
    let named = known.into_iter().filter(|(name, _)| document.contains(&format!("${name}:")));
    named.map(|(name, value)| (name.to_owned(), value)).collect::<serde_json::Map<_, _>>().into()
}

/// The definitions of a file: each begins at the beginning of a line.
fn definitions(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in text.lines() {
        let begins = line.starts_with("query ") || line.starts_with("fragment ");
        match found.last_mut() {
            Some(last) if !begins => last.push_str(&format!("\n{line}")),
            _ => found.push(line.to_owned()),
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn every_question_of_the_user_interface_is_answered() {
    let platform = Platform::start().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src");
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap();
    let fragments = definitions(&read("api/fragments.graphql"));
    let pages = ["alerts", "assets", "orders", "overview", "shipments"];
    let mut files: Vec<String> = pages.iter().map(|name| format!("pages/{name}/{name}.graphql")).collect();
    files.push("app/search.graphql".to_owned());
    let mut asked = 0;
    for document in files.iter().flat_map(|file| definitions(&read(file))) {
        let variables = variables(&document);
        let mut query = document.clone();
        for fragment in &fragments {
            let name = fragment.split_whitespace().nth(1).unwrap();
            if document.contains(&format!("...{name}\n")) {
                query.push_str(&format!("\n{fragment}"));
            }
        }
        let (_, answer) = platform.post("/graphql", &json!({ "query": query, "variables": variables })).await;
        assert!(answer["errors"].is_null() && answer["data"].is_object(), "{query}: {answer}");
        asked += 1;
    }
    assert_eq!(asked, 12, "all documents of the interface");
    platform.stop().await;
}
