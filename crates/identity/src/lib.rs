//! Who may call: people and machine clients of a tenant, their roles, and the tokens that prove them.
//!
//! It owns credentials, sessions and signing keys. It must never put a secret into an event, a log or
//! an answer other than the one that hands it out, and never decide what a permission is good for:
//! the routes of the services say that.

pub mod api;
mod attempts;
pub mod bootstrap;
pub mod domain;
mod keys;
pub mod limits;
mod queries;
mod revocations;
mod secrets;
mod sessions;
mod state;
mod users_api;

use imsop_journal::{Engine, Executor, Migration};
use imsop_platform::{Node, Service, StartError};

pub use bootstrap::Administrator;
pub use state::IdentityState;

const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, sql: include_str!("../migrations/0001_identity.sql") },
    Migration { version: 2, sql: include_str!("../migrations/0002_generations.sql") },
];

/// Starts the service. Its keys are in the node's ring from then on.
pub async fn start(node: &Node) -> Result<(Service, IdentityState), StartError> {
    let database = node.database("identity", MIGRATIONS).await?;
    let signer = keys::load_or_make(&database).await?;
    node.keys.replace(&signer.published);
    let follower = revocations::Follower::start(database.clone(), node.revocations.clone()).await?;
    let engine = Engine::new(domain::Identity, database.clone(), node.source("identity"));
    let (executor, task) = Executor::start(engine);
    let committed = executor.committed();
    let state = IdentityState::new(executor, signer, node.config.tenant.clone(), node.revocations.clone());
    let mut service = Service::new("identity", api::routes(state.clone()), database);
    service.executor(task);
    service.relay(node, committed);
    service.worker(follower.run());
    service.worker(sessions::forget_expired(service.database.clone()));
    Ok((service, state))
}
