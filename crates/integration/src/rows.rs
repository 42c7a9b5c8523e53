//! From bytes to rows: RFC 4180 as files in the wild keep it, in bounded memory.
//!
//! The splitter is fed pieces of any size and asked for rows. A row that is not fit is given out
//! too, with its bytes and the reason, and reading goes on behind it. The one thing that could
//! swallow a file is a quote that is never closed: when a quoted field makes a row too long, gives
//! it the wrong number of fields or reaches the end of the file, only the first physical line is
//! put aside and the next physical line is read afresh.

use crate::limits::{FIELDS_PER_ROW, KEPT_OF_LONG_ROW, LINE_BREAKS_PER_ROW, ROW_BYTES};

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";
const QUOTE: u8 = b'"';

/// How a row ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// `\n`
    Lf,
    /// `\r\n`
    CrLf,
    /// The file ended.
    EndOfFile,
}

impl LineEnd {
    /// The bytes that stood there.
    pub fn bytes(self) -> &'static [u8] {
        match self {
            Self::Lf => b"\n",
            Self::CrLf => b"\r\n",
            Self::EndOfFile => b"",
        }
    }
}

/// Why a row could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum RowFault {
    #[error("a quoted field is not closed, or a quote stands where none may")]
    BrokenQuote,
    #[error("the row has {found} fields, the header has {expected}")]
    FieldCount { found: usize, expected: usize },
    #[error("the row has {bytes} bytes; the limit is {ROW_BYTES}; only its beginning is kept")]
    RowTooLong { bytes: u64 },
    #[error("the row is not UTF-8: byte {at} of the row does not belong there")]
    InvalidUtf8 { at: usize },
    #[error("the row holds a NUL byte, at byte {at} of the row")]
    NulByte { at: usize },
    #[error("the row has more than {FIELDS_PER_ROW} fields")]
    TooManyFields,
}

impl RowFault {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BrokenQuote => "broken-quote",
            Self::FieldCount { .. } => "field-count",
            Self::RowTooLong { .. } => "row-too-long",
            Self::InvalidUtf8 { .. } => "invalid-utf8",
            Self::NulByte { .. } => "nul-byte",
            Self::TooManyFields => "too-many-fields",
        }
    }
}

/// The fields of a row, unquoted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields {
    text: String,
    ends: Vec<usize>,
}

impl Fields {
    /// The number of fields.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no field. A row always has one.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The field at this place, from 0.
    pub fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = if index == 0 { 0 } else { *self.ends.get(index - 1)? };
        self.text.get(start..end)
    }

    /// All fields in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|index| self.get(index))
    }
}

/// A row as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The physical line that it begins on, from 1.
    pub line: u64,
    /// Where its first byte stands in the file, from 0.
    pub offset: u64,
    /// Its bytes without the line end. Of an over-long row the beginning.
    pub original: Vec<u8>,
    /// What followed it.
    pub line_end: LineEnd,
    /// Its fields, or why it has none.
    pub content: Result<Fields, RowFault>,
}

/// Splits a file into rows. Feed with [`push`](Self::push), then take rows until there is none;
/// at the end of the file call [`finish`](Self::finish) and take the rest. The buffer holds one
/// piece and at most one unfinished row, if all rows are taken between two pieces.
#[derive(Debug)]
pub struct RowSplitter {
    separator: u8,
    expected_fields: Option<usize>,
    pending: Vec<u8>,
    /// Where the row that is being read begins in `pending`.
    start: usize,
    scan: Scan,
    skipped: Option<Skipped>,
    offset: u64,
    line: u64,
    mark_looked_for: bool,
    finished: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    FieldStart,
    Unquoted,
    Quoted,
    /// Behind a quote in a quoted field: it closes the field, unless another quote follows.
    QuoteSeen,
    /// Behind a closed field and a carriage return.
    ReturnSeen,
    /// A quote is broken on the first physical line, whose end is still to be found.
    Broken,
}

#[derive(Debug, Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
    has_escapes: bool,
}

/// How far the reading of one row has come. Places are counted from the beginning of the row.
#[derive(Debug, Default)]
struct Scan {
    at: usize,
    state: State,
    field_start: usize,
    quoted_end: usize,
    has_escapes: bool,
    stray_quote: bool,
    spans: Vec<Span>,
    fields: usize,
    first_line_end: Option<usize>,
    line_breaks: usize,
}

