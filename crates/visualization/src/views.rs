//! Loading and saving read models, many at once.

use std::collections::{BTreeMap, BTreeSet};

use imsop_journal::{Cell, StoreError, Tx};
use imsop_kernel::Tenant;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::model::{Alert, Asset, Order, Prediction, Shipment, ShipmentStatus, Word};

/// A read model with a table of its own: `tenant, id, view` and columns to find it by.
pub trait View: Serialize + DeserializeOwned + Clone + Send + Sync {
    /// The table.
    const TABLE: &'static str;
    /// The columns to find it by, besides `created_at`, which every table has.
    const COLUMNS: &'static [&'static str];
    /// Its id.
    fn id(&self) -> &str;
    /// The values of [`View::COLUMNS`].
    fn cells(&self) -> Vec<Cell>;
    /// When it began, in microseconds since 1970: the order of lists.
    fn created_at(&self) -> i64;
}

impl View for Shipment {
    const TABLE: &'static str = "shipments";
    const COLUMNS: &'static [&'static str] = &[
        "number",
        "status",
        "carrier",
        "country",
        "estimated_at",
        "late_after",
        "is_open",
        "delivered_late",
    ];

    fn id(&self) -> &str {
        &self.id
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.tracking_number.to_lowercase().into(),
            self.status.word().into(),
            self.carrier.as_deref().unwrap_or_default().to_lowercase().into(),
            self.destination.as_ref().map_or("", |address| &address.country).to_lowercase().into(),
            self.estimated_delivery.0.into(),
            self.late_after.0.into(),
            self.is_open().into(),
            self.delivered_late.into(),
        ]
    }

    fn created_at(&self) -> i64 {
        self.created_at.0.as_microsecond()
    }
}

impl Shipment {
    /// Whether it is still on its way, or to be.
    pub fn is_open(&self) -> bool {
        !matches!(self.status, ShipmentStatus::Delivered | ShipmentStatus::Cancelled)
    }
}

impl View for Order {
    const TABLE: &'static str = "orders";
    const COLUMNS: &'static [&'static str] = &["number", "status", "country"];

    fn id(&self) -> &str {
        &self.id
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.order_number.to_lowercase().into(),
            self.status.word().into(),
            self.shipping_address.country.to_lowercase().into(),
        ]
    }

    fn created_at(&self) -> i64 {
        self.created_at.0.as_microsecond()
    }
}

impl View for Asset {
    const TABLE: &'static str = "assets";
    const COLUMNS: &'static [&'static str] = &["number", "status", "asset_type"];

    fn id(&self) -> &str {
        &self.id
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.asset_number.to_lowercase().into(),
            self.status.word().into(),
            self.asset_type.as_str().into(),
        ]
    }

    fn created_at(&self) -> i64 {
        self.created_at.0.as_microsecond()
    }
}

impl View for Alert {
    const TABLE: &'static str = "alerts";
    const COLUMNS: &'static [&'static str] = &["status", "severity", "device_id", "shipment_id", "asset_id"];

    fn id(&self) -> &str {
        &self.id
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.status.word().into(),
            self.severity.word().into(),
            self.device_id.as_deref().unwrap_or_default().into(),
            self.shipment_id.as_ref().map_or("", |id| id.as_str()).into(),
            self.asset_id.as_ref().map_or("", |id| id.as_str()).into(),
        ]
    }

    fn created_at(&self) -> i64 {
        self.raised_at.0.as_microsecond()
    }
}

impl View for Prediction {
    const TABLE: &'static str = "predictions";
    const COLUMNS: &'static [&'static str] = &["prediction_type", "shipment_id"];

    fn id(&self) -> &str {
        &self.id
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.prediction_type.word().into(),
            self.shipment_id.as_ref().map_or("", |id| id.as_str()).into(),
        ]
    }

    fn created_at(&self) -> i64 {
        self.created_at.0.as_microsecond()
    }
}

/// Which read models of a kind a batch touches.
pub type Wanted = BTreeSet<(Tenant, String)>;

/// Read models by tenant and id.
pub type Loaded<V> = BTreeMap<(Tenant, String), V>;

/// Loads those that exist.
pub async fn load<V: View>(tx: &mut Tx, wanted: Wanted) -> Result<Loaded<V>, StoreError> {
    let mut by_tenant: BTreeMap<Tenant, Vec<String>> = BTreeMap::new();
    for (tenant, id) in wanted {
        by_tenant.entry(tenant).or_default().push(id);
    }
    let sql =
        format!("SELECT id, view FROM {} WHERE tenant = $1 AND id {}", V::TABLE, tx.dialect().one_of("$2"));
    let mut loaded = Loaded::new();
    for (tenant, ids) in by_tenant {
        for row in tx.fetch(&sql, vec![(&tenant).into(), ids.into()]).await? {
            let view: V = serde_json::from_str(row.text(1)?)?;
            loaded.insert((tenant.clone(), row.text(0)?.to_owned()), view);
        }
    }
    Ok(loaded)
}

/// Saves them.
pub async fn save<V: View>(tx: &mut Tx, views: &[(&Tenant, &V)]) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(views.len());
    for (tenant, view) in views {
        let mut row: Vec<Cell> = vec![
            (*tenant).into(),
            view.id().into(),
            serde_json::to_string(view)?.into(),
            view.created_at().into(),
        ];
        row.extend(view.cells());
        rows.push(row);
    }
    let columns: Vec<&str> =
        ["tenant", "id", "view", "created_at"].into_iter().chain(V::COLUMNS.iter().copied()).collect();
    let set: Vec<String> =
        columns[2..].iter().map(|column| format!("{column} = excluded.{column}")).collect();
    let tail = format!("ON CONFLICT (tenant, id) DO UPDATE SET {}", set.join(", "));
    tx.insert(V::TABLE, &columns, rows, &tail).await?;
    Ok(())
}
