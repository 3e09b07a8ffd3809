import JSON

extension Registry where Product == any Layer {
    /// Every layer that a definition may name, in the order in which messages list them.
    static let layers = Registry(
        of: "layer",
        [
            .init(ActivationLayer.self),
            .init(AddLayer.self),
            .init(AverageLayer.self),
            .init(AveragePooling2DLayer.self),
            .init(BatchNormalizationLayer.self),
            .init(ConcatenateLayer.self),
            .init(Conv2DLayer.self),
            .init(DenseLayer.self),
            .init(DropoutLayer.self),
            .init(EmbeddingLayer.self),
            .init(FlattenLayer.self),
            .init(GlobalAveragePooling1DLayer.self),
            .init(GlobalAveragePooling2DLayer.self),
            .init(GRULayer.self),
            .init(InputLayer.self),
            .init(LSTMLayer.self),
            .init(MaskingLayer.self),
            .init(MaximumLayer.self),
            .init(MaxPooling2DLayer.self),
            .init(MinimumLayer.self),
            .init(MultiplyLayer.self),
            .init(RescalingLayer.self),
            .init(SimpleRNNLayer.self),
            .init(SubtractLayer.self),
        ]
    )
}

extension Registry.Entry where Product == any Layer {
    fileprivate init<Kind: Layer>(_ kind: Kind.Type) {
        self.init(names: kind.names) { arguments in Kind(reading: &arguments) }
    }
}
