/// Keras's `Conv1D`: learned windows over the steps of a sequence, `[T, C] → [T′, filters]`.
///
/// With the padding `causal` no result depends on later steps.
struct Conv1DLayer: ConvolutionLayer {
    static let names = ["Conv1D", "Convolution1D"]
    static let rank = 1
    static let paddings = ["valid", "same", "causal"]

    let arguments: ConvolutionArguments

    init(_ arguments: ConvolutionArguments) { self.arguments = arguments }

    /// A step on the inputs before it, where the window looks back alone.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        ConvolutionStepLayer.stepped(self, inputs: inputs, changing: changing)
    }
}
