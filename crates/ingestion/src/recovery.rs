//! Records whose outcome stayed open because the process ended in between: asked for again, with the
//! same key, so that what was decided before is only noted now.

use imsop_journal::{Origin, StoreError};
use imsop_kernel::{Actor, Tenant, Timestamp, Uuid};
use imsop_platform::ApiError;

use crate::intake;
use crate::items::Reader;
use crate::limits::{OPEN_RECORD_AGE, RECOVERED_AT_ONCE, RECOVERY_INTERVAL};
use crate::state::IngestionState;

/// Looks for open records for as long as it is not dropped.
pub(crate) async fn run(state: IngestionState) {
    loop {
        if let Err(error) = recover(&state).await {
            tracing::warn!(problem = error.problem().title, "open records wait a little longer");
        }
        tokio::time::sleep(RECOVERY_INTERVAL).await;
    }
}

async fn recover(state: &IngestionState) -> Result<(), ApiError> {
    for (tenant, originals) in open_records(state).await? {
        tracing::info!(%tenant, records = originals.len(), "asking again for the outcome of open records");
        let reader = Reader {
            tenant: &tenant,
            source: "api",
            content_type: "application/json",
            signals: &state.signals,
            kinds: state.gateway.kinds(),
            now: Timestamp::now(),
        };
        let items = originals.iter().map(|original| reader.read(original)).collect();
        let origin = Origin {
            tenant: tenant.clone(),
            actor: Actor::system("ingestion"),
            correlation_id: Uuid::now_v7(),
            causation_id: None,
            traceparent: None,
        };
        if let Err(error) = intake::take(state, &origin, items).await {
            tracing::warn!(%tenant, %error, "open records wait a little longer");
        }
    }
    Ok(())
}

type Originals = Vec<Vec<u8>>;

async fn open_records(state: &IngestionState) -> Result<Vec<(Tenant, Originals)>, StoreError> {
    let age = i64::try_from(OPEN_RECORD_AGE.as_micros()).unwrap_or(0);
    let before = Timestamp::now().as_microsecond() - age;
    // The words stand in the statement, so that the index on open records is used.
    let sql = "SELECT tenant, original FROM records WHERE status = 'received' AND source = 'api' AND received_at < $1 \
               ORDER BY tenant, received_at LIMIT $2";
    let cells = vec![before.into(), RECOVERED_AT_ONCE.into()];
    let mut found: Vec<(Tenant, Originals)> = Vec::new();
    for row in state.database().fetch(sql, cells).await? {
        let (tenant, original) = (row.tenant(0)?, row.bytes(1)?.to_vec());
        match found.last_mut() {
            Some((known, originals)) if *known == tenant => originals.push(original),
            _ => found.push((tenant, vec![original])),
        }
    }
    Ok(found)
}
