//! The platform, as any machine client sees it.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use imsop_kernel::{GeoPoint, Uuid};
use reqwest::{Client as Http, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::Options;
use crate::fleet::Reefer;
use crate::intents::Intent;
use crate::limits::{LONGEST_PAUSE, RENEW_BEFORE, REQUEST_TIMEOUT, RETRY_PAUSE, TRIES};
use crate::world::KnownShipment;

/// The platform cannot be reached, or does not let the network in.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The request failed.
    #[error(transparent)]
    Http(#[from] reqwest::Error),
}

pub(crate) struct Client {
    options: Options,
    http: Http,
    token: Option<(String, Instant)>,
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
    expires_in: u64,
}

#[derive(Deserialize)]
struct Page<Item> {
    items: Vec<Item>,
    next: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ShipmentItem {
    id: Uuid,
    tracking_number: String,
    status: String,
    mode: String,
    origin: Place,
    destination: Place,
    current_location: Option<GeoSeen>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssetItem {
    asset_number: String,
    shipment_id: Option<Uuid>,
}

#[derive(Deserialize)]
struct Place {
    location: Option<GeoPoint>,
}

#[derive(Deserialize)]
struct GeoSeen {
    latitude: f64,
    longitude: f64,
}

/// The states of shipments that have not ended.
const OPEN: [&str; 4] = ["Created", "InTransit", "Delayed", "OutForDelivery"];

impl Client {
    pub(crate) fn new(options: &Options) -> Self {
        Self { options: options.clone(), http: Http::new(), token: None }
    }

    /// An access token that holds for a while.
    pub(crate) async fn token(&mut self) -> Result<String, DemoError> {
        if let Some((token, until)) = &self.token
            && *until > Instant::now() + RENEW_BEFORE
        {
            return Ok(token.clone());
        }
        let body = json!({
            "grant_type": "client_credentials",
            "client_id": self.options.client_id,
            "client_secret": self.options.client_secret,
            "tenant": self.options.tenant,
        });
        let request =
            self.http.post(format!("{}/auth/token", self.options.url)).json(&body).timeout(REQUEST_TIMEOUT);
        let answer: Token = request.send().await?.error_for_status()?.json().await?;
        let until = Instant::now() + Duration::from_secs(answer.expires_in);
        self.token = Some((answer.access_token.clone(), until));
        Ok(answer.access_token)
    }

    /// The shipments of the network that have not ended, each with its container.
    pub(crate) async fn open_shipments(&mut self) -> Result<Vec<KnownShipment>, DemoError> {
        let assets: Vec<AssetItem> = self.all("assets", "Assigned", "rfr-").await?;
        let places = assets
            .iter()
            .filter_map(|asset| Some((asset.shipment_id?, Reefer::place_of(&asset.asset_number)?)));
        let reefers: HashMap<Uuid, usize> = places.collect();
        let mut known = Vec::new();
        for status in OPEN {
            let items: Vec<ShipmentItem> = self.all("shipments", status, "im-").await?;
            for item in items {
                let reefer = reefers.get(&item.id).copied();
                known.extend(known_shipment(item, reefer));
            }
        }
        Ok(known)
    }

    /// Everything of a kind in this state whose number begins so.
    async fn all<Item: DeserializeOwned>(
        &mut self,
        kind: &str,
        status: &str,
        number: &str,
    ) -> Result<Vec<Item>, DemoError> {
        let mut all = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let token = self.token().await?;
            let mut query = vec![("status", status), ("number", number), ("limit", "200")];
            query.extend(after.as_deref().map(|after| ("after", after)));
            let request = self.http.get(format!("{}/operations/{kind}", self.options.url)).bearer_auth(token);
            let request = request.query(&query).timeout(REQUEST_TIMEOUT);
            let page: Page<Item> = request.send().await?.error_for_status()?.json().await?;
            all.extend(page.items);
            after = page.next;
            if after.is_none() {
                return Ok(all);
            }
        }
    }

    /// Carries out wishes, one after the other. While the platform is away it waits, so that world and
    /// platform agree afterwards. What is refused is not tried again: the world goes on.
    pub(crate) async fn carry_out(&mut self, intents: Vec<Intent>) {
        for intent in intents {
            self.carry_out_one(&intent).await;
        }
    }

    async fn carry_out_one(&mut self, intent: &Intent) {
        let mut failures = 0;
        let mut pause = RETRY_PAUSE;
        loop {
            match self.send(intent).await {
                Ok(status) if is_for_later(status) => {}
                Ok(status) if status.is_server_error() => failures += 1,
                Ok(status) => {
                    if status.is_client_error() {
                        tracing::debug!(path = intent.path, %status, "the platform refused the demo");
                    }
                    return;
                }
                Err(error) => tracing::debug!(%error, "the platform does not answer the demo"),
            }
            if failures >= TRIES {
                tracing::debug!(path = intent.path, "the platform fails at what the demo wants");
                return;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn send(&mut self, intent: &Intent) -> Result<StatusCode, DemoError> {
        let token = self.token().await?;
        let request = self.http.post(format!("{}{}", self.options.url, intent.path)).bearer_auth(token);
        let request =
            request.header("idempotency-key", &intent.key).json(&intent.body).timeout(REQUEST_TIMEOUT);
        let status = request.send().await?.status();
        if status == StatusCode::UNAUTHORIZED {
            self.token = None;
        }
        Ok(status)
    }
}

/// Whether the same request can succeed later: the token is renewed, or the platform has room again.
fn is_for_later(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::UNAUTHORIZED
            | StatusCode::REQUEST_TIMEOUT
            | StatusCode::TOO_MANY_REQUESTS
            | StatusCode::SERVICE_UNAVAILABLE
    )
}

fn known_shipment(item: ShipmentItem, reefer: Option<usize>) -> Option<KnownShipment> {
    Some(KnownShipment {
        number: item.tracking_number,
        status: item.status,
        mode: item.mode,
        origin: item.origin.location?,
        destination: item.destination.location?,
        current: item
            .current_location
            .map(|seen| GeoPoint { latitude: seen.latitude, longitude: seen.longitude }),
        reefer,
    })
}
