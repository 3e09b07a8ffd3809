import JSON

/// Keras's `RandomGaussianBlur`: sums neighbours by a bell curve, with a probability of `factor`.
struct RandomGaussianBlurFrontLayer: AugmentingLayer {
    static let name = "RandomGaussianBlur"

    private let factor: FactorRange
    private let kernelSize: [Int]
    private let sigma: FactorRange
    private let range: ValueRange
    private let shared: AugmentationArguments

    /// Reads `factor`, `kernel_size` (odd; down and across), `sigma`, `value_range`, `seed` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        factor = FactorRange("factor", &arguments, in: 0...1, default: 1)
        let sizes = arguments.tuple("kernel_size", of: 2, in: 1...1023, default: [3, 3])
        if sizes.contains(where: { $0.isMultiple(of: 2) }) {
            arguments.fault(
                at: "kernel_size",
                "expected odd numbers, found \(sizes): the pixel itself is in the middle"
            )
        }
        kernelSize = sizes
        sigma = FactorRange("sigma", &arguments, in: 0...1, default: 1)
        range = ValueRange(reading: &arguments)
        shared = AugmentationArguments(reading: &arguments)
    }

    func write(to json: inout JSONWriter) {
        json.field("factor", factor)
        json.field("kernel_size", kernelSize)
        json.field("sigma", sigma)
        json.field("value_range", range)
        shared.write(to: &json)
    }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        var picture = picture
        if factor.drawsTrue(&random) {
            let (across, down) = (sigma.draw(&random) + 1e-6, sigma.draw(&random) + 1e-6)
            picture = SeparableConvolution.applied(
                to: picture,
                down: SeparableConvolution.bell(count: kernelSize[0], deviation: down),
                across: SeparableConvolution.bell(count: kernelSize[1], deviation: across)
            )
        }
        return picture.mapped(range.clipped)
    }
}
