//! A consumer whose effect is commands: counts the events of every account of the bank on an account of
//! its own.

use std::sync::Arc;

use async_trait::async_trait;
use imsop_backbone::{ReactError, ReactionHandler};
use imsop_journal::{Environment, Submission};
use imsop_kernel::Envelope;
use imsop_testkit::SeededEnvironment;
use imsop_testkit::accounts::{Accounts, Command, Refusal};
use imsop_testkit::submissions::{demo, submission};

/// Puts 1 on the account that bears the name of the event's stream.
pub struct Branch {
    /// Where made-up keys come from. See [`crate::Flaw::KeyPerDelivery`].
    pub made_up_keys: Option<Arc<SeededEnvironment>>,
}

#[async_trait]
impl ReactionHandler for Branch {
    type Domain = Accounts;

    async fn react(&self, event: &Envelope) -> Result<Option<Submission<Command>>, ReactError> {
        let key = self.made_up_keys.as_ref().map_or(event.id, |environment| environment.new_id());
        let command = Command::Credit { number: event.stream.to_string(), amount: 1 };
        Ok(Some(submission(&demo(), &key.to_string(), command)))
    }

    fn refused(&self, _: &Envelope, _: &Refusal) {}
}
