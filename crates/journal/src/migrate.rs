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

/// The tables that every journal needs: version 1 of each context comes after them.
const OWN_TABLES: &str = include_str!("../migrations/0001_journal.sql");

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
    let rows = tx.fetch("SELECT version FROM schema_version", vec![]).await?;
    if let Some(row) = rows.first() {
        return row.int(0);
    }
    let own = for_dialect(OWN_TABLES, tx.dialect());
    tx.script(&own).await?;
    tx.execute("INSERT INTO schema_version (version) VALUES (0)", vec![]).await?;
    Ok(0)
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
