//! Values that a source may not have captured.
//!
//! Records of the real world have holes, and a hole has a reason. A placeholder (a zero, a date in
//! 1900) would be believed by whoever reads it later; `{"status":"notCaptured"}` cannot be.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Error, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A value, or the reason why there is none. In JSON the bare value, or an object with `status`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Captured<T> {
    /// There is no value of its own here, and this is why.
    Missing(Missing),
    /// The value as the source gave it.
    Known(T),
}

/// Why a value is missing. See [`Captured`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "status", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Missing {
    /// The source did not record it.
    NotCaptured,
    /// It does not exist for this kind of thing.
    NotApplicable,
    /// It was recorded, but in another system.
    CapturedSeparately,
    /// The cost is a part of the price of the goods.
    IncludedInCommodityCost,
    /// The cost was invoiced on its own.
    InvoicedSeparately,
    /// The moment lies before the source's price quote process began.
    BeforePriceQuoteProcess,
    /// There was no purchase: the goods came from stock.
    FulfilledFromStock,
    /// It is recorded once for the whole shipment, on the line named here.
    RecordedOnLine {
        /// The source's id of the line that holds the value.
        line: String,
        /// The number of the shipment which that line belongs to.
        shipment_number: String,
    },
    /// The source's word for the reason, where it is none of the known ones.
    Other {
        /// The word as the source wrote it.
        text: String,
    },
}

impl<T> Captured<T> {
    /// The missing value without a nearer reason.
    pub const NOT_CAPTURED: Self = Self::Missing(Missing::NotCaptured);

    /// The value, if there is one.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Missing(_) => None,
        }
    }
}

// What `untagged` would do, without trying every bare value as a reason first: a history has some dozens of them
// in each line.
impl<'de, T: DeserializeOwned> Deserialize<'de> for Captured<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CapturedVisitor(PhantomData))
    }
}

struct CapturedVisitor<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for CapturedVisitor<T> {
    type Value = Captured<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value, or an object with `status` that says why there is none")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        T::deserialize(value.into_deserializer()).map(Captured::Known)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        T::deserialize(value.into_deserializer()).map(Captured::Known)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        T::deserialize(value.into_deserializer()).map(Captured::Known)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        T::deserialize(value.into_deserializer()).map(Captured::Known)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        T::deserialize(value.into_deserializer()).map(Captured::Known)
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Self::Value, E> {
        T::deserialize(value.into_deserializer()).map(Captured::Known)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let object = Map::<String, Value>::deserialize(MapAccessDeserializer::new(map))?;
        // An object with `status` must never be taken for a value.
        if object.contains_key("status") {
            return Missing::deserialize(Value::Object(object))
                .map(Captured::Missing)
                .map_err(A::Error::custom);
        }
        T::deserialize(Value::Object(object)).map(Captured::Known).map_err(A::Error::custom)
    }
}

impl<T> From<Option<T>> for Captured<T> {
    fn from(value: Option<T>) -> Self {
        match value {
            Some(value) => Self::Known(value),
            None => Self::NOT_CAPTURED,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Money;

    #[test]
    fn a_missing_value_says_why_and_a_known_one_stands_bare() -> Result<(), serde_json::Error> {
        let missing: Captured<Money> = Captured::NOT_CAPTURED;
        assert_eq!(serde_json::to_string(&missing)?, r#"{"status":"notCaptured"}"#);
        let known: Captured<i64> = Captured::Known(7);
        assert_eq!(serde_json::to_string(&known)?, "7");
        assert_eq!(serde_json::from_str::<Captured<i64>>("7")?, known);
        assert!(serde_json::from_str::<Captured<i64>>("null").is_err());
        assert!(serde_json::from_str::<Captured<Money>>(r#"{"status":"lost"}"#).is_err());
        let read: Captured<Money> =
            serde_json::from_str(r#"{"status":"recordedOnLine","line":"10589","shipmentNumber":"DN-304"}"#)?;
        assert_eq!(
            read,
            Captured::Missing(Missing::RecordedOnLine {
                line: "10589".to_owned(),
                shipment_number: "DN-304".to_owned()
            })
        );
        Ok(())
    }
}
