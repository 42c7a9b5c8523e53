//! The stock of one SKU at one site: which goods lie where, what of them is promised, what is expected.

use imsop_kernel::{Date, Decimal, Quantity, Timestamp, Uuid};
use serde::{Deserialize, Serialize};

use super::account::{Account, Allocation, Batch, Condition, Movement, Place};
use super::event::{Approval, CountedLine, Event, InventoryCounted};
use super::lookup::day_of;

/// The stock of one SKU at one site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stock {
    /// The site.
    pub site: String,
    /// The SKU.
    pub sku: String,
    /// The unit of every quantity here.
    pub unit: String,
    /// The goods, in the order in which they first came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<Lot>,
    /// What orders wait for, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub backorders: Vec<Backorder>,
    /// What is expected to come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expected: Vec<Expected>,
    /// What is in counts that wait for an approval.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub under_count: Vec<UnderCount>,
    /// Below how much new goods must be ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reorder_point: Option<Decimal>,
    /// Since when there is less than that, as it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low_since: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Goods that are the same: of one lot, or with one serial number, of one owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lot {
    /// Which goods.
    pub batch: Batch,
    /// When the first of them came.
    pub since: Timestamp,
    /// How much of them is promised.
    pub reserved: Decimal,
    /// Where they lie. None of them empty.
    pub spots: Vec<Spot>,
}

/// Goods at one place in one condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct Spot {
    pub account: Account,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bin: Option<String>,
    #[serde(default)]
    pub condition: Condition,
    pub quantity: Decimal,
}

impl Spot {
    /// Where that is.
    pub fn place(&self, site: &str) -> Place {
        Place::at(self.account, site, self.bin.as_deref(), self.condition)
    }

    fn is_at(&self, place: &Place) -> bool {
        self.account == place.account && self.bin == place.bin && self.condition == place.condition
    }
}

/// What a line of an order waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct Backorder {
    pub order_id: String,
    pub line_number: String,
    pub quantity: Decimal,
    /// Only of this lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<String>,
    /// Only goods of this owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Only goods that may be used until that day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<Date>,
}

impl Backorder {
    fn may_have(&self, lot: &Lot) -> bool {
        lot.suits(self.lot.as_ref(), self.owner.as_ref(), self.expiry)
    }
}

/// What a document says will come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct Expected {
    pub reference: String,
    pub due: Date,
    pub quantity: Decimal,
}

/// Goods at one place, in any condition, that a count found to be more or fewer than the books say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct UnderCount {
    pub count_id: Uuid,
    pub batch: Batch,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bin: Option<String>,
}

impl Lot {
    /// How much of it lies at the site and may be used, promised or not.
    pub fn usable(&self, today: Date) -> Decimal {
        if self.batch.is_expired(today) {
            return Decimal::ZERO;
        }
        self.reservable(|condition| condition == Condition::Available)
    }

    /// How much of it keeps promises: what may be used, and what may be used once the lot is released.
    pub fn keeps(&self) -> Decimal {
        self.reservable(|condition| matches!(condition, Condition::Available | Condition::Blocked))
    }

    fn reservable(&self, is_fit: impl Fn(Condition) -> bool) -> Decimal {
        let counts = |spot: &&Spot| spot.account.is_reservable() && is_fit(spot.condition);
        self.spots.iter().filter(counts).map(|spot| spot.quantity).sum()
    }

    /// How much of it may still be promised.
    pub fn free(&self, today: Date) -> Decimal {
        (self.usable(today) - self.reserved).max(Decimal::ZERO)
    }

    /// The last day on which it may be used.
    fn last_day(&self) -> Date {
        self.batch.expiry.unwrap_or(Date::MAX)
    }

    /// Whether it is what somebody wants who may want one lot, goods of one owner, or goods that last.
    pub(super) fn suits(&self, lot: Option<&String>, owner: Option<&String>, until: Option<Date>) -> bool {
        let is_lot = lot.is_none() || self.batch.lot.as_ref() == lot;
        let lasts = until.is_none_or(|until| self.last_day() >= until);
        is_lot && lasts && self.batch.owner.as_ref() == owner
    }

    /// How much of it lies at the site, in any condition.
    pub fn on_hand(&self) -> Decimal {
        self.spots.iter().map(|spot| spot.quantity).sum()
    }

    /// How much of it lies at that place.
    pub fn at(&self, place: &Place) -> Decimal {
        self.spots.iter().filter(|spot| spot.is_at(place)).map(|spot| spot.quantity).sum()
    }
}

