//! The doors: first a valid token for everything that is not public, then the permission of a route.

use std::num::NonZeroU32;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use imsop_kernel::Tenant;

use super::permission::Permission;
use super::principal::Principal;
use super::token::TokenVerifier;
use crate::http::body::BodyLimit;
use crate::http::error::ApiError;
use crate::limits::PUBLIC_BODY_BYTES;
use crate::problems;

/// What anybody may call. `/` and what begins with `/assets/` are the user interface's files.
pub const PUBLIC_PATHS: [&str; 8] = [
    "/health/live",
    "/health/ready",
    "/auth/login",
    "/auth/refresh",
    "/auth/token",
    "/auth/logout",
    "/.well-known/jwks.json",
    "/",
];

// Proof: the number is not zero.
const TWICE: NonZeroU32 = NonZeroU32::new(2).unwrap();

/// The first door, shared by all requests.
#[derive(Clone)]
pub struct Gate {
    verifier: TokenVerifier,
    per_tenant: Arc<DefaultKeyedRateLimiter<Tenant>>,
    is_public: fn(&str) -> bool,
}

impl Gate {
    /// A gate that believes this verifier. `is_public` tells which further paths anybody may call.
    pub fn new(verifier: TokenVerifier, is_public: fn(&str) -> bool, per_second: NonZeroU32) -> Self {
        let quota = Quota::per_second(per_second).allow_burst(per_second.saturating_mul(TWICE));
        Self { verifier, per_tenant: Arc::new(RateLimiter::keyed(quota)), is_public }
    }

    /// A tenant's share, for those who go on asking without sending requests.
    fn share_of(&self, tenant: &Tenant) -> RequestShare {
        RequestShare { per_tenant: self.per_tenant.clone(), tenant: tenant.clone() }
    }

    fn admit(&self, request: &Request) -> Result<Option<Principal>, ApiError> {
        let path = request.uri().path();
        let token = bearer_token(request.headers());
        if PUBLIC_PATHS.contains(&path) || (self.is_public)(path) {
            return Ok(None);
        }
        let Some(token) = token else {
            return Err(problems::unauthenticated("send `Authorization: Bearer <access token>`").into());
        };
        let principal = self.verifier.verify(&token)?;
        if !self.share_of(&principal.tenant).admits() {
            return Err(ApiError::from(problems::too_many_requests()).retry_after(1));
        }
        Ok(Some(principal))
    }
}

/// A tenant's share of the requests per second. It lies beside every authenticated request, so that what
/// comes over a socket is counted together with what comes by requests.
#[derive(Clone)]
pub struct RequestShare {
    per_tenant: Arc<DefaultKeyedRateLimiter<Tenant>>,
    tenant: Tenant,
}

impl RequestShare {
    /// Counts one more, and says whether it is within the share.
    pub fn admits(&self) -> bool {
        let admits = self.per_tenant.check_key(&self.tenant).is_ok();
        if !admits {
            metrics::counter!("imsop_http_rate_limited_total").increment(1);
        }
        admits
    }
}

/// Lets a request through the gate, with its principal beside it.
pub async fn authenticate(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    match gate.admit(&request) {
        Ok(Some(principal)) => {
            request.extensions_mut().insert(gate.share_of(&principal.tenant));
            request.extensions_mut().insert(principal);
            request.extensions_mut().insert(gate.verifier.revocations().clone());
            next.run(request).await
        }
        Ok(None) => {
            request.extensions_mut().insert(BodyLimit(PUBLIC_BODY_BYTES));
            next.run(request).await
        }
        Err(error) => error.into_response(),
    }
}

/// The token of a request. Browsers cannot set headers on a WebSocket; they offer the token as a
/// subprotocol, `bearer.<token>`, beside the one they want to speak.
fn bearer_token(headers: &HeaderMap) -> Option<String> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned());
    }
    let offered = headers.get(header::SEC_WEBSOCKET_PROTOCOL)?.to_str().ok()?;
    let token = offered.split(',').find_map(|protocol| protocol.trim().strip_prefix("bearer."))?;
    Some(token.to_owned())
}

/// The door of a group of routes: `router.route_layer(from_fn_with_state(permission, requires))`.
pub async fn requires(State(permission): State<Permission>, request: Request, next: Next) -> Response {
    match request.extensions().get::<Principal>() {
        Some(principal) if principal.may(permission) => next.run(request).await,
        Some(_) => ApiError::from(problems::forbidden(permission.as_str())).into_response(),
        None => ApiError::from(problems::unauthenticated("send a bearer token")).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUOTA: NonZeroU32 = NonZeroU32::new(100).unwrap();
    use crate::auth::{KeyRing, Revocations};

    #[test]
    fn what_is_asked_over_sockets_counts_together_with_all_that_its_tenant_asks() {
        let gate =
            Gate::new(TokenVerifier::new(KeyRing::default(), Revocations::default()), |_| false, QUOTA);
        let (ours, theirs) = (Tenant::new("ours").unwrap(), Tenant::new("theirs").unwrap());
        let socket = gate.share_of(&ours);
        let most = 100 * QUOTA.get();
        assert!((0..most).any(|_| !socket.admits()), "it ends");
        // What comes back meanwhile is a few at a time.
        assert!((0..most).any(|_| !gate.share_of(&ours).admits()));
        assert!(gate.share_of(&theirs).admits(), "others have their own");
    }
}
