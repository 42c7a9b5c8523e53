//! What holds after any sequence of commands, with repetitions and time that passes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on failed")]

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use imsop_contracts::Registry;
use imsop_inventory::domain::account::{Account, Batch, Condition};
use imsop_inventory::domain::command::ReserveForOrder;
use imsop_inventory::domain::event::Approval;
use imsop_inventory::domain::{Command, Inventory, ReservationStatus, State, Stock};
use imsop_journal::{Domain, DomainEvent};
use imsop_kernel::ids::Kind;
use imsop_kernel::{Decimal, StreamId, Uuid};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use support::*;

const SITES: [&str; 2] = ["S1", "S2"];
const SKUS: [&str; 2] = ["A", "B"];
const ORDERS: [&str; 4] = ["O", "P", "Q", "R"];
/// Two lots, one of which expires after a few days, and goods without a lot.
const LOTS: [Option<&str>; 3] = [Some("L"), Some("M"), None];
const SERIALS: [Option<&str>; 5] = [None, None, None, None, Some("SN-1")];
const BINS: [Option<&str>; 2] = [Some("B1"), None];
const CONDITIONS: [Option<&str>; 5] = [None, None, Some("available"), Some("quarantined"), Some("blocked")];

/// A step of a sequence: a command, one that names a document by the order of its making, or time.
#[derive(Debug, Clone)]
enum Step {
    Do(Command),
    Arrive(usize),
    Approve(usize),
    Reject(usize),
    Pass(i64),
}

fn expiry_of(lot: Option<&str>) -> Option<&'static str> {
    (lot == Some("M")).then_some("2026-03-05")
}

prop_compose! {
    /// Goods at a place, with their quantity.
    fn any_goods()(
        sku in select(&SKUS), quantity in 1..8_i64, lot in select(&LOTS), bin in select(&BINS),
        condition in select(&CONDITIONS), serial in select(&SERIALS)
    ) -> Value {
        let quantity = if serial.is_some() { 1 } else { quantity };
        json!({ "sku": sku, "quantity": ea(quantity), "lot": lot, "serial": serial, "bin": bin,
            "condition": condition })
    }
}

fn some_goods() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(any_goods(), 1..3)
}

fn coming() -> impl Strategy<Value = Command> {
    let reference = select(&[None, Some("PO-1")]);
    let received = (select(&SITES), reference, some_goods()).prop_map(|(site, reference, mut lines)| {
        for line in &mut lines {
            line["expiry"] = json!(expiry_of(line["lot"].as_str()));
        }
        Command::Receive(body(json!({ "site": site, "reference": reference, "lines": lines })))
    });
    let returned = (select(&SITES), some_goods())
        .prop_map(|(site, lines)| Command::Return(body(json!({ "site": site, "lines": lines }))));
    let expected = Just(expect("PO-1", "2026-03-04", 6));
    let point = (select(&SITES), select(&SKUS), 1..9_i64)
        .prop_map(|(site, sku, quantity)| reorder_point(site, sku, ea(quantity)));
    let defined = Just(define("A", "EA", json!([{ "unit": "CT", "holds": "6" }])));
    prop_oneof![8 => received, 2 => returned, 1 => expected, 1 => point, 1 => defined]
}

fn moving() -> impl Strategy<Value = Command> {
    let moved = (select(&SITES), some_goods()).prop_map(|(site, mut lines)| {
        for line in &mut lines {
            line["toBin"] = json!("B2");
        }
        Command::Move(body(json!({ "site": site, "lines": lines })))
    });
    let sent = (0..2_usize, some_goods())
        .prop_map(|(from, lines)| dispatch(SITES[from], SITES[1 - from], json!(lines)));
    let direction = select(&["increase", "decrease", "scrap", "damage", "quarantine", "fit"]);
    let corrected = (select(&SITES), some_goods(), direction).prop_map(|(site, mut lines, direction)| {
        for line in &mut lines {
            line["direction"] = json!(direction);
        }
        Command::Adjust(body(json!({ "site": site, "reason": "so it is", "lines": lines })))
    });
    let counted = (select(&SITES), any_goods()).prop_map(|(site, mut line)| {
        line["counted"] = line["quantity"].take();
        line.as_object_mut().unwrap().remove("quantity");
        Command::Count(body(json!({ "site": site, "lines": [line] })))
    });
    prop_oneof![1 => moved, 1 => sent, 2 => corrected, 1 => counted]
}

