//! The tables of imports.

use imsop_journal::{Database, StoreError};
use imsop_kernel::{Tenant, Uuid};

use super::ImportJob;
use super::report::{ImportReport, ImportState};

/// The import with this id.
pub async fn find(
    database: &Database,
    tenant: &Tenant,
    id: Uuid,
) -> Result<Option<ImportReport>, StoreError> {
    let sql = "SELECT report FROM imports WHERE tenant = $1 AND id = $2";
    let rows = database.fetch(sql, vec![tenant.into(), id.into()]).await?;
    rows.first().map(|row| Ok(serde_json::from_str(row.text(0)?)?)).transpose()
}

/// The newest imports.
pub async fn recent(
    database: &Database,
    tenant: &Tenant,
    limit: i64,
) -> Result<Vec<ImportReport>, StoreError> {
    let sql = "SELECT report FROM imports WHERE tenant = $1 ORDER BY started_at DESC, id DESC LIMIT $2";
    let rows = database.fetch(sql, vec![tenant.into(), limit.into()]).await?;
    rows.iter().map(|row| Ok(serde_json::from_str(row.text(0)?)?)).collect()
}

/// The import of the same file that has not ended yet.
pub(super) async fn find_unfinished(
    database: &Database,
    tenant: &Tenant,
    adapter: &str,
    digest: &str,
) -> Result<Option<ImportReport>, StoreError> {
    let sql = "SELECT report FROM imports WHERE tenant = $1 AND adapter = $2 AND file_digest = $3 \
               AND state IN ('Receiving', 'Applying') LIMIT 1";
    let rows = database.fetch(sql, vec![tenant.into(), adapter.into(), digest.into()]).await?;
    rows.first().map(|row| Ok(serde_json::from_str(row.text(0)?)?)).transpose()
}

/// Imports that an earlier process left unfinished, the oldest first.
pub(super) async fn unfinished(database: &Database) -> Result<Vec<ImportJob>, StoreError> {
    let sql =
        "SELECT tenant, id FROM imports WHERE state IN ('Receiving', 'Applying') ORDER BY started_at, id";
    let rows = database.fetch(sql, vec![]).await?;
    rows.iter().map(|row| Ok(ImportJob { tenant: row.tenant(0)?, import_id: row.uuid(1)? })).collect()
}

/// Writes where an import stands.
pub(super) async fn save(
    database: &Database,
    tenant: &Tenant,
    report: &ImportReport,
) -> Result<(), StoreError> {
    let mut tx = database.begin().await?;
    let columns = ["tenant", "id", "adapter", "file_digest", "state", "started_at", "report"];
    let row = vec![
        tenant.into(),
        report.import_id.into(),
        report.adapter.as_str().into(),
        report.file_digest.as_str().into(),
        report.state.as_str().into(),
        report.started_at.into(),
        serde_json::to_string(report)?.into(),
    ];
    let tail = "ON CONFLICT (tenant, id) DO UPDATE SET state = excluded.state, report = excluded.report";
    tx.insert("imports", &columns, vec![row], tail).await?;
    tx.commit().await
}

/// Counts what the import amounted to, from the records that it brought or found.
pub(super) async fn count(
    database: &Database,
    tenant: &Tenant,
    report: &mut ImportReport,
) -> Result<(), StoreError> {
    let of_import = || vec![tenant.into(), report.import_id.into()];
    let number = |rows: Vec<imsop_journal::Row>| -> Result<u64, StoreError> {
        let count = rows.first().map_or(Ok(0), |row| row.int(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    };
    let applied = "FROM records WHERE tenant = $1 AND last_import = $2 AND status = 'accepted'";
    let sql = format!("SELECT COUNT(DISTINCT group_key) {applied}");
    report.orders = number(database.fetch(&sql, of_import()).await?)?;
    let sql = format!("SELECT COUNT(DISTINCT part_key) {applied}");
    report.shipments = number(database.fetch(&sql, of_import()).await?)?;
    let sql = format!(
        "SELECT COUNT(*) FROM (SELECT group_key {applied} GROUP BY group_key HAVING COUNT(DISTINCT part_key) > 1) g"
    );
    report.orders_with_several_shipments = number(database.fetch(&sql, of_import()).await?)?;
    report.orders_new = number(database.fetch(&new_objects("group_key"), of_import()).await?)?;
    report.shipments_new = number(database.fetch(&new_objects("part_key"), of_import()).await?)?;
    let refused =
        "SELECT COUNT(*) FROM records WHERE tenant = $1 AND last_import = $2 AND status = 'quarantined'";
    let refused = number(database.fetch(refused, of_import()).await?)?;
    report.rows_quarantined += refused;
    report.rows_accepted = report.rows_read.saturating_sub(report.rows_quarantined);
    // An import that was cut off met its own rows again: what is new is what no other import brought.
    let sql = format!("SELECT COUNT(*) {applied} AND first_import = last_import");
    report.rows_new = number(database.fetch(&sql, of_import()).await?)?;
    report.rows_unchanged = report.rows_accepted.saturating_sub(report.rows_new);
    Ok(())
}

/// Objects all of whose rows came with this import first.
fn new_objects(key: &str) -> String {
    format!(
        "SELECT COUNT(*) FROM (SELECT n.{key} FROM records n WHERE n.tenant = $1 AND n.first_import = $2 \
         AND n.status = 'accepted' AND NOT EXISTS (SELECT 1 FROM records o WHERE o.tenant = n.tenant \
         AND o.source = n.source AND o.group_key = n.group_key AND o.{key} = n.{key} \
         AND o.status = 'accepted' AND o.first_import <> n.first_import) GROUP BY n.{key}) g"
    )
}

impl ImportReport {
    /// Whether the import still has its file to read.
    pub fn is_open(&self) -> bool {
        matches!(self.state, ImportState::Receiving | ImportState::Applying)
    }
}
