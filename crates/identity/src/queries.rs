//! Reads of accounts and credentials.

use imsop_journal::{Database, StoreError};
use imsop_kernel::ids::Kind;
use imsop_kernel::{Tenant, Uuid};

use crate::domain::Account;
use crate::limits::ADMINISTRATORS_ASKED;

/// An account with its id and version.
pub(crate) struct StoredAccount {
    pub(crate) id: Uuid,
    pub(crate) version: i64,
    pub(crate) account: Account,
}

fn table(kind: Kind) -> &'static str {
    if kind == Kind::Client { "clients" } else { "users" }
}

/// The account with this id.
pub(crate) async fn account(
    database: &Database,
    tenant: &Tenant,
    kind: Kind,
    id: Uuid,
) -> Result<Option<StoredAccount>, StoreError> {
    let sql = format!("SELECT version, state FROM {} WHERE tenant = $1 AND id = $2", table(kind));
    let rows = database.fetch(&sql, vec![tenant.into(), id.into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(StoredAccount { id, version: row.int(0)?, account: serde_json::from_str(row.text(1)?)? }))
}

/// Accounts in the order of their names, behind the given one.
pub(crate) async fn accounts(
    database: &Database,
    tenant: &Tenant,
    kind: Kind,
    after: &str,
    limit: i64,
) -> Result<Vec<StoredAccount>, StoreError> {
    let name = if kind == Kind::Client { "client_id" } else { "username" };
    let sql = format!(
        "SELECT id, version, state FROM {} WHERE tenant = $1 AND {name} > $2 ORDER BY {name} LIMIT $3",
        table(kind)
    );
    let rows = database.fetch(&sql, vec![tenant.into(), after.into(), limit.into()]).await?;
    let mut accounts = Vec::with_capacity(rows.len());
    for row in rows {
        let account = serde_json::from_str(row.text(2)?)?;
        accounts.push(StoredAccount { id: row.uuid(0)?, version: row.int(1)?, account });
    }
    Ok(accounts)
}

/// An account and the hash of its password or secret, as they were at the same moment.
pub(crate) async fn credential(
    database: &Database,
    tenant: &Tenant,
    kind: Kind,
    id: Uuid,
) -> Result<Option<(Account, String)>, StoreError> {
    let sql = format!(
        "SELECT account.state, credentials.secret_hash FROM {} AS account \
         JOIN credentials ON credentials.tenant = account.tenant AND credentials.id = account.id \
         WHERE account.tenant = $1 AND account.id = $2",
        table(kind)
    );
    let rows = database.fetch(&sql, vec![tenant.into(), id.into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some((serde_json::from_str(row.text(0)?)?, row.text(1)?.to_owned())))
}

/// Some of the active administrators beside this one.
pub(crate) async fn other_administrators(
    database: &Database,
    tenant: &Tenant,
    id: Uuid,
) -> Result<Vec<Uuid>, StoreError> {
    // The states are JSON without spaces. Somebody may be called `administrator`, hence the second look,
    // and one more than needed; there can be only one of that name.
    let sql = "SELECT id, state FROM users WHERE tenant = $1 AND id <> $2 \
               AND state LIKE '%\"administrator\"%' AND state LIKE '%\"active\":true%' ORDER BY id LIMIT $3";
    let limit = ADMINISTRATORS_ASKED + 1;
    let mut found = Vec::new();
    for row in database.fetch(sql, vec![tenant.into(), id.into(), limit.into()]).await? {
        let account: Account = serde_json::from_str(row.text(1)?)?;
        if account.is_active_administrator() {
            found.push(row.uuid(0)?);
        }
    }
    Ok(found)
}

/// The hash of an account's password or secret.
pub(crate) async fn secret_hash(
    database: &Database,
    tenant: &Tenant,
    id: Uuid,
) -> Result<Option<String>, StoreError> {
    let sql = "SELECT secret_hash FROM credentials WHERE tenant = $1 AND id = $2";
    let rows = database.fetch(sql, vec![tenant.into(), id.into()]).await?;
    rows.first().map(|row| Ok(row.text(0)?.to_owned())).transpose()
}
