//! The network, checked without a platform.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{HashMap, HashSet};

use imsop_demo::Options;
use imsop_demo::fleet::Reefer;
use imsop_demo::intents::Intent;
use imsop_demo::network::SITES;
use imsop_demo::world::{KnownShipment, World};
use imsop_kernel::ids::natural_id;
use imsop_kernel::{Tenant, Timestamp};

const START: i64 = 1_800_000_000;

fn options(seed: u64) -> Options {
    Options {
        url: String::new(),
        tenant: Tenant::new("demo").unwrap(),
        client_id: String::new(),
        client_secret: String::new(),
        seed,
        speed: 600.0,
    }
}

/// Everything that a network does in its first so many seconds.
fn life(seed: u64, seconds: i64) -> Vec<Intent> {
    let at = |second: i64| Timestamp::from_second(START + second).unwrap();
    let (mut world, mut done) = World::with_history(&options(seed), at(0));
    for second in (0..seconds).step_by(2) {
        done.extend(world.step(at(second)));
        for reading in world.readings(at(second)) {
            let temperature = reading["payload"]["temperature"].as_f64().unwrap();
            assert!((-60.0..60.0).contains(&temperature), "{temperature}");
        }
    }
    done
}

#[test]
fn the_same_seed_makes_the_same_network() {
    let texts = |seed| life(seed, 300).iter().map(|intent| format!("{intent:?}")).collect::<Vec<_>>();
    assert_eq!(texts(7), texts(7));
    assert_ne!(texts(7), texts(8));
}

#[test]
fn no_wish_shares_its_key_with_another() {
    let mut keys = HashSet::new();
    for intent in life(3, 1_200) {
        assert!(keys.insert(intent.key.clone()), "{} twice: {}", intent.key, intent.body);
    }
}

/// The state that a step leads to; none if the platform does not allow it.
fn next(kind: &str, before: &str, step: &str) -> Option<&'static str> {
    Some(match (kind, before, step) {
        ("shipments", "Created", "depart") => "InTransit",
        ("shipments", "InTransit", "delay") => "Delayed",
        ("shipments", "Delayed", "resume") => "InTransit",
        ("shipments", "InTransit", "out-for-delivery") => "OutForDelivery",
        ("shipments", "InTransit" | "OutForDelivery", "deliver") => "Delivered",
        ("shipments", "InTransit", "positions") => "InTransit",
        ("orders", "Created", "confirm") => "Confirmed",
        ("orders", "Confirmed", "process") => "Processing",
        ("orders", "Created" | "Confirmed" | "Processing", "cancel") => "Cancelled",
        _ => return None,
    })
}

/// The states that things are in after these wishes, by kind and id.
fn states(wishes: &[Intent]) -> HashMap<(String, String), &'static str> {
    let mut states = HashMap::new();
    for intent in wishes {
        let mut parts = intent.path.trim_start_matches("/operations/").split('/');
        let (Some(kind), Some(id), Some(step)) = (parts.next(), parts.next(), parts.next()) else { continue };
        if kind == "assets" {
            continue;
        }
        let state = states.entry((kind.to_owned(), id.to_owned())).or_insert("Created");
        let after = next(kind, state, step);
        *state = after.unwrap_or_else(|| panic!("{kind} {id}: {step} is not allowed when {state}"));
    }
    states
}

#[test]
fn things_only_make_transitions_that_the_platform_allows() {
    for seed in 0..5 {
        let states = states(&life(seed, 3_600));
        let count = |state| states.values().filter(|other| **other == state).count();
        assert!(count("Delivered") > 150, "only {} shipments were delivered", count("Delivered"));
        assert!(count("InTransit") > 20, "only {} shipments are on the way", count("InTransit"));
        assert!(count("Cancelled") > 2, "nobody cancelled anything");
    }
}

#[test]
fn a_container_is_only_assigned_when_its_last_shipment_is_delivered() {
    let mut carried: HashMap<String, String> = HashMap::new();
    for intent in life(4, 3_600) {
        if intent.path.ends_with("/deliver") {
            let shipment = intent.path.split('/').nth(3).unwrap();
            carried.retain(|_, other| other != shipment);
        }
        if intent.path.ends_with("/assign") {
            let shipment = intent.body["shipmentId"].as_str().unwrap().to_owned();
            let before = carried.insert(intent.path.clone(), shipment);
            assert_eq!(before, None, "{} is still under way", intent.path);
        }
    }
}

