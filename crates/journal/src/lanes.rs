//! What waits for the executor: a lane for each tenant, served in turns, so that whoever sends most waits
//! longest. Deficit round-robin (Shreedhar and Varghese, 1995), counted in commands.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use imsop_kernel::Tenant;

use crate::limits::{COMMANDS_PER_TURN, PLACES_FOR_EVERYBODY, QUEUE_LENGTH, QUEUE_LENGTH_PER_TENANT};

/// Whose lane it is: a tenant's, or that of batches which concern several or none.
pub(crate) type Owner = Option<Tenant>;

/// The lanes of one executor. None of them is empty.
pub(crate) struct Lanes<T> {
    lanes: HashMap<Owner, Lane<T>>,
    /// Whose turn comes when.
    turns: VecDeque<Owner>,
}

struct Lane<T> {
    waiting: VecDeque<(usize, T)>,
    /// How many commands it may still have taken in its turn; what it cannot use it keeps for its next one.
    credit: usize,
}

impl<T> Lanes<T> {
    pub fn new() -> Self {
        Self { lanes: HashMap::new(), turns: VecDeque::new() }
    }

    pub fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }

    /// Adds a batch of so many commands at the end of its owner's lane.
    pub fn push(&mut self, owner: Owner, commands: usize, batch: T) {
        let lane = self.lanes.entry(owner.clone()).or_insert_with(|| {
            self.turns.push_back(owner);
            Lane { waiting: VecDeque::new(), credit: 0 }
        });
        lane.waiting.push_back((commands.max(1), batch));
    }

    /// Takes batches in turns, until they have that many commands or nothing waits; a batch is not divided.
    pub fn take(&mut self, most: usize) -> Vec<T> {
        let mut taken = Vec::new();
        let mut commands = 0;
        while commands < most {
            let Some(owner) = self.turns.pop_front() else { break };
            // Proof: `turns` names each lane once, and a lane goes when its name is not put back.
            let Some(lane) = self.lanes.get_mut(&owner) else { continue };
            lane.credit += COMMANDS_PER_TURN;
            while commands < most
                && let Some((size, batch)) = lane.waiting.pop_front_if(|(size, _)| *size <= lane.credit)
            {
                lane.credit -= size;
                commands += size;
                taken.push(batch);
            }
            if lane.waiting.is_empty() {
                self.lanes.remove(&owner);
            } else {
                self.turns.push_back(owner);
            }
        }
        taken
    }
}

/// The places that the queue has, for all and for each owner.
#[derive(Default)]
pub(crate) struct Places {
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by_owner: HashMap<Owner, usize>,
}

/// Places that a batch has taken. They are free again when it is dropped.
pub(crate) struct Place {
    places: Arc<Places>,
    owner: Owner,
    commands: usize,
}

impl Places {
    /// Takes places for a batch, if there are so many. A batch that is longer than the queue has its place
    /// when nothing else waits.
    pub fn take(self: &Arc<Self>, owner: &Owner, commands: usize) -> Option<Place> {
        let commands = commands.clamp(1, QUEUE_LENGTH);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_owner = taken.by_owner.get(owner).copied().unwrap_or(0);
        let is_little = of_owner + commands <= PLACES_FOR_EVERYBODY;
        let is_too_much = of_owner > 0 && of_owner + commands > QUEUE_LENGTH_PER_TENANT;
        if !is_little && (is_too_much || taken.all + commands > QUEUE_LENGTH) {
            return None;
        }
        taken.all += commands;
        taken.by_owner.insert(owner.clone(), of_owner + commands);
        Some(Place { places: self.clone(), owner: owner.clone(), commands })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= self.commands;
        if let Some(of_owner) = taken.by_owner.get_mut(&self.owner) {
            *of_owner -= self.commands;
            if *of_owner == 0 {
                taken.by_owner.remove(&self.owner);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    fn tenant(name: &str) -> Owner {
        Some(Tenant::new(name).unwrap())
    }

    #[test]
    fn a_tenant_with_one_command_passes_a_tenant_with_thousands() {
        let mut lanes = Lanes::new();
        for _ in 0..10_000 {
            lanes.push(tenant("greedy"), 1, "greedy");
        }
        lanes.push(tenant("modest"), 1, "modest");
        let taken = lanes.take(COMMANDS_PER_TURN * 2);
        assert!(taken.contains(&"modest"), "it waits behind the other tenant");
    }

    #[test]
    fn tenants_that_both_send_more_than_fits_get_as_many_commands_whatever_the_size_of_their_batches() {
        let mut lanes = Lanes::new();
        let large = COMMANDS_PER_TURN * 3;
        for _ in 0..100 {
            lanes.push(tenant("large"), large, large);
        }
        for _ in 0..100 * large {
            lanes.push(tenant("small"), 1, 1);
        }
        let (mut of_large, mut of_small) = (0, 0);
        for _ in 0..40 {
            for size in lanes.take(COMMANDS_PER_TURN * 2) {
                *(if size == large { &mut of_large } else { &mut of_small }) += size;
            }
        }
        let difference = of_large.abs_diff(of_small);
        assert!(difference <= large + COMMANDS_PER_TURN, "{of_large} and {of_small}");
    }

    #[test]
    fn what_one_tenant_sends_is_taken_in_its_order_and_all_of_it() {
        let mut lanes = Lanes::new();
        for number in 0..1_000 {
            lanes.push(tenant(if number % 3 == 0 { "one" } else { "other" }), 1 + number % 7, number);
        }
        let (mut one, mut other) = (Vec::new(), Vec::new());
        while !lanes.is_empty() {
            for number in lanes.take(100) {
                (if number % 3 == 0 { &mut one } else { &mut other }).push(number);
            }
        }
        assert_eq!(one.len() + other.len(), 1_000);
        assert!(one.is_sorted() && other.is_sorted());
        assert!(lanes.lanes.is_empty(), "an empty lane stays for ever");
    }

    #[test]
    fn tenants_that_fill_the_queue_together_leave_room_for_one_that_has_little() {
        let places = Arc::new(Places::default());
        let mut held = Vec::new();
        for name in ["one", "other", "third"] {
            while let Some(place) = places.take(&tenant(name), 1_000) {
                held.push(place);
            }
        }
        assert!(places.take(&tenant("modest"), 1_000).is_none(), "a queue without a limit");
        assert!(places.take(&tenant("modest"), 1).is_some());
    }

    #[test]
    fn a_tenant_that_fills_its_part_of_the_queue_leaves_room_for_others() {
        let places = Arc::new(Places::default());
        let mut held = Vec::new();
        while let Some(place) = places.take(&tenant("greedy"), 1_000) {
            held.push(place);
        }
        assert!(places.take(&tenant("modest"), 1_000).is_some());
        held.pop();
        assert!(places.take(&tenant("greedy"), 1_000).is_some(), "a place that was given back is free");
    }

    #[test]
    fn a_batch_that_is_longer_than_the_queue_waits_until_the_queue_is_empty() {
        let places = Arc::new(Places::default());
        let one = places.take(&tenant("one"), 1);
        assert!(places.take(&tenant("long"), QUEUE_LENGTH * 2).is_none());
        drop(one);
        assert!(places.take(&tenant("long"), QUEUE_LENGTH * 2).is_some());
    }

    #[test]
    fn a_batch_that_is_longer_than_any_transaction_passes_too() {
        let mut lanes = Lanes::new();
        lanes.push(None, 5_000, "long");
        assert_eq!(lanes.take(10), ["long"]);
    }
}
