//! What fields cost, for the limit of complexity.

use crate::limits::QUERY_COMPLEXITY;

/// Above the limit even after it was divided by ten, and so small that a whole document's sum fits.
const TOO_MUCH: usize = 10 * (QUERY_COMPLEXITY + 1);

/// The cost of a number of items. The number is the asker's, and nobody has looked at it yet: without a
/// bound the product overflows, and a query that asks for the most costs the least.
pub(super) fn many(items: i32, cost: usize) -> usize {
    usize::try_from(items).unwrap_or(1).saturating_mul(cost).min(TOO_MUCH)
}
