//! What the detector remembers, between batches.

use std::collections::{BTreeMap, BTreeSet};

use imsop_journal::{StoreError, Tx};
use imsop_kernel::Tenant;

use crate::domain::{DETECTOR, Detector, Range};

/// One signal of one device.
pub(crate) type Signal = (Tenant, String, String);

/// The detectors of a batch, by signal.
pub(crate) type Detectors = BTreeMap<Signal, Detector>;

/// Ranges that single devices have for themselves, by signal.
pub(crate) type OwnRanges = BTreeMap<Signal, Range>;

fn by_tenant(devices: &BTreeSet<(Tenant, String)>) -> BTreeMap<&Tenant, Vec<String>> {
    let mut grouped: BTreeMap<&Tenant, Vec<String>> = BTreeMap::new();
    for (tenant, device) in devices {
        grouped.entry(tenant).or_default().push(device.clone());
    }
    grouped
}

/// The detectors of these devices. One that another method wrote, or that cannot be read, begins anew:
/// it learns what is usual again, and the contract's range holds meanwhile.
pub(crate) async fn load(tx: &mut Tx, devices: &BTreeSet<(Tenant, String)>) -> Result<Detectors, StoreError> {
    let sql = format!(
        "SELECT device_id, signal, detector, memory FROM detectors WHERE tenant = $1 AND device_id {}",
        tx.dialect().one_of("$2")
    );
    let mut detectors = Detectors::new();
    for (tenant, devices) in by_tenant(devices) {
        for row in tx.fetch(&sql, vec![tenant.into(), devices.into()]).await? {
            if row.text(2)? != DETECTOR {
                continue;
            }
            match serde_json::from_str(row.text(3)?) {
                Ok(detector) => {
                    let signal = (tenant.clone(), row.text(0)?.to_owned(), row.text(1)?.to_owned());
                    detectors.insert(signal, detector);
                }
                Err(error) => {
                    tracing::warn!(%error, device = row.text(0)?, "a detector's memory is unreadable")
                }
            }
        }
    }
    Ok(detectors)
}

/// The ranges that these devices have for themselves.
pub(crate) async fn own_ranges(
    tx: &mut Tx,
    devices: &BTreeSet<(Tenant, String)>,
) -> Result<OwnRanges, StoreError> {
    let sql = format!(
        "SELECT device_id, signal, minimum, maximum FROM device_ranges WHERE tenant = $1 AND device_id {}",
        tx.dialect().one_of("$2")
    );
    let mut ranges = OwnRanges::new();
    for (tenant, devices) in by_tenant(devices) {
        for row in tx.fetch(&sql, vec![tenant.into(), devices.into()]).await? {
            if let Ok(range) = Range::new(row.real(2)?, row.real(3)?) {
                ranges.insert((tenant.clone(), row.text(0)?.to_owned(), row.text(1)?.to_owned()), range);
            }
        }
    }
    Ok(ranges)
}

/// Writes the detectors.
pub(crate) async fn save(tx: &mut Tx, detectors: &Detectors) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(detectors.len());
    for ((tenant, device, signal), detector) in detectors {
        let memory = serde_json::to_string(detector)?;
        rows.push(vec![
            tenant.into(),
            device.as_str().into(),
            signal.as_str().into(),
            DETECTOR.into(),
            memory.into(),
        ]);
    }
    let tail = "ON CONFLICT (tenant, device_id, signal) \
                DO UPDATE SET detector = excluded.detector, memory = excluded.memory";
    tx.insert("detectors", &["tenant", "device_id", "signal", "detector", "memory"], rows, tail).await?;
    Ok(())
}
