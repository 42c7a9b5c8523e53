//! Runs commands over states in memory, as the engine does with those of the database.
#![allow(dead_code, reason = "every test uses another part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on failed")]

use std::collections::BTreeMap;
use std::sync::Arc;

use imsop_journal::domain::Versioned;
use imsop_journal::{Context, Domain, DomainEvent, Draft, Moment, Recorded, States};
use imsop_kernel::ids::Kind;
use imsop_kernel::{Actor, StreamId, Tenant, Timestamp, Uuid};
use imsop_operations::domain::command::{AlertChange, AssetChange, Change, OrderChange, ShipmentChange};
use imsop_operations::domain::{
    Alert, Asset, Command, Event, Operations, Order, OrderStatus, Rejection, Shipment, ShipmentStatus, State,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The moment at which every test begins.
pub const START: &str = "2026-03-02T12:00:00Z";

/// The states so far, and every event that led there.
pub struct World {
    pub now: Timestamp,
    states: States<Operations>,
    journal: BTreeMap<StreamId, Vec<(Event, Moment)>>,
    next_id: u128,
}

/// What became of a command: its result, and what the draft held at the end.
pub struct Attempt {
    pub result: Result<(), Rejection>,
    pub drafted: Vec<Recorded<Event>>,
}

impl World {
    pub fn new() -> Self {
        Self { now: at(START), states: States::new(), journal: BTreeMap::new(), next_id: 1 }
    }

    /// Executes a command. What it drafted is kept if it was accepted, and dropped otherwise.
    pub fn attempt(&mut self, command: &Command) -> Attempt {
        let loaded = self.load(command);
        let context = Context {
            tenant: tenant(),
            actor: Actor::system("test"),
            now: self.now,
            fresh_id: Uuid::from_u128(self.next_id),
        };
        self.next_id += 1;
        let mut draft = Draft::new(&Operations, &context.tenant, &loaded, self.now);
        let result = Operations.decide(command, &context, &mut draft);
        let (drafted, changed) = draft.finish();
        if result.is_ok() {
            self.states.extend(changed);
            for recorded in &drafted {
                let moment = Moment { occurred_at: recorded.occurred_at, recorded_at: self.now };
                self.journal.entry(recorded.stream).or_default().push((recorded.event.clone(), moment));
            }
        }
        Attempt { result, drafted }
    }

    /// The aggregates that the command names, and no others: a decider that needs one more must say so.
    fn load(&self, command: &Command) -> States<Operations> {
        let mut loaded = States::new();
        let take = |streams: Vec<StreamId>, loaded: &mut States<Operations>| {
            for stream in streams {
                let absent = Versioned::absent();
                loaded.insert(stream, self.states.get(&stream).cloned().unwrap_or(absent));
            }
        };
        take(Operations.targets(&tenant(), command), &mut loaded);
        let further = Operations.further_targets(&tenant(), command, &loaded);
        take(further, &mut loaded);
        loaded
    }

    /// Executes a command that must be accepted; gives the names of its events.
    pub fn accept(&mut self, command: Command) -> Vec<&'static str> {
        let attempt = self.attempt(&command);
        if let Err(rejection) = attempt.result {
            panic!("{command:?} was refused: {rejection} {rejection:?}");
        }
        attempt.drafted.iter().map(|recorded| recorded.event.name()).collect()
    }

    /// Executes a command that must be refused; gives the reason.
    pub fn refuse(&mut self, command: Command) -> Rejection {
        match self.attempt(&command).result {
            Ok(()) => panic!("{command:?} was accepted"),
            Err(rejection) => rejection,
        }
    }

    pub fn order(&self, number: &str) -> &Order {
        match self.state(stream(Kind::Order, number)) {
            Some(State::Order(order)) => order,
            other => panic!("no order {number}: {other:?}"),
        }
    }

    pub fn shipment(&self, number: &str) -> &Shipment {
        match self.state(stream(Kind::Shipment, number)) {
            Some(State::Shipment(shipment)) => shipment,
            other => panic!("no shipment {number}: {other:?}"),
        }
    }

    pub fn asset(&self, number: &str) -> &Asset {
        match self.state(stream(Kind::Asset, number)) {
            Some(State::Asset(asset)) => asset,
            other => panic!("no asset {number}: {other:?}"),
        }
    }

    pub fn alert(&self, anomaly: Uuid) -> &Alert {
        match self.state(alert_stream(anomaly)) {
            Some(State::Alert(alert)) => alert,
            other => panic!("no alert for {anomaly}: {other:?}"),
        }
    }

    pub fn order_status(&self, number: &str) -> OrderStatus {
        self.order(number).status
    }

    pub fn shipment_status(&self, number: &str) -> ShipmentStatus {
        self.shipment(number).status
    }

    pub fn state(&self, stream: StreamId) -> Option<&State> {
        self.states.get(&stream)?.state.as_deref()
    }

    pub fn version(&self, stream: StreamId) -> i64 {
        self.states.get(&stream).map_or(0, |versioned| versioned.version)
    }

    pub fn states(&self) -> impl Iterator<Item = (StreamId, &State)> {
        let existing = |(stream, versioned): (&StreamId, _)| Some((*stream, state_of(versioned)?));
        self.states.iter().filter_map(existing)
    }

    /// The state as the events of the stream give it, each written to the journal and read back.
    pub fn folded(&self, stream: StreamId) -> Option<State> {
        let mut state = None;
        for (event, moment) in self.journal.get(&stream)? {
            let written = serde_json::to_string(event).unwrap();
            let read = Operations.read_event(event.name(), event.version(), &written).unwrap();
            assert_eq!(read, *event, "an event that is read is the one that was written");
            state = Some(Operations.evolve(state, &read, *moment));
        }
        state
    }

    pub fn events_of(&self, stream: StreamId) -> usize {
        self.journal.get(&stream).map_or(0, Vec::len)
    }
}

