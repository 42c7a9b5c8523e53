//! The consumers' loop: read, apply the effect and the position in one transaction, go on.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use async_trait::async_trait;
use imsop_journal::{Advance, Cell, Database, StoreError, Tx, positions};
use imsop_kernel::{Envelope, Tenant, Timestamp};

use crate::dead_letters::{self, Parked};
use crate::error::{FailureClass, HandleError};
use crate::limits::{CONSUMER_BATCH, IDLE_POLL};
use crate::retry::Backoff;
use crate::{Backbone, Record};

/// What takes the records of a consumer.
#[async_trait]
pub trait Sink: Send + Sync {
    /// The next offsets by partition, from the database of the effects.
    async fn positions(&self, topic: &str) -> Result<HashMap<i64, i64>, StoreError>;

    /// Applies the effects of the records and the advance in one transaction. Records that were taken
    /// before change nothing.
    async fn take(&self, records: &[Record], advance: Advance) -> Result<(), HandleError>;
}

/// Reads one topic for one consumer.
pub struct Consumer {
    /// The name under which positions are kept, for example `visualization.projection`.
    pub name: &'static str,
    /// What it reads.
    pub topic: &'static str,
    /// Where from.
    pub backbone: Arc<dyn Backbone>,
    /// Where to.
    pub sink: Arc<dyn Sink>,
}

impl Consumer {
    /// Takes what is new on every partition, one batch each; tells how many records there were. One
    /// step, as the simulator drives it.
    pub async fn step(&self) -> Result<usize, HandleError> {
        let positions = self.sink.positions(self.topic).await?;
        let mut taken = 0;
        for partition in self.backbone.partitions(self.topic).await? {
            let from = positions.get(&partition).copied().unwrap_or(0);
            let records = self.backbone.read(self.topic, partition, from, CONSUMER_BATCH).await?;
            let Some(last) = records.last() else { continue };
            let advance = Advance {
                consumer: self.name.to_owned(),
                topic: self.topic.to_owned(),
                partition,
                next_offset: last.offset + 1,
            };
            self.observe(last.recorded_at, records.len());
            self.sink.take(&records, advance).await?;
            taken += records.len();
        }
        Ok(taken)
    }

    fn observe(&self, recorded_at: Timestamp, records: usize) {
        let lag = Timestamp::now().duration_since(recorded_at).as_secs_f64();
        metrics::gauge!("imsop_consumer_lag_seconds", "consumer" => self.name, "topic" => self.topic)
            .set(lag);
        metrics::counter!("imsop_consumer_events_total", "consumer" => self.name, "topic" => self.topic)
            .increment(records as u64);
    }

    /// Consumes for as long as it is not dropped.
    pub async fn run(self) {
        let mut backoff = Backoff::default();
        let published = self.backbone.published(self.topic);
        loop {
            // Asked for before reading, so that what is published meanwhile wakes us.
            let woken = published.notified();
            match self.step().await {
                Ok(0) => {
                    backoff.reset();
                    let _ = tokio::time::timeout(IDLE_POLL, woken).await;
                }
                Ok(_) => backoff.reset(),
                Err(error) => {
                    let pause = backoff.next_pause();
                    tracing::warn!(consumer = self.name, %error, ?pause, "consumer failed, trying again");
                    metrics::counter!("imsop_consumer_failures_total", "consumer" => self.name).increment(1);
                    tokio::time::sleep(pause).await;
                }
            }
        }
    }
}

/// A consumer whose effect is rows in its own database.
#[async_trait]
pub trait EffectHandler: Send + Sync + 'static {
    /// Whether events of this type have an effect. The others are passed over, and leave no trace.
    fn wants(&self, _event_type: &str) -> bool {
        true
    }

    /// Writes the effects of the events, in order. Every stream's events come once, in order.
    async fn apply(&self, tx: &mut Tx, events: &[Envelope]) -> Result<(), HandleError>;

    /// Called after the effects are durable, for example to tell those who watch.
    async fn applied(&self, _events: &[Envelope]) {}
}

/// The sink of an [`EffectHandler`].
pub struct Effects<H> {
    /// The consumer's name.
    pub name: &'static str,
    /// The database of the effects.
    pub database: Database,
    /// What writes them.
    pub handler: H,
}

#[async_trait]
impl<H: EffectHandler> Sink for Effects<H> {
    async fn positions(&self, topic: &str) -> Result<HashMap<i64, i64>, StoreError> {
        positions::positions(&self.database, self.name, topic).await
    }

    async fn take(&self, records: &[Record], advance: Advance) -> Result<(), HandleError> {
        let mut sorted = Sorted::new(records, |event_type| self.handler.wants(event_type));
        loop {
            let Err(error) = self.try_take(&sorted, &advance).await else {
                return Ok(());
            };
            let HandleError::Unfit { index, class, reason } = error else {
                return Err(error);
            };
            tracing::warn!(consumer = self.name, index, class = class.as_str(), reason, "event is parked");
            metrics::counter!("imsop_dead_letters_total", "consumer" => self.name, "class" => class.as_str())
                .increment(1);
            if !sorted.park(index, class, &reason) {
                return Err(HandleError::Retry(format!(
                    "handler blamed event {index}, which it was not given"
                )));
            }
        }
    }
}

