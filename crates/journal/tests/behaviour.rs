//! What the journal promises, on both databases alike.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use imsop_journal::{
    Advance, Batch, Database, Engine, Executor, FeedEntry, FeedPosition, Migration, Outcome, StoreError,
    SubmitError, feed, positions,
};
use imsop_kernel::{Envelope, StreamId, Timestamp};
use imsop_testkit::accounts::{Accounts, Command, Event, Refusal, State, account};
use imsop_testkit::submissions::{batch, demo, source, submission, tenant};
use imsop_testkit::{TestDatabase, accounts, both_databases, on_postgres, on_sqlite};

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

/// Executes commands in one transaction, each with a key that nobody else has.
async fn execute(engine: &Engine<Accounts>, keyed: &[(&str, Command)]) -> Vec<Outcome<Accounts>> {
    let submissions = keyed.iter().map(|(key, command)| submission(&demo(), key, command.clone())).collect();
    let mut outcomes = engine.execute(&[batch(submissions)]).await.expect("the store works");
    outcomes.remove(0)
}

async fn balance(database: &Database, number: &str) -> Option<i64> {
    let sql = "SELECT balance FROM account WHERE tenant = $1 AND id = $2";
    let stream = account(&demo(), number);
    let rows = database.fetch(sql, vec![(&demo()).into(), stream.id.into()]).await.unwrap();
    rows.first().map(|row| row.int(0).unwrap())
}

/// The feed, once it has so many events. On PostgreSQL it stays below every transaction that runs anywhere
/// on the server, also those of other tests, so the newest events may take a moment.
async fn whole_feed(database: &Database, expected: usize) -> Vec<Envelope> {
    let entries = feed_of(database, FeedPosition::default(), expected).await;
    entries.iter().map(|entry| serde_json::from_str(&entry.envelope).unwrap()).collect()
}

