//! Consumers whose effect is commands to their own context: the position moves with the commands.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use imsop_backbone::{Backbone, Consumer, Message, ReactError, ReactionHandler, Reactions};
use imsop_journal::{Database, Engine, Executor, FeedPosition, StoreError, Submission, positions};
use imsop_kernel::{Envelope, Timestamp};
use imsop_testkit::accounts::{self, Accounts, Command, Refusal, account};
use imsop_testkit::submissions::{demo, source, submission};
use imsop_testkit::{FailOnce, Failed, TestDatabase, both_databases, on_postgres};
use support::{TOPIC, World};

const NAME: &str = "branch.bonus";

/// For each new account of the bank, one more on the account `bonus`; for what is deposited, a withdrawal
/// from an account that is not there, which is refused.
#[derive(Default)]
struct Bonus {
    refusals: Arc<Mutex<Vec<String>>>,
    failures: AtomicU32,
}

#[async_trait]
impl ReactionHandler for Bonus {
    type Domain = Accounts;

    async fn react(&self, event: &Envelope) -> Result<Option<Submission<Command>>, ReactError> {
        if self.failures.load(Ordering::Relaxed) > 0 {
            self.failures.fetch_sub(1, Ordering::Relaxed);
            return Err(StoreError::Injected.into());
        }
        if event.stream == account(&demo(), "strange") {
            return Err(serde_json::from_str::<u32>("no number").unwrap_err().into());
        }
        let unkeepable = Command::Open { number: "U".to_owned(), owner: "a\0b".to_owned(), balance: 1 };
        let command = match &*event.event_type {
            "AccountOpened" if event.stream == account(&demo(), "unkeepable") => unkeepable,
            "AccountOpened" => Command::Credit { number: "bonus".to_owned(), amount: 1 },
            "MoneyDeposited" => Command::Withdraw { number: "nobody".to_owned(), amount: 1 },
            _ => return Ok(None),
        };
        Ok(Some(submission(&demo(), &event.id.to_string(), command)))
    }

    fn refused(&self, event: &Envelope, rejection: &Refusal) {
        self.refusals.lock().unwrap().push(format!("{}: {rejection}", event.event_type));
    }
}

struct Branch {
    database: Database,
    fault: Arc<FailOnce>,
    refusals: Arc<Mutex<Vec<String>>>,
    consumer: Consumer,
}

impl Branch {
    async fn open(place: &TestDatabase, world: &World, failures: u32) -> Self {
        let fault = Arc::new(FailOnce::default());
        let database = Database::open(place.url(), "branch", &accounts::MIGRATIONS).await.unwrap();
        let database = database.with_faults(fault.clone());
        let engine = Engine::new(Accounts, database.clone(), source("/imsop/branch"));
        let handler = Bonus { failures: AtomicU32::new(failures), ..Bonus::default() };
        let refusals = handler.refusals.clone();
        let (executor, _task) = Executor::start(engine);
        let sink = Arc::new(Reactions { name: NAME, executor, handler });
        let consumer = Consumer { name: NAME, topic: TOPIC, backbone: world.backbone.clone(), sink };
        Self { database, fault, refusals, consumer }
    }

    async fn bonus(&self) -> i64 {
        let rows = self.database.fetch("SELECT balance FROM account", vec![]).await.unwrap();
        rows.first().map_or(0, |row| row.int(0).unwrap())
    }

    async fn position(&self) -> i64 {
        let positions = positions::positions(&self.database, NAME, TOPIC).await.unwrap();
        positions.get(&0).copied().unwrap_or(0)
    }

    async fn letters(&self) -> i64 {
        self.database.fetch("SELECT COUNT(*) FROM dead_letter", vec![]).await.unwrap()[0].int(0).unwrap()
    }
}

#[tokio::test]
async fn whatever_step_fails_commands_and_position_stay_together() {
    both_databases(async |place| {
        let world = World::open(place).await;
        let branch = Branch::open(place, &world, 0).await;
        for step in 0.. {
            assert!(step < 40, "there is no end to the steps");
            world.credit(&[&format!("N{step}")]).await;
            world.publish(usize::try_from(step + 1).unwrap()).await;
            branch.fault.arm(step);
            let result = branch.consumer.step().await;
            let failed = branch.fault.disarm();
            assert_eq!(result.is_err(), failed != Failed::Nothing);
            assert_eq!(branch.bonus().await, branch.position().await, "one for each event");
            branch.consumer.step().await.unwrap();
            assert_eq!((branch.bonus().await, branch.position().await), (step + 1, step + 1));
            if failed == Failed::Nothing {
                return;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_event_that_comes_again_has_one_effect_and_a_refusal_does_not_stop_the_rest() {
    both_databases(async |place| {
        let world = World::open(place).await;
        let branch = Branch::open(place, &world, 0).await;
        world.credit(&["A", "A", "B"]).await;
        world.publish(3).await;
        assert_eq!(branch.consumer.step().await.unwrap(), 3);
        assert_eq!((branch.bonus().await, branch.position().await), (2, 3));
        assert_eq!(branch.refusals.lock().unwrap().len(), 1);
        assert!(branch.refusals.lock().unwrap()[0].starts_with("MoneyDeposited: there is no"));
        let again = imsop_journal::Advance {
            consumer: NAME.to_owned(),
            topic: TOPIC.to_owned(),
            partition: 0,
            next_offset: 3,
        };
        branch.consumer.sink.take(&world.log().await, again).await.unwrap();
        assert_eq!((branch.bonus().await, branch.position().await), (2, 3));
    })
    .await;
}

#[tokio::test]
async fn a_look_that_fails_now_moves_nothing_and_is_taken_again() {
    both_databases(async |place| {
        let world = World::open(place).await;
        let branch = Branch::open(place, &world, 1).await;
        world.credit(&["A", "B"]).await;
        world.publish(2).await;
        assert!(branch.consumer.step().await.is_err());
        assert_eq!((branch.bonus().await, branch.position().await), (0, 0));
        branch.consumer.step().await.unwrap();
        assert_eq!((branch.bonus().await, branch.position().await), (2, 2));
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_is_parked_once_whatever_step_fails() {
    both_databases(async |place| {
        let world = World::open(place).await;
        world.credit(&["strange", "A"]).await;
        world.publish(2).await;
        let rubbish = Message {
            topic: TOPIC,
            partition_key: "?".to_owned(),
            recorded_at: Timestamp::UNIX_EPOCH,
            envelope: "no event".into(),
        };
        let behind = FeedPosition { transaction: 0, position: 1 };
        world.backbone.publish("somebody", vec![rubbish], FeedPosition::default(), behind).await.unwrap();
        let branch = Branch::open(place, &world, 0).await;
        for step in 0..40 {
            branch.fault.arm(step);
            let _ = branch.consumer.step().await;
            branch.fault.disarm();
            if branch.position().await == 3 {
                break;
            }
        }
        assert_eq!((branch.bonus().await, branch.position().await), (1, 3));
        assert_eq!(branch.letters().await, 2, "one for each that cannot be read");
    })
    .await;
}

#[tokio::test]
async fn a_reaction_that_the_database_cannot_keep_is_parked_and_the_others_happen() {
    on_postgres(async |place| {
        let world = World::open(place).await;
        let branch = Branch::open(place, &world, 0).await;
        world.credit(&["A", "unkeepable", "B"]).await;
        world.publish(3).await;
        assert_eq!(branch.consumer.step().await.unwrap(), 3);
        assert_eq!((branch.bonus().await, branch.position().await), (2, 3));
        assert_eq!(branch.letters().await, 1);
    })
    .await;
}
