import JSON

/// Keras's `ActivityRegularization`: its input as it is, to whose size training adds `l1 · Σ |x| + l2 · Σ x²`, divided by
/// the rows of the batch.
struct ActivityRegularizationLayer: SingleInputLayer {
    static let names = ["ActivityRegularization"]

    var passesMask: Bool { true }
    var keepsNumbers: Bool { true }

    private let penalty: L1L2Regularizer

    init(reading arguments: inout ObjectReader) {
        penalty = L1L2Regularizer(layer: &arguments)
        arguments.only(nil, for: "activity_regularizer")
    }

    var activityRegularizer: Regularizer? { Regularizer(penalty) }

    func write(to json: inout JSONWriter) { penalty.write(to: &json) }

    func outputShape(for input: Shape) -> Shape { input }

    func operations(input: Shape, output: Shape) -> Int { 0 }

    /// Each step as it is; nothing is learned there.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        inputs[0].rank > 1 ? SteppedLayer(layer: self) : nil
    }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) -> Value { input }
}
