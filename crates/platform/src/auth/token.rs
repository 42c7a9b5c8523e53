//! Access tokens: JWTs (RFC 7519) signed with Ed25519 (RFC 8037). No other algorithm is ever taken.

use imsop_kernel::{Problem, Tenant, Timestamp};
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use moka::sync::Cache;
use serde::{Deserialize, Serialize};

use super::keys::KeyRing;
use super::permission::Role;
use super::principal::{Principal, Subject};
use super::revocations::Revocations;
use crate::limits::{CACHED_TOKENS, CLOCK_LEEWAY_SECONDS, TOKEN_BYTES};
use crate::problems;

/// Who issues access tokens.
pub const ISSUER: &str = "https://imsop.dev/identity";
/// For whom they are.
pub const AUDIENCE: &str = "imsop";

/// What an access token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    /// Who issued it.
    pub iss: String,
    /// For whom it is.
    pub aud: String,
    /// Who the bearer is.
    pub sub: String,
    /// Whether the bearer is a person or a machine.
    pub kind: SubjectKind,
    /// The bearer's name.
    pub name: String,
    /// Whose data the bearer works with.
    pub tenant: Tenant,
    /// What the bearer works as.
    pub roles: Vec<Role>,
    /// How often the account had changed when it was issued. Absent from tokens of earlier releases.
    #[serde(default)]
    pub generation: i64,
    /// When it was issued, in seconds since 1970.
    pub iat: i64,
    /// From when on it no longer holds, in seconds since 1970.
    pub exp: i64,
    /// Its own id.
    pub jti: String,
}

/// A person or a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SubjectKind {
    /// A person.
    User,
    /// A machine client.
    Client,
}

/// Verifies access tokens.
#[derive(Clone)]
pub struct TokenVerifier {
    keys: KeyRing,
    validation: Validation,
    revocations: Revocations,
    verified: Cache<String, Principal>,
}

