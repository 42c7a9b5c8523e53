//! What is published: all of the journal, in its order, once.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::time::Duration;

use imsop_backbone::limits::RELAY_BATCH;
use imsop_backbone::{Backbone, EmbeddedBackbone, Message};
use imsop_journal::{FeedPosition, feed};
use imsop_kernel::Timestamp;
use imsop_testkit::{Failed, both_databases, on_postgres};
use support::{TOPIC, World};

#[tokio::test]
async fn the_relay_goes_on_where_it_was_when_the_process_ended() {
    both_databases(async |place| {
        for round in 1..=3 {
            let world = World::open(place).await;
            world.credit(&["A", "B", "A", "C"]).await;
            world.publish(round * 4).await;
            world.assert_log_is_the_feed(round * 4).await;
        }
    })
    .await;
}

#[tokio::test]
async fn whatever_step_fails_every_event_is_published_once() {
    both_databases(async |place| {
        let world = World::open(place).await;
        let relay = world.relay();
        let mut answers_lost = 0;
        for step in 0.. {
            assert!(step < 30, "there is no end to the steps");
            world.credit(&["A", "B"]).await;
            world.fault.arm(step);
            let try_once = async {
                let after = world.backbone.relay_position("bank").await?;
                relay.step(after).await
            };
            let result = try_once.await;
            let failed = world.fault.disarm();
            assert_eq!(result.is_err(), failed != Failed::Nothing);
            let expected = usize::try_from(step + 1).unwrap() * 2;
            world.publish(expected).await;
            world.assert_log_is_the_feed(expected).await;
            answers_lost += u32::from(failed == Failed::TheAnswer);
            // On PostgreSQL there may be nothing to read yet, which also ends without a failure.
            if failed == Failed::Nothing && answers_lost > 0 {
                return;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_relay_that_is_stopped_at_any_moment_publishes_every_event_once() {
    both_databases(async |place| {
        let world = World::open(place).await;
        let mut events = 0;
        for round in 0..30 {
            let relay = tokio::spawn(world.relay().run());
            for _ in 0..3 {
                world.credit(&["A", "B"]).await;
                events += 2;
            }
            tokio::time::sleep(Duration::from_millis(round % 10)).await;
            relay.abort();
            assert!(relay.await.unwrap_err().is_cancelled());
        }
        world.publish(events).await;
        world.assert_log_is_the_feed(events).await;
    })
    .await;
}

#[tokio::test]
async fn more_events_than_the_relay_takes_at_once_go_in_several_steps() {
    both_databases(async |place| {
        let world = World::open(place).await;
        let events = usize::try_from(RELAY_BATCH).unwrap() * 2 + 1;
        world.credit(&vec!["A"; events]).await;
        let relay = world.relay();
        let mut after = FeedPosition::default();
        let mut before = 0;
        while before < events {
            after = relay.step(after).await.unwrap();
            let now = world.log().await.len();
            assert!(now - before <= usize::try_from(RELAY_BATCH).unwrap());
            before = now;
        }
        world.assert_log_is_the_feed(events).await;
    })
    .await;
}

#[tokio::test]
async fn events_go_to_the_topic_of_their_type_and_keep_their_order_there() {
    both_databases(async |place| {
        let world = World::open(place).await;
        world.credit(&["A", "B", "A", "A", "B"]).await;
        let mut relay = world.relay();
        relay.topic_of = |event_type| if event_type == "AccountOpened" { "bank.opened" } else { TOPIC };
        let mut after = FeedPosition::default();
        while world.log().await.len() < 3 {
            after = relay.step(after).await.unwrap();
        }
        assert_eq!(world.backbone.end("bank.opened", 0).await.unwrap(), 2);
        let opened = world.backbone.read("bank.opened", 0, 0, 10).await.unwrap();
        assert!(opened.iter().all(|record| record.envelope.contains("AccountOpened")));
        assert_eq!(world.backbone.end(TOPIC, 0).await.unwrap(), 3);
        assert_eq!(world.backbone.end("bank.nothing", 0).await.unwrap(), 0);
        let later = world.backbone.read(TOPIC, 0, 2, 10).await.unwrap();
        assert_eq!((later.len(), later[0].offset), (1, 2));
    })
    .await;
}

fn message(text: &str) -> Message {
    Message {
        topic: TOPIC,
        partition_key: "key".to_owned(),
        recorded_at: Timestamp::UNIX_EPOCH,
        envelope: text.into(),
    }
}

fn place_of(position: i64) -> FeedPosition {
    FeedPosition { transaction: 0, position }
}

#[tokio::test(flavor = "multi_thread")]
async fn contexts_that_publish_to_one_topic_at_once_get_offsets_without_gaps() {
    both_databases(async |place| {
        const MESSAGES: i64 = 40;
        let mut relays = Vec::new();
        for relay in ["bank", "shop", "yard"] {
            let backbone = EmbeddedBackbone::open(place.url()).await.unwrap();
            relays.push(tokio::spawn(async move {
                for number in 1..=MESSAGES {
                    let messages = vec![message(&format!("{relay} {number}"))];
                    backbone.publish(relay, messages, place_of(number - 1), place_of(number)).await.unwrap();
                }
            }));
        }
        for relay in relays {
            relay.await.unwrap();
        }
        let world = World::open(place).await;
        let log = world.log().await;
        for relay in ["bank", "shop", "yard"] {
            let own: Vec<&str> =
                log.iter().map(|record| &*record.envelope).filter(|text| text.starts_with(relay)).collect();
            let expected: Vec<String> = (1..=MESSAGES).map(|number| format!("{relay} {number}")).collect();
            assert_eq!(own, expected);
        }
    })
    .await;
}

#[tokio::test]
async fn what_an_earlier_process_is_still_publishing_is_not_published_again() {
    // Only PostgreSQL has several writers at once: the old process is gone, the new one starts while the
    // server still works on the old one's transaction, and there is more to publish by then.
    on_postgres(async |place| {
        for more in [0, 3] {
            let world = World::open(place).await;
            let before = world.log().await.len();
            world.credit(&["A", "B"]).await;
            let start = world.backbone.relay_position("bank").await.unwrap();
            until_readable(&world, start, 2).await;
            let mut held = world.backbone.database().begin().await.unwrap();
            held.execute("LOCK TABLE log IN EXCLUSIVE MODE", vec![]).await.unwrap();
            let old = world.relay();
            let old = tokio::spawn(async move { old.step(start).await });
            tokio::time::sleep(Duration::from_millis(200)).await;
            world.credit(&vec!["A"; more]).await;
            until_readable(&world, start, 2 + more).await;
            let new = World::open(place).await.relay();
            let new = tokio::spawn(async move { new.step(start).await });
            tokio::time::sleep(Duration::from_millis(200)).await;
            drop(held);
            old.await.unwrap().unwrap();
            let told = new.await.unwrap();
            assert_eq!(told.is_err(), more > 0, "it does not know where the other one has come to");
            world.publish(before + 2 + more).await;
            world.assert_log_is_the_feed(before + 2 + more).await;
        }
    })
    .await;
}

async fn until_readable(world: &World, after: FeedPosition, events: usize) {
    while feed::read(world.engine.database(), after, 100).await.unwrap().len() < events {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn two_relays_of_one_context_publish_every_event_once() {
    both_databases(async |place| {
        let world = World::open(place).await;
        let relays =
            [tokio::spawn(world.relay().run()), tokio::spawn(World::open(place).await.relay().run())];
        for _ in 0..40 {
            world.credit(&["A", "B", "A"]).await;
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
        world.publish(120).await;
        for relay in relays {
            relay.abort();
            let _ = relay.await;
        }
        world.assert_log_is_the_feed(120).await;
    })
    .await;
}
