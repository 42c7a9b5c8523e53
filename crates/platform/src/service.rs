//! How services start and stop.

use std::future::Future;
use std::sync::Arc;

use axum::Router;
use imsop_backbone::{Backbone, Consumer, Relay};
use imsop_journal::{Database, DatabaseUrl, Environment, Migration, Source, StoreError};
use imsop_kernel::Classification;
use tokio::sync::Notify;
use tokio::task::{AbortHandle, JoinHandle};
use utoipa_axum::router::OpenApiRouter;

use crate::auth::{KeyRing, Revocations};
use crate::config::Config;
use crate::limits::EXECUTOR_DRAIN;

/// What the services of one process share.
#[derive(Clone)]
pub struct Node {
    /// How the process runs.
    pub config: Arc<Config>,
    /// Clock and ids.
    pub environment: Arc<dyn Environment>,
    /// The way of events between contexts.
    pub backbone: Arc<dyn Backbone>,
    /// The keys of access tokens.
    pub keys: KeyRing,
    /// Access tokens that have ended before their time.
    pub revocations: Revocations,
    /// The handling class of an event type, from its contract.
    pub classify: fn(&str, u32) -> Classification,
    /// The topic of an event type, from its contract.
    pub topic_of: fn(&str) -> &'static str,
}

impl Node {
    /// Opens the database of a context.
    pub async fn database(&self, context: &str, migrations: &[Migration]) -> Result<Database, StartError> {
        let url: DatabaseUrl = self.config.database_url()?;
        Ok(Database::open(&url, context, migrations).await?)
    }

    /// What a context's events have in common.
    pub fn source(&self, context: &str) -> Source {
        Source {
            name: format!("/imsop/{context}").into(),
            region: self.config.region.clone(),
            classify: self.classify,
            environment: self.environment.clone(),
        }
    }
}

/// A service that cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its database cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file or folder cannot be made or read.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Something else is missing or wrong.
    #[error("{0}")]
    Other(String),
}

/// A running service.
pub struct Service {
    /// Its name.
    pub name: &'static str,
    /// What can be asked of it.
    pub routes: OpenApiRouter,
    /// Its database, for the readiness check.
    pub database: Database,
    /// Tasks that may be dropped at any moment, because what they do is durable step by step.
    workers: Vec<JoinHandle<()>>,
    /// Tasks that end by themselves when nobody can give them work any more.
    executors: Vec<JoinHandle<()>>,
}

impl Service {
    /// A service with nothing yet but its name, its routes and its database.
    pub fn new(name: &'static str, routes: OpenApiRouter, database: Database) -> Self {
        Self { name, routes, database, workers: Vec::new(), executors: Vec::new() }
    }

    /// Starts a task that may be dropped at any moment.
    pub fn worker(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.workers.push(tokio::spawn(task));
    }

    /// Keeps the task of an executor, to wait for it in the end.
    pub fn executor(&mut self, task: JoinHandle<()>) {
        self.executors.push(task);
    }

    /// Publishes the service's journal.
    pub fn relay(&mut self, node: &Node, committed: Arc<Notify>) {
        let relay = Relay {
            database: self.database.clone(),
            backbone: node.backbone.clone(),
            topic_of: node.topic_of,
            committed,
        };
        self.worker(relay.run());
    }

    /// Consumes a topic.
    pub fn consume(&mut self, consumer: Consumer) {
        self.worker(consumer.run());
    }

    /// Takes the routes out, to be served.
    pub fn take_routes(&mut self) -> OpenApiRouter {
        std::mem::take(&mut self.routes)
    }

    /// What tells whether the service can work.
    pub fn health(&self) -> Health {
        let executors = self.executors.iter().map(JoinHandle::abort_handle).collect();
        Health { database: self.database.clone(), executors }
    }

    /// Ends the service. Its routes must have been dropped, so that nobody gives its executor work.
    pub async fn stop(self) {
        for worker in self.workers {
            worker.abort();
            let _ = worker.await;
        }
        for mut executor in self.executors {
            // Open sockets may still hold it. Ending it drops at most a transaction that nobody was told of.
            if tokio::time::timeout(EXECUTOR_DRAIN, &mut executor).await.is_err() {
                executor.abort();
                let _ = executor.await;
            }
        }
        self.database.close().await;
    }
}

/// What tells whether a service can work.
pub struct Health {
    database: Database,
    executors: Vec<AbortHandle>,
}

impl Health {
    /// Why the service cannot work, if it cannot.
    async fn fault(&self) -> Option<&'static str> {
        if self.executors.iter().any(AbortHandle::is_finished) {
            return Some("the executor has ended");
        }
        if self.database.fetch("SELECT 1", Vec::new()).await.is_err() {
            return Some("the database does not answer");
        }
        None
    }
}

/// The routes that every process has: health and metrics.
pub fn platform_routes(
    services: Vec<Health>,
    render_metrics: Arc<dyn Fn() -> String + Send + Sync>,
) -> Router {
    use axum::http::StatusCode;
    use axum::routing::get;
    let live = || async { axum::Json(serde_json::json!({ "status": "live" })) };
    let services: Arc<[Health]> = services.into();
    let ready = move || async move {
        for service in services.iter() {
            if let Some(fault) = service.fault().await {
                let context = service.database.context();
                let body = serde_json::json!({ "status": "unavailable", "service": context, "fault": fault });
                return (StatusCode::SERVICE_UNAVAILABLE, axum::Json(body));
            }
        }
        (StatusCode::OK, axum::Json(serde_json::json!({ "status": "ready" })))
    };
    let observe =
        axum::middleware::from_fn_with_state(crate::auth::Permission::PlatformObserve, crate::auth::requires);
    let metrics = move || async move { render_metrics() };
    Router::new()
        .route("/metrics", get(metrics))
        .route_layer(observe)
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
}
