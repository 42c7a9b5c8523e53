//! `/auth`: logging in, staying in, and what a token is worth.

use axum::Form;
use axum::body::Body;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use imsop_kernel::ids::{Kind, natural_id};
use imsop_kernel::problem::Fault;
use imsop_kernel::{Tenant, Timestamp};
use imsop_platform::http::body::body_bytes;
use imsop_platform::http::extract::content_type;
use imsop_platform::http::{Caller, Json, Peer};
use imsop_platform::{ApiError, Principal, Role, problems};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::limits::{ACCESS_TOKEN_LIFE, PASSWORD_LONGEST, USERNAME_LENGTH};
use crate::secrets::{NOBODYS_HASH, digest};
use crate::sessions::{self, Session};
use crate::state::IdentityState;
use crate::{queries, users_api};

pub(crate) fn routes(state: IdentityState) -> OpenApiRouter {
    router().with_state(state)
}

/// What these routes say of themselves, for the interface documents.
pub fn documentation() -> utoipa::openapi::OpenApi {
    router().into_openapi()
}

fn router() -> OpenApiRouter<IdentityState> {
    OpenApiRouter::new()
        .routes(routes!(login))
        .routes(routes!(refresh))
        .routes(routes!(token))
        .routes(routes!(logout))
        .routes(routes!(validate))
        .routes(routes!(key_set))
        .merge(users_api::routes())
}

/// A name and a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LoginRequest {
    username: String,
    password: String,
    /// The tenant, if it is not the one that the platform was set up with.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    tenant: Option<Tenant>,
}

/// Tokens of a session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SessionTokens {
    access_token: String,
    /// Holds for one use at `/auth/refresh`.
    refresh_token: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds until the access token expires.
    expires_in: u64,
}

impl From<Session> for SessionTokens {
    fn from(session: Session) -> Self {
        Self {
            access_token: session.access_token,
            refresh_token: session.refresh_token,
            token_type: "Bearer",
            expires_in: ACCESS_TOKEN_LIFE.as_secs(),
        }
    }
}

/// Tokens must not stay in any cache on the way (RFC 6749, section 5.1).
fn not_stored(body: impl IntoResponse) -> Response {
    let mut response = body.into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Log in
///
/// Gives an access token for some minutes, and a refresh token to get the next one with.
#[utoipa::path(post, path = "/auth/login", tag = "identity", request_body = LoginRequest,
    responses((status = 200, description = "Logged in", body = SessionTokens)))]
async fn login(
    State(state): State<IdentityState>,
    Peer(address): Peer,
    Json(request): Json<LoginRequest>,
) -> Result<Response, ApiError> {
    let refused = || ApiError::from(problems::unauthenticated("the name or the password is wrong"));
    let tenant = request.tenant.unwrap_or_else(|| state.default_tenant.clone());
    if request.username.len() > USERNAME_LENGTH || request.password.len() > PASSWORD_LONGEST {
        return Err(refused());
    }
    let id = natural_id(&tenant, Kind::User.as_str(), &request.username);
    let found = queries::credential(state.database(), &tenant, Kind::User, id).await?;
    // An unknown name takes as long as a known one, so that nobody learns who exists.
    let hash = found.as_ref().map_or(NOBODYS_HASH, |(_, hash)| hash).to_owned();
    let who = (&tenant, request.username.as_str());
    let is_right = state.is_password(address, who, request.password, hash).await?;
    let account = found.map(|(account, _)| account).filter(|account| is_right && account.active);
    metrics::counter!("imsop_identity_logins_total", "accepted" => account.is_some().to_string())
        .increment(1);
    let account = account.ok_or_else(refused)?;
    let session = sessions::begin(&state, &tenant, id, &account).await?.ok_or_else(refused)?;
    Ok(not_stored(Json(SessionTokens::from(session))))
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RefreshRequest {
    refresh_token: String,
}

/// Stay logged in
///
/// Gives the next pair of tokens. The token given holds no longer; if it comes again, all sessions
/// that grew from the same login end.
#[utoipa::path(post, path = "/auth/refresh", tag = "identity", request_body = RefreshRequest,
    responses((status = 200, description = "The next tokens", body = SessionTokens)))]
async fn refresh(
    State(state): State<IdentityState>,
    Json(request): Json<RefreshRequest>,
) -> Result<Response, ApiError> {
    let session = sessions::refresh(&state, &request.refresh_token).await?;
    Ok(not_stored(Json(SessionTokens::from(session))))
}

