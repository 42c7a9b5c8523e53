//! Where time and ids come from. The simulator brings its own.

use imsop_kernel::{Timestamp, Uuid};

/// The clock and the source of ids.
pub trait Environment: Send + Sync {
    /// The moment.
    fn now(&self) -> Timestamp;
    /// A new id.
    fn new_id(&self) -> Uuid;
}

/// The machine's clock, and UUIDv7 from the machine's randomness.
pub struct Machine;

impl Environment for Machine {
    fn now(&self) -> Timestamp {
        // Databases keep microseconds; what is written must be what is read.
        let now = Timestamp::now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}
