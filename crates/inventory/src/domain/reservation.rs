//! Reservations: the promise of goods to an order, from the hold to the shipment.

use imsop_journal::Moment;
use imsop_kernel::{Decimal, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::account::Allocation;
use super::event::{BackorderFilled, Backordered, Event, FreedLine, Package, Policy, ReservedLine};
use super::rejection::{RefusedLine, Rejection, Shortage};

/// Where a reservation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs, reason = "plain words")]
pub enum ReservationStatus {
    /// Promised until it expires.
    Held,
    /// Promised for good.
    Confirmed,
    /// All that was promised is picked.
    Picked,
    Packed,
    Shipped,
    Released,
    Expired,
    /// Nothing could be promised.
    Rejected,
}

impl ReservationStatus {
    /// Whether goods are still promised or on their way out.
    pub fn is_active(self) -> bool {
        !matches!(self, Self::Released | Self::Expired | Self::Rejected)
    }

    /// The word as it is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Held => "Held",
            Self::Confirmed => "Confirmed",
            Self::Picked => "Picked",
            Self::Packed => "Packed",
            Self::Shipped => "Shipped",
            Self::Released => "Released",
            Self::Expired => "Expired",
            Self::Rejected => "Rejected",
        }
    }
}

/// A reservation. An order has one, at one site; after it has ended there may be another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by the contracts of its events")]
pub struct Reservation {
    pub order_id: String,
    pub site: String,
    pub policy: Policy,
    pub status: ReservationStatus,
    pub lines: Vec<Line>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shortages: Vec<Shortage>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<RefusedLine>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<Package>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A line of a reservation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// What was promised. Its allocations are those that are neither picked nor given back.
    #[serde(flatten)]
    pub promised: ReservedLine,
    /// How much of it is picked.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub picked: Decimal,
    /// Which goods are picked and have not left.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub in_hand: Vec<Allocation>,
}

impl Line {
    /// How much of it has left.
    pub fn shipped(&self) -> Decimal {
        let in_hand: Decimal = self.in_hand.iter().map(|allocation| allocation.quantity).sum();
        self.picked - in_hand
    }
}

impl Reservation {
    /// Refuses what cannot happen to it now.
    pub(super) fn refuse(&self, transition: &'static str) -> Rejection {
        let state = self.status.as_str().to_owned();
        Rejection::IllegalTransition { what: "the reservation", state, transition }
    }

    /// Whether any of its lines waits for goods to come.
    pub fn waits(&self) -> bool {
        self.lines.iter().any(|line| !line.promised.backordered.is_zero())
    }

    /// Whether its hold has ended by itself.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.status == ReservationStatus::Held && self.expires_at.is_some_and(|expires_at| expires_at <= now)
    }

    /// What it would give back if it ended now.
    pub(super) fn freed(&self) -> Vec<FreedLine> {
        let mut freed = Vec::with_capacity(self.lines.len());
        for line in &self.lines {
            freed.push(FreedLine {
                line_number: line.promised.line_number.clone(),
                sku: line.promised.sku.clone(),
                allocations: line.promised.allocations.clone(),
            });
        }
        freed
    }

    fn pick(&mut self, picked: &[FreedLine]) {
        for freed in picked {
            let is_it = |line: &&mut Line| line.promised.line_number == freed.line_number;
            let Some(line) = self.lines.iter_mut().find(is_it) else { continue };
            for taken in &freed.allocations {
                take_from(&mut line.promised.allocations, taken);
                line.picked += taken.quantity;
                line.in_hand.push(taken.clone());
            }
        }
        if self.lines.iter().all(|line| line.promised.allocations.is_empty()) {
            self.status = ReservationStatus::Picked;
        }
    }
}

/// Takes a part of a batch out of a list of allocations.
pub(super) fn take_from(allocations: &mut Vec<Allocation>, taken: &Allocation) {
    if let Some(known) = allocations.iter_mut().find(|known| known.batch.is(&taken.batch)) {
        known.quantity -= taken.quantity;
    }
    allocations.retain(|allocation| allocation.quantity > Decimal::ZERO);
}

