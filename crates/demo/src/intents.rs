//! What the network wants from the platform: requests, with keys that make them safe to send again.

use imsop_kernel::ids::natural_id;
use imsop_kernel::{GeoPoint, Tenant, Timestamp};
use serde_json::{Value, json};

use crate::fleet::Reefer;
use crate::network::{Lane, Product, SITES, carriers};

/// One request.
#[derive(Debug, Clone)]
pub struct Intent {
    /// Where it goes.
    pub path: String,
    /// Its body.
    pub body: Value,
    /// The same wish has the same key.
    pub key: String,
}

impl Intent {
    fn new(path: String, body: Value) -> Self {
        // Most wishes are made once in the life of the thing that they concern.
        let key = format!("demo:{path}");
        Self { path, body, key }
    }

    fn at(mut self, moment: Timestamp) -> Self {
        self.key = format!("{}:{}", self.key, moment.as_second());
        self
    }

    fn of(mut self, number: &str) -> Self {
        self.key = format!("{}:{number}", self.key);
        self
    }
}

/// Registers a container.
pub fn register(reefer: &Reefer) -> Intent {
    let body = json!({
        "assetNumber": reefer.number,
        "assetType": "ReeferContainer",
        "description": if reefer.range.0 < 0.0 { "40 ft reefer, set to freeze" } else { "40 ft reefer, set to chill" },
        "deviceIds": [reefer.device],
        "temperatureRange": { "minimum": reefer.range.0, "maximum": reefer.range.1 },
    });
    Intent::new("/operations/assets".to_owned(), body).of(&reefer.number)
}

/// Assigns a container to a shipment.
pub fn assign(tenant: &Tenant, reefer: &Reefer, shipment: &str, now: Timestamp) -> Intent {
    let asset = natural_id(tenant, "asset", &reefer.number);
    let body = json!({ "shipmentId": natural_id(tenant, "shipment", shipment) });
    Intent::new(format!("/operations/assets/{asset}/assign"), body).of(shipment).at(now)
}

/// Places an order of one product.
pub fn order(
    number: &str,
    customer: &str,
    lane: &Lane,
    product: &Product,
    packs: i64,
    at: Timestamp,
) -> Intent {
    let price = format!("{}.{:02}", product.price / 100, product.price % 100);
    let body = json!({
        "orderNumber": number,
        "customer": { "name": customer },
        "orderDate": at.to_string(),
        "shippingAddress": SITES[lane.to].address(),
        "lines": [{
            "lineNumber": "1",
            "sku": product.sku,
            "description": product.description,
            "quantity": { "value": packs.to_string(), "unit": "EA" },
            "unitPrice": { "amount": price, "currency": "EUR" },
        }],
    });
    Intent::new("/operations/orders".to_owned(), body).of(number)
}

/// Confirms, processes or cancels an order.
pub fn order_step(tenant: &Tenant, order: &str, step: &str, body: Value) -> Intent {
    Intent::new(format!("/operations/orders/{}/{step}", natural_id(tenant, "order", order)), body)
}

/// A shipment to be booked.
pub struct Booking<'a> {
    /// Its number.
    pub number: &'a str,
    /// The order that it carries.
    pub order: &'a str,
    /// The way that it takes.
    pub lane: &'a Lane,
    /// Which of the carriers.
    pub carrier: usize,
    /// What it carries.
    pub product: &'a Product,
    /// How much of it.
    pub packs: i64,
    /// When it is to be there.
    pub promised: Timestamp,
}

/// Books a shipment.
pub fn book(booking: &Booking<'_>) -> Intent {
    let carriers = carriers(booking.lane.mode);
    let mut body = json!({
        "trackingNumber": booking.number,
        "origin": SITES[booking.lane.from].address(),
        "destination": SITES[booking.lane.to].address(),
        "carrier": { "name": carriers[booking.carrier % carriers.len()] },
        "mode": booking.lane.mode.as_str(),
        "estimatedDelivery": booking.promised.to_string(),
        "lines": [{
            "orderNumber": booking.order,
            "lineNumber": "1",
            "quantity": { "value": booking.packs.to_string(), "unit": "EA" },
        }],
        "weight": { "value": (booking.packs * 3).to_string(), "unit": "KGM" },
    });
    if let Some((minimum, maximum)) = booking.product.temperatures {
        body["temperatureRange"] = json!({ "minimum": minimum, "maximum": maximum });
    }
    Intent::new("/operations/shipments".to_owned(), body).of(booking.number)
}

/// A step of a shipment: `depart`, `delay`, `resume`, `out-for-delivery`, `deliver`, `cancel`.
pub fn shipment_step(tenant: &Tenant, shipment: &str, step: &str, body: Value, now: Timestamp) -> Intent {
    let id = natural_id(tenant, "shipment", shipment);
    Intent::new(format!("/operations/shipments/{id}/{step}"), body).at(now)
}

/// Where a shipment was seen.
pub fn position(tenant: &Tenant, shipment: &str, point: GeoPoint, at: Timestamp) -> Intent {
    let body = json!({ "position": point, "observedAt": at.to_string(), "source": "carrier" });
    shipment_step(tenant, shipment, "positions", body, at)
}