impl Stock {
    /// A stock that has never had anything.
    pub fn new(site: &str, sku: &str, unit: &str) -> Self {
        Self {
            site: site.to_owned(),
            sku: sku.to_owned(),
            unit: unit.to_owned(),
            lots: Vec::new(),
            backorders: Vec::new(),
            expected: Vec::new(),
            under_count: Vec::new(),
            reorder_point: None,
            low_since: None,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    /// How much may still be promised.
    pub fn free(&self, today: Date) -> Decimal {
        self.lots.iter().map(|lot| lot.free(today)).sum()
    }

    /// How much lies at the site, in any condition.
    pub fn on_hand(&self) -> Decimal {
        self.lots.iter().map(Lot::on_hand).sum()
    }

    /// How much is promised.
    pub fn reserved(&self) -> Decimal {
        self.lots.iter().map(|lot| lot.reserved).sum()
    }

    /// The goods of a batch, if there are any.
    pub fn lot(&self, batch: &Batch) -> Option<&Lot> {
        self.lots.iter().find(|lot| lot.batch.is(batch))
    }

    /// So much in the unit of the item.
    pub fn quantity(&self, value: Decimal) -> Quantity {
        Quantity::new(value, &self.unit)
    }

    /// The soonest day after which some of it can no longer be used.
    pub fn next_expiry(&self) -> Option<Date> {
        self.lots.iter().filter(|lot| !lot.spots.is_empty()).filter_map(|lot| lot.batch.expiry).min()
    }

    /// Whether there is less than the reorder point says.
    pub fn is_low(&self, today: Date) -> bool {
        self.reorder_point.is_some_and(|point| self.free(today) < point)
    }

    /// The first day, counted from its last change, on which there is less than the reorder point says and nobody
    /// has been told.
    pub fn low_from(&self) -> Option<Date> {
        let point = self.reorder_point.filter(|_| self.low_since.is_none())?;
        let mut day = day_of(self.updated_at);
        let mut lasting: Vec<&Lot> = self.lots.iter().filter(|lot| !lot.batch.is_expired(day)).collect();
        lasting.sort_by_key(|lot| lot.last_day());
        let mut free: Decimal = lasting.iter().map(|lot| lot.free(day)).sum();
        for lot in lasting {
            if free < point {
                break;
            }
            // Without its goods from the day after its last one.
            free -= lot.free(lot.last_day());
            day = lot.batch.expiry?.tomorrow().ok()?;
        }
        (free < point).then_some(day)
    }

    /// What orders wait for and could have on that day, those that waited longest first.
    pub fn fillable(&self, today: Date) -> impl Iterator<Item = &Backorder> {
        let nobody_waits = self.backorders.is_empty();
        let is_free = |lot: &&Lot| !nobody_waits && lot.free(today) > Decimal::ZERO;
        let free: Vec<&Lot> = self.lots.iter().filter(is_free).collect();
        let may_have = move |waits: &&Backorder| free.iter().any(|lot| waits.may_have(lot));
        self.backorders.iter().filter(may_have)
    }

    /// The last day on which an order that waits could have goods that are free.
    pub fn fillable_until(&self) -> Option<Date> {
        if self.backorders.is_empty() {
            return None;
        }
        let free = self.lots.iter().filter(|lot| lot.free(lot.last_day()) > Decimal::ZERO);
        let wanted = free.filter(|lot| self.backorders.iter().any(|waits| waits.may_have(lot)));
        wanted.map(Lot::last_day).max()
    }

    /// The stock after the event.
    pub(super) fn evolve(mut self, event: &Event, recorded_at: Timestamp) -> Self {
        for movement in event.movements() {
            self.apply(movement, recorded_at);
        }
        match event {
            Event::InventoryReserved(reserved) => {
                for line in reserved.lines.iter().filter(|line| line.sku == self.sku) {
                    promise(&mut self.lots, &line.allocations);
                }
            }
            Event::BackorderCreated(backorder) => self.backorders.push(Backorder {
                order_id: backorder.order_id.clone(),
                line_number: backorder.line_number.clone(),
                quantity: backorder.quantity.value,
                lot: backorder.lot.clone(),
                owner: backorder.owner.clone(),
                expiry: backorder.expiry,
            }),
            Event::BackorderFilled(filled) => {
                promise(&mut self.lots, &filled.allocations);
                fill(&mut self.backorders, &filled.order_id, &filled.line_number, filled.quantity.value);
            }
            Event::ReservationReleased(ended) | Event::ReservationExpired(ended) => {
                for line in ended.lines.iter().filter(|line| line.sku == self.sku) {
                    give_back(&mut self.lots, &line.allocations);
                }
                self.backorders.retain(|backorder| backorder.order_id != ended.order_id);
            }
            Event::GoodsPicked(picked) => {
                for line in picked.lines.iter().filter(|line| line.sku == self.sku) {
                    give_back(&mut self.lots, &line.allocations);
                }
            }
            Event::ReceiptExpected(expected) => {
                for line in expected.lines.iter().filter(|line| line.sku == self.sku) {
                    self.expected.push(Expected {
                        reference: expected.reference.clone(),
                        due: expected.due,
                        quantity: line.quantity.value,
                    });
                }
            }
            Event::GoodsReceived(received) => {
                if let Some(reference) = &received.reference {
                    for line in received.lines.iter().filter(|line| line.sku == self.sku) {
                        has_come(&mut self.expected, reference, line.quantity.value);
                    }
                }
            }
            Event::InventoryCounted(counted) if counted.approval == Approval::Pending => {
                self.under_count.extend(under_count(counted, &self.sku));
            }
            Event::InventoryAdjusted(adjusted) => {
                self.under_count.retain(|known| Some(known.count_id) != adjusted.count_id);
            }
            Event::CountRejected(rejected) => {
                self.under_count.retain(|known| known.count_id != rejected.count_id);
            }
            Event::ReorderPointSet(set) => self.reorder_point = Some(set.quantity.value),
            Event::StockBelowReorderPoint(_) => self.low_since = Some(recorded_at),
            _ => {}
        }
        self.lots.retain(|lot| !lot.spots.is_empty() || !lot.reserved.is_zero());
        if self.low_since.is_some() && !self.is_low(day_of(recorded_at)) {
            self.low_since = None;
        }
        self.updated_at = recorded_at;
        self
    }

    fn apply(&mut self, movement: &Movement, recorded_at: Timestamp) {
        if movement.sku != self.sku {
            return;
        }
        let is_here =
            |place: &Place| place.site.as_deref() == Some(&*self.site) && place.account.is_on_site();
        let (leaves, comes) = (is_here(&movement.from), is_here(&movement.to));
        if leaves {
            self.change(movement, &movement.from, -movement.quantity.value, recorded_at);
        }
        if comes {
            self.change(movement, &movement.to, movement.quantity.value, recorded_at);
        }
    }

    fn change(&mut self, movement: &Movement, place: &Place, by: Decimal, recorded_at: Timestamp) {
        let lot = self.lot_mut(&movement.batch, recorded_at);
        lot.batch.expiry = lot.batch.expiry.or(movement.batch.expiry);
        match lot.spots.iter_mut().find(|spot| spot.is_at(place)) {
            Some(spot) => spot.quantity += by,
            None => lot.spots.push(Spot {
                account: place.account,
                bin: place.bin.clone(),
                condition: place.condition,
                quantity: by,
            }),
        }
        lot.spots.retain(|spot| !spot.quantity.is_zero());
    }

    fn lot_mut(&mut self, batch: &Batch, recorded_at: Timestamp) -> &mut Lot {
        let found = self.lots.iter().position(|lot| lot.batch.is(batch));
        let place = found.unwrap_or_else(|| {
            self.lots.push(Lot {
                batch: batch.clone(),
                since: recorded_at,
                reserved: Decimal::ZERO,
                spots: Vec::new(),
            });
            self.lots.len() - 1
        });
        &mut self.lots[place]
    }
}

/// The places whose difference waits to be booked.
fn under_count<'e>(counted: &'e InventoryCounted, sku: &'e str) -> impl Iterator<Item = UnderCount> + 'e {
    let differs = move |line: &&CountedLine| line.sku == sku && !line.variance.is_zero();
    counted.lines.iter().filter(differs).map(|line| UnderCount {
        count_id: counted.count_id,
        batch: line.batch.clone(),
        bin: line.bin.clone(),
    })
}

fn promise(lots: &mut [Lot], allocations: &[Allocation]) {
    for allocation in allocations {
        if let Some(lot) = lots.iter_mut().find(|lot| lot.batch.is(&allocation.batch)) {
            lot.reserved += allocation.quantity;
        }
    }
}

fn give_back(lots: &mut [Lot], allocations: &[Allocation]) {
    for allocation in allocations {
        if let Some(lot) = lots.iter_mut().find(|lot| lot.batch.is(&allocation.batch)) {
            lot.reserved -= allocation.quantity;
        }
    }
}

fn fill(backorders: &mut Vec<Backorder>, order_id: &str, line_number: &str, quantity: Decimal) {
    let is_it = |waits: &&mut Backorder| waits.order_id == order_id && waits.line_number == line_number;
    if let Some(waits) = backorders.iter_mut().find(is_it) {
        waits.quantity -= quantity;
    }
    backorders.retain(|waits| waits.quantity > Decimal::ZERO);
}

/// What has come is no longer expected; more than was expected is none of these.
fn has_come(expected: &mut Vec<Expected>, reference: &str, quantity: Decimal) {
    let mut left = quantity;
    for waits in expected.iter_mut().filter(|waits| waits.reference == reference) {
        let come = left.min(waits.quantity);
        waits.quantity -= come;
        left -= come;
    }
    expected.retain(|waits| waits.quantity > Decimal::ZERO);
}
