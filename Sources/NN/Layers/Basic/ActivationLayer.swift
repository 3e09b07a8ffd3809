import JSON

/// Keras's `Activation`: an activation function as a layer of its own.
struct ActivationLayer: SingleInputLayer, StepwiseLayer {
    static let names = ["Activation"]

    var passesMask: Bool { true }
    var keepsNumbers: Bool { activation == .linear }

    let activation: ActivationKind

    init(reading arguments: inout ObjectReader) {
        if arguments.value("activation") == nil {
            activation = .linear
        } else {
            activation = arguments.activation("activation")
        }
    }

    func write(to json: inout JSONWriter) {
        json.field("activation", activation)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard !activation.isOverLastAxis || input.rank > 0 else { throw ShapeRequirement("[…, classes]") }
        return input
    }

    func operations(input: Shape, output: Shape) -> Int { output.volume * activation.operations }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        try pass.activate(input, activation)
    }
}
