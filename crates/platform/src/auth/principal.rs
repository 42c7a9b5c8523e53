//! An authenticated caller.

use imsop_kernel::{Actor, Tenant, Timestamp};

use super::permission::{Permission, Role};

/// Who is calling, as a valid token says.
#[derive(Debug, Clone)]
pub struct Principal {
    /// The person or machine.
    pub subject: Subject,
    /// The name to show.
    pub name: String,
    /// Whose data it works with.
    pub tenant: Tenant,
    /// What it works as.
    pub roles: Vec<Role>,
    /// What it may do.
    pub permissions: Vec<Permission>,
    /// How often the account had changed when the token was issued.
    pub generation: i64,
    /// Until when the token holds, unless it ends before.
    pub expires_at: Timestamp,
}

/// The kinds of callers, with their ids.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A person.
    User(String),
    /// A machine client.
    Client(String),
}

impl Principal {
    /// Whether the principal may do this.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }

    /// The principal as the journal names it.
    pub fn actor(&self) -> Actor {
        match &self.subject {
            Subject::User(id) => Actor::User(id.clone()),
            Subject::Client(id) => Actor::Client(id.clone()),
        }
    }

    /// The id of the person or client.
    pub fn id(&self) -> &str {
        match &self.subject {
            Subject::User(id) | Subject::Client(id) => id,
        }
    }
}
