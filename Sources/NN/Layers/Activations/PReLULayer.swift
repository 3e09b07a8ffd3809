import JSON

/// Keras's `PReLU`: `x` where positive, else `alpha · x`, with a learned slope for each place of a sample.
///
/// The weight `alpha` has the shape of a sample, 1 along `shared_axes`. Source: He et al. 2015, arXiv:1502.01852.
struct PReLULayer: SingleInputLayer {
    static let names = ["PReLU"]

    var passesMask: Bool { true }

    private let sharedAxes: [Int]
    private let alpha: WeightRules

    init(reading arguments: inout ObjectReader) {
        alpha = arguments.weight("alpha", default: .zeros)
        guard let value = arguments.optionalValue("shared_axes") else {
            sharedAxes = []
            return
        }
        let isList = value.kind == .array
        sharedAxes =
            isList ? arguments.ints("shared_axes", in: 1...6, count: 0...6) : [arguments.int("shared_axes", in: 1...6)]
    }

    func write(to json: inout JSONWriter) {
        json.weight("alpha", alpha)
        if !sharedAxes.isEmpty { json.field("shared_axes", sharedAxes) }
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        if !sharedAxes.isEmpty { _ = try input.places(ofAxes: sharedAxes) }
        return input
    }

    func parameters(for input: Shape) -> [Parameter] {
        let extents = input.extents.enumerated().map { sharedAxes.contains($0 + 1) ? 1 : $1 }
        return [Parameter("alpha", Shape(extents), alpha)]
    }

    func operations(input: Shape, output: Shape) -> Int { 3 * output.volume }

    /// Where the steps share their slopes.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        inputs[0].rank > 1 && sharedAxes.contains(1) ? SteppedLayer(layer: self) : nil
    }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let below = try pass.graph.relu(pass.graph.negate(input))
        let slopes = try pass.graph.broadcast(parameters[0], to: pass.graph.shape(of: input))
        return try pass.graph.subtract(pass.graph.relu(input), pass.graph.multiply(slopes, below))
    }
}
