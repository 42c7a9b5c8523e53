//! How carefully data must be handled.

use serde::{Deserialize, Serialize};

/// The handling class of a field or an event, from the least to the most careful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Classification {
    /// May be published.
    Public,
    /// For everybody who works with the tenant.
    Internal,
    /// For those who need it: prices, customers, routes.
    Confidential,
    /// Under a law or contract that restricts where it may be and who may see it.
    Regulated,
    /// Only for named people.
    Restricted,
}

impl Classification {
    /// The word as it is written in contracts and envelopes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Confidential => "confidential",
            Self::Regulated => "regulated",
            Self::Restricted => "restricted",
        }
    }

    /// The class that a word names.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Public, Self::Internal, Self::Confidential, Self::Regulated, Self::Restricted]
            .into_iter()
            .find(|class| class.as_str() == word)
    }
}
