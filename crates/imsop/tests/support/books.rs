//! The books of inventory as they are stored: whether they are right, and whether the journal says the same.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use imsop_inventory::MIGRATIONS;
use imsop_inventory::domain::account::Account;
use imsop_inventory::domain::{Inventory, State, Stock, lookup};
use imsop_journal::replay::replay;
use imsop_journal::{Database, DatabaseUrl, Domain};
use imsop_kernel::Decimal;

/// Opens them where they are.
pub async fn open(url: &DatabaseUrl) -> Database {
    Database::open(url, "inventory", MIGRATIONS).await.expect("the database opens")
}

/// The states as they are stored, by stream, as they are written.
pub async fn stored(database: &Database) -> BTreeMap<String, (i64, String)> {
    let tables: BTreeSet<&str> = Inventory.tables().iter().map(|table| table.table).collect();
    let mut stored = BTreeMap::new();
    for table in tables {
        let sql = format!("SELECT id, version, state FROM {table}");
        for row in database.fetch(&sql, vec![]).await.expect("it can be read") {
            let state =
                (row.int(1).expect("it can be read"), row.text(2).expect("it can be read").to_owned());
            stored.insert(row.text(0).expect("it can be read").to_owned(), state);
        }
    }
    stored
}

async fn replayed(database: &Database) -> BTreeMap<String, (i64, String)> {
    let mut replayed = BTreeMap::new();
    for ((_, stream), versioned) in replay(&Inventory, database).await.expect("it can be read") {
        let state = serde_json::to_string(&versioned.state.expect("it has a state")).expect("it can be read");
        replayed.insert(stream.id.to_string(), (versioned.version, state));
    }
    replayed
}

/// Folds the journal into nothing and compares with what is stored, byte for byte. On PostgreSQL the newest
/// events may take a moment while other tests write on the same server.
pub async fn the_journal_gives_the_same_states(database: &Database) {
    let stored = stored(database).await;
    for _ in 0..200 {
        if replayed(database).await == stored {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let replayed = replayed(database).await;
    for (stream, state) in &stored {
        assert_eq!(replayed.get(stream), Some(state), "{stream}");
    }
    assert_eq!(replayed.len(), stored.len());
}

/// A place of goods in the ledger: SKU, lot, site, account, bin and condition.
type Position = [String; 6];

fn state(text: &str) -> State {
    serde_json::from_str(text).expect("it can be read")
}

/// What the ledger says that lies at the sites.
async fn ledger(database: &Database) -> BTreeMap<Position, Decimal> {
    let sql = "SELECT sku, lot, quantity, from_site, from_account, from_bin, from_condition, \
               to_site, to_account, to_bin, to_condition FROM movements";
    let mut ledger: BTreeMap<Position, Decimal> = BTreeMap::new();
    for row in database.fetch(sql, vec![]).await.expect("it can be read") {
        let text = |column| row.maybe_text(column).expect("it can be read").unwrap_or_default().to_owned();
        let quantity: Decimal = text(2).parse().expect("it can be read");
        for (first, sign) in [(3, Decimal::NEGATIVE_ONE), (7, Decimal::ONE)] {
            let place = [text(0), text(1), text(first), text(first + 1), text(first + 2), text(first + 3)];
            *ledger.entry(place).or_default() += quantity * sign;
        }
    }
    let total: Decimal = ledger.values().sum();
    assert!(total.is_zero(), "the ledger is not balanced");
    let on_site = [Account::Receiving, Account::Storage, Account::Picked].map(Account::as_str);
    ledger.retain(|place, quantity| on_site.contains(&place[3].as_str()) && !quantity.is_zero());
    ledger
}

/// The ledger's balances are those of the stocks, nothing is negative, and what reservations hold is what
/// the stocks have promised.
pub async fn the_books_are_right(database: &Database) {
    let (mut lying, mut promised, mut held) = (BTreeMap::new(), Decimal::ZERO, Decimal::ZERO);
    for (_, (_, text)) in stored(database).await {
        match state(&text) {
            State::Stock(stock) => {
                promised += stock.reserved();
                assert!(stock.free(stock_day(&stock)) >= Decimal::ZERO);
                for lot in &stock.lots {
                    assert!(lot.reserved >= Decimal::ZERO && lot.reserved <= lot.on_hand(), "{stock:?}");
                    let number = lot.batch.lot.clone().unwrap_or_default();
                    for spot in &lot.spots {
                        assert!(spot.quantity > Decimal::ZERO, "{stock:?}");
                        let bin = spot.bin.clone().unwrap_or_default();
                        let (account, condition) = (spot.account.as_str(), spot.condition.as_str());
                        let place = [&stock.sku, &number, &stock.site, account, &bin, condition];
                        *lying.entry(place.map(str::to_owned)).or_default() += spot.quantity;
                    }
                }
            }
            State::Reservation(reservation) => {
                let allocations = reservation.lines.iter().flat_map(|line| &line.promised.allocations);
                held += allocations.map(|allocation| allocation.quantity).sum::<Decimal>();
            }
            _ => {}
        }
    }
    assert_eq!(held, promised, "what reservations hold is what stocks have promised");
    assert_eq!(ledger(database).await, lying, "the ledger's balances are the stocks'");
}

fn stock_day(stock: &Stock) -> imsop_kernel::Date {
    lookup::day_of(stock.updated_at)
}
