//! The memory of commands: the same key and body get the stored outcome, another body is refused.
//!
//! Only accepted commands are remembered. A rejected one changed nothing, and whoever sends it again
//! once its reason has gone (an order that arrives after its shipment) must be able to succeed.

use std::collections::HashMap;

use imsop_kernel::{StreamId, Tenant, Timestamp};

use crate::cell::{Cell, Rows};
use crate::database::Tx;
use crate::domain::Domain;
use crate::engine::{Submission, Touched};
use crate::error::StoreError;

/// What became of a command that was accepted before.
pub(crate) struct StoredOutcome {
    pub fingerprint: String,
    pub touched: Vec<(StreamId, i64)>,
}

pub(crate) async fn load<C>(
    tx: &mut Tx,
    submissions: &[&Submission<C>],
) -> Result<HashMap<(Tenant, String), StoredOutcome>, StoreError> {
    let mut keys: HashMap<&Tenant, Vec<String>> = HashMap::new();
    for submission in submissions {
        keys.entry(&submission.origin.tenant).or_default().push(submission.key.clone());
    }
    let sql = format!(
        "SELECT key, fingerprint, outcome FROM idempotency WHERE tenant = $1 AND key {}",
        tx.dialect().one_of("$2")
    );
    let mut found = HashMap::new();
    for (tenant, keys) in keys {
        for row in tx.fetch(&sql, vec![tenant.into(), keys.into()]).await? {
            let touched = serde_json::from_str(row.text(2)?)?;
            let stored = StoredOutcome { fingerprint: row.text(1)?.to_owned(), touched };
            found.insert((tenant.clone(), row.text(0)?.to_owned()), stored);
        }
    }
    Ok(found)
}

pub(crate) fn row<D: Domain>(
    submission: &Submission<D::Command>,
    touched: &[Touched<D>],
    now: Timestamp,
) -> Result<Vec<Cell>, StoreError> {
    let outcome: Vec<(StreamId, i64)> = touched.iter().map(|one| (one.stream, one.version)).collect();
    Ok(vec![
        (&submission.origin.tenant).into(),
        submission.key.as_str().into(),
        submission.fingerprint.as_str().into(),
        serde_json::to_string(&outcome)?.into(),
        now.into(),
    ])
}

pub(crate) fn rows(rows: Vec<Vec<Cell>>) -> Rows {
    let columns = vec!["tenant", "key", "fingerprint", "outcome", "recorded_at"];
    Rows { table: "idempotency", columns, rows, tail: String::new() }
}
