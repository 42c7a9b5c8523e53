//! The invariants, checked when everything has settled.

use std::collections::{BTreeMap, BTreeSet};

use imsop_journal::{FeedPosition, feed};
use imsop_kernel::{Envelope, StreamId};
use imsop_testkit::accounts::{self, Event, State};
use imsop_testkit::submissions::demo;

use crate::SimulationError;
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

type Checked = Result<Option<Violation>, SimulationError>;

/// An event of the journal, as far as the checks look.
struct Happened {
    stream: StreamId,
    version: i64,
    gain: i64,
    bytes: String,
}

/// Balance and number of events of a stream.
type Sums = BTreeMap<String, (i64, i64)>;

/// Checks them all; gives the first that does not hold.
pub async fn check(world: &World) -> Checked {
    let journal = journal(world).await?;
    if let Some(detail) = world.contradictions.first() {
        return Ok(violated("a wish has one outcome", detail.clone()));
    }
    if let Some(violation) = versions_without_gaps(&journal) {
        return Ok(Some(violation));
    }
    if let Some(violation) = every_answer_once(world, &journal) {
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

fn violated(invariant: &'static str, detail: String) -> Option<Violation> {
    Some(Violation { invariant, detail })
}

async fn journal(world: &World) -> Result<Vec<Happened>, SimulationError> {
    let mut events = Vec::new();
    let mut after = FeedPosition::default();
    loop {
        let entries = feed::read(world.process.engine.database(), after, 1_000).await?;
        let Some(last) = entries.last() else { return Ok(events) };
        after = last.position;
        for entry in &entries {
            let event: Envelope = serde_json::from_str(&entry.envelope)?;
            let gain = Event::read(&event.event_type, event.data.get()).map_or(0, |event| event.gain());
            let bytes = entry.envelope.to_string();
            events.push(Happened { stream: event.stream, version: event.stream_version, gain, bytes });
        }
    }
}

fn versions_without_gaps(journal: &[Happened]) -> Option<Violation> {
    let mut versions: BTreeMap<StreamId, i64> = BTreeMap::new();
    for event in journal {
        let last = versions.entry(event.stream).or_insert(0);
        if event.version != *last + 1 {
            let detail = format!("{}: {} after {last}", event.stream, event.version);
            return violated("the feed has every stream in order and without gaps", detail);
        }
        *last = event.version;
    }
    None
}

/// What was acknowledged is there, and nothing is there that nobody wished or that was wished once.
fn every_answer_once(world: &World, journal: &[Happened]) -> Option<Violation> {
    let written: BTreeSet<(StreamId, i64)> =
        journal.iter().map(|event| (event.stream, event.version)).collect();
    let mut claimed: BTreeMap<(StreamId, i64), &str> = BTreeMap::new();
    for (key, wish) in &world.wishes {
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

fn summed<'a>(events: impl Iterator<Item = &'a Happened>) -> Sums {
    let mut sums = Sums::new();
    for event in events {
        let sum = sums.entry(event.stream.to_string()).or_default();
        sum.0 += event.gain;
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
            let detail = format!("offset {place}: {published:?}, feed {} {}", event.stream, event.version);
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
    for event in journal {
        if is_poison(event.gain) {
            blocked.insert(event.stream);
        }
        if blocked.contains(&event.stream) {
            parked.push(event.bytes.as_str());
        } else {
            taken.push(event);
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
    for event in journal {
        *expected.entry(event.stream.to_string()).or_default() += 1;
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
