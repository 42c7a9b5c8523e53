//! What holds after any sequence of commands.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on failed")]

mod support;

use std::collections::BTreeSet;

use imsop_kernel::ids::Kind;
use imsop_kernel::{Decimal, StreamId, Uuid};
use imsop_operations::domain::command::{
    AlertChange, AssetChange, OrderChange, ReleaseAssets, ShipmentChange,
};
use imsop_operations::domain::{AssetStatus, Command, Order, OrderStatus, Shipment, ShipmentStatus, State};
use proptest::prelude::*;
use proptest::sample::select;
use support::*;

const ORDERS: [&str; 2] = ["O", "P"];
const SHIPMENTS: [&str; 3] = ["S", "T", "U"];
const LINES: [&str; 3] = ["1", "2", "3"];
const ASSETS: [&str; 2] = ["A", "B"];
const MOMENT: &str = "2026-02-15T00:00:00Z";

fn reason() -> String {
    "a reason".to_owned()
}

fn order_command() -> impl Strategy<Value = Command> {
    let lines = || Just(vec![("1", 10), ("2", 5)]);
    let placed = (select(&ORDERS), lines()).prop_map(|(order, lines)| place(order, &lines));
    let changed = (select(&ORDERS), 0..6).prop_map(|(order, which)| {
        let mut further = order_json(order, &[("3", 4)]);
        let change = match which {
            0 => OrderChange::Confirm,
            1 => OrderChange::StartProcessing,
            2 => OrderChange::Ship { ship_date: None },
            3 => OrderChange::Deliver { delivery_date: None },
            4 => OrderChange::Cancel { reason: reason() },
            _ => OrderChange::AddLines { lines: body(further["lines"].take()) },
        };
        change_order(order, change)
    });
    prop_oneof![placed, changed]
}

fn shipment_command() -> impl Strategy<Value = Command> {
    let part = (select(&ORDERS), select(&LINES), 1..=10_i64);
    let booked = (select(&SHIPMENTS), prop::collection::vec(part, 1..4));
    let booked = booked.prop_map(|(shipment, parts)| book(shipment, &parts));
    let changed = (select(&SHIPMENTS), 0..12, 0..48_i64).prop_map(|(shipment, which, hours)| {
        let change = match which {
            0..=2 => depart(),
            3..=5 => deliver(),
            6 => ShipmentChange::GoOutForDelivery { location: None },
            7 => delay(),
            8 => ShipmentChange::Resume { new_estimate: None },
            9 => ShipmentChange::Move,
            10 => cancel(),
            _ => seen(50.0, &format!("2026-03-01T{:02}:00:00Z", hours % 24), "carrier"),
        };
        change_shipment(shipment, change)
    });
    prop_oneof![2 => booked, 5 => changed]
}

fn asset_command() -> impl Strategy<Value = Command> {
    (select(&ASSETS), select(&SHIPMENTS), 0..5).prop_map(|(asset, shipment, which)| {
        let shipment_id = stream(Kind::Shipment, shipment).id;
        let change = match which {
            0 => return register(asset),
            1 => AssetChange::Assign { shipment_id },
            2 => AssetChange::Release { reason: None },
            3 => AssetChange::Retire { reason: reason() },
            _ => {
                let asset_ids = ASSETS.iter().map(|asset| stream(Kind::Asset, asset).id).collect();
                return Command::ReleaseAssets(ReleaseAssets { shipment_id, asset_ids, reason: reason() });
            }
        };
        change_asset(asset, change)
    })
}

fn alert_command() -> impl Strategy<Value = Command> {
    (1..3_u128, 0..3).prop_map(|(anomaly, which)| {
        let anomaly = Uuid::from_u128(anomaly);
        match which {
            0 => raise(anomaly),
            1 => change_alert(anomaly, AlertChange::Acknowledge { note: None }),
            _ => change_alert(anomaly, AlertChange::Resolve { resolution: reason() }),
        }
    })
}

/// Records of a source: the same lines, with more or less of the shipments' ways known.
fn history_command() -> impl Strategy<Value = Command> {
    let parts = prop::collection::btree_map(select(&LINES), 1..=6_i64, 1..3);
    let moved = 0..3;
    let shipment = (select(&SHIPMENTS), parts, moved);
    let lines = prop::collection::btree_set(select(&LINES), 1..=3);
    (select(&ORDERS), lines, prop::collection::vec(shipment, 0..3)).prop_map(|(order, lines, shipments)| {
        let lines = lines.into_iter().map(|line| source_line(line, 10)).collect();
        let shipments = shipments.into_iter().map(|(number, parts, moved)| {
            let parts: Vec<(&str, i64)> = parts.into_iter().collect();
            let departed = (moved > 0).then_some(MOMENT);
            source_shipment(number, &parts, departed, (moved > 1).then_some(MOMENT))
        });
        history(order, lines, shipments.collect())
    })
}

fn any_command() -> impl Strategy<Value = Command> {
    prop_oneof![
        3 => order_command(),
        6 => shipment_command(),
        2 => asset_command(),
        1 => alert_command(),
        3 => history_command(),
    ]
}

/// Orders that somebody called delivered, whatever their shipments do.
#[derive(Default)]
struct DeliveredByHand(BTreeSet<Uuid>);

