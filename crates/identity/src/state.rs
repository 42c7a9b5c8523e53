//! What the handlers of identity share.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use imsop_journal::{Database, Executor};
use imsop_kernel::{Tenant, Uuid};
use imsop_platform::auth::Revocations;
use imsop_platform::{ApiError, problems};
use tokio::sync::Semaphore;

use crate::attempts::{Attempt, Attempts};
use crate::domain::Identity;
use crate::keys::Signer;
use crate::limits::{CHANGES_WAITING, LOGINS_WAITING, PASSWORDS_HASHED_AT_ONCE};
use crate::secrets;

/// Identity, as handlers see it. Cheap to clone.
#[derive(Clone)]
pub struct IdentityState {
    pub(crate) executor: Executor<Identity>,
    pub(crate) signer: Arc<Signer>,
    pub(crate) default_tenant: Tenant,
    pub(crate) revocations: Revocations,
    hashing: Arc<Semaphore>,
    logins: Arc<Semaphore>,
    changes: Arc<Semaphore>,
    attempts: Arc<Attempts>,
    began: Instant,
}

impl IdentityState {
    pub(crate) fn new(
        executor: Executor<Identity>,
        signer: Signer,
        default_tenant: Tenant,
        revocations: Revocations,
    ) -> Self {
        Self {
            executor,
            signer: Arc::new(signer),
            default_tenant,
            revocations,
            hashing: Arc::new(Semaphore::new(PASSWORDS_HASHED_AT_ONCE)),
            logins: Arc::new(Semaphore::new(PASSWORDS_HASHED_AT_ONCE + LOGINS_WAITING)),
            changes: Arc::new(Semaphore::new(PASSWORDS_HASHED_AT_ONCE + CHANGES_WAITING)),
            attempts: Arc::default(),
            began: Instant::now(),
        }
    }

    pub(crate) fn database(&self) -> &Database {
        self.executor.engine().database()
    }

    /// Hashes a new password.
    pub(crate) async fn hash_password(&self, password: String) -> Result<String, ApiError> {
        self.in_turn(&self.changes, move || secrets::hash_password(&password)).await?
    }

    /// A trace of a password that tells whether a repeated request has the same one.
    pub(crate) async fn password_trace(&self, password: String, salt: String) -> Result<String, ApiError> {
        self.in_turn(&self.changes, move || secrets::password_trace(&password, &salt)).await?
    }

    /// Checks the password of somebody who wants to come in. Wrong ones are counted.
    pub(crate) async fn is_password(
        &self,
        address: IpAddr,
        (tenant, name): (&Tenant, &str),
        password: String,
        hash: String,
    ) -> Result<bool, ApiError> {
        let attempt = Attempt::new(address, tenant, name);
        let taken = self.attempts.begin(&attempt, self.began.elapsed()).map_err(|wait| {
            metrics::counter!("imsop_identity_logins_slowed_down_total").increment(1);
            ApiError::from(problems::too_many_requests()).retry_after(wait.as_secs() + 1)
        })?;
        let checked = self.in_turn(&self.logins, move || secrets::is_password(&password, &hash)).await;
        match &checked {
            Ok(true) => self.attempts.succeeded(&attempt, taken),
            Ok(false) => {}
            Err(_) => self.attempts.take_back(&attempt, taken),
        }
        checked
    }

    /// Ends the access tokens of the account's earlier generations, in this process.
    pub(crate) fn end_tokens(&self, tenant: &Tenant, id: Uuid, generation: i64) {
        self.revocations.end_before(tenant, &id.to_string(), generation);
    }

    /// Does slow work when it is its turn, if there is room to wait for it.
    async fn in_turn<T: Send + 'static>(
        &self,
        places: &Arc<Semaphore>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let stopped = || ApiError::from(problems::overloaded("the process is stopping")).retry_after(2);
        let Ok(place) = places.clone().try_acquire_owned() else {
            metrics::counter!("imsop_identity_password_queue_full_total").increment(1);
            return Err(ApiError::from(problems::too_many_requests()).retry_after(2));
        };
        let turn = self.hashing.clone().acquire_owned().await.map_err(|_| stopped())?;
        // Goes on if the caller goes away, so both are held until it is done.
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop((turn, place));
            result
        });
        done.await.map_err(|_| stopped())
    }
}
