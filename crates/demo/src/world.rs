//! The network as it lives: what happens at each step, by chance that a seed repeats.

mod history;

use std::collections::VecDeque;

use imsop_kernel::{GeoPoint, Tenant, Timestamp};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use crate::Options;
use crate::fleet::{FailureKind, Reefer};
use crate::intents::{self, Booking, Intent};
use crate::limits::{
    DELAY_EVERY, DELAY_LASTS, FAILURE_EVERY, FLEET, LATE_SHARE, LONGEST_GAP, ORDER_EVERY, POSITION_EVERY,
    SHIPMENTS_UNDER_WAY, SPARED,
};
use crate::network::{CUSTOMERS, LANES, Mode, PRODUCTS, SITES, delays};
use crate::route::Route;

const DAY: i64 = 86_400;

/// An open shipment, as the platform knows it.
#[derive(Debug, Clone)]
pub struct KnownShipment {
    /// Its number.
    pub number: String,
    /// Its state.
    pub status: String,
    /// How it travels.
    pub mode: String,
    /// Where it starts.
    pub origin: GeoPoint,
    /// Where it goes.
    pub destination: GeoPoint,
    /// Where it was seen last.
    pub current: Option<GeoPoint>,
    /// Its container, as a place in the fleet.
    pub reefer: Option<usize>,
}

/// Where a shipment of the network stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Moving,
    Delayed { until: i64 },
    OutForDelivery { until: i64 },
}

#[derive(Debug, Clone)]
struct Shipment {
    number: String,
    lane: usize,
    route: Route,
    /// How far it is, from 0 to 1.
    share: f64,
    stage: Stage,
    /// Its container, as a place in the fleet.
    reefer: Option<usize>,
    seen_at: i64,
}

/// An order on its way to its shipment: what is done next, and when.
#[derive(Debug, Clone)]
struct Plan {
    due: i64,
    intents: Vec<Intent>,
    departs: Option<Shipment>,
}

/// The network.
pub struct World {
    tenant: Tenant,
    speed: f64,
    chance: ChaCha8Rng,
    /// Part of all numbers of this life, so that two lives never share one.
    life: String,
    fleet: Vec<Reefer>,
    shipments: Vec<Shipment>,
    plans: VecDeque<Plan>,
    numbers: u32,
    stepped_at: i64,
    order_at: i64,
    failure_at: i64,
    delay_at: i64,
}

impl World {
    fn new(options: &Options, now: Timestamp) -> Self {
        let seconds = now.as_second();
        Self {
            tenant: options.tenant.clone(),
            speed: options.speed,
            chance: ChaCha8Rng::seed_from_u64(options.seed),
            life: format!("{:X}", seconds % 0x0FFF_FFFF),
            fleet: (0..FLEET).map(Reefer::new).collect(),
            shipments: Vec::new(),
            plans: VecDeque::new(),
            numbers: 0,
            stepped_at: seconds,
            order_at: seconds + 3,
            failure_at: seconds + 40,
            delay_at: seconds + 20,
        }
    }

    fn number(&mut self, prefix: &str) -> String {
        self.numbers += 1;
        format!("{prefix}-{}-{:04}", self.life, self.numbers)
    }

    fn pick(&mut self, count: usize) -> usize {
        self.chance.random_range(0..count)
    }

    /// One of these, each as often as it says in per cent.
    fn weighted<T: Copy>(&mut self, shares: &[(T, usize)]) -> T {
        let mut drawn = self.pick(shares.iter().map(|(_, share)| share).sum());
        for (choice, share) in shares {
            if drawn < *share {
                return *choice;
            }
            drawn -= share;
        }
        shares[0].0
    }

    fn lane_by(&mut self, mode: Mode) -> usize {
        let lanes: Vec<usize> = (0..LANES.len()).filter(|lane| LANES[*lane].mode == mode).collect();
        lanes[self.pick(lanes.len())]
    }

    /// The mode that the network has least of, beside what it should have.
    fn wanted_mode(&self) -> Mode {
        let lacking = |share: &(Mode, usize)| {
            let there = self.ahead().filter(|shipment| LANES[shipment.lane].mode == share.0).count();
            share.1 as i64 * SHIPMENTS_UNDER_WAY as i64 - there as i64 * 100
        };
        let mut wanted = Mode::SHARES[0];
        for share in &Mode::SHARES[1..] {
            if lacking(share) > lacking(&wanted) {
                wanted = *share;
            }
        }
        wanted.0
    }

    /// The shipments that are on their way, and those that are about to be.
    fn ahead(&self) -> impl Iterator<Item = &Shipment> {
        self.shipments.iter().chain(self.plans.iter().filter_map(|plan| plan.departs.as_ref()))
    }

    fn packs(&mut self) -> i64 {
        self.chance.random_range(20..600)
    }

