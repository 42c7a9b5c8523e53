//! What consumers do with what they are given: each event's effect once, with the position, whatever
//! happens in between.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use imsop_backbone::limits::{CONSUMER_BATCH, RETRY_FIRST, RETRY_LONGEST};
use imsop_backbone::retry::Backoff;
use imsop_backbone::{Backbone, Consumer, Effects, HandleError, Message, Sink};
use imsop_journal::{Advance, FeedPosition};
use imsop_kernel::Timestamp;
use imsop_testkit::{Failed, both_databases, on_postgres};
use support::{CONSUMER, Ledger, TOPIC, World};

fn advance(next_offset: i64) -> Advance {
    Advance { consumer: CONSUMER.to_owned(), topic: TOPIC.to_owned(), partition: 0, next_offset }
}

fn poisoned(number: &'static str, from: i64) -> Ledger {
    Ledger { poisoned: Some((number, from)), ..Ledger::default() }
}

#[tokio::test]
async fn whatever_step_fails_effect_and_position_stay_together() {
    both_databases(async |place| {
        let world = World::open(place).await;
        let consumer = world.consumer(Ledger::default());
        let mut answers_lost = 0;
        for step in 0.. {
            assert!(step < 30, "there is no end to the steps");
            world.credit(&["A", "B"]).await;
            let expected = (step + 1) * 2;
            world.publish(usize::try_from(expected).unwrap()).await;
            world.fault.arm(step);
            let result = consumer.step().await;
            let failed = world.fault.disarm();
            assert_eq!(result.is_err(), failed != Failed::Nothing);
            let entries: usize = world.entries().await.values().map(Vec::len).sum();
            let position = world.position().await;
            assert_eq!(i64::try_from(entries).unwrap(), position, "one event each, so they are equal");
            assert_eq!(position == expected, failed != Failed::BeforeTheCommit);
            consumer.step().await.unwrap();
            let all: Vec<i64> = (1..=step + 1).collect();
            assert_eq!((world.versions("A").await, world.versions("B").await), (all.clone(), all));
            answers_lost += u32::from(failed == Failed::TheAnswer);
            if failed == Failed::Nothing {
                assert_eq!(answers_lost, 1, "one of the steps was the one after the commit");
                return;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_comes_again_or_late_changes_nothing() {
    both_databases(async |place| {
        let world = World::open(place).await;
        world.credit(&["A", "B", "A", "B", "A"]).await;
        world.publish(5).await;
        let records = world.log().await;
        let sink = Effects { name: CONSUMER, database: world.ledger.clone(), handler: Ledger::default() };
        sink.take(&records[..3], advance(3)).await.unwrap();
        // The same again; then with new ones behind them; then twice within one delivery.
        sink.take(&records[..3], advance(3)).await.unwrap();
        sink.take(&records[1..4], advance(4)).await.unwrap();
        let twice = [&records[3..], &records[3..], &records[..1]].concat();
        sink.take(&twice, advance(5)).await.unwrap();
        // An old delivery moves nothing back.
        sink.take(&records[..1], advance(1)).await.unwrap();
        assert_eq!(world.versions("A").await, [1, 2, 3]);
        assert_eq!(world.versions("B").await, [1, 2]);
        assert_eq!(world.position().await, 5);
        assert_eq!(world.letters().await, []);
    })
    .await;
}

#[tokio::test]
async fn what_an_earlier_process_is_still_taking_is_not_taken_again() {
    // Only PostgreSQL has several writers at once: the old process is gone, the new one starts while the
    // server still works on the old one's transaction.
    on_postgres(async |place| {
        let world = World::open(place).await;
        world.credit(&["A", "B", "A", "X", "X"]).await;
        world.publish(5).await;
        let mut held = world.ledger.begin().await.unwrap();
        held.execute("LOCK TABLE entry, consumer_stream IN EXCLUSIVE MODE", vec![]).await.unwrap();
        let mut taking = Vec::new();
        for _ in 0..2 {
            let consumer = World::open(place).await.consumer(poisoned("X", 1));
            taking.push(tokio::spawn(async move { consumer.step().await }));
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        drop(held);
        for one in taking {
            assert_eq!(one.await.unwrap().unwrap(), 5);
        }
        assert_eq!((world.versions("A").await, world.versions("B").await), (vec![1, 2], vec![1]));
        assert_eq!(world.letters().await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn two_consumers_of_one_topic_in_one_database_do_not_disturb_each_other() {
    both_databases(async |place| {
        let world = World::open(place).await;
        world.credit(&["A", "B", "A"]).await;
        world.publish(3).await;
        let poison =
            Effects { name: "ledger.other", database: world.ledger.clone(), handler: poisoned("A", 1) };
        let other = Consumer {
            name: "ledger.other",
            topic: TOPIC,
            backbone: world.backbone.clone(),
            sink: Arc::new(poison),
        };
        assert_eq!(other.step().await.unwrap(), 3);
        assert_eq!(world.consumer(Ledger::default()).step().await.unwrap(), 3);
        assert_eq!(world.versions("A").await, [1, 2], "the other one's poison");
        assert_eq!(world.versions("B").await, [1, 1], "one of each");
    })
    .await;
}

#[tokio::test]
async fn a_poisoned_event_is_parked_and_only_its_own_stream_waits() {
    both_databases(async |place| {
        let world = World::open(place).await;
        let consumer = world.consumer(poisoned("A", 2));
        world.credit(&["A", "B", "A", "C", "A", "B"]).await;
        world.publish(6).await;
        assert_eq!(consumer.step().await.unwrap(), 6);
        assert_eq!(world.versions("A").await, [1], "what came before the poison");
        assert_eq!(world.versions("B").await, [1, 2], "each once, although the delivery was tried again");
        assert_eq!(world.versions("C").await, [1]);
        // Later deliveries too; the process was started again in between, and the poison is healed.
        world.credit(&["A", "B"]).await;
        world.publish(8).await;
        let again = World::open(place).await;
        assert_eq!(again.consumer(Ledger::default()).step().await.unwrap(), 2);
        assert_eq!(again.versions("A").await, [1], "the order of the stream is kept");
        assert_eq!(again.versions("B").await, [1, 2, 3]);
        assert_eq!(again.position().await, 8);
        let log = again.log().await;
        let letters = again.letters().await;
        let offsets: Vec<i64> = letters.iter().map(|letter| letter.0).collect();
        assert_eq!(offsets, [2, 4, 6]);
        assert_eq!((letters[0].1.as_str(), letters[0].2.as_str()), ("dataQuality", "version 2 is poison"));
        assert_eq!(letters[0].3, *log[2].envelope, "the original bytes");
        assert_eq!(letters[1].1, "sourceOutage");
    })
    .await;
}

#[tokio::test]
async fn several_poisoned_streams_in_one_delivery_are_all_parked() {
    both_databases(async |place| {
        let world = World::open(place).await;
        let names: Vec<String> = (0..20).map(|index| format!("N{index}")).collect();
        let mut numbers: Vec<&str> = names.iter().map(String::as_str).collect();
        numbers.extend(["A", "A", "A"]);
        world.credit(&numbers).await;
        world.publish(23).await;
        // What was taken before is left out of what the handler gets: its count is another one.
        let records = world.log().await;
        let sink = Effects { name: CONSUMER, database: world.ledger.clone(), handler: poisoned("A", 2) };
        sink.take(&records[..7], advance(7)).await.unwrap();
        sink.take(&records, advance(23)).await.unwrap();
        assert_eq!(world.versions("A").await, [1]);
        assert_eq!(world.entries().await.len(), 21);
        let offsets: Vec<i64> = world.letters().await.iter().map(|letter| letter.0).collect();
        assert_eq!(offsets, [21, 22]);
    })
    .await;
}

#[tokio::test]
async fn a_parked_stream_that_is_delivered_again_has_no_more_letters() {
    both_databases(async |place| {
        let world = World::open(place).await;
        world.credit(&["A", "A", "A", "B"]).await;
        world.publish(4).await;
        let records = world.log().await;
        let sink = Effects { name: CONSUMER, database: world.ledger.clone(), handler: poisoned("A", 2) };
        sink.take(&records, advance(4)).await.unwrap();
        assert_eq!(world.letters().await.len(), 2);
        sink.take(&records, advance(4)).await.unwrap();
        let offsets: Vec<i64> = world.letters().await.iter().map(|letter| letter.0).collect();
        assert_eq!(offsets, [1, 2], "the first one was applied, the others are parked already");
        assert_eq!(world.versions("A").await, [1]);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_event_at_all_is_parked_with_its_bytes() {
    both_databases(async |place| {
        let world = World::open(place).await;
        world.credit(&["A"]).await;
        world.publish(1).await;
        let rubbish = Message {
            topic: TOPIC,
            partition_key: "?".to_owned(),
            recorded_at: Timestamp::UNIX_EPOCH,
            envelope: "{\"half an".into(),
        };
        let behind = FeedPosition { transaction: 0, position: 1 };
        world.backbone.publish("somebody", vec![rubbish], FeedPosition::default(), behind).await.unwrap();
        world.credit(&["A"]).await;
        world.publish(3).await;
        assert_eq!(world.consumer(Ledger::default()).step().await.unwrap(), 3);
        assert_eq!(world.versions("A").await, [1, 2]);
        let letters = world.letters().await;
        assert_eq!(letters.len(), 1);
        assert_eq!((letters[0].1.as_str(), letters[0].3.as_str()), ("schemaDrift", "{\"half an"));
    })
    .await;
}

#[tokio::test]
async fn a_handler_that_blames_what_it_was_not_given_moves_nothing() {
    struct Confused;
    #[async_trait::async_trait]
    impl imsop_backbone::EffectHandler for Confused {
        async fn apply(
            &self,
            _: &mut imsop_journal::Tx,
            events: &[imsop_kernel::Envelope],
        ) -> Result<(), HandleError> {
            let class = imsop_backbone::FailureClass::DataQuality;
            Err(HandleError::Unfit { index: events.len(), class, reason: "?".to_owned() })
        }
    }
    both_databases(async |place| {
        let world = World::open(place).await;
        world.credit(&["A"]).await;
        world.publish(1).await;
        let sink = Effects { name: CONSUMER, database: world.ledger.clone(), handler: Confused };
        let result = sink.take(&world.log().await, advance(1)).await;
        assert!(matches!(result, Err(HandleError::Retry(_))));
        assert_eq!((world.position().await, world.letters().await.len()), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn a_failure_that_passes_is_tried_again_with_pauses_that_grow() {
    both_databases(async |place| {
        const FAILURES: u32 = 4;
        let world = World::open(place).await;
        world.credit(&["A", "B"]).await;
        world.publish(2).await;
        let failures = Arc::new(AtomicU32::new(FAILURES));
        let handler = Ledger { failures: failures.clone(), ..Ledger::default() };
        let started = Instant::now();
        let running = tokio::spawn(world.consumer(handler).run());
        while world.position().await < 2 {
            assert!(started.elapsed() < Duration::from_secs(20), "it is never tried again");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        running.abort();
        assert_eq!(failures.load(Ordering::Relaxed), 0);
        // 20, 40, 80 and 160 ms, each shortened to a half at most by chance.
        let least = RETRY_FIRST * (2_u32.pow(FAILURES) - 1) / 2;
        assert!(started.elapsed() >= least, "only {:?} for {FAILURES} failures", started.elapsed());
        assert_eq!((world.versions("A").await, world.versions("B").await), (vec![1], vec![1]));
        assert_eq!(world.letters().await, [], "what passes is not parked");
    })
    .await;
}

#[test]
fn pauses_grow_to_a_limit_and_begin_small_again_after_a_success() {
    let mut backoff = Backoff::default();
    for failure in 0..100_u32 {
        let whole = RETRY_FIRST.saturating_mul(2_u32.saturating_pow(failure)).min(RETRY_LONGEST);
        let pause = backoff.next_pause();
        assert!(pause <= whole && pause >= whole / 2, "{pause:?} after {failure} failures");
    }
    assert_eq!(backoff.failures(), 100);
    backoff.reset();
    assert!(backoff.next_pause() <= RETRY_FIRST);
}

#[tokio::test]
async fn a_consumer_that_is_stopped_at_any_moment_takes_every_event_once() {
    both_databases(async |place| {
        let world = World::open(place).await;
        let mut events = 0;
        for round in 0..20_u64 {
            let relay = tokio::spawn(world.relay().run());
            let consumer = tokio::spawn(world.consumer(Ledger::default()).run());
            world.credit(&["A", "B", "A"]).await;
            events += 3;
            tokio::time::sleep(Duration::from_millis(round % 12)).await;
            consumer.abort();
            relay.abort();
            let _ = (consumer.await, relay.await);
        }
        world.publish(events).await;
        world.consumer(Ledger::default()).step().await.unwrap();
        let all: Vec<i64> = (1..=40).collect();
        assert_eq!(world.versions("A").await, all);
        assert_eq!(world.versions("B").await, all[..20]);
    })
    .await;
}

#[tokio::test]
async fn more_records_than_a_consumer_takes_at_once_are_taken_in_several_steps() {
    both_databases(async |place| {
        let world = World::open(place).await;
        let events = CONSUMER_BATCH * 2 + 1;
        world.credit(&vec!["A"; events]).await;
        world.publish(events).await;
        let consumer = world.consumer(Ledger::default());
        let mut taken = Vec::new();
        while taken.last() != Some(&0) {
            taken.push(consumer.step().await.unwrap());
        }
        assert_eq!(taken, [CONSUMER_BATCH, CONSUMER_BATCH, 1, 0]);
        assert_eq!(world.versions("A").await.len(), events);
    })
    .await;
}
