//! Who may call: principals, roles, permissions, and the tokens that prove them.

pub mod guard;
pub mod keys;
pub mod permission;
pub mod principal;
pub mod revocations;
pub mod token;

pub use guard::{RequestShare, requires};
pub use keys::KeyRing;
pub use permission::{Permission, Role};
pub use principal::{Principal, Subject};
pub use revocations::Revocations;
pub use token::{Claims, TokenVerifier};
