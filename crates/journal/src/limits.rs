//! Every limit of the journal.

use std::time::Duration;

/// Most commands that one transaction gathers; a batch is not divided.
pub const COMMANDS_PER_BATCH: usize = 2_048;
/// Most commands that may wait for the executor. A batch of the intake has up to 5,000, and several of
/// them must find room.
pub const QUEUE_LENGTH: usize = 65_536;
/// Most of them that may be of one tenant.
pub const QUEUE_LENGTH_PER_TENANT: usize = 32_768;
/// Commands that a tenant may always have waiting, however full the queue is of others' commands.
pub const PLACES_FOR_EVERYBODY: usize = 256;
/// Commands that a tenant may have executed in its turn, while others wait for theirs.
pub const COMMANDS_PER_TURN: usize = 256;
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
/// Size of SQLite's pages in new files. What changes lies anywhere in the trees, and a page is written whole,
/// once into the log and once into the file.
pub const SQLITE_PAGE_BYTES: u32 = 2_048;
/// SQLite's page cache, per connection that reads.
pub const SQLITE_CACHE_KIB: u32 = 4_096;
/// The same for the one that writes: what a large transaction changes must have room, or it is written, and
/// read again, in the middle of it. Taken as it is needed.
pub const SQLITE_WRITER_CACHE_KIB: u32 = 16_384;
/// How long to wait before SQLite is asked again for the lock that another process has.
pub const BUSY_PAUSE: Duration = Duration::from_millis(1);
/// Most rows that are written where the task runs; more could keep other tasks of the thread waiting.
pub const SQLITE_ROWS_IN_PLACE: usize = 64;
/// Most keys that a transaction on PostgreSQL locks one by one. Its server has room for 6,400 locks by
/// default, for all its connections together.
pub const KEYS_PER_TRANSACTION: usize = 256;
/// Most bytes of the rows of one page, if it has more than one.
pub const PAGE_BYTES: usize = 4 * 1024 * 1024;
/// Length of SQLite's write-ahead log from which it is folded into the file, once its writer rests. At SQLite's
/// default of 4 MiB a busy journal would fold, and sync, at nearly every commit.
pub const LOG_BYTES_BEFORE_FOLDING: u64 = 64 * 1024 * 1024;
/// Length from which it is folded while its writer is busy, too. Reading it again after a crash takes about a
/// second.
pub const LOG_BYTES_AT_MOST: u64 = 512 * 1024 * 1024;
/// Length from which the writer folds it itself, in a commit.
pub const LOG_BYTES_IN_COMMIT: u64 = 1024 * 1024 * 1024;
/// How often the log is looked at.
pub const FOLDING_INTERVAL: Duration = Duration::from_millis(500);
/// How long folding waits for readers of old pages, with the writer waiting behind it, before it gives up for
/// this time.
pub const FOLDING_PATIENCE: Duration = Duration::from_millis(20);
/// Statements that each connection to SQLite keeps prepared.
pub const SQLITE_STATEMENTS: usize = 256;
/// States that a context keeps in memory, twice, by what they take when they are stored: those of one
/// generation and of the one before. Most take some times as much in memory.
pub const BYTES_IN_MEMORY: usize = 8 * 1024 * 1024;
/// Kinds of aggregates, each of one tenant, that one statement reads. SQLite's own limit is 500.
pub const TABLES_PER_READ: usize = 32;
/// How long a transaction on PostgreSQL waits for a lock: whoever holds it may hang.
pub const POSTGRES_LOCK_TIMEOUT: &str = "10s";
/// How long a transaction on PostgreSQL may do nothing before the server ends it and frees its locks.
pub const POSTGRES_IDLE_TIMEOUT: &str = "30s";
/// How PostgreSQL plans a prepared statement: anew each time. A plan made while a table was nearly empty reads
/// all of it, and would be kept until the server happens to look at the table again.
pub const POSTGRES_PLANS: &str = "force_custom_plan";
