/// S-shaped functions and those built from them.
extension ActivationKind {
    /// The logistic function, `f(x) = 1 / (1 + e⁻ˣ)`.
    public static let sigmoid = ActivationKind("sigmoid") { graph, x throws(ShapeError) in try graph.sigmoid(x) }

    /// The sigmoid in three straight pieces, `f(x) = min(max(x / 6 + 0.5, 0), 1)`.
    public static let hardSigmoid = ActivationKind("hard_sigmoid") { graph, x throws(ShapeError) in
        let lower = try graph.relu(graph.offset(x, by: 3))
        let upper = try graph.relu(graph.offset(x, by: -3))
        return try graph.scale(graph.subtract(lower, upper), by: 1 / 6)
    }

    /// What Keras 2 called `hard_sigmoid`, `f(x) = min(max(0.2 · x + 0.5, 0), 1)`; a file of Keras 2 is read so.
    ///
    /// Source: tf_keras, `backend.hard_sigmoid`.
    public static let hardSigmoidOfKeras2 = ActivationKind("hard_sigmoid_keras2") { graph, x throws(ShapeError) in
        let lower = try graph.relu(graph.offset(x, by: 2.5))
        let upper = try graph.relu(graph.offset(x, by: -2.5))
        return try graph.scale(graph.subtract(lower, upper), by: 0.2)
    }

    /// The sigmoid linear unit, `f(x) = x / (1 + e⁻ˣ)`.
    ///
    /// Source: Ramachandran et al. 2017, arXiv:1710.05941.
    public static let silu = ActivationKind("silu", aliases: ["swish"]) { graph, x throws(ShapeError) in
        try graph.multiply(x, graph.sigmoid(x))
    }

    /// The Gaussian error linear unit, `f(x) = x · (1 + erf(x / √2)) / 2`.
    ///
    /// Source: Hendrycks and Gimpel 2016, arXiv:1606.08415.
    public static let gelu = ActivationKind("gelu", operations: 4) { graph, x throws(ShapeError) in
        let share = try graph.offset(graph.erf(graph.scale(x, by: 0.707_106_781_2)), by: 1)
        return try graph.multiply(x, graph.scale(share, by: 0.5))
    }

    /// `silu` with the sigmoid in three straight pieces, `f(x) = x · min(max(x / 6 + 0.5, 0), 1)`.
    public static let hardSilu = ActivationKind("hard_silu", aliases: ["hard_swish"]) { graph, x throws(ShapeError) in
        try graph.multiply(x, ActivationKind.hardSigmoid.append(to: &graph, x))
    }

    /// `f(x) = x · tanh(log(1 + eˣ))`.
    ///
    /// Source: Misra 2019, arXiv:1908.08681.
    public static let mish = ActivationKind("mish", operations: 3) { graph, x throws(ShapeError) in
        try graph.multiply(x, graph.tanh(graph.softplus(x)))
    }

    /// The hyperbolic tangent.
    public static let tanh = ActivationKind("tanh") { graph, x throws(ShapeError) in try graph.tanh(x) }

    /// The smooth rectifier, `f(x) = log(1 + eˣ)`, finite for every finite `x`.
    public static let softplus = ActivationKind("softplus") { graph, x throws(ShapeError) in
        try graph.softplus(x)
    }

    /// A slower sigmoid, `f(x) = x / (1 + |x|)`.
    public static let softsign = ActivationKind("softsign") { graph, x throws(ShapeError) in
        let magnitude = try graph.magnitude(x)
        return try graph.divide(x, graph.offset(magnitude, by: 1))
    }
}

extension Graph {
    /// `|x|`, with the derivative 0 at 0.
    mutating func magnitude(_ x: Value) throws(ShapeError) -> Value {
        try add(relu(x), relu(negate(x)))
    }

    /// `log(1 + eˣ)` as `x/2 + |x|/2 + log(1 + e^−|x|)`: no power overflows, and the slope at 0 is a half.
    mutating func softplus(_ x: Value) throws(ShapeError) -> Value {
        let magnitude = try magnitude(x)
        let tail = try log(offset(exp(negate(magnitude)), by: 1))
        return try add(scale(add(x, magnitude), by: 0.5), tail)
    }
}
