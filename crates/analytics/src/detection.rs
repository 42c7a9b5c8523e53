//! Telemetry in, anomalies out: one batch, one transaction.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use imsop_backbone::{EffectHandler, FailureClass, HandleError};
use imsop_journal::{NewEvent, Origin, Source, Tx, append};
use imsop_kernel::ids::{Kind, natural_id};
use imsop_kernel::{Actor, Envelope, StreamId, Timestamp, Uuid};
use serde::Deserialize;
use tokio::sync::Notify;

use crate::domain::{
    Anomaly, DETECTOR, Finite, Origin as RangeOrigin, Range, RangeRule, Reading, Severity, Verdict,
};
use crate::event::AnomalyDetected;
use crate::memory::{self, Detectors, OwnRanges};

/// The consumer of telemetry.
pub(crate) struct Detection {
    /// The ranges of the contract, by signal.
    pub(crate) expected: BTreeMap<String, Range>,
    /// What the events have in common.
    pub(crate) source: Source,
    /// Told when there is something to publish.
    pub(crate) committed: Arc<Notify>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Telemetry {
    record_id: Uuid,
    device_id: String,
    timestamp: Timestamp,
    readings: Vec<Measured>,
}

#[derive(Deserialize)]
struct Measured {
    signal: String,
    value: f64,
    unit: String,
}

#[async_trait]
impl EffectHandler for Detection {
    async fn apply(&self, tx: &mut Tx, events: &[Envelope]) -> Result<(), HandleError> {
        let received = read(events)?;
        let devices: BTreeSet<_> = received
            .iter()
            .map(|(event, telemetry)| (event.tenant.clone(), telemetry.device_id.clone()))
            .collect();
        let mut known = memory::load(tx, &devices).await?;
        let own = memory::own_ranges(tx, &devices).await?;
        let mut touched = Detectors::new();
        let mut found = Vec::new();
        for (event, telemetry) in &received {
            for measured in &telemetry.readings {
                let signal = (event.tenant.clone(), telemetry.device_id.clone(), measured.signal.clone());
                let detector = touched
                    .entry(signal.clone())
                    .or_insert_with(|| known.remove(&signal).unwrap_or_default());
                let Ok(value) = Finite::try_from(measured.value) else { continue };
                let reading = Reading {
                    signal: &measured.signal,
                    unit: &measured.unit,
                    value,
                    timestamp: telemetry.timestamp,
                };
                let rule = self.rule(&own, &signal);
                if let Verdict::Raised(anomaly) = detector.observe(&reading, rule.as_ref()) {
                    found.extend(published(event, telemetry, &measured.unit, *anomaly));
                }
            }
        }
        memory::save(tx, &touched).await?;
        append(tx, &self.source, &found).await?;
        for anomaly in &found {
            metrics::counter!("imsop_anomalies_total", "severity" => anomaly.event.severity.as_str())
                .increment(1);
        }
        Ok(())
    }

    async fn applied(&self, events: &[Envelope]) {
        self.committed.notify_one();
        imsop_platform::telemetry::consumed("analytics.detection", events);
    }
}

impl Detection {
    fn rule(&self, own: &OwnRanges, signal: &memory::Signal) -> Option<RangeRule> {
        if let Some(range) = own.get(signal) {
            return Some(RangeRule { range: *range, origin: RangeOrigin::Device });
        }
        let range = *self.expected.get(&signal.2)?;
        Some(RangeRule { range, origin: RangeOrigin::Contract })
    }
}

fn read(events: &[Envelope]) -> Result<Vec<(&Envelope, Telemetry)>, HandleError> {
    let mut received = Vec::with_capacity(events.len());
    for (index, event) in events.iter().enumerate() {
        if &*event.event_type != "TelemetryReceived" {
            continue;
        }
        let telemetry = event.payload().map_err(|error| HandleError::Unfit {
            index,
            class: FailureClass::SchemaDrift,
            reason: error.to_string(),
        })?;
        received.push((event, telemetry));
    }
    Ok(received)
}

/// The event for an anomaly. What nobody has to act on stays in the detector's memory.
fn published(
    cause: &Envelope,
    telemetry: &Telemetry,
    unit: &str,
    anomaly: Anomaly,
) -> Option<NewEvent<AnomalyDetected>> {
    if anomaly.severity < Severity::Warning {
        return None;
    }
    // Named after what it was found in: the same reading never makes two anomalies.
    let name = format!("{}:{}", telemetry.record_id, anomaly.signal);
    let anomaly_id = natural_id(&cause.tenant, Kind::Anomaly.as_str(), &name);
    let event = AnomalyDetected {
        anomaly_id,
        device_id: telemetry.device_id.clone(),
        signal: anomaly.signal,
        unit: unit.to_owned(),
        observed_value: anomaly.observed,
        expected_value: anomaly.expected,
        expected_range: anomaly.expected_range,
        score: anomaly.score,
        severity: anomaly.severity,
        factors: anomaly.factors,
        detector: DETECTOR.to_owned(),
        telemetry_record_id: telemetry.record_id,
        timestamp: telemetry.timestamp,
    };
    Some(NewEvent {
        origin: Origin {
            tenant: cause.tenant.clone(),
            actor: Actor::system("analytics"),
            correlation_id: cause.correlation_id,
            causation_id: Some(cause.id),
            traceparent: cause.traceparent.clone(),
        },
        stream: StreamId::new(Kind::Anomaly, anomaly_id),
        occurred_at: telemetry.timestamp,
        event,
    })
}
