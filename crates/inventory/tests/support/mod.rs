//! Runs commands over states in memory, as the engine does with those of the database.
#![allow(dead_code, reason = "every test uses another part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on failed")]

pub mod commands;

use std::collections::BTreeMap;
use std::sync::Arc;

use imsop_inventory::domain::account::{Account, Batch, Condition, Movement, Place};
use imsop_inventory::domain::lookup::{lot_of, reservation_of, stock_of};
use imsop_inventory::domain::{
    Command, Event, Inventory, LotCard, Rejection, Reservation, ReservationStatus, State, Stock,
};
use imsop_journal::domain::Versioned;
use imsop_journal::{Context, Domain, DomainEvent, Draft, Moment, Recorded, States};
use imsop_kernel::ids::Kind;
use imsop_kernel::{Actor, Date, Decimal, StreamId, Tenant, Timestamp, Uuid};
use imsop_platform::http::Refusal;

pub use commands::*;

/// The moment at which every test begins.
pub const START: &str = "2026-03-02T12:00:00Z";

/// An event with its place, as the journal keeps it.
pub struct Entry {
    pub stream: StreamId,
    pub event: Event,
    pub moment: Moment,
}

/// The states so far, and every event that led there.
pub struct World {
    pub now: Timestamp,
    pub journal: Vec<Entry>,
    states: States<Inventory>,
    next_id: u128,
}

/// What became of a command: its result, and what the draft held at the end.
pub struct Attempt {
    pub result: Result<(), Rejection>,
    pub drafted: Vec<Recorded<Event>>,
}

impl World {
    pub fn new() -> Self {
        Self { now: at(START), journal: Vec::new(), states: States::new(), next_id: 1 }
    }

    /// Executes a command. What it drafted is kept if it was accepted, and dropped otherwise.
    pub fn attempt(&mut self, command: &Command) -> Attempt {
        let loaded = self.load(command);
        let context = Context {
            tenant: tenant(),
            actor: Actor::system("test"),
            now: self.now,
            fresh_id: Uuid::from_u128(self.next_id),
        };
        self.next_id += 1;
        let mut draft = Draft::new(&Inventory, &context.tenant, &loaded, self.now);
        let result = Inventory.decide(command, &context, &mut draft);
        let (drafted, changed) = draft.finish();
        if result.is_ok() {
            self.states.extend(changed);
            for recorded in &drafted {
                let moment = Moment { occurred_at: recorded.occurred_at, recorded_at: self.now };
                self.journal.push(Entry { stream: recorded.stream, event: recorded.event.clone(), moment });
            }
        }
        Attempt { result, drafted }
    }

    /// The aggregates that the command names, and no others: a decider that needs one more must say so.
    /// The engine asks for the further ones twice: what they lead to may lead on.
    fn load(&self, command: &Command) -> States<Inventory> {
        let mut loaded = States::new();
        self.take(Inventory.targets(&tenant(), command), &mut loaded);
        for _ in 0..2 {
            let further = Inventory.further_targets(&tenant(), command, &loaded);
            self.take(further, &mut loaded);
        }
        loaded
    }

    fn take(&self, streams: Vec<StreamId>, loaded: &mut States<Inventory>) {
        for stream in streams {
            let absent = Versioned::absent();
            loaded.insert(stream, self.states.get(&stream).cloned().unwrap_or(absent));
        }
    }

