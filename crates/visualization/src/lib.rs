//! Visualization: read models built from events, and the ways to look at them: GraphQL, the dashboard,
//! and live updates.
//!
//! It owns nothing that cannot be rebuilt by replaying the events. It must never decide anything, never
//! write to another context, and never answer without saying how fresh the answer is.

pub mod counters;
pub mod fold;
pub mod graphql;
pub mod limits;
pub mod live;
pub mod model;
pub mod projection;
pub mod reads;
pub mod scalars;
pub mod telemetry;
pub mod views;
