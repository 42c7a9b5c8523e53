//! `imsop import`: send a file, watch its import, and report what it amounted to.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use imsop_kernel::{Money, Problem, Uuid};
use indicatif::{ProgressBar, ProgressStyle};
use serde::{Deserialize, Serialize};
use tokio_util::io::ReaderStream;

use crate::client::{ClientError, LOCAL_SERVER, Server};

const POLL: Duration = Duration::from_millis(100);

/// The arguments of `imsop import`.
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// The adapter that reads the file, for example `scms`
    #[arg(long)]
    adapter: String,
    /// The file
    file: PathBuf,
    /// The server
    #[arg(long, default_value = LOCAL_SERVER, env = "IMSOP_URL")]
    url: String,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

/// The report of an import, as far as the terminal shows it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    import_id: Uuid,
    adapter: String,
    file_name: String,
    state: String,
    rows_read: u64,
    rows_accepted: u64,
    rows_new: u64,
    rows_unchanged: u64,
    rows_quarantined: u64,
    orders: u64,
    orders_new: u64,
    shipments: u64,
    shipments_new: u64,
    orders_with_several_shipments: u64,
    late_lines: u64,
    total_value: Option<Money>,
    total_quantity: String,
    quarantine: Vec<serde_json::Value>,
    #[serde(default)]
    problem: Option<Problem>,
}

/// Runs the command.
pub async fn run(arguments: ImportArguments) -> Result<(), ClientError> {
    let server = Server::connect(&arguments.url).await?;
    let sent = send(&server, &arguments).await?;
    let report = watch(&server, sent).await?;
    if let Some(problem) = report.problem {
        return Err(ClientError::Refused(Box::new(problem)));
    }
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&report).unwrap_or_default());
    } else {
        print(&report);
    }
    Ok(())
}

async fn send(server: &Server, arguments: &ImportArguments) -> Result<Report, ClientError> {
    let path = &arguments.file;
    let failed = |source| ClientError::File { path: path.display().to_string(), source };
    let file = tokio::fs::File::open(path).await.map_err(failed)?;
    let length = file.metadata().await.map_err(failed)?.len();
    let bar = ProgressBar::new(length).with_style(style("sending  {bar:40} {bytes}/{total_bytes}"));
    let body = reqwest::Body::wrap_stream(ReaderStream::new(bar.wrap_async_read(file)));
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let query = [("adapter", arguments.adapter.as_str()), ("name", name.as_str())];
    let report = server.upload("/ingest/files", &query, "text/csv", body).await;
    bar.finish_and_clear();
    report
}

async fn watch(server: &Server, sent: Report) -> Result<Report, ClientError> {
    let bar = ProgressBar::new_spinner().with_style(style("{spinner} {msg}"));
    let mut report = sent;
    let path = format!("/ingest/files/{}", report.import_id);
    while report.state != "Completed" && report.state != "Failed" {
        bar.set_message(match report.state.as_str() {
            "Receiving" => format!("reading   {} rows", report.rows_read),
            _ => format!("applying  {} orders of {} rows", report.orders, report.rows_read),
        });
        bar.tick();
        tokio::time::sleep(POLL).await;
        report = server.get(&path).await?;
    }
    bar.finish_and_clear();
    Ok(report)
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn print(report: &Report) {
    let value = report.total_value.as_ref();
    let value = value.map_or_else(|| "-".to_owned(), |money| format!("{} {}", money.amount, money.currency));
    println!("import {} of {} ({})", report.import_id, report.file_name, report.adapter);
    let lines = [
        ("rows read", report.rows_read.to_string()),
        (
            "rows accepted",
            format!("{} ({} new, {} known)", report.rows_accepted, report.rows_new, report.rows_unchanged),
        ),
        ("rows quarantined", report.rows_quarantined.to_string()),
        ("orders", format!("{} ({} new)", report.orders, report.orders_new)),
        ("  in several shipments", report.orders_with_several_shipments.to_string()),
        ("shipments", format!("{} ({} new)", report.shipments, report.shipments_new)),
        ("lines delivered late", report.late_lines.to_string()),
        ("total line value", value),
        ("total quantity", report.total_quantity.clone()),
    ];
    for (name, figure) in lines {
        println!("  {name:<24}{figure:>32}");
    }
    for row in &report.quarantine {
        println!("  put aside: {row}");
    }
}
