//! Commands that come in another way than over this service's own HTTP routes: opening balances and
//! receipts of partners, in their canonical form.

use imsop_kernel::Problem;
use imsop_platform::http::extract::read_json;
use serde_json::Value;

use crate::domain::Command;

/// The kinds of canonical commands, by the names that senders use.
pub const KINDS: [&str; 2] = ["goodsReceipt", "openingBalance"];

/// The command that a canonical body of this kind is. An opening balance is a receipt without a document.
///
/// # Errors
/// The problem with it, as a sender over HTTP would get it.
pub fn command(kind: &str, body: &Value) -> Result<Command, Problem> {
    if !KINDS.contains(&kind) {
        return Err(Problem::new(422, "unknown-kind", "The kind is not known").detail(format!("`{kind}`")));
    }
    // Over its text: the reader of requests tells the field that does not fit.
    let body = read_json(body.to_string().as_bytes()).map_err(|error| error.problem().clone())?;
    Ok(Command::Receive(body))
}
