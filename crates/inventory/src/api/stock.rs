//! `/inventory/stock`, `/inventory/atp`, `/inventory/movements`.

use axum::extract::State as Shared;
use axum::middleware::from_fn_with_state;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use imsop_journal::{Cell, feed};
use imsop_kernel::ids::Kind;
use imsop_kernel::{Date, Page, Quantity, Tenant, Timestamp};
use imsop_platform::auth::{Permission, requires};
use imsop_platform::http::paging::{page_limit, unknown_cursor};
use imsop_platform::http::{Caller, Json, PageQuery, Path, Query};
use imsop_platform::{ApiError, problems};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::ApiState;
use crate::domain::State;
use crate::queries::{self, Ordered};
use crate::resources::{AvailableToPromise, LedgerPlace, MovementResource, StockResource};

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_stock))
        .routes(routes!(get_stock))
        .routes(routes!(available_to_promise))
        .routes(routes!(list_movements))
        .route_layer(from_fn_with_state(Permission::InventoryRead, requires))
}

/// Which stock.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StockQuery {
    /// At this site only.
    #[serde(default)]
    site: Option<String>,
    /// Of SKUs that begin like this.
    #[serde(default)]
    sku: Option<String>,
    /// Only what has come below its reorder point.
    #[serde(default)]
    low: Option<bool>,
    /// Only what orders wait for.
    #[serde(default)]
    short: Option<bool>,
    /// Only what can no longer be used after a day before this one.
    #[serde(default)]
    #[param(value_type = Option<String>, format = Date)]
    expiring_before: Option<Date>,
    /// How many at most: 1 to 200.
    #[serde(default)]
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// The `next` of the page before.
    #[serde(default)]
    after: Option<String>,
}

impl StockQuery {
    fn conditions(&self) -> Vec<(String, Cell)> {
        let mut conditions: Vec<(String, Cell)> = Vec::new();
        if let Some(site) = &self.site {
            conditions.push(("site = ?".to_owned(), site.as_str().into()));
        }
        if let Some(sku) = &self.sku {
            conditions.push(("sku >= ?".to_owned(), sku.as_str().into()));
            conditions.push(("sku < ?".to_owned(), format!("{sku}\u{10ffff}").into()));
        }
        if let Some(low) = self.low {
            conditions.push(("is_low = ?".to_owned(), low.into()));
        }
        if let Some(short) = self.short {
            conditions.push(("is_short = ?".to_owned(), short.into()));
        }
        if let Some(day) = self.expiring_before {
            conditions.push(("next_expiry <> '' AND next_expiry < ?".to_owned(), day.to_string().into()));
        }
        conditions
    }
}

/// List stock by SKU and site
#[utoipa::path(get, path = "/inventory/stock", tag = "inventory", params(StockQuery),
    responses((status = 200, description = "A page of stock", body = Page<StockResource>)))]
async fn list_stock(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Query(query): Query<StockQuery>,
) -> Result<Json<Page<StockResource>>, ApiError> {
    let limit = page_limit(query.limit)?;
    let now = Timestamp::now();
    let as_of = feed::head(state.database(), now).await?;
    let after = match query.after.as_deref() {
        Some(text) => decode(text).ok_or_else(unknown_cursor)?,
        None => Default::default(),
    };
    let list = Ordered { kind: Kind::Stock, columns: ["sku", "site"], conditions: query.conditions() };
    let (found, has_more) = queries::ordered(state.database(), caller.tenant(), list, after, limit).await?;
    let next = found.last().filter(|_| has_more).map(|(_, place)| encode(place));
    let mut items = Vec::with_capacity(found.len());
    for (stored, _) in &found {
        if let State::Stock(stock) = &stored.state {
            items.push(StockResource::new(stored.id, caller.tenant(), stock, now));
        }
    }
    Ok(Json(Page { items, next, as_of }))
}

fn encode(place: &(String, String)) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}:{}{}", place.0.len(), place.0, place.1))
}

fn decode(text: &str) -> Option<(String, String)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    if text.contains('\0') {
        // In no text of a database, so in no cursor that this list has given.
        return None;
    }
    let (length, rest) = text.split_once(':')?;
    let (first, second) = rest.split_at_checked(length.parse().ok()?)?;
    Some((first.to_owned(), second.to_owned()))
}

/// The stock of one SKU by site, or at one site; and the site behind which the next page begins.
async fn by_site(
    state: &ApiState,
    caller: &Caller,
    sku: &str,
    site: Option<&str>,
    page: PageQuery,
) -> Result<(Vec<queries::Stored>, Option<String>), ApiError> {
    let mut conditions = vec![("sku = ?".to_owned(), sku.into())];
    conditions.extend(site.map(|site| ("site = ?".to_owned(), site.into())));
    let list = Ordered { kind: Kind::Stock, columns: ["sku", "site"], conditions };
    let limit = page_limit(page.limit)?;
    let is_first = page.after.is_none();
    let after = (sku.to_owned(), page.after.unwrap_or_default());
    let (found, has_more) = queries::ordered(state.database(), caller.tenant(), list, after, limit).await?;
    if found.is_empty() && is_first {
        return Err(problems::not_found("stock of SKU", sku).into());
    }
    let next = found.last().filter(|_| has_more).map(|(_, (_, site))| site.clone());
    Ok((found.into_iter().map(|(stored, _)| stored).collect(), next))
}

