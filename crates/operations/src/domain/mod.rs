//! What operations decides. Pure: no async, no I/O, no clock, no randomness.

mod alert;
mod asset;
mod checks;
pub mod command;
pub mod event;
mod fulfilment;
mod history;
mod order;
mod rejection;
mod shipment;

use imsop_journal::{
    Attachment, AttachmentTable, Cell, Context, Domain, Draft, Moment, Recorded, StateTable, States,
    UnreadableEvent,
};
use imsop_kernel::ids::Kind;
use imsop_kernel::{Party, StreamId, Tenant};
use serde::{Deserialize, Serialize};

pub use alert::{Alert, AlertStatus};
pub use asset::{Asset, AssetStatus};
pub use command::Command;
pub use event::Event;
pub use order::{LineShipment, Order, OrderLine, OrderStatus};
pub use rejection::Rejection;
pub use shipment::{Delay, SeenAt, Shipment, ShipmentStatus, is_after_day};

use command::PartyReference;

/// The deciders of operations.
#[derive(Debug, Clone, Copy, Default)]
pub struct Operations;

/// What an aggregate of operations is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[allow(missing_docs, reason = "each is the thing of its name")]
#[allow(clippy::large_enum_variant, reason = "states are kept behind a pointer")]
pub enum State {
    Order(Order),
    Shipment(Shipment),
    Asset(Asset),
    Alert(Alert),
}

const TABLES: &[StateTable] = &[
    StateTable {
        kind: Kind::Order,
        table: "orders",
        columns: &["number", "status", "country", "created_at"],
    },
    StateTable {
        kind: Kind::Shipment,
        table: "shipments",
        columns: &[
            "number",
            "status",
            "carrier",
            "country",
            "late_after",
            "is_open",
            "delivered_late",
            "created_at",
        ],
    },
    StateTable {
        kind: Kind::Asset,
        table: "assets",
        columns: &["number", "status", "asset_type", "shipment_id", "created_at"],
    },
    StateTable { kind: Kind::Alert, table: "alerts", columns: &["status", "severity", "created_at"] },
];

/// Which asset a device is mounted on.
pub static DEVICES: AttachmentTable = AttachmentTable {
    table: "asset_devices",
    columns: &["tenant", "device_id", "asset_id"],
    tail: "ON CONFLICT (tenant, device_id) DO UPDATE SET asset_id = excluded.asset_id",
};

fn shipments_of(tenant: &Tenant, history: &command::OrderHistory) -> Vec<StreamId> {
    let numbers = history.shipments.iter().map(|shipment| shipment.shipment_number.as_str());
    numbers.map(|number| StreamId::natural(tenant, Kind::Shipment, number)).collect()
}

impl Domain for Operations {
    type Command = Command;
    type Event = Event;
    type State = State;
    type Rejection = Rejection;

