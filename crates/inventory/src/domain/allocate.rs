//! Which goods are promised: what expires first, what came first, or what lies in a bin.

use std::cmp::Ordering;
use std::collections::HashMap;

use imsop_kernel::{Date, Decimal};

use super::account::{Allocation, Condition};
use super::command::{ReserveLine, Strategy};
use super::stock::{Lot, Stock};

/// Hands out goods to the lines of one reservation, none of them twice.
#[derive(Default)]
pub(super) struct Allocator {
    /// What was handed out, by SKU and the place of the lot in the stock, and by the bin if only that counts.
    given: HashMap<(String, usize, Option<String>), Decimal>,
}

impl Allocator {
    /// What can be promised to a line, up to `wanted`.
    pub fn allocate(
        &mut self,
        stock: &Stock,
        line: &ReserveLine,
        wanted: Decimal,
        strategy: Strategy,
        today: Date,
    ) -> Vec<Allocation> {
        let mut lots: Vec<(usize, &Lot)> = stock.lots.iter().enumerate().collect();
        lots.retain(|(_, lot)| fits(lot, line, strategy));
        lots.sort_by(|(_, one), (_, other)| order(one, other, strategy));
        let mut left = wanted;
        let mut allocations = Vec::new();
        for (place, lot) in lots {
            if left.is_zero() {
                break;
            }
            let of_lot = (stock.sku.clone(), place, None);
            let of_bin = (stock.sku.clone(), place, line.bin.clone());
            let given = |key| self.given.get(key).copied().unwrap_or_default();
            let mut most = lot.free(today) - given(&of_lot);
            if strategy == Strategy::ByBin {
                most = most.min(in_bin(lot, line) - given(&of_bin));
            }
            let taken = left.min(most);
            if taken <= Decimal::ZERO {
                continue;
            }
            if strategy == Strategy::ByBin {
                *self.given.entry(of_bin).or_default() += taken;
            }
            *self.given.entry(of_lot).or_default() += taken;
            left -= taken;
            allocations.push(Allocation { batch: lot.batch.clone(), quantity: taken });
        }
        allocations
    }
}

/// Whether a line may have goods of this lot.
fn fits(lot: &Lot, line: &ReserveLine, strategy: Strategy) -> bool {
    let lies_there = strategy != Strategy::ByBin || lot.spots.iter().any(|spot| spot.bin == line.bin);
    lies_there && lot.suits(line.lot.as_ref(), line.owner.as_ref(), line.expiry)
}

/// How much of a lot lies in the bin of a line and may be used.
fn in_bin(lot: &Lot, line: &ReserveLine) -> Decimal {
    let is_there = |spot: &&super::stock::Spot| {
        spot.bin == line.bin && spot.account.is_reservable() && spot.condition == Condition::Available
    };
    lot.spots.iter().filter(is_there).map(|spot| spot.quantity).sum()
}

/// Which of two lots goes first. Those without an expiry last for ever.
fn order(one: &Lot, other: &Lot, strategy: Strategy) -> Ordering {
    let by_age = one.since.cmp(&other.since);
    if strategy == Strategy::FirstInFirstOut {
        return by_age;
    }
    let by_expiry = match (one.batch.expiry, other.batch.expiry) {
        (Some(one), Some(other)) => one.cmp(&other),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    };
    by_expiry.then(by_age)
}
