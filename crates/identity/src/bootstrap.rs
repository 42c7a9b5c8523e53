//! The first administrator of a tenant, and the machine client of the demonstration.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use imsop_journal::{Origin, Outcome, Submission};
use imsop_kernel::ids::{Kind, natural_id};
use imsop_kernel::{Actor, StreamId, Tenant, Uuid};
use imsop_platform::{Role, StartError};

use crate::domain::{Change, Command, Identity, Rejection};
use crate::queries;
use crate::secrets::{digest, password_fault, random_secret};
use crate::state::IdentityState;

/// The name of the first administrator.
pub const ADMINISTRATOR: &str = "admin";

/// How the first administrator gets in.
#[derive(Debug, Clone)]
pub struct Administrator {
    /// The name to log in with.
    pub username: &'static str,
    /// The file with the password, if it was generated; readable by the owner only.
    pub password_file: Option<PathBuf>,
}

impl IdentityState {
    /// Registers the first administrator of the tenant, if there is none. Without a given password
    /// one is generated and written to a file that only the owner can read.
    pub async fn bootstrap(
        &self,
        tenant: &Tenant,
        given_password: Option<String>,
        data_dir: &Path,
    ) -> Result<Administrator, StartError> {
        let file = password_file(data_dir, tenant, &self.default_tenant);
        let id = natural_id(tenant, Kind::User.as_str(), ADMINISTRATOR);
        let known = queries::account(self.database(), tenant, Kind::User, id).await?;
        if known.is_some() {
            return Ok(Administrator {
                username: ADMINISTRATOR,
                password_file: file.exists().then_some(file),
            });
        }
        if let Some(fault) = given_password.as_deref().and_then(password_fault) {
            let message = format!("the administrator's password is not good: it {}", fault.message);
            return Err(StartError::Other(message));
        }
        let generated = given_password.is_none();
        let password = match given_password {
            Some(password) => password,
            None => {
                random_secret().map_err(|_| StartError::Other("no randomness".to_owned()))?[..24].to_owned()
            }
        };
        if generated {
            // Before the account exists: a password that nobody can read would lock everybody out.
            write_secret(&file, &password)?;
        }
        let secret_hash = self.hash_password(password).await.map_err(|_| cannot("hash the password"))?;
        let roles = vec![Role::Administrator];
        let command = Command::RegisterUser { username: ADMINISTRATOR.to_owned(), roles, secret_hash };
        match self.submit_own(tenant, "administrator", command).await? {
            // Another process was first.
            Outcome::Rejected(Rejection::AlreadyExists(_)) | Outcome::Accepted(_) => {}
            _ => return Err(cannot("register the administrator")),
        }
        Ok(Administrator { username: ADMINISTRATOR, password_file: generated.then_some(file) })
    }

    /// Registers a machine client of the platform's own if there is none, and gives it a new secret.
    pub async fn own_client(
        &self,
        tenant: &Tenant,
        name: &str,
        roles: &[Role],
    ) -> Result<String, StartError> {
        let secret = random_secret().map_err(|_| cannot("make a secret"))?;
        let command = Command::RegisterClient {
            client_id: name.to_owned(),
            roles: roles.to_vec(),
            secret_hash: digest(&secret),
        };
        if let Outcome::Accepted(_) = self.submit_own(tenant, &Uuid::now_v7().to_string(), command).await? {
            return Ok(secret);
        }
        let account = StreamId::natural(tenant, Kind::Client, name);
        let change = Change { secret_hash: Some(digest(&secret)), ..Change::of(account) };
        match self.submit_own(tenant, &Uuid::now_v7().to_string(), Command::Change(change)).await? {
            Outcome::Accepted(_) => Ok(secret),
            _ => Err(cannot("change the secret of the platform's own client")),
        }
    }

    async fn submit_own(
        &self,
        tenant: &Tenant,
        key: &str,
        command: Command,
    ) -> Result<Outcome<Identity>, StartError> {
        let origin = Origin {
            tenant: tenant.clone(),
            actor: Actor::system("identity"),
            correlation_id: Uuid::now_v7(),
            causation_id: None,
            traceparent: None,
        };
        let key = format!("bootstrap:{key}");
        let submission = Submission { origin, fingerprint: key.clone(), key, command };
        self.executor.submit(submission).await.map_err(|error| StartError::Other(error.to_string()))
    }
}

fn cannot(what: &str) -> StartError {
    StartError::Other(format!("cannot {what}"))
}

fn password_file(data_dir: &Path, tenant: &Tenant, default_tenant: &Tenant) -> PathBuf {
    if tenant == default_tenant {
        return data_dir.join("admin-password");
    }
    data_dir.join(format!("admin-password-{tenant}"))
}

fn write_secret(path: &Path, secret: &str) -> Result<(), StartError> {
    let failed = |source| StartError::File { path: path.display().to_string(), source };
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(path).map_err(failed)?;
    writeln!(file, "{secret}").and_then(|()| file.sync_all()).map_err(failed)
}
