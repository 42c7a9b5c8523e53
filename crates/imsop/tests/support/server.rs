//! A server as a process of its own, which can be killed.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use super::PASSWORD;

/// How long a server may take until it answers, also where many tests share the machine.
const START: Duration = Duration::from_secs(60);

/// How a server is to run.
#[derive(Clone, Default)]
pub struct Plan {
    home: PathBuf,
    settings: Vec<(&'static str, String)>,
}

impl Plan {
    /// All services, on SQLite in this folder.
    pub fn on(home: &Path) -> Self {
        Self { home: home.to_owned(), settings: Vec::new() }
    }

    /// With this setting, by the name of its variable.
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.settings.push((name, value.to_owned()));
        self
    }

    /// Only the stock and who may ask for it: it starts faster, so that it can be killed more often.
    pub fn stock_only(self) -> Self {
        self.with("IMSOP_SERVICES", "[identity,inventory]")
    }

    /// Where the data is.
    pub fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    /// Begins to start a server, which may be killed before it answers.
    pub fn launch(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_imsop"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(self.data())
            .env("IMSOP_ADMIN_PASSWORD", PASSWORD)
            .env("IMSOP_LOG", "off")
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts")
    }

    /// Starts a server; when it returns, requests are answered.
    pub fn start(&self) -> Server {
        let mut process = self.launch();
        let url = announced(process.stdout.take().expect("it is piped"));
        Server { process, url, home: self.home.clone() }
    }
}

/// The address that a server says it listens on. What it says later is read and forgotten, so that it never
/// waits for somebody to listen.
fn announced(output: ChildStdout) -> String {
    let (say, said) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(url) = line.strip_prefix("IMSOP listens on ") {
                let _ = say.send(url.to_owned());
            }
        }
    });
    said.recv_timeout(START).expect("the server says where it listens")
}

/// A running server. Dropped, it is killed.
pub struct Server {
    /// Its address.
    pub url: String,
    process: Child,
    home: PathBuf,
}

impl Server {
    /// SIGKILL: nothing is flushed, nothing is said.
    pub fn kill(self) {
        drop(self);
    }

    /// Signs the command line's user in, who then may use [`Self::client`].
    pub fn sign_in(&self) {
        let answer = self.client(&["login", "--url", &self.url], Some(PASSWORD));
        assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    }

    /// Runs the command line with this input.
    pub fn client(&self, arguments: &[&str], input: Option<&str>) -> Output {
        self.client_process(arguments, input).wait_with_output().expect("the client ends")
    }

    /// Starts the command line with this input.
    pub fn client_process(&self, arguments: &[&str], input: Option<&str>) -> Child {
        let mut process = Command::new(env!("CARGO_BIN_EXE_imsop"))
            .args(arguments)
            .env("XDG_CONFIG_HOME", &self.home)
            .env_remove("IMSOP_TOKEN")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the client starts");
        let mut stdin = process.stdin.take().expect("it is piped");
        stdin.write_all(input.unwrap_or_default().as_bytes()).expect("the client reads");
        drop(stdin);
        process
    }

    /// Starts the import of a file of deliveries.
    pub fn import(&self, file: &Path) -> Child {
        let file = file.to_str().expect("the path is text");
        self.client_process(&["import", "--json", "--adapter", "scms", "--url", &self.url, file], None)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A test that failed must not leave its servers behind.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
