//! What connects contexts that do not know each other: the intake to the adapters that read partners'
//! files, and to the context that decides business commands.

use async_trait::async_trait;
use imsop_ingestion::ports::{
    CanonicalCommand, CommandGateway, CommandOutcome, FileAdapters, GatewayUnavailable,
};
use imsop_journal::{Batch, Executor, Origin, Outcome, Submission};
use imsop_kernel::Problem;
use imsop_operations::domain::{Command, Operations};
use imsop_operations::gateway;
use imsop_platform::http::Refusal;
use imsop_platform::problems;

/// The way to operations in the same process.
pub struct OperationsGateway {
    /// Decides.
    pub executor: Executor<Operations>,
}

#[async_trait]
impl CommandGateway for OperationsGateway {
    fn kinds(&self) -> &'static [&'static str] {
        &gateway::KINDS
    }

    async fn submit(
        &self,
        origin: &Origin,
        commands: Vec<CanonicalCommand>,
    ) -> Result<Vec<CommandOutcome>, GatewayUnavailable> {
        let mut submissions = Vec::with_capacity(commands.len());
        let mut unreadable: Vec<Option<Problem>> = Vec::with_capacity(commands.len());
        for canonical in commands {
            match gateway::command(&canonical.kind, &canonical.body) {
                Ok(command) => {
                    submissions.push(submission(origin, canonical, command));
                    unreadable.push(None);
                }
                Err(problem) => unreadable.push(Some(problem)),
            }
        }
        let batch = Batch { submissions, advance: None };
        let unavailable = |error: imsop_journal::SubmitError| GatewayUnavailable(error.to_string());
        let decided = self.executor.submit_batch(batch).await.map_err(unavailable)?;
        let mut decided = decided.into_iter();
        let mut outcomes = Vec::with_capacity(unreadable.len());
        for problem in unreadable {
            match problem {
                Some(problem) => outcomes.push(CommandOutcome::Refused(Box::new(problem))),
                // A batch has as many outcomes as commands.
                None => outcomes.extend(decided.next().map(outcome)),
            }
        }
        Ok(outcomes)
    }
}

fn submission(origin: &Origin, canonical: CanonicalCommand, command: Command) -> Submission<Command> {
    Submission { origin: origin.clone(), key: canonical.key, fingerprint: canonical.fingerprint, command }
}

fn outcome(outcome: Outcome<Operations>) -> CommandOutcome {
    match outcome {
        Outcome::Accepted(accepted) => CommandOutcome::Accepted {
            repeated: accepted.repeated,
            touched: accepted.touched.iter().map(|touched| (touched.stream, touched.version)).collect(),
        },
        Outcome::Rejected(rejection) => CommandOutcome::Refused(Box::new(rejection.problem())),
        Outcome::KeyReused => CommandOutcome::Refused(Box::new(problems::idempotency_key_reused())),
    }
}

/// In a process without operations: business records are kept, and their outcome stays open until a
/// process with operations asks again.
pub struct NoGateway;

#[async_trait]
impl CommandGateway for NoGateway {
    fn kinds(&self) -> &'static [&'static str] {
        &gateway::KINDS
    }

    async fn submit(
        &self,
        _origin: &Origin,
        _commands: Vec<CanonicalCommand>,
    ) -> Result<Vec<CommandOutcome>, GatewayUnavailable> {
        Err(GatewayUnavailable("this process does not run operations".to_owned()))
    }
}

/// The adapters for partners' files.
pub fn file_adapters() -> Result<FileAdapters, String> {
    Ok(Vec::new())
}
