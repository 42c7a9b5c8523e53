//! Every limit of the read side.

use std::time::Duration;

/// Items of a page when none are asked for.
pub const PAGE_DEFAULT: i32 = 25;
/// Most items of a page.
pub const PAGE_LONGEST: i32 = 200;
/// Rows up to which a total is counted; beyond, there is no total.
pub const COUNTED_TOTAL: i64 = 10_000;
/// Most shipments on the map.
pub const MAP_SHIPMENTS: i32 = 2_000;
/// Most events of a timeline.
pub const TIMELINE_EVENTS: i64 = 500;
/// Most positions of a route.
pub const ROUTE_POINTS: i32 = 2_000;
/// Most readings of one question.
pub const READINGS: i32 = 5_000;
/// How long readings are kept here; the lake keeps them longer.
pub const READINGS_KEPT: Duration = Duration::from_secs(30 * 24 * 3_600);
/// How often old readings are removed.
pub const CLEANING_INTERVAL: Duration = Duration::from_secs(3_600);
/// Rows that one cleaning step removes.
pub const CLEANING_ROWS: i64 = 10_000;
/// Deepest GraphQL query.
pub const QUERY_DEPTH: usize = 12;
/// Most complex GraphQL query, in fields, lists multiplied by their limits.
pub const QUERY_COMPLEXITY: usize = 50_000;
/// Longest GraphQL document.
pub const QUERY_BYTES: usize = 64 * 1024;
/// Deepest nesting of brackets in a GraphQL document. The parser calls itself for each, without a limit of
/// its own, and a stack that overflows ends the process.
pub const QUERY_NESTING: usize = 48;
/// Deepest nesting of fields and fragments in a GraphQL document. Introspection of types is deep by nature.
pub const QUERY_RECURSION: usize = 32;
/// Most fields and fragments of a GraphQL document, each fragment counted wherever it is spread: as many
/// are visited, several times over, before the first field is answered.
pub const QUERY_SELECTIONS: usize = 10_000;
/// Cost of the figures of the control tower, in fields: they are several questions to the store.
pub const OVERVIEW_COST: usize = 500;
/// How long a GraphQL query may take; shorter than a request, so that the asker learns why.
pub const QUERY_TIME: Duration = Duration::from_secs(20);
/// Largest message that a client may send over a GraphQL socket: a document and its variables.
pub const GRAPHQL_MESSAGE_BYTES: usize = 2 * QUERY_BYTES;
/// Queries and subscriptions that may run at once over one GraphQL socket.
pub const SOCKET_OPERATIONS: usize = 32;
/// Refusals that may wait to be sent over one GraphQL socket; who is refused faster than it reads is cut off.
pub const SOCKET_REFUSALS: usize = 32;
/// Sockets that one user or machine client may have open.
pub const SOCKETS_PER_CALLER: usize = 64;
/// Sockets that may be open to one process.
pub const SOCKETS: usize = 4_096;
/// How long a message may wait for a watcher that does not read.
pub const SEND_TIME: Duration = Duration::from_secs(30);
/// How long the last message, which says why a socket ends, may wait.
pub const CLOSE_TIME: Duration = Duration::from_secs(1);
/// How long the freshness of the read models is remembered: those who look must not use up the
/// connections of those who work.
pub const AS_OF_KEPT: Duration = Duration::from_millis(100);
/// Largest message that a watcher may send.
pub const LIVE_MESSAGE_BYTES: usize = 4 * 1024;
/// Longest id of what is watched, in characters; ids and numbers are at most as long.
pub const WATCHED_ID_LENGTH: usize = 128;
/// Live messages that a slow watcher may be behind before it must fetch again.
pub const LIVE_BACKLOG: usize = 8_192;
/// How often the overview is sent to watchers, at most.
pub const OVERVIEW_INTERVAL: Duration = Duration::from_secs(1);
/// Shipments and devices that one watcher may follow.
pub const WATCHED: usize = 100;
/// Minutes over which the event rate is taken.
pub const RATE_MINUTES: i64 = 5;
/// Alerts on the dashboard.
pub const DASHBOARD_ALERTS: i32 = 50;
/// Minutes of activity on the dashboard.
pub const DASHBOARD_MINUTES: i64 = 60;
/// How often watchers get the overview although nothing happened: rates fall, and they see that we live.
pub const OVERVIEW_AT_REST: Duration = Duration::from_secs(10);
