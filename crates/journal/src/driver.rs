//! The two drivers: binding cells, reading rows, many rows at once.

use futures_util::TryStreamExt;
use sqlx::error::DatabaseError;
use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, Column, Row as _, TypeInfo, ValueRef};

use crate::cell::{Cell, Row, Rows};
use crate::error::StoreError;
use crate::limits::{PAGE_BYTES, SQLITE_VALUES_PER_STATEMENT};

// Statements are made of constants of this workspace and placeholders only; values are always bound.
fn sql_text(sql: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(sql.to_owned())
}

fn encode_error(error: sqlx::error::BoxDynError) -> StoreError {
    StoreError::Database(sqlx::Error::Encode(error))
}

/// PostgreSQL's word for "somebody else was there at the same time": serialisation failure, deadlock, a
/// unique key that another writer took first (a stream's next version), no room for more locks.
pub(crate) fn conflict_or_error(error: sqlx::Error) -> StoreError {
    const CONFLICTS: [&str; 4] = ["40001", "40P01", "23505", "53200"];
    let code = error.as_database_error().and_then(DatabaseError::code);
    match code {
        Some(code) if CONFLICTS.contains(&code.as_ref()) => StoreError::Conflict(error.to_string()),
        _ => StoreError::Database(error),
    }
}

/// Whether the database refuses the values that it was given, rather than having a trouble of its own.
pub(crate) fn refuses_values(error: &sqlx::Error) -> bool {
    // PostgreSQL's classes: data exception, integrity violation, program limit exceeded.
    const POSTGRES_CLASSES: [&str; 3] = ["22", "23", "54"];
    // SQLite's primary codes: TOOBIG, CONSTRAINT, MISMATCH. The extended code has them in its low byte.
    const SQLITE_CODES: [u32; 3] = [18, 19, 20];
    let Some(code) = error.as_database_error().and_then(DatabaseError::code) else {
        return false;
    };
    // A code of PostgreSQL has five characters, one of SQLite at most four.
    if code.len() == 5 {
        return POSTGRES_CLASSES.iter().any(|class| code.starts_with(class));
    }
    code.parse::<u32>().is_ok_and(|code| SQLITE_CODES.contains(&(code & 0xff)))
}

fn sqlite_arguments(cells: Vec<Cell>) -> Result<SqliteArguments, StoreError> {
    let mut arguments = SqliteArguments::default();
    for cell in cells {
        match cell {
            Cell::Int(value) => arguments.add(value),
            Cell::Real(value) => arguments.add(value),
            Cell::Text(value) => arguments.add(value),
            Cell::Bytes(value) => arguments.add(value.as_deref().map(<[u8]>::to_vec)),
            Cell::Texts(values) => arguments.add(serde_json::to_string(&values)?),
        }
        .map_err(encode_error)?;
    }
    Ok(arguments)
}

fn postgres_arguments(cells: Vec<Cell>) -> Result<PgArguments, StoreError> {
    let mut arguments = PgArguments::default();
    for cell in cells {
        match cell {
            Cell::Int(value) => arguments.add(value),
            Cell::Real(value) => arguments.add(value),
            Cell::Text(value) => arguments.add(value),
            Cell::Bytes(value) => arguments.add(value.as_deref().map(<[u8]>::to_vec)),
            Cell::Texts(values) => arguments.add(values),
        }
        .map_err(encode_error)?;
    }
    Ok(arguments)
}

pub(crate) async fn sqlite_execute(
    connection: &mut SqliteConnection,
    sql: &str,
    cells: Vec<Cell>,
) -> Result<u64, StoreError> {
    let query = sqlx::query_with(sql_text(sql), sqlite_arguments(cells)?);
    Ok(query.execute(connection).await?.rows_affected())
}

pub(crate) async fn postgres_execute(
    connection: &mut PgConnection,
    sql: &str,
    cells: Vec<Cell>,
) -> Result<u64, StoreError> {
    let query = sqlx::query_with(sql_text(sql), postgres_arguments(cells)?);
    Ok(query.execute(connection).await.map_err(conflict_or_error)?.rows_affected())
}

pub(crate) async fn sqlite_fetch(
    connection: &mut SqliteConnection,
    sql: &str,
    cells: Vec<Cell>,
) -> Result<Vec<Row>, StoreError> {
    let rows = sqlx::query_with(sql_text(sql), sqlite_arguments(cells)?).fetch_all(connection).await?;
    rows.iter().map(sqlite_row).collect()
}

pub(crate) async fn postgres_fetch(
    connection: &mut PgConnection,
    sql: &str,
    cells: Vec<Cell>,
) -> Result<Vec<Row>, StoreError> {
    let query = sqlx::query_with(sql_text(sql), postgres_arguments(cells)?);
    let rows = query.fetch_all(connection).await.map_err(conflict_or_error)?;
    rows.iter().map(postgres_row).collect()
}

