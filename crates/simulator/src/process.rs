//! What dies and is started again: the bank, its relay, and the consumers.

use std::sync::Arc;

use imsop_backbone::{Backbone, Consumer, Effects, EmbeddedBackbone, Reactions, Relay, Sink};
use imsop_journal::{Database, DatabaseUrl, Engine, Executor, FeedPosition, StoreError};
use imsop_testkit::SeededEnvironment;
use imsop_testkit::accounts::{self, Accounts};
use imsop_testkit::submissions::source_with;

use crate::branch::Branch;
use crate::chance::{Chance, Weather};
use crate::delivery::Unreliable;
use crate::mirror::{self, BrokenMirror, Mirror};
use crate::{Flaw, Storm};

/// The topic of all events of the bank.
pub const TOPIC: &str = "bank.events";
const MIRROR: &str = "mirror.bank";
const BRANCH: &str = "branch.bank";

/// What outlives every process.
pub struct Surroundings {
    /// Where the databases are.
    pub url: DatabaseUrl,
    /// What happens by chance.
    pub chance: Chance,
    /// What fails.
    pub weather: Arc<Weather>,
    /// Clock and ids.
    pub environment: Arc<SeededEnvironment>,
    /// What is wrong on purpose.
    pub flaw: Flaw,
}

impl Surroundings {
    /// The surroundings of this seed, with databases at that place.
    pub fn new(url: &DatabaseUrl, seed: u64, storm: Storm, flaw: Flaw) -> Self {
        let chance = Chance::new(seed);
        Self {
            url: url.clone(),
            weather: Arc::new(Weather::new(chance.clone(), storm)),
            environment: Arc::new(SeededEnvironment::new(seed)),
            chance,
            flaw,
        }
    }
}

/// The journal forgets its newest event. See [`Flaw::ForgetsOnDeath`].
pub async fn forget(database: &Database) -> Result<(), StoreError> {
    let mut tx = database.begin().await?;
    // Not a first event: a stream that begins in the middle would stop the checks themselves.
    let newest = "DELETE FROM journal \
                  WHERE position = (SELECT MAX(position) FROM journal WHERE version > 1)";
    tx.execute(newest, Vec::new()).await?;
    tx.commit().await
}

/// One life of the program.
pub struct Process {
    /// Decides the bank's commands.
    pub engine: Engine<Accounts>,
    /// Publishes the bank's journal.
    pub relay: Relay,
    /// How far the relay knows that it came; it asks after each failure.
    pub published: Option<FeedPosition>,
    /// The topics.
    pub backbone: Arc<dyn Backbone>,
    /// The database of the mirror.
    pub mirror: Database,
    /// The database of the branch.
    pub branch: Database,
    /// The mirror and the branch.
    pub consumers: [Consumer; 2],
}

/// Starts the program on what is there.
pub async fn start(around: &Surroundings) -> Result<Process, StoreError> {
    let open = async |context, migrations| -> Result<Database, StoreError> {
        Ok(Database::open(&around.url, context, migrations).await?.with_faults(around.weather.clone()))
    };
    let bank = open("bank", &accounts::MIGRATIONS).await?;
    let log = open("backbone", EmbeddedBackbone::migrations()).await?;
    let mirror = open("mirror", &mirror::MIGRATIONS).await?;
    let branch = open("branch", &accounts::MIGRATIONS).await?;
    let backbone: Arc<dyn Backbone> = Arc::new(Unreliable {
        inner: EmbeddedBackbone::on(log),
        chance: around.chance.clone(),
        place_apart: around.flaw == Flaw::PlaceApart,
    });
    let relay = Relay {
        database: bank.clone(),
        backbone: backbone.clone(),
        topic_of: |_| TOPIC,
        committed: Arc::default(),
    };
    let consumers = [
        consumer(MIRROR, &backbone, mirror_sink(around.flaw, &mirror)),
        consumer(BRANCH, &backbone, branch_sink(around, &branch)),
    ];
    let source = source_with("/imsop/bank", around.environment.clone());
    let engine = Engine::new(Accounts, bank, source);
    Ok(Process { engine, relay, published: None, backbone, mirror, branch, consumers })
}

fn consumer(name: &'static str, backbone: &Arc<dyn Backbone>, sink: Arc<dyn Sink>) -> Consumer {
    Consumer { name, topic: TOPIC, backbone: backbone.clone(), sink }
}

fn mirror_sink(flaw: Flaw, database: &Database) -> Arc<dyn Sink> {
    let database = database.clone();
    if flaw == Flaw::PositionApart {
        return Arc::new(BrokenMirror { name: MIRROR, database });
    }
    let handler = Mirror { passes_over: flaw == Flaw::NothingParked };
    Arc::new(Effects { name: MIRROR, database, handler })
}

fn branch_sink(around: &Surroundings, database: &Database) -> Arc<dyn Sink> {
    let source = source_with("/imsop/branch", around.environment.clone());
    // The executor's task ends with its last handle, when the process is dropped.
    let (executor, _task) = Executor::start(Engine::new(Accounts, database.clone(), source));
    let made_up_keys = (around.flaw == Flaw::KeyPerDelivery).then(|| around.environment.clone());
    Arc::new(Reactions { name: BRANCH, executor, handler: Branch { made_up_keys } })
}
