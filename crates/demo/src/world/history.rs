//! How a world begins: with a past of its own, or where the platform knows it to be.

use imsop_kernel::Timestamp;
use rand::RngExt;
use serde_json::json;

use super::{DAY, KnownShipment, Shipment, Stage, World, lane_route, moment, travel_seconds};
use crate::Options;
use crate::fleet::FailureKind;
use crate::intents::{self, Intent};
use crate::limits::{DELAY_LASTS, DELIVERED_BEFORE, LATE_SHARE, POSITION_EVERY, SHIPMENTS_UNDER_WAY};
use crate::network::{LANES, Mode, PRODUCTS, SITES};
use crate::route::{Route, distance};

/// How far the ends of a lane may be from those of a shipment that is taken to be on it, in kilometres.
const SAME_LANE: f64 = 50.0;
/// Seconds after which a known shipment that has not departed does so.
const DEPARTS_SOON: i64 = 30;

impl World {
    /// A new network, and everything that happened in it before now.
    pub fn with_history(options: &Options, now: Timestamp) -> (Self, Vec<Intent>) {
        let mut world = Self::new(options, now);
        let mut history: Vec<Intent> = world.fleet.iter().map(intents::register).collect();
        for place in 0..SHIPMENTS_UNDER_WAY {
            history.extend(world.under_way(place, now));
        }
        for _ in 0..DELIVERED_BEFORE {
            history.extend(world.delivered_before(now));
        }
        // Somebody who looks on at the very beginning sees that something is wrong.
        world.fail(FailureKind::RunsWarm, now.as_second() - 60);
        world.fail(FailureKind::Shock, now.as_second());
        (world, history)
    }

    /// A network that goes on where the platform knows it to be.
    pub fn that_goes_on(options: &Options, known: &[KnownShipment], now: Timestamp) -> Self {
        let mut world = Self::new(options, now);
        for shipment in known {
            world.take_over(shipment, now);
        }
        world
    }

    fn take_over(&mut self, known: &KnownShipment, now: Timestamp) {
        let candidates = (0..LANES.len()).filter(|lane| LANES[*lane].mode.as_str() == known.mode);
        let nearest = candidates.min_by(|one, other| misfit(*one, known).total_cmp(&misfit(*other, known)));
        let lane = nearest.unwrap_or_default();
        let number = known.number.clone();
        let fits = nearest.is_some() && misfit(lane, known) < SAME_LANE;
        if known.status == "Created" {
            // Of a lane that is no more it could not be said where it is.
            if fits {
                self.plan_departure(number, lane, None, moment(now, DEPARTS_SOON));
            }
            return;
        }
        let route =
            if fits { lane_route(lane) } else { Route::through(vec![known.origin, known.destination]) };
        let share = known.current.map_or(0.0, |point| route.nearest(point));
        let stage = match known.status.as_str() {
            "Delayed" => Stage::Delayed { until: now.as_second() + DELAY_LASTS },
            "OutForDelivery" => Stage::OutForDelivery { until: now.as_second() + 30 },
            _ => Stage::Moving,
        };
        let reefer = known.reefer.filter(|place| *place < self.fleet.len());
        let seen_at = now.as_second();
        self.shipments.push(Shipment { number, lane, route, share, stage, reefer, seen_at });
    }

    /// An order of the past with its shipment, delivered within the last two weeks.
    fn delivered_before(&mut self, now: Timestamp) -> Vec<Intent> {
        let mode = self.weighted(&Mode::SHARES);
        let (lane, product, packs) = (self.lane_by(mode), self.pick(PRODUCTS.len()), self.packs());
        let (order, number) = (self.number("SO"), self.number("IM"));
        let delivered = moment(now, -self.chance.random_range(600..14 * DAY));
        let slower = self.chance.random_range(1.0..1.15);
        let departed = moment(delivered, -((travel_seconds(lane) as f64 * slower) as i64));
        let is_late = self.chance.random_bool(LATE_SHARE);
        let ordered = self.ordered(departed, is_late);
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

    /// When that was ordered which departed then. What is late waited for longer.
    fn ordered(&mut self, departed: Timestamp, is_late: bool) -> Timestamp {
        let waited = if is_late { 4 * DAY..7 * DAY } else { DAY..3 * DAY };
        moment(departed, -self.chance.random_range(waited))
    }

    /// A shipment that is somewhere on its way now.
    fn under_way(&mut self, place: usize, now: Timestamp) -> Vec<Intent> {
        let mode = self.wanted_mode();
        let (lane, product, packs) = (self.lane_by(mode), self.pick(PRODUCTS.len()), self.packs());
        let (order, number) = (self.number("SO"), self.number("IM"));
        let share = self.chance.random_range(0.05..0.92);
        let route = lane_route(lane);
        let travel = travel_seconds(lane) as f64;
        let (travelled, left) = ((travel * share) as i64, (travel * (1.0 - share)) as i64);
        let departed = moment(now, -travelled - 600);
        let is_late = self.chance.random_bool(LATE_SHARE);
        let ordered = self.ordered(departed, is_late);
        let promised = if is_late { moment(now, -DAY - left / 16) } else { moment(now, left + DAY) };
        let mut done = self.booked(&order, &number, (lane, product, packs), ordered, promised);
        let body = json!({ "departedAt": departed.to_string(), "location": route.at(0.0) });
        done.push(intents::shipment_step(&self.tenant, &number, "depart", body, departed));
        for step in 1..=6 {
            let part = f64::from(step) / 6.0;
            let at = moment(departed, (travelled as f64 * part) as i64);
            done.push(intents::position(&self.tenant, &number, route.at(share * part), at));
        }
        let reefer = self.container_for(lane, product);
        if let Some(reefer) = reefer {
            done.push(intents::assign(&self.tenant, &self.fleet[reefer], &number, now));
        }
        let mut stage = Stage::Moving;
        if place % 14 == 5 {
            stage = Stage::Delayed { until: now.as_second() + DELAY_LASTS + place as i64 };
            done.push(self.delay(&number, lane, now));
        }
        let seen_at = now.as_second() + place as i64 % POSITION_EVERY;
        self.shipments.push(Shipment { number, lane, route, share, stage, reefer, seen_at });
        done
    }
}

/// How far the ends of a lane are from those of a shipment, in kilometres.
fn misfit(lane: usize, shipment: &KnownShipment) -> f64 {
    let lane = &LANES[lane];
    distance(SITES[lane.from].point(), shipment.origin)
        + distance(SITES[lane.to].point(), shipment.destination)
}
