/// The layers that `RandAugment` and `AugMix` draw from.
enum AugmentationChoice {
    /// Seven of places and histograms, with four of colours eleven in all; each of the strength that a factor says.
    static func layers(
        _ factor: FactorRange,
        _ range: ValueRange,
        _ interpolation: PictureSampler.Interpolation,
        all: Bool
    ) -> [any AugmentingLayer] {
        let sampler = PictureSampler(interpolation)
        let bits = Double(max(1, Int(8 * factor.upper)))
        let some: [any AugmentingLayer] = [
            RandomShearFrontLayer(factor: factor, sampler: sampler),
            RandomTranslationFrontLayer(factor: factor, sampler: sampler),
            RandomRotationFrontLayer(factor: factor, sampler: sampler),
            RandomPosterizationFrontLayer(factor: FactorRange(1, bits), range: range),
            SolarizationFrontLayer(factor: factor, range: range),
            AutoContrastFrontLayer(range: range),
            EqualizationFrontLayer(range: range),
        ]
        guard all else { return some }
        return some + [
            RandomBrightnessFrontLayer(factor: factor, range: range),
            RandomColorDegenerationFrontLayer(factor: factor, range: range),
            RandomContrastFrontLayer(factor: factor, range: range),
            RandomSharpnessFrontLayer(factor: factor, range: range),
        ]
    }
}
