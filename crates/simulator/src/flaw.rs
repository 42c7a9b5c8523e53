//! What may be wrong on purpose, to prove that the checks can fail.

/// A fault in the program itself, not in its surroundings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// None: the real thing.
    Nothing,
    /// The mirror keeps its position apart from its effects, and does not know what it has seen.
    PositionApart,
    /// The mirror passes over what it cannot take, and does not park it.
    NothingParked,
    /// The branch makes up a new key each time that it reacts to an event.
    KeyPerDelivery,
    /// The relay keeps its place apart from what it has published.
    PlaceApart,
    /// Storage forgets its newest event when the process dies, as without a sync.
    ForgetsOnDeath,
    /// A command is executed without looking for its key.
    NoMemoryOfKeys,
    /// The warehouse's ledger loses its newest row when the process dies.
    LosesAMovement,
}

impl Flaw {
    /// Every flaw.
    pub const ALL: [Self; 7] = [
        Self::PositionApart,
        Self::NothingParked,
        Self::KeyPerDelivery,
        Self::PlaceApart,
        Self::ForgetsOnDeath,
        Self::NoMemoryOfKeys,
        Self::LosesAMovement,
    ];
}
