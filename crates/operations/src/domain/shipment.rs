//! Shipments: Created, InTransit, OutForDelivery, Delivered; Delayed in between; or Cancelled.

use imsop_journal::{Context, Draft, Moment};
use imsop_kernel::ids::Kind;
use imsop_kernel::{Address, Captured, GeoPoint, Money, Party, Quantity, StreamId, Tenant, Timestamp, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::checks::Checks;
use super::command::{BookShipment, Change, ObservePosition, ShipmentChange};
use super::event::{
    CarriedLine, Event, OrderShipmentReleased, PositionSource, Reason, ShipmentBooked, ShipmentDelayed,
    ShipmentOutForDelivery, ShipmentPositionObserved, ShipmentResumed, SourceRecord, TemperatureRange,
};
use super::fulfilment::{assign, deliver, depart, parts_by_order};
use super::rejection::Rejection;
use super::{Operations, State};
use crate::limits::{LINES_PER_SHIPMENT, NAME_LENGTH, NUMBER_LENGTH, POSITION_INTERVAL, REASON_LENGTH};

use ShipmentStatus::{Cancelled, Created, Delayed, Delivered, InTransit, OutForDelivery};

/// Where a shipment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs, reason = "the states of the design document")]
pub enum ShipmentStatus {
    Created,
    InTransit,
    OutForDelivery,
    Delivered,
    Delayed,
    Cancelled,
}

/// A shipment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by the contracts of its events")]
pub struct Shipment {
    pub tracking_number: String,
    pub status: ShipmentStatus,
    pub origin: Captured<Address>,
    pub destination: Address,
    pub carrier: Captured<Party>,
    pub mode: Captured<String>,
    pub promised_delivery: Timestamp,
    pub estimated_delivery: Timestamp,
    pub departed_at: Option<Captured<Timestamp>>,
    pub actual_delivery: Option<Timestamp>,
    pub delivered_late: bool,
    pub delay: Option<Delay>,
    pub current_location: Option<SeenAt>,
    pub lines: Vec<CarriedLine>,
    pub weight: Captured<Quantity>,
    pub freight_cost: Captured<Money>,
    pub temperature_range: Option<TemperatureRange>,
    pub source: Option<SourceRecord>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Why a shipment is delayed, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs, reason = "plain words")]
pub struct Delay {
    pub reason: String,
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
}

/// Where a shipment was seen last.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct SeenAt {
    pub latitude: f64,
    pub longitude: f64,
    #[schema(value_type = String, format = DateTime)]
    pub observed_at: Timestamp,
}

/// Whether a moment lies on a later day than the one promised (calendar days, UTC).
pub fn is_after_day(moment: Timestamp, promised: Timestamp) -> bool {
    const DAY: i64 = 24 * 3_600;
    moment.as_second().div_euclid(DAY) > promised.as_second().div_euclid(DAY)
}

impl Shipment {
    /// Whether it is late at this moment: by its delivery, or by the passing of the promised day.
    pub fn is_late(&self, now: Timestamp) -> bool {
        match self.status {
            Delivered => self.delivered_late,
            Cancelled => false,
            _ => is_after_day(now, self.promised_delivery),
        }
    }

    /// Whether it still can move.
    pub fn is_open(&self) -> bool {
        !matches!(self.status, Delivered | Cancelled)
    }

