//! What holds when several processes write at once, when storage fails in the middle, and when more comes
//! than one statement, one read or one transaction takes.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use imsop_journal::limits::{COMMANDS_PER_BATCH, EVENTS_PER_READ};
use imsop_journal::{
    Advance, Batch, Database, Engine, Executor, FeedPosition, Migration, Outcome, StoreError, SubmitError,
    Tx, feed, positions,
};
use imsop_testkit::accounts::{self, Accounts, Command, Refusal, State, account};
use imsop_testkit::submissions::{batch, demo, source, submission};
use imsop_testkit::{FailOnce, Failed, TestDatabase, both_databases, on_postgres, on_sqlite};

async fn database(place: &TestDatabase) -> Database {
    Database::open(place.url(), "bank", &accounts::MIGRATIONS).await.expect("the database opens")
}

async fn engine(place: &TestDatabase) -> Engine<Accounts> {
    Engine::new(Accounts, database(place).await, source("/imsop/bank"))
}

fn open(number: &str, balance: i64) -> Command {
    Command::Open { number: number.to_owned(), owner: "anna".to_owned(), balance }
}

fn deposit(number: &str, amount: i64) -> Command {
    Command::Deposit { number: number.to_owned(), amount }
}

fn transfer(from: &str, to: &str, amount: i64) -> Command {
    Command::Transfer { from: from.to_owned(), to: to.to_owned(), amount }
}

async fn execute(
    engine: &Engine<Accounts>,
    keyed: &[(&str, Command)],
) -> Result<Vec<Outcome<Accounts>>, StoreError> {
    let submissions = keyed.iter().map(|(key, command)| submission(&demo(), key, command.clone())).collect();
    Ok(engine.execute(&[batch(submissions)]).await?.remove(0))
}

async fn number_of(database: &Database, sql: &str) -> i64 {
    database.fetch(sql, vec![]).await.unwrap()[0].int(0).unwrap()
}

async fn balance(database: &Database, number: &str) -> Option<i64> {
    let sql = "SELECT balance FROM account WHERE tenant = $1 AND id = $2";
    let cells = vec![(&demo()).into(), account(&demo(), number).id.into()];
    database.fetch(sql, cells).await.unwrap().first().map(|row| row.int(0).unwrap())
}

/// A transaction of yet another process that holds these accounts.
async fn holding(database: &Database, numbers: &[&str]) -> Tx {
    let mut tx = database.begin().await.unwrap();
    let keys: BTreeSet<String> =
        numbers.iter().map(|number| format!("{}/{}", demo(), account(&demo(), number))).collect();
    tx.lock(&keys).await.unwrap();
    tx
}

/// Waits until so many sessions wait for locks in this database.
async fn until_waiting(database: &Database, sessions: i64) {
    let sql = "SELECT COUNT(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid) \
               WHERE NOT granted AND datname = current_database()";
    for _ in 0..1_000 {
        if number_of(database, sql).await >= sessions {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("nobody waits");
}

fn is_fresh(outcome: &Outcome<Accounts>) -> bool {
    matches!(outcome, Outcome::Accepted(accepted) if !accepted.repeated)
}

fn is_repeated(outcome: &Outcome<Accounts>) -> bool {
    matches!(outcome, Outcome::Accepted(accepted) if accepted.repeated)
}

/// Runs one command on each of two engines at the same time: both have looked for their keys before
/// either can decide.
async fn at_once(
    place: &TestDatabase,
    numbers: &[&str],
    first: Command,
    second: Command,
) -> Vec<Outcome<Accounts>> {
    let bystander = database(place).await;
    let held = holding(&bystander, numbers).await;
    let mut tasks = Vec::new();
    for command in [first, second] {
        let engine = engine(place).await;
        tasks.push(tokio::spawn(async move { execute(&engine, &[("key", command)]).await }));
    }
    until_waiting(&bystander, 2).await;
    drop(held);
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap().unwrap().remove(0));
    }
    outcomes
}

#[tokio::test]
async fn a_command_sent_to_two_processes_at_once_is_accepted_by_both_and_done_by_one() {
    on_postgres(async |place| {
        // The second one finds the account there, made by its own twin: that is no reason to refuse.
        let outcomes = at_once(place, &["A"], open("A", 10), open("A", 10)).await;
        let refusals: Vec<String> = outcomes
            .iter()
            .filter_map(|outcome| match outcome {
                Outcome::Rejected(refusal) => Some(refusal.to_string()),
                _ => None,
            })
            .collect();
        assert_eq!(refusals, Vec::<String>::new(), "refused although it was accepted");
        assert_eq!(outcomes.iter().filter(|outcome| is_fresh(outcome)).count(), 1);
        assert_eq!(outcomes.iter().filter(|outcome| is_repeated(outcome)).count(), 1);
        let database = database(place).await;
        assert_eq!(balance(&database, "A").await, Some(10));
    })
    .await;
}

