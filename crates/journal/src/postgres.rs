//! PostgreSQL's driver: connecting, binding cells, reading rows, many rows at once.

use futures_util::TryStreamExt;
use sqlx::error::DatabaseError;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgRow};
use sqlx::{Arguments, AssertSqlSafe, Column, Row as _, TypeInfo};

use crate::cell::{Cell, Fetched, Row, Rows};
use crate::error::StoreError;
use crate::limits::{
    ACQUIRE_TIMEOUT, POSTGRES_IDLE_TIMEOUT, POSTGRES_LOCK_TIMEOUT, POSTGRES_PLANS, READ_CONNECTIONS,
};

/// Opens the schema of this context, and makes it if it does not exist.
pub(crate) async fn open(url: &str, context: &str) -> Result<PgPool, StoreError> {
    let options: PgConnectOptions = url.parse()?;
    let bootstrap = PgPoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
    let mut connection = bootstrap.acquire().await?;
    // Even with IF NOT EXISTS, two processes that make the same schema at once collide; one script is one
    // transaction, which holds the lock to its end.
    let make_schema = format!(
        "SELECT pg_advisory_xact_lock(hashtext('{context}')::bigint); CREATE SCHEMA IF NOT EXISTS {context}"
    );
    script(&mut connection, &make_schema).await?;
    drop(connection);
    bootstrap.close().await;
    Ok(PgPoolOptions::new()
        .max_connections(READ_CONNECTIONS + 1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options.options([
            ("search_path", context),
            ("lock_timeout", POSTGRES_LOCK_TIMEOUT),
            ("plan_cache_mode", POSTGRES_PLANS),
            ("idle_in_transaction_session_timeout", POSTGRES_IDLE_TIMEOUT),
        ]))
        .await?)
}

// Statements are made of constants of this workspace and placeholders only; values are always bound.
fn sql_text(sql: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(sql.to_owned())
}

fn encode_error(error: sqlx::error::BoxDynError) -> StoreError {
    StoreError::Postgres(sqlx::Error::Encode(error))
}

/// PostgreSQL's word for "somebody else was there at the same time": serialisation failure, deadlock, a
/// unique key that another writer took first (a stream's next version), no room for more locks.
pub(crate) fn conflict_or_error(error: sqlx::Error) -> StoreError {
    const CONFLICTS: [&str; 4] = ["40001", "40P01", "23505", "53200"];
    let code = error.as_database_error().and_then(DatabaseError::code);
    match code {
        Some(code) if CONFLICTS.contains(&code.as_ref()) => StoreError::Conflict(error.to_string()),
        _ => StoreError::Postgres(error),
    }
}

/// Whether the database refuses the values that it was given, rather than having a trouble of its own.
pub(crate) fn refuses_values(error: &sqlx::Error) -> bool {
    // Data exception, integrity violation, program limit exceeded.
    const CLASSES: [&str; 3] = ["22", "23", "54"];
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.is_some_and(|code| CLASSES.iter().any(|class| code.starts_with(class)))
}

fn arguments(cells: Vec<Cell>) -> Result<PgArguments, StoreError> {
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

pub(crate) async fn execute(
    connection: &mut PgConnection,
    sql: &str,
    cells: Vec<Cell>,
) -> Result<u64, StoreError> {
    let query = sqlx::query_with(sql_text(sql), arguments(cells)?);
    Ok(query.execute(connection).await.map_err(conflict_or_error)?.rows_affected())
}

pub(crate) async fn fetch(
    connection: &mut PgConnection,
    sql: &str,
    cells: Vec<Cell>,
) -> Result<Vec<Row>, StoreError> {
    Ok(page(connection, sql, cells, Fetched::all()).await?.rows)
}

pub(crate) async fn page(
    connection: &mut PgConnection,
    sql: &str,
    cells: Vec<Cell>,
    mut page: Fetched,
) -> Result<Fetched, StoreError> {
    let mut rows = sqlx::query_with(sql_text(sql), arguments(cells)?).fetch(connection);
    while !page.is_cut {
        let Some(found) = rows.try_next().await.map_err(conflict_or_error)? else { break };
        page.add(row(&found)?);
    }
    Ok(page)
}

fn row(row: &PgRow) -> Result<Row, StoreError> {
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

/// PostgreSQL takes many rows as one array for each column, so one prepared statement fits any number; and
/// inserts into several tables as one statement, so that the way there and back is made once.
pub(crate) async fn insert(connection: &mut PgConnection, inserts: Vec<Rows>) -> Result<u64, StoreError> {
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

pub(crate) async fn script(connection: &mut PgConnection, sql: &str) -> Result<(), StoreError> {
    sqlx::raw_sql(sql_text(sql)).execute(connection).await?;
    Ok(())
}