/// An over-long row of which the end has not come yet.
#[derive(Debug)]
struct Skipped {
    row: Row,
    bytes: u64,
    last_was_return: bool,
}

enum Step {
    NeedMore,
    /// The row ends before this place, where its line end stands.
    RowEnd {
        at: usize,
        line_end: LineEnd,
    },
    /// The first physical line ends before this place and is broken.
    BrokenLine {
        at: usize,
        line_end: LineEnd,
    },
    TooLong,
}

impl RowSplitter {
    /// A splitter for a file with this separator, an ASCII character.
    pub fn new(separator: u8) -> Self {
        Self {
            separator,
            expected_fields: None,
            pending: Vec::new(),
            start: 0,
            scan: Scan::default(),
            skipped: None,
            offset: 0,
            line: 1,
            mark_looked_for: false,
            finished: false,
        }
    }

    /// From now on a row with another number of fields is faulty.
    pub fn expect_fields(&mut self, fields: usize) {
        self.expected_fields = Some(fields);
    }

    /// Takes the next piece of the file.
    pub fn push(&mut self, piece: &[u8]) {
        self.pending.extend_from_slice(piece);
    }

    /// Says that the file has ended.
    pub fn finish(&mut self) {
        self.finished = true;
    }

    /// Whether it is within an over-long row and drops what comes.
    pub fn is_skipping(&self) -> bool {
        self.skipped.is_some()
    }

    /// Bytes that are held. Once all rows are taken, those of the row that is not complete.
    pub fn buffered(&self) -> usize {
        self.pending.len()
    }

    /// The next row, or nothing if more of the file is needed or the file is at its end.
    pub fn next_row(&mut self) -> Option<Row> {
        if !self.pass_mark() {
            return None;
        }
        loop {
            if self.skipped.is_some() {
                return self.skip();
            }
            match self.scan_row() {
                Step::NeedMore => {
                    self.compact();
                    return None;
                }
                Step::RowEnd { at, line_end } => {
                    if let Some(row) = self.take_row(at, line_end) {
                        return Some(row);
                    }
                }
                Step::BrokenLine { at, line_end } => return Some(self.take_broken_line(at, line_end)),
                Step::TooLong => self.begin_skipping(),
            }
        }
    }

    /// Steps over a byte order mark. False as long as it cannot be told whether there is one.
    fn pass_mark(&mut self) -> bool {
        if self.mark_looked_for {
            return true;
        }
        let seen = self.pending.len().min(UTF8_MARK.len());
        let could_be_mark = self.pending[..seen] == UTF8_MARK[..seen];
        if could_be_mark && seen < UTF8_MARK.len() && !self.finished {
            return false;
        }
        self.mark_looked_for = true;
        if could_be_mark && seen == UTF8_MARK.len() {
            self.start = seen;
            self.offset = seen as u64;
        }
        true
    }

    fn scan_row(&mut self) -> Step {
        let pending = &self.pending[self.start..];
        let bytes = &pending[..pending.len().min(ROW_BYTES)];
        let step = self.scan.run(bytes, self.separator);
        if let Some(step) = step {
            return step;
        }
        if bytes.len() == ROW_BYTES {
            return match self.scan.first_line_end {
                Some(at) => broken_line(bytes, at),
                None => Step::TooLong,
            };
        }
        if !self.finished || bytes.is_empty() {
            return Step::NeedMore;
        }
        self.scan.end_of_file(bytes)
    }

    /// Takes the row that ends here. None for a blank line.
    fn take_row(&mut self, at: usize, line_end: LineEnd) -> Option<Row> {
        if at == 0 {
            self.advance(line_end.bytes().len(), 1);
            return None;
        }
        let count_is_wrong = self.expected_fields.is_some_and(|expected| expected != self.scan.fields);
        if let Some(first) = self.scan.first_line_end.filter(|_| count_is_wrong) {
            let (at, line_end) = line_end_at(&self.pending[self.start..], first);
            return Some(self.take_broken_line(at, line_end));
        }
        let original = self.pending[self.start..self.start + at].to_vec();
        let content = self.scan.fields_of(&original, self.expected_fields);
        let row = Row { line: self.line, offset: self.offset, original, line_end, content };
        self.advance(at + line_end.bytes().len(), 1 + self.scan.line_breaks as u64);
        Some(row)
    }

