import JSON

extension Registry where Product == any Layer {
    /// Every layer that a definition may name, in the order in which messages list them.
    static let layers = Registry(
        of: "layer",
        [
            .init(ActivationLayer.self),
            .init(AveragePooling2DLayer.self),
            .init(Conv2DLayer.self),
            .init(DenseLayer.self),
            .init(DropoutLayer.self),
            .init(FlattenLayer.self),
            .init(GRULayer.self),
            .init(InputLayer.self),
            .init(MaxPooling2DLayer.self),
            .init(RescalingLayer.self),
        ]
    )
}

extension Registry.Entry where Product == any Layer {
    fileprivate init<Kind: Layer>(_ kind: Kind.Type) {
        self.init(names: kind.names) { arguments in Kind(reading: &arguments) }
    }
}
