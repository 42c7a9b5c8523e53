//! A simulator that breaks on purpose, by a seed that can be repeated: processes die at every step, storage
//! fails, answers get lost, clients send again, deliveries come twice, late and in another order across
//! streams, time passes. When the storm is over it checks the invariants that the architecture promises.
//!
//! There are two worlds. In the one a bank has a journal, relay, backbone and consumers around it
//! ([`world`]); the other one is the stock of a warehouse, with its ledger and promises ([`warehouse`]).
//!
//! It must find what is wrong: `tests/storms.rs` lets it loose on programs that are broken on purpose.

pub mod branch;
pub mod chance;
pub mod checks;
pub mod clients;
pub mod delivery;
pub mod flaw;
pub mod mirror;
pub mod process;
pub mod warehouse;
pub mod world;

pub use checks::Violation;
pub use flaw::Flaw;

use imsop_backbone::{BackboneError, HandleError};
use imsop_journal::{StoreError, SubmitError};

/// Something in the simulation itself went wrong.
#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    /// An invariant does not hold.
    #[error("seed {seed}: {violation}")]
    Violated {
        /// The seed that shows it.
        seed: u64,
        /// What does not hold.
        violation: Violation,
    },
    /// A database failed when nothing was injected.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The backbone failed when nothing was injected.
    #[error(transparent)]
    Backbone(#[from] BackboneError),
    /// A consumer failed when nothing was injected.
    #[error(transparent)]
    Handle(#[from] HandleError),
    /// An executor failed when nothing was injected.
    #[error(transparent)]
    Submit(#[from] SubmitError),
    /// Something else failed when nothing was injected.
    #[error("{0}")]
    Other(String),
    /// What was written cannot be read.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// How bad the storm is.
#[derive(Debug, Clone, Copy)]
pub struct Storm {
    /// How many things happen before it is over.
    pub steps: u32,
    /// How likely a step of storage fails, from 0 to 1.
    pub failure: f64,
    /// How likely a failure is the death of the process.
    pub death: f64,
}

impl Default for Storm {
    fn default() -> Self {
        Self { steps: 120, failure: 0.04, death: 0.5 }
    }
}

/// Runs one seed through a storm over the bank, and checks what is left.
///
/// # Errors
/// An invariant does not hold, with the seed that shows it.
pub async fn run(seed: u64, storm: Storm, flaw: Flaw) -> Result<world::Figures, SimulationError> {
    let mut world = world::World::new(seed, storm, flaw).await?;
    world.weather_the_storm().await?;
    world.settle().await?;
    match checks::check(&world).await? {
        Some(violation) => Err(SimulationError::Violated { seed, violation }),
        None => Ok(world.figures()),
    }
}

/// Runs one seed through a storm over the warehouse, and checks its books after every death and at the end.
///
/// # Errors
/// An invariant does not hold, with the seed that shows it.
pub async fn run_warehouse(seed: u64, storm: Storm, flaw: Flaw) -> Result<world::Figures, SimulationError> {
    let mut warehouse = warehouse::Warehouse::new(seed, storm, flaw).await?;
    let mut violation = warehouse.weather_the_storm().await?;
    if violation.is_none() {
        warehouse.settle().await?;
        violation = warehouse.check().await?;
    }
    match violation {
        Some(violation) => Err(SimulationError::Violated { seed, violation }),
        None => Ok(warehouse.figures()),
    }
}
