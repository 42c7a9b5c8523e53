//! Values on their way to and from a database, the same for both.

use std::sync::Arc;

use imsop_kernel::{StreamId, Tenant, Timestamp, Uuid};

use crate::error::StoreError;
use crate::limits::PAGE_BYTES;

/// One value of a statement or a row. Its type is known even where it is null, because PostgreSQL
/// wants to know it.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// BIGINT. Also times, as microseconds since 1970, and booleans, as 0 and 1.
    Int(Option<i64>),
    /// DOUBLE PRECISION.
    Real(Option<f64>),
    /// TEXT. Also ids and JSON.
    Text(Option<Arc<str>>),
    /// BLOB or BYTEA.
    Bytes(Option<Arc<[u8]>>),
    /// Several texts, for [`crate::database::Dialect::one_of`]. Never in a row.
    Texts(Vec<String>),
}

impl From<i64> for Cell {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<bool> for Cell {
    fn from(value: bool) -> Self {
        Self::Int(Some(i64::from(value)))
    }
}

impl From<f64> for Cell {
    fn from(value: f64) -> Self {
        Self::Real(Some(value))
    }
}

impl From<&str> for Cell {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.into()))
    }
}

impl From<String> for Cell {
    fn from(value: String) -> Self {
        Self::Text(Some(value.into()))
    }
}

impl From<Arc<str>> for Cell {
    fn from(value: Arc<str>) -> Self {
        Self::Text(Some(value))
    }
}

impl From<Option<&str>> for Cell {
    fn from(value: Option<&str>) -> Self {
        Self::Text(value.map(Into::into))
    }
}

impl From<Option<String>> for Cell {
    fn from(value: Option<String>) -> Self {
        Self::Text(value.map(Into::into))
    }
}

impl From<Option<i64>> for Cell {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<Option<f64>> for Cell {
    fn from(value: Option<f64>) -> Self {
        Self::Real(value)
    }
}

impl From<Uuid> for Cell {
    fn from(value: Uuid) -> Self {
        Self::Text(Some(value.to_string().into()))
    }
}

impl From<Option<Uuid>> for Cell {
    fn from(value: Option<Uuid>) -> Self {
        Self::Text(value.map(|id| id.to_string().into()))
    }
}

impl From<&Tenant> for Cell {
    fn from(value: &Tenant) -> Self {
        value.as_str().into()
    }
}

impl From<StreamId> for Cell {
    fn from(value: StreamId) -> Self {
        value.to_string().into()
    }
}

impl From<Timestamp> for Cell {
    fn from(value: Timestamp) -> Self {
        Self::Int(Some(value.as_microsecond()))
    }
}

impl From<Option<Timestamp>> for Cell {
    fn from(value: Option<Timestamp>) -> Self {
        Self::Int(value.map(Timestamp::as_microsecond))
    }
}

impl From<Vec<u8>> for Cell {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(Some(value.into()))
    }
}

impl From<Vec<String>> for Cell {
    fn from(value: Vec<String>) -> Self {
        Self::Texts(value)
    }
}

/// Rows on their way into one table. All have the same columns.
pub struct Rows {
    /// The table.
    pub table: &'static str,
    /// The columns.
    pub columns: Vec<&'static str>,
    /// The values of each row.
    pub rows: Vec<Vec<Cell>>,
    /// What follows the values, for example an ON CONFLICT clause.
    pub tail: String,
}

/// One row of an answer. Columns are read by their place in the statement.
#[derive(Debug, Clone)]
pub struct Row(pub(crate) Vec<Cell>);

impl Row {
    /// How much of memory its texts and bytes take.
    pub(crate) fn size(&self) -> usize {
        let mut bytes = 0;
        for cell in &self.0 {
            bytes += match cell {
                Cell::Text(Some(text)) => text.len(),
                Cell::Bytes(Some(value)) => value.len(),
                _ => size_of::<i64>(),
            };
        }
        bytes
    }

    fn wrong(&self, column: usize, expected: &'static str) -> StoreError {
        StoreError::Corrupt(format!("column {column} is not {expected}: {:?}", self.0.get(column)))
    }

