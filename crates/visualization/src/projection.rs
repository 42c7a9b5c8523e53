//! Events into read models: one batch, one transaction.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use imsop_backbone::{EffectHandler, FailureClass, HandleError};
use imsop_journal::{Cell, StoreError, Tx};
use imsop_kernel::ids::Kind;
use imsop_kernel::{Envelope, Tenant};

use crate::counters::Counters;
use crate::fold::{self, Misfit};
use crate::live::{Hub, LiveMessage};
use crate::model::{Alert, Asset, Order, Prediction, Shipment};
use crate::telemetry::{self, Changeover};
use crate::views::{self, Loaded, Wanted};

/// The projection of one topic.
pub struct Projection {
    /// The consumer's name, for freshness.
    pub consumer: &'static str,
    /// Who watches.
    pub hub: Arc<Hub>,
    /// What to tell them when the batch is durable.
    pub pending: Mutex<Vec<(Tenant, LiveMessage)>>,
}

/// The read models that a batch touches.
struct Work {
    shipments: Loaded<Shipment>,
    orders: Loaded<Order>,
    assets: Loaded<Asset>,
    alerts: Loaded<Alert>,
    predictions: Vec<(Tenant, Prediction)>,
    changeovers: Vec<Changeover>,
    counters: Counters,
}

#[async_trait]
impl EffectHandler for Projection {
    async fn apply(&self, tx: &mut Tx, events: &[Envelope]) -> Result<(), HandleError> {
        let mut work = load(tx, events).await?;
        for (index, event) in events.iter().enumerate() {
            work.counters.event(event);
            fold_one(&mut work, event).map_err(|misfit| HandleError::Unfit {
                index,
                class: FailureClass::SchemaDrift,
                reason: misfit.to_string(),
            })?;
        }
        let readings = telemetry::write(tx, events).await?;
        enrich_alerts(tx, &mut work).await?;
        write(tx, &work, events).await?;
        note_progress(tx, self.consumer, events).await?;
        let messages = messages(work, events, readings);
        *self.pending.lock().unwrap_or_else(PoisonError::into_inner) = messages;
        Ok(())
    }

    async fn applied(&self, events: &[Envelope]) {
        let messages = std::mem::take(&mut *self.pending.lock().unwrap_or_else(PoisonError::into_inner));
        for (tenant, message) in messages {
            self.hub.send(tenant, message);
        }
        for event in events {
            metrics::counter!("imsop_events_total", "type" => event.event_type.to_string()).increment(1);
        }
        if let Some(last) = events.last() {
            self.hub.note_recorded(last.recorded_at);
            let age = imsop_kernel::Timestamp::now().duration_since(last.recorded_at).as_secs_f64();
            metrics::histogram!("imsop_read_model_freshness_seconds", "consumer" => self.consumer)
                .record(age);
        }
        imsop_platform::telemetry::consumed(self.consumer, events);
    }
}

async fn load(tx: &mut Tx, events: &[Envelope]) -> Result<Work, StoreError> {
    let mut shipments = Wanted::new();
    let mut orders = Wanted::new();
    let mut assets = Wanted::new();
    let mut alerts = Wanted::new();
    for event in events {
        let key = (event.tenant.clone(), event.stream.id.to_string());
        match event.stream.kind {
            Kind::Shipment => drop(shipments.insert(key)),
            Kind::Order => drop(orders.insert(key)),
            Kind::Asset => drop(assets.insert(key)),
            Kind::Alert => drop(alerts.insert(key)),
            _ => {}
        }
        if let Some(shipment_id) = shipment_named(event) {
            shipments.insert((event.tenant.clone(), shipment_id));
        }
    }
    let assets: Loaded<Asset> = views::load(tx, assets).await?;
    // An asset that is released was on a shipment, which its event may not name.
    for ((tenant, _), asset) in &assets {
        shipments.extend(asset.shipment_id.clone().map(|id| (tenant.clone(), id)));
    }
    let shipments: Loaded<Shipment> = views::load(tx, shipments).await?;
    Ok(Work {
        shipments,
        assets,
        orders: views::load(tx, orders).await?,
        alerts: views::load(tx, alerts).await?,
        predictions: Vec::new(),
        changeovers: Vec::new(),
        counters: Counters::default(),
    })
}

