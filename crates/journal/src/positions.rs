//! How far consumers have read, kept in the database of their effects.

use std::collections::HashMap;

use crate::cell::Rows;
use crate::database::{Database, Tx};
use crate::error::StoreError;

/// That a consumer has read a part of a topic up to (not including) an offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advance {
    /// Who reads.
    pub consumer: String,
    /// What is read.
    pub topic: String,
    /// Which part of it.
    pub partition: i64,
    /// The next offset to read.
    pub next_offset: i64,
}

/// Writes positions; an older one never replaces a newer one.
pub async fn advance(tx: &mut Tx, advances: &[Advance]) -> Result<(), StoreError> {
    tx.insert_all(vec![rows(advances)]).await?;
    Ok(())
}

/// The furthest positions, to be written.
pub(crate) fn rows(advances: &[Advance]) -> Rows {
    let mut furthest: HashMap<(&str, &str, i64), i64> = HashMap::new();
    for step in advances {
        let reached = furthest.entry((&step.consumer, &step.topic, step.partition)).or_insert(0);
        *reached = (*reached).max(step.next_offset);
    }
    let rows = furthest
        .into_iter()
        .map(|((consumer, topic, partition), next)| {
            vec![consumer.into(), topic.into(), partition.into(), next.into()]
        })
        .collect();
    let tail = "ON CONFLICT (consumer, topic, partition_number) DO UPDATE SET next_offset = excluded.next_offset \
                WHERE consumer_position.next_offset < excluded.next_offset";
    let columns = vec!["consumer", "topic", "partition_number", "next_offset"];
    Rows { table: "consumer_position", columns, rows, tail: tail.to_owned() }
}

/// The next offset of each partition of the topic that this consumer has read from.
pub async fn positions(
    database: &Database,
    consumer: &str,
    topic: &str,
) -> Result<HashMap<i64, i64>, StoreError> {
    let sql =
        "SELECT partition_number, next_offset FROM consumer_position WHERE consumer = $1 AND topic = $2";
    let rows = database.fetch(sql, vec![consumer.into(), topic.into()]).await?;
    let mut found = HashMap::new();
    for row in rows {
        found.insert(row.int(0)?, row.int(1)?);
    }
    Ok(found)
}
