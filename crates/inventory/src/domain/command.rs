//! What can be asked of the stock.

use imsop_kernel::{Date, Timestamp, Uuid};
use serde::Deserialize;
use utoipa::ToSchema;

use super::account::{Batch, Condition};
use super::event::{Package, Policy};
use super::measure::{Amount, Pack};

/// Any command of inventory.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "each is described by its body")]
pub enum Command {
    DefineItem(DefineItem),
    SetReorderPoint(SetReorderPoint),
    ExpectReceipt(ExpectReceipt),
    Receive(Receive),
    Move(MoveStock),
    DispatchTransfer(DispatchTransfer),
    ReceiveTransfer {
        id: Uuid,
        body: ReceiveTransfer,
    },
    Adjust(Adjust),
    Count(CountStock),
    ApproveCount {
        id: Uuid,
    },
    RejectCount {
        id: Uuid,
        reason: String,
    },
    Reserve(Reserve),
    ReserveForOrder(ReserveForOrder),
    Confirm {
        id: Uuid,
    },
    Release {
        id: Uuid,
        reason: Option<String>,
    },
    ReleaseAll {
        ids: Vec<Uuid>,
        reason: String,
    },
    Expire {
        id: Uuid,
    },
    CheckReorderPoint {
        site: String,
        sku: String,
    },
    /// The day tells which goods may be used; the decider looks at its own.
    FillBackorders {
        site: String,
        sku: String,
        day: Date,
    },
    Pick(Pick),
    Pack(PackGoods),
    Ship(Ship),
    Return(ReturnGoods),
    QuarantineLot {
        id: Uuid,
        reason: String,
    },
    ReleaseLot {
        id: Uuid,
        reason: String,
    },
}

/// An item as it is kept: its unit, and the packs that it comes in.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct DefineItem {
    /// Taken from the path.
    #[serde(default, skip)]
    pub sku: String,
    #[serde(default)]
    pub description: Option<String>,
    /// The unit of every quantity in the ledger. Cannot change once there is stock.
    pub unit: String,
    #[serde(default)]
    pub packs: Vec<Pack>,
}

/// Below how much new goods must be ordered.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct SetReorderPoint {
    /// Taken from the path.
    #[serde(default, skip)]
    pub sku: String,
    pub site: String,
    pub quantity: Amount,
}

/// What a purchase order or advance ship notice says will come.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct ExpectReceipt {
    /// The number of the purchase order or advance ship notice.
    pub reference: String,
    pub site: String,
    #[schema(value_type = String, format = Date)]
    pub due: Date,
    #[serde(default)]
    pub supplier: Option<String>,
    pub lines: Vec<LineOf>,
}

/// So much of a SKU.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct LineOf {
    pub sku: String,
    pub quantity: Amount,
}

/// Goods that have come from a supplier, or that were there before the platform was.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct Receive {
    pub site: String,
    /// The number of the purchase order or advance ship notice that they belong to.
    #[serde(default)]
    pub reference: Option<String>,
    pub lines: Vec<ReceiveLine>,
}

/// A line of a receipt.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct ReceiveLine {
    #[serde(default)]
    pub line_number: Option<String>,
    pub sku: String,
    pub quantity: Amount,
    #[serde(default)]
    pub lot: Option<String>,
    /// For single pieces; the quantity must then be 1.
    #[serde(default)]
    pub serial: Option<String>,
    #[serde(default)]
    pub owner: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub expiry: Option<Date>,
    #[serde(default)]
    #[schema(inline)]
    pub condition: Option<ConditionInput>,
    /// Put away at once into this bin; otherwise it waits in receiving.
    #[serde(default)]
    pub bin: Option<String>,
}

/// The condition of goods, as callers say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain words")]
pub enum ConditionInput {
    Available,
    Quarantined,
    /// Of a lot that is quarantined. Goods that come are blocked by themselves.
    Blocked,
    Damaged,
}

impl From<ConditionInput> for Condition {
    fn from(input: ConditionInput) -> Self {
        match input {
            ConditionInput::Available => Self::Available,
            ConditionInput::Quarantined => Self::Quarantined,
            ConditionInput::Blocked => Self::Blocked,
            ConditionInput::Damaged => Self::Damaged,
        }
    }
}

/// Goods at a site, by where they lie.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct GoodsAt {
    pub sku: String,
    pub quantity: Amount,
    #[serde(default)]
    pub lot: Option<String>,
    #[serde(default)]
    pub serial: Option<String>,
    #[serde(default)]
    pub owner: Option<String>,
    /// Where they lie; in receiving, if it is left out.
    #[serde(default)]
    pub bin: Option<String>,
    #[serde(default)]
    #[schema(inline)]
    pub condition: Option<ConditionInput>,
}