/// The shipment that an event of another stream is about.
fn shipment_named(event: &Envelope) -> Option<String> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct About {
        #[serde(default)]
        shipment_id: Option<String>,
    }
    match event.stream.kind {
        Kind::Asset | Kind::Alert => event.payload::<About>().ok()?.shipment_id,
        _ => None,
    }
}

fn fold_one(work: &mut Work, event: &Envelope) -> Result<(), Misfit> {
    let key = (event.tenant.clone(), event.stream.id.to_string());
    match event.stream.kind {
        Kind::Shipment => fold_shipment(work, key, event)?,
        Kind::Order => {
            let before = work.orders.get(&key).cloned();
            let after = fold::order::fold(before.clone(), event)?;
            work.counters.order(&event.tenant, before.as_ref(), &after);
            work.orders.insert(key, after);
        }
        Kind::Asset => fold_asset(work, key, event)?,
        Kind::Alert => {
            let before = work.alerts.get(&key).cloned();
            let after = fold::alert::fold(before.clone(), event)?;
            work.counters.alert(&event.tenant, before.as_ref(), &after);
            work.alerts.insert(key, after);
        }
        Kind::Anomaly => {
            let prediction = telemetry::anomaly_prediction(event)?;
            work.predictions.push((event.tenant.clone(), prediction));
        }
        // Nothing that is shown here.
        _ => {}
    }
    Ok(())
}

fn fold_shipment(work: &mut Work, key: (Tenant, String), event: &Envelope) -> Result<(), Misfit> {
    let before = work.shipments.get(&key).cloned();
    let after = fold::shipment::fold(before.clone(), event)?;
    work.counters.shipment(&event.tenant, before.as_ref(), &after);
    work.shipments.insert(key, after);
    Ok(())
}

fn fold_asset(work: &mut Work, key: (Tenant, String), event: &Envelope) -> Result<(), Misfit> {
    let before = work.assets.get(&key).cloned();
    let left = before.as_ref().and_then(|asset| asset.shipment_id.clone());
    let after = fold::asset::fold(before, event)?;
    if left != after.shipment_id {
        work.changeovers.push(Changeover {
            tenant: event.tenant.clone(),
            device_ids: after.device_ids.clone(),
            left: left.clone(),
            joined: after.shipment_id.clone(),
            at: fold::occurred(event),
        });
        if let Some(shipment) = left.and_then(|id| work.shipments.get_mut(&(event.tenant.clone(), id))) {
            shipment.asset_ids.retain(|asset| *asset != key.1);
        }
        let joined = after.shipment_id.clone();
        if let Some(shipment) = joined.and_then(|id| work.shipments.get_mut(&(event.tenant.clone(), id))) {
            shipment.asset_ids.push(key.1.clone());
        }
    }
    work.assets.insert(key, after);
    Ok(())
}

/// An alert about a shipment shows its number.
async fn enrich_alerts(tx: &mut Tx, work: &mut Work) -> Result<(), StoreError> {
    let mut wanted = Wanted::new();
    for ((tenant, _), alert) in &work.alerts {
        if let Some(shipment) = alert.shipment_id.as_ref().filter(|_| alert.shipment_number.is_none()) {
            wanted.insert((tenant.clone(), shipment.to_string()));
        }
    }
    let shipments: Loaded<Shipment> = views::load(tx, wanted).await?;
    for ((tenant, _), alert) in &mut work.alerts {
        let Some(shipment) = alert.shipment_id.as_ref() else { continue };
        if let Some(found) = shipments.get(&(tenant.clone(), shipment.to_string())) {
            alert.shipment_number = Some(found.tracking_number.clone());
        }
    }
    Ok(())
}