fn promising() -> impl Strategy<Value = Command> {
    let line = (select(&SKUS), 1..9_i64, select(&[None, None, Some("L")]));
    let lines = prop::collection::vec(line, 1..3).prop_map(|lines| {
        let line = |(sku, quantity, lot)| json!({ "sku": sku, "quantity": ea(quantity), "lot": lot });
        lines.into_iter().map(line).collect::<Vec<_>>()
    });
    let policy = select(&["allOrNothing", "partial"]);
    let strategy = select(&["firstExpiredFirstOut", "firstInFirstOut"]);
    let terms = (policy, strategy, select(&SITES));
    let held = (select(&ORDERS), lines, terms).prop_map(|(order, lines, (policy, strategy, site))| {
        let terms = json!({ "policy": policy, "strategy": strategy, "site": site });
        reserve_lines(order, json!(lines), terms)
    });
    let wanted = (select(&SKUS), select(&["1", "2", "8", "1.5"]), select(&["EA", "EA", "CT"]));
    let placed = (select(&ORDERS), prop::collection::vec(wanted, 1..3), any::<bool>());
    let placed = placed.prop_map(|(order, lines, has_site)| {
        let line = |(sku, value, unit)| json!({ "sku": sku, "quantity": { "value": value, "unit": unit } });
        Command::ReserveForOrder(ReserveForOrder {
            order_id: order.to_owned(),
            sites: if has_site { vec!["S1".to_owned(), "S2".to_owned()] } else { vec![] },
            lines: body(lines.into_iter().map(line).collect()),
        })
    });
    let ended = (select(&ORDERS), 0..4).prop_map(|(order, which)| match which {
        0 => release(order),
        1 => expire(order),
        2 => Command::ReleaseAll { ids: vec![reservation_id(order)], reason: "cancelled".to_owned() },
        _ => confirm(order),
    });
    prop_oneof![3 => held, 1 => placed, 2 => ended]
}

fn leaving() -> impl Strategy<Value = Command> {
    (select(&ORDERS), 0..5, 1..4_i64).prop_map(|(order, which, quantity)| match which {
        0 => confirm(order),
        1 => pick_all(order),
        2 => pick(order, json!([{ "lineNumber": "1", "quantity": ea(quantity) }])),
        3 => pack(order),
        _ => ship(order),
    })
}

fn blocking() -> impl Strategy<Value = Command> {
    (select(&["L", "M"]), any::<bool>())
        .prop_map(|(lot, blocks)| if blocks { quarantine(lot) } else { release_lot(lot) })
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => coming().prop_map(Step::Do),
        4 => moving().prop_map(Step::Do),
        8 => promising().prop_map(Step::Do),
        8 => leaving().prop_map(Step::Do),
        1 => blocking().prop_map(Step::Do),
        2 => (0..4_usize).prop_map(Step::Arrive),
        2 => (0..4_usize).prop_map(Step::Approve),
        1 => (0..4_usize).prop_map(Step::Reject),
        1 => (1..40_i64).prop_map(Step::Pass),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(any_step(), 1..80)
}

/// The document of this kind that was made at that place in the order.
fn made(world: &World, kind: Kind, place: usize) -> Uuid {
    let mut streams: Vec<StreamId> = world.states().map(|(stream, _)| stream).collect();
    streams.retain(|stream| stream.kind == kind);
    streams.sort_unstable();
    streams.get(place).map_or(Uuid::from_u128(404), |stream| stream.id)
}

