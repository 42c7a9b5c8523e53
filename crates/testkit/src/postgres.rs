//! A private PostgreSQL from installed binaries: started when the first test asks for it, shared by
//! all tests of one test program, gone when the program ends, however it ends.

use std::io::{self, Write as _};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _};

use crate::databases::fast_folder;
use crate::limits::{POSTGRES_CONNECTIONS, POSTGRES_POLL, POSTGRES_START};

/// Set to 1 where PostgreSQL must be there: its absence then fails tests instead of skipping them.
const REQUIRED: &str = "IMSOP_REQUIRE_POSTGRES";

/// Runs the server until its standard input closes, which the end of the test program does, even by
/// SIGKILL; then ends the server and removes its folder. Before that, it stops and starts the server when
/// it is told to. SIGQUIT is what `pg_ctl stop -m immediate` sends: nobody is waited for, nothing is flushed.
const SUPERVISOR: &str = r#"
folder="$1"; binaries="$2"; connections="$3"
trap '' INT TERM HUP
"$binaries/initdb" --pgdata="$folder/data" --username=imsop --auth=trust --encoding=UTF8 \
    --locale=C --no-sync >"$folder/initdb.log" 2>&1 || { touch "$folder/failed"; exit 1; }
start() {
    "$binaries/postgres" -D "$folder/data" -k "$folder" -h '' -F -c max_connections="$connections" \
        -c shared_buffers=64MB -c full_page_writes=off -c log_min_messages=fatal >>"$folder/server.log" 2>&1 &
    server=$!
}
stop() {
    kill -QUIT "$server" 2>/dev/null
    wait "$server"
}
start
while read -r word; do
    case "$word" in
        stop) stop; touch "$folder/stopped" ;;
        start) rm "$folder/stopped"; start ;;
    esac
done
stop
rm -rf "$folder"
"#;

/// Why there is no PostgreSQL.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No `initdb` was found.
    #[error("PostgreSQL is not installed")]
    NotInstalled,
    /// A command could not be run, or a folder not be made.
    #[error("PostgreSQL could not be started: {0}")]
    Io(#[from] io::Error),
    /// It was started and does not answer.
    #[error("PostgreSQL does not answer: {0}")]
    Silent(String),
}

/// A running PostgreSQL that nobody else uses.
pub struct PostgresServer {
    folder: PathBuf,
    databases: AtomicU32,
    // When its standard input closes, it ends the server.
    supervisor: Child,
}

