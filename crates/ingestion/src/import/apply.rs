//! Applying what the rows say: one command for each business object, many objects at once.

use std::collections::BTreeMap;

use imsop_journal::{Origin, StoreError};
use imsop_kernel::StreamId;
use imsop_kernel::problem::Fault;

use super::report::{ImportReport, QuarantinedRow};
use super::{ImportError, store};
use crate::domain::json_text;
use crate::intake::faults_of;
use crate::limits::{GROUPS_PER_BATCH, REPORTED_FAULTS, ROWS_LOADED, ROWS_PER_OBJECT};
use crate::ports::{CanonicalCommand, CommandOutcome, FileAdapter};
use crate::records::digest;
use crate::state::IngestionState;

/// The canonical rows of objects, by the objects' numbers.
type Groups = BTreeMap<String, Vec<String>>;

/// The next objects in the order of their numbers.
#[derive(Default)]
struct Waiting {
    /// Those whose rows may be loaded together.
    fit: Vec<String>,
    /// Those with more rows than an object may have.
    too_large: Vec<(String, i64)>,
    /// The last of them all.
    last: Option<String>,
}

/// Objects whose rows are loaded and made into commands.
#[derive(Default)]
struct Prepared {
    keys: Vec<String>,
    commands: Vec<CanonicalCommand>,
    /// Those that no command can be made of.
    refused: Vec<(String, Vec<Fault>)>,
    /// The last object's number.
    last: String,
}

/// What became of objects, not yet noted.
#[derive(Default)]
struct Decided {
    accepted: Vec<(String, Vec<(StreamId, i64)>)>,
    refused: Vec<(String, Vec<Fault>)>,
}

/// Applies every object that has rows waiting, in the order of their numbers. While some are decided,
/// what became of those before them is noted, and those behind them are prepared.
pub(super) async fn apply(
    state: &IngestionState,
    origin: &Origin,
    adapter: &dyn FileAdapter,
    report: &mut ImportReport,
) -> Result<(), ImportError> {
    let mut decided = Decided::default();
    let mut next = prepare(state, origin, adapter, "").await?;
    while let Some(prepared) = next {
        report.orders += (prepared.keys.len() + prepared.refused.len()) as u64;
        let last = prepared.last.clone();
        let meanwhile = async {
            note(state, origin, adapter.name(), report, decided).await?;
            store::save(state.database(), &origin.tenant, report).await?;
            prepare(state, origin, adapter, &last).await
        };
        (decided, next) = tokio::try_join!(decide(state, origin, prepared), meanwhile)?;
    }
    note(state, origin, adapter.name(), report, decided).await
}

/// Loads the next objects behind this one; `None` if there are no more.
async fn prepare(
    state: &IngestionState,
    origin: &Origin,
    adapter: &dyn FileAdapter,
    after: &str,
) -> Result<Option<Prepared>, ImportError> {
    let waiting = waiting(state, origin, adapter.name(), after).await?;
    let Some(last) = waiting.last else {
        return Ok(None);
    };
    let mut prepared = Prepared { last, ..Prepared::default() };
    for (key, rows) in waiting.too_large {
        let message = format!("`{key}` has {rows} rows; the limit is {ROWS_PER_OBJECT}");
        prepared.refused.push((key, vec![Fault::whole("too-many-rows", message)]));
    }
    for (key, rows) in load(state, origin, adapter.name(), waiting.fit).await? {
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        match adapter.assemble(&key, &rows) {
            Ok((kind, body)) => {
                // The same rows make the same command: after a crash it gets its stored outcome.
                let fingerprint = digest(rows.concat().as_bytes());
                let idempotency_key = format!("{}:{key}:{fingerprint}", adapter.name());
                prepared.commands.push(CanonicalCommand { key: idempotency_key, fingerprint, kind, body });
                prepared.keys.push(key);
            }
            Err(faults) => prepared.refused.push((key, faults)),
        }
    }
    Ok(Some(prepared))
}

async fn decide(state: &IngestionState, origin: &Origin, prepared: Prepared) -> Result<Decided, ImportError> {
    let outcomes = state.gateway.submit(origin, prepared.commands).await?;
    let mut decided = Decided { accepted: Vec::with_capacity(outcomes.len()), refused: prepared.refused };
    for (key, outcome) in prepared.keys.into_iter().zip(outcomes) {
        match outcome {
            CommandOutcome::Accepted { touched, .. } => decided.accepted.push((key, touched)),
            CommandOutcome::Refused(problem) => decided.refused.push((key, faults_of(&problem))),
        }
    }
    Ok(decided)
}

async fn note(
    state: &IngestionState,
    origin: &Origin,
    source: &str,
    report: &mut ImportReport,
    decided: Decided,
) -> Result<(), ImportError> {
    if !decided.accepted.is_empty() {
        note_accepted(state, origin, source, decided.accepted).await?;
    }
    for (key, faults) in decided.refused {
        note_refused(state, origin, source, report, &key, faults).await?;
    }
    Ok(())
}

