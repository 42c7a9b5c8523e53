//! What can happen to users and clients: facts for auditors, without secrets.

use imsop_journal::{DomainEvent, UnreadableEvent};
use imsop_kernel::Uuid;
use imsop_platform::Role;
use serde::{Deserialize, Serialize};

/// An event of identity. Described by `contracts/identity/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
#[allow(missing_docs, reason = "described by the contracts")]
pub enum Event {
    UserRegistered { username: String, roles: Vec<Role> },
    UserRolesChanged { roles: Vec<Role> },
    UserDeactivated {},
    UserReactivated {},
    UserPasswordChanged {},
    ClientRegistered { client_id: String, roles: Vec<Role> },
    ClientRolesChanged { roles: Vec<Role> },
    ClientDeactivated {},
    ClientReactivated {},
    ClientSecretChanged {},
    RefreshTokenReuseDetected { user_id: Uuid },
}

impl DomainEvent for Event {
    fn name(&self) -> &'static str {
        match self {
            Self::UserRegistered { .. } => "UserRegistered",
            Self::UserRolesChanged { .. } => "UserRolesChanged",
            Self::UserDeactivated {} => "UserDeactivated",
            Self::UserReactivated {} => "UserReactivated",
            Self::UserPasswordChanged {} => "UserPasswordChanged",
            Self::ClientRegistered { .. } => "ClientRegistered",
            Self::ClientRolesChanged { .. } => "ClientRolesChanged",
            Self::ClientDeactivated {} => "ClientDeactivated",
            Self::ClientReactivated {} => "ClientReactivated",
            Self::ClientSecretChanged {} => "ClientSecretChanged",
            Self::RefreshTokenReuseDetected { .. } => "RefreshTokenReuseDetected",
        }
    }
}

#[derive(Deserialize)]
struct Registered {
    username: String,
    roles: Vec<Role>,
}

#[derive(Deserialize)]
struct Roles {
    roles: Vec<Role>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientFields {
    client_id: String,
    roles: Vec<Role>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reuse {
    user_id: Uuid,
}

/// Reads an event back.
pub(super) fn read(name: &str, version: u32, data: &str) -> Result<Event, UnreadableEvent> {
    let unreadable = |reason: String| UnreadableEvent { name: name.to_owned(), version, reason };
    let wrong = |error: serde_json::Error| unreadable(error.to_string());
    match (name, version) {
        ("UserRegistered", 1) => {
            let Registered { username, roles } = serde_json::from_str(data).map_err(wrong)?;
            Ok(Event::UserRegistered { username, roles })
        }
        ("UserRolesChanged", 1) => {
            let Roles { roles } = serde_json::from_str(data).map_err(wrong)?;
            Ok(Event::UserRolesChanged { roles })
        }
        ("UserDeactivated", 1) => Ok(Event::UserDeactivated {}),
        ("UserReactivated", 1) => Ok(Event::UserReactivated {}),
        ("UserPasswordChanged", 1) => Ok(Event::UserPasswordChanged {}),
        ("ClientRegistered", 1) => {
            let ClientFields { client_id, roles } = serde_json::from_str(data).map_err(wrong)?;
            Ok(Event::ClientRegistered { client_id, roles })
        }
        ("ClientRolesChanged", 1) => {
            let Roles { roles } = serde_json::from_str(data).map_err(wrong)?;
            Ok(Event::ClientRolesChanged { roles })
        }
        ("ClientDeactivated", 1) => Ok(Event::ClientDeactivated {}),
        ("ClientReactivated", 1) => Ok(Event::ClientReactivated {}),
        ("ClientSecretChanged", 1) => Ok(Event::ClientSecretChanged {}),
        ("RefreshTokenReuseDetected", 1) => {
            let Reuse { user_id } = serde_json::from_str(data).map_err(wrong)?;
            Ok(Event::RefreshTokenReuseDetected { user_id })
        }
        _ => Err(unreadable("unknown event".to_owned())),
    }
}
