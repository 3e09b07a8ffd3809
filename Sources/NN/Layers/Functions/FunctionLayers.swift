import JSON

/// Keras's operation `Absolute`: the size of each number, of which the derivative at 0 is 0.
struct AbsoluteLayer: FunctionLayer {
    static let names = ["Absolute"]

    init(reading arguments: inout ObjectReader) {}

    func apply(_ x: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        let negative = try graph.relu(graph.negate(x))
        return try graph.add(graph.relu(x), negative)
    }
}

/// Keras's operation `Square`: each number times itself.
struct SquareLayer: FunctionLayer {
    static let names = ["Square"]

    init(reading arguments: inout ObjectReader) {}

    func apply(_ x: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.multiply(x, x)
    }
}

/// Keras's operation `Reciprocal`: 1 over each number.
struct ReciprocalLayer: FunctionLayer {
    static let names = ["Reciprocal"]

    init(reading arguments: inout ObjectReader) {}

    func apply(_ x: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.divide(graph.constant(1, shape: graph.shape(of: x)), x)
    }
}

/// Keras's operation `Sqrt`: the square root of each number; of one below zero it is no number.
struct SqrtLayer: FunctionLayer {
    static let names = ["Sqrt"]

    init(reading arguments: inout ObjectReader) {}

    func apply(_ x: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.sqrt(x)
    }
}

/// Keras's operation `Log`: the natural logarithm of each number; of 0 it is -∞, of one below it no number.
struct LogLayer: FunctionLayer {
    static let names = ["Log"]

    init(reading arguments: inout ObjectReader) {}

    func apply(_ x: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.log(x)
    }
}

/// Keras's operation `Erf`: the error function of each number.
struct ErfLayer: FunctionLayer {
    static let names = ["Erf"]

    init(reading arguments: inout ObjectReader) {}

    func apply(_ x: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.erf(x)
    }
}

/// Keras's operation `Sin`: the sine of each number.
struct SinLayer: FunctionLayer {
    static let names = ["Sin"]

    init(reading arguments: inout ObjectReader) {}

    func apply(_ x: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.sin(x)
    }
}

/// Keras's operation `Cos`: the cosine of each number.
struct CosLayer: FunctionLayer {
    static let names = ["Cos"]

    init(reading arguments: inout ObjectReader) {}

    func apply(_ x: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.cos(x)
    }
}

/// Keras's operation `Sign`: 1 for each number above zero, -1 for each below it, 0 for 0.
struct SignLayer: FunctionLayer {
    static let names = ["Sign"]

    init(reading arguments: inout ObjectReader) {}

    func apply(_ x: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.subtract(graph.positive(x), graph.positive(graph.negate(x)))
    }
}

/// Keras's operation `Floor`: the greatest whole number that isn't above each number; its derivative is 0.
struct FloorLayer: FunctionLayer {
    static let names = ["Floor"]

    init(reading arguments: inout ObjectReader) {}

    func apply(_ x: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.floor(x)
    }
}
