/// An activation function by Keras's name: a shape-preserving function of a layer's result.
public struct ActivationKind: Sendable {
    /// Keras's name, as in `relu`.
    public let name: String
    /// Further names that mean the same.
    public let aliases: [String]

    /// The operations that one element takes, a function counting 1.
    let operations: Int
    /// Whether an element depends on the others along the last axis.
    let isOverLastAxis: Bool

    private let function: @Sendable (inout Graph, Value) throws(ShapeError) -> Value

    /// An activation function from the nodes that it appends.
    init(
        _ name: String,
        aliases: [String] = [],
        operations: Int = 1,
        isOverLastAxis: Bool = false,
        _ function: @escaping @Sendable (inout Graph, Value) throws(ShapeError) -> Value
    ) {
        self.name = name
        self.aliases = aliases
        self.operations = operations
        self.isOverLastAxis = isOverLastAxis
        self.function = function
    }

    /// Appends the function of a value to a graph.
    public func append(to graph: inout Graph, _ value: Value) throws(ShapeError) -> Value {
        try function(&graph, value)
    }

    /// Every activation function, each known by its name and aliases.
    public static let all: [ActivationKind] = [
        .linear, .relu, .relu6, .leakyReLU, .elu, .selu,
        .sigmoid, .hardSigmoid, .silu, .hardSilu, .gelu, .mish, .tanh, .softplus, .softsign, .exponential,
        .softmax, .logSoftmax, .hardSigmoidOfKeras2,
    ]

    /// The activation function of a name or alias, nil where there is none.
    public static func named(_ name: String) -> ActivationKind? { table[name] }

    private static let table: [String: ActivationKind] = {
        let entries = all.flatMap { kind in ([kind.name] + kind.aliases).map { ($0, kind) } }
        return Dictionary(entries) { first, second in
            preconditionFailure("\(first.name) and \(second.name) share a name")
        }
    }()
}

extension ActivationKind: Equatable {
    /// Whether both are the same function, which its name tells.
    public static func == (left: ActivationKind, right: ActivationKind) -> Bool { left.name == right.name }
}

extension ActivationKind {
    /// The identity.
    public static let linear = ActivationKind("linear", operations: 0) { _, x throws(ShapeError) in x }

    /// The exponential function.
    public static let exponential = ActivationKind("exponential") { graph, x throws(ShapeError) in try graph.exp(x) }
}