#[tokio::test]
async fn a_key_for_two_wishes_at_once_belongs_to_one_of_them() {
    on_postgres(async |place| {
        let outcomes = at_once(place, &["A", "B"], open("A", 1), open("B", 1)).await;
        assert_eq!(outcomes.iter().filter(|outcome| is_fresh(outcome)).count(), 1);
        assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Outcome::KeyReused)).count(), 1);
        let database = database(place).await;
        assert_eq!(number_of(&database, "SELECT COUNT(*) FROM journal").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_refusal_stays_a_refusal_when_its_key_is_free() {
    on_postgres(async |place| {
        let setup = engine(place).await;
        execute(&setup, &[("setup", open("A", 10))]).await.unwrap();
        let outcomes = at_once(place, &["A"], open("A", 1), open("A", 1)).await;
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Rejected(Refusal::Exists(_)))));
    })
    .await;
}

#[tokio::test]
async fn a_place_in_a_stream_that_another_writer_took_is_decided_again() {
    on_postgres(async |place| {
        let engine = engine(place).await;
        execute(&engine, &[("1", open("A", 10))]).await.unwrap();
        // A writer that takes no locks, as an older program might.
        let other = database(place).await;
        let mut tx = other.begin().await.unwrap();
        let event = "INSERT INTO journal (tenant, stream, version, event_type, partition_key, recorded_at, envelope) \
                     SELECT tenant, stream, 2, event_type, partition_key, recorded_at, envelope FROM journal";
        tx.execute(event, vec![]).await.unwrap();
        tx.execute("UPDATE account SET version = 2", vec![]).await.unwrap();
        let waiting = tokio::spawn(async move { execute(&engine, &[("2", deposit("A", 1))]).await });
        until_waiting(&other, 1).await;
        tx.commit().await.unwrap();
        let outcomes = waiting.await.unwrap().unwrap();
        let Outcome::Accepted(accepted) = &outcomes[0] else { panic!("it is accepted") };
        assert_eq!(accepted.touched[0].version, 3, "decided on the newer version");
    })
    .await;
}

#[tokio::test]
async fn a_conflict_that_does_not_end_is_told_after_some_tries() {
    on_postgres(async |place| {
        let engine = engine(place).await;
        execute(&engine, &[("1", open("A", 10))]).await.unwrap();
        // The state lags behind the journal, so every try meets the same event.
        let mut tx = engine.database().begin().await.unwrap();
        tx.execute("UPDATE account SET version = 0", vec![]).await.unwrap();
        tx.commit().await.unwrap();
        let result = execute(&engine, &[("2", deposit("A", 1))]).await;
        assert!(matches!(result, Err(StoreError::Conflict(_))));
    })
    .await;
}