    fn take_broken_line(&mut self, at: usize, line_end: LineEnd) -> Row {
        let original = self.pending[self.start..self.start + at].to_vec();
        let content = Err(RowFault::BrokenQuote);
        let row = Row { line: self.line, offset: self.offset, original, line_end, content };
        self.advance(at + line_end.bytes().len(), 1);
        row
    }

    fn begin_skipping(&mut self) {
        let bytes = &self.pending[self.start..self.start + ROW_BYTES];
        let row = Row {
            line: self.line,
            offset: self.offset,
            original: bytes[..KEPT_OF_LONG_ROW].to_vec(),
            line_end: LineEnd::EndOfFile,
            content: Err(RowFault::RowTooLong { bytes: 0 }),
        };
        let last_was_return = bytes.last() == Some(&b'\r');
        self.skipped = Some(Skipped { row, bytes: ROW_BYTES as u64, last_was_return });
        self.advance(ROW_BYTES, 0);
    }

    /// Drops bytes up to the next line end; gives the over-long row once that is reached.
    fn skip(&mut self) -> Option<Row> {
        let mut skipped = self.skipped.take()?;
        let bytes = &self.pending[self.start..];
        let found = bytes.iter().position(|byte| *byte == b'\n');
        let dropped = found.unwrap_or(bytes.len());
        if let Some(last) = bytes[..dropped].last() {
            skipped.last_was_return = *last == b'\r';
        }
        skipped.bytes += dropped as u64;
        if found.is_none() {
            self.advance(dropped, 0);
            self.compact();
            if !self.finished {
                self.skipped = Some(skipped);
                return None;
            }
        } else {
            self.advance(dropped + 1, 1);
            skipped.row.line_end = if skipped.last_was_return { LineEnd::CrLf } else { LineEnd::Lf };
        }
        let length = match skipped.row.line_end {
            LineEnd::CrLf => skipped.bytes - 1,
            LineEnd::Lf | LineEnd::EndOfFile => skipped.bytes,
        };
        skipped.row.content = Err(RowFault::RowTooLong { bytes: length });
        Some(skipped.row)
    }

    fn advance(&mut self, bytes: usize, lines: u64) {
        self.start += bytes;
        self.offset += bytes as u64;
        self.line += lines;
        self.scan.reset();
    }

    /// Gives back the room of rows that were taken. Once per piece, so that it costs little.
    fn compact(&mut self) {
        self.pending.drain(..self.start);
        self.start = 0;
    }
}

/// The first physical line of these bytes, whose `\n` stands at this place.
fn broken_line(bytes: &[u8], newline: usize) -> Step {
    let (at, line_end) = line_end_at(bytes, newline);
    Step::BrokenLine { at, line_end }
}

/// Where the line really ends whose `\n` stands at this place.
fn line_end_at(bytes: &[u8], newline: usize) -> (usize, LineEnd) {
    if newline > 0 && bytes[newline - 1] == b'\r' {
        return (newline - 1, LineEnd::CrLf);
    }
    (newline, LineEnd::Lf)
}

impl Scan {
    /// Makes ready for the next row; keeps the room that the spans have.
    fn reset(&mut self) {
        let mut spans = std::mem::take(&mut self.spans);
        spans.clear();
        *self = Self { spans, ..Self::default() };
    }

