import JSON

/// Keras's `SpatialDropout2D`: whole channels of an image left out while training.
struct SpatialDropout2DLayer: SingleInputLayer {
    static let names = ["SpatialDropout2D"]

    var passesMask: Bool { true }

    private let rate: Double

    init(reading arguments: inout ObjectReader) { rate = arguments.dropoutRate() }

    func write(to json: inout JSONWriter) { json.field("rate", rate) }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank == 3 else { throw ShapeRequirement(WindowArguments.axes(2)) }
        return input
    }

    func operations(input: Shape, output: Shape) -> Int { 0 }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        try pass.dropped(input, rate: rate, sharedAxes: [1, 2])
    }
}

/// Keras's `SpatialDropout1D`: whole channels of a sequence left out while training.
struct SpatialDropout1DLayer: SingleInputLayer, StepwiseLayer {
    static let names = ["SpatialDropout1D"]

    var passesMask: Bool { true }

    private let rate: Double

    init(reading arguments: inout ObjectReader) { rate = arguments.dropoutRate() }

    func write(to json: inout JSONWriter) { json.field("rate", rate) }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank == 2 else { throw ShapeRequirement(WindowArguments.axes(1)) }
        return input
    }

    func operations(input: Shape, output: Shape) -> Int { 0 }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        try pass.dropped(input, rate: rate, sharedAxes: [1])
    }
}

/// Keras's `GaussianNoise`: normal noise of a deviation added while training.
struct GaussianNoiseLayer: SingleInputLayer, StepwiseLayer {
    static let names = ["GaussianNoise"]

    var passesMask: Bool { true }

    private let deviation: Double

    init(reading arguments: inout ObjectReader) {
        deviation = arguments.double("stddev", in: .from(0, through: 1e30))
        arguments.only(nil, for: "seed")
    }

    func write(to json: inout JSONWriter) { json.field("stddev", deviation) }

    func outputShape(for input: Shape) -> Shape { input }

    func operations(input: Shape, output: Shape) -> Int { 0 }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        guard deviation > 0, let noise = try pass.randomNormal(pass.graph.shape(of: input)) else { return input }
        return try pass.graph.add(input, pass.graph.scale(noise, by: Float(deviation)))
    }
}

extension ObjectReader {
    /// The fraction that a kind of dropout leaves out.
    mutating func dropoutRate() -> Double {
        let rate = double("rate", in: .from(0, through: 1))
        // The random numbers of training follow from the job's seed; Keras writes null here where none is set.
        only(nil, for: "seed")
        only(nil, for: "noise_shape")
        channelsLast()
        return rate
    }
}
