public import JSON

/// Every front layer that a definition may name.
public enum FrontLayerRegistry {
    /// The layers, by Keras's class names in alphabetical order.
    static let layers: [any FrontLayer.Type] = [
        AugMixFrontLayer.self,
        AutoContrastFrontLayer.self,
        CategoryEncodingFrontLayer.self,
        CenterCropFrontLayer.self,
        CutMixFrontLayer.self,
        DiscretizationFrontLayer.self,
        EqualizationFrontLayer.self,
        HashedCrossingFrontLayer.self,
        HashingFrontLayer.self,
        ImputationFrontLayer.self,
        IntegerLookupFrontLayer.self,
        MelSpectrogramFrontLayer.self,
        MixUpFrontLayer.self,
        NormalizationFrontLayer.self,
        RandAugmentFrontLayer.self,
        RandomBrightnessFrontLayer.self,
        RandomColorDegenerationFrontLayer.self,
        RandomColorJitterFrontLayer.self,
        RandomContrastFrontLayer.self,
        RandomCropFrontLayer.self,
        RandomElasticTransformFrontLayer.self,
        RandomErasingFrontLayer.self,
        RandomFlipFrontLayer.self,
        RandomGaussianBlurFrontLayer.self,
        RandomGrayscaleFrontLayer.self,
        RandomHueFrontLayer.self,
        RandomInvertFrontLayer.self,
        RandomPerspectiveFrontLayer.self,
        RandomPosterizationFrontLayer.self,
        RandomRotationFrontLayer.self,
        RandomSaturationFrontLayer.self,
        RandomSharpnessFrontLayer.self,
        RandomShearFrontLayer.self,
        RandomTranslationFrontLayer.self,
        RandomZoomFrontLayer.self,
        RescalingFrontLayer.self,
        ReshapeFrontLayer.self,
        ResizingFrontLayer.self,
        SolarizationFrontLayer.self,
        STFTSpectrogramFrontLayer.self,
        StringLookupFrontLayer.self,
        TextVectorizationFrontLayer.self,
    ]

    private static let byName = Dictionary(uniqueKeysWithValues: layers.map { ($0.name, $0) })

    /// The names, in alphabetical order.
    public static let names = layers.map { $0.name }

    /// The layer of a class name, from its arguments; nil where there is none of that name.
    public static func layer(named name: String, reading arguments: inout ObjectReader) -> (any FrontLayer)? {
        byName[name].map { type in type.init(reading: &arguments) }
    }
}
