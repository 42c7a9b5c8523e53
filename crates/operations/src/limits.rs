//! Every limit of operations.

use std::time::Duration;

/// Most lines of one order.
pub const LINES_PER_ORDER: usize = 1_000;
/// Most parts of order lines in one shipment.
pub const LINES_PER_SHIPMENT: usize = 1_000;
/// Most orders in one shipment.
pub const ORDERS_PER_SHIPMENT: usize = 100;
/// Most shipments in one history record.
pub const SHIPMENTS_PER_HISTORY: usize = 1_000;
/// Most devices on one asset.
pub const DEVICES_PER_ASSET: usize = 32;
/// Most attributes of one line.
pub const ATTRIBUTES_PER_LINE: usize = 64;
/// Most reasons that an alert gives.
pub const FACTORS_PER_ALERT: usize = 20;
/// Longest free text, in characters.
pub const TEXT_LENGTH: usize = 2_000;
/// Longest reason or note, in characters.
pub const REASON_LENGTH: usize = 500;
/// Longest business number, in characters.
pub const NUMBER_LENGTH: usize = 128;
/// Longest name of a party, unit or the like, in characters.
pub const NAME_LENGTH: usize = 256;
/// Largest amount of goods or money. Sums of a whole order stay far below what a decimal holds.
pub const AMOUNT_LARGEST: i64 = 1_000_000_000_000_000;
/// Most digits behind the point of an amount.
pub const AMOUNT_DIGITS: u32 = 9;
/// How far the clock of a caller may be ahead.
pub const CLOCK_AHEAD: Duration = Duration::from_secs(10 * 60);
/// The first year that is believed.
pub const EARLIEST: &str = "1950-01-01T00:00:00Z";
/// The first year that is not believed any more.
pub const LATEST: &str = "2200-01-01T00:00:00Z";
/// Most events that the answer for one thing lists.
pub const EVENTS_LISTED: i64 = 500;
/// Positions of one shipment that come from devices are taken at most this often.
pub const POSITION_INTERVAL: Duration = Duration::from_secs(60);
/// Most faults that a refusal lists.
pub const FAULTS_PER_COMMAND: usize = 64;
