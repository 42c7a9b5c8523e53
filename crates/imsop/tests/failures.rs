//! Two processes on one PostgreSQL, and what may happen to all three of them while buyers are being served.
//!
//! Whatever happens, a buyer is told 201, 409, or 503 with a time to come back; only the connections of a
//! process that is killed may break. Sent again with the same key, everything settles, and the books are right.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::time::{Duration, Instant};

use imsop_journal::DatabaseUrl;
use imsop_testkit::PostgresServer;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use support::books::{open, the_books_are_right, the_journal_gives_the_same_states};
use support::buyers::{Buyer, Reply, Wish};
use support::fleet::{Account, Crowd, Rush};
use support::server::{Plan, Server};
use support::{seed, times};
use tempfile::TempDir;

/// Buyers at the same time, over all processes.
const BUYERS: usize = 12;
/// Pieces of each SKU: more than a test sells of most, less of some.
const SHELVES: [u32; 6] = [100_000, 100_000, 100_000, 100_000, 300, 50];
/// Promises after which a disturbance begins, and by which work has resumed after it.
const SOME: usize = 40;

/// Two processes that work on the same database, and the goods that they sell.
struct Fleet {
    database: String,
    plans: [Plan; 2],
    servers: [Option<Server>; 2],
    buyer: Buyer,
    skus: Vec<String>,
    seed: u64,
    _folder: TempDir,
}

impl Fleet {
    async fn start(database: String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let plan =
            |name: &str| Plan::on(&folder.path().join(name)).stock_only().with("IMSOP_DATABASE", &database);
        let plans = [plan("one"), plan("two")];
        let servers = [Some(plans[0].start()), Some(plans[1].start())];
        let url = servers[0].as_ref().unwrap().url.clone();
        let buyer = Buyer::sign_in(&url).await;
        let mut skus = Vec::new();
        for (shelf, pieces) in SHELVES.iter().enumerate() {
            let sku = format!("SKU-{shelf}");
            buyer.receive(&url, &sku, *pieces).await;
            skus.push(sku);
        }
        Self { database, plans, servers, buyer, skus, seed: seed(), _folder: folder }
    }

    fn urls(&self) -> Vec<String> {
        self.servers.iter().flatten().map(|server| server.url.clone()).collect()
    }

    fn rush(&self, orders: &str) -> Rush {
        Rush {
            buyer: self.buyer.clone(),
            urls: self.urls(),
            mortal: Vec::new(),
            orders: orders.to_owned(),
            skus: self.skus.clone(),
            insists: true,
            seed: self.seed,
        }
    }

    async fn begin(&self) -> Crowd {
        let crowd = Crowd::begin(&self.rush("o"), BUYERS);
        crowd.until_kept(SOME).await;
        crowd
    }

    async fn connection(&self) -> PgConnection {
        PgConnection::connect(&self.database).await.unwrap()
    }

    /// Lets all buyers finish, and checks that every process tells the same true story.
    async fn end(self, what: &str, crowd: Crowd) {
        crowd.until_kept(SOME).await;
        let turned_away = crowd.turned_away();
        let mut account = crowd.end().await;
        let [kept, short, unknown] = account.counts();
        println!(
            "{what}: {kept} promised, {short} refused, {turned_away} turned away, {unknown} not settled; SEED={}",
            self.seed
        );
        self.check(&mut account).await;
        drop(self.servers);
        let database = open(&DatabaseUrl::Postgres(self.database.clone())).await;
        the_books_are_right(&database).await;
        the_journal_gives_the_same_states(&database).await;
    }

    async fn check(&self, account: &mut Account) {
        for url in self.urls() {
            account.settle(&self.buyer, &url).await;
            account.the_same_key_has_the_same_answer(&self.buyer, &url, 20).await;
            account.the_stock_agrees(&self.buyer, &url, "o", &self.skus).await;
        }
    }
}

