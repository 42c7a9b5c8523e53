//! The second simulated world: a warehouse with its stock ledger and promises, on its own executor, with
//! clients that do not give up, timers that go off, and time that passes.

pub mod books;
pub mod wishes;

use std::collections::BTreeSet;
use std::time::Duration;

use imsop_inventory::domain::{Inventory, State};
use imsop_inventory::upkeep::UpkeepError;
use imsop_inventory::{MIGRATIONS, expiry, filling, low_stock};
use imsop_journal::{
    Batch, Database, Domain, Engine, Executor, Outcome, StoreError, Submission, SubmitError,
};
use imsop_kernel::{StreamId, Timestamp};
use imsop_testkit::TestDatabase;
use imsop_testkit::submissions::{demo, source_with, submission};

use crate::checks::Violation;
use crate::clients::Clients;
use crate::process::{Surroundings, forget};
use crate::world::Figures;
use crate::{Flaw, SimulationError, Storm};

const COMMANDS_PER_BATCH: u64 = 4;
/// Chance that a client sends other words under a key that it has used.
const ABUSE: f64 = 0.03;
/// The most hours that pass at once.
const HOURS: u64 = 12;

/// The world.
pub struct Warehouse {
    /// Keeps the folder of the database.
    _place: TestDatabase,
    around: Surroundings,
    storm: Storm,
    /// Those who send commands.
    pub clients: Clients<Inventory>,
    /// The present life of the program.
    executor: Executor<Inventory>,
    deaths: u32,
}

impl Warehouse {
    /// A world of this seed, with nothing in it.
    pub async fn new(seed: u64, storm: Storm, flaw: Flaw) -> Result<Self, SimulationError> {
        let place = TestDatabase::sqlite();
        let around = Surroundings::new(place.url(), seed, storm, flaw);
        let executor = start(&around).await?;
        Ok(Self { _place: place, around, storm, clients: Clients::new(worth), executor, deaths: 0 })
    }

    /// What the run amounted to.
    pub fn figures(&self) -> Figures {
        Figures::new(self.clients.accepted(), &self.around, self.deaths)
    }

    fn database(&self) -> &Database {
        self.executor.engine().database()
    }

    /// Lets things happen while storage fails. The books are looked at whenever the process has died.
    pub async fn weather_the_storm(&mut self) -> Result<Option<Violation>, SimulationError> {
        self.around.weather.set_calm(false);
        for _ in 0..self.storm.steps {
            let chosen = self.around.chance.below(14);
            self.around.weather.note(chosen);
            let died = match chosen {
                0..9 => self.clients_send().await?,
                9..11 => self.timers_go_off().await?,
                11..13 => self.time_passes(),
                _ => self.around.chance.happens(0.3),
            };
            if !died {
                continue;
            }
            self.start_again().await?;
            if let Some(violation) = self.check_books().await? {
                return Ok(Some(violation));
            }
        }
        Ok(None)
    }

    /// Calm: every wish is sent until it is answered, and once more to hear the same answer.
    pub async fn settle(&mut self) -> Result<(), SimulationError> {
        self.around.weather.set_calm(true);
        self.start_again().await?;
        for some in self.clients.open_ones_and_all().chunks(100) {
            self.send(some).await?;
        }
        // Until there is nothing left for them to do.
        self.timers_go_off().await?;
        let failed = |error: UpkeepError| SimulationError::Other(error.to_string());
        while filling::fill_waiting(&self.executor).await.map_err(failed)? > 0 {}
        self.timers_go_off().await?;
        Ok(())
    }

    /// Checks all invariants; gives the first that does not hold.
    pub async fn check(&self) -> Result<Option<Violation>, SimulationError> {
        let journal = crate::checks::journal(self.database()).await?;
        if let Some(violation) = crate::checks::check_clients(&self.clients, &journal) {
            return Ok(Some(violation));
        }
        if let Some(violation) = self.check_books().await? {
            return Ok(Some(violation));
        }
        books::nothing_is_left_to_do(self.database(), self.now()).await
    }

    fn now(&self) -> Timestamp {
        imsop_journal::Environment::now(&*self.around.environment)
    }

    /// The names of the events that have happened.
    pub async fn what_happened(&self) -> Result<BTreeSet<String>, SimulationError> {
        let rows = self.database().fetch("SELECT DISTINCT event_type FROM journal", vec![]).await?;
        let mut names = BTreeSet::new();
        for row in rows {
            names.insert(row.text(0)?.to_owned());
        }
        Ok(names)
    }

    async fn check_books(&self) -> Result<Option<Violation>, SimulationError> {
        let is_calm = self.around.weather.is_calm();
        self.around.weather.set_calm(true);
        let found = books::check(self.database(), self.now()).await;
        self.around.weather.set_calm(is_calm);
        found
    }

    /// The process dies and is started again; nothing fails while it starts.
    async fn start_again(&mut self) -> Result<(), SimulationError> {
        self.deaths += 1;
        let is_calm = self.around.weather.is_calm();
        self.around.weather.set_calm(true);
        self.executor = start(&self.around).await?;
        match self.around.flaw {
            Flaw::ForgetsOnDeath => forget(self.database()).await?,
            Flaw::LosesAMovement => lose_a_movement(self.database()).await?,
            _ => {}
        }
        self.around.weather.set_calm(is_calm);
        Ok(())
    }

    fn time_passes(&self) -> bool {
        let hours = 1 + self.around.chance.below(HOURS);
        self.around.environment.pass(Duration::from_secs(hours * 3_600));
        false
    }

