//! What connects contexts that do not know each other: the intake to the adapters that read partners'
//! files, and to the context that decides business commands.
