//! The invariants, checked when everything has settled.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use imsop_journal::{Database, Domain, FeedPosition, feed};
use imsop_kernel::{Actor, Envelope, StreamId, Uuid};
use imsop_testkit::accounts::{self, Event, State};
use imsop_testkit::submissions::demo;

use crate::SimulationError;
use crate::clients::Clients;
use crate::mirror::is_poison;
use crate::process::TOPIC;
use crate::world::World;

/// An invariant that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{invariant}: {detail}")]
pub struct Violation {
    /// Which one, in words.
    pub invariant: &'static str,
    /// What was found.
    pub detail: String,
}

/// What a check found, if it could look.
pub type Checked = Result<Option<Violation>, SimulationError>;

/// An event of a journal.
pub struct Happened {
    event: Envelope,
    bytes: String,
}

impl Happened {
    /// What the balance of its account gains by it.
    fn gain(&self) -> i64 {
        Event::read(&self.event.event_type, self.event.data.get()).map_or(0, |event| event.gain())
    }

    fn place(&self) -> (StreamId, i64) {
        (self.event.stream, self.event.stream_version)
    }
}

/// Balance and number of events of a stream.
type Sums = BTreeMap<String, (i64, i64)>;

/// Checks them all; gives the first that does not hold.
pub async fn check(world: &World) -> Checked {
    let journal = journal(world.process.engine.database()).await?;
    if let Some(violation) = check_clients(&world.clients, &journal) {
        return Ok(Some(violation));
    }
    if let Some(violation) = states_are_folds(world, &summed(journal.iter())).await? {
        return Ok(Some(violation));
    }
    if let Some(violation) = topic_is_the_feed(world, &journal).await? {
        return Ok(Some(violation));
    }
    if let Some(violation) = mirror_has_what_it_can_take(world, &journal).await? {
        return Ok(Some(violation));
    }
    branch_reacted_once(world, &journal).await
}

/// What clients were answered, beside what has happened.
pub fn check_clients<D: Domain>(clients: &Clients<D>, journal: &[Happened]) -> Option<Violation>
where
    D::Command: Clone + Debug,
{
    if let Some(detail) = clients.contradictions.first() {
        return violated("a wish has one outcome", detail.clone());
    }
    versions_without_gaps(journal).or_else(|| every_answer_once(clients, journal))
}

/// An invariant that does not hold.
pub fn violated(invariant: &'static str, detail: String) -> Option<Violation> {
    Some(Violation { invariant, detail })
}

/// The whole journal.
pub async fn journal(database: &Database) -> Result<Vec<Happened>, SimulationError> {
    let mut events = Vec::new();
    let mut after = FeedPosition::default();
    loop {
        let entries = feed::read(database, after, 1_000).await?;
        let Some(last) = entries.last() else { return Ok(events) };
        after = last.position;
        for entry in &entries {
            let event: Envelope = serde_json::from_str(&entry.envelope)?;
            events.push(Happened { event, bytes: entry.envelope.to_string() });
        }
    }
}

fn versions_without_gaps(journal: &[Happened]) -> Option<Violation> {
    let mut versions: BTreeMap<StreamId, i64> = BTreeMap::new();
    for happened in journal {
        let (stream, version) = happened.place();
        let last = versions.entry(stream).or_insert(0);
        if version != *last + 1 {
            let detail = format!("{stream}: {version} after {last}");
            return violated("the feed has every stream in order and without gaps", detail);
        }
        *last = version;
    }
    None
}

/// What was acknowledged is there, and nothing is there that nobody wished or that was wished once.
fn every_answer_once<D: Domain>(clients: &Clients<D>, journal: &[Happened]) -> Option<Violation>
where
    D::Command: Clone + Debug,
{
    let written = told(journal);
    let mut claimed: BTreeMap<(StreamId, i64), &str> = BTreeMap::new();
    for (key, wish) in &clients.wishes {
        for &(stream, version, _) in wish.accepted.iter().flatten() {
            let place = (stream, version);
            if !written.contains(&place) {
                let detail = format!("{key}: {place:?} is not there");
                return violated("what was acknowledged is durable", detail);
            }
            if let Some(other) = claimed.insert(place, key) {
                let detail = format!("{key} and {other} both made {place:?}");
                return violated("a command has its own effect", detail);
            }
        }
    }
    if let Some(place) = written.iter().find(|place| !claimed.contains_key(place)) {
        return violated("nothing happens that nobody was told of", format!("{place:?} belongs to no wish"));
    }
    None
}

