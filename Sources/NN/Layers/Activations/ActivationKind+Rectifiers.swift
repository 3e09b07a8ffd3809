/// Functions that pass positive numbers and dampen negative ones.
///
/// Where a function has one slope at 0, its formula is written so that the derivative there comes out right, although
/// `relu` counts 0 as negative: parameters that start at zero make exact zeros common.
extension ActivationKind {
    /// The rectifier, `f(x) = max(x, 0)`.
    public static let relu = ActivationKind("relu") { graph, x throws(ShapeError) in try graph.relu(x) }

    /// The rectifier cut at 6, `f(x) = min(max(x, 0), 6)`.
    public static let relu6 = ActivationKind("relu6") { graph, x throws(ShapeError) in
        let excess = try graph.relu(graph.offset(x, by: -6))
        return try graph.subtract(graph.relu(x), excess)
    }

    /// The leaky rectifier: `x` where positive, else `0.2 x`, Keras's slope.
    public static let leakyReLU = ActivationKind("leaky_relu") { graph, x throws(ShapeError) in
        let negative = try graph.relu(graph.negate(x))
        return try graph.subtract(graph.relu(x), graph.scale(negative, by: 0.2))
    }

    /// The exponential linear unit: `x` where positive, else `eˣ − 1`.
    ///
    /// Source: Clevert et al. 2016, arXiv:1511.07289.
    public static let elu = ActivationKind("elu") { graph, x throws(ShapeError) in
        try graph.exponentialLinear(x, negativeScale: 1)
    }

    /// The scaled exponential linear unit: `1.0507 x` where positive, else `1.0507 · 1.67326 (eˣ − 1)`.
    ///
    /// Source: Klambauer et al. 2017, arXiv:1706.02515.
    public static let selu = ActivationKind("selu") { graph, x throws(ShapeError) in
        let value = try graph.exponentialLinear(x, negativeScale: 1.673_263_242_354_377_2)
        return try graph.scale(value, by: 1.050_700_987_355_480_5)
    }
}

extension Graph {
    /// `x` where positive, else `scale · (eˣ − 1)`, with the slope 1 at 0.
    fileprivate mutating func exponentialLinear(_ x: Value, negativeScale: Float) throws(ShapeError) -> Value {
        let negative = try relu(negate(x))
        let decay = try offset(exp(negate(negative)), by: -1)
        return try add(add(x, negative), scale(decay, by: negativeScale))
    }
}
