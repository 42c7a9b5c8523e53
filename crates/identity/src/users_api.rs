//! `/users` and `/clients`: who is registered, and as what.

use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use imsop_journal::{Touched, feed};
use imsop_kernel::ids::{Kind, natural_id};
use imsop_kernel::{Page, StreamId, Timestamp, Uuid};
use imsop_platform::auth::{Permission, requires};
use imsop_platform::http::error::accepted;
use imsop_platform::http::paging::page_limit;
use imsop_platform::http::{Caller, CommandRequest, IfMatch, Json, PageQuery, Path, Query, resource};
use imsop_platform::{ApiError, Role, problems};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::{Account, Change, Command, Identity};
use crate::queries::{self, StoredAccount};
use crate::secrets::{digest, password_fault, random_secret};
use crate::state::IdentityState;

pub(crate) fn routes() -> OpenApiRouter<IdentityState> {
    let reads = OpenApiRouter::new()
        .routes(routes!(list_users))
        .routes(routes!(get_user))
        .routes(routes!(list_clients))
        .routes(routes!(get_client))
        .route_layer(from_fn_with_state(Permission::UsersRead, requires));
    let changes = OpenApiRouter::new()
        .routes(routes!(register_user))
        .routes(routes!(change_user))
        .routes(routes!(register_client))
        .routes(routes!(change_client))
        .routes(routes!(change_client_secret))
        .route_layer(from_fn_with_state(Permission::UsersManage, requires));
    let own = OpenApiRouter::new().routes(routes!(permissions));
    own.merge(reads).merge(changes)
}

/// A user or a machine client.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AccountResource {
    id: Uuid,
    /// The name to log in with, or the client's id.
    username: String,
    roles: Vec<Role>,
    active: bool,
    #[schema(value_type = String, format = DateTime)]
    registered_at: Timestamp,
    version: i64,
    /// A client's new secret. Shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
}

impl AccountResource {
    fn new(id: Uuid, version: i64, account: &Account) -> Self {
        Self {
            id,
            username: account.name.clone(),
            roles: account.roles.clone(),
            active: account.active,
            registered_at: account.registered_at,
            version,
            client_secret: None,
        }
    }
}

impl From<StoredAccount> for AccountResource {
    fn from(stored: StoredAccount) -> Self {
        Self::new(stored.id, stored.version, &stored.account)
    }
}

async fn page_of(
    state: &IdentityState,
    caller: &Caller,
    kind: Kind,
    query: PageQuery,
) -> Result<Page<AccountResource>, ApiError> {
    let limit = page_limit(query.limit)?;
    let after = query.after.unwrap_or_default();
    let as_of = feed::head(state.database(), Timestamp::now()).await?;
    let found = queries::accounts(state.database(), caller.tenant(), kind, &after, limit + 1).await?;
    let mut items: Vec<AccountResource> = found.into_iter().map(AccountResource::from).collect();
    let has_more = items.len() as i64 > limit;
    items.truncate(usize::try_from(limit).unwrap_or(0));
    let next = items.last().filter(|_| has_more).map(|last| last.username.clone());
    Ok(Page { items, next, as_of })
}

/// List users
#[utoipa::path(get, path = "/users", tag = "identity", params(PageQuery),
    responses((status = 200, description = "A page of users", body = Page<AccountResource>)))]
async fn list_users(
    State(state): State<IdentityState>,
    caller: Caller,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<AccountResource>>, ApiError> {
    page_of(&state, &caller, Kind::User, query).await.map(Json)
}

/// List machine clients
#[utoipa::path(get, path = "/clients", tag = "identity", params(PageQuery),
    responses((status = 200, description = "A page of clients", body = Page<AccountResource>)))]
async fn list_clients(
    State(state): State<IdentityState>,
    caller: Caller,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<AccountResource>>, ApiError> {
    page_of(&state, &caller, Kind::Client, query).await.map(Json)
}

/// `me` is whoever is calling.
fn user_id(text: &str, caller: &Caller) -> Result<Uuid, ApiError> {
    let text = if text == "me" { caller.principal.id() } else { text };
    text.parse().map_err(|_| problems::not_found("user", text).into())
}

async fn find(state: &IdentityState, caller: &Caller, id: Uuid) -> Result<StoredAccount, ApiError> {
    let mut found = queries::account(state.database(), caller.tenant(), Kind::User, id).await?;
    if found.is_none() {
        found = queries::account(state.database(), caller.tenant(), Kind::Client, id).await?;
    }
    found.ok_or_else(|| problems::not_found("user", &id.to_string()).into())
}

/// Get a user
#[utoipa::path(get, path = "/users/{id}", tag = "identity", params(("id" = String, Path, description = "The user's id, or `me`")),
    responses((status = 200, description = "The user", body = AccountResource)))]
async fn get_user(
    State(state): State<IdentityState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let stored = find(&state, &caller, user_id(&id, &caller)?).await?;
    Ok(resource(StatusCode::OK, stored.version, &AccountResource::from(stored)))
}

