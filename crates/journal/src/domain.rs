//! What a context gives to the executor: its states, commands, events, and how they meet. Pure.

use std::collections::HashMap;
use std::sync::Arc;

use imsop_kernel::ids::Kind;
use imsop_kernel::{Actor, StreamId, Tenant, Timestamp, Uuid};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cell::Cell;

/// A context's deciders, as one piece that the executor can drive.
///
/// Everything here is pure: no I/O, no clock, no randomness. Time and ids come in with the command
/// or with [`Context`].
pub trait Domain: Send + Sync + Sized + 'static {
    /// What can be asked of the context.
    type Command: Send + Sync + 'static;
    /// What can happen in it.
    type Event: DomainEvent;
    /// What an aggregate of it is, after the events so far.
    type State: Serialize + DeserializeOwned + Clone + Send + Sync + 'static;
    /// Why a command is refused.
    type Rejection: Send + 'static;

    /// The tables that hold the states, one for each kind of aggregate.
    fn tables(&self) -> &'static [StateTable];

    /// The aggregates that the command reads or changes, as far as the command tells.
    fn targets(&self, tenant: &Tenant, command: &Self::Command) -> Vec<StreamId>;

    /// The aggregates that it needs besides, as the first ones tell.
    fn further_targets(
        &self,
        _tenant: &Tenant,
        _command: &Self::Command,
        _states: &States<Self>,
    ) -> Vec<StreamId> {
        Vec::new()
    }

    /// Decides: records what happens in the draft, or refuses. What a refused draft holds is dropped.
    fn decide(
        &self,
        command: &Self::Command,
        context: &Context,
        draft: &mut Draft<'_, Self>,
    ) -> Result<(), Self::Rejection>;

    /// The state after the event. `None` where the aggregate did not exist before.
    fn evolve(&self, state: Option<Self::State>, event: &Self::Event, moment: Moment) -> Self::State;

    /// The aggregates beside its own that the event changes. A reservation is one event on its own stream,
    /// and the stock of every line changes with it. They must be among the targets of the command.
    fn also(&self, _tenant: &Tenant, _event: &Self::Event) -> Vec<Also<Self>> {
        Vec::new()
    }

    /// The state of such an aggregate after the event. Its version counts its own events only.
    fn evolve_also(&self, state: Self::State, _event: &Self::Event, _moment: Moment) -> Self::State {
        state
    }

    /// The columns beside the state by which it can be found, in the order of [`StateTable::columns`].
    fn columns(&self, state: &Self::State) -> Vec<Cell>;

    /// Rows that are written beside the events of an accepted command, in the same transaction.
    fn attachments(
        &self,
        _command: &Self::Command,
        _context: &Context,
        _recorded: &[Recorded<Self::Event>],
    ) -> Vec<Attachment> {
        Vec::new()
    }

    /// Whether callers look at what a repeated command had changed. Its states are folded from the
    /// journal, which takes as long as their streams are.
    fn recalls_states(&self) -> bool {
        true
    }

    /// Whether the events of such an aggregate's own stream give its state. Those of an aggregate that events
    /// of others change besides ([`Domain::also`]) do not: a repeated command is told what it is now.
    fn stands_alone(&self, _kind: Kind) -> bool {
        true
    }

    /// Reads an event back from the journal.
    fn read_event(&self, name: &str, version: u32, data: &str) -> Result<Self::Event, UnreadableEvent>;
}

/// An event as the journal sees it. Serialises as its payload.
pub trait DomainEvent: Serialize + Send + Sync + 'static {
    /// The name of its contract.
    fn name(&self) -> &'static str;

    /// The version of its contract.
    fn version(&self) -> u32 {
        1
    }

    /// The key that keeps its order on the backbone, where it is not the stream.
    fn partition_key(&self) -> Option<String> {
        None
    }
}

/// An aggregate that an event of another one changes besides.
pub struct Also<D: Domain> {
    /// Which one.
    pub stream: StreamId,
    /// What it is before it has changed for the first time. `None` where only one that exists can change.
    pub seed: Option<D::State>,
}

/// The table of one kind of aggregate: `tenant, id, version, state` and the columns named here.
#[derive(Debug, Clone, Copy)]
pub struct StateTable {
    /// The kind of aggregate.
    pub kind: Kind,
    /// The name of the table.
    pub table: &'static str,
    /// The columns that [`Domain::columns`] fills.
    pub columns: &'static [&'static str],
}

/// A row for a table of the context's own, beside its states and the journal.
pub struct Attachment {
    /// Where it goes.
    pub table: &'static AttachmentTable,
    /// Its values, in the order of [`AttachmentTable::columns`].
    pub cells: Vec<Cell>,
}

/// A table for [`Attachment`]s.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct AttachmentTable {
    /// Its name.
    pub table: &'static str,
    /// Its columns.
    pub columns: &'static [&'static str],
    /// What follows the values, for example `ON CONFLICT DO NOTHING`.
    pub tail: &'static str,
}

/// The journal holds an event that this version of the context cannot read.
#[derive(Debug, thiserror::Error)]
#[error("event {name}/{version} cannot be read: {reason}")]
pub struct UnreadableEvent {
    /// The contract's name.
    pub name: String,
    /// The contract's version.
    pub version: u32,
    /// What is wrong.
    pub reason: String,
}