/// What clients are told of: how far each of their commands brought each stream. What the platform does by
/// itself, when a time is over, is told to nobody.
fn told(journal: &[Happened]) -> BTreeSet<(StreamId, i64)> {
    let mut last: BTreeMap<(Uuid, StreamId), i64> = BTreeMap::new();
    for happened in journal.iter().filter(|happened| matches!(happened.event.actor, Actor::User(_))) {
        let (stream, version) = happened.place();
        last.insert((happened.event.correlation_id, stream), version);
    }
    last.into_iter().map(|((_, stream), version)| (stream, version)).collect()
}

fn summed<'a>(events: impl Iterator<Item = &'a Happened>) -> Sums {
    let mut sums = Sums::new();
    for happened in events {
        let sum = sums.entry(happened.event.stream.to_string()).or_default();
        sum.0 += happened.gain();
        sum.1 += 1;
    }
    sums
}

async fn states_are_folds(world: &World, expected: &Sums) -> Checked {
    let sql = "SELECT id, version, state FROM account";
    let rows = world.process.engine.database().fetch(sql, vec![]).await?;
    let mut states = Sums::new();
    for row in rows {
        let State::Account(account) = serde_json::from_str(row.text(2)?)? else { continue };
        let stream = accounts::account(&demo(), &account.number).to_string();
        if account.balance < 0 {
            return Ok(violated("an account is never below zero", stream));
        }
        states.insert(stream, (account.balance, row.int(1)?));
    }
    if states == *expected {
        return Ok(None);
    }
    let detail = format!("states {states:?}, journal {expected:?}");
    Ok(violated("a state is the fold of its stream", detail))
}

async fn topic_is_the_feed(world: &World, journal: &[Happened]) -> Checked {
    // Past the bad manners of the delivery.
    let sql = "SELECT envelope FROM log WHERE topic = $1 ORDER BY record_offset";
    let url = world.url();
    let log = imsop_journal::Database::open(url, "backbone", imsop_backbone::EmbeddedBackbone::migrations())
        .await?;
    let rows = log.fetch(sql, vec![TOPIC.into()]).await?;
    log.close().await;
    for (place, event) in journal.iter().enumerate() {
        let published = rows.get(place).map(|row| row.text(0)).transpose()?;
        if published != Some(event.bytes.as_str()) {
            let detail = format!("offset {place}: {published:?}, feed {:?}", event.place());
            return Ok(violated("a topic has the feed, each event once and in order", detail));
        }
    }
    if rows.len() != journal.len() {
        let detail = format!("{} records, {} events", rows.len(), journal.len());
        return Ok(violated("a topic has the feed, each event once and in order", detail));
    }
    Ok(None)
}

/// The mirror has the effect of every event before a stream's first poison, and a letter for every other.
async fn mirror_has_what_it_can_take(world: &World, journal: &[Happened]) -> Checked {
    let mut blocked: BTreeSet<StreamId> = BTreeSet::new();
    let (mut taken, mut parked) = (Vec::new(), Vec::new());
    for happened in journal {
        let stream = happened.event.stream;
        if is_poison(happened.gain()) {
            blocked.insert(stream);
        }
        if blocked.contains(&stream) {
            parked.push(happened.bytes.as_str());
        } else {
            taken.push(happened);
        }
    }
    let expected = summed(taken.into_iter());
    let rows = world.process.mirror.fetch("SELECT stream, balance, events FROM mirror", vec![]).await?;
    let mut mirrored = Sums::new();
    for row in rows {
        mirrored.insert(row.text(0)?.to_owned(), (row.int(1)?, row.int(2)?));
    }
    if mirrored != expected {
        let detail = format!("mirror {mirrored:?}, journal {expected:?}");
        return Ok(violated("a consumer has the effect of every event exactly once", detail));
    }
    let rows = world.process.mirror.fetch("SELECT envelope FROM dead_letter", vec![]).await?;
    let mut letters = Vec::with_capacity(rows.len());
    for row in &rows {
        letters.push(row.text(0)?);
    }
    letters.sort_unstable();
    parked.sort_unstable();
    if letters != parked {
        let detail = format!("{} letters, {} events that wait", letters.len(), parked.len());
        return Ok(violated("what cannot be taken is parked once, with all that follows it", detail));
    }
    Ok(None)
}

async fn branch_reacted_once(world: &World, journal: &[Happened]) -> Checked {
    let mut expected: BTreeMap<String, i64> = BTreeMap::new();
    for happened in journal {
        *expected.entry(happened.event.stream.to_string()).or_default() += 1;
    }
    let mut counted: BTreeMap<String, i64> = BTreeMap::new();
    for row in world.process.branch.fetch("SELECT state FROM account", vec![]).await? {
        let State::Account(account) = serde_json::from_str(row.text(0)?)? else { continue };
        counted.insert(account.number, account.balance);
    }
    if counted == expected {
        return Ok(None);
    }
    let detail = format!("counted {counted:?}, journal {expected:?}");
    Ok(violated("a consumer reacts to every event exactly once", detail))
}
