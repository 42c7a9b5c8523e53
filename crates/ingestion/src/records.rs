//! The table of originals: reads, and the writes that are not made by the engine.

use std::sync::Arc;

use imsop_journal::{Cell, Database, Row, StoreError, Tx};
use imsop_kernel::ids::{Kind, natural_id};
use imsop_kernel::problem::Fault;
use imsop_kernel::{StreamId, Tenant, Timestamp, Uuid};
use sha2::{Digest, Sha256};

use crate::domain::{Original, RECORDS, json_text, status};

/// The id of the record that the source knows by this name.
pub fn record_id(tenant: &Tenant, source: &str, identity: &str) -> Uuid {
    natural_id(tenant, Kind::Record.as_str(), &format!("{source}:{identity}"))
}

/// SHA-256 in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        text.push(char::from_digit(u32::from(byte & 0xf), 16).unwrap_or('0'));
    }
    text
}

/// A record as it is kept.
#[derive(Debug, Clone)]
pub struct StoredRecord {
    /// Its id.
    pub id: Uuid,
    /// Where it came in.
    pub source: String,
    /// When.
    pub received_at: Timestamp,
    /// The media type of the original.
    pub content_type: String,
    /// As it arrived.
    pub original: Arc<[u8]>,
    /// What became of it, see [`status`].
    pub status: String,
    /// What is wrong with it.
    pub reasons: Vec<Fault>,
    /// The streams that it changed, and their versions after it.
    pub outcome: Vec<(StreamId, i64)>,
}

const SELECT: &str = "SELECT r.id, r.source, r.received_at, r.content_type, r.original, r.status, r.reasons, \
                      COALESCE(g.outcome, r.outcome) \
                      FROM records r LEFT JOIN group_outcomes g \
                      ON g.tenant = r.tenant AND g.source = r.source AND g.group_key = r.group_key";

fn stored(row: &Row) -> Result<StoredRecord, StoreError> {
    Ok(StoredRecord {
        id: row.uuid(0)?,
        source: row.text(1)?.to_owned(),
        received_at: row.timestamp(2)?,
        content_type: row.text(3)?.to_owned(),
        original: row.bytes(4)?.into(),
        status: row.text(5)?.to_owned(),
        reasons: serde_json::from_str(row.text(6)?)?,
        outcome: serde_json::from_str(row.text(7)?)?,
    })
}

/// The record with this id.
pub async fn find(
    database: &Database,
    tenant: &Tenant,
    id: Uuid,
) -> Result<Option<StoredRecord>, StoreError> {
    let sql = format!("{SELECT} WHERE r.tenant = $1 AND r.id = $2");
    let rows = database.fetch(&sql, vec![tenant.into(), id.into()]).await?;
    rows.first().map(stored).transpose()
}

/// Records with this status, the newest first, behind the given place; and whether there are more.
pub async fn list(
    database: &Database,
    tenant: &Tenant,
    status: &str,
    before: Option<(i64, String)>,
    limit: i64,
) -> Result<(Vec<StoredRecord>, bool), StoreError> {
    let (at, id) = before.unwrap_or((i64::MAX, String::new()));
    let sql = format!(
        "{SELECT} WHERE r.tenant = $1 AND r.status = $2 AND (r.received_at, r.id) < ($3, $4) \
         ORDER BY r.received_at DESC, r.id DESC LIMIT $5"
    );
    let cells = vec![tenant.into(), status.into(), at.into(), id.into(), (limit + 1).into()];
    let fetched = database.fetch_page(&sql, cells).await?;
    let wanted = usize::try_from(limit).unwrap_or(0);
    let has_more = fetched.is_cut || fetched.rows.len() > wanted;
    let page = fetched.rows.iter().take(wanted).map(stored).collect::<Result<_, _>>()?;
    Ok((page, has_more))
}

/// How many records there are by status.
pub async fn count_by_status(database: &Database, tenant: &Tenant) -> Result<Vec<(String, i64)>, StoreError> {
    let sql = "SELECT status, COUNT(*) FROM records WHERE tenant = $1 GROUP BY status ORDER BY status";
    let rows = database.fetch(sql, vec![tenant.into()]).await?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.int(1)?))).collect()
}

/// Keeps records whose outcome will follow. Those that are known already stay as they are.
pub async fn keep<'a>(
    tx: &mut Tx,
    tenant: &Tenant,
    records: impl Iterator<Item = &'a Original>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let rows = records
        .map(|record| {
            vec![
                tenant.into(),
                record.record_id.into(),
                record.source.as_str().into(),
                now.into(),
                record.content_type.as_str().into(),
                Cell::Bytes(Some(record.bytes.clone())),
                record.fingerprint.as_str().into(),
                status::RECEIVED.into(),
                "[]".into(),
                "[]".into(),
            ]
        })
        .collect();
    tx.insert(RECORDS.table, RECORDS.columns, rows, "ON CONFLICT (tenant, id) DO NOTHING").await?;
    Ok(())
}

/// Marks a record's effect as happened.
pub async fn accept(
    tx: &mut Tx,
    tenant: &Tenant,
    id: Uuid,
    outcome: &[(StreamId, i64)],
) -> Result<(), StoreError> {
    let sql = "UPDATE records SET status = $3, reasons = '[]', outcome = $4 WHERE tenant = $1 AND id = $2";
    let cells = vec![tenant.into(), id.into(), status::ACCEPTED.into(), json_text(outcome).into()];
    tx.execute(sql, cells).await?;
    Ok(())
}

/// The digests of those among the ids that are known.
pub async fn fingerprints(
    tx: &mut Tx,
    tenant: &Tenant,
    ids: Vec<String>,
) -> Result<std::collections::HashMap<String, String>, StoreError> {
    let sql =
        format!("SELECT id, fingerprint FROM records WHERE tenant = $1 AND id {}", tx.dialect().one_of("$2"));
    let rows = tx.fetch(&sql, vec![tenant.into(), ids.into()]).await?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned()))).collect()
}
