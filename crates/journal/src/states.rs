//! Loading, folding and saving the states of aggregates.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use imsop_kernel::ids::Kind;
use imsop_kernel::{Envelope, StreamId, Tenant, Uuid};

use crate::cell::{Cell, Row};
use crate::database::{Database, Tx};
use crate::domain::{Attachment, AttachmentTable, Domain, Moment, StateTable, States, Versioned};
use crate::error::StoreError;
use crate::memory::Memory;

fn table_of<D: Domain>(domain: &D, kind: Kind) -> Result<&'static StateTable, StoreError> {
    let table = domain.tables().iter().find(|table| table.kind == kind);
    table.ok_or_else(|| StoreError::Corrupt(format!("no table holds aggregates of kind {}", kind.as_str())))
}

/// Loads and locks, in key order, the aggregates that are neither loaded yet nor in memory.
pub(crate) async fn load<D: Domain>(
    tx: &mut Tx,
    domain: &D,
    memory: &Memory<D>,
    wanted: Vec<(Tenant, StreamId)>,
    loaded: &mut HashMap<Tenant, States<D>>,
) -> Result<(), StoreError> {
    let mut by_table: BTreeMap<(Kind, Tenant), BTreeSet<Uuid>> = BTreeMap::new();
    for (tenant, stream) in wanted {
        if loaded.get(&tenant).is_some_and(|states| states.contains_key(&stream)) {
            continue;
        }
        match memory.get(&tenant, stream) {
            Some(versioned) => {
                loaded.entry(tenant).or_default().insert(stream, versioned.clone());
            }
            None => {
                by_table.entry((stream.kind, tenant)).or_default().insert(stream.id);
            }
        }
    }
    let mut keys: BTreeSet<String> = BTreeSet::new();
    for ((kind, tenant), ids) in &by_table {
        keys.extend(ids.iter().map(|id| format!("{tenant}/{}/{id}", kind.as_str())));
    }
    tx.lock(&keys).await?;
    for ((kind, tenant), ids) in by_table {
        let table = table_of(domain, kind)?;
        let sql = format!(
            "SELECT id, version, state FROM {} WHERE tenant = $1 AND id {} ORDER BY id",
            table.table,
            tx.dialect().one_of("$2"),
        );
        let texts: Vec<String> = ids.iter().map(Uuid::to_string).collect();
        let rows = tx.fetch(&sql, vec![(&tenant).into(), texts.into()]).await?;
        let of_tenant = loaded.entry(tenant).or_default();
        for id in ids {
            of_tenant.insert(StreamId::new(kind, id), Versioned { version: 0, state: None });
        }
        for row in rows {
            let state: D::State = serde_json::from_str(row.text(2)?)?;
            let versioned = Versioned { version: row.int(1)?, state: Some(Arc::new(state)) };
            of_tenant.insert(StreamId::new(kind, row.uuid(0)?), versioned);
        }
    }
    Ok(())
}

/// The aggregate as it stands, without a lock.
pub(crate) async fn present<D: Domain>(
    tx: &mut Tx,
    domain: &D,
    tenant: &Tenant,
    stream: StreamId,
) -> Result<Option<D::State>, StoreError> {
    let table = table_of(domain, stream.kind)?.table;
    let sql = format!("SELECT state FROM {table} WHERE tenant = $1 AND id = $2");
    let rows = tx.fetch(&sql, vec![tenant.into(), stream.id.into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(serde_json::from_str(row.text(0)?)?))
}

/// What of an aggregate's row a transaction changes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Change {
    /// The state only. The columns by which it is found are left alone, and with them their indexes.
    State,
    /// Also columns by which it is found.
    Columns,
    /// There was no row.
    New,
}

/// How an aggregate's row changes by one command.
pub(crate) fn change<D: Domain>(domain: &D, before: Option<&Versioned<D>>, after: &Versioned<D>) -> Change {
    let Some(before) = before.and_then(|versioned| versioned.state.as_deref()) else { return Change::New };
    let columns = after.state.as_deref().map(|state| domain.columns(state));
    if columns == Some(domain.columns(before)) { Change::State } else { Change::Columns }
}

