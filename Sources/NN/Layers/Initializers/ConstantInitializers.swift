import JSON

/// Keras's `Zeros`: every value 0, the first value of a bias.
struct ZerosInitializer: InitializerKind {
    static let names = ["Zeros", "zeros"]

    init() {}

    init(reading arguments: inout ObjectReader) {}

    func tensor(_ shape: Shape, from generator: inout SeededGenerator) -> Tensor {
        Tensor(repeating: 0, shape)
    }
}

/// Keras's `Ones`: every value 1.
struct OnesInitializer: InitializerKind {
    static let names = ["Ones", "ones"]

    init() {}

    init(reading arguments: inout ObjectReader) {}

    func tensor(_ shape: Shape, from generator: inout SeededGenerator) -> Tensor {
        Tensor(repeating: 1, shape)
    }
}

/// Keras's `Constant`: every value the same.
struct ConstantInitializer: InitializerKind {
    static let names = ["Constant", "constant"]

    /// The value.
    let value: Double

    init(reading arguments: inout ObjectReader) {
        value = arguments.double("value", in: .initialWeight, default: 0)
    }

    func write(to json: inout JSONWriter) {
        json.field("value", value)
    }

    func tensor(_ shape: Shape, from generator: inout SeededGenerator) -> Tensor {
        Tensor(repeating: Float(value), shape)
    }
}