impl PostgresServer {
    /// The server of this test program, started when it is first asked for. Nothing where PostgreSQL
    /// is not installed, which is said on the standard output.
    ///
    /// # Panics
    /// If it cannot be started, or is not installed although `IMSOP_REQUIRE_POSTGRES=1` demands it.
    pub fn shared() -> Option<&'static Self> {
        static SERVER: OnceLock<Result<PostgresServer, StartError>> = OnceLock::new();
        match SERVER.get_or_init(Self::start) {
            Ok(server) => Some(server),
            Err(error) => Self::missing(error),
        }
    }

    /// A server of the test's own, which it may stop. Nothing where PostgreSQL is not installed, as with
    /// [`Self::shared`].
    ///
    /// # Panics
    /// As [`Self::shared`].
    pub fn own() -> Option<Self> {
        Self::start().map_or_else(|error| Self::missing(&error), Some)
    }

    #[allow(clippy::panic, reason = "a test that needs the server cannot go on")]
    fn missing<T>(error: &StartError) -> Option<T> {
        let is_required = std::env::var(REQUIRED).as_deref() == Ok("1");
        if !is_required && matches!(error, StartError::NotInstalled) {
            println!("skipped: PostgreSQL is not installed");
            return None;
        }
        panic!("{error}")
    }

    /// Starts a server with an empty cluster in a folder of its own, on a Unix socket there.
    ///
    /// # Errors
    /// Where it is not installed or does not start.
    pub fn start() -> Result<Self, StartError> {
        let binaries = find_binaries().ok_or(StartError::NotInstalled)?;
        let folder = tempfile::Builder::new().prefix("imsop-pg-").tempdir_in(fast_folder())?.keep();
        let mut command = supervisor_command(&folder)?;
        command
            .args(["sh", "-c", SUPERVISOR, "imsop-postgres"])
            .arg(&folder)
            .arg(&binaries)
            .arg(POSTGRES_CONNECTIONS.to_string())
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A Ctrl-C in the terminal is for the tests; the supervisor must live on to clean up.
            .process_group(0);
        let supervisor = command.spawn()?;
        let server = Self { folder, databases: AtomicU32::new(0), supervisor };
        server.wait_until_ready()?;
        Ok(server)
    }

    /// Ends the server at once, as a crash does. When it returns, nobody is connected any more.
    ///
    /// # Errors
    /// If it does not end.
    pub fn stop_at_once(&self) -> Result<(), StartError> {
        self.tell("stop\n")?;
        let began = Instant::now();
        while !self.folder.join("stopped").exists() {
            if began.elapsed() > POSTGRES_START {
                return Err(StartError::Silent("it does not stop".to_owned()));
            }
            std::thread::sleep(POSTGRES_POLL);
        }
        Ok(())
    }

    /// Starts the server again, on what it had written.
    ///
    /// # Errors
    /// If it does not start.
    pub fn start_again(&self) -> Result<(), StartError> {
        self.tell("start\n")?;
        self.wait_until_ready()
    }

    fn tell(&self, words: &str) -> Result<(), StartError> {
        let gone = || io::Error::other("its supervisor is gone");
        let mut input = self.supervisor.stdin.as_ref().ok_or_else(gone)?;
        Ok(input.write_all(words.as_bytes())?)
    }

    fn wait_until_ready(&self) -> Result<(), StartError> {
        let started = Instant::now();
        let socket = self.folder.join(".s.PGSQL.5432");
        while started.elapsed() < POSTGRES_START {
            if self.folder.join("failed").exists() {
                return Err(StartError::Silent(self.read_log("initdb.log")));
            }
            if std::os::unix::net::UnixStream::connect(&socket).is_ok() {
                return Ok(());
            }
            std::thread::sleep(POSTGRES_POLL);
        }
        Err(StartError::Silent(self.read_log("server.log")))
    }

    fn read_log(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.join(name)).unwrap_or_default()
    }

    /// The URL of the database of this name on the server.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://imsop@localhost/{database}?host={}", self.folder.display())
    }

    /// Makes an empty database and gives its URL.
    ///
    /// # Panics
    /// If the server does not make it.
    #[allow(clippy::panic, reason = "a test without a database cannot go on")]
    pub async fn fresh_database(&self) -> String {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{number}");
        let started = Instant::now();
        loop {
            // The socket is there a moment before the server takes queries.
            match self.create_database(&name).await {
                Ok(()) => return self.url(&name),
                Err(error) if started.elapsed() > POSTGRES_START => {
                    panic!("no database: {error}; {}", self.read_log("server.log"))
                }
                Err(_) => tokio::time::sleep(POSTGRES_POLL).await,
            }
        }
    }

    async fn create_database(&self, name: &str) -> Result<(), sqlx::Error> {
        let mut connection = PgConnection::connect(&self.url("postgres")).await?;
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await?;
        connection.close().await
    }
}

/// PostgreSQL refuses to run as root, so root becomes somebody else first.
fn supervisor_command(folder: &Path) -> Result<Command, StartError> {
    let is_root = std::fs::metadata("/proc/self")?.uid() == 0;
    if !is_root {
        return Ok(Command::new("env"));
    }
    let user = if user_exists("postgres")? { "postgres" } else { "nobody" };
    let changed = Command::new("chown").arg(user).arg(folder).status()?;
    if !changed.success() {
        return Err(io::Error::other(format!("chown {user} failed")).into());
    }
    let mut command = Command::new("setpriv");
    command.args([&format!("--reuid={user}"), "--clear-groups", "--"]);
    Ok(command)
}

fn user_exists(name: &str) -> io::Result<bool> {
    let known = std::fs::read_to_string("/etc/passwd")?;
    Ok(known.lines().any(|line| line.split(':').next() == Some(name)))
}

/// The folder with `initdb` and `postgres`: of the PATH, or the newest of Debian's packages.
fn find_binaries() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> =
        std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
    let mut packaged: Vec<(u32, PathBuf)> = Vec::new();
    for entry in std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten() {
        let version = entry.file_name().to_string_lossy().parse().unwrap_or(0);
        packaged.push((version, entry.path().join("bin")));
    }
    packaged.sort();
    folders.extend(packaged.into_iter().rev().map(|(_, folder)| folder));
    // A link in the PATH leads to the folder where the server's own files are found beside it.
    let found = folders
        .into_iter()
        .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())?;
    let real = std::fs::canonicalize(found.join("initdb")).ok()?;
    real.parent().map(Path::to_owned)
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        // Statics are not dropped; this is for a server that a test started by itself.
        drop(self.supervisor.stdin.take());
        let _ = self.supervisor.wait();
    }
}