/// Whose command it is and what it follows from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// Whose data it concerns.
    pub tenant: Tenant,
    /// Who gave it.
    pub actor: Actor,
    /// Shared by everything that follows from one request.
    pub correlation_id: Uuid,
    /// The event that it is a reaction to.
    pub causation_id: Option<Uuid>,
    /// W3C Trace Context of the request.
    pub traceparent: Option<String>,
}

/// Under which circumstances a command is decided.
#[derive(Debug, Clone)]
pub struct Context {
    /// Whose command it is.
    pub tenant: Tenant,
    /// Who gave it.
    pub actor: Actor,
    /// The moment of the decision.
    pub now: Timestamp,
    /// A fresh id, for an aggregate that the command creates without a business number.
    pub fresh_id: Uuid,
}

/// When an event happened, and when it was written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// When it happened in the world.
    pub occurred_at: Timestamp,
    /// When the platform wrote it down.
    pub recorded_at: Timestamp,
}

/// An aggregate as it stands: its version (0 if it does not exist) and state.
pub struct Versioned<D: Domain> {
    /// How many events it has had.
    pub version: i64,
    /// What it is.
    pub state: Option<Arc<D::State>>,
    /// Length of the state as it was last read or written.
    pub stored_bytes: usize,
}

impl<D: Domain> Versioned<D> {
    /// An aggregate that does not exist.
    pub fn absent() -> Self {
        Self { version: 0, state: None, stored_bytes: 0 }
    }

    /// One that exists, and has not been stored as it is now.
    pub fn unstored(version: i64, state: D::State) -> Self {
        Self { version, state: Some(Arc::new(state)), stored_bytes: 0 }
    }
}

impl<D: Domain> Clone for Versioned<D> {
    fn clone(&self) -> Self {
        Self { version: self.version, state: self.state.clone(), stored_bytes: self.stored_bytes }
    }
}

/// The loaded aggregates.
pub type States<D> = HashMap<StreamId, Versioned<D>>;

/// An event that a decision recorded, with its place in its stream.
pub struct Recorded<E> {
    /// The stream it belongs to.
    pub stream: StreamId,
    /// Its place there.
    pub version: i64,
    /// When it happened in the world.
    pub occurred_at: Timestamp,
    /// What happened.
    pub event: E,
}

/// A decision in the making: the states as they will be, and the events that lead there.
pub struct Draft<'a, D: Domain> {
    domain: &'a D,
    tenant: &'a Tenant,
    loaded: &'a States<D>,
    changed: States<D>,
    events: Vec<Recorded<D::Event>>,
    now: Timestamp,
}

impl<'a, D: Domain> Draft<'a, D> {
    /// An empty draft over the loaded states.
    pub fn new(domain: &'a D, tenant: &'a Tenant, loaded: &'a States<D>, now: Timestamp) -> Self {
        Self { domain, tenant, loaded, changed: States::new(), events: Vec::new(), now }
    }

    /// The aggregate as it will be after what has been recorded so far.
    pub fn state(&self, stream: StreamId) -> Option<&D::State> {
        let versioned = self.changed.get(&stream).or_else(|| self.loaded.get(&stream))?;
        versioned.state.as_deref()
    }

    /// The aggregate as it was before the command.
    pub fn before(&self, stream: StreamId) -> Option<&D::State> {
        self.loaded.get(&stream).and_then(|versioned| versioned.state.as_deref())
    }

    /// How many events the aggregate has had, with those recorded so far.
    pub fn version(&self, stream: StreamId) -> i64 {
        let versioned = self.changed.get(&stream).or_else(|| self.loaded.get(&stream));
        versioned.map_or(0, |versioned| versioned.version)
    }

    /// Records that the event happens now.
    pub fn record(&mut self, stream: StreamId, event: D::Event) {
        self.record_at(stream, event, self.now);
    }

    /// Records that the event happened at that moment.
    pub fn record_at(&mut self, stream: StreamId, event: D::Event, occurred_at: Timestamp) {
        let moment = Moment { occurred_at, recorded_at: self.now };
        let before = self.take(stream);
        let state = self.domain.evolve(before.state.map(Arc::unwrap_or_clone), &event, moment);
        let version = before.version + 1;
        self.changed.insert(stream, Versioned::unstored(version, state));
        for also in self.domain.also(self.tenant, &event) {
            let before = self.take(also.stream);
            let Some(state) = before.state.map(Arc::unwrap_or_clone).or(also.seed) else { continue };
            let state = self.domain.evolve_also(state, &event, moment);
            self.changed.insert(also.stream, Versioned::unstored(before.version, state));
        }
        self.events.push(Recorded { stream, version, occurred_at, event });
    }

    /// The aggregate as it is so far, out of what has changed.
    fn take(&mut self, stream: StreamId) -> Versioned<D> {
        let changed = self.changed.remove(&stream).or_else(|| self.loaded.get(&stream).cloned());
        changed.unwrap_or(Versioned::absent())
    }

    /// What was recorded, and the states after it.
    pub fn finish(self) -> (Vec<Recorded<D::Event>>, States<D>) {
        (self.events, self.changed)
    }
}
