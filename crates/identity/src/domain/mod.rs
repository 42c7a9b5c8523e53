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
    /// Change what a person works as, whether they may log in, or their password.
    ChangeUser {
        /// Who.
        id: Uuid,
        /// The version that the caller has in mind.
        expected_version: Option<i64>,
        /// The roles from now on.
        roles: Option<Vec<Role>>,
        /// Whether the person may log in from now on.
        active: Option<bool>,
        /// The new password's hash.
        secret_hash: Option<String>,
    },
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
}

/// Why a command is refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Rejection {
    /// The name is taken.
    #[error("the name `{0}` is taken")]
    AlreadyExists(String),
    /// There is nobody of this id.
    #[error("there is no user {0}")]
    NotFound(Uuid),
    /// It has changed since the caller read it.
    #[error("the version is {0}")]
    Changed(i64),
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
            Self::NotFound(id) => problems::not_found("user", &id.to_string()),
            Self::Changed(version) => problems::precondition_failed(*version),
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
        vec![stream_of(tenant, command)]
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
            Command::ChangeUser { id, expected_version, roles, active, secret_hash } => {
                let account = draft.state(stream).cloned().ok_or(Rejection::NotFound(*id))?;
                if expected_version.is_some_and(|version| version != draft.version(stream)) {
                    return Err(Rejection::Changed(draft.version(stream)));
                }
                if let Some(roles) = roles.as_ref().filter(|roles| **roles != account.roles) {
                    check_roles(roles)?;
                    draft.record(stream, Event::UserRolesChanged { roles: roles.clone() });
                }
                match active {
                    Some(true) if !account.active => draft.record(stream, Event::UserReactivated {}),
                    Some(false) if account.active => draft.record(stream, Event::UserDeactivated {}),
                    _ => {}
                }
                if secret_hash.is_some() {
                    draft.record(stream, Event::UserPasswordChanged {});
                }
            }
            Command::NoteTokenReuse { id } => {
                draft.state(stream).ok_or(Rejection::NotFound(*id))?;
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
        });
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
            Event::UserRolesChanged { roles } => account.roles.clone_from(roles),
            Event::UserDeactivated {} => account.active = false,
            Event::UserReactivated {} => account.active = true,
            Event::UserPasswordChanged {} | Event::RefreshTokenReuseDetected { .. } => {}
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
        | Command::ChangeUser { secret_hash: Some(secret_hash), .. }) = command
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
        Command::ChangeUser { id, .. } | Command::NoteTokenReuse { id } => StreamId::new(Kind::User, *id),
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
