//! Questions to the read models.

use std::sync::Arc;

use imsop_backbone::Backbone;
pub use imsop_journal::{Cursor, Filter};
use imsop_journal::{Database, StoreError};
use imsop_kernel::{AsOf, Tenant, Timestamp};
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::counters;
use crate::limits::{AS_OF_KEPT, COUNTED_TOTAL, RATE_MINUTES, TIMELINE_EVENTS};
use crate::live::Hub;
use crate::model::{DomainEvent, ObservedPosition, Reading, Shipment, ShipmentStatus};
use crate::scalars::DateTime;
use crate::views::View;

/// The topic whose progress is the freshness of the read models.
pub const MAIN_TOPIC: &str = "operations.events";
/// The consumer of that topic.
pub const MAIN_CONSUMER: &str = "visualization.operations";

/// The read side, as resolvers and handlers see it. Cheap to clone.
#[derive(Clone)]
pub struct Reads {
    /// The read models.
    pub database: Database,
    /// For knowing what is published but not yet read.
    pub backbone: Arc<dyn Backbone>,
    /// Who watches.
    pub hub: Arc<Hub>,
    /// How fresh the read models were a moment ago.
    known_as_of: Arc<Mutex<Option<(Instant, AsOf)>>>,
}

/// Whether a shipment is late at this moment: by its delivery, or by the passing of the promised day.
pub fn is_late(shipment: &Shipment, now: Timestamp) -> bool {
    match shipment.status {
        ShipmentStatus::Delivered => shipment.delivered_late,
        ShipmentStatus::Cancelled => false,
        _ => now >= shipment.late_after.0,
    }
}

impl Reads {
    /// The read side over these read models.
    pub fn new(database: Database, backbone: Arc<dyn Backbone>, hub: Arc<Hub>) -> Self {
        Self { database, backbone, hub, known_as_of: Arc::default() }
    }

    /// A page of a list, the newest first, and the cursor behind it where there is more.
    pub async fn list<V: View>(
        &self,
        filter: &Filter,
        after: Option<&Cursor>,
        limit: i32,
    ) -> Result<(Vec<V>, Option<Cursor>), StoreError> {
        let (sql, cells) = filter.page("view, created_at, id", V::TABLE, after, i64::from(limit) + 1);
        let fetched = self.database.fetch_page(&sql, cells).await?;
        let wanted = usize::try_from(limit).unwrap_or(0);
        let more = fetched.is_cut || fetched.rows.len() > wanted;
        let mut views: Vec<V> = Vec::with_capacity(fetched.rows.len());
        for row in fetched.rows.iter().take(wanted) {
            views.push(serde_json::from_str(row.text(0)?)?);
        }
        let last = views.last().filter(|_| more);
        let next = last.map(|view| Cursor { created_at: view.created_at(), id: view.id().to_owned() });
        Ok((views, next))
    }

    /// How many there are; nothing beyond what is worth counting.
    pub async fn total<V: View>(&self, filter: &Filter) -> Result<Option<i64>, StoreError> {
        let (sql, cells) = filter.count(V::TABLE, COUNTED_TOTAL + 1);
        let rows = self.database.fetch(&sql, cells).await?;
        let count = rows.first().map_or(Ok(0), |row| row.int(0))?;
        Ok((count <= COUNTED_TOTAL).then_some(count))
    }

    /// The one with this id, or with this number where the table has numbers.
    pub async fn find<V: View>(&self, tenant: &Tenant, id: &str) -> Result<Option<V>, StoreError> {
        let by_number = V::COLUMNS.contains(&"number") && id.parse::<imsop_kernel::Uuid>().is_err();
        let column = if by_number { "number" } else { "id" };
        let sql = format!("SELECT view FROM {} WHERE tenant = $1 AND {column} = $2", V::TABLE);
        let rows = self.database.fetch(&sql, vec![tenant.into(), id.to_lowercase().into()]).await?;
        rows.first().map(|row| Ok(serde_json::from_str(row.text(0)?)?)).transpose()
    }

