//! `imsop login`: get a session for the client commands.

use std::io::{IsTerminal, Read};

use clap::Args;

use crate::client::{self, ClientError, LOCAL_SERVER};

/// The arguments of `imsop login`.
#[derive(Debug, Args)]
pub struct LoginArguments {
    /// The server
    #[arg(long, default_value = LOCAL_SERVER, env = "IMSOP_URL")]
    url: String,
    /// The name to log in with
    #[arg(long, short, default_value = "admin")]
    username: String,
    /// The tenant, if it is not the server's first one
    #[arg(long)]
    tenant: Option<String>,
}

/// Asks for the password, or reads it from standard input if that is no terminal.
pub async fn run(arguments: LoginArguments) -> Result<(), ClientError> {
    let password =
        read_password().map_err(|source| ClientError::File { path: "password".to_owned(), source })?;
    let tenant = arguments.tenant.as_deref();
    let file = client::login(&arguments.url, &arguments.username, &password, tenant).await?;
    println!(
        "logged in to {} as {}; the session is in {}",
        arguments.url,
        arguments.username,
        file.display()
    );
    Ok(())
}

fn read_password() -> Result<String, std::io::Error> {
    if std::io::stdin().is_terminal() {
        return rpassword::prompt_password("password: ");
    }
    let mut text = String::new();
    std::io::stdin().take(4_096).read_to_string(&mut text)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