#[test]
fn the_beginning_shows_all_modes_some_delays_and_some_lateness() {
    let (mut bookings, mut delayed, mut late) = (HashMap::new(), 0, 0);
    for seed in 0..10 {
        let at = Timestamp::from_second(START).unwrap();
        let (_, history) = World::with_history(&options(seed), at);
        for intent in &history {
            let times = ["orderDate", "departedAt", "deliveredAt", "observedAt"];
            for time in times.iter().filter_map(|time| intent.body[*time].as_str()) {
                assert!(time.parse::<Timestamp>().unwrap() <= at, "{} lies in the future", intent.path);
            }
            delayed += i32::from(intent.path.ends_with("/delay"));
            if let Some(mode) = intent.body["mode"].as_str() {
                *bookings.entry(mode.to_owned()).or_insert(0) += 1;
            }
        }
        late += late_ones(&history, at);
    }
    let all: i32 = bookings.values().sum();
    for mode in ["Ocean", "Truck", "Air", "Rail"] {
        assert!(bookings[mode] * 100 / all >= 8, "{mode}: {} of {all}", bookings[mode]);
    }
    assert!((20..80).contains(&delayed), "{delayed} are delayed");
    assert!((6..=20).contains(&(late * 100 / all)), "{late} of {all} are late");
}

/// How many shipments were promised for a day before that of their delivery, or before today.
fn late_ones(history: &[Intent], now: Timestamp) -> i32 {
    let day = |time: &str| time.parse::<Timestamp>().unwrap().as_second() / 86_400;
    let mut late = 0;
    for (place, intent) in history.iter().enumerate() {
        let Some(promised) = intent.body["estimatedDelivery"].as_str() else { continue };
        let wishes = history[place + 1..].iter().take_while(|next| next.path != "/operations/orders");
        let delivered = wishes.filter_map(|next| next.body["deliveredAt"].as_str()).next();
        let ended = delivered.map_or(now.as_second() / 86_400, day);
        late += i32::from(ended > day(promised));
    }
    late
}

#[test]
fn a_network_that_goes_on_frees_no_container_and_leaves_nothing_behind() {
    let at = |second: i64| Timestamp::from_second(START + second).unwrap();
    let known = |number: &str, status: &str, reefer| KnownShipment {
        number: number.to_owned(),
        status: status.to_owned(),
        mode: "Truck".to_owned(),
        origin: SITES[0].point(),
        destination: SITES[2].point(),
        current: None,
        reefer,
    };
    let all = [
        known("IM-1", "Created", None),
        known("IM-2", "InTransit", Some(0)),
        known("IM-3", "Delayed", Some(1)),
    ];
    let mut world = World::that_goes_on(&options(1), &all, at(0));
    let wishes: Vec<Intent> = (0..1_200).step_by(2).flat_map(|second| world.step(at(second))).collect();
    let tenant = Tenant::new("demo").unwrap();
    for shipment in all {
        let path =
            format!("/operations/shipments/{}/deliver", natural_id(&tenant, "shipment", &shipment.number));
        let delivered = wishes.iter().position(|wish| wish.path == path).unwrap();
        let Some(reefer) = shipment.reefer else { continue };
        let asset = natural_id(&tenant, "asset", &Reefer::new(reefer).number);
        let path = format!("/operations/assets/{asset}/assign");
        let assigned = wishes.iter().position(|wish| wish.path == path);
        assert!(assigned.is_none_or(|assigned| assigned > delivered), "{path} comes too soon");
    }
}

#[test]
fn containers_of_a_network_that_goes_on_still_fail() {
    let at = |second: i64| Timestamp::from_second(START + second).unwrap();
    let known = (0..10).map(|reefer| KnownShipment {
        number: format!("IM-{reefer}"),
        status: "InTransit".to_owned(),
        mode: "Ocean".to_owned(),
        origin: SITES[7].point(),
        destination: SITES[0].point(),
        current: None,
        reefer: Some(reefer),
    });
    let known: Vec<KnownShipment> = known.collect();
    let mut world = World::that_goes_on(&options(1), &known, at(0));
    let mut alarming = 0;
    for second in (0..1_200).step_by(2) {
        world.step(at(second));
        for reading in world.readings(at(second)) {
            let value = |signal: &str| reading["payload"][signal].as_f64().unwrap();
            alarming +=
                i32::from(value("temperature") > 8.0 || value("shock") > 50.0 || value("battery") < 15.0);
        }
    }
    assert!(alarming > 10, "only {alarming} readings are alarming");
}
