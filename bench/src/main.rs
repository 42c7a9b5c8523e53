//! Measurements of the release binary from outside: over its public interfaces, beside a named opponent
//! in the same run, because the machine is shared and its speed is not the same twice.

mod figures;
mod import;
mod latency;
mod machine;
mod pages;
mod postgres;
mod process;
mod reserve;
mod start;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// What can go wrong is told and ends the run: a measurement with an error in it is none.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Parser)]
#[command(about = "Measures the release binary of IMSOP from outside")]
struct CommandLine {
    /// The binary
    #[arg(long, default_value = "target/release/imsop")]
    binary: PathBuf,
    #[command(subcommand)]
    measure: Measure,
}

#[derive(Subcommand)]
enum Measure {
    /// Time until it answers, and memory at rest; beside PostgreSQL's own start
    Start,
    /// The import of a delivery history, and of the same file many times longer; beside Python's csv and sqlite3
    Import {
        /// The file
        #[arg(long)]
        file: PathBuf,
        /// How many times longer
        #[arg(long, default_value_t = 20)]
        times: u32,
    },
    /// Pages and the GraphQL query with many shipments stored; beside the bare query on the same database
    Pages {
        /// How many shipments
        #[arg(long, default_value_t = 1_000_000)]
        shipments: u64,
        /// `sqlite` or a `postgres://` URL
        #[arg(long, default_value = "sqlite")]
        database: String,
        /// A folder that already holds the shipments, or where they are kept for the next time
        #[arg(long)]
        folder: Option<PathBuf>,
    },
    /// Reservations over HTTP; beside a function of PostgreSQL
    Reserve {
        /// How long each measurement takes, in seconds
        #[arg(long, default_value_t = 15)]
        seconds: u32,
        /// Most lines of an order
        #[arg(long, default_value_t = 1)]
        lines: u32,
        /// Only the measurements whose names contain this, to profile them
        #[arg(long, default_value = "")]
        only: String,
    },
    /// From a reading to the change on the open page, under load; beside bare durable commits
    Latency {
        /// Readings per second
        #[arg(long, default_value_t = 1_000)]
        rate: u32,
        /// How long, in seconds
        #[arg(long, default_value_t = 30)]
        seconds: u32,
    },
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let line = CommandLine::parse();
    println!("{}", machine::describe());
    match line.measure {
        Measure::Start => start::measure(&line.binary).await,
        Measure::Import { file, times } => import::measure(&line.binary, &file, times).await,
        Measure::Pages { shipments, database, folder } => {
            pages::measure(&line.binary, shipments, &database, folder).await
        }
        Measure::Reserve { seconds, lines, only } => {
            reserve::measure(&line.binary, seconds, lines, &only).await
        }
        Measure::Latency { rate, seconds } => latency::measure(&line.binary, rate, seconds).await,
    }
}
