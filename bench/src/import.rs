//! The import of a delivery history, and of the same file many times longer.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::Failure;
use crate::process::Server;

/// Measures, and prints.
pub async fn measure(binary: &Path, file: &Path, times: u32) -> Result<(), Failure> {
    let one = run(binary, file).await?;
    print("the file", &one);
    let folder = tempfile::tempdir()?;
    let longer = folder.path().join("longer.csv");
    repeat(file, &longer, times)?;
    let many = run(binary, &longer).await?;
    print(&format!("the file {times} times, with numbers of its own each time"), &many);
    println!(
        "rows per second: {:.0} and {:.0}; most memory: {:.1} and {:.1} MiB",
        one.rows / one.took.as_secs_f64(),
        many.rows / many.took.as_secs_f64(),
        one.memory,
        many.memory
    );
    match opponent(file, folder.path()) {
        Ok(time) => println!(
            "opponent: Python's csv into one SQLite table, a commit at the end {:.2} s; ratio {:.2}",
            time.as_secs_f64(),
            one.took.as_secs_f64() / time.as_secs_f64()
        ),
        Err(error) => println!("opponent: Python did not run ({error}), no ratio"),
    }
    Ok(())
}

struct Run {
    took: Duration,
    rows: f64,
    memory: f64,
    report: Value,
}

fn print(what: &str, run: &Run) {
    println!(
        "{what}: {} rows, {} orders, {} shipments in {:.2} s; most memory {:.1} MiB",
        run.report["rowsRead"],
        run.report["orders"],
        run.report["shipments"],
        run.took.as_secs_f64(),
        run.memory
    );
}

async fn run(binary: &Path, file: &Path) -> Result<Run, Failure> {
    let folder = tempfile::tempdir()?;
    let mut server = Server::start(binary, folder.path(), None).await?;
    let bytes = std::fs::read(file)?;
    let started = Instant::now();
    let request = server.client.post(format!("{}/ingest/files?adapter=scms&name=deliveries.csv", server.url));
    let request = request.bearer_auth(&server.token).header("content-type", "text/csv").body(bytes);
    let mut report: Value = request.send().await?.error_for_status()?.json().await?;
    let path = format!("/ingest/files/{}", report["importId"].as_str().unwrap_or_default());
    while report["state"] != "Completed" {
        if report["state"] == "Failed" {
            return Err(format!("the import failed: {report}").into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        report = server.get(&path).await?;
    }
    let took = started.elapsed();
    server.settled().await?;
    let memory = server.memory("VmHWM")?;
    let rows = report["rowsAccepted"].as_f64().unwrap_or_default();
    Ok(Run { took, rows, memory, report })
}

/// Writes the file several times, each time with ids, order and shipment numbers of its own.
fn repeat(file: &Path, longer: &Path, times: u32) -> Result<(), Failure> {
    let script = r#"
import csv, re, sys
source, target, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
rows = list(csv.reader(open(source, encoding="utf-8-sig")))
with open(target, "w", encoding="utf-8", newline="") as out:
    writer = csv.writer(out)
    writer.writerow(rows[0])
    for turn in range(times):
        for row in rows[1:]:
            row = list(row)
            row[0] = f"{turn}{int(row[0]):06d}"
            row[3] += f"-{turn}"
            row[4] += f"-{turn}"
            for place in (30, 31):
                row[place] = re.sub(r"See (.*) \(ID#:(\d+)\)",
                    lambda found: f"See {found[1]}-{turn} (ID#:{turn}{int(found[2]):06d})", row[place])
            writer.writerow(row)
"#;
    python(script, &[&file.display().to_string(), &longer.display().to_string(), &times.to_string()])
}

/// What the plainest program would do: read the rows and store them, nothing else.
fn opponent(file: &Path, folder: &Path) -> Result<Duration, Failure> {
    let script = r#"
import csv, sqlite3, sys
rows = list(csv.reader(open(sys.argv[1], encoding="utf-8-sig")))
database = sqlite3.connect(sys.argv[2] + "/opponent.db")
database.execute("PRAGMA journal_mode=WAL")
database.execute("PRAGMA synchronous=FULL")
columns = ", ".join(f"c{place} TEXT" for place in range(len(rows[0])))
database.execute(f"CREATE TABLE deliveries ({columns})")
marks = ", ".join("?" for _ in rows[0])
database.executemany(f"INSERT INTO deliveries VALUES ({marks})", rows[1:])
database.commit()
"#;
    let started = Instant::now();
    python(script, &[&file.display().to_string(), &folder.display().to_string()])?;
    Ok(started.elapsed())
}

fn python(script: &str, arguments: &[&str]) -> Result<(), Failure> {
    let mut file = tempfile::NamedTempFile::new()?;
    file.write_all(script.as_bytes())?;
    let status = Command::new("python3").arg(file.path()).args(arguments).status()?;
    if status.success() { Ok(()) } else { Err(format!("python3 ended with {status}").into()) }
}