    /// Executes a command that must be accepted; gives the names of its events.
    pub fn accept(&mut self, command: Command) -> Vec<&'static str> {
        let attempt = self.attempt(&command);
        if let Err(rejection) = attempt.result {
            panic!("{command:?} was refused: {rejection} {rejection:?}");
        }
        attempt.drafted.iter().map(|recorded| recorded.event.name()).collect()
    }

    /// The same, for a command that makes a document; gives the document's id.
    pub fn made(&mut self, command: Command) -> Uuid {
        let attempt = self.attempt(&command);
        if let Err(rejection) = attempt.result {
            panic!("{command:?} was refused: {rejection} {rejection:?}");
        }
        attempt.drafted[0].stream.id
    }

    /// Executes a command that must be refused; gives the kind of problem.
    pub fn refuse(&mut self, command: Command) -> String {
        self.rejection(command).problem().slug().to_owned()
    }

    /// The same; gives the whole reason.
    pub fn rejection(&mut self, command: Command) -> Rejection {
        match self.attempt(&command).result {
            Ok(()) => panic!("{command:?} was accepted"),
            Err(rejection) => rejection,
        }
    }

    pub fn stock(&self, site: &str, sku: &str) -> &Stock {
        match self.state(stock_of(&tenant(), site, sku)) {
            Some(State::Stock(stock)) => stock,
            other => panic!("no stock of {sku} at {site}: {other:?}"),
        }
    }

    /// What may be promised of a SKU at a site today.
    pub fn free(&self, site: &str, sku: &str) -> Decimal {
        self.stock(site, sku).free(self.today())
    }

    pub fn reservation(&self, order: &str) -> &Reservation {
        match self.state(reservation_of(&tenant(), order)) {
            Some(State::Reservation(reservation)) => reservation,
            other => panic!("no reservation of {order}: {other:?}"),
        }
    }

    pub fn status(&self, order: &str) -> ReservationStatus {
        self.reservation(order).status
    }

    /// How much is promised to each line of an order, by lot.
    pub fn promised(&self, order: &str) -> Vec<(String, Decimal)> {
        let mut promised = Vec::new();
        for line in &self.reservation(order).lines {
            for allocation in &line.promised.allocations {
                promised.push((allocation.batch.lot.clone().unwrap_or_default(), allocation.quantity));
            }
        }
        promised
    }

    pub fn lot(&self, sku: &str, lot: &str) -> &LotCard {
        match self.state(lot_of(&tenant(), sku, lot)) {
            Some(State::Lot(card)) => card,
            other => panic!("no lot {lot} of {sku}: {other:?}"),
        }
    }

    pub fn state(&self, stream: StreamId) -> Option<&State> {
        self.states.get(&stream)?.state.as_deref()
    }

    pub fn states(&self) -> impl Iterator<Item = (StreamId, &State)> {
        let existing = |(stream, versioned): (&StreamId, _)| Some((*stream, state_of(versioned)?));
        self.states.iter().filter_map(existing)
    }

    pub fn version(&self, stream: StreamId) -> i64 {
        self.states.get(&stream).map_or(0, |versioned| versioned.version)
    }

    pub fn today(&self) -> Date {
        imsop_inventory::domain::lookup::day_of(self.now)
    }

    pub fn pass(&mut self, hours: i64) {
        self.now += jiff::SignedDuration::from_hours(hours);
    }

    /// What each account holds of some goods, as the ledger of all movements tells.
    pub fn ledger(&self) -> BTreeMap<(String, Batch), BTreeMap<Position, Decimal>> {
        let mut ledger: BTreeMap<_, BTreeMap<Position, Decimal>> = BTreeMap::new();
        for movement in self.journal.iter().flat_map(|entry| entry.event.movements()) {
            let goods = (movement.sku.clone(), Batch { expiry: None, ..movement.batch.clone() });
            book(ledger.entry(goods).or_default(), movement);
        }
        ledger
    }
}

/// One side of the ledger.
pub type Position = (Account, Option<String>, Option<String>, Condition);

fn position(place: &Place) -> Position {
    (place.account, place.site.clone(), place.bin.clone(), place.condition)
}

fn book(accounts: &mut BTreeMap<Position, Decimal>, movement: &Movement) {
    *accounts.entry(position(&movement.from)).or_default() -= movement.quantity.value;
    *accounts.entry(position(&movement.to)).or_default() += movement.quantity.value;
}

fn state_of(versioned: &Versioned<Inventory>) -> Option<&State> {
    versioned.state.as_ref().map(Arc::as_ref)
}

pub fn tenant() -> Tenant {
    Tenant::new("demo").unwrap()
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A number of pieces.
pub fn n(count: i64) -> Decimal {
    Decimal::from(count)
}

pub fn reservation_id(order: &str) -> Uuid {
    reservation_of(&tenant(), order).id
}

pub fn lot_id(sku: &str, lot: &str) -> Uuid {
    lot_of(&tenant(), sku, lot).id
}

pub fn no_id(kind: Kind) -> StreamId {
    StreamId::new(kind, Uuid::from_u128(404))
}
