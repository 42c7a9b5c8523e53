//! Loading, folding and saving the states of aggregates.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use imsop_kernel::ids::Kind;
use imsop_kernel::{Envelope, StreamId, Tenant, Uuid};

use crate::cell::{Cell, Row, Rows};
use crate::database::{Database, Tx};
use crate::domain::{Attachment, AttachmentTable, Domain, Moment, StateTable, States, Versioned};
use crate::error::StoreError;
use crate::limits::TABLES_PER_READ;
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
    let wanted: Vec<_> = by_table.into_iter().collect();
    for part in wanted.chunks(TABLES_PER_READ) {
        read(tx, domain, part, loaded).await?;
    }
    Ok(())
}

/// Aggregates of one kind and tenant.
type Named = ((Kind, Tenant), BTreeSet<Uuid>);

/// Reads aggregates of several kinds and tenants with one statement.
async fn read<D: Domain>(
    tx: &mut Tx,
    domain: &D,
    wanted: &[Named],
    loaded: &mut HashMap<Tenant, States<D>>,
) -> Result<(), StoreError> {
    let mut selects = Vec::with_capacity(wanted.len());
    let mut cells: Vec<Cell> = Vec::with_capacity(2 * wanted.len());
    for (place, ((kind, tenant), ids)) in wanted.iter().enumerate() {
        let table = table_of(domain, *kind)?.table;
        let first = cells.len() + 1;
        let is_wanted = tx.dialect().one_of(&format!("${}", first + 1));
        selects.push(format!(
            "SELECT {place}, id, version, state FROM {table} WHERE tenant = ${first} AND id {is_wanted}"
        ));
        cells.push(tenant.into());
        cells.push(ids.iter().map(Uuid::to_string).collect::<Vec<_>>().into());
        let of_tenant = loaded.entry(tenant.clone()).or_default();
        for id in ids {
            of_tenant.insert(StreamId::new(*kind, *id), Versioned::absent());
        }
    }
    for row in tx.fetch(&selects.join(" UNION ALL "), cells).await? {
        let place = usize::try_from(row.int(0)?).ok().and_then(|place| wanted.get(place));
        let Some(((kind, tenant), _)) = place else {
            return Err(StoreError::Corrupt("a state belongs to no table that was read".to_owned()));
        };
        let stored = row.text(3)?;
        let state: D::State = serde_json::from_str(stored)?;
        let stored_bytes = stored.len();
        let versioned = Versioned { version: row.int(2)?, state: Some(Arc::new(state)), stored_bytes };
        let of_tenant = loaded.entry(tenant.clone()).or_default();
        of_tenant.insert(StreamId::new(*kind, row.uuid(1)?), versioned);
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
    /// The state, and of the columns by which it is found those whose bits are set. The others are left alone,
    /// and with them their indexes.
    Of(u64),
    /// There was no row.
    New,
}

impl Change {
    /// This change and an earlier one of the same aggregate.
    pub fn and(self, earlier: Self) -> Self {
        match (self, earlier) {
            (Self::Of(columns), Self::Of(earlier)) => Self::Of(columns | earlier),
            _ => Self::New,
        }
    }
}

/// How an aggregate's row changes by one command.
pub(crate) fn change<D: Domain>(domain: &D, before: Option<&Versioned<D>>, after: &Versioned<D>) -> Change {
    let Some(before) = before.and_then(|versioned| versioned.state.as_deref()) else { return Change::New };
    let Some(after) = after.state.as_deref() else { return Change::Of(0) };
    let mut changed = 0;
    for (place, (before, after)) in domain.columns(before).iter().zip(domain.columns(after)).enumerate() {
        changed |= u64::from(*before != after) << place;
    }
    Change::Of(changed)
}

/// The states of the changed aggregates, to be written.
pub(crate) fn rows<D: Domain>(
    domain: &D,
    changed: BTreeMap<(Tenant, StreamId), Change>,
    loaded: &mut HashMap<Tenant, States<D>>,
) -> Result<Vec<Rows>, StoreError> {
    // A sorted map: two processes that insert the same new aggregates wait for each other, in order.
    let mut rows: BTreeMap<(Kind, Change), Vec<Vec<Cell>>> = BTreeMap::new();
    for ((tenant, stream), change) in changed {
        let Some(versioned) = loaded.get_mut(&tenant).and_then(|states| states.get_mut(&stream)) else {
            continue;
        };
        let Some(state) = versioned.state.as_deref() else {
            continue;
        };
        let stored = serde_json::to_string(state)?;
        versioned.stored_bytes = stored.len();
        let mut row: Vec<Cell> =
            vec![(&tenant).into(), stream.id.into(), versioned.version.into(), stored.into()];
        row.extend(domain.columns(state));
        rows.entry((stream.kind, change)).or_default().push(row);
    }
    let mut inserts = Vec::with_capacity(rows.len());
    for ((kind, change), rows) in rows {
        let table = table_of(domain, kind)?;
        let columns: Vec<&'static str> =
            ["tenant", "id", "version", "state"].into_iter().chain(table.columns.iter().copied()).collect();
        let tail = match change {
            Change::New => String::new(),
            Change::Of(changed) => {
                let mut written = vec!["version", "state"];
                for (place, column) in table.columns.iter().enumerate() {
                    if changed >> place & 1 == 1 {
                        written.push(column);
                    }
                }
                replacing(&written)
            }
        };
        inserts.push(Rows { table: table.table, columns, rows, tail });
    }
    Ok(inserts)
}

fn replacing(columns: &[&str]) -> String {
    let set: Vec<String> = columns.iter().map(|column| format!("{column} = excluded.{column}")).collect();
    format!("ON CONFLICT (tenant, id) DO UPDATE SET {}", set.join(", "))
}

/// The rows that stand beside the events, to be written.
pub(crate) fn attached(attachments: Vec<Attachment>) -> Vec<Rows> {
    let mut by_table: HashMap<&'static AttachmentTable, Vec<Vec<Cell>>> = HashMap::new();
    for attachment in attachments {
        by_table.entry(attachment.table).or_default().push(attachment.cells);
    }
    let mut inserts = Vec::with_capacity(by_table.len());
    for (table, rows) in by_table {
        let tail = table.tail.to_owned();
        inserts.push(Rows { table: table.table, columns: table.columns.to_vec(), rows, tail });
    }
    inserts
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
