//! Where goods can be, as accounts of a double-entry ledger.

use imsop_kernel::{Date, Quantity};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The accounts between which goods move. What one loses another gains, so that all of them together
/// always hold nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs, reason = "each is the place or party of its name")]
pub enum Account {
    Supplier,
    Receiving,
    Storage,
    Picked,
    /// What has left by books that did not yet say to whom.
    Shipped,
    /// What has been shipped, less what was returned.
    Customer,
    Adjustment,
    Scrap,
    InTransit,
}

impl Account {
    /// Whether what it holds lies at a site, and so belongs to its stock.
    pub fn is_on_site(self) -> bool {
        matches!(self, Self::Receiving | Self::Storage | Self::Picked)
    }

    /// Whether what it holds is at a site or between two of them.
    pub fn is_held(self) -> bool {
        self.is_on_site() || self == Self::InTransit
    }

    /// Whether what it holds may be promised to somebody.
    pub fn is_reservable(self) -> bool {
        matches!(self, Self::Receiving | Self::Storage)
    }

    /// The word as it is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Supplier => "Supplier",
            Self::Receiving => "Receiving",
            Self::Storage => "Storage",
            Self::Picked => "Picked",
            Self::Shipped => "Shipped",
            Self::Customer => "Customer",
            Self::Adjustment => "Adjustment",
            Self::Scrap => "Scrap",
            Self::InTransit => "InTransit",
        }
    }
}

/// What state goods are in. Only available ones are promised.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
pub enum Condition {
    /// Fit for use.
    #[default]
    Available,
    /// Somebody must look at these goods before they may be used, whatever becomes of their lot.
    Quarantined,
    /// Fit for use, if only their lot were not quarantined.
    Blocked,
    /// Broken.
    Damaged,
}

impl Condition {
    fn is_available(&self) -> bool {
        *self == Self::Available
    }

    /// The word as it is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Available => "Available",
            Self::Quarantined => "Quarantined",
            Self::Blocked => "Blocked",
            Self::Damaged => "Damaged",
        }
    }
}

/// One side of a movement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Place {
    /// The account.
    pub account: Account,
    /// The site, if the account is at one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// The storage bin, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bin: Option<String>,
    /// The condition of the goods there.
    #[serde(default, skip_serializing_if = "Condition::is_available")]
    pub condition: Condition,
}

impl Place {
    /// An account that is at no site.
    pub fn outside(account: Account) -> Self {
        Self { account, site: None, bin: None, condition: Condition::Available }
    }

    /// An account at a site.
    pub fn at(account: Account, site: &str, bin: Option<&str>, condition: Condition) -> Self {
        Self { account, site: Some(site.to_owned()), bin: bin.map(str::to_owned), condition }
    }
}

/// Which goods of a SKU: those of a lot, or one piece with a serial number, of an owner.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Batch {
    /// The lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<String>,
    /// The serial number of a single piece.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// Whose goods they are, if not the tenant's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The last day on which they may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub expiry: Option<Date>,
}

impl Batch {
    /// Whether it is the same goods. The expiry belongs to the lot and does not tell goods apart.
    pub fn is(&self, other: &Self) -> bool {
        self.lot == other.lot && self.serial == other.serial && self.owner == other.owner
    }

    /// Whether the goods are no longer usable on that day.
    pub fn is_expired(&self, today: Date) -> bool {
        self.expiry.is_some_and(|expiry| expiry < today)
    }
}

/// Goods that go from one account to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Movement {
    /// The stock-keeping unit.
    pub sku: String,
    /// Which goods of it.
    pub batch: Batch,
    /// How much, in the unit of the item. Always more than nothing.
    pub quantity: Quantity,
    /// Which account loses it.
    pub from: Place,
    /// Which account gains it.
    pub to: Place,
}

impl Movement {
    /// Whether the goods were nowhere before.
    pub fn comes(&self) -> bool {
        self.to.account.is_held() && !self.from.account.is_held()
    }

    /// Whether the goods are nowhere afterwards.
    pub fn leaves(&self) -> bool {
        self.from.account.is_held() && !self.to.account.is_held()
    }
}

/// A part of a batch that is promised to a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Allocation {
    /// Which goods.
    pub batch: Batch,
    /// How much, in the unit of the item.
    #[schema(value_type = String)]
    pub quantity: imsop_kernel::Decimal,
}