    /// Several by their ids.
    pub async fn find_all<V: View>(&self, tenant: &Tenant, ids: Vec<String>) -> Result<Vec<V>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let one_of = self.database.dialect().one_of("$2");
        let sql = format!(
            "SELECT view FROM {} WHERE tenant = $1 AND id {one_of} ORDER BY created_at, id",
            V::TABLE
        );
        let rows = self.database.fetch(&sql, vec![tenant.into(), ids.into()]).await?;
        rows.iter().map(|row| Ok(serde_json::from_str(row.text(0)?)?)).collect()
    }

    /// The history of a stream, the oldest event first.
    pub async fn timeline(&self, tenant: &Tenant, stream: &str) -> Result<Vec<DomainEvent>, StoreError> {
        let sql = "SELECT id, event_type, occurred_at, recorded_at, actor, data FROM timeline \
                   WHERE tenant = $1 AND stream = $2 ORDER BY version DESC LIMIT $3";
        let cells = vec![tenant.into(), stream.into(), TIMELINE_EVENTS.into()];
        let rows = self.database.fetch(sql, cells).await?;
        let mut events = Vec::with_capacity(rows.len());
        for row in rows.iter().rev() {
            events.push(DomainEvent {
                id: row.text(0)?.into(),
                event_type: row.text(1)?.to_owned(),
                occurred_at: DateTime(row.timestamp(2)?),
                recorded_at: DateTime(row.timestamp(3)?),
                actor: row.text(4)?.to_owned(),
                data: async_graphql::Json(serde_json::from_str(row.text(5)?)?),
            });
        }
        Ok(events)
    }

    /// Where a shipment was seen, the oldest first; at most the newest `limit` places.
    pub async fn route(
        &self,
        tenant: &Tenant,
        shipment: &str,
        limit: i32,
    ) -> Result<Vec<ObservedPosition>, StoreError> {
        let sql = "SELECT latitude, longitude, observed_at FROM route WHERE tenant = $1 AND shipment_id = $2 \
                   ORDER BY observed_at DESC LIMIT $3";
        let cells = vec![tenant.into(), shipment.into(), i64::from(limit).into()];
        let rows = self.database.fetch(sql, cells).await?;
        let mut route = Vec::with_capacity(rows.len());
        for row in rows.iter().rev() {
            route.push(ObservedPosition {
                latitude: row.real(0)?,
                longitude: row.real(1)?,
                observed_at: DateTime(row.timestamp(2)?),
            });
        }
        Ok(route)
    }

    /// Readings by a condition on their table, the oldest first; at most the newest `limit`.
    pub async fn readings(&self, filter: &Filter, limit: i32) -> Result<Vec<Reading>, StoreError> {
        let columns = "device_id, signal, value, unit, measured_at";
        let (sql, cells) = filter.rows(columns, "readings", "measured_at DESC", i64::from(limit));
        self.read_readings(&sql, cells).await
    }

    /// The temperatures that devices measured while they travelled with a shipment, the oldest first; at
    /// most the newest `limit`.
    pub async fn temperatures(
        &self,
        tenant: &Tenant,
        shipment: &str,
        limit: i32,
    ) -> Result<Vec<Reading>, StoreError> {
        let sql = "SELECT r.device_id, r.signal, r.value, r.unit, r.measured_at FROM travels t \
                   JOIN readings r ON r.tenant = t.tenant AND r.device_id = t.device_id \
                   AND r.signal = 'temperature' AND r.measured_at >= t.started_at \
                   AND (t.ended_at IS NULL OR r.measured_at < t.ended_at) \
                   WHERE t.tenant = $1 AND t.shipment_id = $2 ORDER BY r.measured_at DESC LIMIT $3";
        self.read_readings(sql, vec![tenant.into(), shipment.into(), i64::from(limit).into()]).await
    }

    async fn read_readings(
        &self,
        sql: &str,
        cells: Vec<imsop_journal::Cell>,
    ) -> Result<Vec<Reading>, StoreError> {
        let rows = self.database.fetch(sql, cells).await?;
        let mut readings = Vec::with_capacity(rows.len());
        for row in rows.iter().rev() {
            readings.push(Reading {
                device_id: row.text(0)?.to_owned(),
                signal: row.text(1)?.to_owned(),
                value: row.real(2)?,
                unit: row.text(3)?.to_owned(),
                timestamp: DateTime(row.timestamp(4)?),
            });
        }
        Ok(readings)
    }

    /// The kept figures whose names begin so.
    pub async fn counters(&self, tenant: &Tenant) -> Result<Vec<(String, i64)>, StoreError> {
        let sql = "SELECT name, value FROM counters WHERE tenant = $1 ORDER BY name";
        let rows = self.database.fetch(sql, vec![tenant.into()]).await?;
        rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.int(1)?))).collect()
    }

    /// How many shipments are past their promise and not delivered.
    pub async fn overdue(&self, tenant: &Tenant, now: Timestamp) -> Result<i64, StoreError> {
        let sql = "SELECT COUNT(*) FROM shipments WHERE tenant = $1 AND is_open = 1 AND late_after <= $2";
        let rows = self.database.fetch(sql, vec![tenant.into(), now.into()]).await?;
        rows.first().map_or(Ok(0), |row| row.int(0))
    }

    /// Events by minute and kind, since a minute.
    pub async fn activity(&self, tenant: &Tenant, since: i64) -> Result<Vec<(i64, String, i64)>, StoreError> {
        let sql = "SELECT minute, kind, events FROM activity WHERE tenant = $1 AND minute >= $2 ORDER BY minute, kind";
        let rows = self.database.fetch(sql, vec![tenant.into(), since.into()]).await?;
        rows.iter().map(|row| Ok((row.int(0)?, row.text(1)?.to_owned(), row.int(2)?))).collect()
    }

    /// Events a second, over the last minutes.
    pub async fn event_rate(&self, tenant: &Tenant, now: Timestamp) -> Result<f64, StoreError> {
        let minute = now.as_second().div_euclid(60);
        let recent = self.activity(tenant, minute - RATE_MINUTES).await?;
        let events: i64 = recent.iter().map(|(_, _, events)| events).sum();
        let seconds = RATE_MINUTES * 60 + now.as_second().rem_euclid(60);
        Ok(events as f64 / seconds as f64)
    }

    /// How fresh the read models are, read anew at most once in a while however many ask: it holds for
    /// what is read afterwards, though more may be in it.
    pub async fn as_of(&self, now: Timestamp) -> Result<AsOf, imsop_backbone::BackboneError> {
        let mut known = self.known_as_of.lock().await;
        if let Some((read_at, as_of)) = &*known
            && read_at.elapsed() < AS_OF_KEPT
        {
            return Ok(as_of.clone());
        }
        let read_at = Instant::now();
        let as_of = self.read_as_of(now).await?;
        *known = Some((read_at, as_of.clone()));
        Ok(as_of)
    }

    async fn read_as_of(&self, now: Timestamp) -> Result<AsOf, imsop_backbone::BackboneError> {
        let positions =
            imsop_journal::positions::positions(&self.database, MAIN_CONSUMER, MAIN_TOPIC).await?;
        let mut provisional = false;
        let mut reached = 0;
        for partition in self.backbone.partitions(MAIN_TOPIC).await? {
            let next = positions.get(&partition).copied().unwrap_or(0);
            reached += next;
            provisional |= self.backbone.end(MAIN_TOPIC, partition).await? > next;
        }
        let time = if provisional { self.hub.newest_recorded().unwrap_or(now) } else { now };
        Ok(AsOf { position: format!("{MAIN_TOPIC}:{reached}"), time, provisional })
    }
}

/// One kept figure.
pub fn figure(counters: &[(String, i64)], name: &str) -> i64 {
    counters.iter().find(|(known, _)| known == name).map_or(0, |(_, value)| *value)
}

/// The figures of a status, in the order in which a thing goes through them.
pub fn by_status<S>(counters: &[(String, i64)], prefix: &str, all: &[S]) -> Vec<(S, i64)>
where
    S: crate::model::Word + for<'de> Deserialize<'de>,
{
    all.iter().map(|status| (*status, figure(counters, &format!("{prefix}{}", status.word())))).collect()
}

/// The share of deliveries that were on time, from 0 to 1; nothing before the first delivery.
pub fn on_time_share(counters: &[(String, i64)]) -> Option<f64> {
    let delivered = figure(counters, counters::DELIVERED);
    let late = figure(counters, counters::DELIVERED_LATE);
    (delivered > 0).then(|| (delivered - late) as f64 / delivered as f64)
}
