//! The simulated world: a bank, its relay, a backbone, a mirror, and clients that do not give up.

use std::collections::BTreeMap;
use std::sync::Arc;

use imsop_backbone::{BackboneError, Consumer, Effects, EmbeddedBackbone, HandleError, Relay, Sink};
use imsop_journal::{Batch, Database, DatabaseUrl, Engine, Outcome, StoreError, Submission};
use imsop_kernel::StreamId;
use imsop_testkit::accounts::{self, Accounts, Command};
use imsop_testkit::submissions::{demo, source_with, submission};
use imsop_testkit::{SeededEnvironment, TestDatabase};

use crate::chance::{Chance, Weather};
use crate::delivery::Unreliable;
use crate::mirror::{self, BrokenMirror, Mirror, MirrorKind};
use crate::{SimulationError, Storm};

/// The topic of all events of the bank.
pub const TOPIC: &str = "bank.events";
const CONSUMER: &str = "mirror.bank";
const ACCOUNTS: u64 = 6;
const COMMANDS_PER_BATCH: u64 = 5;

/// What a client knows of one of its wishes.
#[derive(Debug, Clone)]
pub struct Wish {
    /// What it wants.
    pub command: Command,
    /// What it was answered: the streams that changed, with their versions. Nothing as long as it was not.
    pub accepted: Option<Vec<(StreamId, i64)>>,
    /// How often it was refused.
    pub refusals: u32,
}

/// What a run amounted to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Figures {
    /// Commands that were accepted.
    pub accepted: usize,
    /// Failures that were injected.
    pub failures: u64,
    /// Times that the process died and was started again.
    pub deaths: u32,
}

/// The world.
pub struct World {
    /// The databases; they outlive every process.
    place: TestDatabase,
    chance: Chance,
    weather: Arc<Weather>,
    environment: Arc<SeededEnvironment>,
    storm: Storm,
    mirror_kind: MirrorKind,
    /// The wishes of all clients, by their keys.
    pub wishes: BTreeMap<String, Wish>,
    /// Answers that contradict an earlier answer to the same wish.
    pub contradictions: Vec<String>,
    process: Process,
    deaths: u32,
}

/// What dies and is started again.
struct Process {
    engine: Engine<Accounts>,
    relay: Relay,
    mirror: Database,
    consumer: Consumer,
}

impl World {
    /// A world of this seed, with nothing in it.
    pub async fn new(seed: u64, storm: Storm, mirror_kind: MirrorKind) -> Result<Self, SimulationError> {
        let chance = Chance::new(seed);
        let weather = Arc::new(Weather::new(chance.clone(), storm));
        let environment = Arc::new(SeededEnvironment::new(seed));
        let place = TestDatabase::sqlite();
        let process = start(place.url(), &chance, &weather, &environment, mirror_kind).await?;
        Ok(Self {
            place,
            chance,
            weather,
            environment,
            storm,
            mirror_kind,
            wishes: BTreeMap::new(),
            contradictions: Vec::new(),
            process,
            deaths: 0,
        })
    }

    /// The database of the bank.
    pub fn bank(&self) -> &Database {
        self.process.engine.database()
    }

    /// The engine of the bank.
    pub fn engine(&self) -> &Engine<Accounts> {
        &self.process.engine
    }

    /// The database of the mirror.
    pub fn mirror(&self) -> &Database {
        &self.process.mirror
    }

    /// What the run amounted to.
    pub fn figures(&self) -> Figures {
        let accepted = self.wishes.values().filter(|wish| wish.accepted.is_some()).count();
        Figures { accepted, failures: self.weather.failures(), deaths: self.deaths }
    }

    /// Lets things happen while storage fails.
    pub async fn weather_the_storm(&mut self) -> Result<(), SimulationError> {
        self.weather.set_calm(false);
        for _ in 0..self.storm.steps {
            let died = match self.chance.below(10) {
                0..5 => self.clients_send().await?,
                5..7 => self.relay_publishes().await?,
                7..9 => self.mirror_consumes().await?,
                _ => self.chance.happens(0.3),
            };
            if died {
                self.start_again().await?;
            }
        }
        Ok(())
    }

    /// Calm: every wish is sent until it is answered, and everything published is consumed.
    pub async fn settle(&mut self) -> Result<(), SimulationError> {
        self.weather.set_calm(true);
        self.start_again().await?;
        // Also those that were refused: they may have been sent again, accepted, and the answer lost.
        let open: Vec<String> = self
            .wishes
            .iter()
            .filter(|(_, wish)| wish.accepted.is_none())
            .map(|(key, _)| key.clone())
            .collect();
        for keys in open.chunks(100) {
            self.send(keys).await?;
        }
        let relay = &self.process.relay;
        let mut after = relay.backbone.relay_position(relay.database.context()).await?;
        loop {
            let place = relay.step(after).await?;
            if place == after {
                break;
            }
            after = place;
        }
        // Late deliveries: a few empty ones do not mean that nothing is left.
        let end = relay.backbone.end(TOPIC, 0).await?;
        loop {
            self.process.consumer.step().await?;
            let positions = self.process.consumer.sink.positions(TOPIC).await?;
            if positions.get(&0).copied().unwrap_or(0) >= end {
                return Ok(());
            }
        }
    }

