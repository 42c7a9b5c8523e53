//! The aggregates that only keep what is known: items, sites, lots, documents.

use std::collections::BTreeMap;

use imsop_kernel::{Date, Decimal, Timestamp};
use serde::{Deserialize, Serialize};

use super::account::Movement;
use super::event::{self, Approval, CountedLine, Event};
use super::measure::Units;

/// An item as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct Item {
    pub sku: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub units: Units,
    pub created_at: Timestamp,
}

/// A site that has received something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct SiteCard {
    pub site: String,
    pub created_at: Timestamp,
}

/// A lot of a SKU, and the sites where it has lain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct LotCard {
    pub sku: String,
    pub lot: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<Date>,
    pub is_quarantined: bool,
    pub sites: Vec<String>,
    pub created_at: Timestamp,
}

/// What a purchase order or advance ship notice says will come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct Advice {
    pub expected: event::ReceiptExpected,
    /// What has come of it so far, by SKU, at any site.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub come: BTreeMap<String, Decimal>,
    pub created_at: Timestamp,
}

/// Goods on their way between two sites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct Transfer {
    pub from_site: String,
    pub to_site: String,
    pub movements: Vec<Movement>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

/// A count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct Count {
    pub site: String,
    pub approval: Approval,
    pub lines: Vec<CountedLine>,
    pub created_at: Timestamp,
}

/// What kind of thing happened at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub enum DocumentKind {
    #[default]
    Receipt,
    Move,
    Adjustment,
    Return,
}

impl DocumentKind {
    fn is_receipt(&self) -> bool {
        *self == Self::Receipt
    }
}

/// Something that happened at once and is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub struct Document {
    #[serde(default, skip_serializing_if = "DocumentKind::is_receipt")]
    pub what: DocumentKind,
    pub site: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<event::ReceivedLine>,
    pub movements: Vec<Movement>,
    pub created_at: Timestamp,
}

impl Advice {
    /// How much of a SKU it says will come.
    pub fn announced(&self, sku: &str) -> Decimal {
        let of_sku = self.expected.lines.iter().filter(|line| line.sku == sku);
        of_sku.map(|line| line.quantity.value).sum()
    }

    /// How much of a SKU has come of it.
    pub fn come(&self, sku: &str) -> Decimal {
        self.come.get(sku).copied().unwrap_or_default()
    }

    /// The advice after goods that refer to it have come.
    pub(super) fn followed(mut self, event: &Event) -> Self {
        let Event::GoodsReceived(received) = event else { return self };
        for line in &received.lines {
            let announces = self.expected.lines.iter().any(|expected| expected.sku == line.sku);
            if announces {
                *self.come.entry(line.sku.clone()).or_default() += line.quantity.value;
            }
        }
        self
    }
}

impl LotCard {
    pub(super) fn evolve(mut self, event: &Event) -> Self {
        match event {
            Event::LotQuarantined(_) => self.is_quarantined = true,
            Event::LotReleased(_) => self.is_quarantined = false,
            _ => {}
        }
        self
    }

    /// The card after goods of the lot have come to a site.
    pub(super) fn seen(mut self, event: &Event, recorded_at: Timestamp) -> Self {
        if self.created_at == Timestamp::UNIX_EPOCH {
            self.created_at = recorded_at;
        }
        for movement in event.movements() {
            let Some(site) = &movement.to.site else { continue };
            let is_own = movement.sku == self.sku && movement.batch.lot.as_ref() == Some(&self.lot);
            if !is_own {
                continue;
            }
            self.expiry = self.expiry.or(movement.batch.expiry);
            if !self.sites.contains(site) {
                self.sites.push(site.clone());
            }
        }
        self
    }
}
