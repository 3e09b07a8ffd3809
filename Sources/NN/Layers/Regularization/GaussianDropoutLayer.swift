import JSON

/// Keras's `GaussianDropout`: while training, multiplies each number by a normal one of mean 1 and variance
/// `rate / (1 − rate)`.
///
/// Source: Srivastava et al. 2014.
struct GaussianDropoutLayer: SingleInputLayer, StepwiseLayer {
    static let names = ["GaussianDropout"]

    var passesMask: Bool { true }

    private let rate: Double

    init(reading arguments: inout ObjectReader) {
        rate = arguments.double("rate", in: .from(0, below: 1))
        arguments.only(nil, for: "seed")
    }

    func write(to json: inout JSONWriter) { json.field("rate", rate) }

    func outputShape(for input: Shape) -> Shape { input }

    func operations(input: Shape, output: Shape) -> Int { 0 }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        guard rate > 0, let noise = try pass.randomNormal(pass.graph.shape(of: input)) else { return input }
        let deviation = (rate / (1 - rate)).squareRoot()
        return try pass.graph.multiply(input, pass.graph.offset(pass.graph.scale(noise, by: Float(deviation)), by: 1))
    }
}
