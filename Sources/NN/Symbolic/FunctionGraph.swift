/// The graph of some formulas, with their derivatives by forward and by reverse mode at every node.
struct FunctionGraph {
    /// The variables.
    let variables: [Value]
    /// The functions.
    let results: [Value]

    private let graph: Graph
    /// How many of the nodes are the functions' own.
    private let count: Int
    private let names: [String]
    private let tangents: [[Value?]]
    private let adjoints: [[Value?]]
    private let plan: Plan
    private let small: Plan

    /// What a run of the graph gave, node by node.
    struct Pass {
        let values: [Float]
        /// For each variable.
        let tangents: [[Float]]
        /// For each function.
        let adjoints: [[Float]]
    }

    init(_ functions: [Differentiation.Function], variables names: [String]) throws {
        var graph = Graph()
        var known: [String: Value] = [:]
        var variables: [Value] = []
        for name in names {
            let value = try graph.input(name, shape: [])
            known[name] = value
            variables.append(value)
        }
        var memory = ExpressionMemory<Value>()
        var results: [Value] = []
        for function in functions {
            let value = try function.formula.append(to: &graph, variables: known, &memory)
            results.append(value)
            guard graph.nodes.count <= Differentiation.greatestNodes else { throw NodeLimit(count: graph.nodes.count) }
        }
        let own = graph.nodes.indices.map { Value(node: $0, result: 0) }
        let one = try graph.constant(1)
        var (tangents, adjoints): ([[Value?]], [[Value?]]) = ([], [])
        for place in variables.indices {
            let seeds = variables.indices.map { $0 == place ? one : nil }
            tangents.append(try graph.jvp(collecting: own, withRespectTo: variables, tangents: seeds))
        }
        for result in results {
            let found = try graph.vjp(of: [result], cotangents: [one], withRespectTo: [], collecting: own)
            adjoints.append(found.collected)
        }
        let asked = (tangents + adjoints).flatMap { $0.compactMap { $0 } }
        plan = try Plan(graph, outputs: own + asked)
        small = try Plan(graph, outputs: results)
        (self.graph, self.variables, self.results, self.names) = (graph, variables, results, names)
        (count, self.tangents, self.adjoints) = (own.count, tangents, adjoints)
    }

    /// Computes everything at a point.
    func run(_ point: [Float]) throws -> Pass {
        let own = (0..<count).map { Value(node: $0, result: 0) }
        let found = execute(plan, point)
        return Pass(
            values: own.map { found($0) },
            tangents: tangents.map { $0.map { $0.map(found) ?? 0 } },
            adjoints: adjoints.map { $0.map { $0.map(found) ?? 0 } }
        )
    }

    /// Each function's central difference along a variable, over the distance that the numbers really have.
    func differences(at point: [Float], along place: Int, step: Float) throws -> [Float] {
        func values(_ offset: Float) -> [Float] {
            var moved = point
            moved[place] += offset
            return results.map(execute(small, moved))
        }
        let distance = (point[place] + step) - (point[place] - step)
        return zip(values(step), values(-step)).map { ($0 - $1) / distance }
    }

    private func execute(_ plan: Plan, _ point: [Float]) -> (Value) -> Float {
        let buffer = FloatBuffer(count: max(variables.count, 1) * ParameterLayout.alignment)
        var memory: [Value: UnsafeMutablePointer<Float>] = [:]
        for (place, variable) in variables.enumerated() {
            buffer.pointer[place * ParameterLayout.alignment] = point[place]
            memory[variable] = buffer.pointer + place * ParameterLayout.alignment
        }
        let run = plan.makeRun(memory)
        withExtendedLifetime(buffer) { run.run() }
        return { value in
            withExtendedLifetime(buffer) {
                memory[value].map { $0.pointee } ?? run.pointer(to: value).pointee
            }
        }
    }

    /// The functions' nodes with what a run gave.
    func nodes(_ pass: Pass, functions: [String]) -> [Differentiation.Node] {
        (0..<count).map { index in
            let node = graph.nodes[index]
            var (operation, name): (String, String?) = (node.primitive.name, nil)
            if node.primitive is Input {
                (operation, name) = ("input", names[index])
            } else if let constant = node.primitive as? Constant {
                (operation, name) = ("constant", Double(constant.number).formulaText)
            } else if let place = results.firstIndex(of: Value(node: index, result: 0)) {
                name = functions[place]
            }
            return Differentiation.Node(
                id: index,
                operation: operation,
                name: name,
                operands: node.operands.map(\.node),
                value: pass.values[index],
                tangents: pass.tangents.map { $0[index] },
                adjoints: pass.adjoints.map { $0[index] }
            )
        }
    }

    /// The nodes of the graph that reverse mode evaluates for the derivative of a formula by a variable, with those of the
    /// formula itself.
    static func reverseSize(of formula: Expression, variables names: [String], by variable: String) throws -> Int {
        var graph = Graph()
        var known: [String: Value] = [:]
        for name in names { known[name] = try graph.input(name, shape: []) }
        var memory = ExpressionMemory<Value>()
        let result = try formula.append(to: &graph, variables: known, &memory)
        guard graph.nodes.count <= Differentiation.greatestNodes else { throw NodeLimit(count: graph.nodes.count) }
        if let value = known[variable] { _ = try graph.gradients(of: result, withRespectTo: [value]) }
        return graph.nodes.count
    }
}
