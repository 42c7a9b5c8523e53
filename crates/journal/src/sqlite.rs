//! One SQLite file: one connection that writes, some that read.
//!
//! SQLite is a library: a statement is a call, not a message to somebody. A transaction's short ones are called
//! where the task runs, which takes some microseconds, where handing each to a thread and back takes some
//! hundreds. What may take long (a sync, many rows, reading) is called on a thread for such things.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{CachedStatement, Connection, ErrorCode, types::ToSqlOutput, types::ValueRef};
use tokio::sync::{OwnedMutexGuard, Semaphore};

use crate::cell::{Cell, Fetched, Row, Rows};
use crate::error::StoreError;
use crate::folding::Folding;
use crate::limits::{
    ACQUIRE_TIMEOUT, BUSY_PAUSE, BUSY_TIMEOUT, LOG_BYTES_IN_COMMIT, READ_CONNECTIONS, SQLITE_CACHE_KIB,
    SQLITE_PAGE_BYTES, SQLITE_ROWS_IN_PLACE, SQLITE_STATEMENTS, SQLITE_WRITER_CACHE_KIB,
};

/// The file of one context.
pub(crate) struct SqliteFile {
    path: PathBuf,
    /// `None` once it is closed.
    writer: Arc<tokio::sync::Mutex<Option<Connection>>>,
    /// A permit for each connection that may read.
    reading: Arc<Semaphore>,
    idle_readers: Mutex<Vec<Connection>>,
    _folding: Folding,
}

impl SqliteFile {
    /// Opens the file of this context in this folder, and makes both where they do not exist.
    pub fn open(folder: &Path, context: &str) -> Result<Self, StoreError> {
        let file_error = |source| StoreError::File { path: folder.display().to_string(), source };
        std::fs::create_dir_all(folder).map_err(file_error)?;
        let path = folder.join(format!("{context}.db"));
        let writer = connect(&path, SQLITE_WRITER_CACHE_KIB)?;
        // Whoever waits for the lock waits without keeping a thread: see `begin`.
        writer.busy_timeout(std::time::Duration::ZERO)?;
        Ok(Self {
            writer: Arc::new(tokio::sync::Mutex::new(Some(writer))),
            reading: Arc::new(Semaphore::new(READ_CONNECTIONS as usize)),
            idle_readers: Mutex::new(Vec::new()),
            _folding: Folding::start(&path),
            path,
        })
    }

    /// Begins the one transaction that may write.
    pub async fn begin(&self) -> Result<SqliteTx, StoreError> {
        let writer = tokio::time::timeout(ACQUIRE_TIMEOUT, self.writer.clone().lock_owned());
        let writer = writer.await.map_err(|_| StoreError::Unavailable("its writer is busy"))?;
        let tx = Open { writer };
        // What could not be rolled back when it ended would keep everybody from beginning.
        if !tx.connection()?.is_autocommit() {
            tx.run("ROLLBACK")?;
        }
        let waiting_since = tokio::time::Instant::now();
        loop {
            match tx.run("BEGIN IMMEDIATE") {
                Err(StoreError::Sqlite(error))
                    if is_busy(&error) && waiting_since.elapsed() < BUSY_TIMEOUT =>
                {
                    tokio::time::sleep(BUSY_PAUSE).await;
                }
                begun => return begun.map(|()| SqliteTx { open: Some(tx) }),
            }
        }
    }

    /// Reads what is committed.
    pub async fn fetch(
        self: &Arc<Self>,
        sql: &str,
        cells: Vec<Cell>,
        mut page: Fetched,
    ) -> Result<Fetched, StoreError> {
        let permit = tokio::time::timeout(ACQUIRE_TIMEOUT, self.reading.clone().acquire_owned()).await;
        let permit =
            permit.map_err(|_| StoreError::Unavailable("its readers are busy"))?.map_err(|_| closed())?;
        let (file, sql) = (self.clone(), sql.to_owned());
        apart(move || {
            // Given back when the reading has ended, also where nobody waits for it any more.
            let _permit = permit;
            let idle = file.idle_readers().pop();
            let connection = idle.map_or_else(|| file.reader(), Ok)?;
            // After a failure the connection is not used again.
            fetch(&connection, &sql, &cells, &mut page)?;
            if !file.reading.is_closed() {
                file.idle_readers().push(connection);
            }
            Ok(page)
        })
        .await
    }

