//! Versioned tables: a data folder written by one version opens in the next.

use crate::database::{Database, Dialect, Tx};
use crate::error::StoreError;

/// One step of a context's tables, from version `version - 1` to `version`.
///
/// The SQL is written once for both databases; these words stand for what differs:
/// `{{position}}` a counting primary key, `{{bytes}}` the type of bytes,
/// `{{transaction}}` the number of the writing transaction (constant where there is one writer).
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// The version that it leads to; the first is 1, without gaps.
    pub version: i64,
    /// The statements.
    pub sql: &'static str,
}

/// The tables that every journal needs: those of each context come after them.
const OWN: [Migration; 1] = [Migration { version: 1, sql: include_str!("../migrations/0001_journal.sql") }];

/// What is otherwise where there is one writer, who commits in the order of positions.
const OWN_OF_SQLITE: [Migration; 1] =
    [Migration { version: 2, sql: include_str!("../migrations/0002_one_writer.sql") }];

pub(crate) async fn run(database: &Database, migrations: &[Migration]) -> Result<(), StoreError> {
    let mut tx = database.begin().await?;
    if tx.dialect() == Dialect::Postgres {
        // Several processes may start at once; one migrates, the others wait and find it done.
        tx.execute("SELECT pg_advisory_xact_lock(hashtext($1)::bigint)", vec![database.context().into()])
            .await?;
    }
    let found = schema_version(&mut tx).await?;
    let known = migrations.last().map_or(0, |migration| migration.version);
    if found > known {
        return Err(StoreError::NewerSchema { context: database.context().to_owned(), found, known });
    }
    for migration in migrations.iter().filter(|migration| migration.version > found) {
        let sql = for_dialect(migration.sql, tx.dialect());
        tx.script(&sql).await?;
        tx.execute("UPDATE schema_version SET version = $1", vec![migration.version.into()]).await?;
    }
    tx.commit().await
}

async fn schema_version(tx: &mut Tx) -> Result<i64, StoreError> {
    tx.script("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)").await?;
    tx.script("CREATE TABLE IF NOT EXISTS journal_version (version BIGINT NOT NULL)").await?;
    let found = version_in(tx, "schema_version").await?;
    // Folders from before the journal's own tables had a version have its first one.
    let own = version_in(tx, "journal_version").await?.or(found.map(|_| 1));
    migrate_own(tx, own.unwrap_or(0)).await?;
    if found.is_none() {
        tx.execute("INSERT INTO schema_version (version) VALUES (0)", vec![]).await?;
    }
    Ok(found.unwrap_or(0))
}

async fn version_in(tx: &mut Tx, table: &str) -> Result<Option<i64>, StoreError> {
    let rows = tx.fetch(&format!("SELECT version FROM {table}"), vec![]).await?;
    rows.first().map(|row| row.int(0)).transpose()
}

async fn migrate_own(tx: &mut Tx, found: i64) -> Result<(), StoreError> {
    let mut version = found;
    let further: &[Migration] = match tx.dialect() {
        Dialect::Sqlite => &OWN_OF_SQLITE,
        Dialect::Postgres => &[],
    };
    for migration in OWN.iter().chain(further).filter(|migration| migration.version > found) {
        let sql = for_dialect(migration.sql, tx.dialect());
        tx.script(&sql).await?;
        version = migration.version;
    }
    tx.execute("DELETE FROM journal_version", vec![]).await?;
    tx.execute("INSERT INTO journal_version (version) VALUES ($1)", vec![version.into()]).await?;
    Ok(())
}

fn for_dialect(sql: &str, dialect: Dialect) -> String {
    let (position, bytes, transaction) = match dialect {
        Dialect::Sqlite => ("INTEGER PRIMARY KEY AUTOINCREMENT", "BLOB", "BIGINT NOT NULL DEFAULT 0"),
        Dialect::Postgres => (
            "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
            "BYTEA",
            "BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint)",
        ),
    };
    sql.replace("{{position}}", position).replace("{{bytes}}", bytes).replace("{{transaction}}", transaction)
}
