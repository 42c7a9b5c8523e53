//! Every limit of the backbone.

use std::time::Duration;

/// Most events that the relay publishes at once.
pub const RELAY_BATCH: i64 = 2_000;
/// Most events that a consumer takes at once.
pub const CONSUMER_BATCH: usize = 1_000;
/// How long a relay or consumer sleeps when nothing wakes it: another process may have written.
pub const IDLE_POLL: Duration = Duration::from_millis(200);
/// How long a relay leaves publishing to another process, once it has found one at it.
pub const LEFT_TO_OTHERS: Duration = Duration::from_millis(100);
/// The first pause after a transient failure.
pub const RETRY_FIRST: Duration = Duration::from_millis(20);
/// The longest pause between two tries.
pub const RETRY_LONGEST: Duration = Duration::from_secs(30);
