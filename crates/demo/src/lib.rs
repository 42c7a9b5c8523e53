//! A supply network that lives in a running platform: orders come in, shipments move along routes,
//! reefer containers report, and some of them fail. For trying the platform out.
//!
//! It writes only through the platform's public interfaces, like any partner. It must never import a
//! context, read a database, or know more than a client can.

mod client;
pub mod fleet;
pub mod intents;
pub mod limits;
pub mod network;
pub mod route;
mod telemetry;
pub mod world;

use std::future::Future;
use std::time::Duration;

use imsop_kernel::{Tenant, Timestamp};
use tokio::time::{MissedTickBehavior, interval};

use client::Client;
use limits::{RETRY_PAUSE, TICK};
use telemetry::TelemetryStream;
use world::World;

pub use client::DemoError;

/// Where the network lives, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// The platform's address, for example `http://127.0.0.1:8080`.
    pub url: String,
    /// Whose network it is.
    pub tenant: Tenant,
    /// The machine client that it works as.
    pub client_id: String,
    /// That client's secret.
    pub client_secret: String,
    /// The same seed makes the same network.
    pub seed: u64,
    /// How many times faster than in life goods move.
    pub speed: f64,
}

/// Lives until it is told to stop. What the platform does not take now is sent again later.
pub async fn run(options: Options, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    let mut client = Client::new(&options);
    let world = tokio::select! {
        world = beginning(&options, &mut client) => world,
        () = &mut stop => return,
    };
    let life = live(world, client, TelemetryStream::new(&options));
    tokio::select! {
        () = life => {}
        () = &mut stop => {}
    }
}

/// The world as the platform knows it, or a new one with a history.
async fn beginning(options: &Options, client: &mut Client) -> World {
    loop {
        match client.open_shipments().await {
            Ok(known) if known.is_empty() => {
                let (world, history) = World::with_history(options, Timestamp::now());
                client.carry_out(history).await;
                return world;
            }
            Ok(known) => return World::that_goes_on(options, &known, Timestamp::now()),
            Err(error) => {
                tracing::debug!(%error, "the platform does not answer yet");
                tokio::time::sleep(RETRY_PAUSE).await;
            }
        }
    }
}

async fn live(mut world: World, mut client: Client, mut telemetry: TelemetryStream) {
    let mut ticks = interval(Duration::from_secs(TICK));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let now = Timestamp::now();
        telemetry.keep(world.readings(now));
        match client.token().await {
            Ok(token) => telemetry.send(&token).await,
            Err(error) => tracing::debug!(%error, "no token for the demo"),
        }
        client.carry_out(world.step(now)).await;
    }
}
