//! One context's database: SQLite or PostgreSQL behind one small face.
//!
//! Statements are written once, in the SQL that both understand (`$1` placeholders, BIGINT, TEXT).
//! What differs is here: how a list or many rows are passed, and how rows are locked.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use sqlx::postgres::PgPool;

use crate::cell::{Cell, Fetched, Row, Rows};
use crate::error::StoreError;
use crate::faults::{Faults, Step};
use crate::limits::KEYS_PER_TRANSACTION;
use crate::migrate::{self, Migration};
use crate::postgres;
use crate::sqlite::{SqliteFile, SqliteTx};

/// Where the databases of all contexts are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A folder with one SQLite file for each context.
    Sqlite(PathBuf),
    /// A PostgreSQL database with one schema for each context.
    Postgres(String),
}

impl DatabaseUrl {
    /// Reads `sqlite://FOLDER` or `postgres://…`.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        if let Some(folder) = text.strip_prefix("sqlite://") {
            return Ok(Self::Sqlite(PathBuf::from(folder)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(StoreError::UnknownDatabase(text.to_owned()))
    }
}

/// Which of the two databases it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Dialect {
    /// The condition that a column's value is one of a list, given as [`Cell::Texts`].
    pub fn one_of(self, placeholder: &str) -> String {
        match self {
            Self::Sqlite => format!("IN (SELECT value FROM json_each({placeholder}))"),
            Self::Postgres => format!("= ANY({placeholder})"),
        }
    }

    /// What a SELECT ends with so that its rows stay as they are until the transaction ends. Aggregates
    /// are locked by [`Tx::lock`] instead.
    /// SQLite has one writer at a time, which locks everything.
    pub fn for_update(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE",
        }
    }
}

#[derive(Clone)]
enum Store {
    Sqlite(Arc<SqliteFile>),
    Postgres(PgPool),
}

/// The database of one context.
#[derive(Clone)]
pub struct Database {
    store: Store,
    context: Arc<str>,
    faults: Option<Arc<dyn Faults>>,
}

impl Database {
    /// Opens the database of this context, makes it if it does not exist, and brings its tables to
    /// the newest version.
    pub async fn open(
        url: &DatabaseUrl,
        context: &str,
        migrations: &[Migration],
    ) -> Result<Self, StoreError> {
        let store = match url {
            DatabaseUrl::Sqlite(folder) => Store::Sqlite(Arc::new(SqliteFile::open(folder, context)?)),
            DatabaseUrl::Postgres(url) => Store::Postgres(postgres::open(url, context).await?),
        };
        let database = Self { store, context: context.into(), faults: None };
        migrate::run(&database, migrations).await?;
        Ok(database)
    }

    /// The same database, with the simulator's hand on it.
    pub fn with_faults(mut self, faults: Arc<dyn Faults>) -> Self {
        self.faults = Some(faults);
        self
    }

    /// The context that the tables belong to.
    pub fn context(&self) -> &str {
        &self.context
    }

    /// Which database it is.
    pub fn dialect(&self) -> Dialect {
        match self.store {
            Store::Sqlite(_) => Dialect::Sqlite,
            Store::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Begins a transaction that may write.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        self.fault(Step::Begin)?;
        let inner = match &self.store {
            Store::Sqlite(file) => Inner::Sqlite(file.begin().await?),
            Store::Postgres(pool) => Inner::Postgres(pool.begin().await?),
        };
        Ok(Tx { inner, faults: self.faults.clone(), held: Held::Nothing })
    }

    /// Reads what is committed.
    pub async fn fetch(&self, sql: &str, cells: Vec<Cell>) -> Result<Vec<Row>, StoreError> {
        Ok(self.fetch_into(Fetched::all(), sql, cells).await?.rows)
    }

    /// Like [`Self::fetch`], but ends before the rows are more than so many bytes together; one row comes
    /// in any case. For pages of things that may be large.
    pub async fn fetch_page(&self, sql: &str, cells: Vec<Cell>) -> Result<Fetched, StoreError> {
        self.fetch_into(Fetched::page(), sql, cells).await
    }

    async fn fetch_into(&self, page: Fetched, sql: &str, cells: Vec<Cell>) -> Result<Fetched, StoreError> {
        self.fault(Step::Fetch)?;
        match &self.store {
            Store::Sqlite(file) => file.fetch(sql, cells, page).await,
            Store::Postgres(pool) => {
                let mut connection = pool.acquire().await?;
                postgres::page(&mut connection, sql, cells, page).await
            }
        }
    }

    /// Closes every connection. SQLite then folds its write-ahead log into the file.
    pub async fn close(&self) {
        match &self.store {
            Store::Sqlite(file) => file.close().await,
            Store::Postgres(pool) => pool.close().await,
        }
    }

    fn fault(&self, step: Step) -> Result<(), StoreError> {
        self.faults.as_ref().map_or(Ok(()), |faults| faults.at(step))
    }
}

/// The number of a key's lock (FNV-1a). Keys that share one wait for each other needlessly, and rarely.
fn lock_number(key: &str) -> u64 {
    let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    // PostgreSQL's numbers of locks have 32 bits and a sign.
    hash >> 33
}

/// What a transaction keeps others from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    Nothing,
    /// The keys that it has named.
    Keys,
    /// Everything in its context.
    All,
}

