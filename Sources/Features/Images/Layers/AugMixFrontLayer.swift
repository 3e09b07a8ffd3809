import JSON

/// Keras's `AugMix`: the picture mixed with several of itself that layers have changed (Hendrycks and others 2019).
struct AugMixFrontLayer: AugmentingLayer {
    static let name = "AugMix"

    private let range: ValueRange
    private let chains: Int
    private let depth: Int
    private let factor: FactorRange
    private let alpha: Double
    private let takesAll: Bool
    private let interpolation: PictureSampler.Interpolation
    private let shared: AugmentationArguments
    private let layers: [any AugmentingLayer]

    /// Reads `value_range`, `num_chains`, `chain_depth`, `factor`, `alpha`, `all_ops`, `interpolation`, `seed` and
    /// `data_format`.
    init(reading arguments: inout ObjectReader) {
        range = ValueRange(reading: &arguments)
        chains = arguments.int("num_chains", in: 1...100, default: 3)
        depth = arguments.int("chain_depth", in: 1...100, default: 3)
        factor = FactorRange("factor", &arguments, in: 0...1, default: 0.3)
        alpha = arguments.double("alpha", in: .above(0, through: 1000), default: 1)
        takesAll = arguments.bool("all_ops", default: true)
        interpolation = arguments.choice("interpolation", default: PictureSampler.Interpolation.bilinear)
        shared = AugmentationArguments(reading: &arguments)
        layers = AugmentationChoice.layers(factor, range, interpolation, all: takesAll)
    }

    func write(to json: inout JSONWriter) {
        json.field("value_range", range)
        json.field("num_chains", chains)
        json.field("chain_depth", depth)
        json.field("factor", factor)
        json.field("alpha", alpha)
        json.field("all_ops", takesAll)
        json.field("interpolation", interpolation.rawValue)
        shared.write(to: &json)
    }

    var channelsTaken: [Int]? { takesAll ? [1, 3] : nil }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        let shares = Distributions.shares(chains, alpha, &random)
        let kept = Float(Distributions.beta(alpha, &random))
        var result = picture.mapped { $0 * kept }
        for share in shares {
            var changed = picture
            for _ in 0..<depth {
                // One choice more than there are layers: to do nothing.
                let choice = random.integer(below: layers.count + 1)
                if choice < layers.count { changed = layers[choice].augmented(changed, &random) }
            }
            let weight = (1 - kept) * Float(share)
            result.pixels.withUnsafeMutableBufferPointer { sums in
                changed.pixels.withUnsafeBufferPointer { pixels in
                    for index in 0..<pixels.count { sums[index] += pixels[index] * weight }
                }
            }
        }
        return result.mapped(range.clipped)
    }
}
