//! The platform, as any machine client sees it.

use std::time::{Duration, Instant};

use imsop_kernel::GeoPoint;
use reqwest::{Client as Http, StatusCode};
use serde::Deserialize;
use serde_json::json;

use crate::Options;
use crate::intents::Intent;
use crate::limits::{RENEW_BEFORE, REQUEST_TIMEOUT, RETRY_PAUSE, TRIES};
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
struct ShipmentPage {
    items: Vec<Item>,
    next: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    tracking_number: String,
    status: String,
    origin: Place,
    destination: Place,
    current_location: Option<GeoSeen>,
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

/// The states of shipments that are on their way.
const OPEN: [&str; 3] = ["InTransit", "Delayed", "OutForDelivery"];

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

    /// The shipments of the network that are on their way.
    pub(crate) async fn open_shipments(&mut self) -> Result<Vec<KnownShipment>, DemoError> {
        let mut known = Vec::new();
        for status in OPEN {
            let mut after: Option<String> = None;
            loop {
                let page = self.page(status, after.as_deref()).await?;
                known.extend(page.items.into_iter().filter_map(known_shipment));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(known)
    }

    async fn page(&mut self, status: &str, after: Option<&str>) -> Result<ShipmentPage, DemoError> {
        let token = self.token().await?;
        let mut query = vec![("status", status), ("number", "im-"), ("limit", "200")];
        query.extend(after.map(|after| ("after", after)));
        let request = self.http.get(format!("{}/operations/shipments", self.options.url)).bearer_auth(token);
        let request = request.query(&query).timeout(REQUEST_TIMEOUT);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    /// Carries out wishes, one after the other. What is refused is not tried again: the world goes on.
    pub(crate) async fn carry_out(&mut self, intents: Vec<Intent>) {
        for intent in intents {
            for attempt in 1..=TRIES {
                match self.send(&intent).await {
                    Ok(status) if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {}
                    Ok(status) => {
                        if status.is_client_error() {
                            tracing::debug!(path = intent.path, %status, "the platform refused the demo");
                        }
                        break;
                    }
                    Err(error) => tracing::debug!(%error, attempt, "the platform does not answer the demo"),
                }
                tokio::time::sleep(RETRY_PAUSE * attempt).await;
            }
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

fn known_shipment(item: Item) -> Option<KnownShipment> {
    Some(KnownShipment {
        number: item.tracking_number,
        status: item.status,
        origin: item.origin.location?,
        destination: item.destination.location?,
        current: item
            .current_location
            .map(|seen| GeoPoint { latitude: seen.latitude, longitude: seen.longitude }),
    })
}
