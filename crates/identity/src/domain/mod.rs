//! Deciders: who is registered, as what. Secrets pass through beside the decision and are never a
//! part of a state or an event.

mod event;

use imsop_journal::{
    Attachment, AttachmentTable, Cell, Context, Domain, Draft, Moment, Recorded, StateTable, UnreadableEvent,
};
use imsop_kernel::ids::Kind;
use imsop_kernel::problem::Fault;
use imsop_kernel::{Problem, StreamId, Tenant, Timestamp, Uuid};
use imsop_platform::Role;
use imsop_platform::http::Refusal;
use imsop_platform::problems;
use serde::{Deserialize, Serialize};

pub use event::Event;

use crate::limits::{ROLES, USERNAME_LENGTH};

/// The deciders of identity.
pub struct Identity;

/// What can be asked.
#[derive(Debug, Clone)]
pub enum Command {
    /// Register a person.
    RegisterUser {
        /// The name to log in with.
        username: String,
        /// What the person works as.
        roles: Vec<Role>,
        /// The password's hash.
        secret_hash: String,
    },
    /// Change what somebody works as, whether they may come in, or what proves that it is them.
    Change(Change),
    /// Register a machine client.
    RegisterClient {
        /// Its name.
        client_id: String,
        /// What it works as.
        roles: Vec<Role>,
        /// The secret's hash.
        secret_hash: String,
    },
    /// Note that a refresh token came a second time.
    NoteTokenReuse {
        /// Whose token it is.
        id: Uuid,
    },
}

/// What is to change of a person or a machine client. What is not named stays.
#[derive(Debug, Clone)]
pub struct Change {
    /// Whose account.
    pub account: StreamId,
    /// The version that the caller has in mind.
    pub expected_version: Option<i64>,
    /// The roles from now on.
    pub roles: Option<Vec<Role>>,
    /// Whether it may come in from now on.
    pub active: Option<bool>,
    /// The hash of the new password or secret.
    pub secret_hash: Option<String>,
    /// Some others who were active administrators when last looked at. One of them must still be where
    /// an administrator goes; they are locked with the account, so that two cannot remove each other.
    pub other_administrators: Vec<Uuid>,
}

impl Change {
    /// Changes nothing yet.
    pub fn of(account: StreamId) -> Self {
        Self {
            account,
            expected_version: None,
            roles: None,
            active: None,
            secret_hash: None,
            other_administrators: Vec::new(),
        }
    }

    /// Whether it could take an administrator away.
    pub fn may_remove_an_administrator(&self) -> bool {
        let loses_role = self.roles.as_ref().is_some_and(|roles| !roles.contains(&Role::Administrator));
        self.account.kind == Kind::User && (loses_role || self.active == Some(false))
    }
}

/// A person or a machine client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The name.
    pub name: String,
    /// Whether it is a machine.
    pub is_client: bool,
    /// What it works as.
    pub roles: Vec<Role>,
    /// Whether it may log in.
    pub active: bool,
    /// Since when it is known.
    pub registered_at: Timestamp,
    /// Grows with every change of roles, activity, password or secret. Sessions and tokens bear the
    /// number under which they began, and end when it grows: a login that was under way cannot miss it.
    #[serde(default)]
    pub generation: i64,
}

impl Account {
    /// Whether this is a person who can let others in.
    pub fn is_active_administrator(&self) -> bool {
        !self.is_client && self.active && self.roles.contains(&Role::Administrator)
    }
}

/// Why a command is refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Rejection {
    /// The name is taken.
    #[error("the name `{0}` is taken")]
    AlreadyExists(String),
    /// There is nobody of this id.
    #[error("there is no {0}")]
    NotFound(StreamId),
    /// It has changed since the caller read it.
    #[error("the version is {0}")]
    Changed(i64),
    /// Nobody would be left who can let anybody in.
    #[error("it is the last active administrator; make somebody else one first")]
    LastAdministrator,
    /// Something is wrong with the command itself.
    #[error("the command is not valid")]
    Invalid(Vec<Fault>),
}

