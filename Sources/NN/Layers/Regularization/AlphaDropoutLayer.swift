import JSON

/// Keras's `AlphaDropout`: while training, sets a share `rate` of the numbers to what `selu` tends to for small ones, and
/// stretches all so that mean and variance stay.
///
/// Source: Klambauer et al. 2017, arXiv:1706.02515.
struct AlphaDropoutLayer: SingleInputLayer, StepwiseLayer {
    static let names = ["AlphaDropout"]

    var passesMask: Bool { true }

    /// What `selu` tends to for small numbers, −α·λ.
    private static let least = -1.673_263_242_354_377_2 * 1.050_700_987_355_480_5

    private let rate: Double
    private let noise: NoiseShape?

    init(reading arguments: inout ObjectReader) {
        rate = arguments.double("rate", in: .from(0, below: 1))
        noise = arguments.noiseShape()
        arguments.only(nil, for: "seed")
    }

    func write(to json: inout JSONWriter) {
        json.field("rate", rate)
        noise?.write(to: &json)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        try noise?.check(input)
        return input
    }

    func operations(input: Shape, output: Shape) -> Int { 0 }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let shared = noise?.sharedAxes ?? []
        let drawn = Shape(shape.extents.indices.map { shared.contains($0) ? 1 : shape[$0] })
        guard let factors = try pass.dropoutFactors(drawn, rate: rate) else { return input }
        let kept = try pass.graph.broadcast(pass.graph.scale(factors, by: Float(1 - rate)), to: shape)
        let scale = 1 / ((1 - rate) * (1 + rate * Self.least * Self.least)).squareRoot()
        let passed = try pass.graph.multiply(input, kept)
        let dropped = try pass.graph.scale(pass.graph.offset(kept, by: -1), by: Float(-Self.least))
        let all = try pass.graph.scale(pass.graph.add(passed, dropped), by: Float(scale))
        return try pass.graph.offset(all, by: Float(-scale * Self.least * rate))
    }
}
