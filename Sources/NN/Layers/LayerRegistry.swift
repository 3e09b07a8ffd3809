import JSON

extension Registry where Product == any Layer {
    /// Every layer that a definition may name, in the order in which messages list them.
    static let layers = Registry(
        of: "layer",
        [
            .init(ActivationLayer.self),
            .init(AddLayer.self),
            .init(AdditiveAttentionLayer.self),
            .init(DotAttentionLayer.self),
            .init(AverageLayer.self),
            .init(AveragePooling1DLayer.self),
            .init(AveragePooling2DLayer.self),
            .init(AveragePooling3DLayer.self),
            .init(BatchNormalizationLayer.self),
            .init(BidirectionalLayer.self),
            .init(ConcatenateLayer.self),
            .init(Conv1DLayer.self),
            .init(Conv2DLayer.self),
            .init(Conv2DTransposeLayer.self),
            .init(Conv3DLayer.self),
            .init(Cropping2DLayer.self),
            .init(DenseLayer.self),
            .init(DepthwiseConv2DLayer.self),
            .init(DotLayer.self),
            .init(DropoutLayer.self),
            .init(ELULayer.self),
            .init(EmbeddingLayer.self),
            .init(FlattenLayer.self),
            .init(GaussianNoiseLayer.self),
            .init(GlobalAveragePooling1DLayer.self),
            .init(GlobalAveragePooling2DLayer.self),
            .init(GlobalMaxPooling1DLayer.self),
            .init(GlobalMaxPooling2DLayer.self),
            .init(GRULayer.self),
            .init(GroupNormalizationLayer.self),
            .init(GroupQueryAttentionLayer.self),
            .init(InputLayer.self),
            .init(LayerNormalizationLayer.self),
            .init(LeakyReLULayer.self),
            .init(LSTMLayer.self),
            .init(MaskingLayer.self),
            .init(MaximumLayer.self),
            .init(MaxPooling1DLayer.self),
            .init(MaxPooling2DLayer.self),
            .init(MaxPooling3DLayer.self),
            .init(MinimumLayer.self),
            .init(MultiHeadAttentionLayer.self),
            .init(MultiplyLayer.self),
            .init(NormalizationLayer.self),
            .init(PermuteLayer.self),
            .init(ReLULayer.self),
            .init(RepeatVectorLayer.self),
            .init(RescalingLayer.self),
            .init(ReshapeLayer.self),
            .init(ResizingLayer.self),
            .init(RNNLayer.self),
            .init(RMSNormalizationLayer.self),
            .init(SeparableConv2DLayer.self),
            .init(SimpleRNNLayer.self),
            .init(SoftmaxLayer.self),
            .init(SpatialDropout1DLayer.self),
            .init(SpatialDropout2DLayer.self),
            .init(SubtractLayer.self),
            .init(TimeDistributedLayer.self),
            .init(UnitNormalizationLayer.self),
            .init(UpSampling2DLayer.self),
            .init(ZeroPadding2DLayer.self),
        ]
    )
}

extension Registry.Entry where Product == any Layer {
    fileprivate init<Kind: Layer>(_ kind: Kind.Type) {
        self.init(names: kind.names) { arguments in Kind(reading: &arguments) }
    }
}
