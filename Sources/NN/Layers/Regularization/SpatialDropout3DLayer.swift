import JSON

/// Keras's `SpatialDropout3D`: whole channels of a volume left out while training.
struct SpatialDropout3DLayer: SingleInputLayer {
    static let names = ["SpatialDropout3D"]

    var passesMask: Bool { true }

    private let rate: Double

    init(reading arguments: inout ObjectReader) { rate = arguments.dropoutRate() }

    func write(to json: inout JSONWriter) { json.field("rate", rate) }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank == 4 else { throw ShapeRequirement(WindowArguments.axes(3)) }
        return input
    }

    func operations(input: Shape, output: Shape) -> Int { 0 }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        try pass.dropped(input, rate: rate, sharedAxes: [1, 2, 3])
    }
}
