//! What the sockets share: how many there may be, and how they end.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Error;
use axum::extract::ws::Message;
use futures_util::{Sink, SinkExt};
use imsop_kernel::Tenant;
use imsop_platform::auth::Subject;
use imsop_platform::http::{Caller, websocket};
use imsop_platform::{ApiError, problems};
use tokio::time::timeout;

use crate::limits::{CLOSE_TIME, SEND_TIME, SOCKETS, SOCKETS_PER_CALLER};

/// Why a socket ends when its token does.
pub(crate) const EXPIRED: &str = "the token has expired";
/// Why a socket ends that sends what cannot be taken, or takes nothing.
pub(crate) const UNREADABLE: &str = "a message was too long or malformed, or nothing was read for too long";

type Owner = (Tenant, Subject);

/// The open sockets. Cheap to clone; all clones count together.
#[derive(Clone, Default)]
pub(crate) struct Sockets(Arc<Mutex<Open>>);

#[derive(Default)]
struct Open {
    all: usize,
    of: HashMap<Owner, usize>,
}

impl Sockets {
    /// A place for one more socket.
    pub(crate) fn take(&self, caller: &Caller) -> Result<Place, ApiError> {
        let owner = (caller.tenant().clone(), caller.principal.subject.clone());
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if open.of.get(&owner).is_some_and(|count| *count >= SOCKETS_PER_CALLER) {
            return Err(ApiError::from(problems::too_many_requests()).retry_after(5));
        }
        if open.all >= SOCKETS {
            return Err(ApiError::from(problems::overloaded("too many sockets are open")).retry_after(5));
        }
        open.all += 1;
        *open.of.entry(owner.clone()).or_default() += 1;
        Ok(Place { sockets: self.clone(), owner })
    }
}

/// A socket's place among the open ones, given back when it is dropped.
pub(crate) struct Place {
    sockets: Sockets,
    owner: Owner,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.sockets.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.all -= 1;
        let Some(count) = open.of.get_mut(&self.owner) else { return };
        *count -= 1;
        if *count == 0 {
            open.of.remove(&self.owner);
        }
    }
}

/// Sends a message, but does not wait for ever for a peer that does not read.
pub(crate) async fn send(
    socket: &mut (impl Sink<Message, Error = Error> + Unpin),
    message: Message,
) -> Result<(), Error> {
    timeout(SEND_TIME, socket.send(message)).await.unwrap_or_else(|late| Err(Error::new(late)))
}

/// Ends a socket with the reason, if the peer still listens.
pub(crate) async fn end(socket: &mut (impl Sink<Message, Error = Error> + Unpin), reason: &'static str) {
    let _ = timeout(CLOSE_TIME, socket.send(websocket::close(reason))).await;
}
