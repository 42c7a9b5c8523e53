//! What belongs to one request and is needed deep inside it: its correlation id and its path.

use axum::http::HeaderMap;
use imsop_kernel::Uuid;

tokio::task_local! {
    static CURRENT: RequestContext;
}

/// One request.
#[derive(Debug, Clone)]
pub struct RequestContext {
    /// Shared by everything that follows from it. The caller's, or a new one.
    pub correlation_id: Uuid,
    /// W3C Trace Context (section 3.2) under which its effects are traced.
    pub traceparent: String,
    /// What was asked for.
    pub path: String,
}

impl RequestContext {
    /// The context of a request with these headers.
    pub fn of(headers: &HeaderMap, path: &str) -> Self {
        let given = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let correlation_id = given("x-correlation-id").and_then(|text| text.parse().ok());
        let correlation_id = correlation_id.unwrap_or_else(Uuid::now_v7);
        let traceparent = given("traceparent").filter(|text| is_traceparent(text)).map(str::to_owned);
        let traceparent = traceparent.unwrap_or_else(|| new_traceparent(correlation_id));
        Self { correlation_id, traceparent, path: path.to_owned() }
    }

    /// Runs a request in its context.
    pub async fn scope<F: Future>(self, request: F) -> F::Output {
        CURRENT.scope(self, request).await
    }

    /// The context of the request that is being answered, if there is one.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }
}

fn is_traceparent(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [2, 32, 16, 2] && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn new_traceparent(correlation_id: Uuid) -> String {
    let span = Uuid::now_v7().simple().to_string();
    // The last digits of a UUIDv7 are its random ones.
    format!("00-{}-{}-01", correlation_id.simple(), &span[16..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_context_of_the_callers_is_kept_and_a_broken_one_is_replaced() {
        let mut headers = HeaderMap::new();
        let given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        headers.insert("traceparent", given.parse().unwrap());
        assert_eq!(RequestContext::of(&headers, "/").traceparent, given);
        headers.insert("traceparent", "nonsense".parse().unwrap());
        let replaced = RequestContext::of(&headers, "/").traceparent;
        assert!(is_traceparent(&replaced), "{replaced}");
    }
}
