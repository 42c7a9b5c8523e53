//! Pages and the GraphQL query with many shipments stored.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sqlx::Executor;

use crate::Failure;
use crate::figures::Times;
use crate::process::Server;

const SHIPMENTS_PER_ORDER: u64 = 50;
const ORDERS_PER_REQUEST: u64 = 20;
const QUESTIONS: usize = 2_000;
const LATER_PAGE: usize = 200;
const COUNTRIES: [&str; 8] = ["Germany", "Kenya", "Brazil", "Vietnam", "Canada", "Zambia", "Haiti", "India"];

/// The query of the design document, section 5.3, as written there.
const DASHBOARD_QUERY: &str = "query DashboardData { shipments(status: IN_TRANSIT, limit: 10) { id trackingNumber \
    estimatedDelivery currentLocation { latitude longitude } } predictions(type: DELAY) { shipmentId predictedDelay \
    confidence } }";

/// Measures, and prints.
pub async fn measure(
    binary: &Path,
    shipments: u64,
    database: &str,
    folder: Option<PathBuf>,
) -> Result<(), Failure> {
    let temporary = tempfile::tempdir()?;
    let folder = folder.unwrap_or_else(|| temporary.path().to_owned());
    let url = (database != "sqlite").then_some(database);
    let mut server = Server::start(binary, &folder, url).await?;
    fill(&mut server, shipments).await?;
    let mut cursor = String::new();
    for page in 0..LATER_PAGE {
        let after = if page == 0 { String::new() } else { format!("&after={cursor}") };
        let page = server.get(&format!("/operations/shipments?limit=25{after}")).await?;
        page["next"].as_str().unwrap_or_default().clone_into(&mut cursor);
    }
    report(&server, "GET /operations/shipments", Question::Get("/operations/shipments?limit=25".to_owned()))
        .await?;
    let later = format!("/operations/shipments?limit=25&after={cursor}");
    report(&server, "  a later page", Question::Get(later)).await?;
    let by_state = "/operations/shipments?limit=25&status=InTransit&country=Kenya".to_owned();
    report(&server, "  by state and country", Question::Get(by_state)).await?;
    report(&server, "  late ones", Question::Get("/operations/shipments?limit=25&late=true".to_owned()))
        .await?;
    report(
        &server,
        "  by number",
        Question::Get("/operations/shipments?limit=25&number=b-0000123".to_owned()),
    )
    .await?;
    report(&server, "POST /graphql, the query of section 5.3", Question::Graphql).await?;
    println!("memory: {:.1} MiB resident", server.memory("VmRSS")?);
    drop(server);
    let mut bare = bare_query(&folder, url).await?;
    println!("opponent: the bare query of the first page, one connection, no HTTP: {}", bare.line());
    Ok(())
}

enum Question {
    Get(String),
    Graphql,
}

async fn report(server: &Server, name: &str, question: Question) -> Result<(), Failure> {
    let mut times = Times::default();
    for _ in 0..QUESTIONS {
        let started = Instant::now();
        match &question {
            Question::Get(path) => drop(server.get(path).await?),
            Question::Graphql => {
                let answer = server.post("/graphql", &json!({ "query": DASHBOARD_QUERY })).await?;
                if answer["data"]["shipments"].as_array().is_none_or(Vec::is_empty) {
                    return Err(format!("no shipments in the answer: {answer}").into());
                }
            }
        }
        times.add(started.elapsed());
    }
    println!("{name}: {}", times.line());
    Ok(())
}

