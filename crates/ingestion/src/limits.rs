//! Every limit of the intake.

use std::num::NonZeroU32;
use std::time::Duration;

/// Largest body of `POST /ingest/api`.
pub const API_BODY_BYTES: usize = 8 * 1024 * 1024;
/// Most records in one request or frame.
pub const RECORDS_PER_BATCH: usize = 5_000;
/// Largest single record.
pub const RECORD_BYTES: usize = 256 * 1024;
/// Largest frame of `WS /ingest/telemetry`.
pub const FRAME_BYTES: usize = 4 * 1024 * 1024;
/// Frames of one connection that may wait for their acknowledgement.
pub const FRAMES_IN_FLIGHT: usize = 32;
/// Largest file of `POST /ingest/files`.
pub const FILE_BYTES: u64 = 1024 * 1024 * 1024;
/// Longest pause in the middle of an upload.
pub const UPLOAD_PAUSE: Duration = Duration::from_secs(60);
/// Imports that may wait for their turn; one runs at a time.
pub const IMPORTS_WAITING: usize = 64;
/// Rows of a file that are staged in one transaction.
pub const ROWS_PER_STAGE: usize = 2_000;
/// Business objects of a file that are applied at once.
pub const GROUPS_PER_BATCH: i64 = 512;
/// Most rows of one business object.
pub const ROWS_PER_OBJECT: i64 = 2_000;
/// Rows of business objects that are in memory at once.
pub const ROWS_LOADED: i64 = 8_000;
/// Quarantined rows that a report lists.
pub const REPORTED_FAULTS: usize = 50;
/// How far a device's clock may be ahead.
pub const CLOCK_AHEAD: Duration = Duration::from_secs(10 * 60);
/// How old telemetry may be: devices that were out of reach send their backlog.
pub const OLDEST_TELEMETRY: Duration = Duration::from_secs(366 * 24 * 3_600);
/// Most values in one telemetry event.
pub const READINGS_PER_EVENT: usize = 64;
/// Longest name of a signal.
pub const SIGNAL_LENGTH: usize = 64;
/// Longest text among the values.
pub const ATTRIBUTE_LENGTH: usize = 512;
/// Longest event type.
pub const EVENT_TYPE_LENGTH: usize = 128;
/// How often the intake looks for records whose outcome is open.
pub const RECOVERY_INTERVAL: Duration = Duration::from_secs(30);
/// How long a record may wait for its outcome before the intake asks again.
pub const OPEN_RECORD_AGE: Duration = Duration::from_secs(30);
/// Records whose outcome is asked for again at once.
pub const RECOVERED_AT_ONCE: i64 = 500;
/// Records per second that one tenant may send over a longer time.
// Proof: the numbers are not zero.
pub const RECORDS_PER_SECOND: NonZeroU32 = NonZeroU32::new(20_000).unwrap();
/// Records that one tenant may send at once.
pub const RECORD_BURST: NonZeroU32 = NonZeroU32::new(60_000).unwrap();
/// Longest name of a file.
pub const FILE_NAME_LENGTH: usize = 255;
/// Imports that the status lists.
pub const RECENT_IMPORTS: i64 = 20;