/// Writes the states of the changed aggregates.
pub(crate) async fn save<D: Domain>(
    tx: &mut Tx,
    domain: &D,
    changed: BTreeMap<(Tenant, StreamId), Change>,
    loaded: &HashMap<Tenant, States<D>>,
) -> Result<(), StoreError> {
    // A sorted map: two processes that insert the same new aggregates wait for each other, in order.
    let mut rows: BTreeMap<(Kind, Change), Vec<Vec<Cell>>> = BTreeMap::new();
    for ((tenant, stream), change) in changed {
        let Some(versioned) = loaded.get(&tenant).and_then(|states| states.get(&stream)) else {
            continue;
        };
        let Some(state) = versioned.state.as_deref() else {
            continue;
        };
        let mut row: Vec<Cell> = vec![
            (&tenant).into(),
            stream.id.into(),
            versioned.version.into(),
            serde_json::to_string(state)?.into(),
        ];
        row.extend(domain.columns(state));
        rows.entry((stream.kind, change)).or_default().push(row);
    }
    for ((kind, change), rows) in rows {
        let table = table_of(domain, kind)?;
        let columns: Vec<&str> =
            ["tenant", "id", "version", "state"].into_iter().chain(table.columns.iter().copied()).collect();
        let tail = match change {
            Change::New => String::new(),
            Change::Columns => replacing(&columns[2..]),
            Change::State => replacing(&columns[2..4]),
        };
        tx.insert(table.table, &columns, rows, &tail).await?;
    }
    Ok(())
}

fn replacing(columns: &[&str]) -> String {
    let set: Vec<String> = columns.iter().map(|column| format!("{column} = excluded.{column}")).collect();
    format!("ON CONFLICT (tenant, id) DO UPDATE SET {}", set.join(", "))
}

/// Writes the rows that stand beside the events.
pub(crate) async fn attach(tx: &mut Tx, attachments: Vec<Attachment>) -> Result<(), StoreError> {
    let mut by_table: HashMap<&'static AttachmentTable, Vec<Vec<Cell>>> = HashMap::new();
    for attachment in attachments {
        by_table.entry(attachment.table).or_default().push(attachment.cells);
    }
    for (table, rows) in by_table {
        tx.insert(table.table, table.columns, rows, table.tail).await?;
    }
    Ok(())
}

const STREAM: &str =
    "SELECT envelope FROM journal WHERE tenant = $1 AND stream = $2 AND version <= $3 ORDER BY version";

/// The events of one stream, as this transaction sees them.
pub(crate) async fn stream_in(
    tx: &mut Tx,
    tenant: &Tenant,
    stream: StreamId,
    up_to: i64,
) -> Result<Vec<Envelope>, StoreError> {
    envelopes(&tx.fetch(STREAM, vec![tenant.into(), stream.into(), up_to.into()]).await?)
}

/// The events of one stream that are committed. All of them: a fold of a part is another state.
pub(crate) async fn stream_of(
    database: &Database,
    tenant: &Tenant,
    stream: StreamId,
    up_to: i64,
) -> Result<Vec<Envelope>, StoreError> {
    envelopes(&database.fetch(STREAM, vec![tenant.into(), stream.into(), up_to.into()]).await?)
}

fn envelopes(rows: &[Row]) -> Result<Vec<Envelope>, StoreError> {
    rows.iter().map(|row| Ok(serde_json::from_str(row.text(0)?)?)).collect()
}

/// The state that a stream's events lead to, from nothing.
pub(crate) fn fold<D: Domain>(domain: &D, envelopes: &[Envelope]) -> Result<Option<D::State>, StoreError> {
    let mut state = None;
    for envelope in envelopes {
        let event =
            domain.read_event(&envelope.event_type, envelope.contract_version, envelope.data.get())?;
        let moment = Moment { occurred_at: envelope.occurred_at, recorded_at: envelope.recorded_at };
        state = Some(domain.evolve(state, &event, moment));
    }
    Ok(state)
}
