//! `imsop contracts`: the data contracts, and the documents that are made from the interfaces.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use imsop_contracts::{ContractError, Registry, generated_documents};

use crate::documents;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum ContractsCommand {
    /// Check the contracts: their form, their examples, and that they keep what was released
    Check {
        /// The folder of the contracts
        #[arg(long, default_value = "contracts")]
        folder: PathBuf,
    },
    /// Write the documents: contracts, JSON Schemas, AsyncAPI, OpenAPI, GraphQL
    Docs {
        /// The root of the repository
        #[arg(long, default_value = ".")]
        root: PathBuf,
    },
    /// Take the contracts as released: from now on they may only be added to
    Release {
        /// The folder of the contracts
        #[arg(long, default_value = "contracts")]
        folder: PathBuf,
    },
}

/// Why a command could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum ContractsError {
    /// The contracts cannot be read.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// Something is wrong with them.
    #[error("the contracts are not good")]
    NotGood,
    /// A document cannot be written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
}

/// Runs a command.
pub fn run(command: &ContractsCommand) -> Result<(), ContractsError> {
    match command {
        ContractsCommand::Check { folder } => {
            let report = imsop_contracts::check(folder)?;
            println!("{report}");
            if report.is_good() { Ok(()) } else { Err(ContractsError::NotGood) }
        }
        ContractsCommand::Release { folder } => {
            println!("{}", imsop_contracts::release(folder)?);
            Ok(())
        }
        ContractsCommand::Docs { root } => {
            let mut all = generated_documents(Registry::embedded());
            all.extend(documents::interface_documents());
            for (path, content) in all {
                write(&root.join(&path), &content)?;
                println!("{path}");
            }
            Ok(())
        }
    }
}

fn write(path: &Path, content: &str) -> Result<(), ContractsError> {
    let failed = |source| ContractsError::File { path: path.display().to_string(), source };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(path, content).map_err(failed)
}
