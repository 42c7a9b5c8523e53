//! The way of records through the intake: keep, publish or put aside, and tell the sender.

use imsop_journal::{Batch, Executor, Origin, Outcome, StoreError, Submission, SubmitError};
use imsop_kernel::problem::Fault;
use imsop_kernel::{Problem, StreamId, Tenant, Timestamp, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Command, Ingestion, Intake, Original};
use crate::items::{Content, Item};
use crate::ports::{CanonicalCommand, CommandOutcome, GatewayUnavailable};
use crate::records::{self, record_id};
use crate::state::IngestionState;

/// What became of one record.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ItemOutcome {
    /// Its place in the request or frame.
    pub index: usize,
    /// Whether it took effect, had taken effect before, or was put aside.
    pub status: ItemStatus,
    /// Under which id it is kept.
    pub record_id: Uuid,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Fault>,
}

/// See [`ItemOutcome::status`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the words are described with the field")]
pub enum ItemStatus {
    Accepted,
    Duplicate,
    Quarantined,
}

/// Why a request could not be taken. Nothing is lost: the sender may send it again as it is.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The intake's own executor.
    #[error(transparent)]
    Submit(#[from] SubmitError),
    /// The intake's own database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The context that decides.
    #[error(transparent)]
    Gateway(#[from] GatewayUnavailable),
}

/// Takes the records of one request or frame. When it returns, all of them are durable.
pub async fn take(
    state: &IngestionState,
    origin: &Origin,
    items: Vec<Item>,
) -> Result<Vec<ItemOutcome>, IntakeError> {
    let mut outcomes: Vec<Option<ItemOutcome>> = vec![None; items.len()];
    let mut direct = Vec::new();
    let mut business = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        match item.content {
            Content::Telemetry(telemetry) => {
                direct.push((index, Intake { original: item.original, content: Ok(telemetry) }));
            }
            Content::Unfit(faults) => {
                direct.push((index, Intake { original: item.original, content: Err(faults) }));
            }
            Content::Business { kind, body } => business.push((index, item.original, kind, body)),
        }
    }
    if !business.is_empty() {
        let refused = submit_business(state, origin, business, &mut outcomes).await?;
        direct.extend(refused);
    }
    receive(&state.executor, origin, direct, &mut outcomes).await?;
    let outcomes: Vec<ItemOutcome> = outcomes.into_iter().flatten().collect();
    count(&outcomes);
    Ok(outcomes)
}

fn count(outcomes: &[ItemOutcome]) {
    for outcome in outcomes {
        let status = match outcome.status {
            ItemStatus::Accepted => "accepted",
            ItemStatus::Duplicate => "duplicate",
            ItemStatus::Quarantined => "quarantined",
        };
        metrics::counter!("imsop_records_total", "status" => status).increment(1);
    }
}

fn submission(origin: &Origin, intake: Intake) -> Submission<Command> {
    Submission {
        origin: origin.clone(),
        key: format!("record:{}", intake.original.record_id),
        fingerprint: intake.original.fingerprint.clone(),
        command: Command::Receive(intake),
    }
}

/// Telemetry is published, unfit records are put aside, all in one transaction.
async fn receive(
    executor: &Executor<Ingestion>,
    origin: &Origin,
    intakes: Vec<(usize, Intake)>,
    outcomes: &mut [Option<ItemOutcome>],
) -> Result<(), IntakeError> {
    let mut pending = intakes;
    while !pending.is_empty() {
        let submissions = pending.iter().map(|(_, intake)| submission(origin, intake.clone())).collect();
        let answers = executor.submit_batch(Batch { submissions, advance: None }).await?;
        let mut again = Vec::new();
        for ((index, intake), answer) in pending.into_iter().zip(answers) {
            match answer {
                Outcome::Accepted(accepted) => {
                    outcomes[index] = Some(outcome_of(index, intake, accepted.repeated));
                }
                // The same name for something else: it is put aside under a name of its own.
                Outcome::KeyReused | Outcome::Rejected(_) => {
                    again.push((index, renamed(&origin.tenant, intake)));
                }
            }
        }
        pending = again;
    }
    Ok(())
}

