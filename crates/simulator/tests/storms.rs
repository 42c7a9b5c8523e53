//! Storms in short, for every run of the tests; `make simulate SEEDS=N` runs many.
#![allow(clippy::panic, reason = "a test that finds something has failed")]

use imsop_simulator::{MirrorKind, SimulationError, Storm, run};

const SEEDS: u64 = 40;

#[tokio::test]
async fn every_invariant_holds_after_every_storm() {
    let mut failures = 0;
    for seed in 0..SEEDS {
        match run(seed, Storm::default(), MirrorKind::Sound).await {
            Ok(figures) => failures += figures.failures,
            Err(error) => panic!("SEED={seed}: {error}"),
        }
    }
    assert!(failures > SEEDS * 5, "only {failures} failures: that was no storm");
}

#[tokio::test]
async fn a_consumer_that_keeps_its_position_apart_from_its_effects_is_found_out() {
    for seed in 0..SEEDS {
        if let Err(SimulationError::Violated { violation, .. }) =
            run(seed, Storm::default(), MirrorKind::Broken).await
        {
            assert_eq!(violation.invariant, "a consumer has the effect of every event exactly once");
            return;
        }
    }
    panic!("a broken consumer came through {SEEDS} storms");
}