/// Get the stock of a SKU, by site, lot and condition
#[utoipa::path(get, path = "/inventory/stock/{sku}", tag = "inventory",
    params(("sku" = String, Path, description = "The SKU"), PageQuery),
    responses((status = 200, description = "Its stock at each site", body = Page<StockResource>)))]
async fn get_stock(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Path(sku): Path<String>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<StockResource>>, ApiError> {
    let now = Timestamp::now();
    let as_of = feed::head(state.database(), now).await?;
    let (found, next) = by_site(&state, &caller, &sku, None, page).await?;
    let mut items = Vec::with_capacity(found.len());
    for stored in &found {
        if let State::Stock(stock) = &stored.state {
            items.push(StockResource::new(stored.id, caller.tenant(), stock, now));
        }
    }
    Ok(Json(Page { items, next, as_of }))
}

/// What may be promised of which SKU.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct AtpQuery {
    /// The SKU.
    sku: String,
    /// At this site only.
    #[serde(default)]
    site: Option<String>,
    /// Up to this day.
    #[serde(default)]
    #[param(value_type = Option<String>, format = Date)]
    until: Option<Date>,
    /// How many sites at most: 1 to 200.
    #[serde(default)]
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// The `next` of the page before.
    #[serde(default)]
    after: Option<String>,
}

/// What may be promised, now and by date
///
/// From what is there and what is expected, less what is promised or waited for; each figure with what goes
/// into it.
#[utoipa::path(get, path = "/inventory/atp", tag = "inventory", params(AtpQuery),
    responses((status = 200, description = "For each site", body = Page<AvailableToPromise>),
              (status = 404, description = "There is no stock of the SKU")))]
async fn available_to_promise(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Query(query): Query<AtpQuery>,
) -> Result<Json<Page<AvailableToPromise>>, ApiError> {
    let now = Timestamp::now();
    let as_of = feed::head(state.database(), now).await?;
    let page = PageQuery { limit: query.limit, after: query.after };
    let (found, next) = by_site(&state, &caller, &query.sku, query.site.as_deref(), page).await?;
    let mut items = Vec::with_capacity(found.len());
    for stored in &found {
        if let State::Stock(stock) = &stored.state {
            items.push(AvailableToPromise::new(stock, now, query.until));
        }
    }
    Ok(Json(Page { items, next, as_of }))
}

/// Which rows of the ledger.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct MovementQuery {
    /// Of this SKU only.
    #[serde(default)]
    sku: Option<String>,
    /// From or to this site only.
    #[serde(default)]
    site: Option<String>,
    /// How many at most: 1 to 200.
    #[serde(default)]
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// The `next` of the page before.
    #[serde(default)]
    after: Option<String>,
}

/// List movements of goods, the newest first
#[utoipa::path(get, path = "/inventory/movements", tag = "inventory", params(MovementQuery),
    responses((status = 200, description = "A page of the ledger", body = Page<MovementResource>)))]
async fn list_movements(
    Shared(state): Shared<ApiState>,
    caller: Caller,
    Query(query): Query<MovementQuery>,
) -> Result<Json<Page<MovementResource>>, ApiError> {
    let limit = page_limit(query.limit)?;
    let as_of = feed::head(state.database(), Timestamp::now()).await?;
    let before: i64 = match query.after.as_deref() {
        Some(text) => text.parse().map_err(|_| unknown_cursor())?,
        None => i64::MAX,
    };
    let (sql, cells) = ledger(caller.tenant(), &query, before, limit + 1);
    let rows = state.database().fetch(&sql, cells).await?;
    let wanted = usize::try_from(limit).unwrap_or(0);
    let mut items = Vec::with_capacity(rows.len());
    for row in rows.iter().take(wanted) {
        items.push(movement(row)?);
    }
    let next = match rows.get(wanted.saturating_sub(1)).filter(|_| rows.len() > wanted) {
        Some(last) => Some(last.int(0)?.to_string()),
        None => None,
    };
    Ok(Json(Page { items, next, as_of }))
}