impl TokenVerifier {
    /// A verifier that trusts the keys of this ring, and refuses what has ended.
    pub fn new(keys: KeyRing, revocations: Revocations) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.leeway = CLOCK_LEEWAY_SECONDS;
        Self { keys, validation, revocations, verified: Cache::new(CACHED_TOKENS) }
    }

    /// Whose token it is.
    ///
    /// # Errors
    /// A problem that says why the token is not believed, without helping to forge a better one.
    pub fn verify(&self, token: &str) -> Result<Principal, Problem> {
        let principal = self.believed(token)?;
        if self.revocations.has_ended(&principal) {
            return Err(problems::unauthenticated("the account has changed; log in again"));
        }
        Ok(principal)
    }

    /// What becomes of the tokens that this verifier believes.
    pub fn revocations(&self) -> &Revocations {
        &self.revocations
    }

    fn believed(&self, token: &str) -> Result<Principal, Problem> {
        if let Some(principal) = self.verified.get(token) {
            if principal.expires_at > Timestamp::now() {
                return Ok(principal);
            }
            self.verified.invalidate(token);
        }
        let principal = self.verify_signature(token)?;
        self.verified.insert(token.to_owned(), principal.clone());
        Ok(principal)
    }

    fn verify_signature(&self, token: &str) -> Result<Principal, Problem> {
        let not_believed = || problems::unauthenticated("the token is not valid");
        if token.len() > TOKEN_BYTES {
            return Err(not_believed());
        }
        let header = decode_header(token).map_err(|_| not_believed())?;
        if header.alg != Algorithm::EdDSA {
            return Err(not_believed());
        }
        let key = header.kid.and_then(|id| self.keys.find(&id)).ok_or_else(not_believed)?;
        let claims = match decode::<Claims>(token, &key, &self.validation) {
            Ok(data) => data.claims,
            Err(error) if matches!(error.kind(), jsonwebtoken::errors::ErrorKind::ExpiredSignature) => {
                return Err(problems::unauthenticated("the token has expired"));
            }
            Err(_) => return Err(not_believed()),
        };
        let expires_at = Timestamp::from_second(claims.exp).map_err(|_| not_believed())?;
        let subject = match claims.kind {
            SubjectKind::User => Subject::User(claims.sub),
            SubjectKind::Client => Subject::Client(claims.sub),
        };
        let permissions = Role::permissions_of(&claims.roles);
        let (name, tenant, roles, generation) = (claims.name, claims.tenant, claims.roles, claims.generation);
        Ok(Principal { subject, name, tenant, roles, permissions, generation, expires_at })
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::jwk::{Jwk, JwkSet};
    use jsonwebtoken::{EncodingKey, Header, encode};

    use super::*;

    /// An Ed25519 key in PKCS#8 (RFC 8410, section 7), for tests only.
    fn key(seed: u8) -> EncodingKey {
        let mut der = vec![
            0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
        ];
        der.extend([seed; 32]);
        EncodingKey::from_ed_der(&der)
    }

    fn verifier() -> TokenVerifier {
        let mut jwk = Jwk::from_encoding_key(&key(1), Algorithm::EdDSA).unwrap();
        jwk.common.key_id = Some("ours".to_owned());
        let keys = KeyRing::default();
        keys.replace(&JwkSet { keys: vec![jwk] });
        TokenVerifier::new(keys, Revocations::default())
    }

    fn claims() -> Claims {
        let now = Timestamp::now().as_second();
        Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: "anna".to_owned(),
            kind: SubjectKind::User,
            name: "anna".to_owned(),
            tenant: Tenant::new("demo").unwrap(),
            roles: vec![Role::Operator],
            generation: 3,
            iat: now,
            exp: now + 60,
            jti: "1".to_owned(),
        }
    }

    fn token(claims: &Claims, seed: u8, key_id: &str) -> String {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(key_id.to_owned());
        encode(&header, claims, &key(seed)).unwrap()
    }

    #[test]
    fn only_a_token_of_ours_for_us_and_in_its_time_is_believed() {
        let verifier = verifier();
        assert_eq!(verifier.verify(&token(&claims(), 1, "ours")).unwrap().id(), "anna");
        let refused = |claims: Claims, seed: u8, key_id: &str| {
            let problem = verifier.verify(&token(&claims, seed, key_id)).unwrap_err();
            assert_eq!(problem.status, 401);
            problem.detail.unwrap_or_default()
        };
        let past = Timestamp::now().as_second() - 60;
        assert_eq!(refused(Claims { exp: past, ..claims() }, 1, "ours"), "the token has expired");
        assert_eq!(refused(claims(), 2, "ours"), "the token is not valid", "signed with another key");
        assert_eq!(refused(claims(), 1, "theirs"), "the token is not valid", "a key that nobody knows");
        refused(Claims { iss: "https://example.org".to_owned(), ..claims() }, 1, "ours");
        refused(Claims { aud: "somebody else".to_owned(), ..claims() }, 1, "ours");
    }

    #[test]
    fn tokens_from_before_a_change_of_the_account_end_with_it_and_later_ones_hold() {
        let verifier = verifier();
        let before = token(&claims(), 1, "ours");
        let after = token(&Claims { generation: 4, ..claims() }, 1, "ours");
        assert!(verifier.verify(&before).is_ok());
        let tenant = claims().tenant;
        verifier.revocations().end_before(&tenant, "anna", 4);
        verifier.revocations().end_before(&tenant, "anna", 2);
        assert_eq!(verifier.verify(&before).unwrap_err().status, 401, "not even out of the cache");
        assert!(verifier.verify(&after).is_ok());
        let elsewhere = Claims { tenant: Tenant::new("other").unwrap(), ..claims() };
        assert!(verifier.verify(&token(&elsewhere, 1, "ours")).is_ok(), "another tenant's anna");
    }

    #[test]
    fn a_token_that_was_believed_before_is_not_believed_after_its_time() {
        let verifier = verifier();
        let soon = Claims { exp: Timestamp::now().as_second() + 1, ..claims() };
        let token = token(&soon, 1, "ours");
        assert!(verifier.verify(&token).is_ok());
        std::thread::sleep(std::time::Duration::from_secs(CLOCK_LEEWAY_SECONDS + 2));
        assert!(verifier.verify(&token).is_err(), "not even out of the cache");
    }
}