impl<H: EffectHandler> Effects<H> {
    async fn try_take(&self, sorted: &Sorted, advance: &Advance) -> Result<(), HandleError> {
        let mut tx = self.database.begin().await?;
        // What another process (perhaps one that is already gone) is still taking must be seen as taken.
        let lock = format!("consumer/{}/{}/{}", self.name, advance.topic, advance.partition);
        tx.lock(&BTreeSet::from([lock])).await?;
        let blocked = dead_letters::parked_streams(&mut tx, self.name).await?;
        let mut letters = sorted.parked.clone();
        let (mut given, mut chosen) = (Vec::new(), Vec::new());
        for index in unseen(&mut tx, self.name, &sorted.events).await? {
            let (record, event) = &sorted.events[index];
            if blocked.contains(&(event.tenant.clone(), event.stream.to_string())) {
                letters.push(behind(record, event));
            } else {
                given.push(index);
                chosen.push(event.clone());
            }
        }
        if !chosen.is_empty() {
            self.handler.apply(&mut tx, &chosen).await.map_err(|error| blame(error, &given))?;
            remember(&mut tx, self.name, &chosen).await?;
        }
        dead_letters::park(&mut tx, self.name, &letters, Timestamp::now()).await?;
        positions::advance(&mut tx, std::slice::from_ref(advance)).await?;
        tx.commit().await?;
        self.handler.applied(&chosen).await;
        Ok(())
    }
}

/// The handler counts among the events it was given; the caller counts among all.
fn blame(error: HandleError, given: &[usize]) -> HandleError {
    match error {
        HandleError::Unfit { index, class, reason } => {
            let index = given.get(index).copied().unwrap_or(usize::MAX);
            HandleError::Unfit { index, class, reason }
        }
        other => other,
    }
}

/// Records, read as far as possible: events that may be applied, and letters to park.
struct Sorted {
    events: Vec<(Record, Envelope)>,
    parked: Vec<Parked>,
}

impl Sorted {
    fn new(records: &[Record], wants: impl Fn(&str) -> bool) -> Self {
        let mut sorted = Self { events: Vec::with_capacity(records.len()), parked: Vec::new() };
        for record in records {
            match serde_json::from_str::<Envelope>(&record.envelope) {
                Ok(event) if !wants(&event.event_type) => {}
                Ok(event) => sorted.events.push((record.clone(), event)),
                Err(error) => sorted.parked.push(Parked {
                    tenant: String::new(),
                    stream: String::new(),
                    record: record.clone(),
                    class: FailureClass::SchemaDrift,
                    error: error.to_string(),
                }),
            }
        }
        sorted
    }

    /// Parks one event and what follows it on the same stream. False if there is no such event.
    fn park(&mut self, index: usize, class: FailureClass, reason: &str) -> bool {
        if index >= self.events.len() {
            return false;
        }
        let (record, event) = self.events.remove(index);
        let mut rest = Vec::with_capacity(self.events.len());
        let mut letters = vec![Parked {
            tenant: event.tenant.to_string(),
            stream: event.stream.to_string(),
            record,
            class,
            error: reason.to_owned(),
        }];
        for (place, (record, other)) in std::mem::take(&mut self.events).into_iter().enumerate() {
            let of_stream = other.stream == event.stream && other.tenant == event.tenant;
            // An older one has come again, and is not behind.
            let follows = place >= index && of_stream && other.stream_version >= event.stream_version;
            if follows {
                letters.push(behind(&record, &other));
            } else {
                rest.push((record, other));
            }
        }
        self.events = rest;
        self.parked.extend(letters);
        true
    }
}

fn behind(record: &Record, event: &Envelope) -> Parked {
    Parked {
        tenant: event.tenant.to_string(),
        stream: event.stream.to_string(),
        record: record.clone(),
        class: FailureClass::SourceOutage,
        error: "an earlier event of the stream is parked".to_owned(),
    }
}

/// The events whose effect the consumer does not have yet, by their place among those given.
async fn unseen(
    tx: &mut Tx,
    consumer: &str,
    events: &[(Record, Envelope)],
) -> Result<Vec<usize>, StoreError> {
    let mut streams: HashMap<&Tenant, HashSet<String>> = HashMap::new();
    for (_, event) in events {
        streams.entry(&event.tenant).or_default().insert(event.stream.to_string());
    }
    let sql = format!(
        "SELECT stream, version FROM consumer_stream WHERE consumer = $1 AND tenant = $2 AND stream {}",
        tx.dialect().one_of("$3")
    );
    let mut seen: HashMap<(Tenant, String), i64> = HashMap::new();
    for (tenant, streams) in streams {
        let streams: Vec<String> = streams.into_iter().collect();
        for row in tx.fetch(&sql, vec![consumer.into(), tenant.into(), streams.into()]).await? {
            seen.insert((tenant.clone(), row.text(0)?.to_owned()), row.int(1)?);
        }
    }
    let mut chosen = Vec::with_capacity(events.len());
    for (index, (_, event)) in events.iter().enumerate() {
        let last = seen.entry((event.tenant.clone(), event.stream.to_string())).or_insert(0);
        if event.stream_version > *last {
            *last = event.stream_version;
            chosen.push(index);
        }
    }
    Ok(chosen)
}

async fn remember(tx: &mut Tx, consumer: &str, events: &[Envelope]) -> Result<(), StoreError> {
    let mut last: HashMap<(&Tenant, String), i64> = HashMap::new();
    for event in events {
        last.insert((&event.tenant, event.stream.to_string()), event.stream_version);
    }
    let rows: Vec<Vec<Cell>> = last
        .into_iter()
        .map(|((tenant, stream), version)| {
            vec![consumer.into(), tenant.into(), stream.into(), version.into()]
        })
        .collect();
    let tail = "ON CONFLICT (consumer, tenant, stream) DO UPDATE SET version = excluded.version";
    tx.insert("consumer_stream", &["consumer", "tenant", "stream", "version"], rows, tail).await?;
    Ok(())
}
