//! The journal as a feed: every committed event once, in an order that never changes, without gaps.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use imsop_kernel::{AsOf, StreamId, Tenant, Timestamp};

use crate::cell::Row;
use crate::database::{Database, Dialect};
use crate::error::StoreError;
use crate::limits::EVENTS_PER_READ;

/// A place in the feed, behind the event of that transaction and position. Written `tx-position`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FeedPosition {
    /// The writing transaction; 0 where there is one writer at a time.
    pub transaction: i64,
    /// The place among all events.
    pub position: i64,
}

impl fmt::Display for FeedPosition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.transaction, self.position)
    }
}

/// The text is not a place in the feed.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a feed position")]
pub struct NotAPosition(String);

impl FromStr for FeedPosition {
    type Err = NotAPosition;

    fn from_str(text: &str) -> Result<Self, NotAPosition> {
        let wrong = || NotAPosition(text.to_owned());
        let (transaction, position) = text.split_once('-').ok_or_else(wrong)?;
        Ok(Self {
            transaction: transaction.parse().map_err(|_| wrong())?,
            position: position.parse().map_err(|_| wrong())?,
        })
    }
}

/// One event of the feed.
#[derive(Debug, Clone)]
pub struct FeedEntry {
    /// Its place.
    pub position: FeedPosition,
    /// Whose it is.
    pub tenant: Tenant,
    /// The name of its contract.
    pub event_type: String,
    /// The key that keeps its order on the backbone.
    pub partition_key: String,
    /// When it was written down.
    pub recorded_at: Timestamp,
    /// The whole event, as JSON.
    pub envelope: Arc<str>,
}

const SELECT: &str = "SELECT transaction_id, position, tenant, event_type, partition_key, recorded_at, \
                      envelope FROM journal";

/// The events behind this place, the oldest first, at most `limit` of them.
pub async fn read(
    database: &Database,
    after: FeedPosition,
    limit: i64,
) -> Result<Vec<FeedEntry>, StoreError> {
    // On PostgreSQL an event of an older transaction may yet become visible; reading stays below the
    // oldest transaction that still runs, so that what comes later also sorts later.
    let sql = match database.dialect() {
        Dialect::Sqlite => {
            format!("{SELECT} WHERE position > $2 AND $1 = transaction_id ORDER BY position LIMIT $3")
        }
        Dialect::Postgres => format!(
            "{SELECT} WHERE (transaction_id, position) > ($1, $2) \
             AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint \
             ORDER BY transaction_id, position LIMIT $3"
        ),
    };
    let cells = vec![after.transaction.into(), after.position.into(), limit.min(EVENTS_PER_READ).into()];
    let rows = database.fetch(&sql, cells).await?;
    rows.iter().map(entry).collect()
}

/// All events of one stream up to a version, the oldest first.
pub async fn read_stream(
    database: &Database,
    tenant: &Tenant,
    stream: StreamId,
    up_to: i64,
) -> Result<Vec<FeedEntry>, StoreError> {
    let sql =
        format!("{SELECT} WHERE tenant = $1 AND stream = $2 AND version <= $3 ORDER BY version LIMIT $4");
    let cells = vec![tenant.into(), stream.into(), up_to.into(), EVENTS_PER_READ.into()];
    let rows = database.fetch(&sql, cells).await?;
    rows.iter().map(entry).collect()
}

/// How far the feed reaches now: what a read of the states reflects.
pub async fn head(database: &Database, now: Timestamp) -> Result<AsOf, StoreError> {
    let order = match database.dialect() {
        Dialect::Sqlite => "position DESC",
        Dialect::Postgres => "transaction_id DESC, position DESC",
    };
    let sql = format!("SELECT transaction_id, position FROM journal ORDER BY {order} LIMIT 1");
    let rows = database.fetch(&sql, vec![]).await?;
    let position = match rows.first() {
        Some(row) => FeedPosition { transaction: row.int(0)?, position: row.int(1)? },
        None => FeedPosition::default(),
    };
    Ok(AsOf { position: position.to_string(), time: now, provisional: false })
}

fn entry(row: &Row) -> Result<FeedEntry, StoreError> {
    Ok(FeedEntry {
        position: FeedPosition { transaction: row.int(0)?, position: row.int(1)? },
        tenant: row.tenant(2)?,
        event_type: row.text(3)?.to_owned(),
        partition_key: row.text(4)?.to_owned(),
        recorded_at: row.timestamp(5)?,
        envelope: row.text(6)?.into(),
    })
}
