//! The invariants of a warehouse: its books are balanced, nothing in them is negative, what is promised is
//! there, and the journal says the same.

use std::collections::{BTreeMap, BTreeSet};

use imsop_inventory::domain::account::{Account, Batch};
use imsop_inventory::domain::lookup::day_of;
use imsop_inventory::domain::{Inventory, Reservation, ReservationStatus, State, Stock};
use imsop_journal::replay::replay;
use imsop_journal::{Database, Domain, StoreError};
use imsop_kernel::{Date, Decimal, Timestamp};

use crate::SimulationError;
use crate::checks::{Checked, Violation, violated};

/// A stored aggregate: its version, and its state as it is written.
type Written = (i64, String);
/// SKU, lot, serial number and owner.
type Goods = [String; 4];
/// Account, site, bin and condition.
type Position = [String; 4];
type Ledger = BTreeMap<Goods, BTreeMap<Position, Decimal>>;

/// Checks them all; gives the first that does not hold.
pub async fn check(database: &Database, now: Timestamp) -> Checked {
    let stored = stored(database).await?;
    let mut states = Vec::with_capacity(stored.len());
    for (_, text) in stored.values() {
        states.push(serde_json::from_str(text)?);
    }
    let today = day_of(now);
    if let Some(violation) = nothing_is_negative(&states, today) {
        return Ok(Some(violation));
    }
    if let Some(violation) = promises_are_kept(&states) {
        return Ok(Some(violation));
    }
    if let Some(violation) = ledger_is_right(&ledger(database).await?, &states) {
        return Ok(Some(violation));
    }
    the_journal_says_the_same(database, &stored).await
}

/// When all timers have gone off, nobody waits beside goods that are free, and what is low is known to be.
pub async fn nothing_is_left_to_do(database: &Database, now: Timestamp) -> Checked {
    let today = day_of(now);
    for (_, text) in stored(database).await?.values() {
        let State::Stock(stock) = serde_json::from_str(text)? else { continue };
        if stock.fillable(today).next().is_some() {
            return Ok(violated("nobody waits beside goods that are free", format!("{stock:?}")));
        }
        if stock.is_low(today) != stock.low_since.is_some() {
            return Ok(violated("what is low is known to be", format!("{stock:?}")));
        }
    }
    Ok(None)
}

/// The states as they are stored, by their ids.
async fn stored(database: &Database) -> Result<BTreeMap<String, Written>, StoreError> {
    let tables: BTreeSet<&str> = Inventory.tables().iter().map(|table| table.table).collect();
    let mut stored = BTreeMap::new();
    for table in tables {
        let rows = database.fetch(&format!("SELECT id, version, state FROM {table}"), vec![]).await?;
        for row in rows {
            stored.insert(row.text(0)?.to_owned(), (row.int(1)?, row.text(2)?.to_owned()));
        }
    }
    Ok(stored)
}

fn stocks(states: &[State]) -> impl Iterator<Item = &Stock> {
    states.iter().filter_map(|state| match state {
        State::Stock(stock) => Some(stock),
        _ => None,
    })
}

fn reservations(states: &[State]) -> impl Iterator<Item = &Reservation> {
    states.iter().filter_map(|state| match state {
        State::Reservation(reservation) => Some(reservation),
        _ => None,
    })
}

fn nothing_is_negative(states: &[State], today: Date) -> Option<Violation> {
    let mut blocked = BTreeSet::new();
    for state in states {
        if let State::Lot(card) = state
            && card.is_quarantined
        {
            blocked.insert((card.sku.as_str(), card.lot.as_str()));
        }
    }
    for stock in stocks(states) {
        let waits = stock.backorders.iter().map(|backorder| backorder.quantity);
        let expected = stock.expected.iter().map(|expected| expected.quantity);
        let spots = stock.lots.iter().flat_map(|lot| &lot.spots).map(|spot| spot.quantity);
        let is_low = |quantity: Decimal| quantity <= Decimal::ZERO;
        if waits.chain(expected).chain(spots).any(is_low) {
            return violated("nothing is negative", format!("{stock:?}"));
        }
        for lot in &stock.lots {
            let number = lot.batch.lot.as_deref().unwrap_or_default();
            let may_be_used =
                !lot.batch.is_expired(today) && !blocked.contains(&(stock.sku.as_str(), number));
            if lot.reserved < Decimal::ZERO || (may_be_used && lot.reserved > lot.usable(today)) {
                return violated("what is promised is there", format!("{stock:?}"));
            }
        }
    }
    None
}

fn goods(sku: &str, batch: &Batch) -> Goods {
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    [sku.to_owned(), text(&batch.lot), text(&batch.serial), text(&batch.owner)]
}

/// What is promised, picked and waited for, by site and goods, or by site, order and line.
#[derive(Default, PartialEq, Debug)]
struct Promises {
    promised: BTreeMap<(String, Goods), Decimal>,
    picked: BTreeMap<(String, Goods), Decimal>,
    waited: BTreeMap<[String; 4], Decimal>,
}

impl Promises {
    fn without_nothing(mut self) -> Self {
        self.promised.retain(|_, quantity| !quantity.is_zero());
        self.picked.retain(|_, quantity| !quantity.is_zero());
        self.waited.retain(|_, quantity| !quantity.is_zero());
        self
    }
}

fn of_reservations(states: &[State]) -> Promises {
    let mut promises = Promises::default();
    for reservation in reservations(states) {
        for line in &reservation.lines {
            let promised = &line.promised;
            let key = |batch| (reservation.site.clone(), goods(&promised.sku, batch));
            for allocation in &promised.allocations {
                *promises.promised.entry(key(&allocation.batch)).or_default() += allocation.quantity;
            }
            for allocation in &line.in_hand {
                *promises.picked.entry(key(&allocation.batch)).or_default() += allocation.quantity;
            }
            let waits = [&reservation.site, &promised.sku, &reservation.order_id, &promised.line_number];
            *promises.waited.entry(waits.map(String::clone)).or_default() += promised.backordered;
        }
    }
    promises.without_nothing()
}

