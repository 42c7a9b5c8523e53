//! Reads of the deciders' states: what a command wrote is in the next answer.

use std::collections::{BTreeMap, HashMap};

use imsop_journal::{Cell, Cursor, Database, Filter, StoreError, feed};
use imsop_kernel::ids::Kind;
use imsop_kernel::{Page, StreamId, Tenant, Timestamp, Uuid};

use crate::domain::measure::Units;
use crate::domain::{Inventory, State};
use crate::limits::{SITES_PER_ORDER, STOCKS_COMPARED, STOCKS_PER_ORDER};

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

/// The units of those among the SKUs that are known.
pub(crate) async fn units_of(
    database: &Database,
    tenant: &Tenant,
    skus: Vec<String>,
) -> Result<HashMap<String, Units>, StoreError> {
    let sql =
        format!("SELECT sku, state FROM items WHERE tenant = $1 AND sku {}", database.dialect().one_of("$2"));
    let mut units = HashMap::with_capacity(skus.len());
    for row in database.fetch(&sql, vec![tenant.into(), skus.into()]).await? {
        if let State::Item(item) = serde_json::from_str(row.text(1)?)? {
            units.insert(row.text(0)?.to_owned(), item.units);
        }
    }
    Ok(units)
}

/// The sites to ask for so much of these SKUs (in millionths of their units), a limited number of them: first
/// those that have all of most SKUs, then those that have some of them, then those that know them, then any.
pub(crate) async fn sites_for(
    database: &Database,
    tenant: &Tenant,
    wanted: &BTreeMap<String, i64>,
) -> Result<Vec<String>, StoreError> {
    let most = (STOCKS_PER_ORDER / wanted.len().max(1)).clamp(1, SITES_PER_ORDER);
    let skus: Vec<String> = wanted.keys().cloned().collect();
    let sql = format!(
        "SELECT site, sku, free FROM stock WHERE tenant = $1 AND sku {} ORDER BY free DESC LIMIT $3",
        database.dialect().one_of("$2")
    );
    let cells = vec![tenant.into(), skus.into(), STOCKS_COMPARED.into()];
    let mut ranks: BTreeMap<String, (u32, u32, u32)> = BTreeMap::new();
    for row in database.fetch(&sql, cells).await? {
        let free = row.int(2)?;
        let is_enough = wanted.get(row.text(1)?).is_some_and(|wanted| free >= *wanted);
        let rank = ranks.entry(row.text(0)?.to_owned()).or_default();
        rank.0 += u32::from(is_enough);
        rank.1 += u32::from(free > 0);
        rank.2 += 1;
    }
    if ranks.is_empty() {
        let sql = "SELECT site FROM sites WHERE tenant = $1 ORDER BY site LIMIT $2";
        let rows = database.fetch(sql, vec![tenant.into(), cell_of(most)]).await?;
        return rows.iter().map(|row| Ok(row.text(0)?.to_owned())).collect();
    }
    let mut sites: Vec<(String, (u32, u32, u32))> = ranks.into_iter().collect();
    // Stable: of those that are as good, the first by name.
    sites.sort_by_key(|(_, rank)| std::cmp::Reverse(*rank));
    Ok(sites.into_iter().take(most).map(|(site, _)| site).collect())
}

fn cell_of(count: usize) -> Cell {
    i64::try_from(count).unwrap_or(i64::MAX).into()
}