    /// A number that may be null.
    pub fn maybe_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.0.get(column) {
            Some(Cell::Int(value)) => Ok(*value),
            // A null has no type of its own in SQLite.
            Some(Cell::Text(None) | Cell::Real(None) | Cell::Bytes(None)) => Ok(None),
            _ => Err(self.wrong(column, "a number")),
        }
    }

    /// A number.
    pub fn int(&self, column: usize) -> Result<i64, StoreError> {
        self.maybe_int(column)?.ok_or_else(|| self.wrong(column, "a number"))
    }

    /// A yes or no.
    pub fn bool(&self, column: usize) -> Result<bool, StoreError> {
        Ok(self.int(column)? != 0)
    }

    /// A real number that may be null.
    pub fn maybe_real(&self, column: usize) -> Result<Option<f64>, StoreError> {
        match self.0.get(column) {
            Some(Cell::Real(value)) => Ok(*value),
            Some(Cell::Int(Some(value))) => Ok(Some(*value as f64)),
            Some(Cell::Int(None) | Cell::Text(None) | Cell::Bytes(None)) => Ok(None),
            _ => Err(self.wrong(column, "a real number")),
        }
    }

    /// A real number.
    pub fn real(&self, column: usize) -> Result<f64, StoreError> {
        self.maybe_real(column)?.ok_or_else(|| self.wrong(column, "a real number"))
    }

    /// A text that may be null.
    pub fn maybe_text(&self, column: usize) -> Result<Option<&str>, StoreError> {
        match self.0.get(column) {
            Some(Cell::Text(value)) => Ok(value.as_deref()),
            Some(Cell::Int(None) | Cell::Real(None) | Cell::Bytes(None)) => Ok(None),
            _ => Err(self.wrong(column, "a text")),
        }
    }

    /// A text.
    pub fn text(&self, column: usize) -> Result<&str, StoreError> {
        self.maybe_text(column)?.ok_or_else(|| self.wrong(column, "a text"))
    }

    /// Bytes.
    pub fn bytes(&self, column: usize) -> Result<&[u8], StoreError> {
        match self.0.get(column) {
            Some(Cell::Bytes(Some(value))) => Ok(value),
            _ => Err(self.wrong(column, "bytes")),
        }
    }

    /// An id.
    pub fn uuid(&self, column: usize) -> Result<Uuid, StoreError> {
        self.text(column)?.parse().map_err(|_| self.wrong(column, "an id"))
    }

    /// A moment.
    pub fn timestamp(&self, column: usize) -> Result<Timestamp, StoreError> {
        let microseconds = self.int(column)?;
        Timestamp::from_microsecond(microseconds).map_err(|_| self.wrong(column, "a time"))
    }

    /// A moment that may be null.
    pub fn maybe_timestamp(&self, column: usize) -> Result<Option<Timestamp>, StoreError> {
        let Some(microseconds) = self.maybe_int(column)? else {
            return Ok(None);
        };
        Timestamp::from_microsecond(microseconds).map(Some).map_err(|_| self.wrong(column, "a time"))
    }

    /// A tenant.
    pub fn tenant(&self, column: usize) -> Result<Tenant, StoreError> {
        Tenant::new(self.text(column)?).map_err(|_| self.wrong(column, "a tenant"))
    }
}

/// Rows of an answer.
pub struct Fetched {
    /// The rows, in their order.
    pub rows: Vec<Row>,
    /// Whether there are more, which were left out because of their size.
    pub is_cut: bool,
    /// Bytes that there is room for.
    room: usize,
}

impl Fetched {
    /// With room for all rows, however large.
    pub(crate) fn all() -> Self {
        Self { rows: Vec::new(), is_cut: false, room: usize::MAX }
    }

    /// With room for a page.
    pub(crate) fn page() -> Self {
        Self { room: PAGE_BYTES, ..Self::all() }
    }

    /// Adds a row if there is room.
    pub(crate) fn add(&mut self, row: Row) {
        let size = row.size();
        if size > self.room && !self.rows.is_empty() {
            self.is_cut = true;
            return;
        }
        self.room = self.room.saturating_sub(size);
        self.rows.push(row);
    }
}
