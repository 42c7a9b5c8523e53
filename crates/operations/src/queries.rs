//! Reads of the deciders' states: what a command wrote is in the next answer.

use imsop_journal::{Cursor, Database, Filter, StoreError, feed};
use imsop_kernel::ids::Kind;
use imsop_kernel::{Page, StreamId, Tenant, Timestamp, Uuid};

use crate::domain::State;
use crate::limits::EVENTS_LISTED;

/// A thing with its id and version.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) id: Uuid,
    pub(crate) version: i64,
    pub(crate) state: State,
}

pub(crate) fn table(kind: Kind) -> &'static str {
    match kind {
        Kind::Order => "orders",
        Kind::Shipment => "shipments",
        Kind::Asset => "assets",
        _ => "alerts",
    }
}

/// The thing with this id.
pub(crate) async fn find(
    database: &Database,
    tenant: &Tenant,
    kind: Kind,
    id: Uuid,
) -> Result<Option<Stored>, StoreError> {
    let sql = format!("SELECT version, state FROM {} WHERE tenant = $1 AND id = $2", table(kind));
    let rows = database.fetch(&sql, vec![tenant.into(), id.into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(Stored { id, version: row.int(0)?, state: serde_json::from_str(row.text(1)?)? }))
}

/// A page of a list, the newest first.
pub(crate) async fn page(
    database: &Database,
    kind: Kind,
    filter: &Filter,
    after: Option<&Cursor>,
    limit: i64,
) -> Result<Page<Stored>, StoreError> {
    let as_of = feed::head(database, Timestamp::now()).await?;
    let (sql, cells) = filter.page("id, version, state, created_at", table(kind), after, limit + 1);
    let fetched = database.fetch_page(&sql, cells).await?;
    let wanted = usize::try_from(limit).unwrap_or(0);
    let has_more = fetched.is_cut || fetched.rows.len() > wanted;
    let rows = &fetched.rows[..fetched.rows.len().min(wanted)];
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let state = serde_json::from_str(row.text(2)?)?;
        items.push(Stored { id: row.uuid(0)?, version: row.int(1)?, state });
    }
    let next = match rows.last().filter(|_| has_more) {
        Some(last) => Some(Cursor { created_at: last.int(3)?, id: last.text(0)?.to_owned() }.encode()),
        None => None,
    };
    Ok(Page { items, next, as_of })
}

/// The history of a thing, the oldest event first, as CloudEvents.
pub(crate) async fn history(
    database: &Database,
    tenant: &Tenant,
    stream: StreamId,
) -> Result<Vec<serde_json::Value>, StoreError> {
    let entries = feed::read_stream(database, tenant, stream, EVENTS_LISTED).await?;
    let mut events = Vec::with_capacity(entries.len());
    for entry in entries {
        events.push(serde_json::from_str(&entry.envelope)?);
    }
    Ok(events)
}

/// The assets that travel with a shipment.
pub(crate) async fn assets_of(
    database: &Database,
    tenant: &Tenant,
    shipment: Uuid,
) -> Result<Vec<Uuid>, StoreError> {
    let sql = "SELECT id FROM assets WHERE tenant = $1 AND shipment_id = $2 ORDER BY id";
    let rows = database.fetch(sql, vec![tenant.into(), shipment.into()]).await?;
    rows.iter().map(|row| row.uuid(0)).collect()
}

/// Where a device was at that moment: the asset that it is mounted on, and the shipment that the asset
/// travels with. No shipment where the asset has come to it only later: a tracker that was out of reach
/// sends late what it saw on its journey before.
pub(crate) async fn place_of(
    database: &Database,
    tenant: &Tenant,
    device: &str,
    at: Timestamp,
) -> Result<Option<(Uuid, Option<Uuid>)>, StoreError> {
    let sql = "SELECT a.id, a.state FROM asset_devices d \
               JOIN assets a ON a.tenant = d.tenant AND a.id = d.asset_id \
               WHERE d.tenant = $1 AND d.device_id = $2";
    let rows = database.fetch(sql, vec![tenant.into(), device.into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let State::Asset(asset) = serde_json::from_str(row.text(1)?)? else { return Ok(None) };
    let aboard = asset.assigned_at.is_none_or(|assigned_at| assigned_at <= at);
    Ok(Some((row.uuid(0)?, asset.shipment_id.filter(|_| aboard))))
}
