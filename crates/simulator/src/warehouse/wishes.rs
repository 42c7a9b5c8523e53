//! What clients of a warehouse wish, as chance has it.

use imsop_inventory::domain::command::{DefineItem, ReserveForOrder, SetReorderPoint};
use imsop_inventory::domain::lookup::{lot_of, reservation_of};
use imsop_inventory::domain::{Command, Inventory};
use imsop_journal::Environment;
use imsop_kernel::ids::Kind;
use imsop_kernel::{Timestamp, Uuid};
use imsop_testkit::submissions::demo;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::chance::Chance;
use crate::clients::Clients;
use crate::process::Surroundings;

const SITES: [&str; 2] = ["S1", "S2"];
const SKUS: [&str; 2] = ["A", "B"];
const ORDERS: u64 = 14;
/// Two lots that expire while the storm lasts, one that does not, and goods without a lot.
const LOTS: [(Option<&str>, Option<&str>); 4] =
    [(None, None), (Some("L"), None), (Some("M"), Some("2026-01-03")), (Some("N"), Some("2026-01-05"))];
const BINS: [Option<&str>; 2] = [None, Some("B1")];
const CONDITIONS: [Option<&str>; 4] = [None, None, None, Some("quarantined")];

type Wished = Result<Command, serde_json::Error>;

fn body<T: DeserializeOwned>(json: Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(json)
}

/// Any command, on a few sites, SKUs and orders, so that they meet.
pub fn any_command(around: &Surroundings, clients: &Clients<Inventory>) -> Wished {
    let dice = Dice { chance: &around.chance, now: around.environment.now() };
    match dice.chance.below(33) {
        0..7 => dice.coming(),
        7..14 => dice.promising(),
        14..21 => dice.ending_or_leaving(),
        21..25 => dice.correcting(),
        25..28 => dice.moving(),
        28 => Ok(Command::ReceiveTransfer { id: dice.made(clients, Kind::Transfer), body: body(json!({}))? }),
        29 => Ok(Command::ApproveCount { id: dice.made(clients, Kind::Count) }),
        30 => {
            let reason = "nobody believes it".to_owned();
            Ok(Command::RejectCount { id: dice.made(clients, Kind::Count), reason })
        }
        31 => Ok(dice.blocking()),
        _ => dice.describing(),
    }
}

/// What somebody wishes who uses a key of others.
pub fn theft() -> Wished {
    let line = json!({ "sku": "A", "quantity": ea(1_000) });
    Ok(Command::Receive(body(json!({ "site": "S1", "lines": [line] }))?))
}

fn ea(value: u64) -> Value {
    json!({ "value": value.to_string(), "unit": "EA" })
}

struct Dice<'a> {
    chance: &'a Chance,
    now: Timestamp,
}

