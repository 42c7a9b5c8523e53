//! Guessing passwords, slowed down. What counts is wrong passwords: a try takes from the quotas of its
//! address, its name and the pair of both, and a right password gives back what its try took.
//!
//! It keeps no clock: the time comes in as what has passed since some beginning.

use std::collections::HashMap;
use std::hash::Hash;
use std::mem;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use imsop_kernel::Tenant;

use crate::limits::{COUNTED_GUESSERS, GUESSES, GUESSES_OF_ADDRESS, GUESSES_OF_NAME, GUESSES_UNDER_ATTACK};

/// How often something may happen.
#[derive(Debug, Clone, Copy)]
pub struct Quota {
    /// So often at once.
    pub at_once: u32,
    /// And once more after each of these.
    pub interval: Duration,
}

/// The name that somebody wants to come in under.
type Name = (Tenant, String);

/// A try to log in: who, from where.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Attempt {
    address: IpAddr,
    name: Name,
}

impl Attempt {
    /// A try under this name from this address.
    pub(crate) fn new(address: IpAddr, tenant: &Tenant, name: &str) -> Self {
        Self { address: network_of(address), name: (tenant.clone(), name.to_owned()) }
    }
}

/// From which quotas a try took, beside the one of its pair.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taken {
    of_address: bool,
    of_name: bool,
}

/// What counts as one address. A customer gets 64 bits of IPv6 addresses, so these are one.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() & (u128::MAX << 64)).into()),
    }
}

/// The tries of late.
#[derive(Default)]
pub(crate) struct Attempts {
    counted: Mutex<Counted>,
}

#[derive(Default)]
struct Counted {
    of_pair: Recent<Attempt, Level>,
    of_address: Recent<IpAddr, Level>,
    of_name: Recent<Name, Level>,
    under_attack: Recent<Attempt, Level>,
    /// From where which name came in with the right password.
    proven: Recent<Attempt, ()>,
}

impl Attempts {
    /// Takes a try from its quotas, as if its password were wrong.
    ///
    /// # Errors
    /// How long to wait, if it is one too many.
    pub(crate) fn begin(&self, attempt: &Attempt, now: Duration) -> Result<Taken, Duration> {
        let mut counted = self.lock();
        counted.of_pair.level(attempt).take(GUESSES, now)?;
        if counted.proven.get(attempt).is_some() {
            // Guessers who share its address or aim at its name must not keep it out.
            return Ok(Taken { of_address: false, of_name: false });
        }
        if let Err(wait) = counted.of_address.level(&attempt.address).take(GUESSES_OF_ADDRESS, now) {
            counted.of_pair.level(attempt).give_back(GUESSES);
            return Err(wait);
        }
        if counted.of_name.level(&attempt.name).take(GUESSES_OF_NAME, now).is_ok() {
            return Ok(Taken { of_address: true, of_name: true });
        }
        let Err(wait) = counted.under_attack.level(attempt).take(GUESSES_UNDER_ATTACK, now) else {
            return Ok(Taken { of_address: true, of_name: false });
        };
        counted.of_pair.level(attempt).give_back(GUESSES);
        counted.of_address.level(&attempt.address).give_back(GUESSES_OF_ADDRESS);
        Err(wait)
    }

    /// The password was right.
    pub(crate) fn succeeded(&self, attempt: &Attempt, taken: Taken) {
        self.take_back(attempt, taken);
        self.lock().proven.keep(attempt, ());
    }

    /// Gives back what a try took that was no guess after all.
    pub(crate) fn take_back(&self, attempt: &Attempt, taken: Taken) {
        let mut counted = self.lock();
        counted.of_pair.level(attempt).give_back(GUESSES);
        if taken.of_address {
            counted.of_address.level(&attempt.address).give_back(GUESSES_OF_ADDRESS);
        }
        if taken.of_name {
            counted.of_name.level(&attempt.name).give_back(GUESSES_OF_NAME);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How much of a quota is used: the moment at which all of it is there again (GCRA).
#[derive(Debug, Clone, Copy, Default)]
struct Level {
    full_at: Duration,
}

impl Level {
    fn take(&mut self, quota: Quota, now: Duration) -> Result<(), Duration> {
        let full_at = self.full_at.max(now) + quota.interval;
        let latest = now + quota.interval * quota.at_once;
        if full_at > latest {
            return Err(full_at - latest);
        }
        self.full_at = full_at;
        Ok(())
    }

    fn give_back(&mut self, quota: Quota) {
        self.full_at = self.full_at.saturating_sub(quota.interval);
    }
}

/// What was of use lately. When it has grown to its limit, what was not used since it last did is
/// forgotten: no search for what is old, and never more than twice the limit.
struct Recent<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self { young: HashMap::new(), old: HashMap::new() }
    }
}

impl<K: Clone + Eq + Hash, V: Copy> Recent<K, V> {
    fn get(&mut self, key: &K) -> Option<V> {
        if let Some(value) = self.young.get(key) {
            return Some(*value);
        }
        let value = self.old.remove(key)?;
        self.keep(key, value);
        Some(value)
    }

