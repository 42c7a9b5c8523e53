//! What is allowed, and what then happens.

use imsop_journal::{Context, Draft};
use imsop_kernel::StreamId;

use super::{Account, Accounts, Command, Event, Refusal, StandingOrder, State, account, standing_order};

pub(super) fn decide(
    command: &Command,
    context: &Context,
    draft: &mut Draft<'_, Accounts>,
) -> Result<(), Refusal> {
    let tenant = &context.tenant;
    match command {
        Command::Open { number, owner, balance } => {
            open(draft, account(tenant, number), number, owner, *balance)
        }
        Command::Deposit { number, amount } => deposit(draft, account(tenant, number), *amount),
        Command::Credit { number, amount } => {
            let stream = account(tenant, number);
            if draft.state(stream).is_none() {
                return open(draft, stream, number, "somebody", *amount);
            }
            deposit(draft, stream, *amount)
        }
        Command::Withdraw { number, amount } => {
            let stream = account(tenant, number);
            take(draft, stream, *amount, Event::MoneyWithdrawn { amount: *amount })
        }
        Command::Transfer { from, to, amount } => {
            transfer(draft, account(tenant, from), account(tenant, to), *amount)
        }
        Command::Arrange { number, from, to, amount } => {
            let stream = standing_order(tenant, number);
            if draft.state(stream).is_some() {
                return Err(Refusal::Exists(number.clone()));
            }
            let (from, to) = (account(tenant, from), account(tenant, to));
            draft.record(stream, Event::StandingOrderArranged { from, to, amount: *amount });
            Ok(())
        }
        Command::Run { number } => {
            let stream = standing_order(tenant, number);
            let StandingOrder { from, to, amount, .. } = order_of(draft, stream)?;
            draft.record(stream, Event::StandingOrderRun {});
            transfer(draft, from, to, amount)
        }
        Command::Touch { stream } => deposit(draft, *stream, 1),
    }
}

fn account_of<'a>(draft: &'a Draft<'_, Accounts>, stream: StreamId) -> Result<&'a Account, Refusal> {
    match draft.state(stream) {
        Some(State::Account(account)) => Ok(account),
        _ => Err(Refusal::Unknown(stream.to_string())),
    }
}

fn order_of(draft: &Draft<'_, Accounts>, stream: StreamId) -> Result<StandingOrder, Refusal> {
    match draft.state(stream) {
        Some(State::StandingOrder(order)) => Ok(order.clone()),
        _ => Err(Refusal::Unknown(stream.to_string())),
    }
}

fn open(
    draft: &mut Draft<'_, Accounts>,
    stream: StreamId,
    number: &str,
    owner: &str,
    balance: i64,
) -> Result<(), Refusal> {
    if draft.state(stream).is_some() {
        return Err(Refusal::Exists(number.to_owned()));
    }
    draft
        .record(stream, Event::AccountOpened { number: number.to_owned(), owner: owner.to_owned(), balance });
    Ok(())
}

fn deposit(draft: &mut Draft<'_, Accounts>, stream: StreamId, amount: i64) -> Result<(), Refusal> {
    account_of(draft, stream)?;
    draft.record(stream, Event::MoneyDeposited { amount });
    Ok(())
}

fn take(draft: &mut Draft<'_, Accounts>, stream: StreamId, amount: i64, event: Event) -> Result<(), Refusal> {
    let balance = account_of(draft, stream)?.balance;
    if balance < amount {
        return Err(Refusal::Insufficient(balance));
    }
    draft.record(stream, event);
    Ok(())
}

/// Takes before it looks at the receiver, so that a refusal has something in its draft to drop.
fn transfer(
    draft: &mut Draft<'_, Accounts>,
    from: StreamId,
    to: StreamId,
    amount: i64,
) -> Result<(), Refusal> {
    if from == to {
        return Err(Refusal::SameAccount);
    }
    take(draft, from, amount, Event::MoneySent { to, amount })?;
    account_of(draft, to)?;
    draft.record(to, Event::MoneyReceived { from, amount });
    Ok(())
}
