//! Configuration: defaults, then a file, then `IMSOP_…` variables, then the command line.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use imsop_journal::DatabaseUrl;
use imsop_kernel::{Region, Tenant};
use serde::{Deserialize, Serialize};

use crate::limits::REQUESTS_PER_SECOND;

/// The services of the platform, by the names that `--services` takes.
pub const SERVICES: [&str; 6] =
    ["identity", "operations", "inventory", "ingestion", "analytics", "visualization"];

/// How a process runs.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// Where files are kept, and the databases if they are embedded.
    pub data_dir: PathBuf,
    /// `sqlite://FOLDER` or `postgres://…`; by default SQLite in the data folder.
    pub database: Option<String>,
    /// Which services this process runs; by default all.
    pub services: Vec<String>,
    /// Where this process keeps its data.
    pub region: Region,
    /// The tenant that the first administrator belongs to.
    pub tenant: Tenant,
    /// Where another process publishes the keys of access tokens, if this one does not run identity.
    pub jwks_url: Option<String>,
    /// Where traces are sent (OTLP over HTTP), for example `http://127.0.0.1:4318`.
    pub otlp_endpoint: Option<String>,
    /// What is logged, in the form of `RUST_LOG`.
    pub log: String,
    /// Requests per second that one tenant may send over a longer time; twice as many at once.
    pub requests_per_second: NonZeroU32,
}

/// The configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("configuration: {0}")]
    Unreadable(#[from] Box<figment::Error>),
    /// It names a service that does not exist.
    #[error("there is no service `{0}`; there are {list}", list = SERVICES.join(", "))]
    UnknownService(String),
    /// Tokens could not be verified.
    #[error("a process without identity needs jwks_url, to verify tokens with")]
    NoKeys,
    /// The database is of no known kind.
    #[error(transparent)]
    Database(#[from] imsop_journal::StoreError),
}

/// What the command line says; it goes before everything else.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Overrides {
    /// See [`Config::listen`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
    /// See [`Config::data_dir`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,
    /// See [`Config::database`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// See [`Config::services`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub services: Option<Vec<String>>,
}

impl Config {
    fn defaults() -> Result<Self, Box<figment::Error>> {
        let wrong = |error: imsop_kernel::tenant::NotAName| Box::new(figment::Error::from(error.to_string()));
        Ok(Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data_dir: PathBuf::from("imsop-data"),
            database: None,
            services: SERVICES.map(str::to_owned).to_vec(),
            region: Region::new("local").map_err(wrong)?,
            tenant: Tenant::new("demo").map_err(wrong)?,
            jwks_url: None,
            otlp_endpoint: None,
            log: "info".to_owned(),
            requests_per_second: REQUESTS_PER_SECOND,
        })
    }

    /// Reads the configuration.
    pub fn load(file: Option<&Path>, overrides: &Overrides) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Serialized::defaults(Self::defaults()?));
        if let Some(file) = file {
            figment = figment.merge(Toml::file_exact(file));
        }
        let names = ["listen", "data_dir", "database", "services", "region", "tenant"];
        let names = [&names[..], &["jwks_url", "otlp_endpoint", "log", "requests_per_second"]].concat();
        let figment =
            figment.merge(Env::prefixed("IMSOP_").only(&names)).merge(Serialized::defaults(overrides));
        let config: Self = figment.extract().map_err(Box::new)?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        if let Some(unknown) = self.services.iter().find(|name| !SERVICES.contains(&name.as_str())) {
            return Err(ConfigError::UnknownService(unknown.clone()));
        }
        if !self.runs("identity") && self.jwks_url.is_none() {
            return Err(ConfigError::NoKeys);
        }
        self.database_url()?;
        Ok(())
    }

    /// Whether this process runs the service.
    pub fn runs(&self, service: &str) -> bool {
        self.services.iter().any(|name| name == service)
    }

    /// Where the databases are.
    pub fn database_url(&self) -> Result<DatabaseUrl, imsop_journal::StoreError> {
        match &self.database {
            Some(url) => DatabaseUrl::parse(url),
            None => Ok(DatabaseUrl::Sqlite(self.data_dir.join("db"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_without_identity_must_know_where_the_keys_are() {
        let overrides = Overrides { services: Some(vec!["operations".to_owned()]), ..Overrides::default() };
        assert!(matches!(Config::load(None, &overrides), Err(ConfigError::NoKeys)));
        let overrides = Overrides { services: Some(vec!["weather".to_owned()]), ..Overrides::default() };
        assert!(matches!(Config::load(None, &overrides), Err(ConfigError::UnknownService(_))));
    }
}
