//! Bodies: read whole, within a limit of their own and within one for all that are being read.

use axum::body::Bytes;
use axum::extract::Request;
use futures_util::StreamExt;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::error::ApiError;
use crate::limits::{BODIES_KIB, BODY_BYTES, DRAINED_BYTES};
use crate::problems;

/// A smaller limit than [`BODY_BYTES`], set beside a request by who lets it in.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimit(pub usize);

/// What may still be read at the same time, in KiB, by the whole process.
static ROOM: Semaphore = Semaphore::const_new(BODIES_KIB);

/// The whole body, within its limit.
///
/// Of a body that is too large some more is read and thrown away: a sender that is still sending when
/// the answer comes sees a broken connection instead of the answer. Not for those whom nobody knows.
pub async fn body_bytes(request: Request) -> Result<Bytes, ApiError> {
    let own_limit = request.extensions().get::<BodyLimit>().copied();
    let limit = own_limit.map_or(BODY_BYTES, |limit| limit.0);
    let drained = if own_limit.is_some() { 0 } else { DRAINED_BYTES };
    let mut pieces = request.into_body().into_data_stream();
    let mut body = Vec::new();
    let mut length = 0;
    let mut room = Room::default();
    while let Some(piece) = pieces.next().await {
        let piece =
            piece.map_err(|_| problems::invalid_body("the body ended before its announced length"))?;
        length += piece.len();
        if length > limit + drained {
            break;
        }
        if length <= limit {
            room.make_for(length)?;
            body.extend_from_slice(&piece);
        }
    }
    if length > limit {
        return Err(problems::body_too_large().into());
    }
    Ok(body.into())
}

/// The part of [`ROOM`] that one body has.
#[derive(Default)]
struct Room {
    taken: Option<SemaphorePermit<'static>>,
    kib: usize,
}

impl Room {
    fn make_for(&mut self, bytes: usize) -> Result<(), ApiError> {
        let wanted = bytes.div_ceil(1024).saturating_sub(self.kib);
        if wanted == 0 {
            return Ok(());
        }
        let Ok(more) = ROOM.try_acquire_many(u32::try_from(wanted).unwrap_or(u32::MAX)) else {
            let problem = problems::overloaded("too much is being sent at once; nothing of this was taken");
            return Err(ApiError::from(problem).retry_after(1));
        };
        self.kib += wanted;
        match &mut self.taken {
            Some(taken) => taken.merge(more),
            None => self.taken = Some(more),
        }
        Ok(())
    }
}
