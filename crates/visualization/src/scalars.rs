//! GraphQL scalars for the vocabulary's types.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use imsop_kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// An RFC 3339 time in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DateTime(pub Timestamp);

#[Scalar(name = "DateTime")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else {
            return Err(InputValueError::expected_type(value));
        };
        Ok(Self(text.parse().map_err(|_| InputValueError::custom("not an RFC 3339 time with an offset"))?))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// The bare value, or an object whose `status` says why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Captured(pub serde_json::Value);

#[Scalar(name = "Captured")]
impl ScalarType for Captured {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(value.into_json()?))
    }

    fn to_value(&self) -> Value {
        Value::from_json(self.0.clone()).unwrap_or(Value::Null)
    }
}

impl Default for Captured {
    fn default() -> Self {
        Self(serde_json::json!({"status": "notCaptured"}))
    }
}
