//! Every limit of the stock.

use std::time::Duration;

use imsop_kernel::Decimal;

/// Most lines of one command.
pub const LINES: usize = 200;
/// Most lines of one order that was placed: as many as an order may have.
pub const LINES_PER_ORDER: usize = 1_000;
/// Most stocks that are loaded to decide on one order, if it is not of more lines.
pub const STOCKS_PER_ORDER: usize = 1_000;
/// Longest number of a line: as long as it may be in an order.
pub const LINE_NUMBER_LENGTH: usize = 128;
/// Most reservations in one request.
pub const RESERVATIONS_PER_BATCH: usize = 1_000;
/// Largest quantity, in the unit of the item.
pub const QUANTITY_LARGEST: Decimal = Decimal::from_parts(3_567_587_328, 232, 0, false, 0);
/// Most decimal places of a quantity.
pub const QUANTITY_SCALE: u32 = 6;
/// Longest unit.
pub const UNIT_LENGTH: usize = 8;
/// Most packs of one item.
pub const PACKS_PER_ITEM: usize = 16;
/// Longest SKU, site, bin, lot, serial number, owner or reference.
pub const CODE_LENGTH: usize = 64;
/// Longest reason or note.
pub const TEXT_LENGTH: usize = 1_000;
/// Most batches of one SKU at one site: lots, serial numbers, owners.
pub const BATCHES_PER_STOCK: usize = 2_000;
/// Most places of one batch at one site: bins, conditions.
pub const SPOTS_PER_BATCH: usize = 200;
/// Most receipts that one SKU at one site may expect.
pub const EXPECTED_PER_STOCK: usize = 500;
/// Most backorders that one SKU at one site may have.
pub const BACKORDERS_PER_STOCK: usize = 10_000;
/// Backorders of one SKU at one site that one command fills. What is left is filled by commands of its own.
pub const BACKORDERS_FILLED: usize = 50;
/// Most sites that one lot may lie at.
pub const SITES_PER_LOT: usize = 200;
/// Most stocks that are compared to find the sites that an order is offered to.
pub const STOCKS_COMPARED: i64 = 20_000;
/// Most sites that an order is offered to.
pub const SITES_PER_ORDER: usize = 5;
/// Longest hold of a reservation.
pub const LONGEST_HOLD: Duration = Duration::from_secs(90 * 24 * 3_600);
/// The hold of a reservation that names none.
pub const DEFAULT_HOLD: Duration = Duration::from_secs(24 * 3_600);
/// Most places of one SKU at one site that may be in counts that wait for an approval.
pub const UNDER_COUNT_PER_STOCK: usize = 500;
/// How much more than expected may be received, in percent of what was expected.
pub const OVER_TOLERANCE_PERCENT: u32 = 10;
/// The variance from which a count needs an approval, in percent of what was expected.
pub const COUNT_TOLERANCE_PERCENT: u32 = 5;
/// How often expired holds are looked for.
pub const EXPIRY_INTERVAL: Duration = Duration::from_millis(500);
/// How often goods are looked for that orders wait for and no command has promised to them.
pub const FILLING_INTERVAL: Duration = Duration::from_millis(500);
/// How often stock is looked for that has come below its reorder point because goods have expired. They do so
/// at midnight, UTC.
pub const LOW_STOCK_INTERVAL: Duration = Duration::from_secs(5 * 60);
/// Stocks that are read at once where there is something to do for them.
pub const STOCKS_AT_ONCE: i64 = 100;
/// Expired holds that are released in one transaction.
pub const EXPIRED_AT_ONCE: i64 = 500;
