//! The import of a real delivery history, killed at random moments and run again.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use serde_json::Value;
use sha2::{Digest, Sha256};
use support::seed;
use support::server::{Plan, Server};

/// How often the import is killed.
const KILLS: u32 = 20;
/// How many of these run at the same time.
const AT_ONCE: u32 = 2;
/// The longest time that an import may run before it is killed, in milliseconds: about as long as it takes.
const LONGEST_LIFE: u64 = 9_000;

fn deliveries() -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("IMSOP_SHARED_DATA").map_or(own, PathBuf::from);
    let file = folder.join("scms/deliveries-2006-2013.csv");
    file.exists().then_some(file)
}

/// Starts a server on this folder, and signs in.
fn start(folder: &Path) -> Server {
    let server = Plan::on(folder).start();
    server.sign_in();
    server
}

/// What an import amounts to, however often it was begun.
fn totals(report: &Value) -> Value {
    let names = [
        "rowsRead",
        "rowsAccepted",
        "rowsQuarantined",
        "orders",
        "shipments",
        "ordersWithSeveralShipments",
        "lateLines",
        "totalValue",
        "totalQuantity",
    ];
    names
        .iter()
        .map(|name| ((*name).to_owned(), report[*name].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// A digest of everything that happened: each event's stream, version, type and payload.
fn journal(folder: &Path) -> (i64, String) {
    let file = folder.join("data/db/operations.db");
    let database = rusqlite::Connection::open(file).unwrap();
    let sql = "SELECT tenant, stream, version, event_type, json_extract(envelope, '$.data') FROM journal \
               ORDER BY tenant, stream, version";
    let mut digest = Sha256::new();
    let mut count = 0;
    let mut statement = database.prepare(sql).unwrap();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let text = |column: usize| row.get::<_, String>(column).unwrap();
        let (tenant, stream, kind, data) = (text(0), text(1), text(3), text(4));
        let version: i64 = row.get(2).unwrap();
        digest.update(format!("{tenant} {stream} {version} {kind} {data}\n"));
        count += 1;
    }
    (count, format!("{:x?}", digest.finalize()))
}

async fn finished(folder: &Path, server: Server, file: &Path) -> (Value, (i64, String)) {
    let output = server.import(file).wait_with_output().expect("the client ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("the report is JSON");
    server.kill();
    (totals(&report), journal(folder))
}

async fn killed_once(file: PathBuf, life: Duration) -> (Value, (i64, String)) {
    let folder = tempfile::tempdir().expect("there is room");
    let server = start(folder.path());
    let mut client = server.import(&file);
    tokio::time::sleep(life).await;
    server.kill();
    let _ = client.kill();
    let _ = client.wait();
    let server = start(folder.path());
    finished(folder.path(), server, &file).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_killed_at_any_moment_and_run_again_has_the_same_totals_and_the_same_journal() {
    let Some(file) = deliveries() else {
        println!("skipped: the delivery history is not there");
        return;
    };
    let folder = tempfile::tempdir().expect("there is room");
    let server = start(folder.path());
    let undisturbed = finished(folder.path(), server, &file).await;
    assert_eq!(undisturbed.0["rowsRead"], 7_754);
    assert_eq!(undisturbed.0["orders"], 4_959);
    assert_eq!(undisturbed.0["shipments"], 5_545);
    assert_eq!(undisturbed.0["lateLines"], 798);
    assert_eq!(undisturbed.0["ordersWithSeveralShipments"], 295);
    assert_eq!(undisturbed.0["totalValue"]["amount"], "1162428918.98");
    assert_eq!(undisturbed.0["totalQuantity"], "135310014");

    let seed = seed();
    let mut chance = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    let lives: Vec<Duration> =
        (0..KILLS).map(|_| Duration::from_millis(chance.random_range(0..LONGEST_LIFE))).collect();
    for pair in lives.chunks(AT_ONCE as usize) {
        let runs: Vec<_> = pair.iter().map(|life| tokio::spawn(killed_once(file.clone(), *life))).collect();
        for (run, life) in runs.into_iter().zip(pair) {
            let after = run.await.expect("the run ends");
            assert_eq!(after, undisturbed, "killed after {life:?}, SEED={seed}");
        }
    }
}