enum Inner {
    Sqlite(SqliteTx),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

/// A transaction. Dropped without a commit, it leaves nothing behind.
pub struct Tx {
    inner: Inner,
    faults: Option<Arc<dyn Faults>>,
    held: Held,
}

impl Tx {
    /// Which database it is.
    pub fn dialect(&self) -> Dialect {
        match self.inner {
            Inner::Sqlite(_) => Dialect::Sqlite,
            Inner::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs a statement and tells how many rows it changed.
    pub async fn execute(&mut self, sql: &str, cells: Vec<Cell>) -> Result<u64, StoreError> {
        self.fault(Step::Execute)?;
        match &mut self.inner {
            Inner::Sqlite(tx) => tx.execute(sql, &cells),
            Inner::Postgres(tx) => postgres::execute(tx, sql, cells).await,
        }
    }

    /// Runs a statement and gives its rows.
    pub async fn fetch(&mut self, sql: &str, cells: Vec<Cell>) -> Result<Vec<Row>, StoreError> {
        self.fault(Step::Fetch)?;
        match &mut self.inner {
            Inner::Sqlite(tx) => tx.fetch(sql, &cells),
            Inner::Postgres(tx) => postgres::fetch(tx, sql, cells).await,
        }
    }

    /// Writes many rows with as few statements as the database allows. `tail` is what follows the
    /// values, for example an ON CONFLICT clause. All rows have the same columns.
    pub async fn insert(
        &mut self,
        table: &'static str,
        columns: &[&'static str],
        rows: Vec<Vec<Cell>>,
        tail: &str,
    ) -> Result<u64, StoreError> {
        self.insert_all(vec![Rows { table, columns: columns.to_vec(), rows, tail: tail.to_owned() }]).await
    }

    /// Writes many rows into several tables. No two of the rows are the same one.
    pub async fn insert_all(&mut self, mut inserts: Vec<Rows>) -> Result<u64, StoreError> {
        inserts.retain(|insert| !insert.rows.is_empty());
        if inserts.is_empty() {
            return Ok(0);
        }
        self.fault(Step::Execute)?;
        match &mut self.inner {
            Inner::Sqlite(tx) => tx.insert(inserts).await,
            Inner::Postgres(tx) => postgres::insert(tx, inserts).await,
        }
    }

    /// Keeps other transactions from deciding on these keys until this one ends.
    ///
    /// On PostgreSQL with advisory locks, not with row locks: they need no row, so that aggregates that do
    /// not exist yet are locked too, and they give the transaction no number. It gets its number with its
    /// first write, after all its locks, so of two transactions that touch the same stream the later one
    /// has the higher number, and the feed shows the stream in order. (A row lock gives a number at once,
    /// and a transaction that then waits for another lock would write late under a low number.)
    /// SQLite has one writer at a time, which locks everything.
    ///
    /// The server has room for some thousands of locks, so a transaction that begins with more keys than
    /// [`KEYS_PER_TRANSACTION`] locks the whole context instead.
    pub async fn lock(&mut self, keys: &BTreeSet<String>) -> Result<(), StoreError> {
        if self.dialect() == Dialect::Sqlite || keys.is_empty() || self.held == Held::All {
            return Ok(());
        }
        if self.held == Held::Nothing && keys.len() > KEYS_PER_TRANSACTION {
            return self.lock_all().await;
        }
        self.held = Held::Keys;
        let numbers: BTreeSet<u64> = keys.iter().map(|key| lock_number(key)).collect();
        let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
        // First the context, shared; then each key, in the order of the list, the same for everybody.
        let sql = "WITH context AS MATERIALIZED \
                   (SELECT pg_advisory_xact_lock_shared(hashtext(current_schema()), -1)) \
                   SELECT pg_advisory_xact_lock(hashtext(current_schema()), number::int) \
                   FROM context, unnest($1) AS number";
        self.execute(sql, vec![numbers.into()]).await?;
        Ok(())
    }

    /// Keeps other transactions of the context from deciding on anything until this one ends.
    pub async fn lock_all(&mut self) -> Result<(), StoreError> {
        if self.dialect() == Dialect::Sqlite {
            return Ok(());
        }
        self.held = Held::All;
        self.execute("SELECT pg_advisory_xact_lock(hashtext(current_schema()), -1)", vec![]).await?;
        Ok(())
    }

    /// Runs several statements without values, as migrations have them.
    pub(crate) async fn script(&mut self, sql: &str) -> Result<(), StoreError> {
        match &mut self.inner {
            Inner::Sqlite(tx) => tx.script(sql),
            Inner::Postgres(tx) => postgres::script(tx, sql).await,
        }
    }

    /// Makes everything durable, at once.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.fault(Step::Commit)?;
        let faults = self.faults.clone();
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await.map_err(postgres::conflict_or_error)?,
        }
        faults.map_or(Ok(()), |faults| faults.at(Step::AfterCommit))
    }

    fn fault(&self, step: Step) -> Result<(), StoreError> {
        self.faults.as_ref().map_or(Ok(()), |faults| faults.at(step))
    }
}
