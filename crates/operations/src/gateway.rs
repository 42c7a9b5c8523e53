//! Commands that come in another way than over this service's own HTTP routes: records of partners and
//! rows of files, in their canonical form.

use imsop_kernel::Problem;
use imsop_platform::http::extract::read_json;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::domain::Command;

/// The kinds of canonical commands, by the names that senders use.
pub const KINDS: [&str; 4] = ["order", "shipment", "asset", "orderHistory"];

/// The command that a canonical body of this kind is.
///
/// # Errors
/// The problem with it, as a sender over HTTP would get it.
pub fn command(kind: &str, body: &Value) -> Result<Command, Problem> {
    match kind {
        "order" => read(body).map(Command::PlaceOrder),
        "shipment" => read(body).map(Command::BookShipment),
        "asset" => read(body).map(Command::RegisterAsset),
        "orderHistory" => read(body).map(Command::RecordOrderHistory),
        other => Err(Problem::new(422, "unknown-kind", "The kind is not known").detail(format!("`{other}`"))),
    }
}

fn read<T: DeserializeOwned>(body: &Value) -> Result<T, Problem> {
    // Over its text: the reader of requests tells the field that does not fit.
    read_json(body.to_string().as_bytes()).map_err(|error| error.problem().clone())
}
