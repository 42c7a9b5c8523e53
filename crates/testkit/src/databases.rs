//! One behaviour, both databases.

use std::path::{Path, PathBuf};

use imsop_journal::DatabaseUrl;
use tempfile::TempDir;

use crate::postgres::PostgresServer;

/// An empty database that goes away with the test.
pub struct TestDatabase {
    url: DatabaseUrl,
    folder: Option<TempDir>,
}

impl TestDatabase {
    /// A folder for SQLite files.
    ///
    /// # Panics
    /// If no folder can be made.
    #[allow(clippy::expect_used, reason = "a test without a folder cannot go on")]
    pub fn sqlite() -> Self {
        let folder = tempfile::Builder::new().prefix("imsop-test-").tempdir_in(fast_folder());
        let folder = folder.expect("a temporary folder");
        Self { url: DatabaseUrl::Sqlite(folder.path().to_owned()), folder: Some(folder) }
    }

    /// A fresh database on the private PostgreSQL; nothing where there is no PostgreSQL.
    pub async fn postgres() -> Option<Self> {
        let server = PostgresServer::shared()?;
        Some(Self { url: DatabaseUrl::Postgres(server.fresh_database().await), folder: None })
    }

    /// Where it is.
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Where it is, as an operator would write it.
    pub fn text(&self) -> String {
        match &self.url {
            DatabaseUrl::Sqlite(folder) => format!("sqlite://{}", folder.display()),
            DatabaseUrl::Postgres(url) => url.clone(),
        }
    }

    /// The folder of the SQLite files.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_ref().map(TempDir::path)
    }
}

/// Memory where the system has it as a folder, since tests write much that nobody keeps.
pub fn fast_folder() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() }
}

/// Runs the behaviour on SQLite, then on PostgreSQL, each time on an empty database.
pub async fn both_databases(behaviour: impl AsyncFn(&TestDatabase)) {
    on_sqlite(&behaviour).await;
    on_postgres(&behaviour).await;
}

/// Runs the behaviour on SQLite only.
pub async fn on_sqlite(behaviour: impl AsyncFn(&TestDatabase)) {
    println!("on SQLite");
    behaviour(&TestDatabase::sqlite()).await;
}

/// Runs the behaviour on PostgreSQL only; says so where there is none.
pub async fn on_postgres(behaviour: impl AsyncFn(&TestDatabase)) {
    let Some(database) = TestDatabase::postgres().await else { return };
    println!("on PostgreSQL");
    behaviour(&database).await;
}
