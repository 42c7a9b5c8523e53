//! How the client commands talk to a server: its address, and a token that is kept between commands.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::time::Duration;

use imsop_kernel::{Problem, Timestamp};
use reqwest::{Client, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The server that client commands talk to, unless they are told another one.
pub const LOCAL_SERVER: &str = "http://127.0.0.1:8080";
const TIMEOUT: Duration = Duration::from_secs(30);
/// A token that expires so soon is renewed before it is used, in seconds.
const RENEW_BEFORE: i64 = 30;

/// Why a command could not be carried out, in words for the terminal.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nobody is logged in.
    #[error("not logged in: run `imsop login --url {0}`, or set IMSOP_TOKEN")]
    NotLoggedIn(String),
    /// The server cannot be reached.
    #[error("{url} cannot be reached: {source}\nIs the server running? `imsop serve` starts one.")]
    Unreachable {
        /// The server.
        url: String,
        /// What went wrong.
        source: reqwest::Error,
    },
    /// The server refused.
    #[error("{}", describe(.0))]
    Refused(Box<Problem>),
    /// The server answered something that is not understood.
    #[error("the server answered {0}, which is not understood")]
    Strange(StatusCode),
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
}

fn describe(problem: &Problem) -> String {
    let mut text = format!("{} ({})", problem.title, problem.status);
    if let Some(detail) = &problem.detail {
        text.push_str(&format!(": {detail}"));
    }
    for fault in &problem.errors {
        text.push_str(&format!("\n  {}: {}", fault.field.as_deref().unwrap_or("-"), fault.message));
    }
    text
}

/// A session that is kept between commands.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Session {
    url: String,
    access_token: String,
    refresh_token: String,
    expires_at: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tokens {
    access_token: String,
    refresh_token: String,
    expires_in: i64,
}

/// A connection to a server, as somebody.
pub struct Server {
    url: String,
    token: String,
    client: Client,
}

impl Server {
    /// Connects with the token of `IMSOP_TOKEN`, or of the kept session.
    pub async fn connect(url: &str) -> Result<Self, ClientError> {
        let url = url.trim_end_matches('/').to_owned();
        let client = Client::new();
        let token = match std::env::var("IMSOP_TOKEN") {
            Ok(token) if !token.is_empty() => token,
            _ => kept_token(&client, &url).await?,
        };
        Ok(Self { url, token, client })
    }

    /// Gets a resource.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        let request =
            self.client.get(format!("{}{path}", self.url)).bearer_auth(&self.token).timeout(TIMEOUT);
        read(request.send().await.map_err(|source| self.unreachable(source))?).await
    }

    /// Sends a body that streams, for as long as it takes.
    pub async fn upload<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
        media_type: &str,
        body: reqwest::Body,
    ) -> Result<T, ClientError> {
        let request = self.client.post(format!("{}{path}", self.url)).bearer_auth(&self.token);
        let request = request.query(query).header("content-type", media_type).body(body);
        read(request.send().await.map_err(|source| self.unreachable(source))?).await
    }

    fn unreachable(&self, source: reqwest::Error) -> ClientError {
        ClientError::Unreachable { url: self.url.clone(), source }
    }
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, ClientError> {
    let status = response.status();
    if status.is_success() {
        return response.json().await.map_err(|_| ClientError::Strange(status));
    }
    match response.json::<Problem>().await {
        Ok(problem) => Err(ClientError::Refused(Box::new(problem))),
        Err(_) => Err(ClientError::Strange(status)),
    }
}

/// Logs in and keeps the session, readable by the owner only.
pub async fn login(
    url: &str,
    username: &str,
    password: &str,
    tenant: Option<&str>,
) -> Result<PathBuf, ClientError> {
    let url = url.trim_end_matches('/');
    let mut body = serde_json::json!({ "username": username, "password": password });
    if let Some(tenant) = tenant {
        body["tenant"] = tenant.into();
    }
    let tokens = tokens(&Client::new(), url, "/auth/login", &body).await?;
    keep(url, tokens)
}

async fn tokens(
    client: &Client,
    url: &str,
    path: &str,
    body: &serde_json::Value,
) -> Result<Tokens, ClientError> {
    let request = client.post(format!("{url}{path}")).json(body).timeout(TIMEOUT);
    let unreachable = |source| ClientError::Unreachable { url: url.to_owned(), source };
    read(request.send().await.map_err(unreachable)?).await
}

async fn kept_token(client: &Client, url: &str) -> Result<String, ClientError> {
    let not_logged_in = || ClientError::NotLoggedIn(url.to_owned());
    let text = std::fs::read_to_string(session_file()).map_err(|_| not_logged_in())?;
    let session: Session = serde_json::from_str(&text).map_err(|_| not_logged_in())?;
    if session.url != url {
        return Err(not_logged_in());
    }
    if session.expires_at > Timestamp::now().as_second() + RENEW_BEFORE {
        return Ok(session.access_token);
    }
    let body = serde_json::json!({ "refreshToken": session.refresh_token });
    let renewed = match tokens(client, url, "/auth/refresh", &body).await {
        Err(ClientError::Refused(_)) => return Err(not_logged_in()),
        other => other?,
    };
    let token = renewed.access_token.clone();
    keep(url, renewed)?;
    Ok(token)
}

fn session_file() -> PathBuf {
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".config"));
    let folder = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).or_else(home);
    folder.unwrap_or_else(|| PathBuf::from(".")).join("imsop").join("session.json")
}

fn keep(url: &str, tokens: Tokens) -> Result<PathBuf, ClientError> {
    let path = session_file();
    let failed = |source| ClientError::File { path: path.display().to_string(), source };
    let session = Session {
        url: url.to_owned(),
        access_token: tokens.access_token,
        refresh_token: tokens.refresh_token,
        expires_at: Timestamp::now().as_second() + tokens.expires_in,
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    // Written beside and renamed: a session is never half a session.
    let part = path.with_extension("part");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let text = serde_json::to_string(&session).unwrap_or_default();
    options.open(&part).and_then(|mut file| file.write_all(text.as_bytes())).map_err(failed)?;
    std::fs::rename(&part, &path).map_err(failed)?;
    Ok(path)
}
