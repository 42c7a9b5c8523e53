//! Released contracts are only added to.

#![allow(clippy::expect_used, reason = "a test may fail where it stands")]

use std::fs;

use imsop_contracts::{ContractError, Registry, check, compatibility, release};

const FILE: &str = "post/ParcelWeighed-1.yaml";
const PARCEL: &str = include_str!("parcel.yaml");

/// The contract of the parcel with a part of its text changed.
fn changed(from: &str, to: &str) -> String {
    assert_eq!(PARCEL.matches(from).count(), 1, "{from:?} must be there once");
    PARCEL.replace(from, to)
}

fn registry(text: &str) -> Registry {
    Registry::read([(FILE, text)].into_iter()).expect("a contract that can be read")
}

fn broken(from: &str, to: &str) -> Vec<String> {
    let found = compatibility::check(&registry(PARCEL), &registry(&changed(from, to)));
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn every_incompatible_change_is_found() {
    let town = "            - name: town\n              logicalType: string\n              required: true\n";
    let cases = [
        ("a removed or renamed field", "name: size\n", "name: bulk\n", "size: the field was removed"),
        ("a nested one", "name: code\n", "name: zip\n", "stops[].code: the field was removed"),
        (
            "a new required field",
            "      - name: weight\n",
            "      - {name: height, logicalType: number, required: true, description: New.}\n      - name: weight\n",
            "height: a new field is required",
        ),
        (
            "a field newly required",
            "name: size\n        logicalType: string\n        required: false",
            "name: size\n        logicalType: string\n        required: true",
            "size: the field is now required",
        ),
        (
            "a field no longer required",
            town,
            &town.replace("true", "false"),
            "stops[].town: the field is no longer required",
        ),
        (
            "a changed type",
            "logicalType: number\n",
            "logicalType: integer\n",
            "weight: the type changed from number to integer",
        ),
        (
            "a raised minimum",
            "{minimum: 0, maximum: 50}",
            "{minimum: 1, maximum: 50}",
            "weight: the least value was raised",
        ),
        (
            "a lowered maximum",
            "{minimum: 0, maximum: 50}",
            "{minimum: 0, maximum: 40}",
            "weight: the greatest value was lowered",
        ),
        ("fewer allowed values", "[S, M, L]", "[S, L]", "size: the value M is no longer allowed"),
        (
            "allowed values where there were none",
            "        logicalTypeOptions: {format: uuid}\n",
            "        logicalTypeOptions: {format: uuid}\n        customProperties:\n          - {property: enum, value: [a]}\n",
            "parcelId: only certain values",
        ),
        ("a changed format", "{format: uuid}", "{format: uri}", "parcelId: the format changed"),
        ("a changed pattern", "^[0-9]+$", "^[0-9]{5}$", "stops[].code: the pattern changed"),
        (
            "a longer least text",
            "{minLength: 1, maxLength: 100}",
            "{minLength: 2, maxLength: 100}",
            "stops[].town: the least length",
        ),
        (
            "a shorter longest text",
            "{minLength: 1, maxLength: 100}",
            "{minLength: 1, maxLength: 99}",
            "stops[].town: the greatest length",
        ),
        ("a shorter list", "maxItems: 10", "maxItems: 9", "stops: the greatest number of items"),
        ("a longer least list", "minItems: 1", "minItems: 2", "stops: the least number of items"),
        ("fewer keys", "maxProperties: 5", "maxProperties: 4", "labels: the greatest number of keys"),
        ("shorter values of a map", "maxLength: 20", "maxLength: 10", "labels.*: the greatest length"),
        ("no more reasons", "value: true}", "value: false}", "weighedAt: a reason may no longer"),
        (
            "new reasons",
            "          - {property: unit, value: KGM}\n",
            "          - {property: unit, value: KGM}\n          - {property: captured, value: true}\n",
            "weight: a reason may now stand",
        ),
        (
            "a changed unit",
            "{property: unit, value: KGM}",
            "{property: unit, value: GRM}",
            "weight: the unit changed",
        ),
        (
            "a lowered classification",
            "classification: confidential",
            "classification: internal",
            "weight: the classification was lowered",
        ),
        (
            "a lowered class of the event",
            "classification: confidential",
            "classification: internal",
            "ParcelWeighed/1: the classification",
        ),
        ("a changed topic", "post.events", "letter.events", "the topic changed"),
        ("a changed partition key", "value: subject", "value: parcelId", "the partition key changed"),
        ("another stream", "value: parcel}", "value: letter}", "the stream changed"),
        ("data that may leave its region", "tenantRegion", "anywhere", "may now leave the region"),
        ("a removed signal", "name: strain", "name: stress", "signals.strain: the signal was removed"),
        ("a signal in another unit", "unit: '1'", "unit: '%'", "signals.strain: the unit changed"),
        ("a narrowed signal", "valid: [0, 10]", "valid: [0, 9]", "signals.strain: the greatest valid value"),
    ];
    for (what, from, to, expected) in cases {
        let found = broken(from, to);
        assert!(found.iter().any(|message| message.contains(expected)), "{what}: found {found:?}");
    }
}

#[test]
fn a_contract_that_is_gone_is_found() {
    let found = compatibility::check(&registry(PARCEL), &Registry::default());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].to_string(), "ParcelWeighed/1: the released contract is gone");
}

