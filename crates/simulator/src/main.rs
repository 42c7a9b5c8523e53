//! `imsop-simulator --seeds N [--seed S]`: many storms, each from a seed of its own.

use std::process::ExitCode;

use clap::Parser;
use imsop_simulator::world::Figures;
use imsop_simulator::{Flaw, SimulationError, Storm, run, run_warehouse};

#[derive(Parser)]
#[command(about = "Breaks a bank and a warehouse on purpose, and checks what is left")]
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
        match both(seed, storm).await {
            Ok(figures) => {
                for figures in figures {
                    accepted += figures.accepted;
                    failures += figures.failures.total();
                    deaths += figures.deaths;
                }
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

/// The same seed for both worlds.
async fn both(seed: u64, storm: Storm) -> Result<[Figures; 2], SimulationError> {
    Ok([run(seed, storm, Flaw::Nothing).await?, run_warehouse(seed, storm, Flaw::Nothing).await?])
}
