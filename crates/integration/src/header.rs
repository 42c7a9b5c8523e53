//! The header of a file: checked before any row is believed.

use imsop_kernel::Problem;
use imsop_kernel::problem::Fault;

use crate::limits::{COLUMNS_IN_ERROR, QUOTED_TEXT, ROW_BYTES};
use crate::rows::{Fields, Row, RowSplitter};
use crate::text::shortened;

/// The separators that files of this kind are written with.
const SEPARATORS: [char; 4] = [',', ';', '\t', '|'];

/// The file as a whole is not what the mapping reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// There is nothing in it.
    #[error("the file is empty; a header with {expected} columns is expected")]
    EmptyFile {
        /// How many columns the mapping needs.
        expected: usize,
    },
    /// Its first line cannot be read.
    #[error("the header cannot be read: {why}")]
    Unreadable {
        /// A stable code.
        code: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// It is cut at another character.
    #[error("the columns seem to be separated by {found:?}, but {expected:?} is expected")]
    WrongSeparator {
        /// The mapping's separator.
        expected: char,
        /// The separator with which the header has more of the columns.
        found: char,
    },
    /// It lacks columns.
    #[error("the header lacks {}; separated by {separator:?} it has {}", quoted(missing), quoted(found))]
    MissingColumns {
        /// What is not there.
        missing: Vec<String>,
        /// What is there.
        found: Vec<String>,
        /// The mapping's separator.
        separator: char,
    },
    /// It names a column twice, so that a value could be either.
    #[error("the header names the column `{column}` more than once")]
    DuplicateColumn {
        /// The column.
        column: String,
    },
}

fn quoted(columns: &[String]) -> String {
    let mut names: Vec<String> = Vec::new();
    for column in columns.iter().take(COLUMNS_IN_ERROR) {
        names.push(format!("`{}`", shortened(column, QUOTED_TEXT)));
    }
    if columns.len() > COLUMNS_IN_ERROR {
        names.push(format!("{} more", columns.len() - COLUMNS_IN_ERROR));
    }
    names.join(", ")
}

impl HeaderError {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::EmptyFile { .. } => "empty-file",
            Self::Unreadable { code, .. } => code,
            Self::WrongSeparator { .. } => "wrong-separator",
            Self::MissingColumns { .. } => "missing-column",
            Self::DuplicateColumn { .. } => "duplicate-column",
        }
    }

    /// The single faults: one for each missing column, otherwise the error itself.
    pub fn faults(&self) -> Vec<Fault> {
        let Self::MissingColumns { missing, .. } = self else {
            return vec![Fault::whole(self.code(), self.to_string())];
        };
        let mut faults = Vec::new();
        for column in missing.iter().take(COLUMNS_IN_ERROR) {
            faults.push(Fault::at(column, self.code(), format!("the column `{column}` is missing")));
        }
        faults
    }
}

impl From<&HeaderError> for Problem {
    fn from(error: &HeaderError) -> Self {
        Self::new(422, "file-not-readable", "The file is not what the adapter reads")
            .detail(error.to_string())
            .errors(error.faults())
    }
}

/// Where a file has the columns that a mapping needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// The place in a row of each of the mapping's columns, in the order of the mapping.
    pub positions: Vec<usize>,
    /// The columns that the mapping does not name, with their places.
    pub unmapped: Vec<(usize, String)>,
    /// How many columns there are.
    pub count: usize,
}

/// Finds a mapping's columns in the first row of a file. Order and letter case are the file's own
/// affair.
pub fn check(header: &Row, wanted: &[String], separator: char) -> Result<Columns, HeaderError> {
    let fields = match &header.content {
        Ok(fields) => fields,
        Err(fault) => return Err(unreadable(&header.original, fault.code(), fault.to_string())),
    };
    let missing = missing_columns(fields, wanted);
    if !missing.is_empty() {
        if let Some(found) = likelier_separator(&header.original, wanted, separator, missing.len()) {
            return Err(HeaderError::WrongSeparator { expected: separator, found });
        }
        let found = fields.iter().map(|column| column.trim().to_owned()).collect();
        return Err(HeaderError::MissingColumns { missing, found, separator });
    }
    let mut positions = Vec::with_capacity(wanted.len());
    for column in wanted {
        let mut places = fields.iter().enumerate().filter(|(_, found)| is_column(found, column));
        // `missing` is empty, so there is a first place.
        let Some((place, _)) = places.next() else { continue };
        if places.next().is_some() {
            return Err(HeaderError::DuplicateColumn { column: column.clone() });
        }
        positions.push(place);
    }
    let mut unmapped: Vec<(usize, String)> = Vec::new();
    for (place, column) in fields.iter().enumerate() {
        if !positions.contains(&place) {
            unmapped.push((place, unmapped_name(column, place, &unmapped)));
        }
    }
    Ok(Columns { positions, unmapped, count: fields.len() })
}

/// The error for a first line that is longer than any row may be.
pub fn too_long() -> HeaderError {
    let why = format!("the first line is longer than {ROW_BYTES} bytes");
    HeaderError::Unreadable { code: "row-too-long", why }
}

fn unreadable(original: &[u8], code: &'static str, why: String) -> HeaderError {
    let is_utf16 = original.starts_with(b"\xff\xfe") || original.starts_with(b"\xfe\xff");
    if is_utf16 {
        let why = "the file is UTF-16; UTF-8 is expected".to_owned();
        return HeaderError::Unreadable { code: "wrong-encoding", why };
    }
    HeaderError::Unreadable { code, why }
}

fn is_column(found: &str, wanted: &str) -> bool {
    found.trim().eq_ignore_ascii_case(wanted)
}

fn missing_columns(fields: &Fields, wanted: &[String]) -> Vec<String> {
    let mut missing = Vec::new();
    for column in wanted {
        if !fields.iter().any(|found| is_column(found, column)) {
            missing.push(column.clone());
        }
    }
    missing
}

/// The separator with which the fewest columns are missing, if fewer than with the expected one.
fn likelier_separator(header: &[u8], wanted: &[String], expected: char, missing: usize) -> Option<char> {
    let mut likeliest = None;
    let mut fewest = missing;
    for separator in SEPARATORS {
        if separator == expected {
            continue;
        }
        let mut splitter = RowSplitter::new(separator as u8);
        splitter.push(header);
        splitter.finish();
        let Some(Ok(fields)) = splitter.next_row().map(|row| row.content) else { continue };
        let missing = missing_columns(&fields, wanted).len();
        if missing < fewest {
            likeliest = Some(separator);
            fewest = missing;
        }
    }
    likeliest
}

/// The attribute that a column without a mapping becomes. The prefix keeps it apart from the
/// mapping's own attributes, a number from another column of the same name.
fn unmapped_name(column: &str, place: usize, before: &[(usize, String)]) -> String {
    let name = format!("column:{}", column.trim());
    if column.trim().is_empty() || before.iter().any(|(_, other)| *other == name) {
        return format!("{name}#{}", place + 1);
    }
    name
}