/// Books shipments over the intake, until there are as many as asked for.
async fn fill(server: &mut Server, shipments: u64) -> Result<(), Failure> {
    let stored = stored(server).await?;
    let orders = shipments.div_ceil(SHIPMENTS_PER_ORDER);
    let mut next = stored / SHIPMENTS_PER_ORDER;
    let started = Instant::now();
    let mut last_login = Instant::now();
    while next < orders {
        if last_login.elapsed() > Duration::from_secs(300) {
            server.login().await?;
            last_login = Instant::now();
        }
        let until = (next + ORDERS_PER_REQUEST).min(orders);
        let records: Vec<Value> = (next..until).map(order).collect();
        let answer = server.post("/ingest/api", &json!(records)).await?;
        if answer["quarantined"] != 0 {
            return Err(format!("some were not taken: {}", answer["items"][0]).into());
        }
        next = until;
    }
    let booked = started.elapsed();
    server.settled().await?;
    println!(
        "{} shipments stored; {} of them booked in {:.0} s, all in the read side after {:.0} s",
        self::stored(server).await?,
        shipments.saturating_sub(stored),
        booked.as_secs_f64(),
        started.elapsed().as_secs_f64()
    );
    server.login().await
}

async fn stored(server: &Server) -> Result<u64, Failure> {
    let dashboard = server.get("/viz/dashboard").await?;
    let states = dashboard["overview"]["shipmentsByStatus"].as_array().cloned().unwrap_or_default();
    Ok(states.iter().filter_map(|state| state["count"].as_u64()).sum())
}

/// An order with many shipments, a part of which is on the way and a part delivered.
fn order(number: u64) -> Value {
    let country = COUNTRIES[(number % COUNTRIES.len() as u64) as usize];
    let shipments: Vec<Value> = (0..SHIPMENTS_PER_ORDER)
        .map(|place| {
            let index = number * SHIPMENTS_PER_ORDER + place;
            let missing = json!({ "status": "notCaptured" });
            let departed =
                if index.is_multiple_of(10) { json!("2026-11-01T00:00:00Z") } else { missing.clone() };
            json!({
                "shipmentNumber": format!("B-{index:07}"),
                "destination": { "country": country },
                "carrier": format!("Carrier {}", index % 20),
                "mode": "Truck",
                "estimatedDelivery": "2027-06-01T00:00:00Z",
                "lines": [{ "lineNumber": place.to_string(), "quantity": { "value": "1", "unit": "EA" } }],
                "departedAt": departed,
                "deliveredAt": missing,
                "deliveryRecordedAt": missing,
                "weight": missing,
                "freightCost": missing,
            })
        })
        .collect();
    let lines: Vec<Value> = (0..SHIPMENTS_PER_ORDER)
        .map(|place| {
            json!({
                "lineNumber": place.to_string(),
                "description": "Goods",
                "quantity": { "value": "1", "unit": "EA" },
                "lineValue": { "amount": "10", "currency": "EUR" },
                "scheduledDelivery": "2027-06-01T00:00:00Z",
                "attributes": {},
            })
        })
        .collect();
    json!({
        "type": "orderHistory",
        "data": {
            "orderNumber": format!("BO-{number:06}"),
            "customer": { "name": "Bench" },
            "orderDate": "2026-10-01T00:00:00Z",
            "shippingAddress": { "country": country },
            "lines": lines,
            "shipments": shipments,
        }
    })
}

/// The query of the first page, as bare as it gets.
async fn bare_query(folder: &Path, url: Option<&str>) -> Result<Times, Failure> {
    let sql = "SELECT id, version, state, created_at FROM shipments WHERE tenant = 'demo' \
               ORDER BY created_at DESC, id DESC LIMIT 26";
    let mut times = Times::default();
    if let Some(url) = url {
        let pool = sqlx::PgPool::connect(url).await?;
        let mut connection = pool.acquire().await?;
        (&mut *connection).execute("SET search_path TO operations").await?;
        for _ in 0..QUESTIONS {
            let started = Instant::now();
            sqlx::query(sql).fetch_all(&mut *connection).await?;
            times.add(started.elapsed());
        }
        return Ok(times);
    }
    let connection = rusqlite::Connection::open(folder.join("db/operations.db"))?;
    let mut query = connection.prepare(sql)?;
    for _ in 0..QUESTIONS {
        let started = Instant::now();
        let mut rows = query.query([])?;
        while rows.next()?.is_some() {}
        times.add(started.elapsed());
    }
    Ok(times)
}