    /// The orders that it carries parts of, each once.
    pub fn order_ids(&self) -> Vec<Uuid> {
        let mut ids: Vec<Uuid> = self.lines.iter().map(|line| line.order_id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    fn must_be(&self, allowed: &[ShipmentStatus], transition: &'static str) -> Result<(), Rejection> {
        if allowed.contains(&self.status) {
            return Ok(());
        }
        Err(Rejection::IllegalTransition {
            what: "the shipment",
            state: format!("{:?}", self.status),
            transition,
        })
    }

    fn see(&mut self, point: Option<GeoPoint>, observed_at: Timestamp) {
        let Some(GeoPoint { latitude, longitude }) = point else { return };
        if self.current_location.is_none_or(|known| known.observed_at <= observed_at) {
            self.current_location = Some(SeenAt { latitude, longitude, observed_at });
        }
    }
}

/// The shipment after the event.
pub(super) fn evolve(state: Option<Shipment>, event: &Event, moment: Moment) -> Option<Shipment> {
    if let Event::ShipmentBooked(booked) = event {
        return Some(booked_shipment(booked, moment));
    }
    let mut shipment = state?;
    match event {
        Event::ShipmentLinesAdded(added) => shipment.lines.extend(added.lines.iter().cloned()),
        Event::ShipmentDeparted(departed) => {
            shipment.status = InTransit;
            shipment.delay = None;
            shipment.departed_at = Some(departed.departed_at.clone());
            let origin = shipment.origin.known().and_then(|origin| origin.location);
            shipment.see(departed.location.or(origin), moment.occurred_at);
        }
        Event::ShipmentOutForDelivery(out) => {
            shipment.status = OutForDelivery;
            shipment.delay = None;
            shipment.see(out.location, moment.occurred_at);
        }
        Event::ShipmentDelayed(delayed) => {
            shipment.status = Delayed;
            shipment.estimated_delivery = delayed.new_estimate;
            shipment.delay = Some(Delay { reason: delayed.reason.clone(), since: moment.occurred_at });
        }
        Event::ShipmentResumed(resumed) => {
            shipment.status = if shipment.departed_at.is_some() { InTransit } else { Created };
            shipment.delay = None;
            shipment.estimated_delivery = resumed.new_estimate.unwrap_or(shipment.estimated_delivery);
        }
        Event::ShipmentDelivered(delivered) => {
            shipment.status = Delivered;
            shipment.delay = None;
            shipment.actual_delivery = Some(delivered.delivered_at);
            shipment.delivered_late = delivered.late;
        }
        Event::ShipmentCancelled(_) => {
            shipment.status = Cancelled;
            shipment.delay = None;
        }
        Event::ShipmentPositionObserved(seen) => shipment.see(Some(seen.position), seen.observed_at),
        _ => {}
    }
    shipment.updated_at = moment.recorded_at;
    Some(shipment)
}

fn booked_shipment(booked: &ShipmentBooked, moment: Moment) -> Shipment {
    Shipment {
        tracking_number: booked.tracking_number.clone(),
        status: Created,
        origin: booked.origin.clone(),
        destination: booked.destination.clone(),
        carrier: booked.carrier.clone(),
        mode: booked.mode.clone(),
        promised_delivery: booked.estimated_delivery,
        estimated_delivery: booked.estimated_delivery,
        departed_at: None,
        actual_delivery: None,
        delivered_late: false,
        delay: None,
        current_location: None,
        lines: booked.lines.clone(),
        weight: booked.weight.clone(),
        freight_cost: booked.freight_cost.clone(),
        temperature_range: booked.temperature_range,
        source: booked.source.clone(),
        created_at: moment.recorded_at,
        updated_at: moment.recorded_at,
    }
}

/// Decides on a new shipment: it takes its parts of the orders' lines.
pub(super) fn book(
    command: &BookShipment,
    stream: StreamId,
    context: &Context,
    draft: &mut Draft<'_, Operations>,
) -> Result<(), Rejection> {
    if draft.state(stream).is_some() {
        return Err(Rejection::AlreadyExists { what: "shipment", number: command.tracking_number.clone() });
    }
    check_booking(command, &context.tenant)?;
    let parts = parts_by_order(command, context)?;
    let mut lines = Vec::with_capacity(command.lines.len());
    for (order_stream, parts) in &parts {
        let event = assign(draft, *order_stream, stream.id, &command.tracking_number, parts, &mut lines)?;
        draft.record(*order_stream, event);
    }
    let booked = ShipmentBooked {
        tracking_number: command.tracking_number.clone(),
        order_ids: parts.keys().map(|order| order.id).collect(),
        origin: Captured::Known(command.origin.clone()),
        destination: command.destination.clone(),
        carrier: Captured::Known(super::party(&context.tenant, "carrier", &command.carrier)),
        mode: Captured::Known(command.mode.as_str().to_owned()),
        estimated_delivery: command.estimated_delivery,
        lines,
        weight: command.weight.clone().into(),
        freight_cost: command.freight_cost.clone().into(),
        temperature_range: command.temperature_range,
        source: None,
    };
    draft.record(stream, Event::ShipmentBooked(booked));
    Ok(())
}

fn check_booking(command: &BookShipment, tenant: &Tenant) -> Result<(), Rejection> {
    let mut checks = Checks::default();
    checks.text("trackingNumber", &command.tracking_number, NUMBER_LENGTH);
    checks.address("origin", &command.origin);
    checks.address("destination", &command.destination);
    checks.text("carrier.name", &command.carrier.name, NAME_LENGTH);
    checks.time("estimatedDelivery", command.estimated_delivery);
    checks.count("lines", command.lines.len(), 1, LINES_PER_SHIPMENT);
    for (index, line) in command.lines.iter().enumerate() {
        checks.text(&format!("lines[{index}].lineNumber"), &line.line_number, NUMBER_LENGTH);
        checks.quantity(&format!("lines[{index}].quantity"), &line.quantity);
        if line.order_id.is_none() && line.order_number.is_none() {
            checks.fault(&format!("lines[{index}]"), "missing", "needs an orderId or an orderNumber");
        }
        if let (Some(id), Some(number)) = (line.order_id, &line.order_number)
            && id != StreamId::natural(tenant, Kind::Order, number).id
        {
            let message = format!("is not the id of order `{number}`");
            checks.fault(&format!("lines[{index}].orderId"), "contradiction", message);
        }
    }
    if let Some(weight) = &command.weight {
        checks.measure("weight", weight);
    }
    if let Some(cost) = &command.freight_cost {
        checks.money("freightCost", cost);
    }
    checks.temperatures("temperatureRange", command.temperature_range);
    checks.finish()
}

/// Decides on a change of a shipment.
pub(super) fn change(
    command: &Change<ShipmentChange>,
    stream: StreamId,
    now: Timestamp,
    draft: &mut Draft<'_, Operations>,
) -> Result<(), Rejection> {
    let Some(State::Shipment(shipment)) = draft.state(stream) else {
        return Err(Rejection::NotFound { what: "shipment", id: command.id.to_string() });
    };
    super::expect_version(command.expected_version, draft.version(stream))?;
    let shipment = shipment.clone();
    match &command.change {
        ShipmentChange::Depart { departed_at, location } => {
            let at = check_departure(&shipment, *departed_at, *location, now)?;
            depart(draft, stream, &shipment, Captured::Known(at), *location, at);
        }
        ShipmentChange::Move if shipment.status == Delayed && shipment.departed_at.is_some() => {
            draft.record(stream, Event::ShipmentResumed(ShipmentResumed { new_estimate: None }));
        }
        ShipmentChange::Move => {
            check_departure(&shipment, None, None, now)?;
            depart(draft, stream, &shipment, Captured::Known(now), None, now);
        }
        ShipmentChange::Deliver { delivered_at } => {
            let at = delivered_at.unwrap_or(now);
            let mut checks = Checks::default();
            checks.past("deliveredAt", at, now);
            checks.finish()?;
            can_be_delivered(&shipment)?;
            deliver(draft, stream, &shipment, at, None);
        }
        ShipmentChange::Cancel { reason } => cancel(draft, stream, &shipment, reason)?,
        ShipmentChange::ObservePosition(seen) => observe(draft, stream, &shipment, seen, now)?,
        other => {
            let event = decide_alone(&shipment, other)?;
            draft.record(stream, event);
        }
    }
    Ok(())
}

/// Changes that concern the shipment alone.
fn decide_alone(shipment: &Shipment, change: &ShipmentChange) -> Result<Event, Rejection> {
    let mut checks = Checks::default();
    match change {
        ShipmentChange::Delay { reason, new_estimate } => {
            shipment.must_be(&[Created, InTransit, OutForDelivery], "be delayed")?;
            checks.text("reason", reason, REASON_LENGTH);
            checks.time("newEstimate", *new_estimate);
            checks.finish()?;
            let (reason, new_estimate) = (reason.clone(), *new_estimate);
            Ok(Event::ShipmentDelayed(ShipmentDelayed { reason, new_estimate }))
        }
        ShipmentChange::Resume { new_estimate } => {
            shipment.must_be(&[Delayed], "resume")?;
            if let Some(estimate) = new_estimate {
                checks.time("newEstimate", *estimate);
            }
            checks.finish()?;
            Ok(Event::ShipmentResumed(ShipmentResumed { new_estimate: *new_estimate }))
        }
        ShipmentChange::GoOutForDelivery { location } => {
            let transition = "go out for delivery";
            shipment.must_be(&[InTransit, Delayed], transition)?;
            if shipment.departed_at.is_none() {
                let state = "not departed yet".to_owned();
                return Err(Rejection::IllegalTransition { what: "the shipment", state, transition });
            }
            checks.point("location", *location);
            checks.finish()?;
            Ok(Event::ShipmentOutForDelivery(ShipmentOutForDelivery { location: *location }))
        }
        // The others are decided with the orders that they concern.
        _ => Err(Rejection::invalid("change", "unknown-value", "is not a change of the shipment alone")),
    }
}

fn check_departure(
    shipment: &Shipment,
    at: Option<Timestamp>,
    location: Option<GeoPoint>,
    now: Timestamp,
) -> Result<Timestamp, Rejection> {
    let transition = "depart";
    shipment.must_be(&[Created, Delayed], transition)?;
    if shipment.departed_at.is_some() {
        let state = "on its way already".to_owned();
        return Err(Rejection::IllegalTransition { what: "the shipment", state, transition });
    }
    let at = at.unwrap_or(now);
    let mut checks = Checks::default();
    checks.past("departedAt", at, now);
    checks.point("location", location);
    checks.finish()?;
    Ok(at)
}

fn can_be_delivered(shipment: &Shipment) -> Result<(), Rejection> {
    let transition = "be delivered";
    shipment.must_be(&[InTransit, OutForDelivery, Delayed], transition)?;
    if shipment.departed_at.is_none() {
        let state = "not departed yet".to_owned();
        return Err(Rejection::IllegalTransition { what: "the shipment", state, transition });
    }
    Ok(())
}

fn cancel(
    draft: &mut Draft<'_, Operations>,
    stream: StreamId,
    shipment: &Shipment,
    reason: &str,
) -> Result<(), Rejection> {
    shipment.must_be(&[Created, InTransit, OutForDelivery, Delayed], "be cancelled")?;
    let mut checks = Checks::default();
    checks.text("reason", reason, REASON_LENGTH);
    checks.finish()?;
    draft.record(stream, Event::ShipmentCancelled(Reason { reason: reason.to_owned() }));
    for order_id in shipment.order_ids() {
        let order_stream = StreamId::new(Kind::Order, order_id);
        if draft.state(order_stream).is_some() {
            let event = OrderShipmentReleased { shipment_id: stream.id, reason: reason.to_owned() };
            draft.record(order_stream, Event::OrderShipmentReleased(event));
        }
    }
    Ok(())
}

fn observe(
    draft: &mut Draft<'_, Operations>,
    stream: StreamId,
    shipment: &Shipment,
    seen: &ObservePosition,
    now: Timestamp,
) -> Result<(), Rejection> {
    shipment.must_be(&[Created, InTransit, OutForDelivery, Delayed], "be seen on its way")?;
    let observed_at = seen.observed_at.unwrap_or(now);
    let mut checks = Checks::default();
    checks.point("position", Some(seen.position));
    checks.past("observedAt", observed_at, now);
    checks.finish()?;
    let last = shipment.current_location.map(|known| known.observed_at);
    // Either way: a position from before the last one is recorded too, if it is not just beside it.
    let apart = last.map(|last| observed_at.duration_since(last).abs().as_secs());
    let too_soon = apart.is_some_and(|apart| apart < POSITION_INTERVAL.as_secs().cast_signed());
    if seen.source == PositionSource::Device && too_soon {
        // A tracker reports more often than anybody looks; the telemetry itself is kept.
        return Ok(());
    }
    let event = ShipmentPositionObserved {
        position: seen.position,
        observed_at,
        source: seen.source,
        asset_id: seen.asset_id,
    };
    draft.record_at(stream, Event::ShipmentPositionObserved(event), observed_at);
    Ok(())
}
