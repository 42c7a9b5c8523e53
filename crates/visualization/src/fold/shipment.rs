//! Shipments.

use async_graphql::ID;
use imsop_kernel::{Envelope, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::{Misfit, occurred, out_of_order, payload, recorded};
use crate::model::{
    Address, Delay, GeoPoint, ObservedPosition, Shipment, ShipmentLine, ShipmentStatus, SourceRecord,
    TemperatureRange,
};
use crate::scalars::{Captured, DateTime};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Booked {
    tracking_number: String,
    #[serde(default)]
    origin: Option<Value>,
    #[serde(default)]
    destination: Option<Value>,
    #[serde(default)]
    carrier: Option<Value>,
    #[serde(default)]
    mode: Captured,
    estimated_delivery: DateTime,
    #[serde(default)]
    lines: Vec<ShipmentLine>,
    #[serde(default)]
    weight: Captured,
    #[serde(default)]
    freight_cost: Captured,
    #[serde(default)]
    temperature_range: Option<TemperatureRange>,
    #[serde(default)]
    source: Option<SourceRecord>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Moved {
    #[serde(default)]
    departed_at: Captured,
    #[serde(default)]
    location: Option<GeoPoint>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delayed {
    reason: String,
    new_estimate: DateTime,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Resumed {
    #[serde(default)]
    new_estimate: Option<DateTime>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delivered {
    delivered_at: DateTime,
    late: bool,
}

#[derive(Deserialize)]
struct Lines {
    lines: Vec<ShipmentLine>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Observed {
    position: GeoPoint,
    observed_at: DateTime,
}

/// The shipment after the event.
pub fn fold(before: Option<Shipment>, event: &Envelope) -> Result<Shipment, Misfit> {
    if &*event.event_type == "ShipmentBooked" {
        return booked(event);
    }
    let mut shipment = before.ok_or_else(|| out_of_order(event))?;
    match &*event.event_type {
        "ShipmentLinesAdded" => shipment.lines.extend(payload::<Lines>(event)?.lines),
        "ShipmentDeparted" => departed(&mut shipment, event)?,
        "ShipmentOutForDelivery" => {
            let moved: Moved = payload(event)?;
            shipment.status = ShipmentStatus::OutForDelivery;
            shipment.delay = None;
            move_to(&mut shipment, moved.location, occurred(event));
        }
        "ShipmentDelayed" => {
            let delayed: Delayed = payload(event)?;
            shipment.status = ShipmentStatus::Delayed;
            shipment.estimated_delivery = delayed.new_estimate;
            shipment.delay = Some(Delay { reason: delayed.reason, since: occurred(event) });
        }
        "ShipmentResumed" => {
            let resumed: Resumed = payload(event)?;
            let on_the_way = shipment.departed_at.is_some();
            shipment.status = if on_the_way { ShipmentStatus::InTransit } else { ShipmentStatus::Created };
            shipment.delay = None;
            shipment.estimated_delivery = resumed.new_estimate.unwrap_or(shipment.estimated_delivery);
        }
        "ShipmentDelivered" => {
            let delivered: Delivered = payload(event)?;
            shipment.status = ShipmentStatus::Delivered;
            shipment.actual_delivery = Some(delivered.delivered_at);
            shipment.delivered_late = delivered.late;
            shipment.delay = None;
        }
        "ShipmentCancelled" => {
            shipment.status = ShipmentStatus::Cancelled;
            shipment.delay = None;
        }
        "ShipmentPositionObserved" => {
            let observed: Observed = payload(event)?;
            move_to(&mut shipment, Some(observed.position), observed.observed_at);
        }
        _ => {}
    }
    shipment.updated_at = recorded(event);
    shipment.version = event.stream_version;
    Ok(shipment)
}

fn booked(event: &Envelope) -> Result<Shipment, Misfit> {
    let booked: Booked = payload(event)?;
    let carrier_text = |field: &str| {
        let carrier = booked.carrier.as_ref()?;
        Some(carrier.get(field)?.as_str()?.to_owned())
    };
    Ok(Shipment {
        id: ID(event.stream.id.to_string()),
        status: ShipmentStatus::Created,
        carrier: carrier_text("name"),
        carrier_id: carrier_text("id").map(ID),
        tracking_number: booked.tracking_number,
        origin: address(booked.origin),
        destination: address(booked.destination),
        mode: booked.mode,
        promised_delivery: booked.estimated_delivery,
        estimated_delivery: booked.estimated_delivery,
        actual_delivery: None,
        departed_at: None,
        delay: None,
        current_location: None,
        lines: booked.lines,
        temperature_range: booked.temperature_range,
        weight: booked.weight,
        freight_cost: booked.freight_cost,
        source: booked.source,
        delivered_late: false,
        late_after: DateTime(day_after(booked.estimated_delivery.0)),
        asset_ids: Vec::new(),
        created_at: recorded(event),
        updated_at: recorded(event),
        version: event.stream_version,
    })
}

/// An address, or nothing where the source captured none.
fn address(value: Option<Value>) -> Option<Address> {
    serde_json::from_value(value?).ok()
}

fn departed(shipment: &mut Shipment, event: &Envelope) -> Result<(), Misfit> {
    let moved: Moved = payload(event)?;
    shipment.status = ShipmentStatus::InTransit;
    shipment.delay = None;
    shipment.departed_at = Some(moved.departed_at);
    let start = moved.location.or_else(|| shipment.origin.as_ref()?.location);
    move_to(shipment, start, occurred(event));
    Ok(())
}

fn move_to(shipment: &mut Shipment, position: Option<GeoPoint>, observed_at: DateTime) {
    let Some(GeoPoint { latitude, longitude }) = position else { return };
    let newer = shipment.current_location.is_none_or(|known| known.observed_at <= observed_at);
    if newer {
        shipment.current_location = Some(ObservedPosition { latitude, longitude, observed_at });
    }
}

/// The beginning of the UTC day after this moment: from then on, what was promised for it is late.
fn day_after(promise: Timestamp) -> Timestamp {
    const DAY: i64 = 24 * 3_600;
    let days = promise.as_second().div_euclid(DAY) + 1;
    Timestamp::from_second(days * DAY).unwrap_or(promise)
}
