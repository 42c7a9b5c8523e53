//! Logs, metrics and traces of the platform itself.

use std::sync::OnceLock;

use imsop_kernel::Envelope;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{TraceContextExt, TracerProvider};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::http::context::RequestContext;
use crate::limits::{COUNT_BUCKETS, DURATION_BUCKETS, METRICS_UPKEEP};

/// Logs or traces cannot be set up.
#[derive(Debug, thiserror::Error)]
#[error("telemetry: {0}")]
pub struct TelemetryError(String);

/// Keeps traces flowing; sends the last ones when it is shut down.
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
}

impl Telemetry {
    /// Logs JSON lines to standard error, and sends traces if an endpoint is given.
    pub fn start(log: &str, otlp_endpoint: Option<&str>) -> Result<Self, TelemetryError> {
        let wrong = |error: &dyn std::fmt::Display| TelemetryError(error.to_string());
        let filter = EnvFilter::try_new(log).map_err(|error| wrong(&error))?;
        let lines = tracing_subscriber::fmt::layer()
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .with_writer(std::io::stderr)
            .with_filter(filter);
        let traces = match otlp_endpoint {
            Some(endpoint) => Some(exporter(endpoint).map_err(|error| wrong(&error))?),
            None => None,
        };
        let tracer = traces.as_ref().map(|provider| provider.tracer("imsop"));
        let spans = tracer.map(|tracer| {
            tracing_opentelemetry::layer().with_tracer(tracer).with_filter(EnvFilter::new("imsop=info,off"))
        });
        TRACED.get_or_init(|| spans.is_some());
        tracing_subscriber::registry().with(lines).with(spans).try_init().map_err(|error| wrong(&error))?;
        Ok(Self { traces })
    }

    /// Sends what is left.
    pub fn stop(self) {
        if let Some(Err(error)) = self.traces.map(|provider| provider.shutdown()) {
            tracing::debug!(%error, "the last traces were not sent");
        }
    }
}

/// Whether anybody looks at traces; without, spans of single events are not worth their cost.
static TRACED: OnceLock<bool> = OnceLock::new();

fn exporter(endpoint: &str) -> Result<SdkTracerProvider, opentelemetry_otlp::ExporterBuildError> {
    let url = format!("{}/v1/traces", endpoint.trim_end_matches('/'));
    let exporter = SpanExporter::builder().with_http().with_endpoint(url).build()?;
    let resource = Resource::builder().with_service_name("imsop").build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}

struct Carrier<'a>(&'a str);

impl Extractor for Carrier<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        (key == "traceparent").then_some(self.0)
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent"]
    }
}

/// The span of a request, as a child of the caller's; effects of the request are traced under it.
pub fn request_span(method: &str, route: &str, mut context: RequestContext) -> (Span, RequestContext) {
    let span = tracing::info_span!(
        target: "imsop",
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        http.request.method = method,
        http.route = route,
        http.response.status_code = tracing::field::Empty,
        correlation_id = %context.correlation_id,
    );
    if TRACED.get() != Some(&true) {
        return (span, context);
    }
    let parent = TraceContextPropagator::new().extract(&Carrier(&context.traceparent));
    if let Err(error) = span.set_parent(parent) {
        tracing::debug!(%error, "the span has no parent");
    }
    let own = span.context().span().span_context().clone();
    if own.is_valid() {
        context.traceparent = format!("00-{}-{}-01", own.trace_id(), own.span_id());
    }
    (span, context)
}

/// Traces that a consumer has taken events, each under the request that led to it.
pub fn consumed(consumer: &'static str, events: &[Envelope]) {
    if TRACED.get() != Some(&true) {
        return;
    }
    for event in events {
        let Some(traceparent) = &event.traceparent else { continue };
        let span = tracing::info_span!(
            target: "imsop",
            "consume",
            otel.name = format!("{consumer} {}", event.event_type),
            otel.kind = "consumer",
            event_id = %event.id,
            correlation_id = %event.correlation_id,
        );
        let parent = TraceContextPropagator::new().extract(&Carrier(traceparent));
        if let Err(error) = span.set_parent(parent) {
            tracing::debug!(%error, "the span has no parent");
        }
        span.in_scope(|| ());
    }
}

/// Collects metrics; the handle renders them for Prometheus. The first call installs the recorder.
pub fn metrics() -> Result<&'static PrometheusHandle, TelemetryError> {
    static RECORDER: OnceLock<Result<PrometheusHandle, String>> = OnceLock::new();
    let recorder = RECORDER.get_or_init(|| {
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &DURATION_BUCKETS)
            .and_then(|builder| {
                builder.set_buckets_for_metric(Matcher::Suffix("_commands".to_owned()), &COUNT_BUCKETS)
            })
            .map_err(|error| error.to_string())?;
        builder.install_recorder().map_err(|error| error.to_string())
    });
    recorder.as_ref().map_err(|reason| TelemetryError(reason.clone()))
}

/// Sorts what has been recorded into its buckets, for as long as it is not dropped. Without this,
/// measurements gather until somebody asks for them, and nobody may ever do.
pub async fn upkeep(recorder: &'static PrometheusHandle) {
    loop {
        tokio::time::sleep(METRICS_UPKEEP).await;
        recorder.run_upkeep();
    }
}
