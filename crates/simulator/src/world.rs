//! The simulated world: a bank, its relay, a backbone, consumers, and clients that do not give up.

use std::collections::BTreeMap;
use std::sync::Arc;

use imsop_backbone::{BackboneError, HandleError};
use imsop_journal::{Accepted, Batch, DatabaseUrl, Outcome, StoreError, Submission};
use imsop_kernel::StreamId;
use imsop_testkit::accounts::{Accounts, Command, State};
use imsop_testkit::submissions::{demo, submission};
use imsop_testkit::{SeededEnvironment, TestDatabase};

use crate::chance::{Chance, Failures, Weather};
use crate::process::{Process, Surroundings, TOPIC, start};
use crate::{Flaw, SimulationError, Storm};

const ACCOUNTS: u64 = 6;
const COMMANDS_PER_BATCH: u64 = 5;
/// Chance that a client sends other words under a key that it has used.
const ABUSE: f64 = 0.03;

/// A stream that a command changed: its version and balance right after it.
pub type Change = (StreamId, i64, i64);

/// What a client knows of one of its wishes.
#[derive(Debug, Clone)]
pub struct Wish {
    /// What it wants.
    pub command: Command,
    /// What it was answered, as soon as it was.
    pub accepted: Option<Vec<Change>>,
    /// How often it was refused.
    pub refusals: u32,
}

/// What a run amounted to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Commands that were accepted.
    pub accepted: usize,
    /// Failures that were injected.
    pub failures: Failures,
    /// Times that the process was started again.
    pub deaths: u32,
    /// A digest of everything that happened, in its order.
    pub trace: u64,
}

/// The world.
pub struct World {
    /// Keeps the folder of the databases.
    _place: TestDatabase,
    around: Surroundings,
    storm: Storm,
    /// The wishes of all clients, by their keys.
    pub wishes: BTreeMap<String, Wish>,
    /// Answers that contradict an earlier answer to the same wish.
    pub contradictions: Vec<String>,
    /// The present life of the program.
    pub process: Process,
    deaths: u32,
}

impl World {
    /// A world of this seed, with nothing in it.
    pub async fn new(seed: u64, storm: Storm, flaw: Flaw) -> Result<Self, SimulationError> {
        let chance = Chance::new(seed);
        let place = TestDatabase::sqlite();
        let around = Surroundings {
            url: place.url().clone(),
            weather: Arc::new(Weather::new(chance.clone(), storm)),
            environment: Arc::new(SeededEnvironment::new(seed)),
            chance,
            flaw,
        };
        let process = start(&around).await?;
        Ok(Self {
            _place: place,
            around,
            storm,
            wishes: BTreeMap::new(),
            contradictions: Vec::new(),
            process,
            deaths: 0,
        })
    }

    /// Where the databases are.
    pub fn url(&self) -> &DatabaseUrl {
        &self.around.url
    }

    /// What the run amounted to.
    pub fn figures(&self) -> Figures {
        let accepted = self.wishes.values().filter(|wish| wish.accepted.is_some()).count();
        let weather = &self.around.weather;
        Figures { accepted, failures: weather.failures(), deaths: self.deaths, trace: weather.trace() }
    }

    /// Lets things happen while storage fails.
    pub async fn weather_the_storm(&mut self) -> Result<(), SimulationError> {
        self.around.weather.set_calm(false);
        for _ in 0..self.storm.steps {
            let chosen = self.around.chance.below(12);
            self.around.weather.note(chosen);
            let died = match chosen {
                0..5 => self.clients_send().await?,
                5..7 => self.relay_publishes().await?,
                7..9 => self.consumes(0).await?,
                9..11 => self.consumes(1).await?,
                _ => self.around.chance.happens(0.3),
            };
            if died {
                self.start_again().await?;
            }
        }
        Ok(())
    }