async fn write(tx: &mut Tx, work: &Work, events: &[Envelope]) -> Result<(), StoreError> {
    views::save(tx, &listed(&work.shipments)).await?;
    views::save(tx, &listed(&work.orders)).await?;
    views::save(tx, &listed(&work.assets)).await?;
    views::save(tx, &listed(&work.alerts)).await?;
    let predictions: Vec<(&Tenant, &Prediction)> =
        work.predictions.iter().map(|(tenant, prediction)| (tenant, prediction)).collect();
    views::save(tx, &predictions).await?;
    work.counters.write(tx).await?;
    write_timeline(tx, events).await?;
    write_route(tx, events).await?;
    telemetry::write_devices(tx, events).await?;
    telemetry::write_travels(tx, &work.changeovers).await
}

fn listed<V>(loaded: &Loaded<V>) -> Vec<(&Tenant, &V)> {
    loaded.iter().map(|((tenant, _), view)| (tenant, view)).collect()
}

const TIMELINE: [&str; 9] =
    ["tenant", "stream", "version", "id", "event_type", "occurred_at", "recorded_at", "actor", "data"];

async fn write_timeline(tx: &mut Tx, events: &[Envelope]) -> Result<(), StoreError> {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for event in events {
        // Readings have a table of their own; one row for each would say the same twice.
        if event.stream.kind == Kind::Device {
            continue;
        }
        rows.push(vec![
            (&event.tenant).into(),
            event.stream.into(),
            event.stream_version.into(),
            event.id.into(),
            (&*event.event_type).into(),
            event.occurred_at.into(),
            event.recorded_at.into(),
            event.actor.to_string().into(),
            event.data.get().into(),
        ]);
    }
    tx.insert("timeline", &TIMELINE, rows, "ON CONFLICT DO NOTHING").await?;
    Ok(())
}

async fn write_route(tx: &mut Tx, events: &[Envelope]) -> Result<(), StoreError> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Observed {
        position: crate::model::GeoPoint,
        observed_at: crate::scalars::DateTime,
    }
    let mut points: BTreeMap<(&Tenant, String, i64), crate::model::GeoPoint> = BTreeMap::new();
    for event in events.iter().filter(|event| &*event.event_type == "ShipmentPositionObserved") {
        let Ok(observed) = event.payload::<Observed>() else { continue };
        let at = observed.observed_at.0.as_microsecond();
        points.insert((&event.tenant, event.stream.id.to_string(), at), observed.position);
    }
    let rows = points
        .into_iter()
        .map(|((tenant, shipment, at), point)| {
            vec![tenant.into(), shipment.into(), at.into(), point.latitude.into(), point.longitude.into()]
        })
        .collect();
    let columns = ["tenant", "shipment_id", "observed_at", "latitude", "longitude"];
    tx.insert("route", &columns, rows, "ON CONFLICT DO NOTHING").await?;
    Ok(())
}

async fn note_progress(tx: &mut Tx, consumer: &str, events: &[Envelope]) -> Result<(), StoreError> {
    let Some(last) = events.last() else { return Ok(()) };
    tx.execute(
        "INSERT INTO progress (consumer, recorded_at) VALUES ($1, $2) \
         ON CONFLICT (consumer) DO UPDATE SET recorded_at = excluded.recorded_at",
        vec![consumer.into(), last.recorded_at.into()],
    )
    .await?;
    Ok(())
}

/// What those who watch are told: each thing once, as it stands after the batch.
fn messages(
    work: Work,
    events: &[Envelope],
    readings: Vec<(Tenant, LiveMessage)>,
) -> Vec<(Tenant, LiveMessage)> {
    let changed: std::collections::HashSet<(&Tenant, String)> =
        events.iter().map(|event| (&event.tenant, event.stream.id.to_string())).collect();
    let mut messages = readings;
    for ((tenant, id), shipment) in work.shipments {
        if changed.contains(&(&tenant, id)) {
            messages.push((tenant, LiveMessage::Shipment(Arc::new(shipment))));
        }
    }
    for ((tenant, _), alert) in work.alerts {
        messages.push((tenant, LiveMessage::Alert(Arc::new(alert))));
    }
    messages
}