    /// What the platform does by itself; tells whether the process died.
    async fn timers_go_off(&self) -> Result<bool, SimulationError> {
        if self.has_died(expiry::end_overdue(&self.executor).await)? {
            return Ok(true);
        }
        if self.has_died(filling::fill_waiting(&self.executor).await)? {
            return Ok(true);
        }
        self.has_died(low_stock::warn_of_expired(&self.executor).await)
    }

    fn has_died<T>(&self, result: Result<T, UpkeepError>) -> Result<bool, SimulationError> {
        let result = match result {
            Ok(_) => return Ok(false),
            Err(UpkeepError::Submit(error)) => died(&error),
            Err(UpkeepError::Store(error)) => of_store(&error),
        };
        result.ok_or_else(|| SimulationError::Other("a timer failed when nothing was injected".to_owned()))
    }

    /// Two clients send at the same time: new wishes, and some of the old ones again. Tells whether the
    /// process died.
    async fn clients_send(&mut self) -> Result<bool, SimulationError> {
        if self.around.chance.happens(ABUSE) && !self.clients.wishes.is_empty() {
            return self.abuse_a_key().await;
        }
        let (one, other) = (self.some_keys()?, self.some_keys()?);
        let of_one = self.submit(self.clients.submissions(&one, &self.around));
        let of_other = self.submit(self.clients.submissions(&other, &self.around));
        let (of_one, of_other) = tokio::join!(of_one, of_other);
        let mut has_died = false;
        for (keys, outcomes) in [(one, of_one?), (other, of_other?)] {
            match outcomes {
                Some(outcomes) => self.clients.take_answers(&keys, outcomes, &self.around.weather),
                None => has_died = true,
            }
        }
        Ok(has_died)
    }

    fn some_keys(&mut self) -> Result<Vec<String>, SimulationError> {
        let mut keys = Vec::new();
        for _ in 0..=self.around.chance.below(COMMANDS_PER_BATCH) {
            if self.around.chance.happens(0.7) || self.clients.wishes.is_empty() {
                let command = wishes::any_command(&self.around, &self.clients)?;
                keys.push(self.clients.wish(command));
                continue;
            }
            keys.extend(self.clients.any_key(&self.around.chance));
        }
        Ok(keys)
    }

    async fn send(&mut self, keys: &[String]) -> Result<bool, SimulationError> {
        let submissions = self.clients.submissions(keys, &self.around);
        let Some(outcomes) = self.submit(submissions).await? else { return Ok(true) };
        self.clients.take_answers(keys, outcomes, &self.around.weather);
        Ok(false)
    }

    /// No outcomes where a statement failed, nothing at all where the process died.
    async fn submit(
        &self,
        submissions: Vec<Submission<imsop_inventory::domain::Command>>,
    ) -> Result<Option<Vec<Outcome<Inventory>>>, SimulationError> {
        match self.executor.submit_batch(Batch { submissions, advance: None }).await {
            Ok(outcomes) => Ok(Some(outcomes)),
            Err(error) => match died(&error) {
                Some(true) => Ok(None),
                Some(false) => Ok(Some(Vec::new())),
                None => Err(error.into()),
            },
        }
    }

    /// Somebody sends another wish under a key that was accepted: nothing must come of it.
    async fn abuse_a_key(&mut self) -> Result<bool, SimulationError> {
        let Some(key) = self.clients.any_key(&self.around.chance) else { return Ok(false) };
        if !self.clients.is_accepted(&key) {
            return Ok(false);
        }
        let other = submission(&demo(), &key, wishes::theft()?);
        let Some(outcomes) = self.submit(vec![other]).await? else { return Ok(true) };
        self.clients.take_answers_to_abuse(&key, &outcomes);
        Ok(false)
    }
}

async fn start(around: &Surroundings) -> Result<Executor<Inventory>, StoreError> {
    let database = Database::open(&around.url, "inventory", MIGRATIONS).await?;
    let database = database.with_faults(around.weather.clone());
    let source = source_with("/imsop/inventory", around.environment.clone());
    // The executor's task ends with its last handle, when the process is dropped.
    let (executor, _task) = Executor::start(Engine::new(Inventory, database, source));
    Ok(executor)
}

/// See [`Flaw::LosesAMovement`].
async fn lose_a_movement(database: &Database) -> Result<(), StoreError> {
    let mut tx = database.begin().await?;
    let newest = "DELETE FROM movements WHERE position = (SELECT MAX(position) FROM movements)";
    tx.execute(newest, Vec::new()).await?;
    tx.commit().await
}

/// Whether the failure was the death of the process; nothing, if it was not injected.
fn died(error: &SubmitError) -> Option<bool> {
    match error {
        SubmitError::Store(error) => of_store(error),
        _ => None,
    }
}

fn of_store(error: &StoreError) -> Option<bool> {
    match error {
        StoreError::Crashed => Some(true),
        StoreError::Injected => Some(false),
        _ => None,
    }
}

/// A digest of the state (FNV-1a). Of what others' events change besides, a repeated command is told what it
/// is now: clients do not compare that.
fn worth(stream: StreamId, state: &State) -> Option<u64> {
    if !Inventory.stands_alone(stream.kind) {
        return Some(0);
    }
    let text = serde_json::to_vec(state).ok()?;
    Some(text.iter().fold(0xcbf2_9ce4_8422_2325, |digest, byte| {
        (digest ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    }))
}