    /// Calm: every wish is sent until it is answered, and everything published is consumed.
    pub async fn settle(&mut self) -> Result<(), SimulationError> {
        self.around.weather.set_calm(true);
        self.start_again().await?;
        // Those without an answer first; also those that were refused: they may have been sent again,
        // accepted, and the answer lost. Then all of them: the answers must be the ones they had.
        let open = |wish: &Wish| wish.accepted.is_none();
        let unanswered = self.wishes.iter().filter(|(_, wish)| open(wish)).map(|(key, _)| key.clone());
        let mut keys: Vec<String> = unanswered.collect();
        keys.extend(self.wishes.keys().cloned());
        for some in keys.chunks(100) {
            self.send(some).await?;
        }
        let published = &mut self.process.published;
        let mut after = self.process.relay.backbone.relay_position("bank").await?;
        while *published != Some(after) {
            *published = Some(after);
            after = self.process.relay.step(after).await?;
        }
        // Late deliveries: a few empty ones do not mean that nothing is left.
        let end = self.process.backbone.end(TOPIC, 0).await?;
        for consumer in &self.process.consumers {
            while consumer.sink.positions(TOPIC).await?.get(&0).copied().unwrap_or(0) < end {
                consumer.step().await?;
            }
        }
        Ok(())
    }

    /// The process dies and is started again. Starting is simulated without failures: a process that dies
    /// while it starts has done nothing yet.
    async fn start_again(&mut self) -> Result<(), SimulationError> {
        self.deaths += 1;
        let is_calm = self.around.weather.is_calm();
        self.around.weather.set_calm(true);
        self.process = start(&self.around).await?;
        if self.around.flaw == Flaw::ForgetsOnDeath {
            self.forget().await?;
        }
        self.around.weather.set_calm(is_calm);
        Ok(())
    }

    /// See [`Flaw::ForgetsOnDeath`].
    async fn forget(&self) -> Result<(), StoreError> {
        let mut tx = self.process.engine.database().begin().await?;
        // Not a first event: a stream that begins in the middle would stop the checks themselves.
        let newest = "DELETE FROM journal \
                      WHERE position = (SELECT MAX(position) FROM journal WHERE version > 1)";
        tx.execute(newest, Vec::new()).await?;
        tx.commit().await
    }

    /// Clients send new wishes, and some of the old ones again; tells whether the process died.
    async fn clients_send(&mut self) -> Result<bool, SimulationError> {
        let mut keys: Vec<String> = Vec::new();
        for _ in 0..=self.around.chance.below(COMMANDS_PER_BATCH) {
            if self.around.chance.happens(0.6) || self.wishes.is_empty() {
                keys.push(self.new_wish());
                continue;
            }
            keys.extend(self.any_key());
        }
        if self.around.chance.happens(ABUSE) {
            return self.abuse_a_key().await;
        }
        self.send(&keys).await
    }

    fn any_key(&self) -> Option<String> {
        let place = self.around.chance.below(self.wishes.len() as u64) as usize;
        self.wishes.keys().nth(place).cloned()
    }

    async fn send(&mut self, keys: &[String]) -> Result<bool, SimulationError> {
        let mut submissions: Vec<Submission<Command>> = Vec::with_capacity(keys.len());
        for key in keys {
            let Some(wish) = self.wishes.get(key) else { continue };
            let mut sent = submission(&demo(), key, wish.command.clone());
            if self.around.flaw == Flaw::NoMemoryOfKeys {
                sent.key = format!("{key}-{}", self.around.chance.below(u64::MAX));
            }
            submissions.push(sent);
        }
        let Some(outcomes) = self.execute(submissions).await? else { return Ok(true) };
        for (key, outcome) in keys.iter().zip(outcomes) {
            self.take_answer(key, outcome);
        }
        Ok(false)
    }

