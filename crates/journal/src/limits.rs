//! Every limit of the journal.

use std::time::Duration;

/// Most commands that one transaction gathers; a batch is not divided.
pub const COMMANDS_PER_BATCH: usize = 2_048;
/// Most commands that may wait for the executor. A batch of the intake has up to 5,000, and several of
/// them must find room.
pub const QUEUE_LENGTH: u32 = 65_536;
/// How often a batch is tried again after a conflict with another process.
pub const CONFLICT_RETRIES: u32 = 8;
/// Most events that one read of the feed gives.
pub const EVENTS_PER_READ: i64 = 4_000;
/// Connections for reading, per context.
pub const READ_CONNECTIONS: u32 = 4;
/// How long to wait for a free connection.
pub const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long SQLite waits for the lock of another process.
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// SQLite's page cache, per connection.
pub const SQLITE_CACHE_KIB: u32 = 4_096;
/// Most values in one SQLite statement; its own limit is 32,766.
pub const SQLITE_VALUES_PER_STATEMENT: usize = 8_000;
/// Advisory locks that the aggregates of one context share on PostgreSQL.
pub const LOCK_BUCKETS: u64 = 256;
/// Most bytes of the rows of one page, if it has more than one.
pub const PAGE_BYTES: usize = 4 * 1024 * 1024;
/// Pages of SQLite's write-ahead log after which it is folded into the file: 64 MiB. At its default of 4 MiB
/// a busy journal would fold, and sync, at nearly every commit.
pub const SQLITE_CHECKPOINT_PAGES: u32 = 16_384;
/// Statements that each connection to SQLite keeps prepared.
pub const SQLITE_STATEMENTS: usize = 256;
