//! The contracts that are built into the program, by the path of their file. A test compares the
//! list with the folder, and writes it anew where `IMSOP_UPDATE=1`.

/// Each contract's path from the folder of the contracts, and its text.
pub const SOURCES: &[(&str, &str)] = &[];
