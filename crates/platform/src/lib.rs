//! What every service of the platform stands on: configuration, the way in over HTTP, who may call,
//! what a refusal looks like, limits, logs, metrics and traces, and how services start and stop.
//!
//! It owns the plumbing. It must never know an order, a shipment or any other thing of a context,
//! and no context may answer a request that has not passed through here.

pub mod auth;
pub mod config;
pub mod http;
pub mod limits;
pub mod problems;
pub mod service;
pub mod telemetry;

pub use auth::{Permission, Principal, Role};
pub use config::Config;
pub use http::error::ApiError;
pub use service::{Node, Service, StartError};
