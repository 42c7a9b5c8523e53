//! Many buyers at once, servers that die under them, and the account of what was promised to whom.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use imsop_kernel::Decimal;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;
use tokio::task::JoinHandle;

use super::buyers::{Buyer, Reply, Wish, promised};

/// Most wishes in one batch.
const BATCH: usize = 8;
/// How long a wish may take until it is settled, whatever happens.
const SETTLED: Duration = Duration::from_secs(60);
/// How long a buyer waits who was told to come later: less than advised, to be hard on the server.
const PAUSE: Duration = Duration::from_millis(100);

/// What all buyers were told of one shelf of goods.
#[derive(Default)]
pub struct Account {
    kept: BTreeMap<String, (Wish, Value)>,
    short: BTreeSet<String>,
    unknown: Vec<Wish>,
}

impl Account {
    /// Writes down what a buyer was told.
    pub fn note(&mut self, wishes: Vec<Wish>, replies: Vec<Reply>) {
        for (wish, reply) in wishes.into_iter().zip(replies) {
            match reply {
                Reply::Kept(reservation) => {
                    self.kept.insert(wish.order.clone(), (wish, reservation));
                }
                Reply::Short => {
                    self.short.insert(wish.order);
                }
                Reply::Later | Reply::Broken => self.unknown.push(wish),
                Reply::TooFast => panic!("{wish:?}: nobody is as fast as that"),
            }
        }
    }

    /// Takes over what another one says.
    pub fn merge(&mut self, other: Self) {
        self.kept.extend(other.kept);
        self.short.extend(other.short);
        self.unknown.extend(other.unknown);
    }

    /// Promised, refused, unknown.
    pub fn counts(&self) -> [usize; 3] {
        [self.kept.len(), self.short.len(), self.unknown.len()]
    }

    /// Every promise that was acknowledged is there, whole; what else is there was asked for.
    pub async fn nothing_acknowledged_is_lost(&self, buyer: &Buyer, url: &str, orders: &str) {
        let there = buyer.reservations(url, &format!("{orders}-")).await;
        for (order, (wish, _)) in &self.kept {
            let reservation =
                there.get(order).unwrap_or_else(|| panic!("{order} was acknowledged and is lost"));
            assert_eq!(reservation["status"], "Held");
            assert_eq!(promised(reservation), wish.pieces(), "{order}");
        }
        let unknown: BTreeMap<&str, &Wish> =
            self.unknown.iter().map(|wish| (wish.order.as_str(), wish)).collect();
        for (order, reservation) in there.iter().filter(|(order, _)| !self.kept.contains_key(*order)) {
            let wish =
                unknown.get(order.as_str()).unwrap_or_else(|| panic!("{order} was refused and is there"));
            assert_eq!(promised(reservation), wish.pieces(), "{order} is there in part");
        }
    }

    /// Sends what nobody knows the outcome of again, with the same keys, until it is known.
    pub async fn settle(&mut self, buyer: &Buyer, url: &str) {
        let began = Instant::now();
        while !self.unknown.is_empty() {
            assert!(began.elapsed() < SETTLED, "{} wishes do not settle", self.unknown.len());
            let (together, alone): (Vec<Wish>, Vec<Wish>) =
                std::mem::take(&mut self.unknown).into_iter().partition(|wish| wish.in_batch);
            for wishes in together.chunks(BATCH).chain(alone.chunks(BATCH)) {
                let replies = buyer.reserve(url, wishes).await;
                assert!(!replies.contains(&Reply::Broken), "nobody ended the server");
                if replies.contains(&Reply::Later) {
                    tokio::time::sleep(PAUSE).await;
                }
                self.note(wishes.to_vec(), replies);
            }
        }
    }

    /// Whoever sends again what was acknowledged gets the same answer, and nothing more.
    pub async fn the_same_key_has_the_same_answer(&self, buyer: &Buyer, url: &str, most: usize) {
        for (wish, reservation) in self.kept.values().take(most) {
            let replies = buyer.reserve(url, std::slice::from_ref(wish)).await;
            assert_eq!(replies, [Reply::Kept(reservation.clone())]);
        }
    }

    /// When nothing is unknown: exactly the promises that were acknowledged are there, and they are what
    /// the stock says is promised.
    pub async fn the_stock_agrees(&self, buyer: &Buyer, url: &str, orders: &str, skus: &[String]) {
        assert!(self.unknown.is_empty());
        self.nothing_acknowledged_is_lost(buyer, url, orders).await;
        let mut held: BTreeMap<String, Decimal> = BTreeMap::new();
        for (wish, _) in self.kept.values() {
            for (sku, pieces) in wish.pieces() {
                *held.entry(sku).or_default() += pieces;
            }
        }
        for sku in skus {
            let figures = buyer.figures(url, sku).await;
            assert_eq!(figures.reserved, held.remove(sku).unwrap_or_default(), "{sku}: {figures:?}");
            assert!(figures.reserved >= Decimal::ZERO && figures.reserved <= figures.on_hand, "{figures:?}");
            assert_eq!(figures.available, figures.on_hand - figures.reserved, "{sku}");
        }
        assert!(held.is_empty(), "promised from other shelves: {held:?}");
    }
}

