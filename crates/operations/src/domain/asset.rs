//! Assets: Available or Assigned to a shipment, until they are Retired.

use imsop_journal::{Draft, Moment};
use imsop_kernel::ids::Kind;
use imsop_kernel::{StreamId, Timestamp, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::checks::Checks;
use super::command::{AssetChange, Change, RegisterAsset, ReleaseAssets};
use super::event::{
    AssetAssigned, AssetRegistered, AssetReleased, AssetType, Event, Reason, TemperatureRange,
};
use super::rejection::Rejection;
use super::{Operations, State};
use crate::limits::{DEVICES_PER_ASSET, NUMBER_LENGTH, REASON_LENGTH};

/// Where an asset stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs, reason = "plain words")]
pub enum AssetStatus {
    Available,
    Assigned,
    Retired,
}

/// An asset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "described by the contracts of its events")]
pub struct Asset {
    pub asset_number: String,
    pub asset_type: AssetType,
    pub description: Option<String>,
    pub status: AssetStatus,
    pub device_ids: Vec<String>,
    pub temperature_range: Option<TemperatureRange>,
    pub shipment_id: Option<Uuid>,
    #[serde(default)]
    pub assigned_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Asset {
    fn refuse(&self, transition: &'static str) -> Rejection {
        Rejection::IllegalTransition { what: "the asset", state: format!("{:?}", self.status), transition }
    }
}

/// The asset after the event.
pub(super) fn evolve(state: Option<Asset>, event: &Event, moment: Moment) -> Option<Asset> {
    if let Event::AssetRegistered(registered) = event {
        return Some(Asset {
            asset_number: registered.asset_number.clone(),
            asset_type: registered.asset_type,
            description: registered.description.clone(),
            status: AssetStatus::Available,
            device_ids: registered.device_ids.clone(),
            temperature_range: registered.temperature_range,
            shipment_id: None,
            assigned_at: None,
            created_at: moment.recorded_at,
            updated_at: moment.recorded_at,
        });
    }
    let mut asset = state?;
    match event {
        Event::AssetAssigned(assigned) => {
            asset.status = AssetStatus::Assigned;
            asset.shipment_id = Some(assigned.shipment_id);
            asset.assigned_at = Some(moment.occurred_at);
        }
        Event::AssetReleased(_) => {
            asset.status = AssetStatus::Available;
            asset.shipment_id = None;
            asset.assigned_at = None;
        }
        Event::AssetRetired(_) => asset.status = AssetStatus::Retired,
        _ => {}
    }
    asset.updated_at = moment.recorded_at;
    Some(asset)
}

/// Decides on a new asset.
pub(super) fn register(
    command: &RegisterAsset,
    stream: StreamId,
    draft: &mut Draft<'_, Operations>,
) -> Result<(), Rejection> {
    if draft.state(stream).is_some() {
        return Err(Rejection::AlreadyExists { what: "asset", number: command.asset_number.clone() });
    }
    let mut checks = Checks::default();
    checks.text("assetNumber", &command.asset_number, NUMBER_LENGTH);
    checks.description("description", command.description.as_deref());
    checks.count("deviceIds", command.device_ids.len(), 0, DEVICES_PER_ASSET);
    for (index, device) in command.device_ids.iter().enumerate() {
        checks.text(&format!("deviceIds[{index}]"), device, NUMBER_LENGTH);
        if command.device_ids[..index].contains(device) {
            checks.fault(&format!("deviceIds[{index}]"), "duplicate", "is there twice");
        }
    }
    checks.temperatures("temperatureRange", command.temperature_range);
    checks.finish()?;
    let event = AssetRegistered {
        asset_number: command.asset_number.clone(),
        asset_type: command.asset_type,
        description: command.description.clone(),
        device_ids: command.device_ids.clone(),
        temperature_range: command.temperature_range,
    };
    draft.record(stream, Event::AssetRegistered(event));
    Ok(())
}

/// Decides on a change of an asset.
pub(super) fn change(
    command: &Change<AssetChange>,
    stream: StreamId,
    draft: &mut Draft<'_, Operations>,
) -> Result<(), Rejection> {
    let Some(State::Asset(asset)) = draft.state(stream) else {
        return Err(Rejection::NotFound { what: "asset", id: command.id.to_string() });
    };
    super::expect_version(command.expected_version, draft.version(stream))?;
    let mut checks = Checks::default();
    let event = match &command.change {
        AssetChange::Assign { shipment_id } => {
            if asset.status != AssetStatus::Available {
                return Err(asset.refuse("be assigned"));
            }
            assign(draft, *shipment_id)?
        }
        AssetChange::Release { reason } => {
            let Some(shipment_id) = asset.shipment_id else {
                return Err(asset.refuse("be released"));
            };
            checks.maybe_text("reason", reason.as_deref(), REASON_LENGTH);
            Event::AssetReleased(AssetReleased { shipment_id, reason: reason.clone() })
        }
        AssetChange::Retire { reason } => {
            if asset.status != AssetStatus::Available {
                return Err(asset.refuse("be retired"));
            }
            checks.text("reason", reason, REASON_LENGTH);
            Event::AssetRetired(Reason { reason: reason.clone() })
        }
    };
    checks.finish()?;
    draft.record(stream, event);
    Ok(())
}

fn assign(draft: &Draft<'_, Operations>, shipment_id: Uuid) -> Result<Event, Rejection> {
    let Some(State::Shipment(shipment)) = draft.state(StreamId::new(Kind::Shipment, shipment_id)) else {
        return Err(Rejection::NotFound { what: "shipment", id: shipment_id.to_string() });
    };
    if !shipment.is_open() {
        let state = format!("{:?}", shipment.status);
        return Err(Rejection::IllegalTransition {
            what: "the shipment",
            state,
            transition: "take an asset",
        });
    }
    let shipment_number = shipment.tracking_number.clone();
    Ok(Event::AssetAssigned(AssetAssigned { shipment_id, shipment_number }))
}

/// Releases those of the assets that are still on the shipment. Nothing to do is as well.
pub(super) fn release_all(command: &ReleaseAssets, draft: &mut Draft<'_, Operations>) {
    for id in &command.asset_ids {
        let stream = StreamId::new(Kind::Asset, *id);
        let Some(State::Asset(asset)) = draft.state(stream) else { continue };
        if asset.shipment_id == Some(command.shipment_id) {
            let event =
                AssetReleased { shipment_id: command.shipment_id, reason: Some(command.reason.clone()) };
            draft.record(stream, Event::AssetReleased(event));
        }
    }
}