fn state_of(versioned: &Versioned<Operations>) -> Option<&State> {
    versioned.state.as_ref().map(Arc::as_ref)
}

pub fn tenant() -> Tenant {
    Tenant::new("demo").unwrap()
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn stream(kind: Kind, number: &str) -> StreamId {
    StreamId::natural(&tenant(), kind, number)
}

pub fn alert_stream(anomaly: Uuid) -> StreamId {
    stream(Kind::Alert, &anomaly.to_string())
}

/// Reads a body as the HTTP interface does.
pub fn body<T: DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap()
}

pub fn order_json(number: &str, lines: &[(&str, i64)]) -> Value {
    let line = |(line, quantity): &(&str, i64)| {
        json!({ "lineNumber": line, "description": format!("article {line}"),
                "quantity": { "value": quantity.to_string(), "unit": "EA" },
                "unitPrice": { "amount": "2.50", "currency": "USD" } })
    };
    json!({ "orderNumber": number, "customer": { "name": "Clinic" },
            "shippingAddress": { "country": "KE" },
            "lines": lines.iter().map(line).collect::<Vec<_>>() })
}

pub fn place(number: &str, lines: &[(&str, i64)]) -> Command {
    Command::PlaceOrder(body(order_json(number, lines)))
}

pub fn booking_json(number: &str, lines: &[(&str, &str, i64)]) -> Value {
    let line = |(order, line, quantity): &(&str, &str, i64)| {
        json!({ "orderNumber": order, "lineNumber": line,
                "quantity": { "value": quantity.to_string(), "unit": "EA" } })
    };
    json!({ "trackingNumber": number, "carrier": { "name": "Fast Freight" }, "mode": "Truck",
            "origin": { "country": "DE", "location": { "latitude": 50.0, "longitude": 8.5 } },
            "destination": { "country": "KE" }, "estimatedDelivery": "2026-03-10T00:00:00Z",
            "lines": lines.iter().map(line).collect::<Vec<_>>() })
}

pub fn book(number: &str, lines: &[(&str, &str, i64)]) -> Command {
    Command::BookShipment(body(booking_json(number, lines)))
}

pub fn register(number: &str) -> Command {
    let json = json!({ "assetNumber": number, "assetType": "ReeferContainer", "deviceIds": [format!("{number}-T")] });
    Command::RegisterAsset(body(json))
}