    /// Reads on from where it stopped. None when the bytes do not reach to the end of the row.
    fn run(&mut self, bytes: &[u8], separator: u8) -> Option<Step> {
        while let Some(byte) = bytes.get(self.at).copied() {
            let at = self.at;
            self.at += 1;
            match self.state {
                State::FieldStart if byte == QUOTE => {
                    self.state = State::Quoted;
                    self.field_start = at + 1;
                }
                State::FieldStart | State::Unquoted => {
                    if byte == separator {
                        self.end_field(at);
                    } else if byte == b'\n' {
                        return Some(self.end_plain_row(bytes, at));
                    } else {
                        self.stray_quote |= byte == QUOTE;
                        self.state = State::Unquoted;
                    }
                }
                State::Quoted if byte == QUOTE => {
                    self.state = State::QuoteSeen;
                    self.quoted_end = at;
                }
                State::Quoted if byte == b'\n' => {
                    self.line_breaks += 1;
                    let first = *self.first_line_end.get_or_insert(at);
                    if self.line_breaks > LINE_BREAKS_PER_ROW {
                        return Some(broken_line(bytes, first));
                    }
                }
                State::Quoted => {}
                State::QuoteSeen | State::ReturnSeen => {
                    if let Some(step) = self.after_quote(bytes, at, separator) {
                        return Some(step);
                    }
                }
                State::Broken if byte == b'\n' => return Some(broken_line(bytes, at)),
                State::Broken => {}
            }
        }
        None
    }

    /// What may follow a closing quote: another quote, the separator or the line end.
    fn after_quote(&mut self, bytes: &[u8], at: usize, separator: u8) -> Option<Step> {
        let byte = bytes[at];
        let return_seen = self.state == State::ReturnSeen;
        if byte == b'\n' {
            self.end_field(self.quoted_end);
            let (at, line_end) = line_end_at(bytes, at);
            return Some(Step::RowEnd { at, line_end });
        }
        if byte == QUOTE && !return_seen {
            self.has_escapes = true;
            self.state = State::Quoted;
            return None;
        }
        if byte == separator && !return_seen {
            self.end_field(self.quoted_end);
            self.field_start = at + 1;
            return None;
        }
        if byte == b'\r' && !return_seen {
            self.state = State::ReturnSeen;
            return None;
        }
        match self.first_line_end {
            Some(first) => Some(broken_line(bytes, first)),
            None => {
                self.state = State::Broken;
                None
            }
        }
    }

    fn end_plain_row(&mut self, bytes: &[u8], newline: usize) -> Step {
        let (at, line_end) = line_end_at(bytes, newline);
        self.end_field(at);
        Step::RowEnd { at, line_end }
    }

    fn end_field(&mut self, end: usize) {
        if self.spans.len() < FIELDS_PER_ROW {
            self.spans.push(Span { start: self.field_start, end, has_escapes: self.has_escapes });
        }
        self.fields += 1;
        self.field_start = end + 1;
        self.has_escapes = false;
        self.state = State::FieldStart;
    }

    fn end_of_file(&mut self, bytes: &[u8]) -> Step {
        let (at, line_end) = (bytes.len(), LineEnd::EndOfFile);
        match self.state {
            State::FieldStart | State::Unquoted => self.end_field(at),
            State::QuoteSeen | State::ReturnSeen => self.end_field(self.quoted_end),
            State::Broken => return Step::BrokenLine { at, line_end },
            State::Quoted => {
                return match self.first_line_end {
                    Some(first) => broken_line(bytes, first),
                    None => Step::BrokenLine { at, line_end },
                };
            }
        }
        Step::RowEnd { at, line_end }
    }

    fn fields_of(&self, original: &[u8], expected: Option<usize>) -> Result<Fields, RowFault> {
        if let Some(expected) = expected.filter(|expected| *expected != self.fields) {
            if self.stray_quote {
                return Err(RowFault::BrokenQuote);
            }
            return Err(RowFault::FieldCount { found: self.fields, expected });
        }
        if self.fields > FIELDS_PER_ROW {
            return Err(RowFault::TooManyFields);
        }
        let text = std::str::from_utf8(original)
            .map_err(|error| RowFault::InvalidUtf8 { at: error.valid_up_to() })?;
        if let Some(at) = original.iter().position(|byte| *byte == 0) {
            return Err(RowFault::NulByte { at });
        }
        let mut fields =
            Fields { text: String::with_capacity(text.len()), ends: Vec::with_capacity(self.spans.len()) };
        for span in &self.spans {
            // Spans end at ASCII characters, so they never cut a character in two.
            let field = text.get(span.start..span.end).unwrap_or_default();
            if span.has_escapes {
                fields.text.push_str(&field.replace("\"\"", "\""));
            } else {
                fields.text.push_str(field);
            }
            fields.ends.push(fields.text.len());
        }
        Ok(fields)
    }
}
