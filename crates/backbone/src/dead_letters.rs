//! Events whose effect could not be applied, parked with their bytes and the reason.

use std::collections::HashSet;

use imsop_journal::{Cell, StoreError, Tx};
use imsop_kernel::{Tenant, Timestamp, Uuid};

use crate::{FailureClass, Record};

/// An event that is put aside.
#[derive(Debug, Clone)]
pub struct Parked {
    /// Whose it is; empty where not even that could be read.
    pub tenant: String,
    /// Its stream; empty where not even that could be read.
    pub stream: String,
    /// The event as it came.
    pub record: Record,
    /// What kind of failure it is.
    pub class: FailureClass,
    /// What is wrong.
    pub error: String,
}

const COLUMNS: [&str; 12] = [
    "id",
    "consumer",
    "tenant",
    "stream",
    "topic",
    "partition_number",
    "record_offset",
    "failure_class",
    "error",
    "attempts",
    "parked_at",
    "envelope",
];

/// The name space of the ids of letters (RFC 9562, section 5.5).
const LETTER_NAMESPACE: Uuid = Uuid::from_u128(0x6b1f_0c52_9a37_5d84_b2e6_41d0_7c93_e8af);

/// A record has one letter at each consumer, however often it is delivered.
fn letter_id(consumer: &str, record: &Record) -> Uuid {
    let name = format!("{consumer}/{}/{}/{}", record.topic, record.partition, record.offset);
    Uuid::new_v5(&LETTER_NAMESPACE, name.as_bytes())
}

/// Parks events, in the transaction that moves the consumer past them. Those that are parked already stay
/// as they are.
pub async fn park(tx: &mut Tx, consumer: &str, parked: &[Parked], now: Timestamp) -> Result<(), StoreError> {
    let mut rows: Vec<Vec<Cell>> = Vec::with_capacity(parked.len());
    for letter in parked {
        rows.push(vec![
            letter_id(consumer, &letter.record).into(),
            consumer.into(),
            letter.tenant.as_str().into(),
            letter.stream.as_str().into(),
            (&*letter.record.topic).into(),
            letter.record.partition.into(),
            letter.record.offset.into(),
            letter.class.as_str().into(),
            letter.error.as_str().into(),
            1_i64.into(),
            now.into(),
            letter.record.envelope.clone().into(),
        ]);
    }
    tx.insert("dead_letter", &COLUMNS, rows, "ON CONFLICT (id) DO NOTHING").await?;
    Ok(())
}

/// The streams of a consumer that have parked events: what follows on them must wait behind.
pub async fn parked_streams(tx: &mut Tx, consumer: &str) -> Result<HashSet<(Tenant, String)>, StoreError> {
    let sql = "SELECT DISTINCT tenant, stream FROM dead_letter WHERE consumer = $1 AND tenant <> ''";
    let rows = tx.fetch(sql, vec![consumer.into()]).await?;
    let mut streams = HashSet::new();
    for row in rows {
        streams.insert((row.tenant(0)?, row.text(1)?.to_owned()));
    }
    Ok(streams)
}
