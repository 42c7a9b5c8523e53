//! Every limit of the test support.

use std::time::Duration;

/// How long a private PostgreSQL may take until it answers.
pub const POSTGRES_START: Duration = Duration::from_secs(60);
/// How often it is asked meanwhile.
pub const POSTGRES_POLL: Duration = Duration::from_millis(50);
/// Connections of a private PostgreSQL: many tests run at once, each with pools of its own.
pub const POSTGRES_CONNECTIONS: u32 = 300;