fn outcome_of(index: usize, intake: Intake, repeated: bool) -> ItemOutcome {
    let (status, reasons) = match intake.content {
        Err(reasons) => (ItemStatus::Quarantined, reasons),
        Ok(_) if repeated => (ItemStatus::Duplicate, Vec::new()),
        Ok(_) => (ItemStatus::Accepted, Vec::new()),
    };
    ItemOutcome { index, status, record_id: intake.original.record_id, reasons }
}

fn renamed(tenant: &Tenant, intake: Intake) -> Intake {
    let original = Original { record_id: id_of_its_own(tenant, &intake.original), ..intake.original };
    identity_reused(original)
}

fn id_of_its_own(tenant: &Tenant, original: &Original) -> Uuid {
    record_id(tenant, &original.source, &format!("{}#{}", original.record_id, original.fingerprint))
}

fn identity_reused(original: Original) -> Intake {
    let message = "a record with the same identity says something else";
    Intake { original, content: Err(vec![Fault::at("id", "identity-reused", message)]) }
}

type Business = (usize, Original, String, serde_json::Value);

/// Keeps business records, has them decided, and notes the outcome. Gives back what was refused.
async fn submit_business(
    state: &IngestionState,
    origin: &Origin,
    mut business: Vec<Business>,
    outcomes: &mut [Option<ItemOutcome>],
) -> Result<Vec<(usize, Intake)>, IntakeError> {
    let commands = business
        .iter()
        .map(|(_, original, kind, body)| CanonicalCommand {
            key: format!("record:{}", original.record_id),
            fingerprint: original.fingerprint.clone(),
            kind: kind.clone(),
            body: body.clone(),
        })
        .collect();
    keep(state, origin, &mut business).await?;
    let answers = state.gateway.submit(origin, commands).await?;
    note(state, origin, business, answers, outcomes).await
}

/// Keeps the originals. One that comes under a name whose record says something else (a sender corrects
/// what was refused) is kept beside it, under a name of its own.
async fn keep(state: &IngestionState, origin: &Origin, business: &mut [Business]) -> Result<(), StoreError> {
    let now = Timestamp::now();
    let tenant = &origin.tenant;
    let mut tx = state.database().begin().await?;
    records::keep(&mut tx, tenant, business.iter().map(|(_, original, _, _)| original), now).await?;
    let ids = business.iter().map(|(_, original, _, _)| original.record_id.to_string()).collect();
    let known = records::fingerprints(&mut tx, tenant, ids).await?;
    let mut corrected = Vec::new();
    for (_, original, _, _) in business {
        if known.get(&original.record_id.to_string()) != Some(&original.fingerprint) {
            original.record_id = id_of_its_own(tenant, original);
            corrected.push(&*original);
        }
    }
    records::keep(&mut tx, tenant, corrected.into_iter(), now).await?;
    tx.commit().await
}

async fn note(
    state: &IngestionState,
    origin: &Origin,
    business: Vec<Business>,
    answers: Vec<CommandOutcome>,
    outcomes: &mut [Option<ItemOutcome>],
) -> Result<Vec<(usize, Intake)>, IntakeError> {
    let mut refused = Vec::new();
    let mut accepted: Vec<(Uuid, Vec<(StreamId, i64)>)> = Vec::new();
    for ((index, original, _, _), answer) in business.into_iter().zip(answers) {
        match answer {
            CommandOutcome::Accepted { repeated, touched } => {
                let status = if repeated { ItemStatus::Duplicate } else { ItemStatus::Accepted };
                let record_id = original.record_id;
                outcomes[index] = Some(ItemOutcome { index, status, record_id, reasons: Vec::new() });
                accepted.push((record_id, touched));
            }
            CommandOutcome::Refused(problem) if problem.slug() == "idempotency-key-reused" => {
                refused.push((index, identity_reused(original)));
            }
            CommandOutcome::Refused(problem) => {
                refused.push((index, Intake { original, content: Err(faults_of(&problem)) }));
            }
        }
    }
    let mut tx = state.database().begin().await?;
    for (id, outcome) in accepted {
        records::accept(&mut tx, &origin.tenant, id, &outcome).await?;
    }
    tx.commit().await?;
    Ok(refused)
}

/// A refusal as the reasons of a quarantined record.
pub fn faults_of(problem: &Problem) -> Vec<Fault> {
    if !problem.errors.is_empty() {
        return problem.errors.clone();
    }
    let detail = problem.detail.clone().unwrap_or_else(|| problem.title.clone());
    vec![Fault::whole(problem.slug(), detail)]
}
