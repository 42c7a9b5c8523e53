//! The whole platform in the test's own process, on a folder that goes away with it.
#![allow(dead_code, reason = "every test file uses its own part of this")]

use std::path::Path;
use std::time::{Duration, Instant};

use imsop::Running;
use imsop_platform::Config;
use imsop_platform::config::Overrides;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

pub mod books;
pub mod buyers;
pub mod fleet;
pub mod server;
pub mod warehouse;

/// The administrator's password in tests.
pub const PASSWORD: &str = "a password for tests only";

/// The header of a file of SCMS deliveries.
pub const SCMS_COLUMNS: &str = "ID,Project Code,PQ #,PO / SO #,ASN/DN #,Country,Managed By,Fulfill Via,Vendor INCO Term,\
    Shipment Mode,PQ First Sent to Client Date,PO Sent to Vendor Date,Scheduled Delivery Date,\
    Delivered to Client Date,Delivery Recorded Date,Product Group,Sub Classification,Vendor,Item Description,\
    Molecule/Test Type,Brand,Dosage,Dosage Form,Unit of Measure (Per Pack),Line Item Quantity,\
    Line Item Value,Pack Price,Unit Price,Manufacturing Site,First Line Designation,Weight (Kilograms),\
    Freight Cost (USD),Line Item Insurance (USD)\n";

/// A row of such a file, for this order.
pub fn scms_row(id: u32, order: &str) -> String {
    format!(
        "{id},100-XX-T01,Pre-PQ Process,{order},DN-{id},Zambia,PMO - US,From RDC,N/A - From RDC,Air,\
         Date Not Captured,N/A - From RDC,4-Aug-09,4-Aug-09,4-Aug-09,ARV,Adult,Vendor,Goods,Test,Generic,\
         10mg,Tablet,30,10,100,10,0.33,Site,Yes,5,7.5,1\n"
    )
}

/// The seed of this run's chances: `SEED`, or a new one. Said, so that a run that failed can be repeated.
pub fn seed() -> u64 {
    let given = std::env::var("SEED").ok().map(|text| text.parse().expect("SEED is a number"));
    let seed = given.unwrap_or_else(rand::random);
    println!("SEED={seed}");
    seed
}

/// Whether this run may take long: `make torture`.
pub fn is_long() -> bool {
    std::env::var_os("IMSOP_LONG").is_some()
}

/// So many times in a run that may not take long, and so many in one that may.
pub fn times(short: u32, long: u32) -> u32 {
    if is_long() { long } else { short }
}

/// A running platform, and an administrator's session.
pub struct Platform {
    /// Its address.
    pub url: String,
    /// A client with open connections.
    pub client: Client,
    /// The administrator's access token.
    pub token: String,
    running: Running,
    folder: Option<TempDir>,
}

