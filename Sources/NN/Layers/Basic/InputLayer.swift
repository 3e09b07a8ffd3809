import JSON

/// Keras's `InputLayer`: the network's input under a name, with its shape, of which extents may be open.
struct InputLayer: SingleInputLayer {
    static let names = ["InputLayer"]

    var keepsNumbers: Bool { true }
    var passesMask: Bool { true }

    /// The shape of a sample.
    let shape: OpenShape

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

    private init(_ shape: OpenShape) { self.shape = shape }

    /// The input of the steps that come together.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        SteppedLayer(layer: InputLayer(OpenShape([nil] + inputs[0].extents.dropFirst().map(Optional.init))))
    }

    func write(to json: inout JSONWriter) {
        json.field("shape", shape)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard shape.allows(input) else { throw ShapeRequirement("\(shape)") }
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

    /// The shape of a sample, as a list of extents, null for one that is open.
    mutating func sampleShape(_ key: String) -> OpenShape {
        let before = faults
        let extents = array(key, count: 1...Self.greatestRank) { value, faults in
            Self.sampleExtent(value, &faults)
        }
        return faults == before ? OpenShape(extents) : [1]
    }

    private static func sampleExtent(_ value: JSONValue, _ faults: inout Faults) -> Int? {
        value.isNull ? nil : faults.collect { () throws(Fault) in try value.int(in: 1...greatestExtent) }
    }

    /// The shape of a sample from that of a batch, `[null, …]`.
    mutating func sampleShape(ofBatch key: String) -> OpenShape {
        let before = faults
        let extents = array(key, count: 2...Self.greatestRank + 1) { value, faults in
            Self.sampleExtent(value, &faults)
        }
        guard let first = extents.first else { return [1] }
        if first != nil {
            fault(at: key, "expected null for the size of the batch, which a request decides, found \(first ?? 0)")
        }
        return faults == before ? OpenShape(Array(extents.dropFirst())) : [1]
    }
}
