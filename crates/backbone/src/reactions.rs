//! Consumers whose effect is commands to their own context.

use std::collections::HashMap;

use async_trait::async_trait;
use imsop_journal::{
    Advance, Batch, Domain, Executor, Outcome, StoreError, Submission, SubmitError, positions,
};
use imsop_kernel::{Envelope, Timestamp};

use crate::Record;
use crate::consumer::Sink;
use crate::dead_letters::{self, Parked};
use crate::error::{FailureClass, HandleError, ReactError};

/// A consumer whose effect is commands to its own context.
#[async_trait]
pub trait ReactionHandler: Send + Sync + 'static {
    /// The context's domain.
    type Domain: Domain;

    /// The command that the event leads to, if any. Its key must come from the event's id.
    async fn react(
        &self,
        event: &Envelope,
    ) -> Result<Option<Submission<<Self::Domain as Domain>::Command>>, ReactError>;

    /// Why a refusal of such a command is of interest to nobody, or what is wrong.
    fn refused(&self, event: &Envelope, rejection: &<Self::Domain as Domain>::Rejection);
}

/// The sink of a [`ReactionHandler`].
pub struct Reactions<H: ReactionHandler> {
    /// The consumer's name.
    pub name: &'static str,
    /// Where the commands go; it writes the position with their effects.
    pub executor: Executor<H::Domain>,
    /// What makes commands of events.
    pub handler: H,
}

#[async_trait]
impl<H: ReactionHandler> Sink for Reactions<H> {
    async fn positions(&self, topic: &str) -> Result<HashMap<i64, i64>, StoreError> {
        positions::positions(self.executor.engine().database(), self.name, topic).await
    }

    async fn take(&self, records: &[Record], advance: Advance) -> Result<(), HandleError> {
        match self.take_together(records, advance.clone()).await {
            Err(NotTaken::Submit(error)) if is_of_one_command(&error) => {
                self.one_by_one(records, &advance).await
            }
            result => Ok(result?),
        }
    }
}

type Reaction<H> = (Envelope, Option<Submission<<<H as ReactionHandler>::Domain as Domain>::Command>>);

/// Why reactions did not happen.
#[derive(Debug, thiserror::Error)]
enum NotTaken {
    #[error(transparent)]
    Handle(#[from] HandleError),
    #[error(transparent)]
    Submit(#[from] SubmitError),
}

impl From<NotTaken> for HandleError {
    fn from(error: NotTaken) -> Self {
        match error {
            NotTaken::Handle(error) => error,
            NotTaken::Submit(error) => error.into(),
        }
    }
}

fn is_of_one_command(error: &SubmitError) -> bool {
    matches!(error, SubmitError::Store(inner) if inner.may_be_of_one_command())
}

impl<H: ReactionHandler> Reactions<H> {
    async fn take_together(&self, records: &[Record], advance: Advance) -> Result<(), NotTaken> {
        let mut submissions = Vec::new();
        let mut events = Vec::new();
        let mut unreadable = Vec::new();
        for record in records {
            match self.react(record).await {
                Ok((event, Some(submission))) => {
                    submissions.push(submission);
                    events.push(event);
                }
                Ok((_, None)) => {}
                Err(ReactError::Unreadable(error)) => unreadable.push((record, error.to_string())),
                Err(ReactError::Store(error)) => return Err(HandleError::from(error).into()),
            }
        }
        self.park(&unreadable, FailureClass::SchemaDrift).await?;
        let batch = Batch { submissions, advance: Some(advance) };
        let outcomes = self.executor.submit_batch(batch).await?;
        for (event, outcome) in events.iter().zip(&outcomes) {
            if let Outcome::Rejected(rejection) = outcome {
                self.handler.refused(event, rejection);
            }
        }
        Ok(())
    }

    /// The command that cannot be kept is found and parked; the others' take effect.
    async fn one_by_one(&self, records: &[Record], advance: &Advance) -> Result<(), HandleError> {
        for record in records {
            let behind = Advance { next_offset: record.offset + 1, ..advance.clone() };
            let result = self.take_together(std::slice::from_ref(record), behind.clone()).await;
            match result {
                Err(NotTaken::Submit(error)) if is_of_one_command(&error) => {
                    tracing::warn!(consumer = self.name, offset = record.offset, %error, "reaction is parked");
                    self.park(&[(record, error.to_string())], FailureClass::DataQuality).await?;
                    let nothing = Batch { submissions: Vec::new(), advance: Some(behind) };
                    self.executor.submit_batch(nothing).await?;
                }
                result => result?,
            }
        }
        Ok(())
    }

    async fn react(&self, record: &Record) -> Result<Reaction<H>, ReactError> {
        let event: Envelope = serde_json::from_str(&record.envelope)?;
        let submission = self.handler.react(&event).await?;
        Ok((event, submission))
    }

    /// Parked before the position moves: after a crash in between it is parked again, which changes nothing.
    async fn park(&self, unfit: &[(&Record, String)], class: FailureClass) -> Result<(), HandleError> {
        if unfit.is_empty() {
            return Ok(());
        }
        metrics::counter!("imsop_dead_letters_total", "consumer" => self.name, "class" => class.as_str())
            .increment(unfit.len() as u64);
        let letters: Vec<Parked> = unfit
            .iter()
            .map(|(record, error)| Parked {
                tenant: String::new(),
                stream: String::new(),
                record: (*record).clone(),
                class,
                error: error.clone(),
            })
            .collect();
        let mut tx = self.executor.engine().database().begin().await?;
        dead_letters::park(&mut tx, self.name, &letters, Timestamp::now()).await?;
        Ok(tx.commit().await?)
    }
}