/// The rows of a page.
pub struct Fetched {
    /// The rows, in their order.
    pub rows: Vec<Row>,
    /// Whether there are more, which were left out because of their size.
    pub is_cut: bool,
}

impl Fetched {
    const EMPTY: Self = Self { rows: Vec::new(), is_cut: false };

    /// Adds a row if there is room.
    fn add(&mut self, row: Row, bytes: &mut usize) {
        *bytes += row.size();
        if *bytes > PAGE_BYTES && !self.rows.is_empty() {
            self.is_cut = true;
        } else {
            self.rows.push(row);
        }
    }
}

pub(crate) async fn sqlite_page(
    connection: &mut SqliteConnection,
    sql: &str,
    cells: Vec<Cell>,
) -> Result<Fetched, StoreError> {
    let mut rows = sqlx::query_with(sql_text(sql), sqlite_arguments(cells)?).fetch(connection);
    let (mut page, mut bytes) = (Fetched::EMPTY, 0);
    while !page.is_cut {
        let Some(row) = rows.try_next().await? else { break };
        page.add(sqlite_row(&row)?, &mut bytes);
    }
    Ok(page)
}

pub(crate) async fn postgres_page(
    connection: &mut PgConnection,
    sql: &str,
    cells: Vec<Cell>,
) -> Result<Fetched, StoreError> {
    let mut rows = sqlx::query_with(sql_text(sql), postgres_arguments(cells)?).fetch(connection);
    let (mut page, mut bytes) = (Fetched::EMPTY, 0);
    while !page.is_cut {
        let Some(row) = rows.try_next().await.map_err(conflict_or_error)? else { break };
        page.add(postgres_row(&row)?, &mut bytes);
    }
    Ok(page)
}

fn sqlite_row(row: &SqliteRow) -> Result<Row, StoreError> {
    let mut cells = Vec::with_capacity(row.len());
    for column in 0..row.len() {
        let value = row.try_get_raw(column)?;
        let cell = if value.is_null() {
            Cell::Text(None)
        } else {
            match value.type_info().name() {
                "INTEGER" | "BOOLEAN" => Cell::Int(row.try_get_unchecked(column)?),
                "REAL" => Cell::Real(row.try_get_unchecked(column)?),
                "BLOB" => Cell::Bytes(Some(row.try_get_unchecked::<Vec<u8>, _>(column)?.into())),
                _ => Cell::Text(Some(row.try_get_unchecked::<&str, _>(column)?.into())),
            }
        };
        cells.push(cell);
    }
    Ok(Row(cells))
}

fn postgres_row(row: &PgRow) -> Result<Row, StoreError> {
    let mut cells = Vec::with_capacity(row.len());
    for column in row.columns() {
        let index = column.ordinal();
        let cell = match column.type_info().name() {
            "INT8" => Cell::Int(row.try_get(index)?),
            "INT4" => Cell::Int(row.try_get::<Option<i32>, _>(index)?.map(i64::from)),
            "FLOAT8" => Cell::Real(row.try_get(index)?),
            "BYTEA" => Cell::Bytes(row.try_get::<Option<Vec<u8>>, _>(index)?.map(Into::into)),
            "TEXT" | "VARCHAR" | "NAME" => Cell::Text(row.try_get::<Option<&str>, _>(index)?.map(Into::into)),
            other => return Err(StoreError::Corrupt(format!("a column has the type {other}"))),
        };
        cells.push(cell);
    }
    Ok(Row(cells))
}

/// SQLite takes many rows as one long VALUES list. The lists have as many rows as a power of two, so that
/// there are few statements, and each is prepared once; what is too long is filled with rows of nulls, which
/// are left out. The first column is a part of the key in every table, and so never null.
pub(crate) async fn sqlite_insert(
    connection: &mut SqliteConnection,
    insert: Rows,
) -> Result<u64, StoreError> {
    let Rows { table, columns, rows, tail } = insert;
    let names = columns.join(", ");
    // The largest power of two that is not more.
    let most = 1 << (SQLITE_VALUES_PER_STATEMENT / columns.len()).max(1).ilog2();
    let mut changed = 0;
    let mut rows = rows.into_iter();
    while rows.len() > 0 {
        let count = rows.len().min(most);
        let length = count.next_power_of_two();
        let values = placeholders(length, columns.len());
        // Whatever fails ends the transaction, so there is no need to be able to take back one statement,
        // which would cost a copy of each page that it changes.
        let sql = if length == 1 {
            format!("INSERT OR FAIL INTO {table} ({names}) VALUES {values} {tail}")
        } else {
            format!(
                "INSERT OR FAIL INTO {table} ({names}) \
                 SELECT * FROM (VALUES {values}) WHERE column1 IS NOT NULL {tail}"
            )
        };
        let mut cells: Vec<Cell> = rows.by_ref().take(count).flatten().collect();
        cells.resize(length * columns.len(), Cell::Int(None));
        changed += sqlite_execute(connection, &sql, cells).await?;
    }
    Ok(changed)
}

