//! A small domain to test with: accounts, transfers between two of them, and standing orders that
//! name their accounts only in their own state.

mod decide;
mod model;

use imsop_journal::{
    Attachment, AttachmentTable, Cell, Context, Domain, Draft, Migration, Moment, Recorded, StateTable,
    States, UnreadableEvent,
};
use imsop_kernel::ids::Kind;
use imsop_kernel::{StreamId, Tenant};

pub use model::{Account, Command, Event, Refusal, StandingOrder, State};

/// The accounts' deciders.
pub struct Accounts;

/// The tables of the accounts.
pub const MIGRATIONS: [Migration; 1] =
    [Migration { version: 1, sql: include_str!("../../migrations/accounts.sql") }];

const TABLES: [StateTable; 2] = [
    StateTable { kind: Kind::Asset, table: "account", columns: &["owner", "balance"] },
    StateTable { kind: Kind::Order, table: "standing_order", columns: &[] },
];

static RECEIPTS: AttachmentTable =
    AttachmentTable { table: "receipt", columns: &["tenant", "stream", "version", "event"], tail: "" };

/// The stream of the account with this number.
pub fn account(tenant: &Tenant, number: &str) -> StreamId {
    StreamId::natural(tenant, Kind::Asset, number)
}

/// The stream of the standing order with this number.
pub fn standing_order(tenant: &Tenant, number: &str) -> StreamId {
    StreamId::natural(tenant, Kind::Order, number)
}

impl Domain for Accounts {
    type Command = Command;
    type Event = Event;
    type State = State;
    type Rejection = Refusal;

    fn tables(&self) -> &'static [StateTable] {
        &TABLES
    }

    fn targets(&self, tenant: &Tenant, command: &Command) -> Vec<StreamId> {
        match command {
            Command::Open { number, .. }
            | Command::Deposit { number, .. }
            | Command::Credit { number, .. }
            | Command::Withdraw { number, .. } => vec![account(tenant, number)],
            Command::Transfer { from, to, .. } => vec![account(tenant, from), account(tenant, to)],
            Command::Arrange { number, .. } | Command::Run { number } => vec![standing_order(tenant, number)],
            Command::Touch { stream } => vec![*stream],
        }
    }

    fn further_targets(&self, _: &Tenant, command: &Command, states: &States<Self>) -> Vec<StreamId> {
        let Command::Run { .. } = command else {
            return Vec::new();
        };
        // The order's stream hangs on the tenant, which only the loaded states know here.
        let mut accounts = Vec::new();
        for versioned in states.values() {
            if let Some(State::StandingOrder(order)) = versioned.state.as_deref() {
                accounts.extend([order.from, order.to]);
            }
        }
        accounts
    }

    fn decide(
        &self,
        command: &Command,
        context: &Context,
        draft: &mut Draft<'_, Self>,
    ) -> Result<(), Refusal> {
        decide::decide(command, context, draft)
    }

    fn evolve(&self, state: Option<State>, event: &Event, moment: Moment) -> State {
        model::evolve(state, event, moment)
    }

    fn columns(&self, state: &State) -> Vec<Cell> {
        match state {
            State::Account(account) => vec![account.owner.as_str().into(), account.balance.into()],
            State::StandingOrder(_) => Vec::new(),
        }
    }

    fn attachments(&self, _: &Command, context: &Context, recorded: &[Recorded<Event>]) -> Vec<Attachment> {
        let mut receipts = Vec::with_capacity(recorded.len());
        for one in recorded {
            let event = imsop_journal::DomainEvent::name(&one.event);
            let cells = vec![(&context.tenant).into(), one.stream.into(), one.version.into(), event.into()];
            receipts.push(Attachment { table: &RECEIPTS, cells });
        }
        receipts
    }

    fn read_event(&self, name: &str, version: u32, data: &str) -> Result<Event, UnreadableEvent> {
        Event::read(name, data).map_err(|reason| UnreadableEvent { name: name.to_owned(), version, reason })
    }
}