fn take(world: &mut World, step: &Step) {
    let command = match step {
        Step::Do(command) => command.clone(),
        Step::Arrive(place) => arrive(made(world, Kind::Transfer, *place)),
        Step::Approve(place) => Command::ApproveCount { id: made(world, Kind::Count, *place) },
        Step::Reject(place) => {
            let reason = "nobody believes it".to_owned();
            Command::RejectCount { id: made(world, Kind::Count, *place), reason }
        }
        Step::Pass(hours) => return world.pass(*hours),
    };
    let _ = world.attempt(&command);
}

fn check_stock(world: &World, stock: &Stock) {
    let today = world.today();
    for lot in &stock.lots {
        assert!(lot.spots.iter().all(|spot| spot.quantity > Decimal::ZERO), "less than nothing: {stock:?}");
        assert!(lot.reserved >= Decimal::ZERO, "less than nothing is promised: {stock:?}");
        let is_blocked = lot.batch.is_expired(today)
            || lot.batch.lot.as_ref().is_some_and(|number| world.lot(&stock.sku, number).is_quarantined);
        assert!(is_blocked || lot.reserved <= lot.usable(today), "more is promised than there is: {stock:?}");
        let is_expired = lot.batch.is_expired(today);
        assert!(is_expired || lot.reserved <= lot.keeps(), "more is promised than is kept for it: {stock:?}");
        assert_eq!(lot.free(today), (lot.usable(today) - lot.reserved).max(Decimal::ZERO));
    }
    assert!(stock.backorders.iter().all(|waits| waits.quantity > Decimal::ZERO), "{stock:?}");
    assert!(stock.expected.iter().all(|expected| expected.quantity > Decimal::ZERO), "{stock:?}");
}

/// What all reservations together were promised, by site and goods, and what they wait for.
#[derive(Default, PartialEq, Debug)]
struct Promises {
    reserved: BTreeMap<(String, String, Batch), Decimal>,
    picked: BTreeMap<(String, String, Batch), Decimal>,
    waited: BTreeMap<(String, String, String), Decimal>,
}

fn without_expiry(batch: &Batch) -> Batch {
    Batch { expiry: None, ..batch.clone() }
}

fn promises_of_reservations(world: &World) -> Promises {
    let mut promises = Promises::default();
    for (_, state) in world.states() {
        let State::Reservation(reservation) = state else { continue };
        for line in &reservation.lines {
            let promised = &line.promised;
            let key = |batch| (reservation.site.clone(), promised.sku.clone(), without_expiry(batch));
            for allocation in &promised.allocations {
                *promises.reserved.entry(key(&allocation.batch)).or_default() += allocation.quantity;
            }
            for allocation in &line.in_hand {
                *promises.picked.entry(key(&allocation.batch)).or_default() += allocation.quantity;
            }
            if !promised.backordered.is_zero() {
                let key = (reservation.order_id.clone(), promised.sku.clone(), promised.line_number.clone());
                *promises.waited.entry(key).or_default() += promised.backordered;
            }
        }
    }
    promises
}

fn promises_of_stocks(world: &World) -> Promises {
    let mut promises = Promises::default();
    for (_, state) in world.states() {
        let State::Stock(stock) = state else { continue };
        for lot in &stock.lots {
            let key = (stock.site.clone(), stock.sku.clone(), without_expiry(&lot.batch));
            if !lot.reserved.is_zero() {
                promises.reserved.insert(key.clone(), lot.reserved);
            }
            for spot in lot.spots.iter().filter(|spot| spot.account == Account::Picked) {
                *promises.picked.entry(key.clone()).or_default() += spot.quantity;
            }
        }
        for waits in &stock.backorders {
            let key = (waits.order_id.clone(), stock.sku.clone(), waits.line_number.clone());
            *promises.waited.entry(key).or_default() += waits.quantity;
        }
    }
    promises
}

