/// The derivatives of formulas in four ways: by forward mode, by reverse mode, by central differences, and by the rules
/// for symbols; the first three in single precision by the engine's own graph, the last in double precision.
public struct Differentiation: Sendable {
    /// A formula under its name.
    public struct Function: Sendable {
        /// What it is called.
        public let name: String
        /// The formula.
        public let formula: Expression

        /// A formula under a name.
        public init(_ name: String, _ formula: Expression) { (self.name, self.formula) = (name, formula) }
    }

    /// A variable with its value.
    public typealias Variable = (name: String, value: Double)

    /// One node of the graph of the functions.
    public struct Node: Sendable {
        /// Its number, in the order of execution.
        public let id: Int
        /// What it does, as in `multiply`.
        public let operation: String
        /// The variable or function that it is, or its number; nil for what has no name.
        public let name: String?
        /// The numbers of the nodes that it takes.
        public let operands: [Int]
        /// What it came to.
        public let value: Float
        /// How it changes with each variable.
        public let tangents: [Float]
        /// How each function changes with it.
        public let adjoints: [Float]
    }

    /// The names of the functions.
    public let functions: [String]
    /// The names of the variables.
    public let variables: [String]
    /// What each function comes to.
    public let values: [Float]
    /// Derivatives of each function by each variable, of forward and reverse mode and of differences.
    public let forward, reverse, numerical: [[Float]]
    /// The same by the rules for symbols.
    public let symbolic: [[Double]]
    /// The derivatives as text; nil where that is too long.
    public let texts: [[String?]]
    /// The graph's nodes in the order of execution.
    public let nodes: [Node]

    /// The most nodes of the functions' graph.
    public static let greatestNodes = 5000
    /// The most characters of a derivative's text.
    static let greatestText = 2000

    /// Differentiates.
    ///
    /// - Parameters:
    ///   - functions: The functions, of names of their own.
    ///   - point: The variables, all that the functions have.
    ///   - step: How far the differences go to each side.
    ///   - proceed: Called between passes; what it throws ends the work.
    /// - Throws: `NodeLimit` where the graph has too many nodes, `KernelError` never, and what `proceed` throws.
    public init(
        _ functions: [Function],
        at point: [Variable],
        step: Float,
        proceed: () throws -> Void = {}
    ) throws {
        let graph = try FunctionGraph(functions, variables: point.map(\.name))
        let pass = try graph.run(point.map { Float($0.value) })
        try proceed()
        (self.functions, variables) = (functions.map(\.name), point.map(\.name))
        values = graph.results.map { pass.values[$0.node] }
        forward = graph.results.map { result in point.indices.map { pass.tangents[$0][result.node] } }
        reverse = functions.indices.map { function in graph.variables.map { pass.adjoints[function][$0.node] } }
        nodes = graph.nodes(pass, functions: functions.map(\.name))
        var columns: [[Float]] = []
        for place in point.indices {
            try proceed()
            columns.append(try graph.differences(at: point.map { Float($0.value) }, along: place, step: step))
        }
        numerical = functions.indices.map { function in columns.map { $0[function] } }
        var (symbolic, texts): ([[Double]], [[String?]]) = ([], [])
        let named = Dictionary(point.map { ($0.name, $0.value) }) { first, _ in first }
        for function in functions {
            var (numbers, written): ([Double], [String?]) = ([], [])
            for variable in point {
                try proceed()
                var memory = ExpressionMemory<Expression>()
                let derivative = function.formula.derivative(by: variable.name, &memory)
                numbers.append(derivative.value(at: named) ?? .nan)
                written.append(derivative.simplified().text(limit: Self.greatestText))
            }
            symbolic.append(numbers)
            texts.append(written)
        }
        (self.symbolic, self.texts) = (symbolic, texts)
    }

    /// The greatest distance of some derivatives from those in double precision; nil where one isn't a number.
    public func error(of derivatives: [[Float]]) -> Double? {
        var greatest = 0.0
        for (found, right) in zip(derivatives.flatMap { $0 }, symbolic.flatMap { $0 }) {
            let distance = (Double(found) - right).magnitude
            guard distance.isFinite else { return nil }
            greatest = max(greatest, distance)
        }
        return greatest
    }
}

/// A graph with more nodes than are computed.
public struct NodeLimit: Error, Sendable {
    /// How many it has.
    public let count: Int
}
