//! Deciding on lots that nobody may use for a while, at all sites where they lie.

use imsop_journal::{Context, Draft};
use imsop_kernel::ids::Kind;
use imsop_kernel::{StreamId, Uuid};

use super::account::{Condition, Movement, Place};
use super::event::{Event, LotChanged};
use super::lookup::{Books, Checks};
use super::receive::fill_backorders;
use super::rejection::Rejection;
use super::{Inventory, LotCard, State};

/// Which way a lot goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Nobody may use it any more.
    Quarantine,
    /// It may be used again.
    Release,
}

/// Decides on a lot. What is promised of it stays promised, and cannot be picked: whoever promised it is
/// shown that it is blocked.
pub(super) fn change(
    id: Uuid,
    change: Change,
    reason: &str,
    context: &Context,
    draft: &mut Draft<'_, Inventory>,
) -> Result<(), Rejection> {
    let mut checks = Checks::default();
    checks.maybe_text("reason", Some(&reason.to_owned()));
    checks.finish()?;
    let stream = StreamId::new(Kind::Lot, id);
    let Some(State::Lot(card)) = draft.state(stream) else {
        return Err(Rejection::NotFound { what: "lot", id: id.to_string() });
    };
    if card.is_quarantined == (change == Change::Quarantine) {
        let state = if card.is_quarantined { "Quarantined" } else { "Released" };
        let transition = if card.is_quarantined { "be quarantined again" } else { "be released again" };
        return Err(Rejection::IllegalTransition { what: "the lot", state: state.to_owned(), transition });
    }
    let card = card.clone();
    let books = Books { draft, tenant: &context.tenant };
    let event = LotChanged {
        sku: card.sku.clone(),
        lot: card.lot.clone(),
        reason: reason.to_owned(),
        movements: movements(&books, &card, change),
    };
    if change == Change::Quarantine {
        draft.record(stream, Event::LotQuarantined(event));
        return Ok(());
    }
    draft.record(stream, Event::LotReleased(event));
    for site in &card.sites {
        fill_backorders(site, &card.sku, context, draft);
    }
    Ok(())
}

/// Each place where the lot lies, from the one condition to the other. What is quarantined or damaged by itself
/// stays so.
fn movements(books: &Books<'_, '_>, card: &LotCard, change: Change) -> Vec<Movement> {
    let (before, after) = match change {
        Change::Quarantine => (Condition::Available, Condition::Blocked),
        Change::Release => (Condition::Blocked, Condition::Available),
    };
    let mut movements = Vec::new();
    for site in &card.sites {
        let Some(stock) = books.stock(site, &card.sku) else { continue };
        for lot in stock.lots.iter().filter(|lot| lot.batch.lot.as_deref() == Some(&*card.lot)) {
            for spot in lot.spots.iter().filter(|spot| spot.condition == before) {
                let at = |condition| Place::at(spot.account, site, spot.bin.as_deref(), condition);
                movements.push(Movement {
                    sku: card.sku.clone(),
                    batch: lot.batch.clone(),
                    quantity: stock.quantity(spot.quantity),
                    from: at(before),
                    to: at(after),
                });
            }
        }
    }
    movements
}