/// The next objects that have rows waiting: as many as may be loaded together, whatever a file says.
async fn waiting(
    state: &IngestionState,
    origin: &Origin,
    adapter: &str,
    after: &str,
) -> Result<Waiting, StoreError> {
    let sql = "SELECT group_key, COUNT(*) FROM records WHERE tenant = $1 AND source = $2 AND group_key IN \
               (SELECT DISTINCT group_key FROM records WHERE tenant = $1 AND source = $2 \
                AND status = 'staged' AND group_key > $3 ORDER BY group_key LIMIT $4) \
               GROUP BY group_key ORDER BY group_key";
    let cells = vec![(&origin.tenant).into(), adapter.into(), after.into(), GROUPS_PER_BATCH.into()];
    let mut waiting = Waiting::default();
    let mut loaded = 0;
    for row in state.database().fetch(sql, cells).await? {
        let (key, rows) = (row.text(0)?.to_owned(), row.int(1)?);
        if rows > ROWS_PER_OBJECT {
            waiting.too_large.push((key.clone(), rows));
        } else {
            loaded += rows;
            if loaded > ROWS_LOADED && !waiting.fit.is_empty() {
                break;
            }
            waiting.fit.push(key.clone());
        }
        waiting.last = Some(key);
    }
    Ok(waiting)
}

/// All rows of these objects, also those applied before: a row may refer to another one of its object.
async fn load(
    state: &IngestionState,
    origin: &Origin,
    adapter: &str,
    keys: Vec<String>,
) -> Result<Groups, StoreError> {
    let sql = format!(
        "SELECT group_key, canonical FROM records WHERE tenant = $1 AND source = $2 AND group_key {} \
         ORDER BY group_key, row_number, id",
        state.database().dialect().one_of("$3")
    );
    let cells = vec![(&origin.tenant).into(), adapter.into(), keys.into()];
    let mut groups = Groups::new();
    for row in state.database().fetch(&sql, cells).await? {
        groups.entry(row.text(0)?.to_owned()).or_default().push(row.text(1)?.to_owned());
    }
    Ok(groups)
}

async fn note_accepted(
    state: &IngestionState,
    origin: &Origin,
    source: &str,
    accepted: Vec<(String, Vec<(StreamId, i64)>)>,
) -> Result<(), StoreError> {
    let tenant = &origin.tenant;
    let mut tx = state.database().begin().await?;
    let keys: Vec<String> = accepted.iter().map(|(key, _)| key.clone()).collect();
    let sql = format!(
        "UPDATE records SET status = 'accepted', reasons = '[]' \
         WHERE tenant = $1 AND source = $2 AND status = 'staged' AND group_key {}",
        tx.dialect().one_of("$3")
    );
    tx.execute(&sql, vec![tenant.into(), source.into(), keys.into()]).await?;
    let rows = accepted
        .into_iter()
        .map(|(key, touched)| vec![tenant.into(), source.into(), key.into(), json_text(&touched).into()])
        .collect();
    let tail = "ON CONFLICT (tenant, source, group_key) DO UPDATE SET outcome = excluded.outcome";
    tx.insert("group_outcomes", &["tenant", "source", "group_key", "outcome"], rows, tail).await?;
    tx.commit().await
}

/// The rows of a refused object are put aside together, each with the reason.
async fn note_refused(
    state: &IngestionState,
    origin: &Origin,
    source: &str,
    report: &mut ImportReport,
    key: &str,
    faults: Vec<Fault>,
) -> Result<(), ImportError> {
    let tenant = &origin.tenant;
    let sql = "SELECT id, row_number FROM records \
               WHERE tenant = $1 AND source = $2 AND status = 'staged' AND group_key = $3 \
               ORDER BY row_number LIMIT $4";
    let listed = i64::try_from(REPORTED_FAULTS).unwrap_or(0);
    let cells = vec![tenant.into(), source.into(), key.into(), listed.into()];
    let rows = state.database().fetch(sql, cells).await?;
    for row in &rows {
        if report.quarantine.len() < REPORTED_FAULTS {
            let number = u64::try_from(row.int(1)?).unwrap_or(0);
            report.quarantine.push(QuarantinedRow {
                row: number,
                record_id: row.uuid(0)?,
                reasons: faults.clone(),
            });
        }
    }
    let mut tx = state.database().begin().await?;
    let sql = "UPDATE records SET status = 'quarantined', reasons = $4 \
               WHERE tenant = $1 AND source = $2 AND status = 'staged' AND group_key = $3";
    let cells = vec![tenant.into(), source.into(), key.into(), json_text(&faults).into()];
    tx.execute(sql, cells).await?;
    tx.commit().await?;
    Ok(())
}
