//! Ranges of single devices, as the assets that they are mounted on were registered.

use async_trait::async_trait;
use imsop_backbone::{EffectHandler, FailureClass, HandleError};
use imsop_journal::Tx;
use imsop_kernel::Envelope;
use serde::Deserialize;

use crate::domain::Range;

/// Notes the temperature range of every device of a registered asset.
pub(crate) struct Ranges;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Registered {
    #[serde(default)]
    device_ids: Vec<String>,
    #[serde(default)]
    temperature_range: Option<Range>,
}

#[async_trait]
impl EffectHandler for Ranges {
    fn wants(&self, event_type: &str) -> bool {
        event_type == "AssetRegistered"
    }

    async fn apply(&self, tx: &mut Tx, events: &[Envelope]) -> Result<(), HandleError> {
        let mut rows = Vec::new();
        for (index, event) in events.iter().enumerate() {
            let registered: Registered = event.payload().map_err(|error| HandleError::Unfit {
                index,
                class: FailureClass::SchemaDrift,
                reason: error.to_string(),
            })?;
            let Some(range) = registered.temperature_range else { continue };
            for device in registered.device_ids {
                rows.push(vec![
                    (&event.tenant).into(),
                    device.into(),
                    "temperature".into(),
                    range.minimum().into(),
                    range.maximum().into(),
                ]);
            }
        }
        // One by one: a device may be named by several assets of one batch, and the last one holds.
        for row in rows {
            let tail = "ON CONFLICT (tenant, device_id, signal) \
                        DO UPDATE SET minimum = excluded.minimum, maximum = excluded.maximum";
            let columns = ["tenant", "device_id", "signal", "minimum", "maximum"];
            tx.insert("device_ranges", &columns, vec![row], tail).await?;
        }
        Ok(())
    }
}
