//! Every limit of identity.

use std::num::NonZeroU32;
use std::time::Duration;

/// How long an access token holds. It cannot be taken back, so not long.
pub const ACCESS_TOKEN_LIFE: Duration = Duration::from_secs(15 * 60);
/// How long a refresh token holds, if it is not used before.
pub const REFRESH_TOKEN_LIFE: Duration = Duration::from_secs(14 * 24 * 3_600);
/// How often expired refresh tokens are forgotten.
pub const FORGET_EVERY: Duration = Duration::from_secs(3_600);
/// Longest user or client name, in characters.
pub const USERNAME_LENGTH: usize = 64;
/// Shortest password, in characters (NIST SP 800-63B, section 3.1.1.2, with a second factor to come).
pub const PASSWORD_SHORTEST: usize = 12;
/// Longest password, in bytes: hashing must not be a way to keep the machine busy.
pub const PASSWORD_LONGEST: usize = 256;
/// Most roles of one user or client.
pub const ROLES: usize = 5;
/// Passwords that are checked at the same time; each takes 19 MiB of memory.
pub const PASSWORD_CHECKS: usize = 2;
/// Login attempts for one name that are taken at once.
// Proof: the numbers are not zero.
pub const LOGIN_BURST: NonZeroU32 = NonZeroU32::new(10).unwrap();
/// Login attempts for one name per minute over a longer time.
pub const LOGINS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(20).unwrap();
/// Names whose attempts are counted before those long gone are forgotten.
pub const COUNTED_NAMES: usize = 10_000;
/// Bytes of a generated secret.
pub const SECRET_BYTES: usize = 32;
