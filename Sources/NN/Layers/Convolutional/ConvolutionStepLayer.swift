import JSON

/// A convolution over the steps of a sequence that looks back alone, for the next ones: it remembers the inputs under its
/// window but the newest.
///
/// Behind the steps `[n, C]`, mostly one, it takes the inputs before them, `[span − 1, C]`, oldest first and zeros where
/// there are none, and gives the newest as many of them and the steps.
struct ConvolutionStepLayer: Layer {
    static let names = ["ConvolutionStepLayer"]

    private let inner: Conv1DLayer

    /// The layer for one step; nil where the layer's results are not one a step, or look ahead.
    static func stepped(_ layer: Conv1DLayer, inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        let window = layer.arguments.window
        let before = window.span[0] - 1
        guard inputs.count == 1, inputs[0].rank == 2, window.strides == [1] else { return nil }
        if before == 0 { return SteppedLayer(layer: layer) }
        guard window.padding == .causal else { return nil }
        return SteppedLayer(
            layer: ConvolutionStepLayer(inner: Conv1DLayer(layer.arguments.withoutPadding)),
            states: [SteppedLayer.State(shape: [before, inputs[0].last])]
        )
    }

    private init(inner: Conv1DLayer) { self.inner = inner }

    /// No definition has one: it is made of a layer that was read.
    init(reading arguments: inout ObjectReader) { preconditionFailure("a step's layer is never read") }

    var activation: ActivationKind { inner.activation }

    func write(to json: inout JSONWriter) { inner.write(to: &json) }

    func outputShapes(for inputs: [Shape]) throws(ShapeRequirement) -> [Shape] {
        [[inputs[0][0], inner.arguments.filters], inputs[1]]
    }

    func parameters(for inputs: [Shape]) -> [Parameter] { inner.parameters(for: inputs[0]) }

    func operations(inputs: [Shape], output: Shape) -> Int { inner.operations(input: inputs[0], output: output) }

    func appendResults(
        to pass: inout ForwardPass,
        inputs: [Value],
        parameters: [Value]
    ) throws(ShapeError) -> [Value] {
        let steps = try pass.graph.concatenate([inputs[1], inputs[0]], axis: 1)
        let (count, before) = (pass.graph.shape(of: steps)[1], pass.graph.shape(of: inputs[1])[1])
        let result = try inner.append(to: &pass, input: steps, parameters: parameters)
        return [result, try pass.graph.slice(steps, axis: 1, count - before..<count)]
    }
}

extension ConvolutionArguments {
    /// The same over whole windows alone.
    fileprivate var withoutPadding: ConvolutionArguments {
        ConvolutionArguments(
            filters: filters,
            window: WindowArguments(
                size: window.size,
                strides: window.strides,
                dilation: window.dilation,
                padding: .valid
            ),
            groups: groups,
            activation: activation,
            useBias: useBias,
            kernel: kernel,
            bias: bias
        )
    }
}