/// The reservation after an event of its own.
pub(super) fn evolve(state: Option<Reservation>, event: &Event, moment: Moment) -> Option<Reservation> {
    let now = moment.recorded_at;
    match event {
        Event::InventoryReserved(reserved) => {
            let lines = reserved.lines.iter().map(|line| Line {
                promised: line.clone(),
                picked: Decimal::ZERO,
                in_hand: Vec::new(),
            });
            return Some(Reservation {
                order_id: reserved.order_id.clone(),
                site: reserved.site.clone(),
                policy: reserved.policy,
                // Without an end it is promised for good.
                status: match reserved.expires_at {
                    Some(_) => ReservationStatus::Held,
                    None => ReservationStatus::Confirmed,
                },
                lines: lines.collect(),
                shortages: Vec::new(),
                refusals: reserved.refusals.clone(),
                packages: Vec::new(),
                expires_at: reserved.expires_at,
                reason: None,
                created_at: state.map_or(now, |before| before.created_at),
                updated_at: now,
            });
        }
        Event::ReservationRejected(rejected) => {
            return Some(Reservation {
                order_id: rejected.order_id.clone(),
                site: rejected.site.clone(),
                policy: Policy::AllOrNothing,
                status: ReservationStatus::Rejected,
                lines: Vec::new(),
                shortages: rejected.shortages.clone(),
                refusals: rejected.refusals.clone(),
                packages: Vec::new(),
                expires_at: None,
                reason: None,
                created_at: state.map_or(now, |before| before.created_at),
                updated_at: now,
            });
        }
        _ => {}
    }
    let mut reservation = state?;
    reservation.updated_at = now;
    match event {
        Event::ReservationConfirmed(_) => {
            reservation.status = ReservationStatus::Confirmed;
            reservation.expires_at = None;
        }
        Event::ReservationReleased(ended) => {
            reservation.end(ReservationStatus::Released, ended.reason.clone());
        }
        Event::ReservationExpired(_) => reservation.end(ReservationStatus::Expired, None),
        Event::BackorderCreated(backorder) => reservation.wait_for(backorder),
        Event::BackorderFilled(filled) => reservation.fill(filled),
        Event::GoodsPicked(picked) => reservation.pick(&picked.lines),
        Event::GoodsPacked(packed) => {
            reservation.status = ReservationStatus::Packed;
            reservation.packages.clone_from(&packed.packages);
        }
        Event::GoodsShipped(_) => {
            reservation.status = ReservationStatus::Shipped;
            for line in &mut reservation.lines {
                line.in_hand.clear();
            }
        }
        _ => {}
    }
    Some(reservation)
}

impl Reservation {
    /// What has left is never undone: the reservation that tells of it stays shipped.
    fn end(&mut self, status: ReservationStatus, reason: Option<String>) {
        let has_left = self.lines.iter().any(|line| !line.shipped().is_zero());
        self.status = if has_left { ReservationStatus::Shipped } else { status };
        self.reason = reason;
        self.expires_at = None;
        if !has_left {
            self.packages.clear();
        }
        for line in &mut self.lines {
            line.picked = line.shipped();
            line.in_hand.clear();
            line.promised.allocations.clear();
            line.promised.backordered = Decimal::ZERO;
        }
    }

    fn wait_for(&mut self, backorder: &Backordered) {
        if self.lines.iter().any(|line| line.promised.line_number == backorder.line_number) {
            return;
        }
        self.lines.push(Line {
            promised: ReservedLine {
                line_number: backorder.line_number.clone(),
                sku: backorder.sku.clone(),
                unit: backorder.quantity.unit.clone(),
                requested: backorder.quantity.value,
                reserved: Decimal::ZERO,
                backordered: backorder.quantity.value,
                allocations: Vec::new(),
            },
            picked: Decimal::ZERO,
            in_hand: Vec::new(),
        });
    }

    fn fill(&mut self, filled: &BackorderFilled) {
        if self.status == ReservationStatus::Rejected {
            self.status = ReservationStatus::Confirmed;
            self.shortages.clear();
        }
        let is_it = |line: &&mut Line| line.promised.line_number == filled.line_number;
        if let Some(line) = self.lines.iter_mut().find(is_it) {
            line.promised.reserved += filled.quantity.value;
            line.promised.backordered -= filled.quantity.value;
            line.promised.allocations.extend(filled.allocations.iter().cloned());
        }
        let is_on_its_way = matches!(
            self.status,
            ReservationStatus::Picked | ReservationStatus::Packed | ReservationStatus::Shipped
        );
        // What came later is picked, packed and shipped as well.
        if is_on_its_way {
            self.status = ReservationStatus::Confirmed;
        }
    }
}