/// Buyers who go on until they are told to stop.
pub struct Crowd {
    stop: Arc<AtomicBool>,
    kept: Arc<AtomicUsize>,
    later: Arc<AtomicUsize>,
    buyers: Vec<JoinHandle<Account>>,
}

/// What a crowd wants, and from whom.
#[derive(Clone)]
pub struct Rush {
    /// Who asks.
    pub buyer: Buyer,
    /// The servers; a buyer who is turned away asks the next one.
    pub urls: Vec<String>,
    /// The servers whose process is ended while they are asked: their connections may break.
    pub mortal: Vec<String>,
    /// What the numbers of their orders begin with.
    pub orders: String,
    /// What is bought.
    pub skus: Vec<String>,
    /// Whether a buyer sends again what was not answered, or goes away.
    pub insists: bool,
    /// What the buyers' chances come from.
    pub seed: u64,
}

impl Crowd {
    /// Sends so many buyers.
    pub fn begin(rush: &Rush, buyers: usize) -> Self {
        let mut crowd =
            Self { stop: Arc::default(), kept: Arc::default(), later: Arc::default(), buyers: Vec::new() };
        for number in 0..buyers {
            let one = One {
                rush: rush.clone(),
                number,
                chance: ChaCha8Rng::seed_from_u64(rush.seed.wrapping_add(number as u64)),
                stop: crowd.stop.clone(),
                kept: crowd.kept.clone(),
                later: crowd.later.clone(),
            };
            crowd.buyers.push(tokio::spawn(one.buy()));
        }
        crowd
    }

    /// Waits until so many more wishes are kept.
    pub async fn until_kept(&self, more: usize) {
        self.until_more(&self.kept, more, "work does not resume").await;
    }

    /// Waits until so many more wishes are turned away with a 503.
    pub async fn until_turned_away(&self, more: usize) {
        self.until_more(&self.later, more, "nobody is turned away").await;
    }

    async fn until_more(&self, count: &AtomicUsize, more: usize, or_else: &str) {
        let wanted = count.load(Ordering::Relaxed) + more;
        let began = Instant::now();
        while count.load(Ordering::Relaxed) < wanted {
            assert!(began.elapsed() < SETTLED, "{or_else}");
            assert!(!self.buyers.iter().any(JoinHandle::is_finished), "a buyer got a wrong answer");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// How many wishes were answered with a 503 so far.
    pub fn turned_away(&self) -> usize {
        self.later.load(Ordering::Relaxed)
    }

    /// Lets everybody finish, and tells what they were told.
    pub async fn end(self) -> Account {
        self.stop.store(true, Ordering::Relaxed);
        let mut account = Account::default();
        for buyer in self.buyers {
            account.merge(buyer.await.expect("every answer is one that a buyer may get"));
        }
        account
    }
}

/// One of a crowd.
struct One {
    rush: Rush,
    number: usize,
    chance: ChaCha8Rng,
    stop: Arc<AtomicBool>,
    kept: Arc<AtomicUsize>,
    later: Arc<AtomicUsize>,
}

impl One {
    async fn buy(mut self) -> Account {
        let mut account = Account::default();
        for turn in 0.. {
            let wishes = self.wishes(turn);
            let replies = self.ask(&wishes, turn).await;
            let is_turned_off = !self.rush.insists && replies.contains(&Reply::Broken);
            account.note(wishes, replies);
            if is_turned_off || self.stop.load(Ordering::Relaxed) {
                break;
            }
        }
        account
    }

    fn wishes(&mut self, turn: usize) -> Vec<Wish> {
        let in_batch = self.chance.random_bool(0.2);
        let count = if in_batch { self.chance.random_range(2..=BATCH) } else { 1 };
        let mut wishes = Vec::with_capacity(count);
        for place in 0..count {
            let order = format!("{}-{}-{turn}-{place}", self.rush.orders, self.number);
            wishes.push(Wish::of_chance(order, &self.rush.skus, in_batch, &mut self.chance));
        }
        wishes
    }

    /// Asks one server after the other until all wishes are settled, if the buyer is one who insists.
    async fn ask(&self, wishes: &[Wish], turn: usize) -> Vec<Reply> {
        let began = Instant::now();
        for attempt in 0.. {
            let url = &self.rush.urls[(self.number + turn + attempt) % self.rush.urls.len()];
            let replies = self.rush.buyer.reserve(url, wishes).await;
            let later = replies.iter().filter(|reply| **reply == Reply::Later).count();
            let broken = replies.iter().filter(|reply| **reply == Reply::Broken).count();
            assert!(broken == 0 || self.rush.mortal.contains(url), "{url} broke a connection and is alive");
            self.later.fetch_add(later, Ordering::Relaxed);
            if !self.rush.insists || later + broken == 0 {
                let kept = replies.iter().filter(|reply| matches!(reply, Reply::Kept(_))).count();
                self.kept.fetch_add(kept, Ordering::Relaxed);
                return replies;
            }
            assert!(began.elapsed() < SETTLED, "{wishes:?} do not settle");
            tokio::time::sleep(PAUSE).await;
        }
        Vec::new()
    }
}