#[tokio::test]
async fn two_processes_on_the_same_files_wait_for_each_other() {
    on_sqlite(async |place| {
        let (one, other) = (engine(place).await, engine(place).await);
        execute(&one, &[("1", open("A", 10))]).await.unwrap();
        let held = one.database().begin().await.unwrap();
        let waiting = tokio::spawn(async move { execute(&other, &[("2", deposit("A", 1))]).await });
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(!waiting.is_finished(), "it waits");
        drop(held);
        assert!(is_fresh(&waiting.await.unwrap().unwrap()[0]));
        assert!(is_fresh(&execute(&one, &[("3", deposit("A", 1))]).await.unwrap()[0]));
        assert_eq!(balance(one.database(), "A").await, Some(12));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_may_make_a_new_database_at_the_same_time() {
    both_databases(async |place| {
        for context in ["bank", "shop", "yard", "port"] {
            let mut opening = Vec::new();
            for _ in 0..6 {
                let url = place.url().clone();
                opening.push(tokio::spawn(async move {
                    Database::open(&url, context, &accounts::MIGRATIONS).await.map(|_| ())
                }));
            }
            for opened in opening {
                opened.await.unwrap().unwrap();
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_migration_that_fails_leaves_the_tables_as_they_were() {
    both_databases(async |place| {
        let before = engine(place).await;
        execute(&before, &[("1", open("A", 10))]).await.unwrap();
        before.database().close().await;
        let second = |sql| [accounts::MIGRATIONS[0], Migration { version: 2, sql }];
        let broken = second("CREATE TABLE extra (id TEXT NOT NULL); INSERT INTO nowhere (id) VALUES ('1')");
        assert!(Database::open(place.url(), "bank", &broken).await.is_err());
        let mended = second("CREATE TABLE extra (id TEXT NOT NULL)");
        let after = Database::open(place.url(), "bank", &mended).await.expect("the table is not half there");
        assert_eq!(balance(&after, "A").await, Some(10));
        // The older program no longer opens it, and says which versions meet.
        let refused = Database::open(place.url(), "bank", &accounts::MIGRATIONS).await.err().unwrap();
        let told = refused.to_string();
        assert!(told.contains("version 2") && told.contains("knows 1"), "{told}");
    })
    .await;
}

#[tokio::test]
async fn whatever_step_fails_sending_again_makes_it_happen_once() {
    both_databases(async |place| {
        let fault = Arc::new(FailOnce::default());
        let database = database(place).await.with_faults(fault.clone());
        let engine = Engine::new(Accounts, database, source("/imsop/bank"));
        execute(&engine, &[("A", open("A", 100)), ("B", open("B", 0))]).await.unwrap();
        let reaction = |step: i64| Batch {
            submissions: vec![submission(&demo(), &format!("move-{step}"), transfer("A", "B", 1))],
            advance: Some(Advance {
                consumer: "bank.test".to_owned(),
                topic: "news".to_owned(),
                partition: 0,
                next_offset: step + 1,
            }),
        };
        let mut answers_lost = 0;
        for step in 0.. {
            assert!(step < 50, "there is no end to the steps");
            fault.arm(step);
            let result = engine.execute(&[reaction(step)]).await;
            let failed = fault.disarm();
            assert_eq!(result.is_err(), failed != Failed::Nothing, "a failure is told, and nothing else is");
            let happened = failed != Failed::BeforeTheCommit;
            let done = if happened { step + 1 } else { step };
            assert_eq!(balance(engine.database(), "B").await, Some(done), "after step {step}");
            let places = positions::positions(engine.database(), "bank.test", "news").await.unwrap();
            assert_eq!(places.get(&0).copied().unwrap_or(0), done, "the position goes with the effect");
            let outcome = engine.execute(&[reaction(step)]).await.unwrap().remove(0).remove(0);
            assert_eq!(is_repeated(&outcome), happened);
            assert_eq!(balance(engine.database(), "B").await, Some(step + 1), "once");
            answers_lost += i64::from(failed == Failed::TheAnswer);
            if failed == Failed::Nothing {
                assert!(answers_lost > 0, "one of the steps was the one after the commit");
                return;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn more_commands_than_a_batch_holds_are_executed_whole_and_read_in_parts() {
    both_databases(async |place| {
        let (executor, _task) = Executor::start(engine(place).await);
        let count = COMMANDS_PER_BATCH * 9;
        let opening =
            (0..count).map(|index| submission(&demo(), &format!("k{index}"), open(&format!("N{index}"), 1)));
        let outcomes = executor.submit_batch(batch(opening.collect())).await.unwrap();
        assert_eq!(outcomes.len(), count);
        assert!(outcomes.iter().all(is_fresh));
        let database = executor.engine().database();
        let (mut after, mut seen) = (FeedPosition::default(), 0);
        let mut largest = 0;
        while seen < count {
            let entries = feed::read(database, after, i64::MAX).await.unwrap();
            largest = largest.max(entries.len());
            seen += entries.len();
            // The newest events may take a moment while other tests write on the same server.
            let Some(last) = entries.last() else { continue };
            after = last.position;
        }
        assert_eq!(seen, count);
        assert!(largest <= usize::try_from(EVENTS_PER_READ).unwrap(), "a read has its limit");
    })
    .await;
}

#[tokio::test]
async fn a_stream_longer_than_one_read_is_folded_to_its_end() {
    both_databases(async |place| {
        let engine = engine(place).await;
        execute(&engine, &[("open", open("A", 0))]).await.unwrap();
        let deposits = |from: i64, to: i64| -> Vec<_> {
            (from..to).map(|index| submission(&demo(), &format!("d{index}"), deposit("A", 1))).collect()
        };
        let many = EVENTS_PER_READ + 100;
        engine.execute(&[batch(deposits(0, many))]).await.unwrap();
        let again = engine.execute(&[batch(deposits(many - 1, many))]).await.unwrap().remove(0).remove(0);
        let Outcome::Accepted(accepted) = again else { panic!("it is repeated") };
        let State::Account(recalled) = &*accepted.touched[0].state else { panic!("an account") };
        assert_eq!(recalled.balance, many);
        let folded = engine.state_at(&demo(), account(&demo(), "A"), many + 1).await.unwrap().unwrap();
        let State::Account(folded) = folded else { panic!("an account") };
        assert_eq!(folded.balance, many, "the state at that version is not one before it");
    })
    .await;
}

#[tokio::test]
async fn a_command_that_the_database_cannot_keep_fails_alone() {
    on_postgres(async |place| {
        let (executor, _task) = Executor::start(engine(place).await);
        // PostgreSQL keeps no zero byte in a text. On one thread the three wait together, so that the
        // executor takes them as one transaction.
        let bad = Command::Open { number: "X".to_owned(), owner: "a\0b".to_owned(), balance: 1 };
        let (first, second, third) = tokio::join!(
            executor.submit(submission(&demo(), "1", open("A", 1))),
            executor.submit(submission(&demo(), "2", bad)),
            executor.submit(submission(&demo(), "3", open("C", 1))),
        );
        assert!(matches!(second, Err(SubmitError::Store(_))));
        assert!(is_fresh(&first.expect("a neighbour is not harmed")));
        assert!(is_fresh(&third.expect("a neighbour is not harmed")));
        assert_eq!(balance(executor.engine().database(), "X").await, None);
    })
    .await;
}
