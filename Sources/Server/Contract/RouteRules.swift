import Platform

/// What every route keeps to.
struct RouteRules: Sendable {
    /// What a request that writes has to pass.
    let gate: WriteGate
    /// What requests draw on.
    let memory: MemoryBudget
    /// How old what names of models mean is.
    let names: NameAge
}
