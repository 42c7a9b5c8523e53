//! Who did something: a person, a machine client, a device or a part of the platform itself.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The cause of a command or an event, as it is written into the journal: `user:<id>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A person, by user id.
    User(String),
    /// A machine client of a partner or of the operator, by client id.
    Client(String),
    /// A sensor or gateway, by device id.
    Device(String),
    /// A part of the platform, by its service name.
    System(String),
}

impl Actor {
    /// An actor that is a part of the platform.
    pub fn system(name: &str) -> Self {
        Self::System(name.to_owned())
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, id) = match self {
            Self::User(id) => ("user", id),
            Self::Client(id) => ("client", id),
            Self::Device(id) => ("device", id),
            Self::System(id) => ("system", id),
        };
        write!(formatter, "{kind}:{id}")
    }
}

/// The text is not of the form `kind:id` with a known kind.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not an actor: expected user:, client:, device: or system: and an id")]
pub struct NotAnActor(pub String);

impl FromStr for Actor {
    type Err = NotAnActor;

    fn from_str(text: &str) -> Result<Self, NotAnActor> {
        let Some((kind, id)) = text.split_once(':') else {
            return Err(NotAnActor(text.to_owned()));
        };
        let id = id.to_owned();
        match kind {
            "user" => Ok(Self::User(id)),
            "client" => Ok(Self::Client(id)),
            "device" => Ok(Self::Device(id)),
            "system" => Ok(Self::System(id)),
            _ => Err(NotAnActor(text.to_owned())),
        }
    }
}

impl Serialize for Actor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Actor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