#[test]
fn what_only_adds_or_widens_is_compatible() {
    let cases = [
        ("nothing", "post.events", "post.events"),
        (
            "a new optional field",
            "      - name: weight\n",
            "      - {name: height, logicalType: number, description: New.}\n      - name: weight\n",
        ),
        ("a wider range", "{minimum: 0, maximum: 50}", "{minimum: -1}"),
        ("more allowed values", "[S, M, L]", "[S, M, L, XL]"),
        ("no pattern", "{pattern: '^[0-9]+$'}", "{}"),
        ("longer lists", "maxItems: 10", "maxItems: 11"),
        ("a raised classification", "classification: confidential", "classification: restricted"),
        ("a wider signal", "valid: [0, 10]", "valid: [-1, 11]"),
        ("another judgement of what is usual", "expected: [1, 2]", "expected: [2, 3]"),
        ("better words", "description: The town.", "description: The town or village."),
    ];
    for (what, from, to) in cases {
        let found = broken(from, to);
        assert!(found.is_empty(), "{what}: found {found:?}");
    }
}

#[test]
fn a_new_version_may_differ_in_everything_but_the_topic() {
    let second = PARCEL
        .replace("ParcelWeighed.1", "ParcelWeighed.2")
        .replace("version: '1'", "version: '2'")
        .replace("name: parcelId", "name: parcel");
    let file = "post/ParcelWeighed-2.yaml";
    let both = Registry::read([(FILE, PARCEL), (file, second.as_str())].into_iter()).expect("two versions");
    assert!(compatibility::check(&registry(PARCEL), &both).is_empty());

    let elsewhere = second.replace("post.events", "letter.events");
    let refused = Registry::read([(FILE, PARCEL), (file, elsewhere.as_str())].into_iter());
    assert!(refused.is_err_and(|finding| finding.message.contains("share one topic")));
}

#[test]
fn a_contract_that_promises_what_nobody_checks_is_refused() {
    let cases = [
        ("an unknown option", "minItems: 1", "fewestItems: 1", "fewestItems"),
        ("an option of another type", "{format: uuid}", "{minimum: 3}", "do not belong to the type string"),
        ("an unknown property", "property: unit", "property: uint", "uint is not known"),
        (
            "an unknown class",
            "classification: confidential",
            "classification: secret",
            "`secret` is not a classification",
        ),
        ("an unknown type", "logicalType: timestamp", "logicalType: moment", "moment is not in use"),
        (
            "a list of nothing",
            "        items:\n",
            "        properties: []\n        customItems:\n",
            "customItems",
        ),
        ("a field twice", "name: size\n", "name: weight\n", "is there twice"),
        ("a field without a description", "description: Its size.", "description: ''", "has no description"),
        ("a partition key that is not there", "value: subject", "value: size", "neither `subject` nor"),
        ("an id that does not fit", "imsop.post.", "imsop.mail.", "the id must be"),
        ("a version that is none", "version: '1'", "version: '1.0'", "whole number"),
        ("another standard", "v3.1.0", "v2.2.0", "apiVersion v3.1.0"),
        ("a pattern that cannot be", "^[0-9]+$", "^[0-9+$", "no schema can be made"),
    ];
    for (what, from, to, expected) in cases {
        let text = changed(from, to);
        let refused = Registry::read([(FILE, text.as_str())].into_iter()).expect_err(what);
        assert!(refused.to_string().contains(expected), "{what}: {refused}");
    }
}

#[test]
fn a_folder_is_checked_released_and_then_kept_to() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join(FILE);
    fs::create_dir(folder.path().join("post"))?;
    fs::write(&file, PARCEL)?;
    let report = release(folder.path())?;
    assert_eq!((report.contracts, report.examples, report.released), (1, 2, 0));
    assert_eq!(check(folder.path())?.released, 1);

    fs::write(&file, changed("maximum: 50", "maximum: 40"))?;
    let report = check(folder.path())?;
    assert_eq!(report.findings[0].file, FILE);
    assert_eq!(report.findings[0].field.as_deref(), Some("weight"));
    assert!(matches!(release(folder.path()), Err(ContractError::NotReleasable(_))));
    let released = fs::read_to_string(folder.path().join("released").join(FILE))?;
    assert_eq!(released, PARCEL, "what was released stays");
    Ok(())
}

#[test]
fn a_check_tells_everything_that_is_wrong_at_once() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    fs::create_dir(folder.path().join("post"))?;
    let faulty = PARCEL
        .replace("weight: 1.5", "weight: 51")
        .replace("kind: ugly", "kind: normal")
        .replace("minItems: 1, maxItems: 10", "minItems: 11, maxItems: 10")
        .replace("expected: [1, 2]", "expected: [1, 20]");
    fs::write(folder.path().join(FILE), faulty)?;
    fs::write(folder.path().join("post/Broken-1.yaml"), "apiVersion: [")?;
    let report = check(folder.path())?;
    let told = report.to_string();
    for expected in [
        "post/Broken-1.yaml:",
        "has no ugly example",
        "weight: the example \"a small parcel\"",
        "stops: the lower bound lies above",
        "signals.strain: the expected range",
    ] {
        assert!(told.contains(expected), "{expected} is not in:\n{told}");
    }
    Ok(())
}