fn of_stocks(states: &[State]) -> Promises {
    let mut promises = Promises::default();
    for stock in stocks(states) {
        for lot in &stock.lots {
            let key = (stock.site.clone(), goods(&stock.sku, &lot.batch));
            *promises.promised.entry(key.clone()).or_default() += lot.reserved;
            for spot in lot.spots.iter().filter(|spot| spot.account == Account::Picked) {
                *promises.picked.entry(key.clone()).or_default() += spot.quantity;
            }
        }
        for waits in &stock.backorders {
            let key = [&stock.site, &stock.sku, &waits.order_id, &waits.line_number];
            *promises.waited.entry(key.map(String::clone)).or_default() += waits.quantity;
        }
    }
    promises.without_nothing()
}

fn promises_are_kept(states: &[State]) -> Option<Violation> {
    let (held, reserved) = (of_reservations(states), of_stocks(states));
    if held != reserved {
        let detail = format!("reservations {held:?}, stocks {reserved:?}");
        return violated("active reservations hold what the stocks have promised", detail);
    }
    for reservation in reservations(states) {
        let may_have = matches!(reservation.status, ReservationStatus::Held | ReservationStatus::Confirmed);
        let has_some = reservation.lines.iter().any(|line| !line.promised.allocations.is_empty());
        if has_some && !may_have {
            return violated("what is over holds nothing", format!("{reservation:?}"));
        }
    }
    None
}

/// What each account holds of each kind of goods, as the rows of the ledger say.
async fn ledger(database: &Database) -> Result<Ledger, SimulationError> {
    let sql = "SELECT sku, lot, serial, owner, quantity, from_account, from_site, from_bin, from_condition, \
               to_account, to_site, to_bin, to_condition FROM movements";
    let mut ledger = Ledger::new();
    for row in database.fetch(sql, vec![]).await? {
        let text = |column| -> Result<String, StoreError> {
            Ok(row.maybe_text(column)?.unwrap_or_default().to_owned())
        };
        let quantity: Decimal = text(4)?.parse().map_err(|_| StoreError::Corrupt("a quantity".to_owned()))?;
        let accounts = ledger.entry([text(0)?, text(1)?, text(2)?, text(3)?]).or_default();
        for (first, sign) in [(5, Decimal::NEGATIVE_ONE), (9, Decimal::ONE)] {
            let position = [text(first)?, text(first + 1)?, text(first + 2)?, text(first + 3)?];
            *accounts.entry(position).or_default() += quantity * sign;
        }
    }
    Ok(ledger)
}

/// Each kind of goods is balanced over all accounts, what lies at sites is what the stocks say, and what is
/// on its way or gone is not less than nothing.
fn ledger_is_right(ledger: &Ledger, states: &[State]) -> Option<Violation> {
    let mut lying = Ledger::new();
    for stock in stocks(states) {
        for lot in &stock.lots {
            let accounts = lying.entry(goods(&stock.sku, &lot.batch)).or_default();
            for spot in &lot.spots {
                let bin = spot.bin.clone().unwrap_or_default();
                let place = [spot.account.as_str(), &stock.site, &bin, spot.condition.as_str()];
                *accounts.entry(place.map(str::to_owned)).or_default() += spot.quantity;
            }
        }
    }
    let gained = [Account::InTransit, Account::Shipped, Account::Scrap].map(Account::as_str);
    let on_site = [Account::Receiving, Account::Storage, Account::Picked].map(Account::as_str);
    for (goods, accounts) in ledger {
        if !accounts.values().sum::<Decimal>().is_zero() {
            return violated("the ledger balances to zero", format!("{goods:?}: {accounts:?}"));
        }
        let is_owing =
            |place: &Position, quantity: Decimal| gained.contains(&&*place[0]) && quantity < Decimal::ZERO;
        if accounts.iter().any(|(place, quantity)| is_owing(place, *quantity)) {
            return violated("nothing is negative", format!("{goods:?}: {accounts:?}"));
        }
        let mut there = accounts.clone();
        there.retain(|place, quantity| on_site.contains(&&*place[0]) && !quantity.is_zero());
        let stocks_say = lying.remove(goods).unwrap_or_default();
        if there != stocks_say {
            let detail = format!("{goods:?}: ledger {there:?}, stocks {stocks_say:?}");
            return violated("the ledger's balances are those of the stocks", detail);
        }
    }
    lying.retain(|_, accounts| !accounts.is_empty());
    if lying.is_empty() {
        return None;
    }
    violated("the ledger's balances are those of the stocks", format!("stocks alone say {lying:?}"))
}

/// The whole journal, folded into nothing, gives what is stored, byte for byte.
async fn the_journal_says_the_same(database: &Database, stored: &BTreeMap<String, Written>) -> Checked {
    let mut replayed = BTreeMap::new();
    for ((_, stream), versioned) in replay(&Inventory, database).await? {
        let Some(state) = versioned.state else { continue };
        replayed.insert(stream.id.to_string(), (versioned.version, serde_json::to_string(&*state)?));
    }
    if replayed == *stored {
        return Ok(None);
    }
    let differs = |id: &&String| replayed.get(*id) != stored.get(*id);
    let id = stored.keys().chain(replayed.keys()).find(differs).cloned().unwrap_or_default();
    let detail = format!("{id}: stored {:?}, replayed {:?}", stored.get(&id), replayed.get(&id));
    Ok(violated("the journal gives the same states, byte for byte", detail))
}
