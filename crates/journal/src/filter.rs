//! Conditions and places of list questions, for every context that has lists.

use imsop_kernel::{Tenant, Timestamp};

use crate::cell::Cell;

/// A condition of a list, with its value.
struct Condition {
    sql: String,
    cells: Vec<Cell>,
}

/// The conditions of a list question.
pub struct Filter {
    conditions: Vec<Condition>,
}

impl Filter {
    /// Everything of the tenant.
    pub fn of(tenant: &Tenant) -> Self {
        Self { conditions: vec![Condition { sql: "tenant = ?".to_owned(), cells: vec![tenant.into()] }] }
    }

    /// Adds a condition with one `?` for each value.
    pub fn and(&mut self, sql: &str, cells: Vec<Cell>) {
        self.conditions.push(Condition { sql: sql.to_owned(), cells });
    }

    /// Adds that a column has this value, if there is one.
    pub fn equal(&mut self, column: &str, value: Option<String>) {
        if let Some(value) = value {
            self.and(&format!("{column} = ?"), vec![value.into()]);
        }
    }

    /// Adds that a number begins with this text. Bounds rather than LIKE: they use the index on both
    /// databases and need no escaping.
    pub fn number(&mut self, number: Option<String>) {
        let Some(number) = number.map(|number| number.trim().to_lowercase()).filter(|text| !text.is_empty())
        else {
            return;
        };
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

    /// The condition with numbered placeholders, and its values.
    pub fn build(&self) -> (String, Vec<Cell>) {
        let mut sql = String::new();
        let mut cells = Vec::new();
        for condition in &self.conditions {
            if !sql.is_empty() {
                sql.push_str(" AND ");
            }
            for (index, piece) in condition.sql.split('?').enumerate() {
                if index > 0 {
                    cells.push(condition.cells[index - 1].clone());
                    sql.push_str(&format!("${}", cells.len()));
                }
                sql.push_str(piece);
            }
        }
        (sql, cells)
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
