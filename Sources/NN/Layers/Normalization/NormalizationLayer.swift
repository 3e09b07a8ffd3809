import JSON

/// Keras's `Normalization`: `(x − mean) / √variance` along the kept axes, learned from the training rows.
///
/// The weights `mean` and `variance` have the extents of `axis` (counted with the batch; null for one mean of all
/// numbers); they start at 0 and 1 and are learned before the first step. Given as arguments, there are no weights.
/// With `invert` it is `x · √variance + mean`. Source: keras.io/api/layers/preprocessing_layers/numerical/normalization.
struct NormalizationLayer: SingleInputLayer {
    static let names = ["Normalization"]

    var passesMask: Bool { true }

    private let axes: [Int]
    private let given: Moments?
    private let inverts: Bool

    /// A mean and a variance that are known, one number for all or one a place of the kept axes.
    private struct Moments: Sendable, Equatable {
        let mean: [Double]
        let variance: [Double]
    }

    init(reading arguments: inout ObjectReader) {
        if arguments.has("axis"), let value = arguments.optionalValue("axis") {
            axes =
                value.kind == .array
                ? arguments.ints("axis", in: -6...6, count: 0...6) : [arguments.int("axis", in: -6...6)]
        } else {
            axes = arguments.has("axis") ? [] : [-1]
        }
        if axes.contains(0) { arguments.fault(at: "axis", "axis 0 is the batch; expected -6 to -1 or 1 to 6") }
        let (mean, variance) = (arguments.numbers("mean"), arguments.numbers("variance"))
        switch (mean, variance) {
        case (let mean?, let variance?):
            given = Moments(mean: mean, variance: variance)
            if mean.count != variance.count {
                arguments.fault(
                    at: "variance",
                    "expected as many numbers as mean, \(mean.count), found \(variance.count)"
                )
            }
            if variance.contains(where: { $0 < 0 }) { arguments.fault(at: "variance", "expected no negative number") }
        case (nil, nil): given = nil
        case (nil, _), (_, nil):
            given = nil
            arguments.fault(at: mean == nil ? "mean" : "variance", "expected with the other: both or neither")
        }
        inverts = arguments.bool("invert", default: false)
    }

    func write(to json: inout JSONWriter) {
        json.field("axis", axes)
        json.field("mean", ifPresent: given?.mean)
        json.field("variance", ifPresent: given?.variance)
        json.field("invert", inverts)
    }

    /// The kept axes counted from 0 without the batch.
    private func places(in rank: Int) -> [Int] { axes.map { $0 < 0 ? $0 + rank : $0 - 1 }.sorted() }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        let places = places(in: input.rank)
        guard places.allSatisfy({ input.extents.indices.contains($0) }), Set(places).count == places.count else {
            throw ShapeRequirement("the axes \(axes)")
        }
        let count = places.map { input[$0] }.reduce(1, *)
        if let given, given.mean.count != 1, given.mean.count != count {
            throw ShapeRequirement("\(given.mean.count) numbers along its axes \(axes) for its mean")
        }
        return input
    }

    func parameters(for input: Shape) -> [Parameter] {
        guard given == nil else { return [] }
        let shape = Shape(places(in: input.rank).map { input[$0] })
        return [
            Parameter("mean", shape, .zeros, trainable: false),
            Parameter("variance", shape, .ones, trainable: false),
        ]
    }

    func adaptation(for inputs: [Shape]) -> AdaptationRule? {
        given == nil ? AdaptationRule(keptAxes: places(in: inputs[0].rank), mean: 0, variance: 1) : nil
    }

    /// Along other axes than that of the steps.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        inputs[0].rank > 1 && !places(in: inputs[0].rank).contains(0) ? SteppedLayer(layer: self) : nil
    }

    func operations(input: Shape, output: Shape) -> Int { 2 * output.volume }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let places = places(in: shape.rank - 1)
        let kept = Shape((0..<shape.rank - 1).map { places.contains($0) ? shape[$0 + 1] : 1 })
        let mean = try moment(parameters.first, given?.mean, kept, in: &pass.graph)
        let variance = try moment(parameters.last, given?.variance, kept, in: &pass.graph)
        let least = try pass.graph.constant(1e-7, shape: kept)
        let deviation = try pass.graph.maximum(pass.graph.sqrt(variance), least)
        let (center, spread) = (
            try pass.graph.broadcast(mean, to: shape),
            try pass.graph.broadcast(deviation, to: shape)
        )
        if inverts { return try pass.graph.add(pass.graph.multiply(input, spread), center) }
        return try pass.graph.divide(pass.graph.subtract(input, center), spread)
    }

    private func moment(
        _ weight: Value?,
        _ numbers: [Double]?,
        _ shape: Shape,
        in graph: inout Graph
    ) throws(ShapeError) -> Value {
        if let weight { return try graph.reshape(weight, to: shape) }
        let numbers = (numbers ?? [0]).map { Float($0) }
        return numbers.count == 1
            ? try graph.constant(numbers[0], shape: shape) : try graph.literal(Tensor(shape, numbers))
    }
}

extension ObjectReader {
    /// A number or a list of them; nil where it is absent or null.
    fileprivate mutating func numbers(_ key: String) -> [Double]? {
        guard let value = optionalValue(key) else { return nil }
        guard value.kind == .array else { return [double(key, in: .initialWeight)] }
        return array(key, count: 1...1 << 16) { value, faults in
            faults.collect { () throws(Fault) -> Double in try value.double(in: .initialWeight) } ?? 0
        }
    }
}
