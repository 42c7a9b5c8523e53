//! Alerts.

use async_graphql::ID;
use imsop_kernel::Envelope;
use serde::Deserialize;

use super::{Misfit, occurred, out_of_order, payload};
use crate::model::{Alert, AlertSeverity, AlertStatus};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raised {
    kind: String,
    severity: AlertSeverity,
    title: String,
    detail: String,
    #[serde(default)]
    device_id: Option<String>,
    #[serde(default)]
    signal: Option<String>,
    #[serde(default)]
    asset_id: Option<String>,
    #[serde(default)]
    shipment_id: Option<String>,
    #[serde(default)]
    anomaly_id: Option<String>,
    #[serde(default)]
    score: Option<f64>,
    #[serde(default)]
    observed_value: Option<f64>,
    #[serde(default)]
    expected_value: Option<f64>,
    #[serde(default)]
    factors: Vec<String>,
}

#[derive(Deserialize)]
struct Acknowledged {
    #[serde(default)]
    note: Option<String>,
}

#[derive(Deserialize)]
struct Resolved {
    resolution: String,
}

/// The alert after the event.
pub fn fold(before: Option<Alert>, event: &Envelope) -> Result<Alert, Misfit> {
    if &*event.event_type == "AlertRaised" {
        return raised(event);
    }
    let mut alert = before.ok_or_else(|| out_of_order(event))?;
    match &*event.event_type {
        "AlertAcknowledged" => {
            alert.status = AlertStatus::Acknowledged;
            alert.acknowledged_at = Some(occurred(event));
            alert.acknowledged_by = Some(event.actor.to_string());
            alert.note = payload::<Acknowledged>(event)?.note;
        }
        "AlertResolved" => {
            alert.status = AlertStatus::Resolved;
            alert.resolved_at = Some(occurred(event));
            alert.resolved_by = Some(event.actor.to_string());
            alert.resolution = Some(payload::<Resolved>(event)?.resolution);
        }
        _ => {}
    }
    alert.version = event.stream_version;
    Ok(alert)
}

fn raised(event: &Envelope) -> Result<Alert, Misfit> {
    let raised: Raised = payload(event)?;
    Ok(Alert {
        id: ID(event.stream.id.to_string()),
        kind: raised.kind,
        severity: raised.severity,
        status: AlertStatus::Raised,
        title: raised.title,
        detail: raised.detail,
        device_id: raised.device_id,
        signal: raised.signal,
        asset_id: raised.asset_id.map(ID),
        shipment_id: raised.shipment_id.map(ID),
        shipment_number: None,
        anomaly_id: raised.anomaly_id.map(ID),
        score: raised.score,
        observed_value: raised.observed_value,
        expected_value: raised.expected_value,
        factors: raised.factors,
        raised_at: occurred(event),
        acknowledged_at: None,
        acknowledged_by: None,
        note: None,
        resolved_at: None,
        resolved_by: None,
        resolution: None,
        version: event.stream_version,
    })
}
