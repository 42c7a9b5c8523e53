//! What is made from the contracts and checked in is what they say now.
//! `IMSOP_UPDATE=1 cargo test -p imsop-contracts --test generated` writes it anew.

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use imsop_contracts::{Registry, SOURCES, generated_documents};

type Outcome = Result<(), Box<dyn Error>>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn is_updating() -> bool {
    std::env::var_os("IMSOP_UPDATE").is_some_and(|value| value == "1")
}

/// Every file of these folders, as a path from the root.
fn files_below(folder: &Path, ending: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            for inner in files_below(&path, ending)? {
                found.push(format!("{name}/{inner}"));
            }
        } else if name.ends_with(ending) {
            found.push(name);
        }
    }
    found.sort();
    Ok(found)
}

#[test]
fn every_contract_of_the_folder_is_built_into_the_program() -> Outcome {
    let files: Vec<String> = files_below(&root().join("contracts"), ".yaml")?
        .into_iter()
        .filter(|file| !file.starts_with("released/"))
        .collect();
    if is_updating() {
        write_list(&files)?;
        return Ok(());
    }
    let built_in: Vec<&str> = SOURCES.iter().map(|(file, _)| *file).collect();
    assert_eq!(built_in, files, "set IMSOP_UPDATE=1 to write src/embedded.rs anew");
    for (file, text) in SOURCES {
        assert_eq!(fs::read_to_string(root().join("contracts").join(file))?, *text, "{file}");
    }
    Ok(())
}

fn write_list(files: &[String]) -> Outcome {
    let path = root().join("crates/contracts/src/embedded.rs");
    let before = fs::read_to_string(&path)?;
    let start = before.find("pub const SOURCES").ok_or("src/embedded.rs has no list")?;
    let mut after = before[..start].to_owned();
    writeln!(after, "pub const SOURCES: &[(&str, &str)] = &[")?;
    for file in files {
        writeln!(after, "    (\"{file}\", include_str!(\"../../../contracts/{file}\")),")?;
    }
    writeln!(after, "];")?;
    fs::write(path, after)?;
    Ok(())
}

#[test]
fn the_generated_documents_are_current() -> Outcome {
    // From the folder, not from the program: a rewritten list is built in only by the next build.
    let registry = Registry::load(&root().join("contracts"))?;
    let documents = generated_documents(&registry);
    for (path, content) in &documents {
        let file = root().join(path);
        if is_updating() {
            fs::create_dir_all(file.parent().ok_or("a document without a folder")?)?;
            fs::write(&file, content)?;
            continue;
        }
        let checked_in = fs::read_to_string(&file).map_err(|error| format!("{path}: {error}"))?;
        assert!(checked_in == *content, "{path} is out of date: set IMSOP_UPDATE=1 to write it anew");
    }
    for name in files_below(&root().join("docs/contracts/schemas"), ".json")? {
        let path = format!("docs/contracts/schemas/{name}");
        let is_made = documents.iter().any(|(made, _)| *made == path);
        if !is_made && is_updating() {
            fs::remove_file(root().join(&path))?;
            continue;
        }
        assert!(is_made, "{path} belongs to no contract");
    }
    Ok(())
}