    /// Closes every connection. SQLite then folds its write-ahead log into the file.
    pub async fn close(&self) {
        self.reading.close();
        self.idle_readers().clear();
        let writer = self.writer.lock().await.take();
        let closed = apart(move || {
            drop(writer);
            Ok(())
        });
        if let Err(error) = closed.await {
            tracing::error!(%error, "a database cannot be closed");
        }
    }

    fn reader(&self) -> Result<Connection, StoreError> {
        let connection = connect(&self.path, SQLITE_CACHE_KIB)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    }

    /// Nothing can fail while it is locked.
    fn idle_readers(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle_readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable("it is closed")
}

/// A connection as every one of the platform is.
pub(crate) fn connect(path: &Path, cache_kib: u32) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(SQLITE_STATEMENTS);
    // Heeded by a file that is still empty.
    connection.pragma_update(None, "page_size", SQLITE_PAGE_BYTES)?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    // An acknowledged write must survive power loss: FULL syncs the log at each commit.
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -i64::from(cache_kib))?;
    let log_pages = pages(&connection, LOG_BYTES_IN_COMMIT)?;
    connection.pragma_update_and_check(None, "wal_autocheckpoint", log_pages, |_| Ok(()))?;
    connection.pragma_update(None, "temp_store", "memory")?;
    Ok(connection)
}

/// Whether SQLite refuses the values that it was given, rather than having a trouble of its own.
pub(crate) fn refuses_values(error: &rusqlite::Error) -> bool {
    const CODES: [ErrorCode; 3] =
        [ErrorCode::TooBig, ErrorCode::ConstraintViolation, ErrorCode::TypeMismatch];
    error.sqlite_error_code().is_some_and(|code| CODES.contains(&code))
}

/// How many pages of this file so many bytes are.
pub(crate) fn pages(connection: &Connection, bytes: u64) -> Result<i64, StoreError> {
    let page: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
    Ok(i64::try_from(bytes).unwrap_or(i64::MAX) / page.max(1))
}

fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}

/// The one transaction that may write. Dropped without a commit, it leaves nothing behind.
pub(crate) struct SqliteTx {
    /// `None` if a call did not come back.
    open: Option<Open>,
}

impl SqliteTx {
    fn connection(&self) -> Result<&Connection, StoreError> {
        self.open.as_ref().ok_or_else(closed)?.connection()
    }

    pub fn execute(&self, sql: &str, cells: &[Cell]) -> Result<u64, StoreError> {
        execute(self.connection()?, sql, cells)
    }

    pub fn fetch(&self, sql: &str, cells: &[Cell]) -> Result<Vec<Row>, StoreError> {
        let mut fetched = Fetched::all();
        fetch(self.connection()?, sql, cells, &mut fetched)?;
        Ok(fetched.rows)
    }

    pub async fn insert(&mut self, inserts: Vec<Rows>) -> Result<u64, StoreError> {
        let open = self.open.take().ok_or_else(closed)?;
        let rows: usize = inserts.iter().map(|insert| insert.rows.len()).sum();
        let write = move || {
            let changed = open.insert(inserts);
            Ok((open, changed))
        };
        let (open, changed) = if rows > SQLITE_ROWS_IN_PLACE { apart(write).await? } else { write()? };
        self.open = Some(open);
        changed
    }

    pub fn script(&self, sql: &str) -> Result<(), StoreError> {
        Ok(self.connection()?.execute_batch(sql)?)
    }

    /// Makes everything durable, at once.
    pub async fn commit(self) -> Result<(), StoreError> {
        let open = self.open.ok_or_else(closed)?;
        apart(move || open.run("COMMIT")).await
    }
}

/// The connection that writes, in a transaction.
struct Open {
    writer: OwnedMutexGuard<Option<Connection>>,
}

impl Drop for Open {
    fn drop(&mut self) {
        let Some(connection) = self.writer.as_ref() else { return };
        // A full disk may have ended it already.
        if connection.is_autocommit() {
            return;
        }
        if let Err(error) = connection.execute_batch("ROLLBACK") {
            tracing::error!(%error, "a transaction cannot be rolled back");
        }
    }
}

