//! Limits on the vocabulary itself. Limits of queues, bodies and pages live with what they limit.

/// Longest tenant or region name, in characters.
pub const NAME_LENGTH: usize = 64;
/// Longest business number (order, tracking, asset, device id), in characters.
pub const NUMBER_LENGTH: usize = 128;
/// Longest free text (reason, note, description, address line), in characters.
pub const TEXT_LENGTH: usize = 2_000;
