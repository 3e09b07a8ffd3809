extension Registry where Product == any LossKind {
    /// Every loss that a training request may name, in the order in which messages list them.
    static let losses = Registry(
        of: "loss",
        [
            .init(BinaryCrossentropy.self),
            .init(BinaryFocalCrossentropy.self),
            .init(CategoricalCrossentropy.self),
            .init(CategoricalFocalCrossentropy.self),
            .init(CategoricalGeneralizedCrossEntropy.self),
            .init(CategoricalHinge.self),
            .init(Circle.self),
            .init(CosineSimilarity.self),
            .init(CTC.self),
            .init(Dice.self),
            .init(Hinge.self),
            .init(Huber.self),
            .init(KLDivergence.self),
            .init(LogCosh.self),
            .init(MeanAbsoluteError.self),
            .init(MeanAbsolutePercentageError.self),
            .init(MeanSquaredError.self),
            .init(MeanSquaredLogarithmicError.self),
            .init(Poisson.self),
            .init(SparseCategoricalCrossentropy.self),
            .init(SquaredHinge.self),
            .init(Tversky.self),
        ]
    )
}

extension Registry.Entry where Product == any LossKind {
    fileprivate init<Kind: LossKind>(_ kind: Kind.Type) {
        self.init(names: kind.names) { arguments in Kind(reading: &arguments) }
    }
}
