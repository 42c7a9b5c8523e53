//! A bank whose journal is published, and a ledger that consumes it.
#![allow(dead_code, clippy::unwrap_used, reason = "each test program uses a part; who cannot go on failed")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use imsop_backbone::{
    Backbone, Consumer, EffectHandler, Effects, EmbeddedBackbone, FailureClass, HandleError, Record, Relay,
};
use imsop_journal::{Database, Engine, FeedPosition, Migration, Outcome, Tx, feed};
use imsop_kernel::Envelope;
use imsop_testkit::accounts::{self, Accounts, Command, account};
use imsop_testkit::submissions::{batch, demo, source, submission};
use imsop_testkit::{FailOnce, TestDatabase};

pub const TOPIC: &str = "bank.events";
pub const CONSUMER: &str = "ledger.bank";

const LEDGER: [Migration; 1] = [Migration {
    version: 1,
    // Without a unique key: what comes twice must show.
    sql: "CREATE TABLE entry (place {{position}}, stream TEXT NOT NULL, version BIGINT NOT NULL)",
}];

/// Everything of one test, each database with failures at hand.
pub struct World {
    pub engine: Engine<Accounts>,
    pub backbone: Arc<EmbeddedBackbone>,
    pub ledger: Database,
    pub fault: Arc<FailOnce>,
}

impl World {
    pub async fn open(place: &TestDatabase) -> Self {
        let fault = Arc::new(FailOnce::default());
        let bank = Database::open(place.url(), "bank", &accounts::MIGRATIONS).await.unwrap();
        let log = Database::open(place.url(), "backbone", EmbeddedBackbone::migrations()).await.unwrap();
        let ledger = Database::open(place.url(), "ledger", &LEDGER).await.unwrap();
        Self {
            engine: Engine::new(Accounts, bank.with_faults(fault.clone()), source("/imsop/bank")),
            backbone: Arc::new(EmbeddedBackbone::on(log.with_faults(fault.clone()))),
            ledger: ledger.with_faults(fault.clone()),
            fault,
        }
    }

    pub fn relay(&self) -> Relay {
        Relay {
            database: self.engine.database().clone(),
            backbone: self.backbone.clone(),
            topic_of: |_| TOPIC,
            committed: Arc::default(),
        }
    }

    pub fn consumer(&self, handler: Ledger) -> Consumer {
        let sink = Arc::new(Effects { name: CONSUMER, database: self.ledger.clone(), handler });
        Consumer { name: CONSUMER, topic: TOPIC, backbone: self.backbone.clone(), sink }
    }

    /// Opens each of these accounts, or adds 1 to it: one event each.
    pub async fn credit(&self, numbers: &[&str]) {
        let sql = "SELECT COUNT(*) FROM journal";
        let before = self.engine.database().fetch(sql, vec![]).await.unwrap()[0].int(0).unwrap();
        let mut submissions = Vec::new();
        for (index, number) in numbers.iter().enumerate() {
            let command = Command::Credit { number: (*number).to_owned(), amount: 1 };
            submissions.push(submission(&demo(), &format!("credit-{before}-{index}"), command));
        }
        let outcomes = self.engine.execute(&[batch(submissions)]).await.unwrap();
        assert!(outcomes[0].iter().all(|outcome| matches!(outcome, Outcome::Accepted(_))));
    }

    /// Publishes until the topic has so many records. On PostgreSQL the feed stays below what other tests
    /// are writing on the same server, so it may take a moment.
    pub async fn publish(&self, expected: usize) {
        let relay = self.relay();
        let started = Instant::now();
        while self.log().await.len() < expected {
            assert!(started.elapsed() < Duration::from_secs(20), "it is not published");
            let after = self.backbone.relay_position("bank").await.unwrap();
            if relay.step(after).await.unwrap() == after {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }

    /// The records of the topic; their offsets are checked.
    pub async fn log(&self) -> Vec<Record> {
        let records = self.backbone.read(TOPIC, 0, 0, 1_000_000).await.unwrap();
        for (place, record) in records.iter().enumerate() {
            assert_eq!(record.offset, i64::try_from(place).unwrap(), "offsets are without gaps");
        }
        records
    }

    /// The bank's feed, as envelopes.
    pub async fn feed(&self) -> Vec<Arc<str>> {
        let (mut after, mut envelopes) = (FeedPosition::default(), Vec::new());
        loop {
            let entries = feed::read(self.engine.database(), after, i64::MAX).await.unwrap();
            let Some(last) = entries.last() else { return envelopes };
            after = last.position;
            envelopes.extend(entries.into_iter().map(|entry| entry.envelope));
        }
    }

    /// Asserts that the topic has exactly what the feed has, in its order.
    pub async fn assert_log_is_the_feed(&self, expected: usize) {
        let log: Vec<Arc<str>> = self.log().await.into_iter().map(|record| record.envelope).collect();
        assert_eq!(log.len(), expected, "records in the topic");
        assert!(log == self.feed().await, "the topic has the feed in its order");
    }

    /// The versions that the ledger has of each account, in the order in which they were written.
    pub async fn entries(&self) -> BTreeMap<String, Vec<i64>> {
        let sql = "SELECT stream, version FROM entry ORDER BY place";
        let mut entries: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        for row in self.ledger.fetch(sql, vec![]).await.unwrap() {
            entries.entry(row.text(0).unwrap().to_owned()).or_default().push(row.int(1).unwrap());
        }
        entries
    }

    /// The versions that the ledger has of one account.
    pub async fn versions(&self, number: &str) -> Vec<i64> {
        self.entries().await.remove(&account(&demo(), number).to_string()).unwrap_or_default()
    }

    /// The next offset of the ledger's consumer.
    pub async fn position(&self) -> i64 {
        let positions = imsop_journal::positions::positions(&self.ledger, CONSUMER, TOPIC).await.unwrap();
        positions.get(&0).copied().unwrap_or(0)
    }

    /// Offset, class, reason and bytes of every parked event.
    pub async fn letters(&self) -> Vec<(i64, String, String, String)> {
        let sql =
            "SELECT record_offset, failure_class, error, envelope FROM dead_letter ORDER BY record_offset";
        let mut letters = Vec::new();
        for row in self.ledger.fetch(sql, vec![]).await.unwrap() {
            let text = |column| row.text(column).unwrap().to_owned();
            letters.push((row.int(0).unwrap(), text(1), text(2), text(3)));
        }
        letters
    }
}

/// Writes one row for each event.
#[derive(Default)]
pub struct Ledger {
    /// Events of this account can never be taken from this version on.
    pub poisoned: Option<(&'static str, i64)>,
    /// So many times it cannot work yet.
    pub failures: Arc<AtomicU32>,
}

#[async_trait]
impl EffectHandler for Ledger {
    async fn apply(&self, tx: &mut Tx, events: &[Envelope]) -> Result<(), HandleError> {
        for (index, event) in events.iter().enumerate() {
            let row = vec![event.stream.into(), event.stream_version.into()];
            tx.insert("entry", &["stream", "version"], vec![row], "").await?;
            let Some((number, from)) = self.poisoned else { continue };
            // After the row was written, so that there is something to undo.
            if event.stream == account(&demo(), number) && event.stream_version >= from {
                let reason = format!("version {} is poison", event.stream_version);
                return Err(HandleError::Unfit { index, class: FailureClass::DataQuality, reason });
            }
        }
        let left = self.failures.load(Ordering::Relaxed);
        if left > 0 {
            self.failures.store(left - 1, Ordering::Relaxed);
            return Err(HandleError::Retry("not yet".to_owned()));
        }
        Ok(())
    }
}
