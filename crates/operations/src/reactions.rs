//! What operations does when something happened elsewhere, or here: anomalies raise alerts, trackers
//! move shipments, and shipments that end let go of their assets.

use async_trait::async_trait;
use imsop_backbone::{ReactError, ReactionHandler};
use imsop_journal::{Database, Origin, Submission};
use imsop_kernel::{Actor, Envelope, GeoPoint, Timestamp, Uuid};
use serde::Deserialize;

use crate::domain::command::{Change, ObservePosition, ReleaseAssets, ShipmentChange};
use crate::domain::event::{AlertRaised, PositionSource, Severity};
use crate::domain::{Command, Operations, Rejection};
use crate::queries;

/// The reactions of operations, for any topic.
pub(crate) struct OperationsReactions {
    pub(crate) consumer: &'static str,
    pub(crate) database: Database,
}

#[async_trait]
impl ReactionHandler for OperationsReactions {
    type Domain = Operations;

    async fn react(&self, event: &Envelope) -> Result<Option<Submission<Command>>, ReactError> {
        let command = match &*event.event_type {
            "AnomalyDetected" => Some(self.alert(event).await?),
            "ShipmentDelivered" => self.release(event, "the shipment was delivered").await?,
            "ShipmentCancelled" => self.release(event, "the shipment was cancelled").await?,
            "TelemetryReceived" => self.position(event).await?,
            _ => None,
        };
        Ok(command.map(|command| submission(self.consumer, event, command)))
    }

    fn refused(&self, event: &Envelope, rejection: &Rejection) {
        // A position for a shipment that has just ended, an alert that is there already: as well.
        tracing::debug!(consumer = self.consumer, event = %event.id, %rejection, "a reaction was refused");
    }
}

fn submission(consumer: &str, event: &Envelope, command: Command) -> Submission<Command> {
    let key = format!("{consumer}:{}", event.id);
    Submission {
        origin: Origin {
            tenant: event.tenant.clone(),
            actor: Actor::system("operations"),
            correlation_id: event.correlation_id,
            causation_id: Some(event.id),
            traceparent: event.traceparent.clone(),
        },
        fingerprint: key.clone(),
        key,
        command,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Anomaly {
    anomaly_id: Uuid,
    device_id: String,
    signal: String,
    #[serde(default)]
    unit: Option<String>,
    observed_value: f64,
    expected_value: f64,
    expected_range: Bounds,
    score: f64,
    severity: Severity,
    factors: Vec<String>,
}

#[derive(Deserialize)]
struct Bounds {
    minimum: f64,
    maximum: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Located {
    device_id: String,
    timestamp: Timestamp,
    #[serde(default)]
    position: Option<GeoPoint>,
}

impl OperationsReactions {
    async fn alert(&self, event: &Envelope) -> Result<Command, ReactError> {
        let anomaly: Anomaly = event.payload()?;
        let place =
            queries::place_of(&self.database, &event.tenant, &anomaly.device_id, event.occurred_at).await?;
        let unit = match anomaly.unit.as_deref() {
            Some("Cel") => " °C",
            Some("P1") => " %",
            _ => "",
        };
        let title =
            format!("{} {:.1}{unit} on {}", anomaly.signal, anomaly.observed_value, anomaly.device_id);
        let expected = &anomaly.expected_range;
        let detail = format!(
            "Expected {:.1} to {:.1}{unit}, usual is {:.1}{unit}.",
            expected.minimum, expected.maximum, anomaly.expected_value
        );
        Ok(Command::RaiseAlert(AlertRaised {
            kind: "Anomaly".to_owned(),
            severity: anomaly.severity,
            title,
            detail,
            device_id: Some(anomaly.device_id),
            signal: Some(anomaly.signal),
            asset_id: place.map(|(asset, _)| asset),
            shipment_id: place.and_then(|(_, shipment)| shipment),
            anomaly_id: Some(anomaly.anomaly_id),
            score: Some(anomaly.score),
            observed_value: Some(anomaly.observed_value),
            expected_value: Some(anomaly.expected_value),
            factors: anomaly.factors,
        }))
    }

    async fn release(&self, event: &Envelope, reason: &str) -> Result<Option<Command>, ReactError> {
        let shipment_id = event.stream.id;
        let asset_ids = queries::assets_of(&self.database, &event.tenant, shipment_id).await?;
        if asset_ids.is_empty() {
            return Ok(None);
        }
        Ok(Some(Command::ReleaseAssets(ReleaseAssets { shipment_id, asset_ids, reason: reason.to_owned() })))
    }

    async fn position(&self, event: &Envelope) -> Result<Option<Command>, ReactError> {
        let located: Located = event.payload()?;
        let Some(position) = located.position else { return Ok(None) };
        let place =
            queries::place_of(&self.database, &event.tenant, &located.device_id, located.timestamp).await?;
        let Some((asset_id, Some(shipment))) = place else { return Ok(None) };
        let seen = ObservePosition {
            position,
            observed_at: Some(located.timestamp),
            source: PositionSource::Device,
            asset_id: Some(asset_id),
        };
        let change =
            Change { id: shipment, expected_version: None, change: ShipmentChange::ObservePosition(seen) };
        Ok(Some(Command::ChangeShipment(change)))
    }
}