    /// The process dies and is started again. Starting is simulated without failures: a process that dies
    /// while it starts has done nothing yet.
    async fn start_again(&mut self) -> Result<(), SimulationError> {
        self.deaths += 1;
        let is_calm = self.weather.is_calm();
        self.weather.set_calm(true);
        self.process =
            start(self.place.url(), &self.chance, &self.weather, &self.environment, self.mirror_kind).await?;
        self.weather.set_calm(is_calm);
        Ok(())
    }

    /// Clients send new wishes, and some of the old ones again; tells whether the process died.
    async fn clients_send(&mut self) -> Result<bool, SimulationError> {
        let mut keys: Vec<String> = Vec::new();
        for _ in 0..=self.chance.below(COMMANDS_PER_BATCH) {
            if self.chance.happens(0.6) || self.wishes.is_empty() {
                keys.push(self.new_wish());
                continue;
            }
            let place = self.chance.below(self.wishes.len() as u64) as usize;
            keys.extend(self.wishes.keys().nth(place).cloned());
        }
        self.send(&keys).await
    }

    async fn send(&mut self, keys: &[String]) -> Result<bool, SimulationError> {
        let submissions: Vec<Submission<Command>> = keys
            .iter()
            .filter_map(|key| self.wishes.get(key).map(|wish| submission(&demo(), key, wish.command.clone())))
            .collect();
        let batch = Batch { submissions, advance: None };
        match self.process.engine.execute(&[batch]).await {
            Ok(mut outcomes) => {
                for (key, outcome) in keys.iter().zip(outcomes.remove(0)) {
                    self.take_answer(key, outcome);
                }
                Ok(false)
            }
            Err(StoreError::Crashed) => Ok(true),
            Err(StoreError::Injected) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn new_wish(&mut self) -> String {
        let key = format!("wish-{:05}", self.wishes.len());
        let number = |chance: &Chance| format!("account-{}", chance.below(ACCOUNTS));
        let amount = i64::try_from(self.chance.below(50)).unwrap_or(0) + 1;
        let command = match self.chance.below(6) {
            0 | 1 => Command::Credit { number: number(&self.chance), amount },
            2 | 3 => Command::Transfer { from: number(&self.chance), to: number(&self.chance), amount },
            4 => Command::Withdraw { number: number(&self.chance), amount },
            _ => Command::Open { number: number(&self.chance), owner: "anna".to_owned(), balance: amount },
        };
        self.wishes.insert(key.clone(), Wish { command, accepted: None, refusals: 0 });
        key
    }

    fn take_answer(&mut self, key: &str, outcome: Outcome<Accounts>) {
        let Some(wish) = self.wishes.get_mut(key) else { return };
        match outcome {
            Outcome::Accepted(accepted) => {
                let touched: Vec<(StreamId, i64)> =
                    accepted.touched.iter().map(|touched| (touched.stream, touched.version)).collect();
                match &wish.accepted {
                    Some(before) if *before != touched => {
                        self.contradictions.push(format!("{key}: {before:?}, then {touched:?}"));
                    }
                    Some(_) if !accepted.repeated => {
                        self.contradictions.push(format!("{key} was decided twice"))
                    }
                    _ => wish.accepted = Some(touched),
                }
            }
            Outcome::Rejected(_) if wish.accepted.is_some() => {
                self.contradictions.push(format!("{key} was accepted, then refused"));
            }
            Outcome::Rejected(_) => wish.refusals += 1,
            Outcome::KeyReused => self.contradictions.push(format!("{key} is taken for another wish")),
        }
    }

    async fn relay_publishes(&mut self) -> Result<bool, SimulationError> {
        let relay = &self.process.relay;
        let step = async {
            let after = relay.backbone.relay_position(relay.database.context()).await?;
            relay.step(after).await
        };
        match step.await {
            Ok(_) => Ok(false),
            Err(BackboneError::Store(StoreError::Crashed)) => Ok(true),
            Err(BackboneError::Store(StoreError::Injected)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn mirror_consumes(&mut self) -> Result<bool, SimulationError> {
        match self.process.consumer.step().await {
            Ok(_) => Ok(false),
            Err(HandleError::Crashed) => Ok(true),
            // A failure of storage reaches the consumer as the advice to try again.
            Err(HandleError::Retry(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

async fn start(
    url: &DatabaseUrl,
    chance: &Chance,
    weather: &Arc<Weather>,
    environment: &Arc<SeededEnvironment>,
    mirror_kind: MirrorKind,
) -> Result<Process, SimulationError> {
    let bank = Database::open(url, "bank", &accounts::MIGRATIONS).await?.with_faults(weather.clone());
    let log =
        Database::open(url, "backbone", EmbeddedBackbone::migrations()).await?.with_faults(weather.clone());
    let mirror = Database::open(url, "mirror", &mirror::MIGRATIONS).await?.with_faults(weather.clone());
    let backbone = Arc::new(Unreliable { inner: EmbeddedBackbone::on(log), chance: chance.clone() });
    let source = source_with("/imsop/bank", environment.clone());
    let relay = Relay {
        database: bank.clone(),
        backbone: backbone.clone(),
        topic_of: |_| TOPIC,
        committed: Arc::default(),
    };
    let sink: Arc<dyn Sink> = match mirror_kind {
        MirrorKind::Sound => Arc::new(Effects { name: CONSUMER, database: mirror.clone(), handler: Mirror }),
        MirrorKind::Broken => Arc::new(BrokenMirror { name: CONSUMER, database: mirror.clone() }),
    };
    let consumer = Consumer { name: CONSUMER, topic: TOPIC, backbone, sink };
    Ok(Process { engine: Engine::new(Accounts, bank, source), relay, mirror, consumer })
}
