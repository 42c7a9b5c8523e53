//! Every limit of this crate.

/// Longest row with its line end, in bytes. A longer one is put aside unread.
pub const ROW_BYTES: usize = 1024 * 1024;
/// How much of an over-long row is kept as evidence, in bytes.
pub const KEPT_OF_LONG_ROW: usize = 4 * 1024;
/// Most line breaks inside the quoted fields of one row. It bounds how often a byte is read again
/// after a broken quote, and so the work that a hostile file can cause.
pub const LINE_BREAKS_PER_ROW: usize = 64;
/// Most fields in a row. The rest is counted, not kept.
pub const FIELDS_PER_ROW: usize = 1_000;
/// A reader cuts what it is given into pieces of this many bytes, so that its buffer stays small.
pub const PIECE_BYTES: usize = 64 * 1024;
/// Longest mapping document, in bytes.
pub const MAPPING_BYTES: usize = 256 * 1024;
/// Most faults that are told of one row.
pub const FAULTS_PER_ROW: usize = 20;
/// Most columns that a header error lists.
pub const COLUMNS_IN_ERROR: usize = 100;
/// Longest piece of the source's text that a message repeats, in characters.
pub const QUOTED_TEXT: usize = 80;
/// Most lines of one order.
pub const LINES_PER_ORDER: usize = 1_000;
/// Longest chain of rows that refer to each other for a value.
pub const REFERENCE_HOPS: usize = 8;
/// Most digits before the point of a number. Sums of such numbers cannot overflow a decimal.
pub const INTEGER_DIGITS: usize = 15;
/// Most digits behind the point of a number.
pub const FRACTION_DIGITS: usize = 9;
