//! Limits of the contracts and of what is said about a payload.

/// Largest contract, in bytes.
pub const CONTRACT_BYTES: u64 = 256 * 1024;
/// Most contracts in one folder.
pub const CONTRACTS: usize = 2_000;
/// How deep the fields of a contract may be nested.
pub const FIELD_DEPTH: usize = 16;
/// Most faults that are told of one payload.
pub const FAULTS_PER_PAYLOAD: usize = 100;
/// Longest message of one fault, in characters. Messages repeat a part of the payload.
pub const FAULT_MESSAGE_LENGTH: usize = 300;
