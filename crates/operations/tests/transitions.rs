//! Every state of every aggregate with every transition: what is legal, what is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on failed")]

mod support;

use imsop_kernel::Uuid;
use imsop_kernel::ids::Kind;
use imsop_operations::domain::command::{AlertChange, AssetChange, Change, OrderChange, ShipmentChange};
use imsop_operations::domain::{AlertStatus, AssetStatus, Command, OrderStatus, Rejection, ShipmentStatus};
use imsop_platform::http::Refusal;
use support::*;

/// Checks one cell of a table. `None`: the transition is refused, and nothing is recorded.
fn check<S: PartialEq + std::fmt::Debug>(
    mut world: World,
    command: &Command,
    expected: Option<S>,
    status: impl Fn(&World) -> S,
    cell: &str,
) {
    let before = status(&world);
    let attempt = world.attempt(command);
    match (expected, attempt.result) {
        (Some(expected), Ok(())) => {
            assert!(!attempt.drafted.is_empty(), "{cell} records nothing");
            assert_eq!(status(&world), expected, "{cell}");
        }
        (None, Err(rejection)) => {
            assert!(matches!(rejection, Rejection::IllegalTransition { .. }), "{cell}: {rejection:?}");
            let problem = rejection.problem();
            assert_eq!((problem.status, problem.slug()), (409, "illegal-transition"), "{cell}");
            assert!(attempt.drafted.is_empty(), "{cell} is refused and leaves something in the draft");
            assert_eq!(status(&world), before, "{cell}");
        }
        (expected, result) => panic!("{cell}: expected {expected:?}, got {result:?}"),
    }
}

fn shipment_after(changes: Vec<ShipmentChange>) -> World {
    let mut world = World::new();
    world.accept(place("O", &[("1", 10)]));
    world.accept(book("S", &[("O", "1", 10)]));
    for change in changes {
        world.accept(change_shipment("S", change));
    }
    world
}

#[test]
fn a_shipment_moves_only_as_its_table_of_states_says() {
    use ShipmentStatus::{Cancelled, Created, Delayed, Delivered, InTransit, OutForDelivery};
    let out = || ShipmentChange::GoOutForDelivery { location: None };
    let resume = || ShipmentChange::Resume { new_estimate: None };
    let position = || seen(51.0, START, "manual");
    let changes: [(&str, ShipmentChange); 8] = [
        ("depart", depart()),
        ("move", ShipmentChange::Move),
        ("go out", out()),
        ("delay", delay()),
        ("resume", resume()),
        ("deliver", deliver()),
        ("cancel", cancel()),
        ("position", position()),
    ];
    let (no, yes) = (None::<ShipmentStatus>, Some::<ShipmentStatus>);
    #[rustfmt::skip]
    let table = [
        //                                      depart          move            go out               delay         resume          deliver         cancel          position
        ("created", vec![],                    [yes(InTransit), yes(InTransit), no,                  yes(Delayed), no,             no,             yes(Cancelled), yes(Created)]),
        ("in transit", vec![depart()],         [no,             no,             yes(OutForDelivery), yes(Delayed), no,             yes(Delivered), yes(Cancelled), yes(InTransit)]),
        ("out", vec![depart(), out()],         [no,             no,             no,                  yes(Delayed), no,             yes(Delivered), yes(Cancelled), yes(OutForDelivery)]),
        ("delayed at home", vec![delay()],     [yes(InTransit), yes(InTransit), no,                  no,           yes(Created),   no,             yes(Cancelled), yes(Delayed)]),
        ("delayed on the way", vec![depart(), delay()],
                                               [no,             yes(InTransit), yes(OutForDelivery), no,           yes(InTransit), yes(Delivered), yes(Cancelled), yes(Delayed)]),
        ("delivered", vec![depart(), deliver()],
                                               [no,             no,             no,                  no,           no,             no,             no,             no]),
        ("cancelled", vec![cancel()],          [no,             no,             no,                  no,           no,             no,             no,             no]),
    ];
    for (stage, path, expectations) in table {
        for ((name, change), expected) in changes.iter().zip(expectations) {
            let command = change_shipment("S", change.clone());
            let world = shipment_after(path.clone());
            check(
                world,
                &command,
                expected,
                |world| world.shipment_status("S"),
                &format!("{stage} × {name}"),
            );
        }
    }
}

fn order_change(name: &str) -> OrderChange {
    match name {
        "add lines" => {
            let mut json = order_json("O", &[("2", 5)]);
            OrderChange::AddLines { lines: body(json["lines"].take()) }
        }
        "confirm" => OrderChange::Confirm,
        "process" => OrderChange::StartProcessing,
        "ship" => OrderChange::Ship { ship_date: None },
        "deliver" => OrderChange::Deliver { delivery_date: None },
        "cancel" => OrderChange::Cancel { reason: "not needed".to_owned() },
        other => panic!("no change {other}"),
    }
}

