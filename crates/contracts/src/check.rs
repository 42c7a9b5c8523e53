//! Everything that can be checked about a folder of contracts, and its release.

use std::fmt;
use std::fs;
use std::path::Path;

use crate::compatibility;
use crate::error::{ContractError, Finding};
use crate::model::{Contract, ExampleKind, Field, Shape, Signal};
use crate::registry::{self, RELEASED, Registry, unreadable};

/// What a check of the contracts found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// How many contracts could be read.
    pub contracts: usize,
    /// How many examples they have.
    pub examples: usize,
    /// How many released contracts they were compared with.
    pub released: usize,
    /// Everything that is wrong. Nothing, if the contracts are good.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_good(&self) -> bool {
        self.findings.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(formatter, "{finding}")?;
        }
        write!(
            formatter,
            "{} contracts with {} examples, compared with {} released ones: {} findings",
            self.contracts,
            self.examples,
            self.released,
            self.findings.len()
        )
    }
}

/// Checks the contracts of a folder: that each can be read, that its examples keep it, and that
/// they all keep what the released ones promised. An error means that the folder cannot be read.
pub fn check(folder: &Path) -> Result<Report, ContractError> {
    let mut report = Report::default();
    let mut current = Registry::default();
    for source in registry::sources(folder)? {
        if let Err(finding) = current.add(&source.file, &source.text) {
            report.findings.push(finding);
        }
    }
    for contract in current.contracts() {
        report.contracts += 1;
        report.examples += contract.examples.len();
        check_examples(&current, contract, &mut report.findings);
        check_sense(contract, &mut report.findings);
    }
    check_released(folder, &current, &mut report)?;
    Ok(report)
}

/// Copies the contracts of a folder into its released ones, if they are good. From then on they
/// may only be added to.
pub fn release(folder: &Path) -> Result<Report, ContractError> {
    let report = check(folder)?;
    if !report.is_good() {
        return Err(ContractError::NotReleasable(report));
    }
    for source in registry::sources(folder)? {
        let path = folder.join(RELEASED).join(&source.file);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|error| unreadable(parent, error))?;
        }
        fs::write(&path, &source.text).map_err(|error| unreadable(&path, error))?;
    }
    Ok(report)
}

fn check_released(folder: &Path, current: &Registry, report: &mut Report) -> Result<(), ContractError> {
    let folder = folder.join(RELEASED);
    if !folder.is_dir() {
        return Ok(());
    }
    let released = match Registry::load(&folder) {
        Ok(released) => released,
        Err(ContractError::Form(mut finding)) => {
            finding.file = format!("{RELEASED}/{}", finding.file);
            report.findings.push(finding);
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    report.released = released.contracts().count();
    for broken in compatibility::check(&released, current) {
        let message = format!("{} (compared with the released {})", broken.message, broken.contract);
        report.findings.push(Finding { file: broken.file, field: broken.field, message });
    }
    Ok(())
}

fn check_examples(registry: &Registry, contract: &Contract, findings: &mut Vec<Finding>) {
    let file = contract.file();
    for kind in [ExampleKind::Normal, ExampleKind::Ugly] {
        if contract.examples.iter().all(|example| example.kind != kind) {
            findings.push(Finding::whole(&file, format!("has no {kind:?} example").to_lowercase()));
        }
    }
    for example in &contract.examples {
        for fault in registry.validate(&contract.name, contract.version, &example.payload) {
            let place = format!("the example \"{}\"", example.name);
            let message = match &fault.field {
                Some(field) => format!("{place}: {field} {}", fault.message),
                None => format!("{place}: {}", fault.message),
            };
            findings.push(Finding { file: file.clone(), field: fault.field, message });
        }
    }
}

/// Finds bounds that no value can keep.
fn check_sense(contract: &Contract, findings: &mut Vec<Finding>) {
    let file = contract.file();
    for field in &contract.fields {
        check_field(&file, &field.name, field, findings);
    }
    for signal in &contract.signals {
        if !signal_makes_sense(signal) {
            let path = format!("signals.{}", signal.name);
            findings.push(Finding::at(&file, &path, "the expected range is not within the valid one"));
        }
    }
}

fn check_field(file: &str, path: &str, field: &Field, findings: &mut Vec<Finding>) {
    let crossed = match &field.shape {
        Shape::String(text) => crossed(text.min_length, text.max_length),
        Shape::Number(range) | Shape::Integer(range) => crossed(range.minimum, range.maximum),
        Shape::Array { min_items, max_items, .. } => crossed(*min_items, *max_items),
        Shape::Timestamp | Shape::Boolean | Shape::Object(_) | Shape::Map { .. } => false,
    };
    if crossed {
        findings.push(Finding::at(file, path, "the lower bound lies above the upper one"));
    }
    match &field.shape {
        Shape::Object(fields) => {
            for nested in fields {
                check_field(file, &format!("{path}.{}", nested.name), nested, findings);
            }
        }
        Shape::Array { items, .. } => check_field(file, &format!("{path}[]"), items, findings),
        Shape::Map { values, .. } => check_field(file, &format!("{path}.*"), values, findings),
        _ => {}
    }
}

fn crossed<T: PartialOrd>(lower: Option<T>, upper: Option<T>) -> bool {
    matches!((lower, upper), (Some(lower), Some(upper)) if lower > upper)
}

fn signal_makes_sense(signal: &Signal) -> bool {
    let (least, greatest) = signal.valid.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    let (low, high) = signal.expected.unwrap_or((least, greatest));
    least <= low && low <= high && high <= greatest
}
