//! Readings, the devices that they come from, and the anomalies found in them.

use std::collections::{BTreeMap, HashMap};

use async_graphql::ID;
use imsop_journal::{Cell, StoreError, Tx};
use imsop_kernel::{Envelope, Tenant};
use serde::Deserialize;

use crate::fold::Misfit;
use crate::live::{LiveMessage, LiveReading, Telemetry};
use crate::model::{Prediction, PredictionType};
use crate::scalars::DateTime;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Received {
    device_id: String,
    timestamp: DateTime,
    readings: Vec<LiveReading>,
}

/// Where a device is.
#[derive(Debug, Clone)]
pub struct Place {
    /// The asset that it is mounted on.
    pub asset_id: String,
    /// The shipment that the asset travels with.
    pub shipment_id: Option<String>,
}

/// The places of devices, as far as they are known.
pub async fn places(
    tx: &mut Tx,
    tenant: &Tenant,
    devices: Vec<String>,
) -> Result<HashMap<String, Place>, StoreError> {
    let sql = format!(
        "SELECT d.device_id, d.asset_id, a.view FROM devices d \
         LEFT JOIN assets a ON a.tenant = d.tenant AND a.id = d.asset_id \
         WHERE d.tenant = $1 AND d.device_id {}",
        tx.dialect().one_of("$2")
    );
    let mut places = HashMap::new();
    for row in tx.fetch(&sql, vec![tenant.into(), devices.into()]).await? {
        let asset: Option<crate::model::Asset> = row.maybe_text(2)?.map(serde_json::from_str).transpose()?;
        let place = Place {
            asset_id: row.text(1)?.to_owned(),
            shipment_id: asset.and_then(|asset| asset.shipment_id),
        };
        places.insert(row.text(0)?.to_owned(), place);
    }
    Ok(places)
}

const READINGS: [&str; 6] = ["tenant", "device_id", "signal", "measured_at", "value", "unit"];

/// Writes the readings of a batch, and gives what those who watch are told.
pub async fn write(tx: &mut Tx, events: &[Envelope]) -> Result<Vec<(Tenant, LiveMessage)>, StoreError> {
    let mut received: Vec<(&Tenant, Received)> = Vec::new();
    for event in events.iter().filter(|event| &*event.event_type == "TelemetryReceived") {
        // The contract holds for what the intake publishes; anything else shows no reading.
        if let Ok(readings) = event.payload() {
            received.push((&event.tenant, readings));
        }
    }
    let mut devices: HashMap<&Tenant, Vec<String>> = HashMap::new();
    for (tenant, one) in &received {
        devices.entry(tenant).or_default().push(one.device_id.clone());
    }
    let mut known: HashMap<&Tenant, HashMap<String, Place>> = HashMap::new();
    for (tenant, devices) in devices {
        known.insert(tenant, places(tx, tenant, devices).await?);
    }
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let mut messages = Vec::with_capacity(received.len());
    for (tenant, one) in received {
        let place = known.get(tenant).and_then(|places| places.get(&one.device_id));
        let shipment_id = place.and_then(|place| place.shipment_id.clone());
        for reading in &one.readings {
            rows.push(vec![
                tenant.into(),
                one.device_id.as_str().into(),
                reading.signal.as_str().into(),
                one.timestamp.0.into(),
                reading.value.into(),
                reading.unit.as_str().into(),
            ]);
        }
        let message = Telemetry {
            device_id: one.device_id,
            shipment_id,
            timestamp: one.timestamp,
            readings: one.readings,
        };
        messages.push((tenant.clone(), LiveMessage::Telemetry(message.into())));
    }
    tx.insert("readings", &READINGS, rows, "ON CONFLICT DO NOTHING").await?;
    Ok(messages)
}

/// An asset before and after an event that changed what it travels with.
pub struct Changeover {
    /// Whose it is.
    pub tenant: Tenant,
    /// Its devices.
    pub device_ids: Vec<String>,
    /// The shipment that it left.
    pub left: Option<String>,
    /// The shipment that it joined.
    pub joined: Option<String>,
    /// When.
    pub at: DateTime,
}

/// Notes when devices began and ended to travel with shipments.
pub async fn write_travels(tx: &mut Tx, changeovers: &[Changeover]) -> Result<(), StoreError> {
    for one in changeovers {
        for device in &one.device_ids {
            if let Some(shipment) = &one.left {
                let sql = "UPDATE travels SET ended_at = $4 WHERE tenant = $1 AND shipment_id = $2 \
                           AND device_id = $3 AND ended_at IS NULL";
                let cells = vec![
                    (&one.tenant).into(),
                    shipment.as_str().into(),
                    device.as_str().into(),
                    one.at.0.into(),
                ];
                tx.execute(sql, cells).await?;
            }
            if let Some(shipment) = &one.joined {
                let row = vec![
                    (&one.tenant).into(),
                    shipment.as_str().into(),
                    device.as_str().into(),
                    one.at.0.into(),
                ];
                let columns = ["tenant", "shipment_id", "device_id", "started_at"];
                tx.insert("travels", &columns, vec![row], "ON CONFLICT DO NOTHING").await?;
            }
        }
    }
    Ok(())
}

/// Notes which devices are mounted on which assets.
pub async fn write_devices(tx: &mut Tx, events: &[Envelope]) -> Result<(), StoreError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Registered {
        #[serde(default)]
        device_ids: Vec<String>,
    }
    let mut mounted: BTreeMap<(&Tenant, String), String> = BTreeMap::new();
    for event in events.iter().filter(|event| &*event.event_type == "AssetRegistered") {
        let Ok(registered) = event.payload::<Registered>() else { continue };
        for device in registered.device_ids {
            mounted.insert((&event.tenant, device), event.stream.id.to_string());
        }
    }
    let rows = mounted
        .into_iter()
        .map(|((tenant, device), asset)| vec![tenant.into(), device.into(), asset.into()])
        .collect();
    let tail = "ON CONFLICT (tenant, device_id) DO UPDATE SET asset_id = excluded.asset_id";
    tx.insert("devices", &["tenant", "device_id", "asset_id"], rows, tail).await?;
    Ok(())
}

/// An anomaly, as a prediction of the design document's form.
pub fn anomaly_prediction(event: &Envelope) -> Result<Prediction, Misfit> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Detected {
        device_id: String,
        expected_value: f64,
        score: f64,
        #[serde(default)]
        factors: Vec<String>,
        detector: String,
        timestamp: DateTime,
    }
    let detected: Detected = event
        .payload()
        .map_err(|error| Misfit { event_type: event.event_type.to_string(), reason: error.to_string() })?;
    Ok(Prediction {
        id: ID(event.stream.id.to_string()),
        shipment_id: None,
        device_id: Some(detected.device_id),
        prediction_type: PredictionType::Anomaly,
        predicted_value: Some(detected.expected_value),
        predicted_delay: None,
        confidence: detected.score,
        factors: detected.factors,
        created_at: detected.timestamp,
        model_version: detected.detector,
    })
}