impl Platform {
    /// Starts an empty platform.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("there is room");
        let mut platform = Self::start_on(folder.path(), "demo").await;
        platform.folder = Some(folder);
        platform
    }

    /// Starts the platform on a folder, which stays, for this tenant.
    pub async fn start_on(folder: &Path, tenant: &str) -> Self {
        let overrides = Overrides {
            listen: Some(([127, 0, 0, 1], 0).into()),
            data_dir: Some(folder.to_owned()),
            ..Overrides::default()
        };
        let mut config = Config::load(None, &overrides).expect("the configuration is good");
        config.tenant = imsop_kernel::Tenant::new(tenant).expect("the name is good");
        let running = imsop::start(config, Some(PASSWORD.to_owned())).await.expect("the platform starts");
        let url = format!("http://{}", running.address);
        let mut platform = Self { url, client: Client::new(), token: String::new(), running, folder: None };
        platform.token = platform.login("admin", PASSWORD).await;
        platform
    }

    /// Stops it; the folder goes away, if it is the test's own.
    pub async fn stop(self) {
        self.running.stop().await;
    }

    /// An access token.
    pub async fn login(&self, username: &str, password: &str) -> String {
        let body = json!({ "username": username, "password": password });
        let answer = self.client.post(format!("{}/auth/login", self.url)).json(&body).send().await;
        let answer: Value = answer.expect("it answers").json().await.expect("it is JSON");
        answer["accessToken"].as_str().unwrap_or_else(|| panic!("no token: {answer}")).to_owned()
    }

    /// Sends a request as the administrator; status and body, null where there is none.
    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> (StatusCode, Value) {
        let mut request = self.client.request(method, format!("{}{path}", self.url)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.expect("it answers");
        let status = answer.status();
        let text = answer.text().await.expect("the answer is complete");
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// Gets a resource.
    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        self.send(Method::GET, path, None).await
    }

    /// Posts a body.
    pub async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        self.send(Method::POST, path, Some(body)).await
    }

    /// Imports a file of SCMS deliveries; the report when it has ended.
    pub async fn import(&self, file: String) -> Value {
        let request = self.client.post(format!("{}/ingest/files?adapter=scms&name=x.csv", self.url));
        let request = request.bearer_auth(&self.token).header("content-type", "text/csv").body(file);
        let mut report: Value =
            request.send().await.expect("it answers").json().await.expect("the answer is JSON");
        let path = format!("/ingest/files/{}", report["importId"].as_str().expect("the import has an id"));
        for _ in 0..600 {
            report = self.get(&path).await.1;
            if report["state"] == "Completed" || report["state"] == "Failed" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        report
    }
}

/// Posts a body that must be accepted; gives the answer.
pub async fn done(platform: &Platform, path: &str, body: Value) -> Value {
    let (status, answer) = platform.post(path, &body).await;
    assert!(status.is_success(), "{path}: {answer}");
    answer
}

/// Asks until the answer is the one that is waited for.
pub async fn until<T>(platform: &Platform, path: &str, wanted: impl Fn(&Value) -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        let (_, answer) = platform.get(path).await;
        if let Some(found) = wanted(&answer) {
            return found;
        }
        assert!(started.elapsed() < Duration::from_secs(20), "{path}: {answer}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Status and body of an answer; a refusal must be a problem document that says what is wrong.
pub async fn read_answer(answer: reqwest::Response) -> (StatusCode, Value) {
    let status = answer.status();
    let kind =
        answer.headers().get("content-type").map(|value| value.to_str().expect("it can be read").to_owned());
    let text = answer.text().await.expect("it can be read");
    assert!(!status.is_server_error(), "{status}: {text}");
    let body: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
    if status.is_client_error() {
        assert_eq!(kind.as_deref(), Some("application/problem+json"), "{status}: {text}");
        assert!(
            body["type"].as_str().expect("it can be read").starts_with("https://imsop.dev/problems/"),
            "{body}"
        );
        assert_eq!(body["status"], status.as_u16());
        assert!(["title", "detail", "correlationId"].iter().all(|field| body[*field].is_string()), "{body}");
    }
    (status, body)
}

/// Sends bytes as they are.
pub async fn send_raw(
    platform: &Platform,
    path: &str,
    media_type: &str,
    body: Vec<u8>,
) -> (StatusCode, Value) {
    let request = platform.client.post(format!("{}{path}", platform.url)).bearer_auth(&platform.token);
    read_answer(request.header("content-type", media_type).body(body).send().await.expect("it can be read"))
        .await
}

/// An order as it is placed.
pub fn order(number: &str) -> Value {
    json!({
        "orderNumber": number,
        "customer": { "name": "Acme" },
        "shippingAddress": { "country": "DE" },
        "lines": [{ "description": "Goods", "quantity": { "value": "10", "unit": "EA" },
                    "unitPrice": { "amount": "2.50", "currency": "EUR" } }],
    })
}

/// A reading of a device, of now.
pub fn reading(device: &str, temperature: Value) -> Value {
    let timestamp = imsop_kernel::Timestamp::now().to_string();
    json!({ "deviceId": device, "eventType": "reading", "timestamp": timestamp, "payload": { "temperature": temperature } })
}
