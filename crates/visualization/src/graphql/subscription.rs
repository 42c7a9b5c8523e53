//! Changes as they happen.

use std::sync::Arc;

use async_graphql::{Context, ID, Subscription};
use futures_util::Stream;
use futures_util::stream::unfold;
use imsop_kernel::{Tenant, Timestamp};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::overview::Overview;
use super::{asker, hidden};
use crate::limits::OVERVIEW_INTERVAL;
use crate::live::LiveMessage;
use crate::model::{Alert, Shipment};

/// The changes that can be followed.
pub struct Subscription;

type Changes = Receiver<(Tenant, LiveMessage)>;

/// The next change that somebody of this tenant wants to see. Nothing when the platform stops, or
/// when the watcher was too slow: it must ask again for the whole, and then follow anew.
async fn next<T>(
    changes: &mut Changes,
    tenant: &Tenant,
    wanted: impl Fn(LiveMessage) -> Option<T>,
) -> Option<T> {
    loop {
        match changes.recv().await {
            Ok((owner, message)) if owner == *tenant => {
                if let Some(found) = wanted(message) {
                    return Some(found);
                }
            }
            Ok(_) => {}
            Err(RecvError::Lagged(_) | RecvError::Closed) => return None,
        }
    }
}

#[Subscription]
impl Subscription {
    /// Each change of a shipment, or of one shipment.
    async fn shipment_changed(
        &self,
        context: &Context<'_>,
        id: Option<ID>,
    ) -> async_graphql::Result<impl Stream<Item = Shipment>> {
        let asker = asker(context)?;
        let start = (asker.reads.hub.listen(), asker.tenant.clone(), id);
        Ok(unfold(start, |(mut changes, tenant, id)| async move {
            let wanted = |message| match message {
                LiveMessage::Shipment(shipment) if id.as_ref().is_none_or(|id| *id == shipment.id) => {
                    Some(Arc::unwrap_or_clone(shipment))
                }
                _ => None,
            };
            let shipment = next(&mut changes, &tenant, wanted).await?;
            Some((shipment, (changes, tenant, id)))
        }))
    }

    /// Each alert that is raised or changes.
    async fn alert_changed(&self, context: &Context<'_>) -> async_graphql::Result<impl Stream<Item = Alert>> {
        let asker = asker(context)?;
        let start = (asker.reads.hub.listen(), asker.tenant.clone());
        Ok(unfold(start, |(mut changes, tenant)| async move {
            let wanted = |message| match message {
                LiveMessage::Alert(alert) => Some(Arc::unwrap_or_clone(alert)),
                _ => None,
            };
            let alert = next(&mut changes, &tenant, wanted).await?;
            Some((alert, (changes, tenant)))
        }))
    }

    /// The figures of the control tower, once a second while something happens.
    async fn overview_changed(
        &self,
        context: &Context<'_>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<Overview>>> {
        let asker = asker(context)?;
        let start = (asker.reads.clone(), asker.reads.hub.listen(), asker.tenant.clone());
        Ok(unfold(start, |(reads, mut changes, tenant)| async move {
            next(&mut changes, &tenant, Some).await?;
            tokio::time::sleep(OVERVIEW_INTERVAL).await;
            // What came meanwhile is in the figures.
            changes = changes.resubscribe();
            // Whoever read the figures within the interval did so after the change.
            let known = reads.hub.overview(&reads, &tenant, Timestamp::now()).await;
            let overview = known.map(|known| Overview::clone(&known.figures)).map_err(hidden);
            Some((overview, (reads, changes, tenant)))
        }))
    }
}
