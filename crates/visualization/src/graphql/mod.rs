//! The GraphQL schema: one question for what a screen needs.

mod cost;
mod guard;
mod nesting;
mod objects;
mod overview;
mod pages;
mod query;
mod subscription;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use async_graphql::{Response, Schema, Value, value};
use imsop_kernel::{Tenant, Timestamp};

use crate::limits::{QUERY_COMPLEXITY, QUERY_DEPTH, QUERY_RECURSION};
use crate::reads::Reads;

pub(crate) use guard::refusal;
pub use overview::Overview;
pub use query::Query;
pub use subscription::Subscription;

/// The schema.
pub type ImsopSchema = Schema<Query, async_graphql::EmptyMutation, Subscription>;

/// The schema over these read models.
pub fn schema(reads: Reads) -> ImsopSchema {
    builder().data(reads).extension(guard::Guard).extension(Freshness).finish()
}

/// The schema in the schema definition language, for the documents.
pub fn sdl() -> String {
    builder().finish().sdl()
}

fn builder() -> async_graphql::SchemaBuilder<Query, async_graphql::EmptyMutation, Subscription> {
    Schema::build(Query, async_graphql::EmptyMutation, Subscription)
        .limit_depth(QUERY_DEPTH)
        .limit_complexity(QUERY_COMPLEXITY)
        .limit_recursive_depth(QUERY_RECURSION)
}

/// Says with every answer how fresh it is.
struct Freshness;

impl ExtensionFactory for Freshness {
    fn create(&self) -> std::sync::Arc<dyn Extension> {
        std::sync::Arc::new(Self)
    }
}

#[async_trait::async_trait]
impl Extension for Freshness {
    async fn execute(
        &self,
        context: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        // Taken before the answer: it holds at least for what the answer shows.
        let as_of = match context.data::<Reads>() {
            Ok(reads) => reads.as_of(Timestamp::now()).await.ok(),
            Err(_) => None,
        };
        let response = next.run(context, operation_name).await;
        let Some(as_of) = as_of else { return response };
        let as_of: Value = value!({
            "position": as_of.position,
            "time": as_of.time.to_string(),
            "provisional": as_of.provisional,
        });
        response.extension("asOf", as_of)
    }
}

/// Who asks, and when: the same moment for the whole answer.
pub(crate) struct Asker<'a> {
    reads: &'a Reads,
    tenant: &'a Tenant,
    now: Timestamp,
}

/// A request's moment.
#[derive(Debug, Clone, Copy)]
pub struct AskedAt(pub Timestamp);

pub(crate) fn asker<'a>(context: &async_graphql::Context<'a>) -> async_graphql::Result<Asker<'a>> {
    Ok(Asker {
        reads: context.data::<Reads>()?,
        tenant: context.data::<Tenant>()?,
        now: context.data::<AskedAt>().map_or_else(|_| Timestamp::now(), |at| at.0),
    })
}

/// A failure of the store is logged here; the asker learns only that there was one.
pub(crate) fn hidden(error: impl std::fmt::Display) -> async_graphql::Error {
    tracing::error!(%error, "a question to the read models failed");
    async_graphql::Error::new("the question cannot be answered now; try again")
}
