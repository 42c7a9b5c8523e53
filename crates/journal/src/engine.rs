//! One transaction for many commands: load and lock, decide in memory, write set-based, commit once.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use imsop_kernel::{StreamId, Tenant};
use tokio::sync::{Mutex, MutexGuard};

use crate::append::{JournalRows, Placed, Source};
use crate::cell::Rows;
use crate::database::{Database, Dialect, Tx};
use crate::domain::{Context, Domain, Draft, Origin, States};
use crate::error::StoreError;
use crate::idempotency::{self, StoredOutcome};
use crate::limits::CONFLICT_RETRIES;
use crate::memory::Memory;
use crate::positions::{self, Advance};
use crate::states::{self, Change};

/// A command on its way to be decided.
pub struct Submission<C> {
    /// Whose it is and what it follows from.
    pub origin: Origin,
    /// The idempotency key, unique within the tenant for one wish of the caller.
    pub key: String,
    /// A digest of the wish; the same key with another one is refused.
    pub fingerprint: String,
    /// What is asked.
    pub command: C,
}

/// Commands that are executed in one transaction, with the consumer position that they bring along.
pub struct Batch<C> {
    /// The commands, decided in this order.
    pub submissions: Vec<Submission<C>>,
    /// Written with their effects, where they are reactions to events.
    pub advance: Option<Advance>,
}

/// What became of a command.
pub enum Outcome<D: Domain> {
    /// It was decided, now or when the same key came before.
    Accepted(Accepted<D>),
    /// It was refused and changed nothing.
    Rejected(D::Rejection),
    /// Its key belongs to another command.
    KeyReused,
}

/// An accepted command's effect.
pub struct Accepted<D: Domain> {
    /// Whether the effect is from an earlier submission with the same key.
    pub repeated: bool,
    /// The aggregates that it changed, as they were right after it, in the order of their first event.
    /// Empty for a repeated command of a domain that does not recall states.
    pub touched: Vec<Touched<D>>,
}

/// One aggregate that a command changed.
pub struct Touched<D: Domain> {
    /// Which one.
    pub stream: StreamId,
    /// Its version after the command.
    pub version: i64,
    /// Its state after the command.
    pub state: Arc<D::State>,
}

impl<D: Domain> Clone for Touched<D> {
    fn clone(&self) -> Self {
        Self { stream: self.stream, version: self.version, state: self.state.clone() }
    }
}

/// Executes batches for one context.
pub struct Engine<D: Domain> {
    domain: D,
    database: Database,
    source: Source,
    /// Locked while a transaction runs; empty on PostgreSQL, where others write too.
    memory: Mutex<Memory<D>>,
}

type Outcomes<D> = Vec<Vec<Outcome<D>>>;

impl<D: Domain> Engine<D> {
    /// An engine for this domain on this database, and the only one that writes its states through these
    /// connections: what another one wrote through them would not be seen in memory.
    pub fn new(domain: D, database: Database, source: Source) -> Self {
        Self { domain, database, source, memory: Mutex::new(Memory::empty()) }
    }

    /// The database that it writes.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The domain that it decides with.
    pub fn domain(&self) -> &D {
        &self.domain
    }

    /// What its events have in common.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Executes the batches in one transaction. When it returns, all of it is durable.
    ///
    /// # Errors
    /// A storage error means that nothing is known to have happened: the same commands with the same
    /// keys may be submitted again.
    pub async fn execute(&self, batches: &[Batch<D::Command>]) -> Result<Outcomes<D>, StoreError> {
        let mut attempt = 0;
        loop {
            let result = self.execute_once(batches, attempt > 0).await;
            match result {
                Err(StoreError::Conflict(reason)) if attempt < CONFLICT_RETRIES => {
                    attempt += 1;
                    tracing::debug!(attempt, reason, "another writer was there first, deciding again");
                    metrics::counter!("imsop_journal_conflicts_total").increment(1);
                }
                other => return other,
            }
        }
    }

    /// `is_alone` keeps all other writers of the context out: whoever lost once does not lose again.
    async fn execute_once(
        &self,
        batches: &[Batch<D::Command>],
        is_alone: bool,
    ) -> Result<Outcomes<D>, StoreError> {
        let mut own_memory = self.lock_memory().await;
        let mut tx = self.database.begin().await?;
        if is_alone {
            tx.lock_all().await?;
        }
        // Taken out: after a failure nothing is remembered.
        let memory = match &mut own_memory {
            Some(memory) => std::mem::replace(&mut **memory, Memory::empty()).valid_in(&mut tx).await?,
            None => Memory::empty(),
        };
        let submissions: Vec<&Submission<D::Command>> =
            batches.iter().flat_map(|batch| &batch.submissions).collect();
        let stored = idempotency::load(&mut tx, &submissions).await?;
        let fresh = submissions.iter().copied().filter(|submission| {
            !stored.contains_key(&(submission.origin.tenant.clone(), submission.key.clone()))
        });
        let loaded = self.load_all(&mut tx, &memory, fresh).await?;
        let mut run = Run { engine: self, memory, stored, loaded, written: Written::default() };
        let mut outcomes = Vec::with_capacity(batches.len());
        for batch in batches {
            let mut of_batch = Vec::with_capacity(batch.submissions.len());
            for submission in &batch.submissions {
                of_batch.push(run.one(&mut tx, submission).await?);
            }
            outcomes.push(of_batch);
        }
        let Run { mut memory, mut loaded, written, .. } = run;
        no_twin_was_faster(&mut tx, &refused(&submissions, &outcomes)).await?;
        let mut inserts = written.into_rows(&self.domain, &mut loaded)?;
        let advances: Vec<Advance> = batches.iter().filter_map(|batch| batch.advance.clone()).collect();
        inserts.push(positions::rows(&advances));
        tx.insert_all(inserts).await?;
        tx.commit().await?;
        if let Some(own_memory) = &mut own_memory {
            memory.keep(loaded);
            **own_memory = memory;
        }
        Ok(outcomes)
    }

