//! Alerts: Raised, Acknowledged, Resolved.

use imsop_journal::{Context, Draft, Moment};
use imsop_kernel::ids::Kind;
use imsop_kernel::{StreamId, Tenant, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::checks::Checks;
use super::command::{AlertChange, Change};
use super::event::{AlertAcknowledged, AlertRaised, AlertResolved, Event};
use super::rejection::Rejection;
use super::{Operations, State};
use crate::limits::{FACTORS_PER_ALERT, NAME_LENGTH, NUMBER_LENGTH, REASON_LENGTH, TEXT_LENGTH};

/// Where an alert stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs, reason = "plain words")]
pub enum AlertStatus {
    Raised,
    Acknowledged,
    Resolved,
}

/// An alert.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by the contracts of its events")]
pub struct Alert {
    pub raised: AlertRaised,
    pub status: AlertStatus,
    pub raised_at: Timestamp,
    pub acknowledged_at: Option<Timestamp>,
    pub note: Option<String>,
    pub resolved_at: Option<Timestamp>,
    pub resolution: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The stream of a new alert. The same anomaly never raises two.
pub(super) fn stream_of(tenant: &Tenant, command: &AlertRaised) -> Option<StreamId> {
    let anomaly = command.anomaly_id?;
    Some(StreamId::natural(tenant, Kind::Alert, &anomaly.to_string()))
}

/// The alert after the event.
pub(super) fn evolve(state: Option<Alert>, event: &Event, moment: Moment) -> Option<Alert> {
    if let Event::AlertRaised(raised) = event {
        return Some(Alert {
            raised: raised.clone(),
            status: AlertStatus::Raised,
            raised_at: moment.occurred_at,
            acknowledged_at: None,
            note: None,
            resolved_at: None,
            resolution: None,
            created_at: moment.recorded_at,
            updated_at: moment.recorded_at,
        });
    }
    let mut alert = state?;
    match event {
        Event::AlertAcknowledged(acknowledged) => {
            alert.status = AlertStatus::Acknowledged;
            alert.acknowledged_at = Some(moment.occurred_at);
            alert.note.clone_from(&acknowledged.note);
        }
        Event::AlertResolved(resolved) => {
            alert.status = AlertStatus::Resolved;
            alert.resolved_at = Some(moment.occurred_at);
            alert.resolution = Some(resolved.resolution.clone());
        }
        _ => {}
    }
    alert.updated_at = moment.recorded_at;
    Some(alert)
}

/// Decides on a new alert.
pub(super) fn raise(
    command: &AlertRaised,
    context: &Context,
    draft: &mut Draft<'_, Operations>,
) -> Result<(), Rejection> {
    let fresh = StreamId::new(Kind::Alert, context.fresh_id);
    let stream = stream_of(&context.tenant, command).unwrap_or(fresh);
    if draft.state(stream).is_some() {
        let number = command.anomaly_id.map(|id| id.to_string()).unwrap_or_default();
        return Err(Rejection::AlreadyExists { what: "alert for anomaly", number });
    }
    let mut checks = Checks::default();
    checks.text("kind", &command.kind, NAME_LENGTH);
    checks.text("title", &command.title, NAME_LENGTH);
    checks.text("detail", &command.detail, TEXT_LENGTH);
    checks.maybe_text("deviceId", command.device_id.as_deref(), NUMBER_LENGTH);
    checks.maybe_text("signal", command.signal.as_deref(), NUMBER_LENGTH);
    checks.count("factors", command.factors.len(), 0, FACTORS_PER_ALERT);
    for factor in &command.factors {
        checks.text("factors", factor, TEXT_LENGTH);
    }
    checks.finish()?;
    draft.record(stream, Event::AlertRaised(command.clone()));
    Ok(())
}

/// Decides on a change of an alert.
pub(super) fn change(
    command: &Change<AlertChange>,
    stream: StreamId,
    draft: &mut Draft<'_, Operations>,
) -> Result<(), Rejection> {
    let Some(State::Alert(alert)) = draft.state(stream) else {
        return Err(Rejection::NotFound { what: "alert", id: command.id.to_string() });
    };
    super::expect_version(command.expected_version, draft.version(stream))?;
    let refused = |transition| Rejection::IllegalTransition {
        what: "the alert",
        state: format!("{:?}", alert.status),
        transition,
    };
    let mut checks = Checks::default();
    let event = match &command.change {
        AlertChange::Acknowledge { note } => {
            if alert.status != AlertStatus::Raised {
                return Err(refused("be acknowledged"));
            }
            checks.maybe_text("note", note.as_deref(), REASON_LENGTH);
            Event::AlertAcknowledged(AlertAcknowledged { note: note.clone() })
        }
        AlertChange::Resolve { resolution } => {
            if alert.status == AlertStatus::Resolved {
                return Err(refused("be resolved"));
            }
            checks.text("resolution", resolution, REASON_LENGTH);
            Event::AlertResolved(AlertResolved { resolution: resolution.clone() })
        }
    };
    checks.finish()?;
    draft.record(stream, event);
    Ok(())
}
