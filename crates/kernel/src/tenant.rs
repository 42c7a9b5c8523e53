//! Tenants and regions: whose data it is, and where it must stay.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::limits::NAME_LENGTH;

/// The name is empty, too long or has a character outside `a-z 0-9 -`.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a name: 1 to {NAME_LENGTH} characters of a-z, 0-9 and '-'")]
pub struct NotAName(pub String);

fn checked_name(text: &str) -> Result<Arc<str>, NotAName> {
    let fits = !text.is_empty() && text.len() <= NAME_LENGTH;
    let plain = text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if !fits || !plain {
        return Err(NotAName(text.chars().take(NAME_LENGTH).collect()));
    }
    Ok(text.into())
}

/// An organisation whose data is apart from everybody else's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tenant(Arc<str>);

/// A jurisdiction in which data is kept, for example `eu-west` or `local`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(Arc<str>);

impl Tenant {
    /// The tenant of this name.
    pub fn new(name: &str) -> Result<Self, NotAName> {
        checked_name(name).map(Self)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Region {
    /// The region of this name.
    pub fn new(name: &str) -> Result<Self, NotAName> {
        checked_name(name).map(Self)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Tenant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for Region {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Serialize for Tenant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Tenant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

impl Serialize for Region {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Region {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}
