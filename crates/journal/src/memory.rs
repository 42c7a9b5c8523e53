//! States that the one writer of an SQLite file keeps in memory, so that it need not read them again.

use std::collections::HashMap;

use imsop_kernel::{StreamId, Tenant};

use crate::database::Tx;
use crate::domain::{Domain, States, Versioned};
use crate::error::StoreError;
use crate::limits::BYTES_IN_MEMORY;

/// The states that were used last. Two generations: what is not used while one fills is forgotten.
pub(crate) struct Memory<D: Domain> {
    young: HashMap<Tenant, States<D>>,
    old: HashMap<Tenant, States<D>>,
    /// What the young ones took when they were stored.
    bytes: usize,
    /// SQLite's count of what others have written to the file, when this was true.
    written_by_others: Option<i64>,
}

impl<D: Domain> Memory<D> {
    pub fn empty() -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), bytes: 0, written_by_others: None }
    }

    /// What is still true in this transaction: all of it, unless somebody else has written to the file.
    pub async fn valid_in(self, tx: &mut Tx) -> Result<Self, StoreError> {
        let rows = tx.fetch("PRAGMA data_version", vec![]).await?;
        let count = rows.first().map(|row| row.int(0)).transpose()?;
        if count.is_some() && count == self.written_by_others {
            return Ok(self);
        }
        Ok(Self { written_by_others: count, ..Self::empty() })
    }

    pub fn get(&self, tenant: &Tenant, stream: StreamId) -> Option<&Versioned<D>> {
        let young = self.young.get(tenant).and_then(|states| states.get(&stream));
        young.or_else(|| self.old.get(tenant).and_then(|states| states.get(&stream)))
    }

    /// Keeps the states as they are after a commit.
    pub fn keep(&mut self, states: HashMap<Tenant, States<D>>) {
        if self.written_by_others.is_none() {
            return;
        }
        for (tenant, states) in states {
            let young = self.young.entry(tenant).or_default();
            for (stream, versioned) in states {
                if versioned.state.is_none() {
                    continue;
                }
                self.bytes += versioned.stored_bytes;
                if let Some(before) = young.insert(stream, versioned) {
                    self.bytes = self.bytes.saturating_sub(before.stored_bytes);
                }
            }
        }
        if self.bytes > BYTES_IN_MEMORY {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
    }
}