    /// The memory, where this engine is the only writer while it has the transaction.
    async fn lock_memory(&self) -> Option<MutexGuard<'_, Memory<D>>> {
        match self.database.dialect() {
            Dialect::Sqlite => Some(self.memory.lock().await),
            Dialect::Postgres => None,
        }
    }

    async fn load_all<'a>(
        &self,
        tx: &mut Tx,
        memory: &Memory<D>,
        submissions: impl Iterator<Item = &'a Submission<D::Command>> + Clone,
    ) -> Result<HashMap<Tenant, States<D>>, StoreError> {
        let mut loaded = HashMap::new();
        let mut wanted: Vec<(Tenant, StreamId)> = Vec::new();
        for submission in submissions.clone() {
            let tenant = &submission.origin.tenant;
            for stream in self.domain.targets(tenant, &submission.command) {
                wanted.push((tenant.clone(), stream));
            }
        }
        states::load(tx, &self.domain, memory, wanted, &mut loaded).await?;
        let mut further: Vec<(Tenant, StreamId)> = Vec::new();
        for submission in submissions {
            let tenant = &submission.origin.tenant;
            let of_tenant = loaded.entry(tenant.clone()).or_default();
            for stream in self.domain.further_targets(tenant, &submission.command, of_tenant) {
                further.push((tenant.clone(), stream));
            }
        }
        states::load(tx, &self.domain, memory, further, &mut loaded).await?;
        Ok(loaded)
    }

    /// The aggregate as it was right after the event with this version, folded from the journal.
    pub async fn state_at(
        &self,
        tenant: &Tenant,
        stream: StreamId,
        version: i64,
    ) -> Result<Option<D::State>, StoreError> {
        let events = states::stream_of(&self.database, tenant, stream, version).await?;
        states::fold(&self.domain, &events)
    }

    /// Fills in the states of commands that were executed before.
    async fn recall(
        &self,
        tx: &mut Tx,
        tenant: &Tenant,
        stored: &StoredOutcome,
    ) -> Result<Accepted<D>, StoreError> {
        let mut touched = Vec::with_capacity(stored.touched.len());
        if !self.domain.recalls_states() {
            return Ok(Accepted { repeated: true, touched });
        }
        for &(stream, version) in &stored.touched {
            let state = if self.domain.stands_alone(stream.kind) {
                let entries = states::stream_in(tx, tenant, stream, version).await?;
                states::fold(&self.domain, &entries)?
            } else {
                states::present(tx, &self.domain, tenant, stream).await?
            };
            let state =
                state.ok_or_else(|| StoreError::Corrupt(format!("{stream} has an outcome but no state")))?;
            touched.push(Touched { stream, version, state: Arc::new(state) });
        }
        Ok(Accepted { repeated: true, touched })
    }
}

/// A refusal may come from the command's own twin: sent to another process at the same time, accepted
/// there after the keys were looked up here and before the aggregates were locked. Deciding again finds
/// its outcome. SQLite has one writer at a time, so nobody can be in between.
async fn no_twin_was_faster<C>(tx: &mut Tx, refused: &[&Submission<C>]) -> Result<(), StoreError> {
    if tx.dialect() == Dialect::Sqlite || refused.is_empty() {
        return Ok(());
    }
    if idempotency::load(tx, refused).await?.is_empty() {
        return Ok(());
    }
    Err(StoreError::Conflict("a refused command was accepted by another process".to_owned()))
}

fn refused<'a, D: Domain>(
    submissions: &[&'a Submission<D::Command>],
    outcomes: &Outcomes<D>,
) -> Vec<&'a Submission<D::Command>> {
    let mut refused = Vec::new();
    for (submission, outcome) in submissions.iter().zip(outcomes.iter().flatten()) {
        if matches!(outcome, Outcome::Rejected(_)) {
            refused.push(*submission);
        }
    }
    refused
}

/// One pass over the commands of a transaction.
struct Run<'a, D: Domain> {
    engine: &'a Engine<D>,
    memory: Memory<D>,
    stored: HashMap<(Tenant, String), StoredOutcome>,
    loaded: HashMap<Tenant, States<D>>,
    written: Written<D>,
}

