//! How events change read models. Pure: a view and an event give the next view.

pub mod alert;
pub mod asset;
pub mod order;
pub mod shipment;

use imsop_kernel::Envelope;
use serde::Deserialize;

use crate::scalars::DateTime;

/// The event does not have the form that its contract promises.
#[derive(Debug, thiserror::Error)]
#[error("{event_type}: {reason}")]
pub struct Misfit {
    /// The event's type.
    pub event_type: String,
    /// What is wrong.
    pub reason: String,
}

fn payload<'a, T: Deserialize<'a>>(event: &'a Envelope) -> Result<T, Misfit> {
    event
        .payload()
        .map_err(|error| Misfit { event_type: event.event_type.to_string(), reason: error.to_string() })
}

fn out_of_order(event: &Envelope) -> Misfit {
    Misfit {
        event_type: event.event_type.to_string(),
        reason: format!("came before the beginning of {}", event.stream),
    }
}

pub(crate) fn occurred(event: &Envelope) -> DateTime {
    DateTime(event.occurred_at)
}

fn recorded(event: &Envelope) -> DateTime {
    DateTime(event.recorded_at)
}
