//! The queue in front of the engine. Whoever submits waits until the effect is durable; the executor
//! takes all that waits, so that low load has low latency and high load has large batches. Tenants are
//! served in turns.

use std::sync::Arc;

use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::domain::Domain;
use crate::engine::{Batch, Engine, Outcome, Submission};
use crate::error::StoreError;
use crate::lanes::{Lanes, Owner, Place, Places};
use crate::limits::COMMANDS_PER_BATCH;

type Answer<D> = Result<Vec<Outcome<D>>, SubmitError>;

struct Waiting<D: Domain> {
    batch: Batch<D::Command>,
    answer: oneshot::Sender<Answer<D>>,
    owner: Owner,
    /// Its commands' places in the queue, given back when the executor has taken it.
    _place: Place,
}

/// Why a batch got no outcome.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SubmitError {
    /// The queue is full: try again a little later.
    #[error("too many commands are waiting")]
    Overloaded,
    /// The process is stopping.
    #[error("the executor has stopped")]
    Stopped,
    /// The store failed. Nothing is known to have happened; the same keys may be sent again.
    #[error(transparent)]
    Store(Arc<StoreError>),
}

/// A handle to a context's executor. Cheap to clone.
pub struct Executor<D: Domain> {
    queue: mpsc::UnboundedSender<Waiting<D>>,
    places: Arc<Places>,
    engine: Arc<Engine<D>>,
    committed: Arc<Notify>,
}

impl<D: Domain> Clone for Executor<D> {
    fn clone(&self) -> Self {
        Self {
            queue: self.queue.clone(),
            places: self.places.clone(),
            engine: self.engine.clone(),
            committed: self.committed.clone(),
        }
    }
}

impl<D: Domain> Executor<D> {
    /// Starts the executor. It ends when every handle is dropped and the queue is empty.
    pub fn start(engine: Engine<D>) -> (Self, JoinHandle<()>) {
        // The places bound the channel: whatever is in it holds some.
        let (queue, waiting) = mpsc::unbounded_channel();
        let places = Arc::new(Places::default());
        let engine = Arc::new(engine);
        let committed = Arc::new(Notify::new());
        let task = tokio::spawn(run(engine.clone(), waiting, committed.clone()));
        (Self { queue, places, engine, committed }, task)
    }

    /// The engine, for reading.
    pub fn engine(&self) -> &Engine<D> {
        &self.engine
    }

    /// Told after each commit: there is something new in the feed.
    pub fn committed(&self) -> Arc<Notify> {
        self.committed.clone()
    }

    /// Submits one command and waits for its outcome.
    pub async fn submit(&self, submission: Submission<D::Command>) -> Result<Outcome<D>, SubmitError> {
        let mut outcomes = self.submit_batch(Batch { submissions: vec![submission], advance: None }).await?;
        // A batch has as many outcomes as commands.
        outcomes.pop().ok_or(SubmitError::Stopped)
    }

    /// Submits a batch, without waiting for places in the queue, and waits for its outcomes.
    pub async fn submit_batch(&self, batch: Batch<D::Command>) -> Answer<D> {
        let owner = owner(&batch);
        let place = self.places.take(&owner, batch.submissions.len()).ok_or(SubmitError::Overloaded)?;
        let (answer, outcome) = oneshot::channel();
        let waiting = Waiting { batch, answer, owner, _place: place };
        self.queue.send(waiting).map_err(|_| SubmitError::Stopped)?;
        outcome.await.unwrap_or(Err(SubmitError::Stopped))
    }
}

/// The tenant of all its commands; none if they are of several.
fn owner<C>(batch: &Batch<C>) -> Owner {
    let first = &batch.submissions.first()?.origin.tenant;
    let is_of_one = batch.submissions.iter().all(|submission| submission.origin.tenant == *first);
    is_of_one.then(|| first.clone())
}

async fn run<D: Domain>(
    engine: Arc<Engine<D>>,
    mut queue: mpsc::UnboundedReceiver<Waiting<D>>,
    committed: Arc<Notify>,
) {
    let mut lanes = Lanes::new();
    loop {
        if lanes.is_empty() {
            let Some(first) = queue.recv().await else { return };
            line_up(first, &mut lanes);
        }
        while let Ok(next) = queue.try_recv() {
            line_up(next, &mut lanes);
        }
        let taken = lanes.take(COMMANDS_PER_BATCH);
        let commands: usize = taken.iter().map(|waiting| waiting.batch.submissions.len()).sum();
        metrics::histogram!("imsop_executor_batch_commands", "context" => engine.database().context().to_owned())
            .record(commands as f64);
        let (batches, answers): (Vec<_>, Vec<_>) =
            taken.into_iter().map(|waiting| (waiting.batch, waiting.answer)).unzip();
        let result = engine.execute(&batches).await;
        committed.notify_one();
        match result {
            Err(error) if batches.len() > 1 && error.may_be_of_one_command() => {
                tracing::warn!(%error, "one of several batches cannot be kept, executing each alone");
                one_by_one(&engine, batches, answers).await;
                committed.notify_one();
            }
            result => answer(answers, result),
        }
    }
}

fn line_up<D: Domain>(waiting: Waiting<D>, lanes: &mut Lanes<Waiting<D>>) {
    lanes.push(waiting.owner.clone(), waiting.batch.submissions.len(), waiting);
}

/// What one caller sent must not fail what others sent at the same time. Ends at the first failure that
/// is the store's own, which would only come again.
async fn one_by_one<D: Domain>(
    engine: &Engine<D>,
    batches: Vec<Batch<D::Command>>,
    answers: Vec<oneshot::Sender<Answer<D>>>,
) {
    let mut answers = answers.into_iter();
    for batch in batches {
        let result = engine.execute(&[batch]).await;
        let ends = result.as_ref().is_err_and(|error| !error.may_be_of_one_command());
        let concerned = if ends { answers.len() } else { 1 };
        answer(answers.by_ref().take(concerned).collect(), result);
        if ends {
            return;
        }
    }
}

fn answer<D: Domain>(
    answers: Vec<oneshot::Sender<Answer<D>>>,
    result: Result<Vec<Vec<Outcome<D>>>, StoreError>,
) {
    match result {
        Ok(outcomes) => {
            for (answer, outcome) in answers.into_iter().zip(outcomes) {
                // Whoever no longer waits has given up on the answer, not on the effect.
                let _ = answer.send(Ok(outcome));
            }
        }
        Err(error) => {
            tracing::error!(%error, "the store failed a batch");
            let error = Arc::new(error);
            for answer in answers {
                let _ = answer.send(Err(SubmitError::Store(error.clone())));
            }
        }
    }
}
