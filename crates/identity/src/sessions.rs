//! Access and refresh tokens. A refresh token holds for one use; its second use means that somebody
//! else has it, and ends every session that grew from the same login (RFC 9700, section 4.14).

use std::time::Duration;

use imsop_journal::{Database, Origin, StoreError, Submission, Tx};
use imsop_kernel::ids::Kind;
use imsop_kernel::{Actor, Tenant, Timestamp, Uuid};
use imsop_platform::auth::Claims;
use imsop_platform::auth::token::{AUDIENCE, ISSUER, SubjectKind};
use imsop_platform::{ApiError, problems};

use crate::domain::{Account, Command};
use crate::limits::{ACCESS_TOKEN_LIFE, FORGET_EVERY, REFRESH_TOKEN_LIFE, SESSION_LIFE};
use crate::queries;
use crate::secrets::{digest, random_secret};
use crate::state::IdentityState;

/// What a login or refresh hands out.
pub(crate) struct Session {
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
}

/// Begins a session of somebody who has proven to be the account as it was when it was read.
///
/// The account may have changed while the password was checked. The session is of the generation that
/// was read, so such a session ends as those do that began before.
pub(crate) async fn begin(
    state: &IdentityState,
    tenant: &Tenant,
    id: Uuid,
    account: &Account,
) -> Result<Option<Session>, ApiError> {
    let mut tx = state.database().begin().await?;
    let refresh_token = add_token(&mut tx, tenant, id, Uuid::now_v7(), account.generation).await?;
    tx.commit().await?;
    let Some(account) = still_the_same(state.database(), tenant, id, account.generation).await? else {
        return Ok(None);
    };
    Ok(Some(Session { access_token: access_token(state, tenant, id, &account)?, refresh_token }))
}

/// The user's account, if it may come in and has not changed since that generation.
async fn still_the_same(
    database: &Database,
    tenant: &Tenant,
    id: Uuid,
    generation: i64,
) -> Result<Option<Account>, StoreError> {
    let found = queries::account(database, tenant, Kind::User, id).await?;
    let account = found.map(|found| found.account);
    Ok(account.filter(|account| account.active && account.generation == generation))
}

/// Goes on with a session, with a new refresh token in place of the one given.
pub(crate) async fn refresh(state: &IdentityState, token: &str) -> Result<Session, ApiError> {
    let refused =
        || ApiError::from(problems::unauthenticated("the refresh token is not valid; log in again"));
    if !is_known(state.database(), token).await? {
        return Err(refused());
    }
    let mut tx = state.database().begin().await?;
    let sql = format!(
        "SELECT tenant, user_id, family, expires_at, used_at, generation FROM refresh_tokens \
         WHERE token_hash = $1{}",
        tx.dialect().for_update()
    );
    let rows = tx.fetch(&sql, vec![digest(token).into()]).await?;
    let row = rows.first().ok_or_else(refused)?;
    let (tenant, user, family, generation) = (row.tenant(0)?, row.uuid(1)?, row.uuid(2)?, row.int(5)?);
    if row.timestamp(3)? <= Timestamp::now() {
        return Err(refused());
    }
    if row.maybe_timestamp(4)?.is_some() {
        end_family(&mut tx, &tenant, family).await?;
        tx.commit().await?;
        note_reuse(state, &tenant, user).await?;
        return Err(refused());
    }
    let account = still_the_same(state.database(), &tenant, user, generation).await?.ok_or_else(refused)?;
    let used = "UPDATE refresh_tokens SET used_at = $2 WHERE token_hash = $1";
    tx.execute(used, vec![digest(token).into(), Timestamp::now().into()]).await?;
    let refresh_token = add_token(&mut tx, &tenant, user, family, generation).await?;
    tx.commit().await?;
    Ok(Session { access_token: access_token(state, &tenant, user, &account)?, refresh_token })
}

/// Whether it is worth a transaction. There is one writer at a time, and anybody may send anything.
async fn is_known(database: &Database, token: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM refresh_tokens WHERE token_hash = $1";
    Ok(!database.fetch(sql, vec![digest(token).into()]).await?.is_empty())
}