/// Two processes on a database of the shared server; nothing where there is no PostgreSQL.
async fn fleet() -> Option<Fleet> {
    let server = PostgresServer::shared()?;
    Some(Fleet::start(server.fresh_database().await).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgresql_that_is_stopped_at_once_and_started_again_loses_no_promise_and_makes_none_twice() {
    let Some(postgres) = PostgresServer::own() else { return };
    let fleet = Fleet::start(postgres.fresh_database().await).await;
    let crowd = fleet.begin().await;
    let stops = times(3, 50);
    for stop in 0..stops {
        postgres.stop_at_once().unwrap();
        // Sometimes it is back before anybody was told.
        if stop % 3 > 0 {
            crowd.until_turned_away(1).await;
            tokio::time::sleep(Duration::from_millis(u64::from(stop % 3) * 500)).await;
        }
        postgres.start_again().unwrap();
        crowd.until_kept(SOME).await;
    }
    assert!(crowd.turned_away() > 0, "it was away");
    fleet.end(&format!("PostgreSQL stopped {stops} times"), crowd).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_are_cut_under_load_lose_no_promise_and_make_none_twice() {
    let Some(fleet) = fleet().await else { return };
    let crowd = fleet.begin().await;
    let mut rival = fleet.connection().await;
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let cuts = times(20, 500);
    for _ in 0..cuts {
        sqlx::query(cut).fetch_all(&mut rival).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    fleet.end(&format!("connections cut {cuts} times"), crowd).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_processes_one_is_killed_again_and_again_and_the_other_one_keeps_all_promises() {
    let Some(mut fleet) = fleet().await else { return };
    let mut account = Account::default();
    let lives = times(5, 100);
    for life in 0..lives {
        let mut rush = fleet.rush(&format!("o-{life}"));
        rush.seed = rush.seed.wrapping_add(u64::from(life) * 1_000);
        rush.mortal.push(rush.urls[1].clone());
        let crowd = Crowd::begin(&rush, BUYERS);
        crowd.until_kept(SOME).await;
        fleet.servers[1].take().unwrap().kill();
        crowd.until_kept(SOME).await;
        account.merge(crowd.end().await);
        fleet.servers[1] = Some(fleet.plans[1].start());
    }
    let [kept, short, _] = account.counts();
    println!("killed {lives} times: {kept} promised, {short} refused; SEED={}", fleet.seed);
    fleet.check(&mut account).await;
    let database = open(&DatabaseUrl::Postgres(fleet.database.clone())).await;
    drop(fleet);
    the_books_are_right(&database).await;
    the_journal_gives_the_same_states(&database).await;
}

/// Lets what is written to the journal fail as PostgreSQL lets writers fail that get in each other's way: at
/// once, or not before the commit.
async fn get_in_the_way(rival: &mut PgConnection, code: &str, share: f64, at_commit: bool) {
    let (kind, moment) = match at_commit {
        true => ("CONSTRAINT TRIGGER", "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"),
        false => ("TRIGGER", "FOR EACH STATEMENT"),
    };
    let sql = format!(
        "CREATE OR REPLACE FUNCTION inventory.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
         IF random() < {share} THEN RAISE EXCEPTION 'made to fail' USING ERRCODE = '{code}'; END IF; \
         RETURN NULL; END $$; \
         DROP TRIGGER IF EXISTS fail ON inventory.journal; \
         CREATE {kind} fail AFTER INSERT ON inventory.journal {moment} EXECUTE FUNCTION inventory.fail()"
    );
    rival.execute(AssertSqlSafe(sql)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn serialisation_failures_and_deadlocks_are_tried_again_and_the_rest_is_told_to_come_later() {
    let Some(fleet) = fleet().await else { return };
    let crowd = fleet.begin().await;
    let mut rival = fleet.connection().await;
    get_in_the_way(&mut rival, "40001", 0.2, false).await;
    crowd.until_kept(SOME).await;
    assert_eq!(crowd.turned_away(), 0, "one in five is tried again unseen");
    for (code, at_commit) in [("40001", false), ("40P01", false), ("40001", true)] {
        get_in_the_way(&mut rival, code, 0.95, at_commit).await;
        crowd.until_turned_away(5).await;
    }
    rival.execute("DROP TRIGGER fail ON inventory.journal").await.unwrap();
    fleet.end("serialisation failures", crowd).await;
}

async fn count(rival: &mut PgConnection, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(rival).await.unwrap()
}

/// Takes the table of the stock, waits until a process wants it, and then wants the lock of the whole
/// context, of which that process has its share.
async fn deadlock(rival: &mut PgConnection) {
    // It is the process that looks first whether they wait for each other, and so is the one that gives in.
    rival.execute("SET deadlock_timeout = '1h'").await.unwrap();
    let mut transaction = rival.begin().await.unwrap();
    transaction.execute("LOCK TABLE inventory.stock IN ACCESS EXCLUSIVE MODE").await.unwrap();
    // Somebody who only looks at the stock has no lock that the rival wants.
    let waiting = "SELECT COUNT(*) FROM pg_locks wanted JOIN pg_locks held ON held.pid = wanted.pid \
                   WHERE wanted.relation = 'inventory.stock'::regclass AND NOT wanted.granted \
                   AND held.locktype = 'advisory' AND held.granted";
    let began = Instant::now();
    while count(&mut transaction, waiting).await == 0 {
        assert!(began.elapsed() < Duration::from_secs(30), "nobody wants the stock");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    transaction.execute("SELECT pg_advisory_xact_lock(hashtext('inventory'), -1)").await.unwrap();
    transaction.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_the_victim_of_a_deadlock_decides_again_and_its_caller_does_not_see_it() {
    let Some(fleet) = fleet().await else { return };
    let mut rival = fleet.connection().await;
    let lines = fleet.skus.iter().map(|sku| (sku.clone(), 1)).collect();
    let wish = Wish { order: "o-wide".to_owned(), lines, in_batch: false };
    let (buyer, url) = (fleet.buyer.clone(), fleet.urls().remove(0));
    let asked = {
        let wish = wish.clone();
        tokio::spawn(async move {
            // The rival has its locks first.
            tokio::time::sleep(Duration::from_millis(300)).await;
            buyer.reserve(&url, &[wish]).await
        })
    };
    deadlock(&mut rival).await;
    let replies = asked.await.unwrap();
    assert!(matches!(&replies[..], [Reply::Kept(_)]), "{replies:?}");
    let mut account = Account::default();
    account.note(vec![wish], replies);
    fleet.check(&mut account).await;
    // What a session has counted is seen a moment later.
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    for _ in 0..200 {
        if count(&mut rival, deadlocks).await > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("there was no deadlock");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_that_is_sent_to_both_processes_at_once_is_kept_once_and_answered_alike() {
    let Some(fleet) = fleet().await else { return };
    let (buyer, urls) = (&fleet.buyer, fleet.urls());
    let mut chance = ChaCha8Rng::seed_from_u64(fleet.seed);
    // Of the shelves that run out on the way, so that some are refused.
    let scarce = &fleet.skus[4..];
    let mut account = Account::default();
    for number in 0..times(150, 2_000) {
        let wishes = [Wish::of_chance(format!("o-{number}"), scarce, false, &mut chance)];
        let (one, two) = tokio::join!(buyer.reserve(&urls[0], &wishes), buyer.reserve(&urls[1], &wishes));
        assert_eq!(one, two, "SEED={}", fleet.seed);
        account.note(wishes.to_vec(), one);
    }
    let [kept, short, _] = account.counts();
    println!("sent twice at once: {kept} promised, {short} refused; SEED={}", fleet.seed);
    assert!(kept > 0 && short > 0, "there is enough for some");
    fleet.check(&mut account).await;
}
