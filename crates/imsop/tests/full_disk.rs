//! A disk without room: nothing is taken, everything can be read, and work goes on when there is room again.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use imsop_journal::DatabaseUrl;
use support::books::{open, the_books_are_right, the_journal_gives_the_same_states};
use support::buyers::Buyer;
use support::fleet::{Account, Crowd, Rush};
use support::server::{Plan, Server};
use support::{seed, times};
use tempfile::TempDir;

/// The size of the disk, in MiB: less than the write-ahead log may grow to before it is folded.
const DISK_MIB: u32 = 32;
/// What is left of it under the ballast, in bytes: enough for some more promises, so that it is the load that
/// fills it.
const LEFT: u64 = 300 * 1024;
/// Buyers at the same time.
const BUYERS: usize = 8;
/// Promises by which work is under way.
const SOME: usize = 50;

/// A small disk of its own.
struct SmallDisk {
    place: TempDir,
}

impl SmallDisk {
    /// Nothing where disks cannot be mounted, which is said.
    fn mount() -> Option<Self> {
        let place = tempfile::tempdir().unwrap();
        let size = format!("size={DISK_MIB}m");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(place.path()).output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self { place }),
            other => {
                println!("skipped: no disk can be mounted: {other:?}");
                None
            }
        }
    }

    fn path(&self) -> &Path {
        self.place.path()
    }

    fn ballast(&self) -> PathBuf {
        self.path().join("ballast")
    }

    /// Fills it, but for a little.
    fn fill(&self) {
        let mut ballast = File::create(self.ballast()).unwrap();
        let mut size = 0;
        loop {
            match ballast.write(&[0; 4_096]) {
                Ok(written) => size += written as u64,
                Err(error) if error.kind() == ErrorKind::StorageFull => break,
                Err(error) => panic!("{error}"),
            }
        }
        ballast.set_len(size.saturating_sub(LEFT)).unwrap();
    }

    /// Takes what was left as well.
    fn fill_up(&self) {
        let mut ballast = OpenOptions::new().append(true).open(self.ballast()).unwrap();
        while ballast.write(&[0; 4_096]).is_ok() {}
    }

    fn make_room(&self) {
        std::fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).status();
    }
}

/// Every database is sound, by SQLite's own judgement.
fn every_database_is_sound(folder: &Path) {
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_none_or(|extension| extension != "db") {
            continue;
        }
        let database = rusqlite::Connection::open(&file).unwrap();
        let verdict: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(verdict, "ok", "{}", file.display());
        count += 1;
    }
    assert!(count > 5, "there are databases");
}

async fn rush(url: &str) -> Rush {
    let buyer = Buyer::sign_in(url).await;
    let skus: Vec<String> = ["A", "B", "C"].map(str::to_owned).to_vec();
    for sku in &skus {
        buyer.receive(url, sku, 20_000).await;
    }
    let (urls, mortal) = (vec![url.to_owned()], Vec::new());
    Rush { buyer, urls, mortal, orders: "o".to_owned(), skus, insists: true, seed: seed() }
}

/// The disk runs full under load, stays so for a while, and has room again.
async fn the_disk_is_full_for_a_while(disk: &SmallDisk, crowd: &Crowd, rush: &Rush) {
    disk.fill();
    crowd.until_turned_away(2 * BUYERS).await;
    disk.fill_up();
    for _ in 0..5 {
        crowd.until_turned_away(BUYERS).await;
        for sku in &rush.skus {
            let figures = rush.buyer.figures(&rush.urls[0], sku).await;
            assert!(figures.reserved <= figures.on_hand, "{sku}: {figures:?}");
        }
    }
    assert!(!rush.buyer.is_let_in(&rush.urls[0]).await, "a session has no room either");
    disk.make_room();
    crowd.until_kept(SOME).await;
    assert!(rush.buyer.is_let_in(&rush.urls[0]).await);
}

/// The server dies while its disk is full.
async fn killed_on_the_full_disk(disk: &SmallDisk, server: Server, rush: &Rush) -> Account {
    let orders = format!("{}-last", rush.orders);
    let last =
        Rush { orders, mortal: rush.urls.clone(), insists: false, seed: rush.seed + 99, ..rush.clone() };
    let crowd = Crowd::begin(&last, BUYERS);
    disk.fill();
    crowd.until_turned_away(2 * BUYERS).await;
    server.kill();
    disk.make_room();
    crowd.end().await
}

/// What is left when the server has stopped is right.
async fn the_books_of(databases: PathBuf) {
    every_database_is_sound(&databases);
    let database = open(&DatabaseUrl::Sqlite(databases)).await;
    the_books_are_right(&database).await;
    the_journal_gives_the_same_states(&database).await;
    database.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_nothing_is_taken_and_everything_is_read_and_with_room_again_work_goes_on() {
    let Some(disk) = SmallDisk::mount() else { return };
    let plan = Plan::on(disk.path());
    let server = plan.start();
    let rush = rush(&server.url).await;
    let crowd = Crowd::begin(&rush, BUYERS);
    crowd.until_kept(SOME).await;
    for _ in 0..times(3, 10) {
        the_disk_is_full_for_a_while(&disk, &crowd, &rush).await;
    }
    let turned_away = crowd.turned_away();
    let mut account = crowd.end().await;
    println!("{:?} promised, refused, open; {turned_away} turned away; SEED={}", account.counts(), rush.seed);
    account.settle(&rush.buyer, &server.url).await;
    account.the_same_key_has_the_same_answer(&rush.buyer, &server.url, 50).await;
    account.the_stock_agrees(&rush.buyer, &server.url, "o", &rush.skus).await;
    every_database_is_sound(&plan.data().join("db"));
    account.merge(killed_on_the_full_disk(&disk, server, &rush).await);
    let server = plan.start();
    account.nothing_acknowledged_is_lost(&rush.buyer, &server.url, "o").await;
    account.settle(&rush.buyer, &server.url).await;
    account.the_stock_agrees(&rush.buyer, &server.url, "o", &rush.skus).await;
    server.kill();
    the_books_of(plan.data().join("db")).await;
}
