//! The invariants, checked when everything has settled.

use std::collections::{BTreeMap, BTreeSet};

use imsop_journal::{FeedPosition, feed};
use imsop_kernel::{Envelope, StreamId};
use imsop_testkit::accounts::{Event, State};
use imsop_testkit::submissions::demo;

use crate::SimulationError;
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

/// Checks them all; gives the first that does not hold.
pub async fn check(world: &World) -> Result<Option<Violation>, SimulationError> {
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
    let folded = folded(&journal);
    if let Some(violation) = states_are_folds(world, &folded).await? {
        return Ok(Some(violation));
    }
    mirror_is_the_fold(world, &folded, &journal).await
}

fn violated(invariant: &'static str, detail: String) -> Option<Violation> {
    Some(Violation { invariant, detail })
}

async fn journal(world: &World) -> Result<Vec<Envelope>, SimulationError> {
    let mut events = Vec::new();
    let mut after = FeedPosition::default();
    loop {
        let entries = feed::read(world.bank(), after, 1_000).await?;
        let Some(last) = entries.last() else { return Ok(events) };
        after = last.position;
        for entry in &entries {
            events.push(serde_json::from_str(&entry.envelope)?);
        }
    }
}

fn versions_without_gaps(journal: &[Envelope]) -> Option<Violation> {
    let mut versions: BTreeMap<StreamId, i64> = BTreeMap::new();
    for event in journal {
        let last = versions.entry(event.stream).or_insert(0);
        if event.stream_version != *last + 1 {
            let detail = format!("{}: {} after {last}", event.stream, event.stream_version);
            return violated("the feed has every stream in order and without gaps", detail);
        }
        *last = event.stream_version;
    }
    None
}

/// What was acknowledged is there, and nothing is there that nobody wished or that was wished once.
fn every_answer_once(world: &World, journal: &[Envelope]) -> Option<Violation> {
    let written: BTreeSet<(StreamId, i64)> =
        journal.iter().map(|event| (event.stream, event.stream_version)).collect();
    let mut claimed: BTreeMap<(StreamId, i64), &str> = BTreeMap::new();
    for (key, wish) in &world.wishes {
        let Some(touched) = &wish.accepted else { continue };
        for place in touched {
            if !written.contains(place) {
                return violated(
                    "what was acknowledged is durable",
                    format!("{key}: {place:?} is not there"),
                );
            }
            if let Some(other) = claimed.insert(*place, key) {
                return violated(
                    "a command has its own effect",
                    format!("{key} and {other} both made {place:?}"),
                );
            }
        }
    }
    if let Some(place) = written.iter().find(|place| !claimed.contains_key(place)) {
        return violated("nothing happens that nobody was told of", format!("{place:?} belongs to no wish"));
    }
    None
}

/// Balance and number of events of every account, by the journal.
fn folded(journal: &[Envelope]) -> BTreeMap<String, (i64, i64)> {
    let mut accounts: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for event in journal {
        let gain = Event::read(&event.event_type, event.data.get()).map_or(0, |event| event.gain());
        let account = accounts.entry(event.stream.to_string()).or_default();
        account.0 += gain;
        account.1 += 1;
    }
    accounts
}

async fn states_are_folds(
    world: &World,
    folded: &BTreeMap<String, (i64, i64)>,
) -> Result<Option<Violation>, SimulationError> {
    let rows = world.bank().fetch("SELECT id, version, state FROM account", vec![]).await?;
    if rows.len() != folded.len() {
        let detail = format!("{} states, {} streams", rows.len(), folded.len());
        return Ok(violated("every stream has a state", detail));
    }
    for row in rows {
        let State::Account(account) = serde_json::from_str(row.text(2)?)? else { continue };
        let stream = imsop_testkit::accounts::account(&demo(), &account.number).to_string();
        let expected = folded.get(&stream).copied().unwrap_or_default();
        if (account.balance, row.int(1)?) != expected {
            let detail =
                format!("{stream}: state {} at {}, journal {expected:?}", account.balance, row.int(1)?);
            return Ok(violated("a state is the fold of its stream", detail));
        }
        if account.balance < 0 {
            return Ok(violated("an account is never below zero", stream));
        }
    }
    Ok(None)
}

async fn mirror_is_the_fold(
    world: &World,
    folded: &BTreeMap<String, (i64, i64)>,
    journal: &[Envelope],
) -> Result<Option<Violation>, SimulationError> {
    let rows = world.mirror().fetch("SELECT stream, balance, events FROM mirror", vec![]).await?;
    let mut mirrored: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for row in rows {
        mirrored.insert(row.text(0)?.to_owned(), (row.int(1)?, row.int(2)?));
    }
    if mirrored == *folded {
        return Ok(None);
    }
    let detail = format!("{} events; mirror {mirrored:?}, journal {folded:?}", journal.len());
    Ok(violated("a consumer has the effect of every event exactly once", detail))
}
