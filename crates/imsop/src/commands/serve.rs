//! `imsop serve`: run the platform, or a part of it.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use imsop_platform::config::{ConfigError, Overrides};
use imsop_platform::telemetry::{Telemetry, TelemetryError};
use imsop_platform::{Config, StartError};
use tokio::signal::unix::{SignalKind, signal};

use crate::Running;

/// The arguments of `imsop serve`.
#[derive(Debug, Clone, Args)]
pub struct ServeArguments {
    /// Where files and embedded databases are kept [default: imsop-data]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The address to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "HOST:PORT")]
    listen: Option<SocketAddr>,
    /// The services to run, of identity, operations, inventory, ingestion, analytics, visualization [default: all]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    services: Option<Vec<String>>,
    /// `sqlite://FOLDER` or `postgres://USER@HOST/DATABASE` [default: SQLite in the data folder]
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// A file with further settings (TOML); `IMSOP_…` variables go before it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Why the server did not start or did not go on.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Logs or traces.
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    /// A service.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The system.
    #[error("signals cannot be received: {0}")]
    Signals(#[from] std::io::Error),
}

impl ServeArguments {
    /// The configuration, with these arguments before everything else.
    pub fn config(&self) -> Result<Config, ConfigError> {
        let overrides = Overrides {
            listen: self.listen,
            data_dir: self.data_dir.clone(),
            database: self.database.clone(),
            services: self.services.clone(),
        };
        Config::load(self.config.as_deref(), &overrides)
    }
}

/// Runs until it is told to stop.
pub async fn run(arguments: &ServeArguments) -> Result<(), ServeError> {
    let config = arguments.config()?;
    let telemetry = Telemetry::start(&config.log, config.otlp_endpoint.as_deref())?;
    let running = crate::start(config, admin_password()).await?;
    announce(&running);
    until_told().await?;
    running.stop().await;
    telemetry.stop();
    Ok(())
}

/// The bootstrap password, if the environment gives one.
pub fn admin_password() -> Option<String> {
    std::env::var("IMSOP_ADMIN_PASSWORD").ok().filter(|password| !password.is_empty())
}

/// Says where the server is and how to get in.
pub fn announce(running: &Running) {
    println!("IMSOP listens on http://{}", running.address);
    if let Some(administrator) = &running.administrator {
        match &administrator.password_file {
            Some(file) => {
                println!("sign in as {}, with the password in {}", administrator.username, file.display())
            }
            None => println!("sign in as {}", administrator.username),
        }
    }
}

/// Waits for SIGTERM or Ctrl-C.
pub async fn until_told() -> Result<(), std::io::Error> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