/// The statement for rows of the ledger, the newest first. What concerns a site is looked up in two indexes,
/// one for either side; what moved within a site stands in the first only.
fn ledger(tenant: &Tenant, query: &MovementQuery, before: i64, limit: i64) -> (String, Vec<Cell>) {
    let mut cells: Vec<Cell> = vec![tenant.into(), before.into(), limit.into()];
    let mut select =
        "SELECT position, document, event_type, moved_at, sku, lot, serial, owner, unit, quantity, \
                      from_account, from_site, from_bin, from_condition, \
                      to_account, to_site, to_bin, to_condition \
                      FROM movements WHERE tenant = $1 AND position < $2"
            .to_owned();
    if let Some(sku) = &query.sku {
        cells.push(sku.as_str().into());
        select.push_str(&format!(" AND sku = ${}", cells.len()));
    }
    let page = "ORDER BY position DESC LIMIT $3";
    let Some(site) = &query.site else { return (format!("{select} {page}"), cells) };
    cells.push(site.as_str().into());
    let place = cells.len();
    let from = format!("{select} AND from_site = ${place} {page}");
    let to =
        format!("{select} AND to_site = ${place} AND (from_site IS NULL OR from_site <> to_site) {page}");
    let both = format!("SELECT * FROM ({from}) AS gone UNION ALL SELECT * FROM ({to}) AS come");
    (format!("SELECT * FROM ({both}) AS either {page}"), cells)
}

fn movement(row: &imsop_journal::Row) -> Result<MovementResource, ApiError> {
    let text =
        |column| -> Result<Option<String>, ApiError> { Ok(row.maybe_text(column)?.map(str::to_owned)) };
    let place = |column: usize| -> Result<LedgerPlace, ApiError> {
        Ok(LedgerPlace {
            account: row.text(column)?.to_owned(),
            site: text(column + 1)?,
            bin: text(column + 2)?,
            condition: row.text(column + 3)?.to_owned(),
        })
    };
    let value = row.text(9)?.parse().map_err(|_| problems::internal())?;
    Ok(MovementResource {
        document: row.text(1)?.to_owned(),
        event_type: row.text(2)?.to_owned(),
        moved_at: row.timestamp(3)?,
        sku: row.text(4)?.to_owned(),
        lot: text(5)?,
        serial: text(6)?,
        owner: text(7)?,
        quantity: Quantity::new(value, row.text(8)?),
        from: place(10)?,
        to: place(14)?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on failed")]

    use imsop_journal::{Database, Engine};
    use imsop_testkit::both_databases;
    use imsop_testkit::submissions::{batch, demo, source, submission};
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    use super::{MovementQuery, decode, encode, ledger};
    use crate::MIGRATIONS;
    use crate::domain::{Command, Inventory};

    fn of(site: Option<&str>, sku: Option<&str>) -> MovementQuery {
        MovementQuery { sku: sku.map(str::to_owned), site: site.map(str::to_owned), limit: None, after: None }
    }

    fn read<T: DeserializeOwned>(json: Value) -> T {
        serde_json::from_value(json).unwrap()
    }

    #[tokio::test]
    async fn the_ledger_of_a_site_has_what_came_went_and_moved_there_once_the_newest_first() {
        both_databases(async |place| {
            let database = Database::open(place.url(), "inventory", MIGRATIONS).await.unwrap();
            let engine = Engine::new(Inventory, database.clone(), source("/imsop/inventory"));
            let line = |quantity: &str, sku: &str| {
                json!({ "sku": sku, "quantity": { "value": quantity, "unit": "EA" } })
            };
            let come = |site: &str, line: Value| {
                Command::Receive(read(json!({ "site": site, "lines": [line] })))
            };
            let mut moved = line("2", "A");
            moved["toBin"] = json!("B");
            let sent = json!({ "fromSite": "S1", "toSite": "S2", "lines": [line("3", "A")] });
            let commands = [
                come("S1", line("5", "A")),
                come("S2", line("7", "A")),
                come("S1", line("1", "B")),
                Command::Move(read(json!({ "site": "S1", "lines": [moved] }))),
                Command::DispatchTransfer(read(sent)),
            ];
            for (key, command) in commands.into_iter().enumerate() {
                let submission = submission(&demo(), &key.to_string(), command);
                engine.execute(&[batch(vec![submission])]).await.unwrap();
            }
            let quantities = async |query: &MovementQuery, limit| {
                let (sql, cells) = ledger(&demo(), query, i64::MAX, limit);
                let rows = database.fetch(&sql, cells).await.unwrap();
                rows.iter().map(|row| row.text(9).unwrap().to_owned()).collect::<Vec<_>>()
            };
            assert_eq!(quantities(&of(None, None), 10).await, ["3", "2", "1", "7", "5"]);
            assert_eq!(quantities(&of(Some("S1"), None), 10).await, ["3", "2", "1", "5"]);
            assert_eq!(quantities(&of(Some("S1"), Some("A")), 2).await, ["3", "2"]);
            assert_eq!(quantities(&of(Some("S2"), Some("A")), 10).await, ["7"]);
        })
        .await;
    }

    #[test]
    fn a_cursor_that_no_list_gives_is_none() {
        let place = ("A".to_owned(), "S1".to_owned());
        assert_eq!(decode(&encode(&place)), Some(place));
        assert_eq!(decode(&encode(&("A\0".to_owned(), "S1".to_owned()))), None);
        assert_eq!(decode("not one"), None);
    }
}
