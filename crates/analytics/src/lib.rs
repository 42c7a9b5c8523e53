//! The analytics context: what the platform concludes from what it has been told.
//!
//! It owns the streaming detector over telemetry, which knows for every signal of every device what
//! its contract allows and what is usual for it, and says once per excursion what is wrong and why.
//! It must never change what it judges: readings belong to ingestion, alerts to operations.

pub mod domain;
