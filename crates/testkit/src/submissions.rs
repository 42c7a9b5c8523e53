//! Commands on their way: who sends them, with which key, from which source.

use std::fmt::Debug;
use std::sync::Arc;

use imsop_journal::{Batch, Environment, Machine, Origin, Source, Submission};
use imsop_kernel::{Actor, Classification, Region, Tenant, Uuid};

/// The tenant that most tests work for.
///
/// # Panics
/// Never: the name is a constant that fits.
pub fn demo() -> Tenant {
    tenant("demo")
}

/// The tenant of this name.
///
/// # Panics
/// If the name does not fit.
#[allow(clippy::expect_used, reason = "names are constants of tests")]
pub fn tenant(name: &str) -> Tenant {
    Tenant::new(name).expect("a name that fits")
}

/// An origin in this tenant, with a fresh correlation id.
pub fn origin(tenant: &Tenant) -> Origin {
    Origin {
        tenant: tenant.clone(),
        actor: Actor::User("tester".to_owned()),
        correlation_id: Uuid::now_v7(),
        causation_id: None,
        traceparent: None,
    }
}

/// A command with this key; its fingerprint is its own text.
pub fn submission<C: Debug>(tenant: &Tenant, key: &str, command: C) -> Submission<C> {
    Submission { origin: origin(tenant), key: key.to_owned(), fingerprint: format!("{command:?}"), command }
}

/// Several commands as one batch that brings no position along.
pub fn batch<C>(submissions: Vec<Submission<C>>) -> Batch<C> {
    Batch { submissions, advance: None }
}

/// What events have in common: this name, the region `local`, this clock.
///
/// # Panics
/// Never: the region is a constant that fits.
#[allow(clippy::expect_used, reason = "the region is a constant that fits")]
pub fn source_with(name: &str, environment: Arc<dyn Environment>) -> Source {
    Source {
        name: name.into(),
        region: Region::new("local").expect("a name that fits"),
        classify: |_, _| Classification::Internal,
        environment,
    }
}

/// The same with the machine's clock.
pub fn source(name: &str) -> Source {
    source_with(name, Arc::new(Machine))
}
