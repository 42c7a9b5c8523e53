//! Clients that do not give up: what they wish, what they were answered, and which answers contradict.

use std::collections::BTreeMap;
use std::fmt::Debug;

use imsop_journal::{Accepted, Domain, Outcome, Submission};
use imsop_kernel::StreamId;
use imsop_testkit::submissions::{demo, submission};

use crate::Flaw;
use crate::chance::{Chance, Weather};
use crate::process::Surroundings;

/// A stream that a command changed: its version right after it, and what it was worth then.
pub type Change = (StreamId, i64, u64);

/// What a client knows of one of its wishes.
#[derive(Debug, Clone)]
pub struct Wish<C> {
    /// What it wants.
    pub command: C,
    /// What it was answered, as soon as it was.
    pub accepted: Option<Vec<Change>>,
    /// How often it was refused.
    pub refusals: u32,
}

/// All clients of one context.
pub struct Clients<D: Domain> {
    /// Their wishes, by their keys.
    pub wishes: BTreeMap<String, Wish<D::Command>>,
    /// Answers that contradict an earlier answer to the same wish.
    pub contradictions: Vec<String>,
    /// What an aggregate is worth to clients: the same wish is answered with the same worth again. Nothing,
    /// where they do not look.
    worth: fn(StreamId, &D::State) -> Option<u64>,
}

impl<D: Domain> Clients<D>
where
    D::Command: Clone + Debug,
{
    /// Clients without wishes.
    pub fn new(worth: fn(StreamId, &D::State) -> Option<u64>) -> Self {
        Self { wishes: BTreeMap::new(), contradictions: Vec::new(), worth }
    }

    /// Somebody wishes something; gives the key.
    pub fn wish(&mut self, command: D::Command) -> String {
        let key = format!("wish-{:05}", self.wishes.len());
        self.wishes.insert(key.clone(), Wish { command, accepted: None, refusals: 0 });
        key
    }

    /// The key of some wish, if there is any.
    pub fn any_key(&self, chance: &Chance) -> Option<String> {
        let place = chance.below(self.wishes.len() as u64) as usize;
        self.wishes.keys().nth(place).cloned()
    }

    /// Whether the wish was accepted, as far as its client knows.
    pub fn is_accepted(&self, key: &str) -> bool {
        self.wishes.get(key).is_some_and(|wish| wish.accepted.is_some())
    }

    /// How many wishes were accepted.
    pub fn accepted(&self) -> usize {
        self.wishes.values().filter(|wish| wish.accepted.is_some()).count()
    }

    /// All keys, those without an answer first; also those that were refused: they may have been sent again,
    /// accepted, and the answer lost. Then all of them: the answers must be the ones they had.
    pub fn open_ones_and_all(&self) -> Vec<String> {
        let open = self.wishes.iter().filter(|(_, wish)| wish.accepted.is_none());
        let mut keys: Vec<String> = open.map(|(key, _)| key.clone()).collect();
        keys.extend(self.wishes.keys().cloned());
        keys
    }

    /// The wishes with these keys, on their way.
    pub fn submissions(&self, keys: &[String], around: &Surroundings) -> Vec<Submission<D::Command>> {
        let mut submissions = Vec::with_capacity(keys.len());
        for key in keys {
            let Some(wish) = self.wishes.get(key) else { continue };
            let mut sent = submission(&demo(), key, wish.command.clone());
            if around.flaw == Flaw::NoMemoryOfKeys {
                sent.key = format!("{key}-{}", around.chance.below(u64::MAX));
            }
            submissions.push(sent);
        }
        submissions
    }

    /// Takes the answers to the wishes with these keys. There are none where storage failed.
    pub fn take_answers(&mut self, keys: &[String], outcomes: Vec<Outcome<D>>, weather: &Weather) {
        for (key, outcome) in keys.iter().zip(outcomes) {
            self.take_answer(key, outcome, weather);
        }
    }

    /// Takes the answers to other wishes under a key that was taken: nothing may have come of them.
    pub fn take_answers_to_abuse(&mut self, key: &str, outcomes: &[Outcome<D>]) {
        if outcomes.iter().any(|outcome| !matches!(outcome, Outcome::KeyReused)) {
            self.contradictions.push(format!("{key} was given to another wish"));
        }
    }

    fn take_answer(&mut self, key: &str, outcome: Outcome<D>, weather: &Weather) {
        let worth = self.worth;
        let Some(wish) = self.wishes.get_mut(key) else { return };
        match outcome {
            Outcome::Accepted(accepted) => {
                let changes = changes(&accepted, worth);
                weather.note(changes.iter().fold(1, digest));
                match &wish.accepted {
                    Some(before) if *before != changes => {
                        self.contradictions.push(format!("{key}: {before:?}, then {changes:?}"));
                    }
                    Some(_) if !accepted.repeated => {
                        self.contradictions.push(format!("{key} was decided twice"));
                    }
                    _ => wish.accepted = Some(changes),
                }
            }
            Outcome::Rejected(_) if wish.accepted.is_some() => {
                self.contradictions.push(format!("{key} was accepted, then refused"));
            }
            Outcome::Rejected(_) => wish.refusals += 1,
            Outcome::KeyReused => self.contradictions.push(format!("{key} is taken for another wish")),
        }
    }
}

fn changes<D: Domain>(accepted: &Accepted<D>, worth: fn(StreamId, &D::State) -> Option<u64>) -> Vec<Change> {
    let mut changes = Vec::with_capacity(accepted.touched.len());
    for touched in &accepted.touched {
        let Some(worth) = worth(touched.stream, &touched.state) else { continue };
        changes.push((touched.stream, touched.version, worth));
    }
    changes
}

fn digest(sum: u64, change: &Change) -> u64 {
    sum.wrapping_mul(31).wrapping_add(change.2)
}
