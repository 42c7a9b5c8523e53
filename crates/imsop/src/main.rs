//! The command line of IMSOP.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use imsop::commands::contracts::ContractsCommand;
use imsop::commands::demo::DemoArguments;
use imsop::commands::import::ImportArguments;
use imsop::commands::login::LoginArguments;
use imsop::commands::serve::ServeArguments;
use imsop::commands::{contracts, demo, import, login, serve};

/// Memory goes back to the system sooner than with the system's allocator, and threads wait less.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// IMSOP: orders, shipments, inventory, assets and the sensors on them in one event-driven platform.
///
/// `imsop demo` shows it with a simulated network; `imsop serve` runs it empty. Both keep everything
/// in one folder and need nothing else. Client commands talk to a running server.
#[derive(Parser)]
#[command(name = "imsop", version, propagate_version = true)]
#[command(
    after_help = "Settings: IMSOP_LISTEN, IMSOP_DATA_DIR, IMSOP_DATABASE, IMSOP_SERVICES, IMSOP_REGION, \
    IMSOP_TENANT, IMSOP_JWKS_URL, IMSOP_OTLP_ENDPOINT, IMSOP_LOG, or the same names in a TOML file.\n\
    IMSOP_ADMIN_PASSWORD gives the first administrator's password; without it one is generated.\n\
    IMSOP_TOKEN gives client commands a token; without it they use the session of `imsop login`."
)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the platform, or some of its services
    Serve(ServeArguments),
    /// Run the platform with a simulated supply network that lives in it
    Demo(DemoArguments),
    /// Send a file of a partner, and see what it amounts to
    Import(ImportArguments),
    /// Get a session for the client commands
    Login(LoginArguments),
    /// Check, document and release the data contracts; write the interface documents
    #[command(subcommand)]
    Contracts(ContractsCommand),
}

fn main() -> ExitCode {
    let line = CommandLine::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    let result: Result<(), Box<dyn std::error::Error>> = runtime.block_on(async {
        match line.command {
            Command::Serve(arguments) => Ok(serve::run(&arguments).await?),
            Command::Demo(arguments) => Ok(demo::run(&arguments).await?),
            Command::Import(arguments) => Ok(import::run(arguments).await?),
            Command::Login(arguments) => Ok(login::run(arguments).await?),
            Command::Contracts(command) => Ok(contracts::run(&command)?),
        }
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(error.as_ref()),
    }
}

fn failed(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("imsop: {error}");
    ExitCode::FAILURE
}
