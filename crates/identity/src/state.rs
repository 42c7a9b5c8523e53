//! What the handlers of identity share.

use std::sync::Arc;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use imsop_journal::{Database, Executor};
use imsop_kernel::Tenant;
use imsop_platform::{ApiError, problems};
use tokio::sync::Semaphore;

use crate::domain::Identity;
use crate::keys::Signer;
use crate::limits::{COUNTED_NAMES, LOGIN_BURST, LOGINS_PER_MINUTE, PASSWORD_CHECKS};
use crate::secrets;

/// Identity, as handlers see it. Cheap to clone.
#[derive(Clone)]
pub struct IdentityState {
    pub(crate) executor: Executor<Identity>,
    pub(crate) signer: Arc<Signer>,
    pub(crate) default_tenant: Tenant,
    password_checks: Arc<Semaphore>,
    attempts: Arc<DefaultKeyedRateLimiter<(Tenant, String)>>,
}

impl IdentityState {
    pub(crate) fn new(executor: Executor<Identity>, signer: Signer, default_tenant: Tenant) -> Self {
        let quota = Quota::per_minute(LOGINS_PER_MINUTE).allow_burst(LOGIN_BURST);
        Self {
            executor,
            signer: Arc::new(signer),
            default_tenant,
            password_checks: Arc::new(Semaphore::new(PASSWORD_CHECKS)),
            attempts: Arc::new(RateLimiter::keyed(quota)),
        }
    }

    pub(crate) fn database(&self) -> &Database {
        self.executor.engine().database()
    }

    /// Counts an attempt to log in under this name.
    pub(crate) fn count_attempt(&self, tenant: &Tenant, name: &str) -> Result<(), ApiError> {
        if self.attempts.len() > COUNTED_NAMES {
            self.attempts.retain_recent();
        }
        if self.attempts.check_key(&(tenant.clone(), name.to_owned())).is_err() {
            return Err(ApiError::from(problems::too_many_requests()).retry_after(3));
        }
        Ok(())
    }

    /// Hashes a password, a few at a time.
    pub(crate) async fn hash_password(&self, password: String) -> Result<String, ApiError> {
        self.blocking(move || secrets::hash_password(&password)).await?
    }

    /// Checks a password, a few at a time.
    pub(crate) async fn is_password(&self, password: String, hash: String) -> Result<bool, ApiError> {
        self.blocking(move || secrets::is_password(&password, &hash)).await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let stopped = || ApiError::from(problems::overloaded("the process is stopping")).retry_after(2);
        let permit = self.password_checks.clone().acquire_owned().await.map_err(|_| stopped())?;
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        });
        done.await.map_err(|_| stopped())
    }
}