    /// Executes; no outcomes where a statement failed, nothing at all where the process died.
    async fn execute(
        &self,
        submissions: Vec<Submission<Command>>,
    ) -> Result<Option<Vec<Outcome<Accounts>>>, SimulationError> {
        let batch = Batch { submissions, advance: None };
        match self.process.engine.execute(&[batch]).await {
            Ok(mut outcomes) => Ok(Some(outcomes.remove(0))),
            Err(StoreError::Crashed) => Ok(None),
            Err(StoreError::Injected) => Ok(Some(Vec::new())),
            Err(error) => Err(error.into()),
        }
    }

    /// Somebody sends another wish under a key that was accepted: nothing must come of it.
    async fn abuse_a_key(&mut self) -> Result<bool, SimulationError> {
        let Some(key) = self.any_key() else { return Ok(false) };
        if self.wishes.get(&key).is_none_or(|wish| wish.accepted.is_none()) {
            return Ok(false);
        }
        let other = Command::Credit { number: "thief".to_owned(), amount: 1_000 };
        let Some(outcomes) = self.execute(vec![submission(&demo(), &key, other)]).await? else {
            return Ok(true);
        };
        if outcomes.iter().any(|outcome| !matches!(outcome, Outcome::KeyReused)) {
            self.contradictions.push(format!("{key} was given to another wish"));
        }
        Ok(false)
    }

    fn new_wish(&mut self) -> String {
        let key = format!("wish-{:05}", self.wishes.len());
        let number = |chance: &Chance| format!("account-{}", chance.below(ACCOUNTS));
        let chance = &self.around.chance;
        let amount = i64::try_from(chance.below(150)).unwrap_or(0) + 1;
        let command = match chance.below(6) {
            0 | 1 => Command::Credit { number: number(chance), amount },
            2 | 3 => Command::Transfer { from: number(chance), to: number(chance), amount },
            4 => Command::Withdraw { number: number(chance), amount },
            _ => Command::Open { number: number(chance), owner: "anna".to_owned(), balance: amount },
        };
        self.wishes.insert(key.clone(), Wish { command, accepted: None, refusals: 0 });
        key
    }

    fn take_answer(&mut self, key: &str, outcome: Outcome<Accounts>) {
        let Some(wish) = self.wishes.get_mut(key) else { return };
        match outcome {
            Outcome::Accepted(accepted) => {
                let changes = changes(&accepted);
                self.around.weather.note(changes.iter().fold(1, digest));
                match &wish.accepted {
                    Some(before) if *before != changes => {
                        self.contradictions.push(format!("{key}: {before:?}, then {changes:?}"));
                    }
                    Some(_) if !accepted.repeated => {
                        self.contradictions.push(format!("{key} was decided twice"))
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

    /// One turn of the relay, which remembers its place for as long as nothing fails.
    async fn relay_publishes(&mut self) -> Result<bool, SimulationError> {
        let relay = &self.process.relay;
        let step = match self.process.published {
            Some(place) => relay.step(place).await,
            None => relay.backbone.relay_position("bank").await,
        };
        self.process.published = step.as_ref().ok().copied();
        match step {
            Ok(_) => Ok(false),
            Err(BackboneError::Store(StoreError::Crashed)) => Ok(true),
            Err(BackboneError::Store(StoreError::Injected)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn consumes(&mut self, consumer: usize) -> Result<bool, SimulationError> {
        match self.process.consumers[consumer].step().await {
            Ok(_) => Ok(false),
            Err(HandleError::Crashed) => Ok(true),
            // A failure of storage reaches the consumer as the advice to try again.
            Err(HandleError::Retry(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

fn changes(accepted: &Accepted<Accounts>) -> Vec<Change> {
    let mut changes = Vec::with_capacity(accepted.touched.len());
    for touched in &accepted.touched {
        let State::Account(account) = &*touched.state else { continue };
        changes.push((touched.stream, touched.version, account.balance));
    }
    changes
}

/// Where a flaw is at work a balance may be below zero; the digest takes it all the same.
fn digest(sum: u64, change: &Change) -> u64 {
    sum.wrapping_mul(31).wrapping_add(change.2.cast_unsigned())
}
