//! WebSockets: the limits and the end of a session that all of them share.

use std::time::Duration;

use axum::extract::WebSocketUpgrade;
use axum::extract::ws::{CloseFrame, Message, close_code};
use imsop_kernel::Timestamp;

use super::caller::Caller;
use crate::limits::{SESSION_CHECK_EVERY, WEBSOCKET_MESSAGE_BYTES};

/// The subprotocol of the platform's own messages.
pub const PROTOCOL: &str = "imsop.v1";

/// The upgrade, with the platform's limits and subprotocols.
pub fn limited(upgrade: WebSocketUpgrade, protocols: [&'static str; 1]) -> WebSocketUpgrade {
    upgrade
        .max_message_size(WEBSOCKET_MESSAGE_BYTES)
        .max_frame_size(WEBSOCKET_MESSAGE_BYTES)
        .protocols(protocols)
}

/// Ends when the caller's token does, in its time or before. A socket must not outlive the right to
/// have it.
pub async fn expired(caller: &Caller) {
    loop {
        let left = caller.principal.expires_at.duration_since(Timestamp::now());
        let left = Duration::try_from(left).unwrap_or_default();
        if left.is_zero() || caller.revocations.has_ended(&caller.principal) {
            return;
        }
        tokio::time::sleep(left.min(SESSION_CHECK_EVERY)).await;
    }
}

/// The frame that ends a socket, with the reason.
pub fn close(reason: &'static str) -> Message {
    Message::Close(Some(CloseFrame { code: close_code::POLICY, reason: reason.into() }))
}
