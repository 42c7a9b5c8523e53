//! Services, composed into one process.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use imsop_analytics::domain::Range;
use imsop_backbone::EmbeddedBackbone;
use imsop_contracts::Registry;
use imsop_identity::{Administrator, IdentityState};
use imsop_ingestion::Connections;
use imsop_ingestion::domain::normalise::{SignalRule, Signals};
use imsop_journal::Machine;
use imsop_platform::auth::guard::Gate;
use imsop_platform::auth::{KeyRing, Revocations, TokenVerifier};
use imsop_platform::http::{listen, server};
use imsop_platform::service::platform_routes;
use imsop_platform::{Config, Node, Service, StartError, telemetry};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use utoipa_axum::router::OpenApiRouter;

use crate::bridges::{Gateways, file_adapters};
use crate::lock::{self, FolderLock};
use crate::{documents, ui};

/// A running process: its services and its way in.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// How the first administrator gets in, if this process runs identity.
    pub administrator: Option<Administrator>,
    /// Identity, if this process runs it.
    pub identity: Option<IdentityState>,
    services: Vec<Service>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
    upkeep: JoinHandle<()>,
    _lock: FolderLock,
}

/// Starts everything that the configuration asks for. When it returns, requests are answered.
pub async fn start(config: Config, admin_password: Option<String>) -> Result<Running, StartError> {
    let lock = lock::take(&config.data_dir)?;
    let recorder = telemetry::metrics().map_err(|error| StartError::Other(error.to_string()))?;
    let config = Arc::new(config);
    let backbone = Arc::new(EmbeddedBackbone::open(&config.database_url()?).await?);
    let node = Node {
        config: config.clone(),
        environment: Arc::new(Machine),
        backbone,
        keys: KeyRing::default(),
        revocations: Revocations::default(),
        classify: imsop_contracts::classify,
        topic_of: imsop_contracts::topic_of,
    };
    let mut started = start_services(&node).await?;
    let administrator = match &started.identity {
        Some(identity) => Some(identity.bootstrap(&config.tenant, admin_password, &config.data_dir).await?),
        None => None,
    };
    let routes = routes(&node, &mut started.services, recorder);
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|source| StartError::File { path: config.listen.to_string(), source })?;
    let address =
        listener.local_addr().map_err(|source| StartError::File { path: "socket".to_owned(), source })?;
    let (stop, stopped) = oneshot::channel();
    let server = tokio::spawn(listen::serve(listener, routes, async {
        let _ = stopped.await;
    }));
    let upkeep = tokio::spawn(telemetry::upkeep(recorder));
    tracing::info!(%address, services = ?config.services, "ready");
    let identity = started.identity;
    Ok(Running {
        address,
        administrator,
        identity,
        services: started.services,
        stop,
        server,
        upkeep,
        _lock: lock,
    })
}

impl Running {
    /// Stops: no new requests, those in flight end, then the services.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        match self.server.await {
            Ok(()) => {}
            Err(error) => tracing::error!(%error, "the server ended unexpectedly"),
        }
        self.upkeep.abort();
        drop(self.identity);
        for service in self.services {
            service.stop().await;
        }
        tracing::info!("stopped");
    }
}

struct Started {
    services: Vec<Service>,
    identity: Option<IdentityState>,
}

async fn start_services(node: &Node) -> Result<Started, StartError> {
    let config = &node.config;
    let mut services = Vec::new();
    let mut identity = None;
    if config.runs("identity") {
        let (service, state) = imsop_identity::start(node).await?;
        services.push(service);
        identity = Some(state);
    } else if let Some(url) = config.jwks_url.clone() {
        tokio::spawn(node.keys.clone().follow(url));
    }
    let mut gateways = Gateways::default();
    if config.runs("operations") {
        let (service, executor) = imsop_operations::start(node).await?;
        services.push(service);
        gateways.operations = Some(executor);
    }
    if config.runs("inventory") {
        let (service, executor) = imsop_inventory::start(node).await?;
        services.push(service);
        gateways.inventory = Some(executor);
    }
    if config.runs("ingestion") {
        let adapters = file_adapters().map_err(StartError::Other)?;
        let connections = Connections { gateway: Arc::new(gateways), signals: signals(), adapters };
        services.push(imsop_ingestion::start(node, connections).await?);
    }
    if config.runs("analytics") {
        services.push(imsop_analytics::start(node, expected_ranges()).await?);
    }
    if config.runs("visualization") {
        services.push(imsop_visualization::start(node).await?);
    }
    Ok(Started { services, identity })
}

/// What the contract of telemetry says is possible.
fn signals() -> Signals {
    let contract = Registry::embedded().signals();
    let rule =
        |signal: &imsop_contracts::Signal| SignalRule { unit: signal.unit.clone(), valid: signal.valid };
    contract.iter().map(|signal| (signal.name.clone(), rule(signal))).collect()
}

/// What the contract of telemetry says is expected.
fn expected_ranges() -> Vec<(String, Range)> {
    let mut ranges = Vec::new();
    for signal in Registry::embedded().signals() {
        let Some((minimum, maximum)) = signal.expected else { continue };
        if let Ok(range) = Range::new(minimum, maximum) {
            ranges.push((signal.name.clone(), range));
        }
    }
    ranges
}

fn routes(
    node: &Node,
    services: &mut [Service],
    recorder: &'static metrics_exporter_prometheus::PrometheusHandle,
) -> Router {
    let mut documented = OpenApiRouter::new();
    let mut health = Vec::new();
    for service in services {
        documented = documented.merge(service.take_routes());
        health.push(service.health());
    }
    let (routes, document) = documented.split_for_parts();
    let render = Arc::new(move || recorder.render());
    let routes = routes.merge(platform_routes(health, render)).merge(documents::routes(document));
    let verifier = TokenVerifier::new(node.keys.clone(), node.revocations.clone());
    let gate = Gate::new(verifier, ui::is_page, node.config.requests_per_second);
    server::surround(ui::serve(routes), gate)
}