impl GoodsAt {
    /// Which goods of the SKU.
    pub(super) fn batch(&self) -> Batch {
        Batch { lot: self.lot.clone(), serial: self.serial.clone(), owner: self.owner.clone(), expiry: None }
    }
}

/// Goods that go to another bin: a put-away, or a move.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct MoveStock {
    pub site: String,
    #[serde(default)]
    pub reason: Option<String>,
    pub lines: Vec<MoveLine>,
}

/// A line of a move.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct MoveLine {
    /// What, and where it lies.
    #[serde(flatten)]
    pub goods: GoodsAt,
    /// Where it goes.
    pub to_bin: String,
}

/// Goods that go to another site. What is promised to somebody stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct DispatchTransfer {
    pub from_site: String,
    pub to_site: String,
    pub lines: Vec<GoodsAt>,
}

/// The arrival of a transfer. All of it, if no lines are given.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct ReceiveTransfer {
    /// Put away at once into this bin; otherwise it waits in receiving.
    #[serde(default)]
    pub bin: Option<String>,
}

/// A correction of the books, with its reason.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct Adjust {
    pub site: String,
    pub reason: String,
    pub lines: Vec<AdjustLine>,
}

/// Which way a correction goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Direction {
    /// There is more than the books say.
    Increase,
    /// There is less than the books say.
    Decrease,
    /// It was thrown away.
    Scrap,
    /// It turned out to be damaged.
    Damage,
    /// Somebody must look at it before it is used.
    Quarantine,
    /// Somebody has looked at what was quarantined or damaged, and it may be used.
    Fit,
}

/// A line of a correction.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct AdjustLine {
    #[serde(flatten)]
    pub goods: GoodsAt,
    pub direction: Direction,
}

/// What was counted at a site.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct CountStock {
    pub site: String,
    pub lines: Vec<CountLine>,
}

/// What was counted of some goods at one place.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct CountLine {
    #[serde(default)]
    pub line_number: Option<String>,
    pub sku: String,
    /// What was there; `0` where there was nothing.
    pub counted: Amount,
    #[serde(default)]
    pub lot: Option<String>,
    #[serde(default)]
    pub serial: Option<String>,
    #[serde(default)]
    pub owner: Option<String>,
    #[serde(default)]
    pub bin: Option<String>,
    #[serde(default)]
    #[schema(inline)]
    pub condition: Option<ConditionInput>,
}

/// In which order goods are promised.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Strategy {
    /// What expires first goes first.
    #[default]
    FirstExpiredFirstOut,
    /// What came first goes first.
    FirstInFirstOut,
    /// Only what lies in the bin of the line.
    ByBin,
}

/// Promises goods to an order.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct Reserve {
    /// The order, as its own system names it.
    pub order_id: String,
    pub site: String,
    pub lines: Vec<ReserveLine>,
    #[serde(default)]
    #[schema(inline)]
    pub policy: Policy,
    #[serde(default)]
    #[schema(inline)]
    pub strategy: Strategy,
    /// When the hold ends by itself unless it is confirmed; a day from now, if it is left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// The idempotency key of one of several in a batch; alone, the header says it as well.
    #[serde(default)]
    pub idempotency_key: Option<String>,
}

/// A line of a reservation.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct ReserveLine {
    #[serde(default)]
    pub line_number: Option<String>,
    pub sku: String,
    pub quantity: Amount,
    /// Only of this lot.
    #[serde(default)]
    pub lot: Option<String>,
    /// Only goods of this owner; otherwise only the tenant's own.
    #[serde(default)]
    pub owner: Option<String>,
    /// Only goods that may be used until that day.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub expiry: Option<Date>,
    /// The bin, for the strategy `byBin`.
    #[serde(default)]
    pub bin: Option<String>,
}

/// Promises goods to an order that was placed, at the first of these sites that has all of it; otherwise
/// what there is at the one that has most, and the rest is backordered.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "plain words")]
pub struct ReserveForOrder {
    pub order_id: String,
    pub sites: Vec<String>,
    pub lines: Vec<ReserveLine>,
}

/// Takes promised goods from their places. All of it, if no lines are given.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct Pick {
    pub reservation_id: Uuid,
    #[serde(default)]
    pub lines: Vec<PickLine>,
}

/// How much of a line is picked.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct PickLine {
    pub line_number: String,
    pub quantity: Amount,
}

/// Says into which packages the picked goods went.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct PackGoods {
    pub reservation_id: Uuid,
    pub packages: Vec<Package>,
}

/// Lets the picked goods leave the site.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct Ship {
    pub reservation_id: Uuid,
    #[serde(default)]
    pub shipment_number: Option<String>,
}

/// Goods that come back from a customer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "plain words")]
pub struct ReturnGoods {
    pub site: String,
    #[serde(default)]
    pub order_id: Option<String>,
    #[serde(default)]
    pub reason: Option<String>,
    pub lines: Vec<GoodsAt>,
}
