//! Passwords and random secrets.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use aws_lc_rs::rand::fill;
use imsop_kernel::problem::Fault;
use imsop_platform::{ApiError, problems};
use sha2::{Digest, Sha256};

use crate::limits::{PASSWORD_LONGEST, PASSWORD_SHORTEST, SECRET_BYTES};

/// A hash that belongs to no password. A login with an unknown name is checked against it, so that
/// it takes as long as one with a known name.
pub(crate) const NOBODYS_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZS1ub2JvZHlzLXNhbHQ$\
                                       K0ns6p0fWqYJ8rrvYn0VY9nB0zTA1d4qJ1qf5rD9Q2E";

/// Hashes a password with argon2id. Takes its time; call it where blocking is allowed.
pub(crate) fn hash_password(password: &str) -> Result<String, ApiError> {
    match Argon2::default().hash_password(password.as_bytes()) {
        Ok(hash) => Ok(hash.to_string()),
        Err(error) => {
            tracing::error!(%error, "a password cannot be hashed");
            Err(problems::internal().into())
        }
    }
}

/// Whether the password belongs to the hash. Takes its time.
pub(crate) fn is_password(password: &str, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else {
        return false;
    };
    Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
}

/// A trace of a password that may be kept for as long as an idempotency key is: the same for the same
/// salt, and as slow to guess from as the password's hash. Takes its time.
pub(crate) fn password_trace(password: &str, salt: &str) -> Result<String, ApiError> {
    let mut trace = [0; SECRET_BYTES];
    match Argon2::default().hash_password_into(password.as_bytes(), digest(salt).as_bytes(), &mut trace) {
        Ok(()) => Ok(hex(&trace)),
        Err(error) => {
            tracing::error!(%error, "a password cannot be hashed");
            Err(problems::internal().into())
        }
    }
}

/// What is wrong with a new password, if anything.
pub(crate) fn password_fault(password: &str) -> Option<Fault> {
    if password.chars().count() < PASSWORD_SHORTEST || password.len() > PASSWORD_LONGEST {
        let message =
            format!("must have at least {PASSWORD_SHORTEST} characters and at most {PASSWORD_LONGEST} bytes");
        return Some(Fault::at("password", "out-of-range", message));
    }
    None
}

/// A secret that nobody can guess, in letters and digits.
pub(crate) fn random_secret() -> Result<String, ApiError> {
    let mut bytes = [0; SECRET_BYTES];
    if fill(&mut bytes).is_err() {
        tracing::error!("the machine gives no randomness");
        return Err(problems::internal().into());
    }
    Ok(hex(&bytes))
}

/// The digest under which a random secret is kept. It needs no salt: nobody can guess the secret.
pub(crate) fn digest(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_itself_is_taken_for_its_hash() {
        let hash = hash_password("correct horse battery").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(is_password("correct horse battery", &hash));
        assert!(!is_password("correct horse batterz", &hash));
        assert!(!is_password("", NOBODYS_HASH));
        assert!(PasswordHash::new(NOBODYS_HASH).is_ok(), "it must take as long as a real one");
    }
}
