/// Logarithms of probabilities, kept finite as Keras does.
enum Probabilities {
    /// How far Keras keeps probabilities from 0 and 1.
    static let epsilon: Float = 1e-7
}

extension Graph {
    /// The logarithms of the probabilities of the classes on the last axis.
    ///
    /// From the argument of a softmax where the network ends with one, which loses no digits; otherwise from the result,
    /// divided by its sum as Keras does, or taken as the argument of a softmax.
    mutating func logProbabilities(of prediction: AppliedOutput, fromLogits: Bool) throws(ShapeError) -> Value {
        if prediction.activation == .softmax, let logits = prediction.logits { return try logSoftmax(logits) }
        if fromLogits { return try logSoftmax(prediction.output) }
        let output = prediction.output
        let shape = shape(of: output)
        let sums = try sum(output, axes: [shape.rank - 1], keepingDimensions: true)
        // The zeros that a mask leaves of a step have no sum to be divided by, and the step must not count as NaN.
        let total = try maximum(sums, constant(.leastNormalMagnitude, shape: self.shape(of: sums)))
        return try log(clippedProbability(divide(output, broadcast(total, to: shape))))
    }

    /// A probability, no nearer to 0 and 1 than Keras lets it be.
    mutating func clippedProbability(_ probability: Value) throws(ShapeError) -> Value {
        let shape = shape(of: probability)
        let least = try constant(Probabilities.epsilon, shape: shape)
        let greatest = try constant(1 - Probabilities.epsilon, shape: shape)
        return try minimum(maximum(probability, least), greatest)
    }
}
