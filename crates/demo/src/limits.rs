//! Every limit and pace of the simulated network.

use std::time::Duration;

/// Seconds between two steps of the world.
pub const TICK: u64 = 2;
/// How long to wait before the platform is asked again.
pub const RETRY_PAUSE: Duration = Duration::from_secs(1);
/// How long a request may take.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait at most before the platform is asked again.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// How often a request that makes the platform fail is sent before it is given up.
pub const TRIES: u32 = 5;
/// Batches of readings that are kept while the platform does not take them; older ones are lost.
pub const BATCHES_KEPT: usize = 30;
/// A token that expires so soon is renewed before it is used.
pub const RENEW_BEFORE: Duration = Duration::from_secs(60);
/// Shipments that are on their way at the same time.
pub const SHIPMENTS_UNDER_WAY: usize = 56;
/// Reefer containers in the fleet.
pub const FLEET: usize = 28;
/// Shipments of the past that a new network has delivered.
pub const DELIVERED_BEFORE: usize = 64;
/// Seconds between two new orders.
pub const ORDER_EVERY: i64 = 6;
/// Seconds between two positions of one shipment.
pub const POSITION_EVERY: i64 = 10;
/// Seconds between two failures somewhere in the fleet.
pub const FAILURE_EVERY: i64 = 60;
/// Seconds that a failure lasts.
pub const FAILURE_LASTS: i64 = 150;
/// Seconds that a container is spared after a failure, so that they come all over the fleet. What goes wrong
/// with the same signal again within an hour the platform counts to the first time.
pub const SPARED: i64 = 1_500;
/// Seconds between two steps that count at most: a world that was stopped does not catch up at once.
pub const LONGEST_GAP: i64 = 60;
/// Of a hundred shipments, so many are late.
pub const LATE_SHARE: f64 = 0.12;
/// Seconds between two delays somewhere.
pub const DELAY_EVERY: i64 = 70;
/// Seconds that a delay lasts.
pub const DELAY_LASTS: i64 = 90;