/// Log out
///
/// Ends the session that the refresh token belongs to.
#[utoipa::path(post, path = "/auth/logout", tag = "identity", request_body = RefreshRequest,
    responses((status = 204, description = "Logged out")))]
async fn logout(
    State(state): State<IdentityState>,
    Json(request): Json<RefreshRequest>,
) -> Result<StatusCode, ApiError> {
    sessions::end(&state, &request.refresh_token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Client credentials (RFC 6749, section 4.4).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TokenRequest {
    /// Always `client_credentials`.
    #[schema(example = "client_credentials")]
    grant_type: String,
    client_id: String,
    client_secret: String,
    /// The tenant, if it is not the one that the platform was set up with.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    tenant: Option<Tenant>,
    /// Accepted and not looked at: a client has its roles.
    #[serde(default)]
    #[allow(dead_code, reason = "client libraries send it")]
    scope: Option<String>,
}

/// An access token (RFC 6749, section 5.1).
#[derive(Serialize, ToSchema)]
struct TokenResponse {
    access_token: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    expires_in: u64,
}

/// Get a token as a machine client
///
/// OAuth 2.0 client credentials, as a form or as JSON.
#[utoipa::path(post, path = "/auth/token", tag = "identity",
    request_body(content((TokenRequest = "application/json"), (TokenRequest = "application/x-www-form-urlencoded"))),
    responses((status = 200, description = "A token", body = TokenResponse)))]
async fn token(State(state): State<IdentityState>, request: Request) -> Result<Response, ApiError> {
    let request = token_request(request).await?;
    if request.grant_type != "client_credentials" {
        let fault = Fault::at("grant_type", "unknown-value", "must be `client_credentials`");
        return Err(problems::validation_failed(vec![fault]).into());
    }
    let tenant = request.tenant.unwrap_or_else(|| state.default_tenant.clone());
    let id = natural_id(&tenant, Kind::Client.as_str(), &request.client_id);
    let found = queries::credential(state.database(), &tenant, Kind::Client, id).await?;
    // Both are digests of equal length of secrets that nobody can guess: how long the comparison
    // takes tells nothing of use.
    let secret_digest = digest(&request.client_secret);
    let account = found.filter(|(account, hash)| account.active && *hash == secret_digest);
    let (account, _) =
        account.ok_or_else(|| problems::unauthenticated("the client or its secret is wrong"))?;
    let access_token = sessions::access_token(&state, &tenant, id, &account)?;
    let expires_in = ACCESS_TOKEN_LIFE.as_secs();
    Ok(not_stored(Json(TokenResponse { access_token, token_type: "Bearer", expires_in })))
}

/// The media type that RFC 6749 asks for.
const FORM: &str = "application/x-www-form-urlencoded";

async fn token_request(request: Request) -> Result<TokenRequest, ApiError> {
    if content_type(request.headers()) != FORM {
        return Json::from_request(request, &()).await.map(|Json(body)| body);
    }
    // Read as all bodies are, within the limit for those whom nobody knows.
    let bytes = body_bytes(request).await?;
    let mut form = Request::new(Body::from(bytes));
    *form.method_mut() = Method::POST;
    form.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(FORM));
    match Form::<TokenRequest>::from_request(form, &()).await {
        Ok(Form(body)) => Ok(body),
        Err(rejection) => {
            let fault = Fault::whole("not-fitting", rejection.body_text());
            Err(problems::validation_failed(vec![fault]).into())
        }
    }
}

/// What a token is worth.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Validation {
    active: bool,
    subject: String,
    username: String,
    tenant: String,
    roles: Vec<Role>,
    permissions: Vec<&'static str>,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

impl From<Principal> for Validation {
    fn from(principal: Principal) -> Self {
        Self {
            active: true,
            subject: principal.id().to_owned(),
            username: principal.name,
            tenant: principal.tenant.to_string(),
            roles: principal.roles,
            permissions: principal.permissions.into_iter().map(|permission| permission.as_str()).collect(),
            expires_at: principal.expires_at,
        }
    }
}

/// Ask what a token is worth
#[utoipa::path(get, path = "/auth/validate", tag = "identity",
    responses((status = 200, description = "The token holds", body = Validation)))]
async fn validate(caller: Caller) -> Json<Validation> {
    Json(caller.principal.into())
}

/// The public keys of access tokens
///
/// A JSON Web Key Set (RFC 7517).
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "identity",
    responses((status = 200, description = "The keys", body = Object)))]
async fn key_set(State(state): State<IdentityState>) -> Response {
    Json(&state.signer.published).into_response()
}
