//! Folding the whole journal of a context again, from nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use imsop_kernel::{Envelope, StreamId, Tenant};

use crate::database::Database;
use crate::domain::{Domain, Moment, Versioned};
use crate::error::StoreError;
use crate::feed::{self, FeedPosition};
use crate::limits::EVENTS_PER_READ;

/// The aggregates of a context by tenant and stream.
pub type Replayed<D> = BTreeMap<(Tenant, StreamId), Versioned<D>>;

/// The states that the journal leads to. Equal to those that are stored, or something is wrong.
pub async fn replay<D: Domain>(domain: &D, database: &Database) -> Result<Replayed<D>, StoreError> {
    let mut states = Replayed::new();
    let mut after = FeedPosition::default();
    loop {
        let entries = feed::read(database, after, EVENTS_PER_READ).await?;
        let Some(last) = entries.last() else { return Ok(states) };
        after = last.position;
        for entry in &entries {
            apply(domain, &mut states, &serde_json::from_str(&entry.envelope)?)?;
        }
    }
}

fn apply<D: Domain>(domain: &D, states: &mut Replayed<D>, envelope: &Envelope) -> Result<(), StoreError> {
    let event = domain.read_event(&envelope.event_type, envelope.contract_version, envelope.data.get())?;
    let moment = Moment { occurred_at: envelope.occurred_at, recorded_at: envelope.recorded_at };
    let tenant = &envelope.tenant;
    let key = (tenant.clone(), envelope.stream);
    let before = states.remove(&key).and_then(|versioned| versioned.state).map(Arc::unwrap_or_clone);
    let state = domain.evolve(before, &event, moment);
    states.insert(key, Versioned::unstored(envelope.stream_version, state));
    for also in domain.also(tenant, &event) {
        let key = (tenant.clone(), also.stream);
        let before = states.remove(&key).unwrap_or(Versioned::absent());
        let Some(state) = before.state.map(Arc::unwrap_or_clone).or(also.seed) else { continue };
        let state = domain.evolve_also(state, &event, moment);
        states.insert(key, Versioned::unstored(before.version, state));
    }
    Ok(())
}