    fn tables(&self) -> &'static [StateTable] {
        TABLES
    }

    fn targets(&self, tenant: &Tenant, command: &Command) -> Vec<StreamId> {
        match command {
            Command::PlaceOrder(body) => vec![StreamId::natural(tenant, Kind::Order, &body.order_number)],
            Command::ChangeOrder(change) => vec![StreamId::new(Kind::Order, change.id)],
            Command::BookShipment(body) => {
                let mut streams = vec![StreamId::natural(tenant, Kind::Shipment, &body.tracking_number)];
                streams.extend(body.lines.iter().filter_map(|line| fulfilment::order_of(tenant, line)));
                streams
            }
            Command::ChangeShipment(change) => vec![StreamId::new(Kind::Shipment, change.id)],
            Command::RegisterAsset(body) => vec![StreamId::natural(tenant, Kind::Asset, &body.asset_number)],
            Command::ChangeAsset(change) => {
                let mut streams = vec![StreamId::new(Kind::Asset, change.id)];
                if let command::AssetChange::Assign { shipment_id } = change.change {
                    streams.push(StreamId::new(Kind::Shipment, shipment_id));
                }
                streams
            }
            Command::ReleaseAssets(release) => {
                release.asset_ids.iter().map(|id| StreamId::new(Kind::Asset, *id)).collect()
            }
            Command::RaiseAlert(body) => alert::stream_of(tenant, body).into_iter().collect(),
            Command::ChangeAlert(change) => vec![StreamId::new(Kind::Alert, change.id)],
            Command::RecordOrderHistory(history) => {
                let mut streams = shipments_of(tenant, history);
                streams.push(StreamId::natural(tenant, Kind::Order, &history.order_number));
                streams
            }
        }
    }

    /// The orders of a shipment that moves; also of shipments that a history record adds to.
    fn further_targets(&self, tenant: &Tenant, command: &Command, states: &States<Self>) -> Vec<StreamId> {
        let shipments: Vec<StreamId> = match command {
            Command::ChangeShipment(change) => vec![StreamId::new(Kind::Shipment, change.id)],
            Command::RecordOrderHistory(history) => shipments_of(tenant, history),
            _ => return Vec::new(),
        };
        let mut orders = Vec::new();
        for stream in shipments {
            let state = states.get(&stream).and_then(|versioned| versioned.state.as_deref());
            if let Some(State::Shipment(shipment)) = state {
                orders.extend(shipment.order_ids().into_iter().map(|id| StreamId::new(Kind::Order, id)));
            }
        }
        orders
    }

    fn decide(
        &self,
        command: &Command,
        context: &Context,
        draft: &mut Draft<'_, Self>,
    ) -> Result<(), Rejection> {
        let (tenant, now) = (&context.tenant, context.now);
        match command {
            Command::PlaceOrder(body) => {
                let stream = StreamId::natural(tenant, Kind::Order, &body.order_number);
                order::place(body, stream, context, draft)
            }
            Command::ChangeOrder(change) => {
                order::change(change, StreamId::new(Kind::Order, change.id), now, draft)
            }
            Command::BookShipment(body) => {
                let stream = StreamId::natural(tenant, Kind::Shipment, &body.tracking_number);
                shipment::book(body, stream, context, draft)
            }
            Command::ChangeShipment(change) => {
                shipment::change(change, StreamId::new(Kind::Shipment, change.id), now, draft)
            }
            Command::RegisterAsset(body) => {
                let stream = StreamId::natural(tenant, Kind::Asset, &body.asset_number);
                asset::register(body, stream, draft)
            }
            Command::ChangeAsset(change) => {
                asset::change(change, StreamId::new(Kind::Asset, change.id), draft)
            }
            Command::ReleaseAssets(release) => {
                asset::release_all(release, draft);
                Ok(())
            }
            Command::RaiseAlert(body) => alert::raise(body, context, draft),
            Command::ChangeAlert(change) => {
                alert::change(change, StreamId::new(Kind::Alert, change.id), draft)
            }
            Command::RecordOrderHistory(history) => history::record(history, context, draft),
        }
    }

    fn evolve(&self, state: Option<State>, event: &Event, moment: Moment) -> State {
        // A stream holds events of one kind, from the one that began it: the journal writes what the
        // deciders recorded, and they record nothing else. So one of the folds always gives a state.
        let after = match (state, event) {
            (Some(State::Order(order)), event) => order::evolve(Some(order), event, moment).map(State::Order),
            (Some(State::Shipment(shipment)), event) => {
                shipment::evolve(Some(shipment), event, moment).map(State::Shipment)
            }
            (Some(State::Asset(asset)), event) => asset::evolve(Some(asset), event, moment).map(State::Asset),
            (Some(State::Alert(alert)), event) => alert::evolve(Some(alert), event, moment).map(State::Alert),
            (None, Event::OrderPlaced(_)) => order::evolve(None, event, moment).map(State::Order),
            (None, Event::ShipmentBooked(_)) => shipment::evolve(None, event, moment).map(State::Shipment),
            (None, Event::AssetRegistered(_)) => asset::evolve(None, event, moment).map(State::Asset),
            (None, _) => alert::evolve(None, event, moment).map(State::Alert),
        };
        #[allow(clippy::expect_used, reason = "see above")]
        after.expect("a stream begins with the event that makes its aggregate")
    }

    fn columns(&self, state: &State) -> Vec<Cell> {
        match state {
            State::Order(order) => vec![
                order.order_number.to_lowercase().into(),
                format!("{:?}", order.status).into(),
                order.shipping_address.country.to_lowercase().into(),
                order.created_at.into(),
            ],
            State::Shipment(shipment) => shipment_columns(shipment),
            State::Asset(asset) => vec![
                asset.asset_number.to_lowercase().into(),
                format!("{:?}", asset.status).into(),
                format!("{:?}", asset.asset_type).into(),
                asset.shipment_id.map(|id| id.to_string()).unwrap_or_default().into(),
                asset.created_at.into(),
            ],
            State::Alert(alert) => vec![
                format!("{:?}", alert.status).into(),
                format!("{:?}", alert.raised.severity).into(),
                alert.created_at.into(),
            ],
        }
    }

    fn attachments(
        &self,
        command: &Command,
        context: &Context,
        _recorded: &[Recorded<Event>],
    ) -> Vec<Attachment> {
        let Command::RegisterAsset(body) = command else { return Vec::new() };
        let asset = StreamId::natural(&context.tenant, Kind::Asset, &body.asset_number);
        let row = |device: &String| vec![(&context.tenant).into(), device.as_str().into(), asset.id.into()];
        body.device_ids.iter().map(|device| Attachment { table: &DEVICES, cells: row(device) }).collect()
    }

    fn read_event(&self, name: &str, version: u32, data: &str) -> Result<Event, UnreadableEvent> {
        event::read(name, version, data)
    }
}

fn shipment_columns(shipment: &Shipment) -> Vec<Cell> {
    const DAY: i64 = 24 * 3_600;
    let late_after = (shipment.promised_delivery.as_second().div_euclid(DAY) + 1) * DAY * 1_000_000;
    let carrier = shipment.carrier.known().map(|carrier| carrier.name.to_lowercase());
    vec![
        shipment.tracking_number.to_lowercase().into(),
        format!("{:?}", shipment.status).into(),
        carrier.unwrap_or_default().into(),
        shipment.destination.country.to_lowercase().into(),
        late_after.into(),
        shipment.is_open().into(),
        shipment.delivered_late.into(),
        shipment.created_at.into(),
    ]
}

/// The party that a reference names.
fn party(tenant: &Tenant, role: &str, reference: &PartyReference) -> Party {
    match reference.id {
        Some(id) => Party { id, name: reference.name.clone() },
        None => Party::named(tenant, role, &reference.name),
    }
}

/// Refuses a change of a thing that has changed since the caller read it.
fn expect_version(expected: Option<i64>, version: i64) -> Result<(), Rejection> {
    match expected {
        Some(expected) if expected != version => Err(Rejection::Changed(version)),
        _ => Ok(()),
    }
}
