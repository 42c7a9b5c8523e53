//! The binary as a process of its own.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Failure;

const PASSWORD: &str = "a password for benches";
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server, and how to talk to it.
pub struct Server {
    process: Child,
    /// Its address.
    pub url: String,
    /// Its port.
    pub port: u16,
    /// A client with connections that stay open.
    pub client: reqwest::Client,
    /// An administrator's token.
    pub token: String,
    /// How long it took until it answered that it was ready.
    pub ready_after: Duration,
}

impl Server {
    /// Starts the binary on this folder, and waits until it is ready.
    pub async fn start(binary: &Path, folder: &Path, database: Option<&str>) -> Result<Self, Failure> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let url = format!("http://127.0.0.1:{port}");
        let client = reqwest::Client::new();
        let mut command = Command::new(binary);
        command.args(["serve", "--data-dir"]).arg(folder).args(["--listen", &format!("127.0.0.1:{port}")]);
        if let Some(database) = database {
            command.args(["--database", database]);
        }
        command.env("IMSOP_ADMIN_PASSWORD", PASSWORD).env("IMSOP_LOG", "warn").stdout(Stdio::null());
        let started = Instant::now();
        let process = command.spawn()?;
        loop {
            let answer = client.get(format!("{url}/health/ready")).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                break;
            }
            if started.elapsed() > PATIENCE {
                return Err("the server does not get ready".into());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let ready_after = started.elapsed();
        let mut server = Self { process, url, port, client, token: String::new(), ready_after };
        server.login().await?;
        Ok(server)
    }

    /// Gets a new token; they hold for some minutes only.
    pub async fn login(&mut self) -> Result<(), Failure> {
        let body = json!({ "username": "admin", "password": PASSWORD });
        let answer = self.client.post(format!("{}/auth/login", self.url)).json(&body).send().await?;
        let answer: Value = answer.error_for_status()?.json().await?;
        answer["accessToken"].as_str().unwrap_or_default().clone_into(&mut self.token);
        Ok(())
    }

    /// Posts JSON and reads the answer.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        let request = self.client.post(format!("{}{path}", self.url)).bearer_auth(&self.token).json(body);
        let answer = request.send().await?;
        let status = answer.status();
        let body: Value = answer.json().await?;
        if !status.is_success() {
            return Err(format!("{path}: {status}: {body}").into());
        }
        Ok(body)
    }

    /// Gets JSON.
    pub async fn get(&self, path: &str) -> Result<Value, Failure> {
        let request = self.client.get(format!("{}{path}", self.url)).bearer_auth(&self.token);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    /// A figure of `/proc/PID/status` in MiB: `VmRSS` for now, `VmHWM` for the most so far.
    pub fn memory(&self, figure: &str) -> Result<f64, Failure> {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = text.lines().find(|line| line.starts_with(figure)).ok_or("no such figure")?;
        let kibibytes: f64 = line.split_whitespace().nth(1).ok_or("no value")?.parse()?;
        Ok(kibibytes / 1024.0)
    }

    /// Waits until the read side has everything that was published.
    pub async fn settled(&mut self) -> Result<(), Failure> {
        let started = Instant::now();
        let mut quiet = 0;
        while quiet < 5 {
            tokio::time::sleep(Duration::from_millis(200)).await;
            if started.elapsed().as_secs() % 300 == 299 {
                self.login().await?;
            }
            let dashboard = self.get("/viz/dashboard").await?;
            let provisional = dashboard["asOf"]["provisional"].as_bool().unwrap_or(true);
            quiet = if provisional { 0 } else { quiet + 1 };
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
