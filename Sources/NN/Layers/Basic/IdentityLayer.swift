import JSON

/// Keras's `Identity`: its input as it is.
struct IdentityLayer: SingleInputLayer, StepwiseLayer {
    static let names = ["Identity"]

    var passesMask: Bool { true }
    var keepsNumbers: Bool { true }

    init(reading arguments: inout ObjectReader) {}

    func outputShape(for input: Shape) -> Shape { input }

    func operations(input: Shape, output: Shape) -> Int { 0 }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) -> Value { input }
}