/// Ends the session that the token belongs to. Unknown tokens have no session to end.
pub(crate) async fn end(state: &IdentityState, token: &str) -> Result<(), ApiError> {
    if !is_known(state.database(), token).await? {
        return Ok(());
    }
    let mut tx = state.database().begin().await?;
    let sql = "SELECT tenant, family FROM refresh_tokens WHERE token_hash = $1";
    let rows = tx.fetch(sql, vec![digest(token).into()]).await?;
    if let Some(row) = rows.first() {
        end_family(&mut tx, &row.tenant(0)?, row.uuid(1)?).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// An access token of an account.
pub(crate) fn access_token(
    state: &IdentityState,
    tenant: &Tenant,
    id: Uuid,
    account: &Account,
) -> Result<String, ApiError> {
    let issued_at = Timestamp::now().as_second();
    let life = i64::try_from(ACCESS_TOKEN_LIFE.as_secs()).unwrap_or(0);
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: id.to_string(),
        kind: if account.is_client { SubjectKind::Client } else { SubjectKind::User },
        name: account.name.clone(),
        tenant: tenant.clone(),
        roles: account.roles.clone(),
        generation: account.generation,
        iat: issued_at,
        exp: issued_at + life,
        jti: Uuid::now_v7().to_string(),
    };
    state.signer.sign(&claims).map_err(|error| {
        tracing::error!(%error, "a token cannot be signed");
        problems::internal().into()
    })
}

async fn add_token(
    tx: &mut Tx,
    tenant: &Tenant,
    user: Uuid,
    family: Uuid,
    generation: i64,
) -> Result<String, ApiError> {
    let token = random_secret()?;
    let cells = vec![
        digest(&token).into(),
        tenant.into(),
        user.into(),
        family.into(),
        expiry(Timestamp::now(), family).into(),
        generation.into(),
    ];
    let columns = ["token_hash", "tenant", "user_id", "family", "expires_at", "generation"];
    tx.insert("refresh_tokens", &columns, vec![cells], "").await?;
    Ok(token)
}

/// Until when a refresh token of this login holds, in microseconds since 1970. The family's id (UUIDv7)
/// tells when the login was.
fn expiry(now: Timestamp, family: Uuid) -> i64 {
    let micros = |life: Duration| i64::try_from(life.as_micros()).unwrap_or(0);
    let unused = now.as_microsecond().saturating_add(micros(REFRESH_TOKEN_LIFE));
    let Some(began) = family.get_timestamp() else { return unused };
    let (seconds, _) = began.to_unix();
    let began = i64::try_from(seconds).unwrap_or(0).saturating_mul(1_000_000);
    unused.min(began.saturating_add(micros(SESSION_LIFE)))
}

async fn end_family(tx: &mut Tx, tenant: &Tenant, family: Uuid) -> Result<(), StoreError> {
    let sql = "DELETE FROM refresh_tokens WHERE tenant = $1 AND family = $2";
    tx.execute(sql, vec![tenant.into(), family.into()]).await?;
    Ok(())
}

async fn note_reuse(state: &IdentityState, tenant: &Tenant, user: Uuid) -> Result<(), ApiError> {
    tracing::warn!(%tenant, %user, "a refresh token came a second time; its sessions are ended");
    metrics::counter!("imsop_identity_token_reuse_total").increment(1);
    let origin = Origin {
        tenant: tenant.clone(),
        actor: Actor::system("identity"),
        correlation_id: Uuid::now_v7(),
        causation_id: None,
        traceparent: None,
    };
    let key = format!("token-reuse:{}", origin.correlation_id);
    let command = Command::NoteTokenReuse { id: user };
    state.executor.submit(Submission { origin, fingerprint: key.clone(), key, command }).await?;
    Ok(())
}

/// Forgets refresh tokens that have expired.
pub(crate) async fn forget_expired(database: Database) {
    loop {
        if let Err(error) = forget_now(&database).await {
            tracing::warn!(%error, "expired refresh tokens are still there");
        }
        tokio::time::sleep(FORGET_EVERY).await;
    }
}

async fn forget_now(database: &Database) -> Result<(), StoreError> {
    let mut tx = database.begin().await?;
    tx.execute("DELETE FROM refresh_tokens WHERE expires_at < $1", vec![Timestamp::now().into()]).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_some_day_however_often_it_goes_on() {
        let family = Uuid::now_v7();
        let now = Timestamp::now();
        let days = |days: u64| now + Duration::from_secs(days * 24 * 3_600);
        let is_left = |moment: Timestamp| {
            let left =
                Duration::from_micros(u64::try_from(expiry(moment, family) - now.as_microsecond()).unwrap());
            left.as_secs().div_ceil(24 * 3_600)
        };
        assert_eq!(is_left(now), 14);
        assert_eq!(is_left(days(10)), 24);
        assert_eq!(is_left(days(89)), 90);
    }
}