/// What somebody may do.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Permissions {
    user_id: Uuid,
    roles: Vec<Role>,
    permissions: Vec<&'static str>,
}

/// Get what a user may do
///
/// Everybody may ask this of themselves; of others only who may read users.
#[utoipa::path(get, path = "/users/{id}/permissions", tag = "identity", params(("id" = String, Path, description = "The user's id, or `me`")),
    responses((status = 200, description = "Roles and permissions", body = Permissions)))]
async fn permissions(
    State(state): State<IdentityState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Permissions>, ApiError> {
    let user_id = user_id(&id, &caller)?;
    let own = caller.principal.id() == user_id.to_string();
    if !own && !caller.principal.may(Permission::UsersRead) {
        return Err(problems::forbidden(Permission::UsersRead.as_str()).into());
    }
    let roles = find(&state, &caller, user_id).await?.account.roles;
    let permissions = Role::permissions_of(&roles).into_iter().map(Permission::as_str).collect();
    Ok(Json(Permissions { user_id, roles, permissions }))
}

/// A new user.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RegisterUser {
    username: String,
    password: String,
    roles: Vec<Role>,
}

/// Register a user
#[utoipa::path(post, path = "/users", tag = "identity", request_body = RegisterUser,
    responses((status = 201, description = "Registered", body = AccountResource),
              (status = 409, description = "The name is taken")))]
async fn register_user(
    State(state): State<IdentityState>,
    caller: Caller,
    request: CommandRequest<RegisterUser>,
) -> Result<Response, ApiError> {
    let RegisterUser { username, password, roles } = request.body;
    if let Some(fault) = password_fault(&password) {
        return Err(problems::validation_failed(vec![fault]).into());
    }
    let trace = password_trace(&state, &caller, &request.key, &password).await?;
    let fingerprint = format!("register user {username} {roles:?} {trace}");
    let secret_hash = state.hash_password(password).await?;
    let command = Command::RegisterUser { username, roles, secret_hash };
    let touched = submit(&state, &caller, request.key, fingerprint, command).await?;
    let touched = touched.first().ok_or_else(problems::internal)?;
    let body = AccountResource::new(touched.stream.id, touched.version, &touched.state);
    Ok(resource(StatusCode::CREATED, touched.version, &body))
}

/// The password's part in a request's fingerprint. A plain digest of it must not be kept.
async fn password_trace(
    state: &IdentityState,
    caller: &Caller,
    key: &str,
    password: &str,
) -> Result<String, ApiError> {
    state.password_trace(password.to_owned(), format!("{}/{key}", caller.tenant())).await
}

/// What is to change. What is not named stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeUser {
    #[serde(default)]
    roles: Option<Vec<Role>>,
    #[serde(default)]
    active: Option<bool>,
    #[serde(default)]
    password: Option<String>,
}

/// Change a user
///
/// A changed or deactivated user has to log in again: its sessions end, and so do its access tokens,
/// except in processes without identity, where they hold for some minutes. The last active
/// administrator stays one.
#[utoipa::path(patch, path = "/users/{id}", tag = "identity", request_body = ChangeUser,
    params(("id" = String, Path, description = "The user's id, or `me`")),
    responses((status = 200, description = "Changed", body = AccountResource),
              (status = 409, description = "It is the last active administrator")))]
async fn change_user(
    State(state): State<IdentityState>,
    caller: Caller,
    Path(id): Path<String>,
    IfMatch(expected_version): IfMatch,
    request: CommandRequest<ChangeUser>,
) -> Result<Response, ApiError> {
    let ChangeUser { roles, active, password } = request.body;
    if let Some(fault) = password.as_deref().and_then(password_fault) {
        return Err(problems::validation_failed(vec![fault]).into());
    }
    let account = StreamId::new(Kind::User, user_id(&id, &caller)?);
    let mut fingerprint = format!("change user {account} {roles:?} {active:?}");
    let mut secret_hash = None;
    if let Some(password) = password {
        fingerprint.push_str(&password_trace(&state, &caller, &request.key, &password).await?);
        secret_hash = Some(state.hash_password(password).await?);
    }
    let mut change = Change { expected_version, roles, active, secret_hash, ..Change::of(account) };
    if change.may_remove_an_administrator() {
        let others = queries::other_administrators(state.database(), caller.tenant(), account.id).await?;
        change.other_administrators = others;
    }
    let stored = submit_change(&state, &caller, request.key, fingerprint, change).await?;
    Ok(resource(StatusCode::OK, stored.version, &AccountResource::from(stored)))
}

/// Changes an account, and ends the access tokens from before.
async fn submit_change(
    state: &IdentityState,
    caller: &Caller,
    key: String,
    fingerprint: String,
    change: Change,
) -> Result<StoredAccount, ApiError> {
    let StreamId { kind, id } = change.account;
    submit(state, caller, key, fingerprint, Command::Change(change)).await?;
    let found = queries::account(state.database(), caller.tenant(), kind, id).await?;
    let stored = found.ok_or_else(problems::internal)?;
    state.end_tokens(caller.tenant(), id, stored.account.generation);
    Ok(stored)
}