fn placeholders(rows: usize, columns: usize) -> String {
    let one_row = format!("({})", vec!["?"; columns].join(","));
    vec![one_row; rows].join(",")
}

/// PostgreSQL takes many rows as one array for each column, so one prepared statement fits any number; and
/// inserts into several tables as one statement, so that the way there and back is made once.
pub(crate) async fn postgres_insert(
    connection: &mut PgConnection,
    inserts: Vec<Rows>,
) -> Result<u64, StoreError> {
    let mut arguments = PgArguments::default();
    let mut placeholders = 0;
    let mut parts = Vec::with_capacity(inserts.len());
    for insert in inserts {
        parts.push(insert_part(insert, &mut arguments, &mut placeholders)?);
    }
    let Some(last) = parts.pop() else { return Ok(0) };
    let mut sql = String::new();
    for (place, part) in parts.iter().enumerate() {
        let word = if place == 0 { "WITH" } else { "," };
        sql.push_str(&format!("{word} part_{place} AS ({part}) "));
    }
    sql.push_str(&last);
    let query = sqlx::query_with(sql_text(&sql), arguments);
    Ok(query.execute(connection).await.map_err(conflict_or_error)?.rows_affected())
}

fn insert_part(
    insert: Rows,
    arguments: &mut PgArguments,
    placeholders: &mut usize,
) -> Result<String, StoreError> {
    let Rows { table, columns, mut rows, tail } = insert;
    let mut arrays = Vec::with_capacity(columns.len());
    for column in 0..columns.len() {
        let values = rows.iter_mut().map(|row| std::mem::replace(&mut row[column], Cell::Int(None)));
        let kind = bind_column(arguments, values.collect())?;
        *placeholders += 1;
        arrays.push(format!("${placeholders}::{kind}[]"));
    }
    let (columns, arrays) = (columns.join(", "), arrays.join(", "));
    Ok(format!("INSERT INTO {table} ({columns}) SELECT * FROM UNNEST({arrays}) {tail}"))
}

fn bind_column(arguments: &mut PgArguments, cells: Vec<Cell>) -> Result<&'static str, StoreError> {
    let mixed = || StoreError::Corrupt("a column of an insert has values of several types".to_owned());
    let kind = match cells.first() {
        Some(Cell::Int(_)) => {
            let values: Option<Vec<Option<i64>>> = cells
                .into_iter()
                .map(|cell| if let Cell::Int(value) = cell { Some(value) } else { None })
                .collect();
            arguments.add(values.ok_or_else(mixed)?).map_err(encode_error)?;
            "bigint"
        }
        Some(Cell::Real(_)) => {
            let values: Option<Vec<Option<f64>>> = cells
                .into_iter()
                .map(|cell| if let Cell::Real(value) = cell { Some(value) } else { None })
                .collect();
            arguments.add(values.ok_or_else(mixed)?).map_err(encode_error)?;
            "double precision"
        }
        Some(Cell::Text(_)) => {
            let mut values: Vec<Option<String>> = Vec::with_capacity(cells.len());
            for cell in cells {
                let Cell::Text(value) = cell else { return Err(mixed()) };
                values.push(value.as_deref().map(str::to_owned));
            }
            arguments.add(values).map_err(encode_error)?;
            "text"
        }
        Some(Cell::Bytes(_)) => {
            let mut values: Vec<Option<Vec<u8>>> = Vec::with_capacity(cells.len());
            for cell in cells {
                let Cell::Bytes(value) = cell else { return Err(mixed()) };
                values.push(value.as_deref().map(<[u8]>::to_vec));
            }
            arguments.add(values).map_err(encode_error)?;
            "bytea"
        }
        Some(Cell::Texts(_)) | None => return Err(mixed()),
    };
    Ok(kind)
}

pub(crate) async fn sqlite_script(connection: &mut SqliteConnection, sql: &str) -> Result<(), StoreError> {
    sqlx::raw_sql(sql_text(sql)).execute(connection).await?;
    Ok(())
}

pub(crate) async fn postgres_script(connection: &mut PgConnection, sql: &str) -> Result<(), StoreError> {
    sqlx::raw_sql(sql_text(sql)).execute(connection).await?;
    Ok(())
}
