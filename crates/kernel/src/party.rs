//! Companies and people that take part in a business process.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::Tenant;
use crate::ids::natural_id;

/// A customer, carrier or supplier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Its id in the tenant.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

impl Party {
    /// A party that is known by its name only: the same name is the same party within a tenant.
    pub fn named(tenant: &Tenant, role: &str, name: &str) -> Self {
        Self { id: natural_id(tenant, role, name), name: name.to_owned() }
    }
}
