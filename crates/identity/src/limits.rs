//! Every limit of identity.

use std::time::Duration;

use imsop_platform::limits::{CLOCK_LEEWAY_SECONDS, REVOCATION_LIFE};

use crate::attempts::Quota;

/// How long an access token holds. Processes without identity cannot take it back, so not long.
pub const ACCESS_TOKEN_LIFE: Duration = Duration::from_secs(15 * 60);
/// How long a refresh token holds, if it is not used before.
pub const REFRESH_TOKEN_LIFE: Duration = Duration::from_secs(14 * 24 * 3_600);
/// How long a login is good for, however often its refresh tokens are used in time.
pub const SESSION_LIFE: Duration = Duration::from_secs(90 * 24 * 3_600);
/// How often expired refresh tokens are forgotten.
pub const FORGET_EVERY: Duration = Duration::from_secs(3_600);
/// How often the journal is asked whose tokens have ended, for changes by another process.
pub const REVOCATIONS_READ_EVERY: Duration = Duration::from_secs(1);
/// Events that are read from it at once.
pub const REVOCATIONS_PER_READ: i64 = 500;
/// Longest user or client name, in characters.
pub const USERNAME_LENGTH: usize = 64;
/// Shortest password, in characters (NIST SP 800-63B, section 3.1.1.2, with a second factor to come).
pub const PASSWORD_SHORTEST: usize = 12;
/// Longest password, in bytes: hashing must not be a way to keep the machine busy.
pub const PASSWORD_LONGEST: usize = 256;
/// Most roles of one user or client.
pub const ROLES: usize = 5;
/// Passwords that are hashed at the same time: one core and 19 MiB of memory at most, whoever asks.
pub const PASSWORDS_HASHED_AT_ONCE: usize = 1;
/// Logins that may wait for their password to be checked; further ones are told to come back (429).
/// At some 50 ms each, the last one waits less than two seconds.
pub const LOGINS_WAITING: usize = 32;
/// Registrations and changes that may wait for a password to be hashed, apart from the logins, so that
/// those who guess cannot keep administrators from acting.
pub const CHANGES_WAITING: usize = 8;
/// Wrong passwords for one name from one address: so many at once, and one more in each interval (429).
pub const GUESSES: Quota = Quota { at_once: 10, interval: Duration::from_secs(12) };
/// Wrong passwords from one address, whatever the names. Offices share an address, hence not fewer.
pub const GUESSES_OF_ADDRESS: Quota = Quota { at_once: 100, interval: Duration::from_secs(2) };
/// Wrong passwords for one name, from wherever. Past it nobody is locked out: an address that was right
/// before does not feel it, and every other one falls back to [`GUESSES_UNDER_ATTACK`].
pub const GUESSES_OF_NAME: Quota = Quota { at_once: 50, interval: Duration::from_secs(10) };
/// Tries of one address for a name that is under attack.
pub const GUESSES_UNDER_ATTACK: Quota = Quota { at_once: 1, interval: Duration::from_secs(60) };
/// Names, addresses and pairs of them whose guesses are remembered, each; the longest unused go first.
/// Each name costs its inventor a guess of his address.
pub const COUNTED_GUESSERS: usize = 20_000;
/// Active administrators that are looked at before one of them may go.
pub const ADMINISTRATORS_ASKED: i64 = 8;
/// Bytes of a generated secret.
pub const SECRET_BYTES: usize = 32;

// A token must have expired before it is forgotten that it was taken back.
const _: () = assert!(REVOCATION_LIFE.as_secs() > ACCESS_TOKEN_LIFE.as_secs() + CLOCK_LEEWAY_SECONDS);