fn check_reservations(world: &World) {
    for (_, state) in world.states() {
        let State::Reservation(reservation) = state else { continue };
        let has_allocations = reservation.lines.iter().any(|line| !line.promised.allocations.is_empty());
        let may_have = matches!(reservation.status, ReservationStatus::Held | ReservationStatus::Confirmed);
        assert!(!has_allocations || may_have, "nobody can pick or release what is promised: {reservation:?}");
        for line in &reservation.lines {
            assert!(
                line.promised.reserved + line.promised.backordered <= line.promised.requested,
                "{line:?}"
            );
        }
    }
}

/// The ledger of all movements is balanced, and its balances on site are those of the stocks.
fn check_ledger(world: &World) {
    let mut of_stocks: BTreeMap<(String, Batch), BTreeMap<Position, Decimal>> = BTreeMap::new();
    for (_, state) in world.states() {
        let State::Stock(stock) = state else { continue };
        for lot in &stock.lots {
            let accounts = of_stocks.entry((stock.sku.clone(), without_expiry(&lot.batch))).or_default();
            for spot in &lot.spots {
                let site = Some(stock.site.clone());
                *accounts.entry((spot.account, site, spot.bin.clone(), spot.condition)).or_default() +=
                    spot.quantity;
            }
        }
    }
    for (goods, accounts) in world.ledger() {
        assert!(accounts.values().sum::<Decimal>().is_zero(), "{goods:?} is not balanced: {accounts:?}");
        let in_transit = accounts.iter().filter(|((account, ..), _)| *account == Account::InTransit);
        assert!(in_transit.into_iter().all(|(_, quantity)| *quantity >= Decimal::ZERO), "{accounts:?}");
        let mut on_site = accounts;
        on_site.retain(|(account, ..), quantity| account.is_on_site() && !quantity.is_zero());
        assert_eq!(on_site, of_stocks.remove(&goods).unwrap_or_default(), "{goods:?}");
    }
    of_stocks.retain(|_, accounts| !accounts.is_empty());
    assert!(of_stocks.is_empty(), "stock that never came: {of_stocks:?}");
}

/// A quarantined lot lies nowhere as available, and only its goods are blocked.
fn check_blocked_lots(world: &World) {
    for (_, state) in world.states() {
        let State::Stock(stock) = state else { continue };
        for lot in &stock.lots {
            let Some(number) = &lot.batch.lot else { continue };
            let never = match world.lot(&stock.sku, number).is_quarantined {
                true => Condition::Available,
                false => Condition::Blocked,
            };
            assert!(lot.spots.iter().all(|spot| spot.condition != never), "{stock:?}");
        }
    }
}

/// A piece with a serial number is there once, and its card knows.
fn check_serials(world: &World) {
    let mut there: BTreeMap<(String, String), Decimal> = BTreeMap::new();
    for ((sku, batch), accounts) in world.ledger() {
        let Some(serial) = batch.serial else { continue };
        let held = accounts.iter().filter(|((account, ..), _)| account.is_held());
        *there.entry((sku, serial)).or_default() += held.map(|(_, quantity)| *quantity).sum::<Decimal>();
    }
    for ((sku, serial), quantity) in there {
        let stream = imsop_inventory::domain::lookup::serial_of(&tenant(), &sku, &serial);
        let Some(State::Serial(card)) = world.state(stream) else { panic!("no card of {serial}") };
        let expected = if card.is_here { Decimal::ONE } else { Decimal::ZERO };
        assert_eq!(quantity, expected, "{card:?}");
    }
}

