//! All contracts, found by name and version.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use imsop_kernel::problem::Fault;
use jsonschema::Validator;
use serde_json::Value;

use crate::embedded::SOURCES;
use crate::error::{ContractError, Finding};
use crate::limits::{CONTRACT_BYTES, CONTRACTS};
use crate::model::{Contract, Signal};
use crate::{faults, read, schema};

/// The folder, within that of the contracts, which holds those last released.
pub const RELEASED: &str = "released";

/// All contracts, found by name and version. Their validators are compiled once, with the registry.
#[derive(Debug, Default)]
pub struct Registry {
    contracts: BTreeMap<String, BTreeMap<u32, Entry>>,
}

#[derive(Debug)]
struct Entry {
    contract: Contract,
    validator: Validator,
}

/// A contract's file, read but not yet understood.
pub(crate) struct Source {
    /// Its path from the folder of the contracts: `operations/OrderPlaced-1.yaml`.
    pub file: String,
    pub text: String,
}

impl Registry {
    /// The contracts that were built into the program.
    #[expect(clippy::expect_used, reason = "a test reads every contract that is built in")]
    pub fn embedded() -> &'static Self {
        static EMBEDDED: OnceLock<Registry> = OnceLock::new();
        EMBEDDED.get_or_init(|| {
            let sources = SOURCES.iter().map(|&(file, text)| (file, text));
            Self::read(sources).expect("the built-in contracts are read by a test")
        })
    }

    /// The contracts of a folder, which has one folder for each owner.
    pub fn load(folder: &Path) -> Result<Self, ContractError> {
        let sources = sources(folder)?;
        let pairs = sources.iter().map(|source| (source.file.as_str(), source.text.as_str()));
        Self::read(pairs).map_err(ContractError::Form)
    }

    /// The contracts in these texts, each with the path of its file.
    pub fn read<'a>(sources: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Self, Finding> {
        let mut registry = Self::default();
        for (file, text) in sources {
            registry.add(file, text)?;
        }
        Ok(registry)
    }

    /// Adds one contract to the others.
    pub(crate) fn add(&mut self, file: &str, text: &str) -> Result<(), Finding> {
        let contract = read::contract(file, text)?;
        for other in self.versions(&contract.name) {
            if other.topic != contract.topic {
                return Err(Finding::whole(file, "all versions of an event must share one topic"));
            }
            if other.version == contract.version {
                return Err(Finding::whole(file, format!("is also there as {}", other.file())));
            }
        }
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .build(&schema::json_schema(&contract))
            .map_err(|error| Finding::whole(file, format!("no schema can be made of it: {error}")))?;
        let versions = self.contracts.entry(contract.name.clone()).or_default();
        versions.insert(contract.version, Entry { contract, validator });
        Ok(())
    }

    /// The contract of this version of this event.
    pub fn contract(&self, name: &str, version: u32) -> Option<&Contract> {
        self.entry(name, version).map(|entry| &entry.contract)
    }

    /// All contracts, by name and version.
    pub fn contracts(&self) -> impl Iterator<Item = &Contract> {
        self.contracts.values().flat_map(BTreeMap::values).map(|entry| &entry.contract)
    }

    /// All versions of this event's contract, the oldest first.
    pub fn versions(&self, name: &str) -> impl Iterator<Item = &Contract> {
        self.contracts.get(name).into_iter().flat_map(BTreeMap::values).map(|entry| &entry.contract)
    }

    /// What devices may measure, as the newest contract of telemetry says it.
    pub fn signals(&self) -> &[Signal] {
        let with_signals = |contract: &&Contract| !contract.signals.is_empty();
        match self.contracts().filter(with_signals).max_by_key(|contract| contract.version) {
            Some(contract) => &contract.signals,
            None => &[],
        }
    }

    /// What is wrong with a payload. Nothing, if it keeps its contract.
    pub fn validate(&self, name: &str, version: u32, payload: &Value) -> Vec<Fault> {
        let Some(entry) = self.entry(name, version) else {
            let message = format!("there is no contract {name}/{version}");
            return vec![Fault::whole("no-contract", message)];
        };
        faults::faults(&entry.validator, payload)
    }

    fn entry(&self, name: &str, version: u32) -> Option<&Entry> {
        self.contracts.get(name)?.get(&version)
    }
}

/// Reads the files of all contracts in a folder, in the order of their paths.
pub(crate) fn sources(folder: &Path) -> Result<Vec<Source>, ContractError> {
    let mut found = Vec::new();
    for owner in entries(folder)? {
        let owner_name = file_name(&owner);
        if !owner.is_dir() || owner_name == RELEASED {
            continue;
        }
        for path in entries(&owner)? {
            if path.extension().is_none_or(|extension| extension != "yaml") {
                continue;
            }
            let file = format!("{owner_name}/{}", file_name(&path));
            let size = fs::metadata(&path).map_err(|source| unreadable(&path, source))?.len();
            if size > CONTRACT_BYTES {
                let message = format!("is larger than {CONTRACT_BYTES} bytes");
                return Err(ContractError::Form(Finding::whole(&file, message)));
            }
            let text = fs::read_to_string(&path).map_err(|source| unreadable(&path, source))?;
            found.push(Source { file, text });
            if found.len() > CONTRACTS {
                let message = format!("there are more than {CONTRACTS} contracts");
                return Err(ContractError::Form(Finding::whole(".", message)));
            }
        }
    }
    Ok(found)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, ContractError> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(|source| unreadable(folder, source))? {
        paths.push(entry.map_err(|source| unreadable(folder, source))?.path());
    }
    paths.sort();
    Ok(paths)
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

pub(crate) fn unreadable(path: &Path, source: std::io::Error) -> ContractError {
    ContractError::File { path: path.to_owned(), source }
}
