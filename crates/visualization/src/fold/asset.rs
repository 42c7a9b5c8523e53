//! Assets.

use async_graphql::ID;
use imsop_kernel::Envelope;
use serde::Deserialize;

use super::{Misfit, out_of_order, payload, recorded};
use crate::model::{Asset, AssetStatus, TemperatureRange};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Registered {
    asset_number: String,
    asset_type: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    device_ids: Vec<String>,
    #[serde(default)]
    temperature_range: Option<TemperatureRange>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Assigned {
    shipment_id: String,
}

/// The asset after the event.
pub fn fold(before: Option<Asset>, event: &Envelope) -> Result<Asset, Misfit> {
    if &*event.event_type == "AssetRegistered" {
        return registered(event);
    }
    let mut asset = before.ok_or_else(|| out_of_order(event))?;
    match &*event.event_type {
        "AssetAssigned" => {
            asset.status = AssetStatus::Assigned;
            asset.shipment_id = Some(payload::<Assigned>(event)?.shipment_id);
        }
        "AssetReleased" => {
            asset.status = AssetStatus::Available;
            asset.shipment_id = None;
        }
        "AssetRetired" => {
            asset.status = AssetStatus::Retired;
            asset.shipment_id = None;
        }
        _ => {}
    }
    asset.updated_at = recorded(event);
    asset.version = event.stream_version;
    Ok(asset)
}

fn registered(event: &Envelope) -> Result<Asset, Misfit> {
    let registered: Registered = payload(event)?;
    Ok(Asset {
        id: ID(event.stream.id.to_string()),
        asset_number: registered.asset_number,
        asset_type: registered.asset_type,
        description: registered.description,
        status: AssetStatus::Available,
        device_ids: registered.device_ids,
        temperature_range: registered.temperature_range,
        shipment_id: None,
        created_at: recorded(event),
        updated_at: recorded(event),
        version: event.stream_version,
    })
}
