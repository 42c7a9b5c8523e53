//! Reads of the deciders' states: what a command wrote is in the next answer.

use std::collections::HashSet;

use imsop_journal::{Cell, Cursor, Database, Filter, StoreError, feed};
use imsop_kernel::ids::Kind;
use imsop_kernel::{Page, StreamId, Tenant, Timestamp, Uuid};

use crate::domain::{Inventory, State};
use crate::limits::SITES_PER_ORDER;

/// A thing with its id and version.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) id: Uuid,
    pub(crate) version: i64,
    pub(crate) state: State,
}

fn table(kind: Kind) -> &'static str {
    use imsop_journal::Domain;
    let known = Inventory.tables().iter().find(|table| table.kind == kind);
    known.map_or("documents", |table| table.table)
}

/// The thing with this id.
pub(crate) async fn find(
    database: &Database,
    tenant: &Tenant,
    stream: StreamId,
) -> Result<Option<Stored>, StoreError> {
    let sql = format!("SELECT id, version, state FROM {} WHERE tenant = $1 AND id = $2", table(stream.kind));
    let rows = database.fetch(&sql, vec![tenant.into(), stream.id.into()]).await?;
    rows.first().map(stored).transpose()
}

fn stored(row: &imsop_journal::Row) -> Result<Stored, StoreError> {
    Ok(Stored { id: row.uuid(0)?, version: row.int(1)?, state: serde_json::from_str(row.text(2)?)? })
}

/// A page of things that have a moment at which they began, the newest first.
pub(crate) async fn page(
    database: &Database,
    kind: Kind,
    filter: &Filter,
    after: Option<&Cursor>,
    limit: i64,
) -> Result<Page<Stored>, StoreError> {
    let as_of = feed::head(database, Timestamp::now()).await?;
    let (sql, cells) = filter.page("id, version, state, created_at", table(kind), after, limit + 1);
    let fetched = database.fetch_page(&sql, cells).await?;
    let wanted = usize::try_from(limit).unwrap_or(0);
    let has_more = fetched.is_cut || fetched.rows.len() > wanted;
    let rows = &fetched.rows[..fetched.rows.len().min(wanted)];
    let items = rows.iter().map(stored).collect::<Result<_, _>>()?;
    let next = match rows.last().filter(|_| has_more) {
        Some(last) => Some(Cursor { created_at: last.int(3)?, id: last.text(0)?.to_owned() }.encode()),
        None => None,
    };
    Ok(Page { items, next, as_of })
}

/// A list in the order of its own columns, which also tell where the next page begins.
pub(crate) struct Ordered<'a> {
    /// The kind of thing.
    pub(crate) kind: Kind,
    /// The two columns of the order.
    pub(crate) columns: [&'a str; 2],
    /// Conditions, with placeholders from `$5`.
    pub(crate) conditions: Vec<(String, Cell)>,
}

/// Things behind a place, in order, and whether there are more.
pub(crate) async fn ordered(
    database: &Database,
    tenant: &Tenant,
    list: Ordered<'_>,
    after: (String, String),
    limit: i64,
) -> Result<(Vec<(Stored, (String, String))>, bool), StoreError> {
    let [first, second] = list.columns;
    let mut sql = format!(
        "SELECT id, version, state, {first}, {second} FROM {} WHERE tenant = $1 AND ({first}, {second}) > ($2, $3)",
        table(list.kind)
    );
    let mut cells: Vec<Cell> = vec![tenant.into(), after.0.into(), after.1.into(), (limit + 1).into()];
    for (condition, cell) in list.conditions {
        cells.push(cell);
        sql.push_str(&format!(" AND {}", condition.replace('?', &format!("${}", cells.len()))));
    }
    sql.push_str(&format!(" ORDER BY {first}, {second} LIMIT $4"));
    let fetched = database.fetch_page(&sql, cells).await?;
    let wanted = usize::try_from(limit).unwrap_or(0);
    let has_more = fetched.is_cut || fetched.rows.len() > wanted;
    let mut items = Vec::with_capacity(fetched.rows.len());
    for row in fetched.rows.iter().take(wanted) {
        items.push((stored(row)?, (row.text(3)?.to_owned(), row.text(4)?.to_owned())));
    }
    Ok((items, has_more))
}

/// Those among the SKUs that are known.
pub(crate) async fn known_skus(
    database: &Database,
    tenant: &Tenant,
    skus: Vec<String>,
) -> Result<HashSet<String>, StoreError> {
    let sql = format!("SELECT sku FROM items WHERE tenant = $1 AND sku {}", database.dialect().one_of("$2"));
    let rows = database.fetch(&sql, vec![tenant.into(), skus.into()]).await?;
    rows.iter().map(|row| Ok(row.text(0)?.to_owned())).collect()
}

/// The sites that know most of these SKUs, a limited number of them.
pub(crate) async fn sites_with(
    database: &Database,
    tenant: &Tenant,
    skus: Vec<String>,
) -> Result<Vec<String>, StoreError> {
    let sql = format!(
        "SELECT site, COUNT(*) FROM stock WHERE tenant = $1 AND sku {} GROUP BY site \
         ORDER BY COUNT(*) DESC, site LIMIT $3",
        database.dialect().one_of("$2")
    );
    let rows = database.fetch(&sql, vec![tenant.into(), skus.into(), SITES_PER_ORDER.into()]).await?;
    rows.iter().map(|row| Ok(row.text(0)?.to_owned())).collect()
}
