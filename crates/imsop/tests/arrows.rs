//! Which crate may know which: the arrows of ARCHITECTURE.md, compared with what Cargo says.
#![allow(clippy::expect_used, reason = "a test that cannot read the workspace has failed")]

use std::collections::BTreeSet;

use cargo_metadata::{DependencyKind, MetadataCommand};

/// The allowed arrows, each crate with those that it may know.
const ALLOWED: [(&str, &[&str]); 17] = [
    ("imsop-kernel", &[]),
    ("imsop-contracts", &["imsop-kernel"]),
    ("imsop-journal", &["imsop-kernel"]),
    ("imsop-backbone", &["imsop-kernel", "imsop-journal"]),
    ("imsop-platform", &["imsop-kernel", "imsop-journal", "imsop-backbone"]),
    ("imsop-identity", BELOW_CONTEXTS),
    ("imsop-operations", BELOW_CONTEXTS),
    ("imsop-inventory", BELOW_CONTEXTS),
    ("imsop-ingestion", BELOW_CONTEXTS),
    ("imsop-integration", BELOW_CONTEXTS),
    ("imsop-analytics", BELOW_CONTEXTS),
    ("imsop-visualization", BELOW_CONTEXTS),
    ("imsop-demo", &["imsop-kernel"]),
    ("imsop-bench", &["imsop-kernel"]),
    ("imsop-testkit", &["imsop-kernel", "imsop-journal", "imsop-backbone"]),
    // The simulator breaks a whole context, too.
    (
        "imsop-simulator",
        &["imsop-kernel", "imsop-journal", "imsop-backbone", "imsop-testkit", "imsop-inventory"],
    ),
    // The binary composes everything.
    ("imsop", &[]),
];

const BELOW_CONTEXTS: &[&str] =
    &["imsop-kernel", "imsop-contracts", "imsop-journal", "imsop-backbone", "imsop-platform"];

#[test]
fn crates_know_only_what_the_architecture_allows() {
    let metadata = MetadataCommand::new().no_deps().exec().expect("cargo metadata runs");
    let mut wrong = BTreeSet::new();
    for package in metadata.workspace_packages() {
        if package.name.as_str() == "imsop" {
            continue;
        }
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == package.name.as_str()) else {
            wrong.insert(format!("{} is in no row of the table", package.name));
            continue;
        };
        for dependency in &package.dependencies {
            let is_ours = dependency.name.starts_with("imsop");
            if dependency.kind != DependencyKind::Normal || !is_ours {
                continue;
            }
            if !allowed.contains(&dependency.name.as_str()) {
                wrong.insert(format!("{} must not know {}", package.name, dependency.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_core_of_every_context_is_free_of_io_clocks_and_randomness() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let forbidden = [
        "async fn",
        "tokio::",
        "Timestamp::now(",
        "now_v7(",
        "rand::",
        "std::fs",
        "reqwest",
        "sqlx::",
        "rusqlite::",
    ];
    let mut wrong = BTreeSet::new();
    for context in ["identity", "operations", "inventory", "ingestion", "analytics"] {
        for file in rust_files(&root.join(context).join("src/domain")) {
            let text = std::fs::read_to_string(&file).expect("sources can be read");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for word in forbidden {
                if code.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(word)) {
                    wrong.insert(format!("{} has `{word}`", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn rust_files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("the folder can be listed").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