impl DeliveredByHand {
    fn follow(&mut self, command: &Command, world: &World) {
        if let Command::ChangeOrder(change) = command
            && matches!(change.change, OrderChange::Deliver { .. })
        {
            self.0.insert(change.id);
        }
        // Further lines of a source open it again.
        let delivered = |id: &Uuid| match world.state(StreamId::new(Kind::Order, *id)) {
            Some(State::Order(order)) => order.status == OrderStatus::Delivered,
            _ => false,
        };
        self.0.retain(delivered);
    }
}

fn check_order(world: &World, id: Uuid, order: &Order, by_hand: bool) {
    for line in &order.lines {
        assert!(line.left() >= Decimal::ZERO, "more is assigned than was ordered: {line:?}");
        for part in &line.shipments {
            let shipment = match world.state(StreamId::new(Kind::Shipment, part.shipment_id)) {
                Some(State::Shipment(shipment)) => shipment,
                other => panic!("{part:?} is in {other:?}"),
            };
            let carried = |carried: &&imsop_operations::domain::event::CarriedLine| {
                carried.order_id == id && carried.line_number == line.ordered.line_number
            };
            let carried = shipment.lines.iter().find(carried);
            assert_eq!(
                carried.map(|carried| &carried.quantity),
                Some(&part.quantity),
                "{order:?} {shipment:?}"
            );
            assert_ne!(
                shipment.status,
                ShipmentStatus::Cancelled,
                "{order:?} waits for a cancelled shipment"
            );
            assert_eq!(
                part.delivered,
                shipment.status == ShipmentStatus::Delivered,
                "{order:?} {shipment:?}"
            );
            if shipment.departed_at.is_some() {
                let on_its_way = matches!(order.status, OrderStatus::Shipped | OrderStatus::Delivered);
                assert!(on_its_way, "{order:?} is on {shipment:?}, which has departed");
            }
        }
    }
    let delivered = order.status == OrderStatus::Delivered;
    if !by_hand {
        assert_eq!(delivered, order.is_complete(), "{order:?}");
    }
    assert_eq!(delivered, order.delivery_date.is_some(), "{order:?}");
    let sum: Decimal = order.lines.iter().map(|line| line.ordered.line_value.amount).sum();
    assert_eq!(sum, order.total_amount.amount);
}

fn check_shipment(shipment: &Shipment) {
    let delivered = shipment.status == ShipmentStatus::Delivered;
    assert_eq!(shipment.actual_delivery.is_some(), delivered, "{shipment:?}");
    assert_eq!(shipment.delay.is_some(), shipment.status == ShipmentStatus::Delayed, "{shipment:?}");
    let moved = matches!(shipment.status, ShipmentStatus::InTransit | ShipmentStatus::OutForDelivery);
    assert!(!(moved || delivered) || shipment.departed_at.is_some(), "{shipment:?}");
}

fn check_world(world: &World, by_hand: &DeliveredByHand) {
    for (stream, state) in world.states() {
        match state {
            State::Order(order) => check_order(world, stream.id, order, by_hand.0.contains(&stream.id)),
            State::Shipment(shipment) => check_shipment(shipment),
            State::Asset(asset) => {
                assert_eq!(asset.shipment_id.is_some(), asset.status == AssetStatus::Assigned, "{asset:?}");
            }
            State::Alert(_) => {}
        }
    }
}

/// Commands that touch several aggregates may draft for one before another refuses; the engine drops it all.
fn touches_several(command: &Command) -> bool {
    matches!(command, Command::BookShipment(_) | Command::RecordOrderHistory(_))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_commands_breaks_what_must_hold(commands in prop::collection::vec(any_command(), 1..60)) {
        let mut world = World::new();
        let mut by_hand = DeliveredByHand::default();
        for command in &commands {
            let attempt = world.attempt(command);
            if attempt.result.is_err() {
                let empty = attempt.drafted.is_empty();
                prop_assert!(empty || touches_several(command), "{command:?} left something in its draft");
                continue;
            }
            by_hand.follow(command, &world);
            check_world(&world, &by_hand);
        }
    }

    #[test]
    fn the_events_of_a_stream_give_its_state_and_its_version(
        commands in prop::collection::vec(any_command(), 1..60),
    ) {
        let mut world = World::new();
        for command in &commands {
            let _ = world.attempt(command);
        }
        for (stream, state) in world.states() {
            let folded = world.folded(stream);
            prop_assert_eq!(folded.as_ref(), Some(state), "{}", stream);
            prop_assert_eq!(world.version(stream), i64::try_from(world.events_of(stream)).unwrap());
            let written = serde_json::to_string(state).unwrap();
            prop_assert_eq!(&serde_json::from_str::<State>(&written).unwrap(), state);
        }
    }

    #[test]
    fn a_record_that_was_taken_gives_no_events_when_it_comes_again(
        commands in prop::collection::vec(any_command(), 0..20),
        record in history_command(),
    ) {
        let mut world = World::new();
        for command in &commands {
            let _ = world.attempt(command);
        }
        if world.attempt(&record).result.is_ok() {
            let again = world.attempt(&record);
            prop_assert_eq!(again.result, Ok(()));
            prop_assert!(again.drafted.is_empty(), "{:?}", again.drafted.len());
        }
    }
}
