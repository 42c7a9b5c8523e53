//! Reservations per second over HTTP, beside a function of PostgreSQL on the same machine in the same run.

mod load;
mod opponent;

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use crate::postgres::Postgres;
use crate::process::Server;
use crate::{Failure, machine};
use load::{Load, Result as Measured};

const SKUS: u32 = 10_000;
const SINGLE_CONNECTIONS: u32 = 64;
const BATCH: u32 = 256;
const BATCH_CONNECTIONS: u32 = 8;
const LINES_PER_RECEIPT: u32 = 200;
const WARM_UP: Duration = Duration::from_secs(2);

/// What is measured, and with what it is compared.
struct Row {
    name: String,
    per_second: f64,
    p50: Duration,
    p99: Duration,
    opponent: f64,
    least: f64,
}

/// How it is measured.
struct Plan<'a> {
    binary: &'a Path,
    time: Duration,
    most_lines: u32,
    /// What the opponent reached.
    opponent: f64,
    /// Only the measurements whose names contain this.
    only: &'a str,
}

impl Plan<'_> {
    fn wants(&self, name: &str) -> bool {
        name.contains(self.only)
    }

    fn single(&self, ports: &[u16], token: &str) -> Load {
        Load {
            ports: ports.to_vec(),
            token: token.to_owned(),
            skus: SKUS,
            most_lines: self.most_lines,
            batch: 1,
            connections: SINGLE_CONNECTIONS,
            time: self.time,
            rate: None,
        }
    }
}

/// Measures, prints a table, and writes it to `bench/results/`.
pub async fn measure(binary: &Path, seconds: u32, most_lines: u32, only: &str) -> Result<(), Failure> {
    let time = Duration::from_secs(u64::from(seconds));
    let opponent = {
        let postgres = Postgres::start()?;
        opponent::rate(&postgres, SKUS, most_lines, seconds)?
    };
    println!("opponent: {opponent:.0} reservations/s");
    let plan = Plan { binary, time, most_lines, opponent, only };
    let mut rows = sqlite(&plan).await?;
    rows.extend(postgres(&plan).await?);
    let table = table(&rows, opponent, most_lines, seconds);
    println!("{table}");
    if only.is_empty() {
        std::fs::create_dir_all("bench/results")?;
        std::fs::write(format!("bench/results/reserve-{most_lines}-lines.md"), table)?;
    }
    Ok(())
}

async fn sqlite(plan: &Plan<'_>) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    let (single_name, batch_name) = ("single, 64 connections, SQLite", "batches of 256, SQLite");
    if !plan.wants(single_name) && !plan.wants(batch_name) {
        return Ok(rows);
    }
    let folder = tempfile::tempdir()?;
    let server = Server::start(plan.binary, folder.path(), None).await?;
    fill(&server).await?;
    let single = plan.single(&[server.port], &server.token);
    if plan.wants(single_name) {
        let result = warmed(single.clone()).await?;
        let peak = result.per_second;
        rows.push(row(single_name, result, plan.opponent, 1.0));
        let half = load::run(Load { rate: Some(peak / 2.0), ..single.clone() }).await?;
        rows.push(row("  at half of that rate", half, plan.opponent, 0.0));
        let hot = load::run(Load { skus: 1, most_lines: 1, ..single.clone() }).await?;
        rows.push(row("  one SKU that all want", hot, peak, 0.8));
    }
    if plan.wants(batch_name) {
        let result = warmed(batches(single)).await?;
        rows.push(row(batch_name, result, plan.opponent, 5.0));
    }
    Ok(rows)
}

async fn postgres(plan: &Plan<'_>) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    let names =
        ["single, 64 connections, PostgreSQL, two processes", "batches of 256, PostgreSQL, two processes"];
    if !names.iter().any(|name| plan.wants(name)) {
        return Ok(rows);
    }
    let postgres = Postgres::start()?;
    postgres.create("imsop")?;
    let (one, other) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let url = postgres.url("imsop");
    let first = Server::start(plan.binary, one.path(), Some(&url)).await?;
    let second = Server::start(plan.binary, other.path(), Some(&url)).await?;
    fill(&first).await?;
    let single = plan.single(&[first.port, second.port], &first.token);
    if plan.wants(names[0]) {
        rows.push(row(names[0], warmed(single.clone()).await?, plan.opponent, 0.7));
    }
    if plan.wants(names[1]) {
        rows.push(row(names[1], warmed(batches(single)).await?, plan.opponent, 2.0));
    }
    Ok(rows)
}

fn batches(single: Load) -> Load {
    Load { batch: BATCH, connections: BATCH_CONNECTIONS, ..single }
}

async fn warmed(load: Load) -> Result<Measured, Failure> {
    load::run(Load { time: WARM_UP, ..load.clone() }).await?;
    load::run(load).await
}

/// Plenty of every SKU.
async fn fill(server: &Server) -> Result<(), Failure> {
    for first in (1..=SKUS).step_by(LINES_PER_RECEIPT as usize) {
        let line =
            |sku| json!({ "sku": format!("SKU-{sku}"), "quantity": { "value": "1000000000", "unit": "EA" } });
        let lines: Vec<_> = (first..first + LINES_PER_RECEIPT).map(line).collect();
        server.post("/inventory/receipts", &json!({ "site": "S1", "lines": lines })).await?;
    }
    Ok(())
}

fn row(name: &str, mut result: Measured, opponent: f64, least: f64) -> Row {
    let row = Row {
        name: name.to_owned(),
        per_second: result.per_second,
        p50: result.times.percentile(0.5),
        p99: result.times.percentile(0.99),
        opponent,
        least,
    };
    println!("{name}: {:.0}/s, refused {}, {}", row.per_second, result.refused, result.times.line());
    row
}

fn table(rows: &[Row], opponent: f64, most_lines: u32, seconds: u32) -> String {
    let mut table = format!("{}\n\n", machine::describe());
    let _ = writeln!(table, "Orders of 1 to {most_lines} lines of {SKUS} SKUs, {seconds} s each, fsync on.");
    let _ = writeln!(
        table,
        "Opponent: a PostgreSQL function, pgbench -M prepared, 32 clients: {opponent:.0}/s.\n"
    );
    let _ = writeln!(table, "| | reservations/s | p50 | p99 | ratio | at least |");
    let _ = writeln!(table, "|---|---|---|---|---|---|");
    for row in rows {
        let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
        let _ = writeln!(
            table,
            "| {} | {:.0} | {:.2} ms | {:.2} ms | {:.2} | {} |",
            row.name,
            row.per_second,
            milliseconds(row.p50),
            milliseconds(row.p99),
            row.per_second / row.opponent,
            row.least
        );
    }
    table
}
