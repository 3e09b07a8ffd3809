/// Functions that make a distribution of the last axis.
extension ActivationKind {
    /// The normalized exponential, `f(x)ᵢ = e^xᵢ / Σⱼ e^xⱼ` over the last axis.
    public static let softmax = ActivationKind("softmax", isOverLastAxis: true) { graph, x throws(ShapeError) in
        try graph.softmax(x)
    }

    /// The logarithm of softmax, `f(x)ᵢ = xᵢ − log Σⱼ e^xⱼ` over the last axis.
    public static let logSoftmax = ActivationKind("log_softmax", isOverLastAxis: true) { graph, x throws(ShapeError) in
        try graph.logSoftmax(x)
    }
}