/// A new machine client.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RegisterClient {
    client_id: String,
    roles: Vec<Role>,
}

/// Register a machine client
///
/// The answer holds its secret, this once.
#[utoipa::path(post, path = "/clients", tag = "identity", request_body = RegisterClient,
    responses((status = 201, description = "Registered", body = AccountResource),
              (status = 409, description = "The name is taken")))]
async fn register_client(
    State(state): State<IdentityState>,
    caller: Caller,
    request: CommandRequest<RegisterClient>,
) -> Result<Response, ApiError> {
    let RegisterClient { client_id, roles } = request.body;
    let secret = random_secret()?;
    let id = natural_id(caller.tenant(), Kind::Client.as_str(), &client_id);
    let command = Command::RegisterClient { client_id, roles, secret_hash: digest(&secret) };
    submit(&state, &caller, request.key, request.fingerprint, command).await?;
    let stored = find(&state, &caller, id).await?;
    let mut body = AccountResource::from(stored);
    body.client_secret = if_kept(&state, &caller, id, secret).await?;
    Ok(resource(StatusCode::CREATED, body.version, &body))
}

/// Get a machine client
#[utoipa::path(get, path = "/clients/{id}", tag = "identity", params(("id" = Uuid, Path, description = "The client's id")),
    responses((status = 200, description = "The client", body = AccountResource)))]
async fn get_client(
    State(state): State<IdentityState>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, ApiError> {
    let found = queries::account(state.database(), caller.tenant(), Kind::Client, id).await?;
    let stored = found.ok_or_else(|| problems::not_found("client", &id.to_string()))?;
    Ok(resource(StatusCode::OK, stored.version, &AccountResource::from(stored)))
}

/// What is to change. What is not named stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeClient {
    #[serde(default)]
    roles: Option<Vec<Role>>,
    #[serde(default)]
    active: Option<bool>,
}

/// Change a machine client
///
/// A changed or deactivated client needs a new token: those from before end, except in processes
/// without identity, where they hold for some minutes.
#[utoipa::path(patch, path = "/clients/{id}", tag = "identity", request_body = ChangeClient,
    params(("id" = Uuid, Path, description = "The client's id")),
    responses((status = 200, description = "Changed", body = AccountResource)))]
async fn change_client(
    State(state): State<IdentityState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    IfMatch(expected_version): IfMatch,
    request: CommandRequest<ChangeClient>,
) -> Result<Response, ApiError> {
    let ChangeClient { roles, active } = request.body;
    let account = StreamId::new(Kind::Client, id);
    let change = Change { expected_version, roles, active, ..Change::of(account) };
    let stored = submit_change(&state, &caller, request.key, request.fingerprint, change).await?;
    Ok(resource(StatusCode::OK, stored.version, &AccountResource::from(stored)))
}

/// A change that says all by its name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSecret {}

/// Give a machine client a new secret
///
/// The answer holds it, this once. From then on the old one opens nothing, nor do tokens that it got.
#[utoipa::path(post, path = "/clients/{id}/secret", tag = "identity", request_body = NewSecret,
    params(("id" = Uuid, Path, description = "The client's id")),
    responses((status = 200, description = "Changed", body = AccountResource)))]
async fn change_client_secret(
    State(state): State<IdentityState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    IfMatch(expected_version): IfMatch,
    request: CommandRequest<NewSecret>,
) -> Result<Response, ApiError> {
    let secret = random_secret()?;
    let account = StreamId::new(Kind::Client, id);
    let secret_hash = Some(digest(&secret));
    let change = Change { expected_version, secret_hash, ..Change::of(account) };
    let stored = submit_change(&state, &caller, request.key, request.fingerprint, change).await?;
    let mut body = AccountResource::from(stored);
    body.client_secret = if_kept(&state, &caller, id, secret).await?;
    Ok(resource(StatusCode::OK, body.version, &body))
}

/// The secret, if it is the client's. A repeated request has its first answer's; this one belongs to nobody.
async fn if_kept(
    state: &IdentityState,
    caller: &Caller,
    id: Uuid,
    secret: String,
) -> Result<Option<String>, ApiError> {
    let kept = queries::secret_hash(state.database(), caller.tenant(), id).await?;
    Ok(Some(secret).filter(|secret| kept == Some(digest(secret))))
}

async fn submit(
    state: &IdentityState,
    caller: &Caller,
    key: String,
    fingerprint: String,
    command: Command,
) -> Result<Vec<Touched<Identity>>, ApiError> {
    let request = CommandRequest { body: command, key, fingerprint };
    let submission = caller.submission(request, |command| command);
    let outcome = state.executor.submit(submission).await?;
    Ok(accepted(outcome)?.touched)
}
