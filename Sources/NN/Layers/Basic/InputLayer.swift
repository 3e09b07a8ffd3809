import JSON

/// Keras's `InputLayer`: the network's input under a name, with its shape.
struct InputLayer: SingleInputLayer {
    static let names = ["InputLayer"]

    var keepsNumbers: Bool { true }

    /// The shape of a sample.
    let shape: Shape

    init(reading arguments: inout ObjectReader) {
        // Keras 3 writes batch_shape, Keras 2 wrote batch_input_shape; both start with the size of the batch.
        let key = ["batch_shape", "batch_input_shape"].first { arguments.has($0) }
        if let key {
            shape = arguments.sampleShape(ofBatch: key)
        } else {
            shape = arguments.sampleShape("shape")
        }
        arguments.only(nil, for: "batch_size")
        arguments.only(.bool(false), for: "sparse")
        arguments.only(.bool(false), for: "ragged")
        arguments.only(.bool(false), for: "optional")
    }

    private init(_ shape: Shape) { self.shape = shape }

    /// The input of one step.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        SteppedLayer(layer: InputLayer(shape.replacing(axis: 0, with: 1)))
    }

    func write(to json: inout JSONWriter) {
        json.field("shape", shape.extents)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input == shape else { throw ShapeRequirement("\(shape)") }
        return input
    }

    func operations(input: Shape, output: Shape) -> Int { 0 }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) -> Value { input }
}

extension ObjectReader {
    /// The greatest extent of an input.
    private static let greatestExtent = 1 << 24

    /// The greatest number of axes of a sample.
    private static let greatestRank = 6

    /// The shape of a sample, as a list of extents.
    mutating func sampleShape(_ key: String) -> Shape {
        Shape(ints(key, in: 1...Self.greatestExtent, count: 1...Self.greatestRank))
    }

    /// The shape of a sample from that of a batch, `[null, …]`.
    mutating func sampleShape(ofBatch key: String) -> Shape {
        let extents = array(key, count: 2...Self.greatestRank + 1) { value, faults in
            value.isNull
                ? nil : faults.collect { () throws(Fault) -> Int in try value.int(in: 1...Self.greatestExtent) }
        }
        guard let first = extents.first else { return [1] }
        if first != nil {
            fault(at: key, "expected null for the size of the batch, which a request decides, found \(first ?? 0)")
        }
        for (axis, extent) in extents.enumerated().dropFirst() where extent == nil {
            fault(at: key, "expected a number for axis \(axis); extents that vary aren't supported")
        }
        return Shape(extents.dropFirst().map { $0 ?? 1 })
    }
}