impl Refusal for Rejection {
    fn problem(&self) -> Problem {
        match self {
            Self::AlreadyExists(_) => {
                Problem::new(409, "already-exists", "It exists already").detail(self.to_string())
            }
            Self::NotFound(stream) => problems::not_found(stream.kind.as_str(), &stream.id.to_string()),
            Self::Changed(version) => problems::precondition_failed(*version),
            Self::LastAdministrator => {
                Problem::new(409, "last-administrator", "A tenant needs an administrator")
                    .detail(self.to_string())
            }
            Self::Invalid(faults) => problems::validation_failed(faults.clone()),
        }
    }
}

const TABLES: &[StateTable] = &[
    StateTable { kind: Kind::User, table: "users", columns: &["username"] },
    StateTable { kind: Kind::Client, table: "clients", columns: &["client_id"] },
];

static CREDENTIALS: AttachmentTable = AttachmentTable {
    table: "credentials",
    columns: &["tenant", "id", "secret_hash"],
    tail: "ON CONFLICT (tenant, id) DO UPDATE SET secret_hash = excluded.secret_hash",
};

impl Domain for Identity {
    type Command = Command;
    type Event = Event;
    type State = Account;
    type Rejection = Rejection;

    fn tables(&self) -> &'static [StateTable] {
        TABLES
    }

    fn targets(&self, tenant: &Tenant, command: &Command) -> Vec<StreamId> {
        let mut streams = vec![stream_of(tenant, command)];
        if let Command::Change(change) = command {
            let others = change.other_administrators.iter();
            streams.extend(others.map(|id| StreamId::new(Kind::User, *id)));
        }
        streams
    }

    fn decide(
        &self,
        command: &Command,
        context: &Context,
        draft: &mut Draft<'_, Self>,
    ) -> Result<(), Rejection> {
        let stream = stream_of(&context.tenant, command);
        match command {
            Command::RegisterUser { username, roles, .. } => {
                check_new(username, roles, draft.state(stream))?;
                draft.record(
                    stream,
                    Event::UserRegistered { username: username.clone(), roles: roles.clone() },
                );
            }
            Command::RegisterClient { client_id, roles, .. } => {
                check_new(client_id, roles, draft.state(stream))?;
                let event = Event::ClientRegistered { client_id: client_id.clone(), roles: roles.clone() };
                draft.record(stream, event);
            }
            Command::Change(change) => decide_change(change, draft)?,
            Command::NoteTokenReuse { id } => {
                draft.state(stream).ok_or(Rejection::NotFound(stream))?;
                draft.record(stream, Event::RefreshTokenReuseDetected { user_id: *id });
            }
        }
        Ok(())
    }

    fn evolve(&self, state: Option<Account>, event: &Event, moment: Moment) -> Account {
        let mut account = state.unwrap_or_else(|| Account {
            name: String::new(),
            is_client: false,
            roles: Vec::new(),
            active: true,
            registered_at: moment.recorded_at,
            generation: 0,
        });
        account.generation += i64::from(ends_sessions(event));
        match event {
            Event::UserRegistered { username, roles } => {
                account.name.clone_from(username);
                account.roles.clone_from(roles);
            }
            Event::ClientRegistered { client_id, roles } => {
                account.name.clone_from(client_id);
                account.roles.clone_from(roles);
                account.is_client = true;
            }
            Event::UserRolesChanged { roles } | Event::ClientRolesChanged { roles } => {
                account.roles.clone_from(roles);
            }
            Event::UserDeactivated {} | Event::ClientDeactivated {} => account.active = false,
            Event::UserReactivated {} | Event::ClientReactivated {} => account.active = true,
            Event::UserPasswordChanged {}
            | Event::ClientSecretChanged {}
            | Event::RefreshTokenReuseDetected { .. } => {}
        }
        account
    }

    fn columns(&self, state: &Account) -> Vec<Cell> {
        vec![state.name.as_str().into()]
    }

    fn attachments(
        &self,
        command: &Command,
        context: &Context,
        _recorded: &[Recorded<Event>],
    ) -> Vec<Attachment> {
        let (Command::RegisterUser { secret_hash, .. }
        | Command::RegisterClient { secret_hash, .. }
        | Command::Change(Change { secret_hash: Some(secret_hash), .. })) = command
        else {
            return Vec::new();
        };
        let id = stream_of(&context.tenant, command).id;
        let cells = vec![(&context.tenant).into(), id.into(), secret_hash.as_str().into()];
        vec![Attachment { table: &CREDENTIALS, cells }]
    }

    fn read_event(&self, name: &str, version: u32, data: &str) -> Result<Event, UnreadableEvent> {
        event::read(name, version, data)
    }
}

