//! The network as it lives: what happens at each step, by chance that a seed repeats.

use std::collections::VecDeque;

use imsop_kernel::{GeoPoint, Tenant, Timestamp};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use crate::Options;
use crate::fleet::{Failure, Reefer};
use crate::intents::{self, Booking, Intent};
use crate::limits::{
    DELAY_EVERY, DELAY_LASTS, DELIVERED_BEFORE, FAILURE_EVERY, FLEET, ORDER_EVERY, POSITION_EVERY,
    SHIPMENTS_UNDER_WAY,
};
use crate::network::{CUSTOMERS, DELAYS, LANES, PRODUCTS, SITES};
use crate::route::Route;

const DAY: i64 = 86_400;

/// An open shipment, as the platform knows it.
#[derive(Debug, Clone)]
pub struct KnownShipment {
    /// Its number.
    pub number: String,
    /// Its state.
    pub status: String,
    /// Where it starts.
    pub origin: GeoPoint,
    /// Where it goes.
    pub destination: GeoPoint,
    /// Where it was seen last.
    pub current: Option<GeoPoint>,
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
            life: format!("{:X}", seconds / 60 % 0x00FF_FFFF),
            fleet: (0..FLEET).map(Reefer::new).collect(),
            shipments: Vec::new(),
            plans: VecDeque::new(),
            numbers: 0,
            stepped_at: seconds,
            order_at: seconds + 3,
            failure_at: seconds + 25,
            delay_at: seconds + 20,
        }
    }

    /// A new network, and everything that happened in it before now.
    pub fn with_history(options: &Options, now: Timestamp) -> (Self, Vec<Intent>) {
        let mut world = Self::new(options, now);
        let mut history: Vec<Intent> = world.fleet.iter().map(intents::register).collect();
        for _ in 0..DELIVERED_BEFORE {
            history.extend(world.delivered_before(now));
        }
        for place in 0..SHIPMENTS_UNDER_WAY {
            history.extend(world.under_way(place, now));
        }
        (world, history)
    }

    /// A network that goes on where the platform knows it to be.
    pub fn that_goes_on(options: &Options, known: &[KnownShipment], now: Timestamp) -> Self {
        let mut world = Self::new(options, now);
        for shipment in known.iter().filter(|shipment| shipment.status != "Created") {
            let route = Route::through(vec![shipment.origin, shipment.destination]);
            let nearest = (0..LANES.len()).min_by(|one, other| {
                world.lane_misfit(*one, shipment).total_cmp(&world.lane_misfit(*other, shipment))
            });
            let lane = nearest.unwrap_or_default();
            let route = if world.lane_misfit(lane, shipment) < 50.0 { lane_route(lane) } else { route };
            let share = shipment.current.map_or(0.0, |point| route.nearest(point));
            let stage = match shipment.status.as_str() {
                "Delayed" => Stage::Delayed { until: now.as_second() + DELAY_LASTS },
                "OutForDelivery" => Stage::OutForDelivery { until: now.as_second() + 30 },
                _ => Stage::Moving,
            };
            let number = shipment.number.clone();
            let seen_at = now.as_second();
            world.shipments.push(Shipment { number, lane, route, share, stage, reefer: None, seen_at });
        }
        world
    }

    /// How far the ends of a lane are from those of a shipment, in kilometres.
    fn lane_misfit(&self, lane: usize, shipment: &KnownShipment) -> f64 {
        let lane = &LANES[lane];
        crate::route::distance(SITES[lane.from].point(), shipment.origin)
            + crate::route::distance(SITES[lane.to].point(), shipment.destination)
    }

    fn number(&mut self, prefix: &str) -> String {
        self.numbers += 1;
        format!("{prefix}-{}-{:04}", self.life, self.numbers)
    }

    fn pick(&mut self, count: usize) -> usize {
        self.chance.random_range(0..count)
    }

    /// An order of the past with its shipment, delivered on some day of the last weeks.
    fn delivered_before(&mut self, now: Timestamp) -> Vec<Intent> {
        let (lane, product, packs) = (self.pick(LANES.len()), self.pick(PRODUCTS.len()), self.packs());
        let (order, number) = (self.number("SO"), self.number("IM"));
        let ordered = moment(now, -self.chance.random_range(12 * DAY..30 * DAY));
        let departed = moment(ordered, self.chance.random_range(DAY..3 * DAY));
        let travelled = self.chance.random_range(DAY..8 * DAY);
        let delivered = moment(departed, travelled);
        let is_late = self.chance.random_bool(0.12);
        let slack = if is_late {
            -self.chance.random_range(DAY..3 * DAY)
        } else {
            self.chance.random_range(0..2 * DAY)
        };
        let promised = moment(delivered, slack);
        let mut done = self.booked(&order, &number, (lane, product, packs), ordered, promised);
        let start = SITES[LANES[lane].from].point();
        let body = json!({ "departedAt": departed.to_string(), "location": start });
        done.push(intents::shipment_step(&self.tenant, &number, "depart", body, departed));
        let body = json!({ "deliveredAt": delivered.to_string() });
        done.push(intents::shipment_step(&self.tenant, &number, "deliver", body, delivered));
        done
    }

    /// A shipment that is somewhere on its way now.
    fn under_way(&mut self, place: usize, now: Timestamp) -> Vec<Intent> {
        // Ships are slow: most of what is on the way at any moment is at sea.
        let lane = if place % 3 == 2 { self.pick(LANES.len()) } else { self.pick(15) };
        let (product, packs) = (self.pick(PRODUCTS.len()), self.packs());
        let (order, number) = (self.number("SO"), self.number("IM"));
        let share = self.chance.random_range(0.05..0.92);
        let route = lane_route(lane);
        let travelled = (route.length() * share / LANES[lane].mode.speed() * 3_600.0) as i64;
        let departed = moment(now, -travelled - 600);
        let ordered = moment(departed, -self.chance.random_range(DAY..4 * DAY));
        let left = (route.length() * (1.0 - share) / LANES[lane].mode.speed() * 3_600.0) as i64;
        let is_late = self.chance.random_bool(0.12);
        let promised = if is_late { moment(now, -DAY - left / 8) } else { moment(now, left + DAY) };
        let mut done = self.booked(&order, &number, (lane, product, packs), ordered, promised);
        let body = json!({ "departedAt": departed.to_string(), "location": route.at(0.0) });
        done.push(intents::shipment_step(&self.tenant, &number, "depart", body, departed));
        for step in 1..=6 {
            let part = f64::from(step) / 6.0;
            let at = moment(departed, (travelled as f64 * part) as i64);
            done.push(intents::position(&self.tenant, &number, route.at(share * part), at));
        }
        let reefer = self.container_for(product);
        if let Some(reefer) = reefer {
            done.push(intents::assign(&self.tenant, &self.fleet[reefer], &number, now));
        }
        let mut stage = Stage::Moving;
        if place % 14 == 5 {
            stage = Stage::Delayed { until: now.as_second() + DELAY_LASTS + place as i64 };
            done.push(self.delay(&number, now));
        }
        let seen_at = now.as_second() + place as i64 % POSITION_EVERY;
        self.shipments.push(Shipment { number, lane, route, share, stage, reefer, seen_at });
        done
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

    /// A free container that keeps what the goods need.
    fn container_for(&self, product: usize) -> Option<usize> {
        let range = PRODUCTS[product].temperatures?;
        let is_free = |place: &usize| self.shipments.iter().all(|shipment| shipment.reefer != Some(*place));
        let is_planned = |place: &usize| {
            let mut planned = self.plans.iter().filter_map(|plan| plan.departs.as_ref());
            planned.any(|shipment| shipment.reefer == Some(*place))
        };
        (0..self.fleet.len())
            .find(|place| self.fleet[*place].range == range && is_free(place) && !is_planned(place))
    }

    fn delay(&mut self, number: &str, now: Timestamp) -> Intent {
        let reason = DELAYS[self.pick(DELAYS.len())];
        let estimate = moment(now, self.chance.random_range(DAY..5 * DAY));
        let body = json!({ "reason": reason, "newEstimate": estimate.to_string() });
        intents::shipment_step(&self.tenant, number, "delay", body, now)
    }

    /// What happens between the last step and now.
    pub fn step(&mut self, now: Timestamp) -> Vec<Intent> {
        let seconds = now.as_second();
        let elapsed = (seconds - self.stepped_at).clamp(0, 60);
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
        if seconds < self.order_at || self.shipments.len() + self.plans.len() / 2 > SHIPMENTS_UNDER_WAY + 10 {
            return;
        }
        self.order_at = seconds + ORDER_EVERY;
        let (lane, product, packs) = (self.pick(LANES.len()), self.pick(PRODUCTS.len()), self.packs());
        let (order, number) = (self.number("SO"), self.number("IM"));
        let route = lane_route(lane);
        let travel = (route.length() / LANES[lane].mode.speed() * 3_600.0) as i64;
        let promised = moment(now, travel + DAY);
        let mut steps = self.booked(&order, &number, (lane, product, packs), now, promised).into_iter();
        let plan = |due: i64, intents: Vec<Intent>, departs: Option<Shipment>| Plan {
            due: seconds + due,
            intents,
            departs,
        };
        self.plans.extend(steps.next().map(|intent| plan(0, vec![intent], None)));
        if self.chance.random_bool(0.04) {
            let body = json!({ "reason": "Cancelled by the customer" });
            let cancel = intents::order_step(&self.tenant, &order, "cancel", body);
            self.plans.push_back(plan(20, vec![cancel], None));
            return;
        }
        for due in [10, 25, 40] {
            self.plans.extend(steps.next().map(|intent| plan(due, vec![intent], None)));
        }
        let mut departure = Vec::new();
        let reefer = self.container_for(product);
        if let Some(reefer) = reefer {
            departure.push(intents::assign(&self.tenant, &self.fleet[reefer], &number, now));
        }
        let body = json!({ "location": route.at(0.0) });
        departure.push(intents::shipment_step(&self.tenant, &number, "depart", body, now));
        let shipment =
            Shipment { number, lane, route, share: 0.0, stage: Stage::Moving, reefer, seen_at: seconds + 60 };
        self.plans.push_back(plan(60, departure, Some(shipment)));
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
        let moving: Vec<usize> = self.shipments.iter().filter_map(|shipment| shipment.reefer).collect();
        if moving.is_empty() {
            return;
        }
        let place = moving[self.pick(moving.len())];
        let shock = self.chance.random_bool(0.3);
        let failure = if shock { Failure::Shock } else { Failure::RunsWarm { since: seconds } };
        self.fleet[place].failure.get_or_insert(failure);
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
        let number = self.shipments[place].number.clone();
        Some(self.delay(&number, now))
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

    /// What the sensors of the whole fleet say now.
    pub fn readings(&mut self, now: Timestamp) -> Vec<Value> {
        let chance = &mut self.chance;
        self.fleet.iter_mut().map(|reefer| reefer.reading(now, chance)).collect()
    }
}

fn moment(from: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_second(from.as_second() + seconds).unwrap_or(from)
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