    /// Orders, confirms and books.
    fn booked(
        &mut self,
        order: &str,
        number: &str,
        (lane, product, packs): (usize, usize, i64),
        ordered: Timestamp,
        promised: Timestamp,
    ) -> Vec<Intent> {
        let customer = CUSTOMERS[self.pick(CUSTOMERS.len())];
        let carrier = self.pick(6);
        let (lane, product) = (&LANES[lane], &PRODUCTS[product]);
        vec![
            intents::order(order, customer, lane, product, packs, ordered),
            intents::order_step(&self.tenant, order, "confirm", json!({})),
            intents::order_step(&self.tenant, order, "process", json!({})),
            intents::book(&Booking { number, order, lane, carrier, product, packs, promised }),
        ]
    }

    /// A free container that keeps what the goods need. Containers do not fly.
    fn container_for(&self, lane: usize, product: usize) -> Option<usize> {
        let range = PRODUCTS[product].temperatures.filter(|_| LANES[lane].mode != Mode::Air)?;
        let is_free = |place: usize| self.ahead().all(|shipment| shipment.reefer != Some(place));
        (0..self.fleet.len()).find(|place| self.fleet[*place].range == range && is_free(*place))
    }

    fn delay(&mut self, number: &str, lane: usize, now: Timestamp) -> Intent {
        let reasons = delays(LANES[lane].mode);
        let reason = reasons[self.pick(reasons.len())];
        let estimate = moment(now, self.chance.random_range(DAY..5 * DAY));
        let body = json!({ "reason": reason, "newEstimate": estimate.to_string() });
        intents::shipment_step(&self.tenant, number, "delay", body, now)
    }

    /// What happens between the last step and now.
    pub fn step(&mut self, now: Timestamp) -> Vec<Intent> {
        let seconds = now.as_second();
        let elapsed = (seconds - self.stepped_at).clamp(0, LONGEST_GAP);
        self.stepped_at = seconds;
        let mut done = Vec::new();
        self.new_order(now);
        self.follow_plans(seconds, &mut done);
        self.begin_failure(seconds);
        if seconds >= self.delay_at {
            self.delay_at = seconds + DELAY_EVERY;
            done.extend(self.begin_delay(now));
        }
        for place in 0..self.shipments.len() {
            done.extend(self.move_on(place, elapsed, now));
        }
        self.shipments.retain(|shipment| shipment.share <= 1.0);
        done
    }

    fn new_order(&mut self, now: Timestamp) {
        let seconds = now.as_second();
        if seconds < self.order_at || self.ahead().count() > SHIPMENTS_UNDER_WAY + 10 {
            return;
        }
        self.order_at = seconds + ORDER_EVERY;
        let mode = self.wanted_mode();
        let (lane, product, packs) = (self.lane_by(mode), self.pick(PRODUCTS.len()), self.packs());
        let (order, number) = (self.number("SO"), self.number("IM"));
        let (ordered, promised) = self.dates(lane, now);
        let mut steps = self.booked(&order, &number, (lane, product, packs), ordered, promised).into_iter();
        self.plans.extend(steps.next().map(|intent| plan(seconds, vec![intent])));
        if self.chance.random_bool(0.04) {
            let body = json!({ "reason": "Cancelled by the customer" });
            let cancel = intents::order_step(&self.tenant, &order, "cancel", body);
            self.plans.push_back(plan(seconds + 20, vec![cancel]));
            return;
        }
        for due in [10, 25, 40] {
            self.plans.extend(steps.next().map(|intent| plan(seconds + due, vec![intent])));
        }
        self.plan_departure(number, lane, Some(product), moment(now, 60));
    }

    /// When a new order was placed, and what was promised. Goods move faster here than the calendar does:
    /// what is to be late is an order that waited for goods.
    fn dates(&mut self, lane: usize, now: Timestamp) -> (Timestamp, Timestamp) {
        if self.chance.random_bool(LATE_SHARE) {
            let waited = self.chance.random_range(4 * DAY..9 * DAY);
            return (moment(now, -waited), moment(now, -self.chance.random_range(DAY..3 * DAY)));
        }
        (now, moment(now, travel_seconds(lane) + DAY))
    }

    fn plan_departure(&mut self, number: String, lane: usize, product: Option<usize>, at: Timestamp) {
        let route = lane_route(lane);
        let reefer = product.and_then(|product| self.container_for(lane, product));
        let mut departure = Vec::new();
        if let Some(reefer) = reefer {
            departure.push(intents::assign(&self.tenant, &self.fleet[reefer], &number, at));
        }
        let body = json!({ "location": route.at(0.0) });
        departure.push(intents::shipment_step(&self.tenant, &number, "depart", body, at));
        let (share, stage, seen_at) = (0.0, Stage::Moving, at.as_second());
        let shipment = Shipment { number, lane, route, share, stage, reefer, seen_at };
        self.plans.push_back(Plan { departs: Some(shipment), ..plan(at.as_second(), departure) });
    }

