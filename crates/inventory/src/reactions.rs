//! What inventory does when orders are placed and cancelled: goods are promised, and given back.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use imsop_backbone::{ReactError, ReactionHandler};
use imsop_journal::{Database, Origin, Submission};
use imsop_kernel::{Actor, Decimal, Envelope, Quantity};
use serde::Deserialize;

use crate::domain::command::{ReserveForOrder, ReserveLine};
use crate::domain::lookup::reservation_of;
use crate::domain::measure::{Amount, Units, in_millionths};
use crate::domain::{Command, Inventory, Rejection};
use crate::limits::LINES_PER_ORDER;
use crate::queries;

/// The reactions of inventory to the events of operations.
pub struct InventoryReactions {
    /// The consumer's name.
    pub consumer: &'static str,
    /// Where stock is looked up.
    pub database: Database,
}

#[async_trait]
impl ReactionHandler for InventoryReactions {
    type Domain = Inventory;

    async fn react(&self, event: &Envelope) -> Result<Option<Submission<Command>>, ReactError> {
        let command = match &*event.event_type {
            "OrderPlaced" => self.reserve(event).await?,
            "OrderCancelled" => Some(release(event)),
            _ => None,
        };
        Ok(command.map(|command| submission(self.consumer, event, command)))
    }

    fn refused(&self, event: &Envelope, rejection: &Rejection) {
        if matches!(rejection, Rejection::AlreadyReserved { .. }) {
            // Somebody made a reservation by hand.
            tracing::debug!(consumer = self.consumer, event = %event.id, %rejection, "a reaction was refused");
            return;
        }
        tracing::error!(consumer = self.consumer, event = %event.id, %rejection, "nothing is known of an order");
    }
}

fn submission(consumer: &str, event: &Envelope, command: Command) -> Submission<Command> {
    let key = format!("{consumer}:{}", event.id);
    Submission {
        origin: Origin {
            tenant: event.tenant.clone(),
            actor: Actor::system("inventory"),
            correlation_id: event.correlation_id,
            causation_id: Some(event.id),
            traceparent: event.traceparent.clone(),
        },
        fingerprint: key.clone(),
        key,
        command,
    }
}

#[derive(Deserialize)]
struct Placed {
    lines: Vec<PlacedLine>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlacedLine {
    line_number: String,
    #[serde(default)]
    sku: Option<String>,
    quantity: Quantity,
}

/// How much of each SKU an order wants, as the stocks are compared. A line that makes no sense wants nothing:
/// it is refused by itself.
fn wanted(lines: &[ReserveLine], units: &HashMap<String, Units>) -> BTreeMap<String, i64> {
    let mut wanted: BTreeMap<String, Decimal> = BTreeMap::new();
    for line in lines {
        let own = units.get(&line.sku).and_then(|units| units.in_own_unit(&line.quantity, "quantity").ok());
        *wanted.entry(line.sku.clone()).or_default() += own.unwrap_or_default();
    }
    wanted.into_iter().map(|(sku, quantity)| (sku, in_millionths(quantity))).collect()
}

impl InventoryReactions {
    /// Lines of things that nobody keeps in stock (services, goods that go directly) are left alone.
    async fn reserve(&self, event: &Envelope) -> Result<Option<Command>, ReactError> {
        let placed: Placed = event.payload()?;
        let mut skus: Vec<String> = placed.lines.iter().filter_map(|line| line.sku.clone()).collect();
        skus.sort_unstable();
        skus.dedup();
        if skus.is_empty() {
            return Ok(None);
        }
        let units = queries::units_of(&self.database, &event.tenant, skus).await?;
        let mut lines = Vec::with_capacity(placed.lines.len());
        for line in placed.lines {
            let Some(sku) = line.sku.filter(|sku| units.contains_key(sku)) else { continue };
            if lines.len() == LINES_PER_ORDER {
                // An order has no more lines than that when it is placed.
                tracing::error!(event = %event.id, most = LINES_PER_ORDER, "an order has too many lines");
                break;
            }
            lines.push(ReserveLine {
                line_number: Some(line.line_number),
                sku,
                quantity: Amount { value: line.quantity.value.to_string(), unit: line.quantity.unit },
                lot: None,
                owner: None,
                expiry: None,
                bin: None,
            });
        }
        if lines.is_empty() {
            return Ok(None);
        }
        let sites = queries::sites_for(&self.database, &event.tenant, &wanted(&lines, &units)).await?;
        let order_id = event.stream.id.to_string();
        Ok(Some(Command::ReserveForOrder(ReserveForOrder { order_id, sites, lines })))
    }
}

/// Whether there is a reservation or not: it may be of an event just before this one, and not be written yet.
fn release(event: &Envelope) -> Command {
    let id = reservation_of(&event.tenant, &event.stream.id.to_string()).id;
    Command::ReleaseAll { ids: vec![id], reason: "the order was cancelled".to_owned() }
}