#[test]
fn an_order_moves_only_as_its_table_of_states_says() {
    use OrderStatus::{Cancelled, Confirmed, Delivered, Placed, Processing, Shipped};
    let changes = ["add lines", "confirm", "process", "ship", "deliver", "cancel"];
    let (no, yes) = (None::<OrderStatus>, Some::<OrderStatus>);
    #[rustfmt::skip]
    let table: [(&[&str], [Option<OrderStatus>; 6]); 7] = [
        //                                         add lines        confirm         process          ship          deliver         cancel
        (&[],                                     [yes(Placed),     yes(Confirmed), no,              no,           no,             yes(Cancelled)]),
        (&["confirm"],                            [yes(Confirmed),  no,             yes(Processing), yes(Shipped), no,             yes(Cancelled)]),
        (&["confirm", "process"],                 [yes(Processing), no,             no,              yes(Shipped), no,             yes(Cancelled)]),
        (&["confirm", "ship"],                    [no,              no,             no,              no,           yes(Delivered), no]),
        (&["confirm", "process", "ship"],         [no,              no,             no,              no,           yes(Delivered), no]),
        (&["confirm", "ship", "deliver"],         [no,              no,             no,              no,           no,             no]),
        (&["cancel"],                             [no,              no,             no,              no,           no,             no]),
    ];
    for (path, expectations) in table {
        for (name, expected) in changes.into_iter().zip(expectations) {
            let mut world = World::new();
            world.accept(place("O", &[("1", 10)]));
            for step in path {
                world.accept(change_order("O", order_change(step)));
            }
            let command = change_order("O", order_change(name));
            check(world, &command, expected, |world| world.order_status("O"), &format!("{path:?} × {name}"));
        }
    }
}

#[test]
fn an_asset_moves_only_as_its_table_of_states_says() {
    use AssetStatus::{Assigned, Available, Retired};
    let assign = || AssetChange::Assign { shipment_id: stream(Kind::Shipment, "S").id };
    let release = || AssetChange::Release { reason: None };
    let retire = || AssetChange::Retire { reason: "worn out".to_owned() };
    let changes = [("assign", assign()), ("release", release()), ("retire", retire())];
    let (no, yes) = (None::<AssetStatus>, Some::<AssetStatus>);
    let table = [
        ("available", vec![], [yes(Assigned), no, yes(Retired)]),
        ("assigned", vec![assign()], [no, yes(Available), no]),
        ("released", vec![assign(), release()], [yes(Assigned), no, yes(Retired)]),
        ("retired", vec![retire()], [no, no, no]),
    ];
    for (stage, path, expectations) in table {
        for ((name, change), expected) in changes.iter().zip(expectations) {
            let mut world = shipment_after(Vec::new());
            world.accept(register("A"));
            for step in path.clone() {
                world.accept(change_asset("A", step));
            }
            let command = change_asset("A", change.clone());
            check(world, &command, expected, |world| world.asset("A").status, &format!("{stage} × {name}"));
        }
    }
}

#[test]
fn an_alert_moves_only_as_its_table_of_states_says() {
    use AlertStatus::{Acknowledged, Resolved};
    let anomaly = Uuid::from_u128(77);
    let acknowledge = || AlertChange::Acknowledge { note: None };
    let resolve = || AlertChange::Resolve { resolution: "door closed".to_owned() };
    let changes = [("acknowledge", acknowledge()), ("resolve", resolve())];
    let (no, yes) = (None::<AlertStatus>, Some::<AlertStatus>);
    let table = [
        ("raised", vec![], [yes(Acknowledged), yes(Resolved)]),
        ("acknowledged", vec![acknowledge()], [no, yes(Resolved)]),
        ("resolved", vec![resolve()], [no, no]),
        ("acknowledged and resolved", vec![acknowledge(), resolve()], [no, no]),
    ];
    for (stage, path, expectations) in table {
        for ((name, change), expected) in changes.iter().zip(expectations) {
            let mut world = World::new();
            world.accept(raise(anomaly));
            for step in path.clone() {
                world.accept(change_alert(anomaly, step));
            }
            let command = change_alert(anomaly, change.clone());
            check(
                world,
                &command,
                expected,
                |world| world.alert(anomaly).status,
                &format!("{stage} × {name}"),
            );
        }
    }
}

#[test]
fn a_change_of_something_that_does_not_exist_is_not_found() {
    let changes = [
        change_order("O", OrderChange::Confirm),
        change_shipment("S", depart()),
        change_asset("A", AssetChange::Release { reason: None }),
        change_alert(Uuid::from_u128(1), AlertChange::Acknowledge { note: None }),
    ];
    for command in changes {
        let rejection = World::new().refuse(command);
        assert!(matches!(rejection, Rejection::NotFound { .. }), "{rejection:?}");
        assert_eq!(rejection.problem().status, 404);
    }
}

#[test]
fn a_number_is_taken_once() {
    let anomaly = Uuid::from_u128(5);
    let mut world = shipment_after(Vec::new());
    world.accept(register("A"));
    world.accept(raise(anomaly));
    for command in [place("O", &[("1", 1)]), book("S", &[("O", "1", 1)]), register("A"), raise(anomaly)] {
        let rejection = world.refuse(command);
        assert!(matches!(rejection, Rejection::AlreadyExists { .. }), "{rejection:?}");
        assert_eq!(
            (rejection.problem().status, rejection.problem().slug().to_owned()),
            (409, "already-exists".to_owned())
        );
    }
}

#[test]
fn a_change_of_another_version_than_the_present_is_refused() {
    let mut world = shipment_after(vec![depart()]);
    let id = stream(Kind::Shipment, "S").id;
    let stale = Change { id, expected_version: Some(1), change: deliver() };
    let rejection = world.refuse(Command::ChangeShipment(stale));
    assert_eq!(rejection, Rejection::Changed(2));
    assert_eq!(
        (rejection.problem().status, rejection.problem().slug().to_owned()),
        (412, "precondition-failed".to_owned())
    );
    let fresh = Change { id, expected_version: Some(2), change: deliver() };
    world.accept(Command::ChangeShipment(fresh));
}
