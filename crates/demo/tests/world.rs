//! The network, checked without a platform.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{HashMap, HashSet};

use imsop_demo::Options;
use imsop_demo::intents::Intent;
use imsop_demo::world::World;
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

#[test]
fn shipments_only_make_transitions_that_the_platform_allows() {
    let mut states: HashMap<String, &str> = HashMap::new();
    let mut delivered = 0;
    for intent in life(5, 3_600) {
        let Some(rest) = intent.path.strip_prefix("/operations/shipments/") else { continue };
        let (id, step) = rest.split_once('/').unwrap();
        let before = states.get(id).copied().unwrap_or("Created");
        let after = match (before, step) {
            ("Created", "depart") => "InTransit",
            ("InTransit", "delay") => "Delayed",
            ("Delayed", "resume") => "InTransit",
            ("InTransit", "out-for-delivery") => "OutForDelivery",
            ("InTransit" | "OutForDelivery", "deliver") => "Delivered",
            ("InTransit" | "Delayed", "positions") => before,
            other => panic!("{other:?} is not allowed"),
        };
        delivered += i32::from(after == "Delivered");
        states.insert(id.to_owned(), after);
    }
    assert!(delivered > 70, "only {delivered} shipments were delivered");
    let moving = states.values().filter(|state| **state == "InTransit").count();
    assert!(moving > 20, "only {moving} shipments are on the way");
}
