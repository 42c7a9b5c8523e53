//! Time until it answers, and memory at rest.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::Failure;
use crate::figures::Times;
use crate::process::Server;

const RUNS: usize = 10;
const REST: Duration = Duration::from_secs(15);

/// Measures, and prints.
pub async fn measure(binary: &Path) -> Result<(), Failure> {
    let mut empty = Times::default();
    let mut again = Times::default();
    for _ in 0..RUNS {
        let folder = tempfile::tempdir()?;
        let server = Server::start(binary, folder.path(), None).await?;
        empty.add(server.ready_after);
        drop(server);
        let server = Server::start(binary, folder.path(), None).await?;
        again.add(server.ready_after);
    }
    println!("ready on an empty folder:   {}", empty.line());
    println!("ready on a folder with data: {}", again.line());
    let folder = tempfile::tempdir()?;
    let server = Server::start(binary, folder.path(), None).await?;
    tokio::time::sleep(REST).await;
    println!(
        "memory at rest: {:.1} MiB resident, {:.1} MiB at most",
        server.memory("VmRSS")?,
        server.memory("VmHWM")?
    );
    match opponent() {
        Some(time) => {
            let ratio = empty.percentile(0.5).as_secs_f64() / time.as_secs_f64();
            println!(
                "opponent: initdb and start of PostgreSQL {:.0} ms; ratio {ratio:.2}",
                time.as_secs_f64() * 1e3
            );
        }
        None => println!("opponent: PostgreSQL is not installed, no ratio"),
    }
    Ok(())
}

/// How long PostgreSQL takes from nothing to ready, with its own tools.
fn opponent() -> Option<Duration> {
    let folders = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let newest: PathBuf = folders.flatten().map(|entry| entry.path()).max()?;
    let folder = tempfile::tempdir().ok()?;
    let data = folder.path().join("data");
    let script = format!(
        "{bin}/initdb -D {data} -A trust >/dev/null && \
         {bin}/pg_ctl -D {data} -w -o '-c listen_addresses= -k {socket}' -l /dev/null start >/dev/null",
        bin = newest.join("bin").display(),
        data = data.display(),
        socket = folder.path().display(),
    );
    let stop =
        format!("{}/pg_ctl -D {} -m immediate stop >/dev/null", newest.join("bin").display(), data.display());
    Command::new("chmod").arg("777").arg(folder.path()).status().ok()?;
    let started = Instant::now();
    // PostgreSQL refuses to run as root.
    let done = Command::new("su").args(["postgres", "-s", "/bin/sh", "-c", &script]).status().ok()?;
    let took = started.elapsed();
    Command::new("su").args(["postgres", "-s", "/bin/sh", "-c", &stop]).status().ok()?;
    done.success().then_some(took)
}
