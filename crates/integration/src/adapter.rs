//! An adapter: a mapping, ready to read files piece by piece and to make commands of their rows.

use std::sync::Arc;

use imsop_kernel::Problem;
use imsop_kernel::problem::Fault;
use serde_json::Value;

use crate::assemble::{ORDER_HISTORY, assemble};
use crate::canonical::RowRecord;
use crate::header::{self, Columns, HeaderError};
use crate::limits::PIECE_BYTES;
use crate::mapping::{Mapping, MappingError};
use crate::plan::Plan;
use crate::rows::{Row, RowSplitter};
use crate::totals::Totals;

/// Reads the files of one kind of source.
#[derive(Debug, Clone)]
pub struct CsvAdapter {
    mapping: Arc<Mapping>,
    plan: Arc<Plan>,
}

/// One row of a file.
#[derive(Debug, Clone)]
pub struct FileRow {
    /// Its number in the file, from 1, the header not counted.
    pub number: u64,
    /// Its bytes, as they stand in the file.
    pub original: Vec<u8>,
    /// What it says, or what is wrong with it.
    pub content: Result<RowRecord, Vec<Fault>>,
}

impl CsvAdapter {
    /// The adapter for a mapping.
    pub fn new(mapping: Mapping) -> Self {
        let plan = Arc::new(Plan::new(&mapping));
        Self { mapping: Arc::new(mapping), plan }
    }

    /// The adapter for a mapping document in YAML.
    pub fn from_yaml(text: &str) -> Result<Self, MappingError> {
        Mapping::from_yaml(text).map(Self::new)
    }

    /// Its name, as callers ask for it.
    pub fn name(&self) -> &str {
        &self.mapping.name
    }

    /// A reader for a new file.
    pub fn reader(&self) -> CsvReader {
        CsvReader {
            plan: self.plan.clone(),
            // A mapping's separator is ASCII; it was checked when the mapping was read.
            splitter: RowSplitter::new(u8::try_from(self.mapping.separator).unwrap_or(b',')),
            separator: self.mapping.separator,
            columns: None,
            rows: 0,
            totals: Totals::default(),
        }
    }

    /// Makes one command of all rows of one order, given in their canonical form: its kind and body.
    ///
    /// # Errors
    /// The rows contradict each other, or are not what this adapter wrote.
    pub fn assemble(&self, order_number: &str, rows: &[&str]) -> Result<(&'static str, Value), Vec<Fault>> {
        let mut records = Vec::with_capacity(rows.len());
        for row in rows {
            let record: RowRecord = serde_json::from_str(row)
                .map_err(|error| vec![Fault::whole("unreadable-row", error.to_string())])?;
            records.push(record);
        }
        let body = assemble(&self.mapping.source_system, order_number, &records)?;
        Ok((ORDER_HISTORY, body))
    }
}

/// Reads one file. Its memory does not grow with the file.
pub struct CsvReader {
    plan: Arc<Plan>,
    splitter: RowSplitter,
    separator: char,
    columns: Option<Columns>,
    rows: u64,
    totals: Totals,
}

impl CsvReader {
    /// Takes the next piece; gives the rows that are complete.
    ///
    /// # Errors
    /// The file as a whole is not what the mapping reads.
    pub fn push(&mut self, piece: &[u8]) -> Result<Vec<FileRow>, Problem> {
        let mut rows = Vec::new();
        for piece in piece.chunks(PIECE_BYTES) {
            self.splitter.push(piece);
            self.drain(&mut rows)?;
            if self.columns.is_none() && self.splitter.is_skipping() {
                return Err((&header::too_long()).into());
            }
        }
        Ok(rows)
    }

    /// Ends the file; gives the rows that remain.
    ///
    /// # Errors
    /// The file as a whole is not what the mapping reads: it may have no header at all.
    pub fn finish(&mut self) -> Result<Vec<FileRow>, Problem> {
        self.splitter.finish();
        let mut rows = Vec::new();
        self.drain(&mut rows)?;
        if self.columns.is_none() {
            return Err((&HeaderError::EmptyFile { expected: self.plan.columns().len() }).into());
        }
        Ok(rows)
    }

    /// What the rows so far amount to.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    fn drain(&mut self, rows: &mut Vec<FileRow>) -> Result<(), Problem> {
        while let Some(row) = self.splitter.next_row() {
            let Some(columns) = &self.columns else {
                let columns = header::check(&row, self.plan.columns(), self.separator)
                    .map_err(|error| Problem::from(&error))?;
                self.splitter.expect_fields(columns.count);
                self.columns = Some(columns);
                continue;
            };
            if is_blank(&row) {
                continue;
            }
            self.rows += 1;
            let content = match &row.content {
                Ok(fields) => self.plan.read(fields, columns),
                Err(fault) => Err(vec![Fault::whole(fault.code(), format!("line {}: {fault}", row.line))]),
            };
            self.totals.add_row(&content);
            rows.push(FileRow { number: self.rows, original: row.original, content });
        }
        Ok(())
    }
}

/// A line with nothing in it, as editors leave them at the end of a file.
fn is_blank(row: &Row) -> bool {
    row.original.iter().all(u8::is_ascii_whitespace)
}