    fn follow_plans(&mut self, seconds: i64, done: &mut Vec<Intent>) {
        let (due, later): (VecDeque<Plan>, VecDeque<Plan>) =
            std::mem::take(&mut self.plans).into_iter().partition(|plan| plan.due <= seconds);
        self.plans = later;
        for plan in due {
            done.extend(plan.intents);
            self.shipments.extend(plan.departs);
        }
    }

    fn begin_failure(&mut self, seconds: i64) {
        if seconds < self.failure_at {
            return;
        }
        self.failure_at = seconds + FAILURE_EVERY + self.chance.random_range(0..FAILURE_EVERY / 2);
        let kind = self.weighted(&FailureKind::SHARES);
        self.fail(kind, seconds);
    }

    /// Something goes wrong with a container under way, if one is left that was well for long.
    fn fail(&mut self, kind: FailureKind, since: i64) {
        let travelling = self.shipments.iter().filter_map(|shipment| shipment.reefer);
        let well: Vec<usize> = travelling
            .filter(|place| {
                let reefer = &self.fleet[*place];
                reefer.failure.is_none() && since - reefer.failed_at > SPARED
            })
            .collect();
        if !well.is_empty() {
            let place = well[self.pick(well.len())];
            self.fleet[place].fail(kind, since);
        }
    }

    fn begin_delay(&mut self, now: Timestamp) -> Option<Intent> {
        let moving: Vec<usize> = (0..self.shipments.len())
            .filter(|place| {
                self.shipments[*place].stage == Stage::Moving && self.shipments[*place].share < 0.9
            })
            .collect();
        if moving.is_empty() {
            return None;
        }
        let place = moving[self.pick(moving.len())];
        self.shipments[place].stage = Stage::Delayed { until: now.as_second() + DELAY_LASTS };
        let (number, lane) = (self.shipments[place].number.clone(), self.shipments[place].lane);
        Some(self.delay(&number, lane, now))
    }

    fn move_on(&mut self, place: usize, elapsed: i64, now: Timestamp) -> Vec<Intent> {
        let seconds = now.as_second();
        let tenant = self.tenant.clone();
        let speed = self.speed;
        let shipment = &mut self.shipments[place];
        let mut done = Vec::new();
        match shipment.stage {
            Stage::Delayed { until } if seconds < until => return done,
            Stage::Delayed { .. } => {
                shipment.stage = Stage::Moving;
                done.push(intents::shipment_step(&tenant, &shipment.number, "resume", json!({}), now));
            }
            Stage::OutForDelivery { until } if seconds < until => return done,
            Stage::OutForDelivery { .. } => {
                // More than the whole way: it leaves the world.
                shipment.share = 2.0;
                done.push(intents::shipment_step(&tenant, &shipment.number, "deliver", json!({}), now));
                return done;
            }
            Stage::Moving => {}
        }
        let hours = elapsed as f64 * speed / 3_600.0;
        shipment.share += hours * LANES[shipment.lane].mode.speed() / shipment.route.length().max(1.0);
        if shipment.share >= 1.0 {
            shipment.share = 1.0;
            shipment.stage = Stage::OutForDelivery { until: seconds + 45 };
            let body = json!({ "location": shipment.route.at(1.0) });
            done.push(intents::shipment_step(&tenant, &shipment.number, "out-for-delivery", body, now));
            return done;
        }
        if seconds >= shipment.seen_at + POSITION_EVERY {
            shipment.seen_at = seconds;
            done.push(intents::position(&tenant, &shipment.number, shipment.route.at(shipment.share), now));
        }
        done
    }

    /// What the sensors of the fleet say now, but for those that are silent.
    pub fn readings(&mut self, now: Timestamp) -> Vec<Value> {
        let chance = &mut self.chance;
        self.fleet.iter_mut().filter_map(|reefer| reefer.reading(now, chance)).collect()
    }
}

fn moment(from: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_second(from.as_second() + seconds).unwrap_or(from)
}

fn plan(due: i64, intents: Vec<Intent>) -> Plan {
    Plan { due, intents, departs: None }
}

/// How long goods are on a lane, as in life.
fn travel_seconds(lane: usize) -> i64 {
    (lane_route(lane).length() / LANES[lane].mode.speed() * 3_600.0) as i64
}

fn lane_route(lane: usize) -> Route {
    let lane = &LANES[lane];
    let mut points = vec![SITES[lane.from].point()];
    points.extend(
        lane.via.iter().map(|(latitude, longitude)| GeoPoint { latitude: *latitude, longitude: *longitude }),
    );
    points.push(SITES[lane.to].point());
    Route::through(points)
}
