//! What a file amounts to, counted while it is read. Flat in memory: no set of seen numbers is kept.

use imsop_kernel::Decimal;
use imsop_kernel::problem::Fault;
use serde::{Deserialize, Serialize};

use crate::canonical::RowRecord;

/// The figures of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Totals {
    /// Rows, the header not counted.
    pub rows_read: u64,
    /// Rows that are fit.
    pub rows_accepted: u64,
    /// Rows that were put aside. Together with the accepted ones all that were read.
    pub rows_quarantined: u64,
    /// Accepted lines that were delivered after their scheduled day.
    pub late_lines: u64,
    /// The value of the accepted lines.
    pub total_value: Decimal,
    /// The currency of that value, once there is a line.
    pub currency: String,
    /// The quantity of the accepted lines.
    pub total_quantity: Decimal,
}

impl Totals {
    /// Counts a row.
    pub fn add_row(&mut self, content: &Result<RowRecord, Vec<Fault>>) {
        self.rows_read += 1;
        let Ok(record) = content else {
            self.rows_quarantined += 1;
            return;
        };
        self.rows_accepted += 1;
        self.late_lines += u64::from(record.is_late());
        // No overflow: numbers have at most `INTEGER_DIGITS` digits, a decimal has 28.
        self.total_value += record.line.line_value.amount;
        self.total_quantity += record.line.quantity.value;
        if self.currency.is_empty() {
            self.currency.clone_from(&record.line.line_value.currency);
        }
    }
}