/// What stocks take to be under a count is what counts wait to book, and no place is in two of them.
fn check_counts(world: &World) {
    let (mut of_counts, mut of_stocks) = (Vec::new(), Vec::new());
    for (stream, state) in world.states() {
        match state {
            State::Count(count) if count.approval == Approval::Pending => {
                for line in count.lines.iter().filter(|line| !line.variance.is_zero()) {
                    let place =
                        (count.site.clone(), line.sku.clone(), without_expiry(&line.batch), line.bin.clone());
                    of_counts.push((place, stream.id));
                }
            }
            State::Stock(stock) => {
                for known in &stock.under_count {
                    let place = (
                        stock.site.clone(),
                        stock.sku.clone(),
                        without_expiry(&known.batch),
                        known.bin.clone(),
                    );
                    of_stocks.push((place, known.count_id));
                }
            }
            _ => {}
        }
    }
    of_counts.sort();
    of_stocks.sort();
    assert_eq!(of_counts, of_stocks);
    for pair in of_counts.windows(2) {
        assert!(pair[0].0 != pair[1].0 || pair[0].1 == pair[1].1, "two counts wait for one place: {pair:?}");
    }
}

/// No more has come of a document than is tolerated.
fn check_advices(world: &World) {
    for (_, state) in world.states() {
        let State::Advice(advice) = state else { continue };
        for (sku, come) in &advice.come {
            let most = advice.announced(sku) * Decimal::new(11, 1);
            assert!(*come <= most, "{come} of {most}: {advice:?}");
        }
    }
}

fn check_world(world: &World) {
    for (_, state) in world.states() {
        if let State::Stock(stock) = state {
            check_stock(world, stock);
        }
    }
    assert_eq!(promises_of_reservations(world), promises_of_stocks(world));
    check_reservations(world);
    check_ledger(world);
    check_blocked_lots(world);
    check_advices(world);
    check_counts(world);
    check_serials(world);
}

/// The states that the journal leads to, each event written and read back.
fn folded(world: &World) -> BTreeMap<StreamId, Arc<State>> {
    let mut states: BTreeMap<StreamId, Arc<State>> = BTreeMap::new();
    for entry in &world.journal {
        let written = serde_json::to_string(&entry.event).unwrap();
        let read = Inventory.read_event(entry.event.name(), entry.event.version(), &written).unwrap();
        assert_eq!(read, entry.event, "an event that is read is the one that was written");
        let before = states.remove(&entry.stream).map(Arc::unwrap_or_clone);
        states.insert(entry.stream, Arc::new(Inventory.evolve(before, &read, entry.moment)));
        for also in Inventory.also(&tenant(), &read) {
            let before = states.remove(&also.stream).map(Arc::unwrap_or_clone).or(also.seed);
            let Some(before) = before else { continue };
            states.insert(also.stream, Arc::new(Inventory.evolve_also(before, &read, entry.moment)));
        }
    }
    states
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_commands_breaks_what_must_hold(steps in steps()) {
        let mut world = World::new();
        for step in &steps {
            take(&mut world, step);
            check_world(&world);
        }
    }

    #[test]
    fn a_command_that_comes_twice_breaks_nothing(steps in steps()) {
        let mut world = World::new();
        for step in &steps {
            take(&mut world, step);
            take(&mut world, step);
            check_world(&world);
        }
    }

    #[test]
    fn every_event_keeps_its_contract(steps in steps()) {
        let mut world = World::new();
        for step in &steps {
            take(&mut world, step);
        }
        for entry in &world.journal {
            let payload = serde_json::to_value(&entry.event).unwrap();
            let faults = Registry::embedded().validate(entry.event.name(), entry.event.version(), &payload);
            prop_assert!(faults.is_empty(), "{}: {:?} in {}", entry.event.name(), faults, payload);
        }
    }

    #[test]
    fn the_events_give_the_states_again(steps in steps()) {
        let mut world = World::new();
        for step in &steps {
            take(&mut world, step);
        }
        let folded = folded(&world);
        for (stream, state) in world.states() {
            prop_assert_eq!(folded.get(&stream).map(Arc::as_ref), Some(state), "{}", stream);
            let written = serde_json::to_string(state).unwrap();
            prop_assert_eq!(&serde_json::from_str::<State>(&written).unwrap(), state);
        }
        prop_assert_eq!(folded.len(), world.states().count());
    }
}