async fn feed_of(database: &Database, after: FeedPosition, expected: usize) -> Vec<FeedEntry> {
    let started = Instant::now();
    loop {
        let entries = feed::read(database, after, 100_000).await.unwrap();
        if entries.len() >= expected || started.elapsed() > Duration::from_secs(10) {
            assert_eq!(entries.len(), expected, "events in the feed");
            return entries;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn is_accepted(outcome: &Outcome<Accounts>) -> bool {
    matches!(outcome, Outcome::Accepted(_))
}

#[tokio::test]
async fn an_accepted_command_is_there_after_the_database_was_closed_and_opened_again() {
    both_databases(async |place| {
        let engine = engine(place).await;
        let outcomes = execute(&engine, &[("1", open("A", 10))]).await;
        assert!(is_accepted(&outcomes[0]));
        engine.database().close().await;
        let again = database(place).await;
        assert_eq!(balance(&again, "A").await, Some(10));
        whole_feed(&again, 1).await;
    })
    .await;
}

#[tokio::test]
async fn a_refused_command_is_refused_alone_and_leaves_nothing() {
    both_databases(async |place| {
        let engine = engine(place).await;
        let commands = [
            ("1", open("A", 10)),
            ("2", transfer("A", "nobody", 5)),
            ("3", deposit("A", 1)),
            ("4", open("A", 7)),
        ];
        let outcomes = execute(&engine, &commands).await;
        assert!(is_accepted(&outcomes[0]) && is_accepted(&outcomes[2]));
        assert!(matches!(&outcomes[1], Outcome::Rejected(Refusal::Unknown(_))));
        assert!(matches!(&outcomes[3], Outcome::Rejected(Refusal::Exists(_))));
        assert_eq!(balance(engine.database(), "A").await, Some(11));
        // The draft of the refused transfer is dropped.
        whole_feed(engine.database(), 2).await;
    })
    .await;
}

#[tokio::test]
async fn the_same_key_and_wish_get_the_stored_outcome_and_another_wish_is_refused() {
    both_databases(async |place| {
        let engine = engine(place).await;
        execute(&engine, &[("1", open("A", 10))]).await;
        for _ in 0..3 {
            let outcomes = execute(&engine, &[("pay", deposit("A", 5))]).await;
            let Outcome::Accepted(accepted) = &outcomes[0] else { panic!("the deposit is accepted") };
            let State::Account(account) = &*accepted.touched[0].state else { panic!("an account") };
            assert_eq!((accepted.touched[0].version, account.balance), (2, 15));
        }
        let outcomes = execute(&engine, &[("more", deposit("A", 1)), ("pay", deposit("A", 5))]).await;
        let Outcome::Accepted(repeated) = &outcomes[1] else { panic!("it is repeated") };
        let State::Account(then) = &*repeated.touched[0].state else { panic!("an account") };
        assert!(repeated.repeated);
        assert_eq!(then.balance, 15, "the outcome is as it was then");
        assert!(matches!(execute(&engine, &[("pay", deposit("A", 6))]).await[0], Outcome::KeyReused));
        assert_eq!(balance(engine.database(), "A").await, Some(16));
    })
    .await;
}

#[tokio::test]
async fn a_key_twice_in_one_batch_has_one_effect() {
    both_databases(async |place| {
        let engine = engine(place).await;
        let commands = [
            ("1", open("A", 0)),
            ("pay", deposit("A", 5)),
            ("pay", deposit("A", 5)),
            ("pay", deposit("A", 9)),
        ];
        let outcomes = execute(&engine, &commands).await;
        assert!(matches!(&outcomes[2], Outcome::Accepted(accepted) if accepted.repeated));
        assert!(matches!(outcomes[3], Outcome::KeyReused));
        assert_eq!(balance(engine.database(), "A").await, Some(5));
    })
    .await;
}

#[tokio::test]
async fn keys_and_aggregates_of_tenants_are_apart() {
    both_databases(async |place| {
        let engine = engine(place).await;
        let of = |name: &str, amount| submission(&tenant(name), "1", open("A", amount));
        let outcomes = engine.execute(&[batch(vec![of("north", 1), of("south", 2)])]).await.unwrap();
        assert!(outcomes[0].iter().all(is_accepted));
        let sql = "SELECT balance FROM account ORDER BY balance";
        let rows = engine.database().fetch(sql, vec![]).await.unwrap();
        let balances: Vec<i64> = rows.iter().map(|row| row.int(0).unwrap()).collect();
        assert_eq!(balances, [1, 2]);
    })
    .await;
}

#[tokio::test]
async fn several_aggregates_change_together_or_not_at_all() {
    both_databases(async |place| {
        let engine = engine(place).await;
        execute(&engine, &[("1", open("A", 10)), ("2", open("B", 0))]).await;
        let outcomes = execute(&engine, &[("3", transfer("A", "B", 4)), ("4", transfer("A", "B", 40))]).await;
        assert!(is_accepted(&outcomes[0]));
        assert!(matches!(outcomes[1], Outcome::Rejected(Refusal::Insufficient(6))));
        assert_eq!(balance(engine.database(), "A").await, Some(6));
        assert_eq!(balance(engine.database(), "B").await, Some(4));
    })
    .await;
}

#[tokio::test]
async fn aggregates_that_only_another_ones_state_names_are_loaded_too() {
    both_databases(async |place| {
        let engine = engine(place).await;
        let arrange =
            Command::Arrange { number: "S".to_owned(), from: "A".to_owned(), to: "B".to_owned(), amount: 3 };
        let run = || Command::Run { number: "S".to_owned() };
        execute(&engine, &[("1", open("A", 10)), ("2", open("B", 0)), ("3", arrange)]).await;
        let outcomes = execute(&engine, &[("4", run()), ("5", run())]).await;
        assert!(outcomes.iter().all(is_accepted));
        assert_eq!(balance(engine.database(), "B").await, Some(6));
    })
    .await;
}

#[tokio::test]
async fn the_feed_has_every_event_once_and_streams_in_order_while_many_write() {
    both_databases(async |place| {
        const WRITERS: usize = 4;
        const ROUNDS: usize = 25;
        let setup = engine(place).await;
        execute(&setup, &[("A", open("A", 1_000_000)), ("B", open("B", 0))]).await;
        let reader = tokio::spawn(follow(database(place).await, 2 + WRITERS * ROUNDS * 3));
        let mut writers = Vec::new();
        for writer in 0..WRITERS {
            let engine = engine(place).await;
            writers.push(tokio::spawn(async move {
                for round in 0..ROUNDS {
                    let key = |name: &str| format!("{writer}/{round}/{name}");
                    // One aggregate that all writers want, and one of its own.
                    let own = Command::Credit { number: format!("own-{writer}"), amount: 1 };
                    let commands = vec![
                        submission(&demo(), &key("shared"), transfer("A", "B", 1)),
                        submission(&demo(), &key("own"), own),
                    ];
                    let outcomes = engine.execute(&[batch(commands)]).await.unwrap();
                    assert!(outcomes[0].iter().all(is_accepted));
                }
            }));
        }
        for writer in writers {
            writer.await.unwrap();
        }
        let seen = reader.await.unwrap();
        let mut versions: HashMap<StreamId, i64> = HashMap::new();
        for event in &seen {
            let last = versions.entry(event.stream).or_insert(0);
            assert_eq!(event.stream_version, *last + 1, "{} in the feed", event.stream);
            *last = event.stream_version;
        }
        assert_eq!(seen.len(), 2 + WRITERS * ROUNDS * 3);
        let moved = i64::try_from(WRITERS * ROUNDS).unwrap();
        assert_eq!(balance(setup.database(), "B").await, Some(moved));
    })
    .await;
}

/// Reads the feed while it is written, in small pieces, as a relay does.
async fn follow(database: Database, expected: usize) -> Vec<Envelope> {
    let mut seen: Vec<Envelope> = Vec::new();
    let mut after = FeedPosition::default();
    while seen.len() < expected {
        let entries = feed::read(&database, after, 7).await.unwrap();
        for entry in entries {
            assert!(entry.position > after, "positions rise");
            after = entry.position;
            seen.push(serde_json::from_str(&entry.envelope).unwrap());
        }
        tokio::task::yield_now().await;
    }
    seen
}

#[tokio::test]
async fn a_lower_position_that_commits_later_is_not_skipped() {
    // Only PostgreSQL has several writers at once.
    on_postgres(async |place| {
        let engine = engine(place).await;
        execute(&engine, &[("1", open("A", 0))]).await;
        let slow = database(place).await;
        let mut tx = slow.begin().await.unwrap();
        // Takes a position, and stays open.
        let sql = "INSERT INTO journal (tenant, stream, version, event_type, partition_key, recorded_at, envelope) \
                   SELECT tenant, 'asset/00000000-0000-0000-0000-000000000001', 1, event_type, partition_key, \
                   recorded_at, envelope FROM journal LIMIT 1";
        tx.execute(sql, vec![]).await.unwrap();
        execute(&engine, &[("2", open("B", 0))]).await;
        // What comes after an open transaction is not shown yet.
        let before = feed_of(engine.database(), FeedPosition::default(), 1).await;
        tx.commit().await.unwrap();
        // Both are shown, and none is lost.
        feed_of(engine.database(), before[0].position, 2).await;
    })
    .await;
}

#[tokio::test]
async fn a_position_moves_with_the_effects_of_its_batch() {
    both_databases(async |place| {
        let engine = engine(place).await;
        let advance = |next_offset| Advance {
            consumer: "bank.test".to_owned(),
            topic: "news".to_owned(),
            partition: 0,
            next_offset,
        };
        let reaction = submission(&demo(), "1", open("A", 1));
        let batch = Batch { submissions: vec![reaction], advance: Some(advance(5)) };
        engine.execute(&[batch]).await.unwrap();
        let empty = Batch { submissions: vec![], advance: Some(advance(9)) };
        engine.execute(&[empty]).await.unwrap();
        let positions = positions::positions(engine.database(), "bank.test", "news").await.unwrap();
        assert_eq!(positions.get(&0), Some(&9));
        assert_eq!(balance(engine.database(), "A").await, Some(1));
    })
    .await;
}

#[tokio::test]
async fn the_state_is_the_fold_of_the_journal() {
    both_databases(async |place| {
        let engine = engine(place).await;
        execute(&engine, &[("1", open("A", 10)), ("2", open("B", 0))]).await;
        for round in 0..10 {
            let key = format!("t{round}");
            execute(&engine, &[(key.as_str(), transfer("A", "B", 1))]).await;
        }
        let stream = account(&demo(), "A");
        let folded = engine.state_at(&demo(), stream, 11).await.unwrap().unwrap();
        let State::Account(folded) = folded else { panic!("an account") };
        assert_eq!(Some(folded.balance), balance(engine.database(), "A").await);
        let earlier = engine.state_at(&demo(), stream, 3).await.unwrap().unwrap();
        assert!(matches!(earlier, State::Account(account) if account.balance == 8));
    })
    .await;
}

#[tokio::test]
async fn events_carry_who_what_when_and_from_where() {
    both_databases(async |place| {
        let engine = engine(place).await;
        execute(&engine, &[("1", open("A", 10))]).await;
        let event = whole_feed(engine.database(), 1).await.remove(0);
        assert_eq!(event.tenant, demo());
        assert_eq!(event.region.as_str(), "local");
        assert_eq!(event.actor.to_string(), "user:tester");
        assert_eq!(
            (&*event.event_type, event.contract_version, event.stream_version),
            ("AccountOpened", 1, 1)
        );
        assert!(event.recorded_at <= Timestamp::now());
        let opened = Event::read(&event.event_type, event.data.get()).unwrap();
        assert_eq!(opened.gain(), 10);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_executor_answers_everybody_and_groups_what_waits() {
    both_databases(async |place| {
        let (executor, task) = Executor::start(engine(place).await);
        let executor = Arc::new(executor);
        executor.submit(submission(&demo(), "0", open("A", 0))).await.unwrap();
        let mut callers = Vec::new();
        for caller in 0..200 {
            let executor = executor.clone();
            callers.push(tokio::spawn(async move {
                executor.submit(submission(&demo(), &format!("c{caller}"), deposit("A", 1))).await
            }));
        }
        for caller in callers {
            assert!(is_accepted(&caller.await.unwrap().unwrap()));
        }
        assert_eq!(balance(executor.engine().database(), "A").await, Some(200));
        drop(executor);
        task.await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_full_queue_is_told_at_once_and_nothing_of_it_happens() {
    on_sqlite(async |place| {
        let (executor, _task) = Executor::start(engine(place).await);
        executor.submit(submission(&demo(), "0", open("A", 0))).await.unwrap();
        // On one thread the executor cannot run before the callers have filled its queue.
        let callers = (0..imsop_journal::limits::QUEUE_LENGTH + 10)
            .map(|caller| executor.submit(submission(&demo(), &format!("c{caller}"), deposit("A", 1))));
        let answers: Vec<_> = futures_join(callers).await;
        let refused = answers.iter().filter(|answer| matches!(answer, Err(SubmitError::Overloaded))).count();
        let accepted = answers.iter().filter(|answer| answer.is_ok()).count();
        assert!(refused > 0, "a queue without a limit");
        let expected = i64::try_from(accepted).unwrap();
        assert_eq!(balance(executor.engine().database(), "A").await, Some(expected));
    })
    .await;
}

/// All of them at the same time, on this thread.
async fn futures_join<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        let mut open = 0;
        for (future, output) in &mut waiting {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *output = Some(value),
                    std::task::Poll::Pending => open += 1,
                }
            }
        }
        if open == 0 { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    waiting.into_iter().filter_map(|(_, output)| output).collect()
}

#[tokio::test]
async fn tables_grow_with_the_program_and_a_newer_folder_is_refused() {
    both_databases(async |place| {
        let engine = engine(place).await;
        execute(&engine, &[("1", open("A", 10))]).await;
        engine.database().close().await;
        let newer = [
            accounts::MIGRATIONS[0],
            Migration {
                version: 2,
                sql: "CREATE TABLE limit_of_account (id TEXT NOT NULL, amount BIGINT NOT NULL)",
            },
        ];
        let upgraded = Database::open(place.url(), "bank", &newer).await.unwrap();
        assert_eq!(balance(&upgraded, "A").await, Some(10), "what was there stays");
        upgraded.fetch("SELECT id FROM limit_of_account", vec![]).await.unwrap();
        upgraded.close().await;
        let refused = Database::open(place.url(), "bank", &accounts::MIGRATIONS).await;
        assert!(matches!(refused, Err(StoreError::NewerSchema { found: 2, known: 1, .. })));
    })
    .await;
}

#[tokio::test]
async fn a_full_disk_is_an_error_that_loses_nothing() {
    on_sqlite(async |place| {
        let engine = engine(place).await;
        execute(&engine, &[("1", open("A", 10))]).await;
        let mut tx = engine.database().begin().await.unwrap();
        tx.fetch("PRAGMA max_page_count = 40", vec![]).await.unwrap();
        tx.commit().await.unwrap();
        let big = "x".repeat(400_000);
        let full =
            submission(&demo(), "big", Command::Open { number: "B".to_owned(), owner: big, balance: 1 });
        assert!(engine.execute(&[batch(vec![full])]).await.is_err());
        assert_eq!(balance(engine.database(), "B").await, None);
        let outcomes = execute(&engine, &[("2", deposit("A", 1))]).await;
        assert!(is_accepted(&outcomes[0]), "small things still fit");
        assert_eq!(balance(engine.database(), "A").await, Some(11));
    })
    .await;
}