impl Dice<'_> {
    fn of<T: Copy>(&self, choices: &[T]) -> T {
        choices[self.chance.below(choices.len() as u64) as usize]
    }

    fn order(&self) -> String {
        format!("O{}", self.chance.below(ORDERS))
    }

    fn reservation(&self) -> Uuid {
        reservation_of(&demo(), &self.order()).id
    }

    /// Goods at a place: a few pieces, or one with a serial number.
    fn goods(&self) -> Value {
        if self.chance.happens(0.1) {
            let serial = self.of(&["1", "2", "3"]);
            return json!({ "sku": "C", "quantity": ea(1), "serial": serial, "bin": self.of(&BINS) });
        }
        let (lot, _) = self.of(&LOTS);
        json!({ "sku": self.of(&SKUS), "quantity": ea(1 + self.chance.below(8)), "lot": lot,
                "bin": self.of(&BINS), "condition": self.of(&CONDITIONS) })
    }

    /// One line or two.
    fn lines(&self, line: impl Fn() -> Value) -> Value {
        if self.chance.happens(0.4) { json!([line(), line()]) } else { json!([line()]) }
    }

    fn coming(&self) -> Wished {
        let lines = self.lines(|| {
            let mut line = self.goods();
            let expiry = LOTS.iter().find(|(lot, _)| *lot == line["lot"].as_str()).and_then(|(_, day)| *day);
            line["expiry"] = json!(expiry);
            line
        });
        let site = self.of(&SITES);
        if self.chance.happens(0.15) {
            let lines = self.lines(|| self.goods());
            return Ok(Command::Return(body(json!({ "site": site, "lines": lines }))?));
        }
        let reference = self.of(&[None, None, Some("PO-1")]);
        Ok(Command::Receive(body(json!({ "site": site, "reference": reference, "lines": lines }))?))
    }

    fn promising(&self) -> Wished {
        let wanted = || {
            json!({ "sku": self.of(&["A", "A", "B", "B", "C"]), "quantity": ea(1 + self.chance.below(9)),
                    "lot": self.of(&[None, None, None, Some("L")]) })
        };
        let lines = self.lines(wanted);
        if self.chance.happens(0.3) {
            let mut lines = lines;
            if self.chance.happens(0.2) {
                // Nobody can give half a piece.
                lines[0]["quantity"]["value"] = json!("1.5");
            }
            let sites: &[&str] = self.of(&[&["S1", "S2"], &["S2", "S1"], &["S2"], &[]]);
            let sites = sites.iter().map(|site| (*site).to_owned()).collect();
            let lines = body(lines)?;
            return Ok(Command::ReserveForOrder(ReserveForOrder { order_id: self.order(), sites, lines }));
        }
        let hours = i64::try_from(self.chance.below(30)).unwrap_or(0) + 1;
        let ends = self.now + jiff::SignedDuration::from_hours(hours);
        Ok(Command::Reserve(body(json!({
            "orderId": self.order(), "site": self.of(&SITES), "lines": lines,
            "policy": self.of(&["allOrNothing", "partial"]),
            "strategy": self.of(&["firstExpiredFirstOut", "firstInFirstOut"]),
            "expiresAt": ends.to_string(),
        }))?))
    }

    fn ending_or_leaving(&self) -> Wished {
        let id = self.reservation();
        match self.chance.below(9) {
            0 | 1 => Ok(Command::Confirm { id }),
            2 => Ok(Command::Release { id, reason: None }),
            3 => {
                let ids = vec![id, self.reservation()];
                Ok(Command::ReleaseAll { ids, reason: "the order was cancelled".to_owned() })
            }
            4 | 5 => Ok(Command::Pick(body(json!({ "reservationId": id }))?)),
            6 => {
                let line = json!({ "lineNumber": "1", "quantity": ea(1 + self.chance.below(3)) });
                Ok(Command::Pick(body(json!({ "reservationId": id, "lines": [line] }))?))
            }
            7 => Ok(Command::Pack(body(json!({ "reservationId": id, "packages": [{ "number": "P1" }] }))?)),
            _ => Ok(Command::Ship(body(json!({ "reservationId": id }))?)),
        }
    }

    fn correcting(&self) -> Wished {
        let site = self.of(&SITES);
        if self.chance.happens(0.4) {
            let lines = self.lines(|| {
                let mut line = self.goods();
                let quantity = line["quantity"].take();
                json!({ "sku": line["sku"], "counted": quantity, "lot": line["lot"], "serial": line["serial"],
                        "bin": line["bin"] })
            });
            return Ok(Command::Count(body(json!({ "site": site, "lines": lines }))?));
        }
        let lines = self.lines(|| {
            let mut line = self.goods();
            line["direction"] = json!(self.of(&["increase", "decrease", "scrap", "damage"]));
            line
        });
        Ok(Command::Adjust(body(json!({ "site": site, "reason": "found it so", "lines": lines }))?))
    }

    fn moving(&self) -> Wished {
        let lines = self.lines(|| self.goods());
        if self.chance.happens(0.5) {
            let (from, to) = if self.chance.happens(0.5) { ("S1", "S2") } else { ("S2", "S1") };
            let transfer = json!({ "fromSite": from, "toSite": to, "lines": lines });
            return Ok(Command::DispatchTransfer(body(transfer)?));
        }
        let lines = self.lines(|| {
            let mut line = self.goods();
            line["toBin"] = json!("B2");
            line
        });
        Ok(Command::Move(body(json!({ "site": self.of(&SITES), "lines": lines }))?))
    }

    fn blocking(&self) -> Command {
        let id = lot_of(&demo(), self.of(&SKUS), self.of(&["L", "M", "N"])).id;
        if self.chance.happens(0.4) {
            return Command::QuarantineLot { id, reason: "a complaint".to_owned() };
        }
        Command::ReleaseLot { id, reason: "a false alarm".to_owned() }
    }

    fn describing(&self) -> Wished {
        let sku = self.of(&SKUS);
        match self.chance.below(3) {
            0 => {
                let packs = json!([{ "unit": "CT", "holds": "6" }]);
                let item: DefineItem = body(json!({ "unit": "EA", "packs": packs }))?;
                Ok(Command::DefineItem(DefineItem { sku: sku.to_owned(), ..item }))
            }
            1 => {
                let quantity = ea(1 + self.chance.below(9));
                let point = body(json!({ "site": self.of(&SITES), "quantity": quantity }))?;
                Ok(Command::SetReorderPoint(SetReorderPoint { sku: sku.to_owned(), ..point }))
            }
            _ => Ok(Command::ExpectReceipt(body(json!({ "reference": "PO-1", "site": self.of(&SITES),
                "due": "2026-01-04", "lines": [{ "sku": sku, "quantity": ea(6) }] }))?)),
        }
    }

    /// A document of this kind that some client was told of; otherwise one that does not exist.
    fn made(&self, clients: &Clients<Inventory>, kind: Kind) -> Uuid {
        let mut made = Vec::new();
        for wish in clients.wishes.values() {
            let changes = wish.accepted.iter().flatten();
            made.extend(changes.map(|(stream, ..)| *stream).filter(|stream| stream.kind == kind));
        }
        if made.is_empty() {
            return Uuid::from_u128(404);
        }
        self.of(&made).id
    }
}
