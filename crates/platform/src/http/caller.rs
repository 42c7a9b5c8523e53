//! Who is calling, as handlers see it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use imsop_journal::{Origin, Submission};
use imsop_kernel::{Tenant, Uuid};

use super::context::RequestContext;
use super::error::ApiError;
use super::extract::CommandRequest;
use crate::auth::{Principal, Revocations};
use crate::problems;

/// The authenticated caller of a request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who it is.
    pub principal: Principal,
    /// Where it can be seen that the caller's token has ended before its time.
    pub revocations: Revocations,
    /// Shared by everything that follows from the request.
    pub correlation_id: Uuid,
    /// W3C Trace Context of the request.
    pub traceparent: Option<String>,
}

impl Caller {
    /// Whose data the caller works with.
    pub fn tenant(&self) -> &Tenant {
        &self.principal.tenant
    }

    /// What the caller's commands follow from.
    pub fn origin(&self) -> Origin {
        Origin {
            tenant: self.principal.tenant.clone(),
            actor: self.principal.actor(),
            correlation_id: self.correlation_id,
            causation_id: None,
            traceparent: self.traceparent.clone(),
        }
    }

    /// The caller's request as a command for an executor.
    pub fn submission<T, C>(
        &self,
        request: CommandRequest<T>,
        command: impl FnOnce(T) -> C,
    ) -> Submission<C> {
        Submission {
            origin: self.origin(),
            // Apart from the keys that the platform itself makes, and from those of other callers.
            key: format!("http:{}:{}", self.principal.id(), request.key),
            fingerprint: request.fingerprint,
            command: command(request.body),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let gate = (parts.extensions.get::<Principal>(), parts.extensions.get::<Revocations>());
        let (Some(principal), Some(revocations)) = gate else {
            return Err(problems::unauthenticated("send a bearer token").into());
        };
        let context = RequestContext::current();
        Ok(Self {
            principal: principal.clone(),
            revocations: revocations.clone(),
            correlation_id: context.as_ref().map_or_else(Uuid::now_v7, |context| context.correlation_id),
            traceparent: context.map(|context| context.traceparent),
        })
    }
}
