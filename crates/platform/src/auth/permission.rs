//! Roles and what each may do. The table here is the only one.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use Permission::{
    AlertsManage, AnalyticsRead, ContractsRead, IngestRead, IngestWrite, InventoryApprove, InventoryRead,
    InventoryWrite, OperationsRead, OperationsWrite, PlatformObserve, UsersManage, UsersRead,
    VisualizationRead,
};

/// The right to do one kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "`OperationsRead` is the right to read operations, and so on")]
pub enum Permission {
    OperationsRead,
    OperationsWrite,
    InventoryRead,
    InventoryWrite,
    InventoryApprove,
    AlertsManage,
    IngestRead,
    IngestWrite,
    AnalyticsRead,
    VisualizationRead,
    UsersRead,
    UsersManage,
    PlatformObserve,
    ContractsRead,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 14] = [
        OperationsRead,
        OperationsWrite,
        InventoryRead,
        InventoryWrite,
        InventoryApprove,
        AlertsManage,
        IngestRead,
        IngestWrite,
        AnalyticsRead,
        VisualizationRead,
        UsersRead,
        UsersManage,
        PlatformObserve,
        ContractsRead,
    ];

    /// The name, as it is shown to callers.
    pub fn as_str(self) -> &'static str {
        match self {
            OperationsRead => "operations:read",
            OperationsWrite => "operations:write",
            InventoryRead => "inventory:read",
            InventoryWrite => "inventory:write",
            InventoryApprove => "inventory:approve",
            AlertsManage => "alerts:manage",
            IngestRead => "ingest:read",
            IngestWrite => "ingest:write",
            AnalyticsRead => "analytics:read",
            VisualizationRead => "visualization:read",
            UsersRead => "users:read",
            UsersManage => "users:manage",
            PlatformObserve => "platform:observe",
            ContractsRead => "contracts:read",
        }
    }
}

/// What somebody works as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Runs fulfilment, warehouse and transport.
    Operator,
    /// Plans stock and demand.
    Planner,
    /// Connects partners and systems.
    Integrator,
    /// Proves what happened.
    Auditor,
    /// Runs the platform of a tenant.
    Administrator,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Operator, Self::Planner, Self::Integrator, Self::Auditor, Self::Administrator];

    /// The name, as tokens and requests spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Planner => "planner",
            Self::Integrator => "integrator",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }

    /// What the role may do.
    pub fn permissions(self) -> &'static [Permission] {
        match self {
            Self::Operator => &[
                OperationsRead,
                OperationsWrite,
                InventoryRead,
                InventoryWrite,
                AlertsManage,
                IngestRead,
                AnalyticsRead,
                VisualizationRead,
                ContractsRead,
            ],
            Self::Planner => &[
                OperationsRead,
                InventoryRead,
                InventoryApprove,
                AnalyticsRead,
                VisualizationRead,
                IngestRead,
                ContractsRead,
            ],
            Self::Integrator => &[
                OperationsRead,
                OperationsWrite,
                InventoryRead,
                InventoryWrite,
                IngestRead,
                IngestWrite,
                ContractsRead,
            ],
            Self::Auditor => &[
                OperationsRead,
                InventoryRead,
                IngestRead,
                AnalyticsRead,
                VisualizationRead,
                UsersRead,
                ContractsRead,
                PlatformObserve,
            ],
            Self::Administrator => &Permission::ALL,
        }
    }

    /// What somebody with these roles may do, each permission once, in order.
    pub fn permissions_of(roles: &[Self]) -> Vec<Permission> {
        let mut permissions: Vec<Permission> =
            roles.iter().flat_map(|role| role.permissions()).copied().collect();
        permissions.sort_unstable();
        permissions.dedup();
        permissions
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
