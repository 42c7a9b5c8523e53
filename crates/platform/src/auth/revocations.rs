//! Access tokens that have ended before their time, because the account behind them has changed.
//!
//! Identity fills it in the process that it runs in. A process without identity knows nothing of it and
//! takes a token until it expires.

use imsop_kernel::Tenant;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use super::principal::Principal;
use crate::limits::{REVOCATION_LIFE, REVOCATIONS};

/// From which generation on the tokens of changed accounts hold. Cheap to clone; all clones are the same.
#[derive(Debug, Clone)]
pub struct Revocations {
    oldest_valid: Cache<(Tenant, String), i64>,
}

impl Default for Revocations {
    fn default() -> Self {
        let oldest_valid = Cache::builder()
            .max_capacity(REVOCATIONS)
            .eviction_policy(EvictionPolicy::lru())
            .time_to_live(REVOCATION_LIFE)
            .build();
        Self { oldest_valid }
    }
}

impl Revocations {
    /// Ends the account's tokens of generations before this one.
    pub fn end_before(&self, tenant: &Tenant, id: &str, generation: i64) {
        let key = (tenant.clone(), id.to_owned());
        self.oldest_valid.entry(key).and_upsert_with(|known| {
            // What happened later may be heard of earlier.
            known.map_or(generation, |known| known.into_value().max(generation))
        });
    }

    /// Whether the token behind this principal has ended.
    pub fn has_ended(&self, principal: &Principal) -> bool {
        let key = (principal.tenant.clone(), principal.id().to_owned());
        self.oldest_valid.get(&key).is_some_and(|oldest| principal.generation < oldest)
    }
}
