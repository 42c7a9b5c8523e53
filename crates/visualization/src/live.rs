//! Those who watch: every change goes to everybody of the tenant who listens.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use imsop_backbone::BackboneError;
use imsop_kernel::{Tenant, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::broadcast;

use crate::graphql::Overview;
use crate::limits::{LIVE_BACKLOG, OVERVIEW_INTERVAL};
use crate::model::{Alert, Shipment};
use crate::reads::{Reads, is_late};
use crate::scalars::DateTime;

/// One measured value.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs, reason = "plain words")]
pub struct LiveReading {
    pub signal: String,
    pub value: f64,
    pub unit: String,
}

/// What a device measured.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct Telemetry {
    pub device_id: String,
    pub shipment_id: Option<String>,
    pub timestamp: DateTime,
    pub readings: Vec<LiveReading>,
}

/// A change, after it is durable in the read models.
#[derive(Debug, Clone)]
pub enum LiveMessage {
    /// A shipment changed.
    Shipment(Arc<Shipment>),
    /// An alert was raised or changed.
    Alert(Arc<Alert>),
    /// A device reported.
    Telemetry(Arc<Telemetry>),
}

impl LiveMessage {
    /// The message as it goes over the wire.
    pub fn to_json(&self, now: Timestamp) -> Value {
        match self {
            Self::Shipment(shipment) => {
                let mut value = json!(&**shipment);
                value["type"] = "shipment".into();
                value["late"] = is_late(shipment, now).into();
                value
            }
            Self::Alert(alert) => {
                let mut value = json!(&**alert);
                value["type"] = "alert".into();
                value
            }
            Self::Telemetry(telemetry) => {
                let mut value = json!(&**telemetry);
                value["type"] = "telemetry".into();
                value
            }
        }
    }
}

/// The figures of the control tower as they were a moment ago.
#[derive(Clone)]
pub struct KnownOverview {
    /// When they were read.
    read_at: Timestamp,
    /// The figures.
    pub figures: Arc<Overview>,
    /// The same as a live message.
    pub message: Arc<Value>,
}

/// Spreads changes to those who watch.
pub struct Hub {
    overviews: tokio::sync::Mutex<HashMap<Tenant, KnownOverview>>,
    changes: broadcast::Sender<(Tenant, LiveMessage)>,
    newest_recorded: AtomicI64,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            overviews: tokio::sync::Mutex::default(),
            changes: broadcast::channel(LIVE_BACKLOG).0,
            newest_recorded: AtomicI64::new(0),
        }
    }
}

impl Hub {
    /// Tells everybody of the tenant.
    pub fn send(&self, tenant: Tenant, message: LiveMessage) {
        // An error means that nobody watches.
        let _ = self.changes.send((tenant, message));
    }

    /// Begins to listen. A listener that falls too far behind is told so.
    pub fn listen(&self) -> broadcast::Receiver<(Tenant, LiveMessage)> {
        self.changes.subscribe()
    }

    /// Notes that events up to this moment are in the read models.
    pub fn note_recorded(&self, at: Timestamp) {
        self.newest_recorded.fetch_max(at.as_microsecond(), Ordering::Relaxed);
    }

    /// The newest moment of recording that is in the read models, as far as this process has seen.
    pub fn newest_recorded(&self) -> Option<Timestamp> {
        let microseconds = self.newest_recorded.load(Ordering::Relaxed);
        (microseconds > 0).then(|| Timestamp::from_microsecond(microseconds).ok()).flatten()
    }

    /// The figures of the control tower, read anew at most once in a while however many watch.
    pub async fn overview(
        &self,
        reads: &Reads,
        tenant: &Tenant,
        now: Timestamp,
    ) -> Result<KnownOverview, BackboneError> {
        let mut overviews = self.overviews.lock().await;
        let longest = i64::try_from(OVERVIEW_INTERVAL.as_millis()).unwrap_or(0);
        if let Some(known) = overviews.get(tenant)
            && now.as_millisecond() - known.read_at.as_millisecond() < longest
        {
            return Ok(known.clone());
        }
        let figures = Overview::read(reads, tenant, now).await?;
        let mut message = json!(figures);
        message["type"] = "overview".into();
        let read = KnownOverview { read_at: now, figures: Arc::new(figures), message: Arc::new(message) };
        overviews.insert(tenant.clone(), read.clone());
        Ok(read)
    }
}