    fn keep(&mut self, key: &K, value: V) {
        if self.young.len() >= COUNTED_GUESSERS {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(key.clone(), value);
    }
}

impl<K: Clone + Eq + Hash> Recent<K, Level> {
    fn level(&mut self, key: &K) -> &mut Level {
        if self.get(key).is_none() {
            self.keep(key, Level::default());
        }
        self.young.entry(key.clone()).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_000);

    fn attempt(address: &str, name: &str) -> Attempt {
        Attempt::new(address.parse().unwrap(), &Tenant::new("demo").unwrap(), name)
    }

    /// Guesses until it is told to wait; how often it could.
    fn guess(attempts: &Attempts, attempt: &Attempt, now: Duration) -> u32 {
        let mut guesses = 0;
        while attempts.begin(attempt, now).is_ok() {
            guesses += 1;
        }
        guesses
    }

    fn come_in(attempts: &Attempts, attempt: &Attempt) {
        let taken = attempts.begin(attempt, NOW).unwrap();
        attempts.succeeded(attempt, taken);
    }

    #[test]
    fn wrong_passwords_are_counted_and_right_ones_are_not() {
        let attempts = Attempts::default();
        let anna = attempt("192.0.2.1", "anna");
        for _ in 0..1_000 {
            come_in(&attempts, &anna);
        }
        assert_eq!(guess(&attempts, &anna, NOW), GUESSES.at_once);
        assert_eq!(guess(&attempts, &anna, NOW + GUESSES.interval), 1);
    }

    #[test]
    fn one_address_cannot_go_on_with_other_names() {
        let attempts = Attempts::default();
        let names = (0..).map(|number| attempt("192.0.2.1", &format!("name-{number}")));
        let taken = names.take_while(|attempt| attempts.begin(attempt, NOW).is_ok()).count();
        assert_eq!(taken, GUESSES_OF_ADDRESS.at_once as usize);
        assert!(attempts.begin(&attempt("192.0.2.2", "name-0"), NOW).is_ok());
    }

    #[test]
    fn many_addresses_that_guess_one_name_get_slow_but_lock_nobody_out() {
        let attempts = Attempts::default();
        let at_home = attempt("192.0.2.1", "admin");
        come_in(&attempts, &at_home);
        for number in 0..100 {
            guess(&attempts, &attempt(&format!("198.51.100.{number}"), "admin"), NOW);
        }
        let guesser = attempt("203.0.113.9", "admin");
        assert_eq!(guess(&attempts, &guesser, NOW), 1, "a try in a while");
        assert!(attempts.begin(&attempt("192.0.2.7", "admin"), NOW).is_ok(), "also for the right one");
        assert_eq!(guess(&attempts, &at_home, NOW), GUESSES.at_once, "who was right before feels nothing");
    }

    #[test]
    fn guessers_behind_the_same_address_do_not_keep_out_who_was_right_there() {
        let attempts = Attempts::default();
        let anna = attempt("192.0.2.1", "anna");
        come_in(&attempts, &anna);
        for number in 0..1_000 {
            let _ = attempts.begin(&attempt("192.0.2.1", &format!("name-{number}")), NOW);
        }
        assert!(attempts.begin(&anna, NOW).is_ok());
    }

    #[test]
    fn the_addresses_of_one_ipv6_customer_are_one() {
        assert_eq!(attempt("2001:db8::1", "anna"), attempt("2001:db8::ffff:2", "anna"));
        assert_ne!(attempt("2001:db8:0:1::1", "anna"), attempt("2001:db8:0:2::1", "anna"));
        assert_eq!(attempt("::ffff:192.0.2.1", "anna"), attempt("192.0.2.1", "anna"));
    }

    #[test]
    fn however_many_names_are_made_up_the_memory_has_an_end() {
        let mut recent: Recent<usize, Level> = Recent::default();
        for key in 0..COUNTED_GUESSERS * 3 {
            recent.level(&key);
            recent.level(&0);
        }
        assert!(recent.young.len() + recent.old.len() <= 2 * COUNTED_GUESSERS);
        assert!(recent.get(&0).is_some(), "what is used stays");
    }
}