fn stream_of(tenant: &Tenant, command: &Command) -> StreamId {
    match command {
        Command::RegisterUser { username, .. } => StreamId::natural(tenant, Kind::User, username),
        Command::RegisterClient { client_id, .. } => StreamId::natural(tenant, Kind::Client, client_id),
        Command::Change(change) => change.account,
        Command::NoteTokenReuse { id } => StreamId::new(Kind::User, *id),
    }
}

fn decide_change(change: &Change, draft: &mut Draft<'_, Identity>) -> Result<(), Rejection> {
    let stream = change.account;
    let account = draft.state(stream).cloned().ok_or(Rejection::NotFound(stream))?;
    let version = draft.version(stream);
    if change.expected_version.is_some_and(|expected| expected != version) {
        return Err(Rejection::Changed(version));
    }
    let is_client = account.is_client;
    if let Some(roles) = change.roles.as_ref().filter(|roles| **roles != account.roles) {
        check_roles(roles)?;
        let roles = roles.clone();
        draft.record(stream, roles_changed(is_client, roles));
    }
    match change.active {
        Some(true) if !account.active && is_client => draft.record(stream, Event::ClientReactivated {}),
        Some(true) if !account.active => draft.record(stream, Event::UserReactivated {}),
        Some(false) if account.active && is_client => draft.record(stream, Event::ClientDeactivated {}),
        Some(false) if account.active => draft.record(stream, Event::UserDeactivated {}),
        _ => {}
    }
    if change.secret_hash.is_some() {
        let changed = if is_client { Event::ClientSecretChanged {} } else { Event::UserPasswordChanged {} };
        draft.record(stream, changed);
    }
    let is_left = |stream: StreamId| draft.state(stream).is_some_and(Account::is_active_administrator);
    if !account.is_active_administrator() || is_left(stream) {
        return Ok(());
    }
    let mut others = change.other_administrators.iter().map(|id| StreamId::new(Kind::User, *id));
    // The account itself may be named among the others; it has gone by now and does not count.
    if others.any(is_left) { Ok(()) } else { Err(Rejection::LastAdministrator) }
}

fn roles_changed(is_client: bool, roles: Vec<Role>) -> Event {
    if is_client { Event::ClientRolesChanged { roles } } else { Event::UserRolesChanged { roles } }
}

/// Whether whoever is logged in has to prove anew who they are. A list without a rest: a new event has
/// to take a stand.
fn ends_sessions(event: &Event) -> bool {
    match event {
        Event::UserRolesChanged { .. }
        | Event::UserDeactivated {}
        | Event::UserReactivated {}
        | Event::UserPasswordChanged {}
        | Event::ClientRolesChanged { .. }
        | Event::ClientDeactivated {}
        | Event::ClientReactivated {}
        | Event::ClientSecretChanged {} => true,
        // The sessions of the login concerned are ended by name; the others are not in doubt.
        Event::RefreshTokenReuseDetected { .. }
        | Event::UserRegistered { .. }
        | Event::ClientRegistered { .. } => false,
    }
}

fn check_new(name: &str, roles: &[Role], known: Option<&Account>) -> Result<(), Rejection> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "._-@".contains(letter);
    if name.is_empty() || name.len() > USERNAME_LENGTH || !name.chars().all(plain) {
        let message =
            format!("must have 1 to {USERNAME_LENGTH} characters of a-z, A-Z, 0-9, '.', '_', '-', '@'");
        return Err(Rejection::Invalid(vec![Fault::at("username", "out-of-range", message)]));
    }
    check_roles(roles)?;
    if known.is_some() {
        return Err(Rejection::AlreadyExists(name.to_owned()));
    }
    Ok(())
}

fn check_roles(roles: &[Role]) -> Result<(), Rejection> {
    let mut distinct = roles.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    if roles.is_empty() || roles.len() > ROLES || distinct.len() != roles.len() {
        let message = format!("must be 1 to {ROLES} different roles");
        return Err(Rejection::Invalid(vec![Fault::at("roles", "out-of-range", message)]));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
