//! The simulated world: a bank, its relay, a backbone, consumers, and clients that do not give up.

use imsop_backbone::{BackboneError, HandleError};
use imsop_journal::{Batch, DatabaseUrl, Outcome, StoreError, Submission};
use imsop_kernel::StreamId;
use imsop_testkit::TestDatabase;
use imsop_testkit::accounts::{Accounts, Command, State};
use imsop_testkit::submissions::{demo, submission};

use crate::chance::{Chance, Failures};
use crate::clients::Clients;
use crate::process::{Process, Surroundings, TOPIC, forget, start};
use crate::{Flaw, SimulationError, Storm};

const ACCOUNTS: u64 = 6;
const COMMANDS_PER_BATCH: u64 = 5;
/// Chance that a client sends other words under a key that it has used.
const ABUSE: f64 = 0.03;

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

impl Figures {
    /// What it amounts to so far.
    pub fn new(accepted: usize, around: &Surroundings, deaths: u32) -> Self {
        let weather = &around.weather;
        Self { accepted, failures: weather.failures(), deaths, trace: weather.trace() }
    }
}

/// The world.
pub struct World {
    /// Keeps the folder of the databases.
    _place: TestDatabase,
    around: Surroundings,
    storm: Storm,
    /// The bank's clients.
    pub clients: Clients<Accounts>,
    /// The present life of the program.
    pub process: Process,
    deaths: u32,
}

impl World {
    /// A world of this seed, with nothing in it.
    pub async fn new(seed: u64, storm: Storm, flaw: Flaw) -> Result<Self, SimulationError> {
        let place = TestDatabase::sqlite();
        let around = Surroundings::new(place.url(), seed, storm, flaw);
        let process = start(&around).await?;
        Ok(Self { _place: place, around, storm, clients: Clients::new(balance), process, deaths: 0 })
    }

    /// Where the databases are.
    pub fn url(&self) -> &DatabaseUrl {
        &self.around.url
    }

    /// What the run amounted to.
    pub fn figures(&self) -> Figures {
        Figures::new(self.clients.accepted(), &self.around, self.deaths)
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
        let keys = self.clients.open_ones_and_all();
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
            forget(self.process.engine.database()).await?;
        }
        self.around.weather.set_calm(is_calm);
        Ok(())
    }

    /// Clients send new wishes, and some of the old ones again; tells whether the process died.
    async fn clients_send(&mut self) -> Result<bool, SimulationError> {
        let mut keys: Vec<String> = Vec::new();
        for _ in 0..=self.around.chance.below(COMMANDS_PER_BATCH) {
            if self.around.chance.happens(0.6) || self.clients.wishes.is_empty() {
                keys.push(self.new_wish());
                continue;
            }
            keys.extend(self.clients.any_key(&self.around.chance));
        }
        if self.around.chance.happens(ABUSE) {
            return self.abuse_a_key().await;
        }
        self.send(&keys).await
    }

    async fn send(&mut self, keys: &[String]) -> Result<bool, SimulationError> {
        let submissions = self.clients.submissions(keys, &self.around);
        let Some(outcomes) = self.execute(submissions).await? else { return Ok(true) };
        self.clients.take_answers(keys, outcomes, &self.around.weather);
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
        let Some(key) = self.clients.any_key(&self.around.chance) else { return Ok(false) };
        if !self.clients.is_accepted(&key) {
            return Ok(false);
        }
        let other = Command::Credit { number: "thief".to_owned(), amount: 1_000 };
        let Some(outcomes) = self.execute(vec![submission(&demo(), &key, other)]).await? else {
            return Ok(true);
        };
        self.clients.take_answers_to_abuse(&key, &outcomes);
        Ok(false)
    }

    fn new_wish(&mut self) -> String {
        let number = |chance: &Chance| format!("account-{}", chance.below(ACCOUNTS));
        let chance = &self.around.chance;
        let amount = i64::try_from(chance.below(150)).unwrap_or(0) + 1;
        let command = match chance.below(6) {
            0 | 1 => Command::Credit { number: number(chance), amount },
            2 | 3 => Command::Transfer { from: number(chance), to: number(chance), amount },
            4 => Command::Withdraw { number: number(chance), amount },
            _ => Command::Open { number: number(chance), owner: "anna".to_owned(), balance: amount },
        };
        self.clients.wish(command)
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

/// Where a flaw is at work a balance may be below zero.
fn balance(_: StreamId, state: &State) -> Option<u64> {
    match state {
        State::Account(account) => Some(account.balance.cast_unsigned()),
        State::StandingOrder(_) => None,
    }
}
