//! Writing events into the journal, inside a transaction that the caller commits.

use std::collections::HashMap;
use std::sync::Arc;

use imsop_kernel::envelope::SpecVersion;
use imsop_kernel::{Classification, Envelope, Region, StreamId, Tenant, Timestamp};
use serde_json::value::to_raw_value;

use crate::cell::{Cell, Rows};
use crate::database::Tx;
use crate::domain::{DomainEvent, Origin};
use crate::environment::Environment;
use crate::error::StoreError;

/// What all events of one context have in common.
#[derive(Clone)]
pub struct Source {
    /// The CloudEvents source, for example `/imsop/operations`.
    pub name: Arc<str>,
    /// The region in which this process keeps its data.
    pub region: Region,
    /// The handling class of an event type, from its contract.
    pub classify: fn(&str, u32) -> Classification,
    /// Clock and ids.
    pub environment: Arc<dyn Environment>,
}

const COLUMNS: [&str; 7] =
    ["tenant", "stream", "version", "event_type", "partition_key", "recorded_at", "envelope"];

/// The rows of one transaction, before they are written.
#[derive(Default)]
pub struct JournalRows {
    rows: Vec<Vec<Cell>>,
}

impl JournalRows {
    /// Adds an event at a place in its stream that the caller knows.
    pub fn push<E: DomainEvent>(
        &mut self,
        source: &Source,
        origin: &Origin,
        placed: Placed<'_, E>,
    ) -> Result<(), StoreError> {
        let event = placed.event;
        let partition_key = event.partition_key().unwrap_or_else(|| placed.stream.to_string());
        let envelope = Envelope {
            specversion: SpecVersion::V1,
            id: source.environment.new_id(),
            source: source.name.clone(),
            event_type: event.name().into(),
            contract_version: event.version(),
            stream: placed.stream,
            stream_version: placed.version,
            occurred_at: placed.occurred_at,
            recorded_at: placed.recorded_at,
            tenant: origin.tenant.clone(),
            region: source.region.clone(),
            partition_key: partition_key.clone(),
            actor: origin.actor.clone(),
            correlation_id: origin.correlation_id,
            causation_id: origin.causation_id,
            classification: (source.classify)(event.name(), event.version()),
            traceparent: origin.traceparent.clone(),
            data: to_raw_value(event)?.into(),
        };
        self.rows.push(vec![
            (&origin.tenant).into(),
            placed.stream.into(),
            placed.version.into(),
            event.name().into(),
            partition_key.into(),
            placed.recorded_at.into(),
            serde_json::to_string(&envelope)?.into(),
        ]);
        Ok(())
    }

    /// All of them, to be written.
    pub fn into_rows(self) -> Rows {
        Rows { table: "journal", columns: COLUMNS.to_vec(), rows: self.rows, tail: String::new() }
    }
}

/// An event and its place.
pub struct Placed<'a, E> {
    /// The stream it belongs to.
    pub stream: StreamId,
    /// Its place there.
    pub version: i64,
    /// When it happened in the world.
    pub occurred_at: Timestamp,
    /// When it is written down.
    pub recorded_at: Timestamp,
    /// What happened.
    pub event: &'a E,
}

/// An event that has no aggregate to be decided on: its place is the next one in its stream.
pub struct NewEvent<E> {
    /// Whose it is and what it follows from.
    pub origin: Origin,
    /// The stream it belongs to.
    pub stream: StreamId,
    /// When it happened in the world.
    pub occurred_at: Timestamp,
    /// What happened.
    pub event: E,
}

/// Appends events to the ends of their streams, for contexts whose facts need no decider.
pub async fn append<E: DomainEvent>(
    tx: &mut Tx,
    source: &Source,
    events: &[NewEvent<E>],
) -> Result<(), StoreError> {
    if events.is_empty() {
        return Ok(());
    }
    let mut ends = stream_ends(tx, events).await?;
    let recorded_at = source.environment.now();
    let mut rows = JournalRows::default();
    for new in events {
        let end = ends.entry((new.origin.tenant.clone(), new.stream)).or_insert(0);
        *end += 1;
        let placed = Placed {
            stream: new.stream,
            version: *end,
            occurred_at: new.occurred_at,
            recorded_at,
            event: &new.event,
        };
        rows.push(source, &new.origin, placed)?;
    }
    tx.insert_all(vec![rows.into_rows()]).await?;
    Ok(())
}

async fn stream_ends<E>(
    tx: &mut Tx,
    events: &[NewEvent<E>],
) -> Result<HashMap<(Tenant, StreamId), i64>, StoreError> {
    let mut streams: HashMap<&Tenant, Vec<String>> = HashMap::new();
    for new in events {
        streams.entry(&new.origin.tenant).or_default().push(new.stream.to_string());
    }
    let sql = format!(
        "SELECT stream, MAX(version) FROM journal WHERE tenant = $1 AND stream {} GROUP BY stream",
        tx.dialect().one_of("$2")
    );
    let mut ends = HashMap::new();
    for (tenant, streams) in streams {
        for row in tx.fetch(&sql, vec![tenant.into(), streams.into()]).await? {
            let stream = row.text(0)?.parse().map_err(|_| StoreError::Corrupt("stream id".to_owned()))?;
            ends.insert((tenant.clone(), stream), row.int(1)?);
        }
    }
    Ok(ends)
}
