extension Registry where Product == any LossKind {
    /// Every loss that a training request may name, in the order in which messages list them.
    static let losses = Registry(
        of: "loss",
        [
            .init(BinaryCrossentropy.self),
            .init(CategoricalCrossentropy.self),
            .init(MeanAbsoluteError.self),
            .init(MeanSquaredError.self),
            .init(SparseCategoricalCrossentropy.self),
        ]
    )
}

extension Registry.Entry where Product == any LossKind {
    fileprivate init<Kind: LossKind>(_ kind: Kind.Type) {
        self.init(names: kind.names) { arguments in Kind(reading: &arguments) }
    }
}