impl Open {
    fn connection(&self) -> Result<&Connection, StoreError> {
        self.writer.as_ref().ok_or_else(closed)
    }

    fn run(&self, sql: &str) -> Result<(), StoreError> {
        self.connection()?.prepare_cached(sql)?.raw_execute()?;
        Ok(())
    }

    fn insert(&self, inserts: Vec<Rows>) -> Result<u64, StoreError> {
        let connection = self.connection()?;
        let mut changed = 0;
        for insert in inserts {
            changed += insert_rows(connection, insert)?;
        }
        Ok(changed)
    }
}

/// Calls what may take long where no task waits for the thread.
async fn apart<T: Send + 'static>(
    call: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let called = tokio::task::spawn_blocking(call).await;
    called.map_err(|_| StoreError::Unavailable("the call did not come back"))?
}

/// `$N` stands for the value with that number, `?` for the one at its place.
fn bind(statement: &mut CachedStatement<'_>, cells: &[Cell]) -> Result<(), StoreError> {
    let is_numbered = statement.parameter_name(1).is_some();
    for place in 1..=statement.parameter_count() {
        let number = match statement.parameter_name(place) {
            Some(name) if is_numbered => name.trim_start_matches('$').parse().unwrap_or(place),
            _ => place,
        };
        let Some(cell) = number.checked_sub(1).and_then(|index| cells.get(index)) else {
            return Err(StoreError::Corrupt(format!("a statement has no value for its place {number}")));
        };
        let texts;
        let value = match cell {
            Cell::Int(Some(value)) => ValueRef::Integer(*value),
            Cell::Real(Some(value)) => ValueRef::Real(*value),
            Cell::Text(Some(value)) => ValueRef::Text(value.as_bytes()),
            Cell::Bytes(Some(value)) => ValueRef::Blob(value),
            Cell::Texts(values) => {
                texts = serde_json::to_string(values)?;
                ValueRef::Text(texts.as_bytes())
            }
            Cell::Int(None) | Cell::Real(None) | Cell::Text(None) | Cell::Bytes(None) => ValueRef::Null,
        };
        statement.raw_bind_parameter(place, ToSqlOutput::Borrowed(value))?;
    }
    Ok(())
}

fn execute(connection: &Connection, sql: &str, cells: &[Cell]) -> Result<u64, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, cells)?;
    Ok(statement.raw_execute()? as u64)
}

fn fetch(
    connection: &Connection,
    sql: &str,
    cells: &[Cell],
    fetched: &mut Fetched,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, cells)?;
    let columns = statement.column_count();
    let mut rows = statement.raw_query();
    while !fetched.is_cut {
        let Some(row) = rows.next()? else { break };
        let mut read = Vec::with_capacity(columns);
        for column in 0..columns {
            read.push(match row.get_ref(column)? {
                ValueRef::Null => Cell::Text(None),
                ValueRef::Integer(value) => Cell::Int(Some(value)),
                ValueRef::Real(value) => Cell::Real(Some(value)),
                ValueRef::Text(value) => Cell::Text(Some(text(value)?.into())),
                ValueRef::Blob(value) => Cell::Bytes(Some(value.into())),
            });
        }
        fetched.add(Row(read));
    }
    Ok(())
}

fn text(bytes: &[u8]) -> Result<&str, StoreError> {
    std::str::from_utf8(bytes).map_err(|_| StoreError::Corrupt("a text is not UTF-8".to_owned()))
}

/// Row by row with one prepared statement, which is the fastest that SQLite has.
fn insert_rows(connection: &Connection, insert: Rows) -> Result<u64, StoreError> {
    let Rows { table, columns, rows, tail } = insert;
    let (names, places) = (columns.join(", "), vec!["?"; columns.len()].join(", "));
    // Whatever fails ends the transaction, so there is no need to be able to take back one statement,
    // which would cost a copy of each page that it changes.
    let sql = format!("INSERT OR FAIL INTO {table} ({names}) VALUES ({places}) {tail}");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut changed = 0;
    for row in rows {
        bind(&mut statement, &row)?;
        changed += statement.raw_execute()? as u64;
    }
    Ok(changed)
}
