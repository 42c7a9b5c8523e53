//! Conditions and pages of list questions, for every context that has lists. Lists are ordered by
//! `created_at` and `id`, the newest first.

use imsop_kernel::{Tenant, Timestamp};

use crate::cell::Cell;
use crate::database::Dialect;

/// A condition of a list, with one `?` for each of its values.
struct Condition {
    sql: String,
    cells: Vec<Cell>,
}

impl Condition {
    fn new(sql: &str, cells: Vec<Cell>) -> Self {
        Self { sql: sql.to_owned(), cells }
    }
}

/// The conditions of a list question.
pub struct Filter {
    conditions: Vec<Condition>,
    alternatives: Vec<Condition>,
}

/// A statement in the making: its placeholders are numbered through.
#[derive(Default)]
struct Statement {
    sql: String,
    cells: Vec<Cell>,
}

impl Statement {
    fn value(&mut self, cell: Cell) {
        self.cells.push(cell);
        self.sql.push_str(&format!("${}", self.cells.len()));
    }

    fn condition(&mut self, condition: &Condition) {
        let mut pieces = condition.sql.split('?');
        self.sql.push_str(pieces.next().unwrap_or_default());
        for (piece, cell) in pieces.zip(&condition.cells) {
            self.value(cell.clone());
            self.sql.push_str(piece);
        }
    }
}

impl Filter {
    /// Everything of the tenant.
    pub fn of(tenant: &Tenant) -> Self {
        let own = Condition::new("tenant = ?", vec![tenant.into()]);
        Self { conditions: vec![own], alternatives: Vec::new() }
    }

    /// Adds a condition with one `?` for each value.
    pub fn and(&mut self, sql: &str, cells: Vec<Cell>) {
        self.conditions.push(Condition::new(sql, cells));
    }

    /// Adds that one of two conditions holds, of which never both do. Each is looked up by its own index;
    /// an OR would make the database read the whole table.
    pub fn either(&mut self, one: (&str, Vec<Cell>), other: (&str, Vec<Cell>)) {
        self.alternatives = vec![Condition::new(one.0, one.1), Condition::new(other.0, other.1)];
    }

    /// Adds that a column has this value, if there is one.
    pub fn equal(&mut self, column: &str, value: Option<String>) {
        if let Some(value) = value {
            self.and(&format!("{column} = ?"), vec![value.into()]);
        }
    }

    /// Adds that a column has one of these values.
    pub fn one_of(&mut self, column: &str, values: Vec<String>, dialect: Dialect) {
        self.and(&format!("{column} {}", dialect.one_of("?")), vec![values.into()]);
    }

    /// Adds that a number begins with this text. Bounds rather than LIKE: they use the index on both
    /// databases and need no escaping.
    pub fn number(&mut self, number: Option<String>) {
        let number = number.map(|number| number.trim().to_lowercase()).filter(|text| !text.is_empty());
        let Some(number) = number else { return };
        let end = format!("{number}\u{10ffff}");
        self.and("number >= ? AND number < ?", vec![number.into(), end.into()]);
    }

    /// Adds that it began within these moments.
    pub fn between(&mut self, from: Option<Timestamp>, to: Option<Timestamp>) {
        if let Some(from) = from {
            self.and("created_at >= ?", vec![from.into()]);
        }
        if let Some(to) = to {
            self.and("created_at < ?", vec![to.into()]);
        }
    }

    /// The statement for a page: these columns (`created_at` and `id` among them) of at most `limit` rows
    /// behind a place.
    pub fn page(
        &self,
        columns: &str,
        table: &str,
        after: Option<&Cursor>,
        limit: i64,
    ) -> (String, Vec<Cell>) {
        let mut statement = Statement::default();
        let several = self.alternatives.len() > 1;
        if several {
            statement.sql.push_str(&format!("SELECT {columns} FROM ("));
        }
        for (place, alternative) in self.branches().into_iter().enumerate() {
            if place > 0 {
                statement.sql.push_str(" UNION ALL ");
            }
            if several {
                statement.sql.push_str("SELECT * FROM (");
            }
            self.select(&mut statement, columns, table, alternative, after);
            statement.sql.push_str(" ORDER BY created_at DESC, id DESC LIMIT ");
            statement.value(limit.into());
            if several {
                statement.sql.push_str(&format!(") part{place}"));
            }
        }
        if several {
            statement.sql.push_str(") parts ORDER BY created_at DESC, id DESC LIMIT ");
            statement.value(limit.into());
        }
        (statement.sql, statement.cells)
    }

    /// The statement that counts, up to `most` of each alternative.
    pub fn count(&self, table: &str, most: i64) -> (String, Vec<Cell>) {
        let mut statement = Statement::default();
        statement.sql.push_str("SELECT COUNT(*) FROM (");
        for (place, alternative) in self.branches().into_iter().enumerate() {
            if place > 0 {
                statement.sql.push_str(" UNION ALL ");
            }
            statement.sql.push_str("SELECT * FROM (");
            self.select(&mut statement, "1", table, alternative, None);
            statement.sql.push_str(" LIMIT ");
            statement.value(most.into());
            statement.sql.push_str(&format!(") part{place}"));
        }
        statement.sql.push_str(") counted");
        (statement.sql, statement.cells)
    }

    /// The statement for rows of a table that is no list, in this order.
    pub fn rows(&self, columns: &str, table: &str, order: &str, limit: i64) -> (String, Vec<Cell>) {
        let mut statement = Statement::default();
        self.select(&mut statement, columns, table, None, None);
        statement.sql.push_str(&format!(" ORDER BY {order} LIMIT "));
        statement.value(limit.into());
        (statement.sql, statement.cells)
    }

    fn branches(&self) -> Vec<Option<&Condition>> {
        if self.alternatives.is_empty() {
            return vec![None];
        }
        self.alternatives.iter().map(Some).collect()
    }

    fn select(
        &self,
        statement: &mut Statement,
        columns: &str,
        table: &str,
        alternative: Option<&Condition>,
        after: Option<&Cursor>,
    ) {
        statement.sql.push_str(&format!("SELECT {columns} FROM {table} WHERE "));
        for (place, condition) in self.conditions.iter().chain(alternative).enumerate() {
            if place > 0 {
                statement.sql.push_str(" AND ");
            }
            statement.condition(condition);
        }
        if let Some(cursor) = after {
            let behind = vec![cursor.created_at.into(), cursor.id.as_str().into()];
            statement.sql.push_str(" AND ");
            statement.condition(&Condition::new("(created_at, id) < (?, ?)", behind));
        }
    }
}

/// A place in a list, behind the item that began at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// When it began, in microseconds since 1970.
    pub created_at: i64,
    /// Its id.
    pub id: String,
}

impl Cursor {
    /// The cursor as callers see it.
    pub fn encode(&self) -> String {
        format!("{:x}.{}", self.created_at, self.id)
    }

    /// Reads a cursor.
    pub fn decode(text: &str) -> Option<Self> {
        let (created_at, id) = text.split_once('.')?;
        let created_at = i64::from_str_radix(created_at, 16).ok()?;
        id.parse::<imsop_kernel::Uuid>().ok()?;
        Some(Self { created_at, id: id.to_owned() })
    }
}
