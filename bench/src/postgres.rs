//! A PostgreSQL of its own for a measurement, as durable as it is out of the box.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Failure;

const PATIENCE: Duration = Duration::from_secs(30);

/// What a good administrator sets on such a machine. Everything that makes commits durable stays on.
const SETTINGS: [&str; 6] = [
    "shared_buffers=2GB",
    "max_wal_size=8GB",
    "checkpoint_timeout=15min",
    "wal_buffers=64MB",
    "max_connections=200",
    "log_min_messages=fatal",
];

/// A running server with an empty cluster.
pub struct Postgres {
    process: Child,
    folder: tempfile::TempDir,
    binaries: PathBuf,
}

impl Postgres {
    /// Starts it.
    pub fn start() -> Result<Self, Failure> {
        let binaries = binaries()?;
        let folder = tempfile::Builder::new().prefix("imsop-bench-pg-").tempdir()?;
        run(Command::new("chown").arg("postgres").arg(folder.path()))?;
        let data = folder.path().join("data");
        let mut initdb = as_postgres(&binaries.join("initdb"), folder.path());
        run(initdb.arg("-D").arg(&data).args([
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
        ]))?;
        let mut server = as_postgres(&binaries.join("postgres"), folder.path());
        server.arg("-D").arg(&data).arg("-k").arg(folder.path()).args(["-h", ""]);
        for setting in SETTINGS {
            server.args(["-c", setting]);
        }
        let process = server.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let started = Instant::now();
        while std::os::unix::net::UnixStream::connect(folder.path().join(".s.PGSQL.5432")).is_err() {
            if started.elapsed() > PATIENCE {
                return Err("PostgreSQL does not start".into());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        std::thread::sleep(Duration::from_secs(1));
        Ok(Self { process, folder, binaries })
    }

    /// The URL of a database of this name, for programs.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@localhost/{database}?host={}", self.folder.path().display())
    }

    /// Makes an empty database.
    pub fn create(&self, database: &str) -> Result<(), Failure> {
        self.psql("postgres", &format!("CREATE DATABASE {database}"))
    }

    /// Runs SQL.
    pub fn psql(&self, database: &str, sql: &str) -> Result<(), Failure> {
        let mut psql = Command::new(self.binaries.join("psql"));
        psql.args(["-q", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database, "-c", sql]);
        run(psql.arg("-h").arg(self.folder.path()))
    }

    /// A `pgbench` for a database, still without its own options.
    pub fn pgbench(&self, database: &str) -> Command {
        let mut pgbench = Command::new(self.binaries.join("pgbench"));
        pgbench.args(["-U", "postgres", "-n"]).arg("-h").arg(self.folder.path());
        pgbench.env("PGDATABASE", database);
        pgbench
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT is its fast shutdown.
        let _ = Command::new("kill").args(["-INT", &self.process.id().to_string()]).status();
        let _ = self.process.wait();
    }
}

fn binaries() -> Result<PathBuf, Failure> {
    let mut found: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir("/usr/lib/postgresql")? {
        found.push(entry?.path().join("bin"));
    }
    found.sort();
    found.pop().ok_or_else(|| "PostgreSQL is not installed".into())
}

/// It refuses to run as root.
fn as_postgres(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--clear-groups", "--"]).arg(program).current_dir(folder);
    command
}

fn run(command: &mut Command) -> Result<(), Failure> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into())
}
