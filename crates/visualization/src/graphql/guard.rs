//! What keeps a question from costing more than it may: looked at before anything that takes its word.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute, NextParseQuery};
use async_graphql::parser::parse_query;
use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};
use async_graphql::{ErrorExtensionValues, Response, ServerError, ServerResult, Variables};
use tokio::time::timeout;

use super::nesting;
use crate::limits::{QUERY_BYTES, QUERY_NESTING, QUERY_RECURSION, QUERY_SELECTIONS, QUERY_TIME};

/// A refusal with a code that programs can tell it by.
pub(crate) fn refusal(code: &str, message: impl Into<String>) -> ServerError {
    let mut values = ErrorExtensionValues::default();
    values.set("code", code);
    let mut error = ServerError::new(message, None);
    error.extensions = Some(values);
    error
}

/// Stands before parsing and execution, whichever way a question came.
pub(super) struct Guard;

impl ExtensionFactory for Guard {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait::async_trait]
impl Extension for Guard {
    async fn parse_query(
        &self,
        context: &ExtensionContext<'_>,
        query: &str,
        variables: &Variables,
        next: NextParseQuery<'_>,
    ) -> ServerResult<ExecutableDocument> {
        check(query)?;
        next.run(context, query, variables).await
    }

    async fn execute(
        &self,
        context: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        match timeout(QUERY_TIME, next.run(context, operation_name)).await {
            Ok(response) => response,
            Err(_) => {
                let seconds = QUERY_TIME.as_secs();
                let message = format!("the question takes longer than {seconds} seconds; ask for less");
                Response::from_errors(vec![refusal("QUERY_TIMED_OUT", message)])
            }
        }
    }
}

/// Refuses a document that would cost too much before its first field is answered.
fn check(query: &str) -> ServerResult<()> {
    if query.len() > QUERY_BYTES {
        let message = format!("the document is longer than {QUERY_BYTES} bytes");
        return Err(refusal("QUERY_TOO_LONG", message));
    }
    if nesting::deepest(query) > QUERY_NESTING {
        let message = format!("brackets are nested more than {QUERY_NESTING} deep");
        return Err(refusal("QUERY_TOO_DEEP", message));
    }
    // It is parsed here, and again behind: there the first walk through all fragments comes with it.
    // A document that is not GraphQL is refused behind, with its place.
    let Ok(document) = parse_query(query) else { return Ok(()) };
    let mut counter = Counter { document: &document, fragments: HashMap::new() };
    let mut selections = 0_usize;
    for (_, operation) in document.operations.iter() {
        selections = selections.saturating_add(counter.count(&operation.node.selection_set.node, 0)?);
    }
    if selections > QUERY_SELECTIONS {
        let message =
            format!("with its fragments spread, the document has more than {QUERY_SELECTIONS} fields");
        return Err(refusal("QUERY_TOO_WIDE", message));
    }
    Ok(())
}

/// Counts selections with fragments spread, but walks through each fragment only once: written out,
/// twenty short fragments may be a million fields.
struct Counter<'a> {
    document: &'a ExecutableDocument,
    /// The selections of a fragment; nothing while they are being counted.
    fragments: HashMap<&'a str, Option<usize>>,
}

impl<'a> Counter<'a> {
    fn count(&mut self, selections: &'a SelectionSet, depth: usize) -> ServerResult<usize> {
        if depth > QUERY_RECURSION {
            let message = format!("fields and fragments are nested more than {QUERY_RECURSION} deep");
            return Err(refusal("QUERY_TOO_DEEP", message));
        }
        let mut sum = 0_usize;
        for selection in &selections.items {
            let inside = match &selection.node {
                Selection::Field(field) => self.count(&field.node.selection_set.node, depth + 1)?,
                Selection::InlineFragment(inline) => {
                    self.count(&inline.node.selection_set.node, depth + 1)?
                }
                Selection::FragmentSpread(spread) => {
                    self.fragment(spread.node.fragment_name.node.as_str(), depth + 1)?
                }
            };
            sum = sum.saturating_add(inside).saturating_add(1);
        }
        Ok(sum)
    }

    fn fragment(&mut self, name: &'a str, depth: usize) -> ServerResult<usize> {
        match self.fragments.get(name) {
            Some(Some(known)) => return Ok(*known),
            Some(None) => {
                let message = format!("the fragment `{name}` contains itself");
                return Err(refusal("QUERY_CYCLE", message));
            }
            None => {}
        }
        // An unknown fragment is refused by the validation, with its place.
        let Some(fragment) = self.document.fragments.get(name) else { return Ok(0) };
        self.fragments.insert(name, None);
        let sum = self.count(&fragment.node.selection_set.node, depth)?;
        self.fragments.insert(name, Some(sum));
        Ok(sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(query: &str) -> Option<String> {
        let error = check(query).err()?;
        let code = error.extensions.and_then(|values| values.get("code").cloned());
        Some(code.map_or_else(|| "no code".to_owned(), |code| code.to_string()))
    }

    fn doubling(levels: usize, spreads: usize) -> String {
        let mut query = "query { ...f0 }".to_owned();
        for level in 0..levels {
            let inside = format!("...f{} ", level + 1).repeat(spreads);
            query.push_str(&format!(" fragment f{level} on Query {{ {inside} }}"));
        }
        query.push_str(&format!(" fragment f{levels} on Query {{ __typename }}"));
        query
    }

    #[test]
    fn fragments_count_wherever_they_are_spread() {
        assert_eq!(code(&doubling(10, 2)), None, "two thousand fields");
        assert_eq!(code(&doubling(20, 2)).as_deref(), Some("\"QUERY_TOO_WIDE\""));
        assert_eq!(code(&doubling(25, 40)).as_deref(), Some("\"QUERY_TOO_WIDE\""), "more than fits a number");
    }

    #[test]
    fn a_fragment_that_contains_itself_is_refused() {
        let own = "query { ...a } fragment a on Query { overview { ...a } }";
        assert_eq!(code(own).as_deref(), Some("\"QUERY_CYCLE\""));
        let each_other = "query { ...a } fragment a on Query { ...b } fragment b on Query { ...a }";
        assert_eq!(code(each_other).as_deref(), Some("\"QUERY_CYCLE\""));
    }

    #[test]
    fn a_long_chain_of_fragments_is_refused_as_too_deep() {
        assert_eq!(code(&doubling(1_000, 1)).as_deref(), Some("\"QUERY_TOO_DEEP\""));
    }

    #[test]
    fn nesting_of_any_depth_is_refused_before_it_is_parsed() {
        for (open, close) in [("[", "]"), ("{a:", "}")] {
            for levels in [QUERY_NESTING, 15_000] {
                let query = format!("{{ a(x: {}1{}) }}", open.repeat(levels), close.repeat(levels));
                assert_eq!(code(&query).as_deref(), Some("\"QUERY_TOO_DEEP\""), "{levels} of {open}");
            }
        }
    }
}
