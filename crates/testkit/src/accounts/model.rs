//! States, commands, events and refusals of the accounts.

use imsop_journal::{DomainEvent, Moment};
use imsop_kernel::{StreamId, Timestamp};
use serde::{Deserialize, Serialize};

/// What an aggregate is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum State {
    /// An account.
    Account(Account),
    /// A standing order.
    StandingOrder(StandingOrder),
}

/// An account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Its number.
    pub number: String,
    /// Whose it is.
    pub owner: String,
    /// How much is on it; never below zero.
    pub balance: i64,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When the platform last wrote about it.
    pub recorded_at: Timestamp,
}

/// A transfer that is made each time it is run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StandingOrder {
    /// From this account.
    pub from: StreamId,
    /// To this one.
    pub to: StreamId,
    /// That much.
    pub amount: i64,
    /// How often it was run.
    pub runs: u32,
}

/// What can be asked.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "numbers and amounts of what the variant says")]
pub enum Command {
    /// A new account.
    Open { number: String, owner: String, balance: i64 },
    /// Money from outside.
    Deposit { number: String, amount: i64 },
    /// Money from outside, onto an account that is opened if it is not there.
    Credit { number: String, amount: i64 },
    /// Money to outside.
    Withdraw { number: String, amount: i64 },
    /// Money from one account to another.
    Transfer { from: String, to: String, amount: i64 },
    /// A new standing order.
    Arrange { number: String, from: String, to: String, amount: i64 },
    /// Runs a standing order.
    Run { number: String },
    /// Deposits 1 onto the account with this stream, whoever's it is.
    Touch { stream: StreamId },
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all_fields = "camelCase")]
#[allow(missing_docs, reason = "numbers and amounts of what the variant says")]
pub enum Event {
    /// An account was opened.
    AccountOpened { number: String, owner: String, balance: i64 },
    /// Money came from outside.
    MoneyDeposited { amount: i64 },
    /// Money went outside.
    MoneyWithdrawn { amount: i64 },
    /// Money went to another account.
    MoneySent { to: StreamId, amount: i64 },
    /// Money came from another account.
    MoneyReceived { from: StreamId, amount: i64 },
    /// A standing order was made.
    StandingOrderArranged { from: StreamId, to: StreamId, amount: i64 },
    /// A standing order was run.
    StandingOrderRun {},
}

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// There is no such account or order.
    #[error("there is no {0}")]
    Unknown(String),
    /// The number is taken.
    #[error("{0} exists already")]
    Exists(String),
    /// There is not enough on the account.
    #[error("there is only {0} on the account")]
    Insufficient(i64),
    /// Both sides are the same.
    #[error("from and to are the same")]
    SameAccount,
}

impl DomainEvent for Event {
    fn name(&self) -> &'static str {
        match self {
            Self::AccountOpened { .. } => "AccountOpened",
            Self::MoneyDeposited { .. } => "MoneyDeposited",
            Self::MoneyWithdrawn { .. } => "MoneyWithdrawn",
            Self::MoneySent { .. } => "MoneySent",
            Self::MoneyReceived { .. } => "MoneyReceived",
            Self::StandingOrderArranged { .. } => "StandingOrderArranged",
            Self::StandingOrderRun {} => "StandingOrderRun",
        }
    }
}

impl Event {
    /// Reads an event from its payload.
    ///
    /// # Errors
    /// Where the payload is no event of this name.
    pub fn read(name: &str, data: &str) -> Result<Self, String> {
        let event: Self = serde_json::from_str(data).map_err(|error| error.to_string())?;
        if event.name() != name {
            return Err(format!("the payload is of {}", event.name()));
        }
        Ok(event)
    }

    /// What it adds to the balance of its account.
    pub fn gain(&self) -> i64 {
        match self {
            Self::AccountOpened { balance, .. } => *balance,
            Self::MoneyDeposited { amount } | Self::MoneyReceived { amount, .. } => *amount,
            Self::MoneyWithdrawn { amount } | Self::MoneySent { amount, .. } => -amount,
            Self::StandingOrderArranged { .. } | Self::StandingOrderRun {} => 0,
        }
    }
}

/// The state after the event.
///
/// # Panics
/// Where the event does not fit the state: a journal like that must not be believed.
#[allow(clippy::panic, reason = "tests must see a journal that makes no sense")]
pub(super) fn evolve(state: Option<State>, event: &Event, moment: Moment) -> State {
    match (state, event) {
        (None, Event::AccountOpened { number, owner, balance }) => State::Account(Account {
            number: number.clone(),
            owner: owner.clone(),
            balance: *balance,
            opened_at: moment.occurred_at,
            recorded_at: moment.recorded_at,
        }),
        (None, Event::StandingOrderArranged { from, to, amount }) => {
            State::StandingOrder(StandingOrder { from: *from, to: *to, amount: *amount, runs: 0 })
        }
        (Some(State::StandingOrder(mut order)), Event::StandingOrderRun {}) => {
            order.runs += 1;
            State::StandingOrder(order)
        }
        (Some(State::Account(mut account)), event) => {
            account.balance += event.gain();
            account.recorded_at = moment.recorded_at;
            State::Account(account)
        }
        (state, event) => panic!("{event:?} cannot happen to {state:?}"),
    }
}
