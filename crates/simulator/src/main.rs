//! `imsop-simulator --seeds N [--seed S]`: many storms, each from a seed of its own.

use std::process::ExitCode;

use clap::Parser;
use imsop_simulator::{Flaw, SimulationError, Storm, run};

#[derive(Parser)]
#[command(about = "Breaks journal, relay, backbone and consumers on purpose, and checks what is left")]
struct Arguments {
    /// How many seeds
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The first seed; with `--seeds 1` it replays one
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// How many things happen in each storm
    #[arg(long, default_value_t = Storm::default().steps)]
    steps: u32,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let storm = Storm { steps: arguments.steps, ..Storm::default() };
    let (mut accepted, mut failures, mut deaths) = (0, 0, 0);
    for seed in arguments.seed..arguments.seed + arguments.seeds {
        match run(seed, storm, Flaw::Nothing).await {
            Ok(figures) => {
                accepted += figures.accepted;
                failures += figures.failures.total();
                deaths += figures.deaths;
            }
            Err(error) => {
                let kind =
                    if matches!(error, SimulationError::Violated { .. }) { "VIOLATED" } else { "BROKEN" };
                eprintln!(
                    "{kind}: {error}\nreplay: imsop-simulator --seeds 1 --seed {seed} --steps {}",
                    arguments.steps
                );
                return ExitCode::FAILURE;
            }
        }
    }
    println!(
        "{} seeds: {accepted} commands accepted, {failures} failures injected, {deaths} starts; every invariant holds",
        arguments.seeds
    );
    ExitCode::SUCCESS
}
