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
/// Largest GraphQL request.
pub const QUERY_BYTES: usize = 64 * 1024;
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
