import JSON

/// A function of each number by itself that Keras has as an operation, not as a layer: of the same name there.
///
/// As behind any operation in Keras's models, a mask ends here.
protocol FunctionLayer: SingleInputLayer, StepwiseLayer {
    /// Appends the function of a value.
    func apply(_ x: Value, in graph: inout Graph) throws(ShapeError) -> Value
}

extension FunctionLayer {
    func outputShape(for input: Shape) -> Shape { input }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        try apply(input, in: &pass.graph)
    }
}
