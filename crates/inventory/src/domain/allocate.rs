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
    /// What was handed out, by SKU and the place of the lot in the stock.
    given: HashMap<(String, usize), Decimal>,
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
            let key = (stock.sku.clone(), place);
            let given = self.given.get(&key).copied().unwrap_or_default();
            let taken = left.min(free(lot, line, strategy, today) - given);
            if taken <= Decimal::ZERO {
                continue;
            }
            self.given.insert(key, given + taken);
            left -= taken;
            allocations.push(Allocation { batch: lot.batch.clone(), quantity: taken });
        }
        allocations
    }
}

/// Whether a line may have goods of this lot.
fn fits(lot: &Lot, line: &ReserveLine, strategy: Strategy) -> bool {
    let is_lot = line.lot.is_none() || lot.batch.lot == line.lot;
    let lasts = match (line.expiry, lot.batch.expiry) {
        (Some(needed), Some(expiry)) => expiry >= needed,
        _ => true,
    };
    let lies_there = strategy != Strategy::ByBin || lot.spots.iter().any(|spot| spot.bin == line.bin);
    is_lot && lasts && lies_there && lot.batch.owner == line.owner
}

/// How much of a lot a line may have.
fn free(lot: &Lot, line: &ReserveLine, strategy: Strategy, today: Date) -> Decimal {
    let free = lot.free(today);
    if strategy != Strategy::ByBin {
        return free;
    }
    let is_there = |spot: &&super::stock::Spot| {
        spot.bin == line.bin && spot.account.is_reservable() && spot.condition == Condition::Available
    };
    let there: Decimal = lot.spots.iter().filter(is_there).map(|spot| spot.quantity).sum();
    free.min(there)
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
