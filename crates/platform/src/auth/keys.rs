//! The public keys that tokens may be signed with. Identity puts its own in; a process without
//! identity fetches them (JWKS, RFC 7517).

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::JwkSet;

use crate::limits::KEY_REFRESH;

/// The known keys, by their id. Cheap to clone; all clones are the same ring.
#[derive(Clone, Default)]
pub struct KeyRing {
    keys: Arc<RwLock<HashMap<String, DecodingKey>>>,
}

impl KeyRing {
    /// Takes these keys instead of those before.
    pub fn replace(&self, set: &JwkSet) {
        let mut keys = HashMap::new();
        for jwk in &set.keys {
            let Some(id) = jwk.common.key_id.clone() else { continue };
            match DecodingKey::from_jwk(jwk) {
                Ok(key) => {
                    keys.insert(id, key);
                }
                Err(error) => tracing::warn!(%error, key = id, "a published key cannot be used"),
            }
        }
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    /// The key with this id.
    pub fn find(&self, id: &str) -> Option<DecodingKey> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Whether there is no key yet.
    pub fn is_empty(&self) -> bool {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Fetches the keys of another process for as long as it is not dropped.
    pub async fn follow(self, url: String) {
        let client = reqwest::Client::new();
        loop {
            match fetch(&client, &url).await {
                Ok(set) => self.replace(&set),
                Err(error) => tracing::warn!(%error, url, "signing keys cannot be fetched, trying again"),
            }
            // Soon again until there are keys, because nobody can call before.
            let pause = if self.is_empty() { KEY_REFRESH / 30 } else { KEY_REFRESH };
            tokio::time::sleep(pause).await;
        }
    }
}

async fn fetch(client: &reqwest::Client, url: &str) -> Result<JwkSet, reqwest::Error> {
    client.get(url).timeout(KEY_REFRESH / 6).send().await?.error_for_status()?.json().await
}
