//! Every limit of the way in.

use std::num::NonZeroU32;
use std::time::Duration;

/// Largest body of a request, unless its route says otherwise.
pub const BODY_BYTES: usize = 8 * 1024 * 1024;
/// How much of a body that is too large is read before it is refused.
pub const DRAINED_BYTES: usize = 64 * 1024 * 1024;
/// Largest body of a request that anybody may send, such as a sign-in.
pub const PUBLIC_BODY_BYTES: usize = 16 * 1024;
/// Bytes of bodies that are being read at the same time, in KiB.
pub const BODIES_KIB: usize = 512 * 1024;
/// Connections at the same time. Further ones wait in the system's queue.
pub const CONNECTIONS: usize = 8_192;
/// How long a connection may take to say what it wants, also between two requests.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How often measurements are sorted into their buckets.
pub const METRICS_UPKEEP: Duration = Duration::from_secs(5);
/// How long a request may take, uploads of files apart.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Requests per second that one tenant may send over a longer time, unless the configuration says
/// otherwise. More than one machine answers: it is there for processes that several tenants share.
// Proof: the number is not zero.
pub const REQUESTS_PER_SECOND: NonZeroU32 = NonZeroU32::new(50_000).unwrap();
/// Verified tokens that are remembered.
pub const CACHED_TOKENS: u64 = 10_000;
/// How long it is remembered that access tokens have ended: until the last of them has expired.
pub const REVOCATION_LIFE: Duration = Duration::from_secs(20 * 60);
/// Accounts of which that is remembered, some 150 bytes each.
pub const REVOCATIONS: u64 = 100_000;
/// How often an open socket looks whether its token has ended.
pub const SESSION_CHECK_EVERY: Duration = Duration::from_secs(1);
/// Longest access token, in bytes.
pub const TOKEN_BYTES: usize = 8 * 1024;
/// Longest `Idempotency-Key`, in characters.
pub const IDEMPOTENCY_KEY_LENGTH: usize = 255;
/// Items on a page, unless the caller says how many.
pub const PAGE_DEFAULT: i64 = 25;
/// Most items on a page.
pub const PAGE_MOST: i64 = 200;
/// Largest message that a client may send over a WebSocket.
pub const WEBSOCKET_MESSAGE_BYTES: usize = 4 * 1024 * 1024;
/// How long a client may take to read a message of a WebSocket before its connection is closed.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(10);
/// How long requests in flight may take to end when the process stops.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an executor may take to end after that.
pub const EXECUTOR_DRAIN: Duration = Duration::from_millis(500);
/// How often another process's signing keys are asked for.
pub const KEY_REFRESH: Duration = Duration::from_secs(60);
/// How far the clocks of two machines may be apart, in seconds, when a token is verified.
pub const CLOCK_LEEWAY_SECONDS: u64 = 5;
/// Buckets of histograms of durations, in seconds.
pub const DURATION_BUCKETS: [f64; 14] =
    [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// Buckets of histograms of counts.
pub const COUNT_BUCKETS: [f64; 10] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];
