//! `imsop demo`: the platform with a simulated supply network that lives in it.

use clap::Args;
use imsop_demo::Options;
use imsop_platform::telemetry::Telemetry;
use imsop_platform::{Role, StartError};
use tokio::sync::oneshot;

use super::serve::{self, ServeArguments, ServeError};
use crate::Running;

/// The machine client that the network works as.
const CLIENT: &str = "demo-network";

/// The arguments of `imsop demo`.
#[derive(Debug, Clone, Args)]
pub struct DemoArguments {
    #[command(flatten)]
    serve: ServeArguments,
    /// The same seed makes the same network
    #[arg(long, default_value_t = 26)]
    seed: u64,
    /// How many times faster than in life goods move
    #[arg(long, default_value_t = 120.0)]
    speed: f64,
}

/// Runs until it is told to stop.
pub async fn run(arguments: &DemoArguments) -> Result<(), ServeError> {
    let config = arguments.serve.config()?;
    let tenant = config.tenant.clone();
    let telemetry = Telemetry::start(&config.log, config.otlp_endpoint.as_deref())?;
    let running = crate::start(config, serve::admin_password()).await?;
    let Some(identity) = &running.identity else {
        return Err(StartError::Other("the demo needs the service identity".to_owned()).into());
    };
    let client_secret = identity.own_client(&tenant, CLIENT, &[Role::Operator, Role::Integrator]).await?;
    let options = Options {
        url: format!("http://{}", running.address),
        tenant,
        client_id: CLIENT.to_owned(),
        client_secret,
        seed: arguments.seed,
        speed: arguments.speed,
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let network = tokio::spawn(imsop_demo::run(options, async {
        let _ = stopped.await;
    }));
    serve::announce(&running);
    show_password(&running);
    serve::until_told().await?;
    let _ = stop.send(());
    let _ = network.await;
    running.stop().await;
    telemetry.stop();
    Ok(())
}

/// Shows a generated password: whoever tries the demo sits in front of it.
fn show_password(running: &Running) {
    let file = running.administrator.as_ref().and_then(|administrator| administrator.password_file.as_ref());
    if let Some(password) = file.and_then(|file| std::fs::read_to_string(file).ok()) {
        println!("the password is {}", password.trim());
    }
}