impl<D: Domain> Run<'_, D> {
    async fn one(
        &mut self,
        tx: &mut Tx,
        submission: &Submission<D::Command>,
    ) -> Result<Outcome<D>, StoreError> {
        let tenant = &submission.origin.tenant;
        let known_key = (tenant.clone(), submission.key.clone());
        if let Some((fingerprint, touched)) = self.written.accepted.get(&known_key) {
            if *fingerprint != submission.fingerprint {
                return Ok(Outcome::KeyReused);
            }
            return Ok(Outcome::Accepted(Accepted { repeated: true, touched: touched.clone() }));
        }
        if let Some(stored) = self.stored.get(&known_key) {
            if stored.fingerprint != submission.fingerprint {
                return Ok(Outcome::KeyReused);
            }
            return Ok(Outcome::Accepted(self.engine.recall(tx, tenant, stored).await?));
        }
        self.load_missing(tx, submission).await?;
        self.decide(submission, known_key)
    }

    /// An earlier command of the same transaction may have led to aggregates that were not foreseen.
    async fn load_missing(
        &mut self,
        tx: &mut Tx,
        submission: &Submission<D::Command>,
    ) -> Result<(), StoreError> {
        let tenant = &submission.origin.tenant;
        let domain = &self.engine.domain;
        let of_tenant = self.loaded.entry(tenant.clone()).or_default();
        let mut missing = Vec::new();
        let further = domain.further_targets(tenant, &submission.command, of_tenant);
        for stream in domain.targets(tenant, &submission.command).into_iter().chain(further) {
            if !of_tenant.contains_key(&stream) {
                missing.push((tenant.clone(), stream));
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        states::load(tx, domain, &self.memory, missing, &mut self.loaded).await
    }

    fn decide(
        &mut self,
        submission: &Submission<D::Command>,
        known_key: (Tenant, String),
    ) -> Result<Outcome<D>, StoreError> {
        let engine = self.engine;
        let environment = &engine.source.environment;
        let context = Context {
            tenant: submission.origin.tenant.clone(),
            actor: submission.origin.actor.clone(),
            now: environment.now(),
            fresh_id: environment.new_id(),
        };
        let of_tenant = self.loaded.entry(context.tenant.clone()).or_default();
        let mut draft = Draft::new(&engine.domain, &context.tenant, of_tenant, context.now);
        if let Err(rejection) = engine.domain.decide(&submission.command, &context, &mut draft) {
            return Ok(Outcome::Rejected(rejection));
        }
        let (events, changed) = draft.finish();
        let mut touched: Vec<Touched<D>> = Vec::with_capacity(changed.len());
        for recorded in &events {
            let placed = Placed {
                stream: recorded.stream,
                version: recorded.version,
                occurred_at: recorded.occurred_at,
                recorded_at: context.now,
                event: &recorded.event,
            };
            self.written.journal.push(&engine.source, &submission.origin, placed)?;
            if touched.iter().any(|earlier| earlier.stream == recorded.stream) {
                continue;
            }
            let after = changed.get(&recorded.stream);
            if let Some((version, state)) =
                after.and_then(|after| Some((after.version, after.state.clone()?)))
            {
                touched.push(Touched { stream: recorded.stream, version, state });
            }
        }
        self.written.attachments.extend(engine.domain.attachments(&submission.command, &context, &events));
        for (stream, versioned) in changed {
            let before = of_tenant.insert(stream, versioned.clone());
            let change = states::change(&engine.domain, before.as_ref(), &versioned);
            let earlier = self.written.changed.entry((context.tenant.clone(), stream)).or_insert(change);
            *earlier = change.and(*earlier);
        }
        self.written.outcomes.push(idempotency::row(submission, &touched, context.now)?);
        self.written.accepted.insert(known_key, (submission.fingerprint.clone(), touched.clone()));
        Ok(Outcome::Accepted(Accepted { repeated: false, touched }))
    }
}

/// The fingerprint of a command of this transaction, and what it changed.
type AcceptedHere<D> = (String, Vec<Touched<D>>);

/// What a transaction will write.
struct Written<D: Domain> {
    journal: JournalRows,
    /// The aggregates that changed.
    changed: BTreeMap<(Tenant, StreamId), Change>,
    attachments: Vec<crate::domain::Attachment>,
    outcomes: Vec<Vec<crate::cell::Cell>>,
    accepted: HashMap<(Tenant, String), AcceptedHere<D>>,
}

impl<D: Domain> Default for Written<D> {
    fn default() -> Self {
        Self {
            journal: JournalRows::default(),
            changed: BTreeMap::new(),
            attachments: Vec::new(),
            outcomes: Vec::new(),
            accepted: HashMap::new(),
        }
    }
}

impl<D: Domain> Written<D> {
    fn into_rows(self, domain: &D, loaded: &mut HashMap<Tenant, States<D>>) -> Result<Vec<Rows>, StoreError> {
        let mut inserts = vec![self.journal.into_rows(), idempotency::rows(self.outcomes)];
        inserts.extend(states::rows(domain, self.changed, loaded)?);
        inserts.extend(states::attached(self.attachments));
        Ok(inserts)
    }
}