pub fn raise(anomaly: Uuid) -> Command {
    let json = json!({ "kind": "Anomaly", "severity": "Critical", "title": "temperature 12.0 °C on T-1",
                       "detail": "Expected 2.0 to 8.0 °C.", "anomalyId": anomaly });
    Command::RaiseAlert(body(json))
}

pub fn change_order(number: &str, change: OrderChange) -> Command {
    Command::ChangeOrder(Change { id: stream(Kind::Order, number).id, expected_version: None, change })
}

pub fn change_shipment(number: &str, change: ShipmentChange) -> Command {
    Command::ChangeShipment(Change { id: stream(Kind::Shipment, number).id, expected_version: None, change })
}

pub fn change_asset(number: &str, change: AssetChange) -> Command {
    Command::ChangeAsset(Change { id: stream(Kind::Asset, number).id, expected_version: None, change })
}

pub fn change_alert(anomaly: Uuid, change: AlertChange) -> Command {
    Command::ChangeAlert(Change { id: alert_stream(anomaly).id, expected_version: None, change })
}

pub fn depart() -> ShipmentChange {
    ShipmentChange::Depart { departed_at: None, location: None }
}

pub fn deliver() -> ShipmentChange {
    ShipmentChange::Deliver { delivered_at: None }
}

pub fn cancel() -> ShipmentChange {
    ShipmentChange::Cancel { reason: "not needed".to_owned() }
}

pub fn delay() -> ShipmentChange {
    ShipmentChange::Delay { reason: "storm".to_owned(), new_estimate: at("2026-03-14T00:00:00Z") }
}

pub fn seen(latitude: f64, observed_at: &str, source: &str) -> ShipmentChange {
    let json = json!({ "position": { "latitude": latitude, "longitude": 9.0 },
                       "observedAt": observed_at, "source": source });
    ShipmentChange::ObservePosition(body(json))
}

/// An order's line as a source system tells it.
pub fn source_line(line: &str, quantity: i64) -> Value {
    json!({ "lineNumber": line, "description": format!("article {line}"),
            "quantity": { "value": quantity.to_string(), "unit": "EA" },
            "unitPrice": { "amount": "2.50", "currency": "USD" },
            "lineValue": { "amount": format!("{}.5", 2 * quantity), "currency": "USD" },
            "scheduledDelivery": "2026-02-20T00:00:00Z" })
}

/// A shipment as a source system tells it. A moment of `null` was not captured.
pub fn source_shipment(
    number: &str,
    lines: &[(&str, i64)],
    departed: Option<&str>,
    delivered: Option<&str>,
) -> Value {
    let moment = |moment: Option<&str>| moment.map_or(json!({ "status": "notCaptured" }), |text| json!(text));
    let line = |(line, quantity): &(&str, i64)| json!({ "lineNumber": line, "quantity": { "value": quantity.to_string(), "unit": "EA" } });
    json!({ "shipmentNumber": number, "destination": { "country": "KE" },
            "carrier": { "status": "notCaptured" }, "mode": "Air", "estimatedDelivery": "2026-02-20T00:00:00Z",
            "lines": lines.iter().map(line).collect::<Vec<_>>(),
            "departedAt": moment(departed), "deliveredAt": moment(delivered),
            "deliveryRecordedAt": { "status": "notCaptured" },
            "weight": { "status": "capturedSeparately" },
            "freightCost": { "status": "includedInCommodityCost" } })
}

pub fn history_json(number: &str, lines: Vec<Value>, shipments: Vec<Value>) -> Value {
    json!({ "orderNumber": number, "customer": { "name": "Clinic" },
            "orderDate": { "status": "notCaptured" }, "shippingAddress": { "country": "KE" },
            "source": { "system": "SCMS", "record": "1" }, "lines": lines, "shipments": shipments })
}

pub fn history(number: &str, lines: Vec<Value>, shipments: Vec<Value>) -> Command {
    Command::RecordOrderHistory(body(history_json(number, lines, shipments)))
}
