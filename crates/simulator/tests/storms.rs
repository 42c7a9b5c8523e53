//! Storms in short, for every run of the tests; `make simulate SEEDS=N` runs many.
//! `SEED=N cargo test -p imsop-simulator` runs one seed alone.
#![allow(clippy::panic, reason = "a test that finds something has failed")]

use std::collections::BTreeSet;
use std::path::Path;

use imsop_simulator::chance::Failures;
use imsop_simulator::warehouse::Warehouse;
use imsop_simulator::world::Figures;
use imsop_simulator::{Flaw, SimulationError, Storm, run, run_warehouse};

const SEEDS: u64 = 30;

/// The seeds to run: one, where the environment names it.
fn seeds() -> std::ops::Range<u64> {
    match std::env::var("SEED").ok().and_then(|text| text.parse().ok()) {
        Some(seed) => seed..seed + 1,
        None => 0..SEEDS,
    }
}

#[tokio::test]
async fn every_invariant_holds_after_every_storm() {
    let mut failures = Failures::default();
    for seed in seeds() {
        match run(seed, Storm::default(), Flaw::Nothing).await {
            Ok(figures) => failures = failures.plus(figures.failures),
            Err(error) => panic!("seed {seed}: {error}\nrun it again by SEED={seed}"),
        }
    }
    if seeds() == (0..SEEDS) {
        assert!(failures.least() > 0, "a step that never failed: {failures:?}");
        assert!(failures.total() > SEEDS * 5, "that was no storm: {failures:?}");
    }
}

#[tokio::test]
async fn a_seed_is_replayed_exactly() {
    for seed in 3..6 {
        let first = run(seed, Storm::default(), Flaw::Nothing).await;
        let second = run(seed, Storm::default(), Flaw::Nothing).await;
        match (first, second) {
            (Ok(first), Ok(second)) => assert_eq!(first, second, "seed {seed}"),
            (first, second) => panic!("seed {seed}: {first:?}, {second:?}"),
        }
    }
}

#[tokio::test]
async fn the_books_of_a_warehouse_are_right_after_every_death_and_every_storm() {
    let (mut failures, mut accepted) = (Failures::default(), 0);
    for seed in seeds() {
        match run_warehouse(seed, Storm::default(), Flaw::Nothing).await {
            Ok(figures) => {
                failures = failures.plus(figures.failures);
                accepted += figures.accepted;
            }
            Err(error) => panic!("seed {seed}: {error}\nrun it again by SEED={seed}"),
        }
    }
    if seeds() == (0..SEEDS) {
        assert!(failures.least() > 0, "a step that never failed: {failures:?}");
        assert!(failures.total() > SEEDS * 5, "that was no storm: {failures:?}");
        assert!(accepted > SEEDS as usize * 50, "hardly anything was done: {accepted}");
    }
}

#[tokio::test]
async fn a_seed_of_a_warehouse_is_replayed_exactly() {
    for seed in 3..6 {
        let first = run_warehouse(seed, Storm::default(), Flaw::Nothing).await;
        let second = run_warehouse(seed, Storm::default(), Flaw::Nothing).await;
        match (first, second) {
            (Ok(first), Ok(second)) => assert_eq!(first, second, "seed {seed}"),
            (first, second) => panic!("seed {seed}: {first:?}, {second:?}"),
        }
    }
}

#[tokio::test]
async fn storms_over_a_warehouse_make_happen_whatever_can_happen_to_stock() {
    let mut happened = BTreeSet::new();
    for seed in 0..SEEDS {
        let storm = async {
            let mut warehouse = Warehouse::new(seed, Storm::default(), Flaw::Nothing).await?;
            warehouse.weather_the_storm().await?;
            warehouse.settle().await?;
            warehouse.what_happened().await
        };
        match storm.await {
            Ok(names) => happened.extend(names),
            Err(error) => panic!("seed {seed}: {error}"),
        }
    }
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts/inventory");
    for file in contracts.read_dir().into_iter().flatten().flatten() {
        let file = file.file_name().to_string_lossy().into_owned();
        let Some((name, _)) = file.split_once('-') else { continue };
        assert!(happened.contains(name), "{name} has not happened");
    }
    assert!(happened.len() > 20, "{happened:?}");
}

/// The violation in a run, if there is one.
fn violation(seed: u64, result: Result<Figures, SimulationError>) -> Option<&'static str> {
    match result {
        Ok(_) => None,
        Err(SimulationError::Violated { violation, .. }) => Some(violation.invariant),
        Err(error) => panic!("seed {seed}: {error}"),
    }
}

/// The first violation that a flaw leads to.
async fn found(flaw: Flaw) -> &'static str {
    for seed in 0..SEEDS {
        if let Some(found) = violation(seed, run(seed, Storm::default(), flaw).await) {
            return found;
        }
    }
    panic!("{flaw:?} came through {SEEDS} storms");
}

/// The first violation that a flaw leads to in the warehouse.
async fn found_in_warehouse(flaw: Flaw) -> &'static str {
    for seed in 0..SEEDS {
        if let Some(found) = violation(seed, run_warehouse(seed, Storm::default(), flaw).await) {
            return found;
        }
    }
    panic!("{flaw:?} came through {SEEDS} storms");
}

#[tokio::test]
async fn a_consumer_that_keeps_its_position_apart_from_its_effects_is_found_out() {
    assert_eq!(found(Flaw::PositionApart).await, "a consumer has the effect of every event exactly once");
}

#[tokio::test]
async fn a_consumer_that_passes_over_what_it_cannot_take_is_found_out() {
    assert_eq!(found(Flaw::NothingParked).await, "a consumer has the effect of every event exactly once");
}

#[tokio::test]
async fn a_reaction_whose_key_does_not_come_from_its_event_is_found_out() {
    assert_eq!(found(Flaw::KeyPerDelivery).await, "a consumer reacts to every event exactly once");
}

#[tokio::test]
async fn a_relay_that_keeps_its_place_apart_from_what_it_published_is_found_out() {
    assert_eq!(found(Flaw::PlaceApart).await, "a topic has the feed, each event once and in order");
}

#[tokio::test]
async fn storage_that_forgets_what_was_acknowledged_is_found_out() {
    assert_ne!(found(Flaw::ForgetsOnDeath).await, "");
}

#[tokio::test]
async fn a_store_that_does_not_remember_keys_is_found_out() {
    assert_eq!(found(Flaw::NoMemoryOfKeys).await, "a wish has one outcome");
}

#[tokio::test]
async fn a_warehouse_that_forgets_what_was_acknowledged_is_found_out() {
    let invariant = "the journal gives the same states, byte for byte";
    assert_eq!(found_in_warehouse(Flaw::ForgetsOnDeath).await, invariant);
}

#[tokio::test]
async fn a_warehouse_that_does_not_remember_keys_is_found_out() {
    assert_eq!(found_in_warehouse(Flaw::NoMemoryOfKeys).await, "a wish has one outcome");
}

#[tokio::test]
async fn a_ledger_that_loses_a_row_is_found_out() {
    let invariant = "the ledger's balances are those of the stocks";
    assert_eq!(found_in_warehouse(Flaw::LosesAMovement).await, invariant);
}
