/// A network's forward pass for a fixed number of rows, in two graphs: what follows from the weights alone, and the rest.
///
/// The first runs once for each version of the weights: scales of batch normalization folded into kernels, sums of
/// biases, parts cut out of a kernel. Its results do not depend on the number of rows, so all plans share them.
struct InferenceGraph {
    /// Computes what the other graph takes in place of weights.
    private(set) var preparation = Graph()
    /// The weights, as inputs of the preparation, by their place in the network.
    private(set) var parameters: [Value] = []
    /// The results of the preparation.
    private(set) var prepared: [Value] = []

    /// Computes answers.
    private(set) var answering = Graph()
    /// The rows.
    private(set) var input = Value(node: 0, result: 0)
    /// What else the answering graph takes, and where that comes from.
    private(set) var taken: [(value: Value, source: Source)] = []
    /// The answers.
    private(set) var output = Value(node: 0, result: 0)
    /// Values on the way that are asked for too.
    private(set) var watched: [Value] = []

    /// Where an operand of the answering graph lies.
    enum Source: Equatable {
        /// It is a weight, by its place in the network.
        case parameter(Int)
        /// It is a result of the preparation, by its place, of that shape.
        case prepared(Int, Shape)
    }

    /// The forward pass as the network answers.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - rows: How many rows go at once.
    ///   - watching: Picks values on the way, and may append to the graph what is made of them.
    /// - Throws: `ShapeError` where the layers don't fit together, which a network has been checked for.
    init(
        _ network: Network,
        rows: Int,
        watching: (inout Graph, [LayerResults]) throws(ShapeError) -> [Value] = { _, _ in [] }
    ) throws(ShapeError) {
        var graph = Graph()
        let layout = BatchLayout(network, rows: rows)
        let input = try graph.input("x", shape: layout.shape(of: network))
        var parameters: [Value] = []
        for parameter in network.parameters {
            parameters.append(try graph.input(parameter.name, shape: parameter.shape))
        }
        let inputs = try layout.parts(input, of: network, in: &graph)
        let whole = try network.appendWhole(to: &graph, inputs: inputs, parameters: parameters, mode: .inference)
        let result = try network.pack(whole.applied.outputs, in: &graph)
        // A network that changes nothing still needs a place of its own for its answer.
        let output = result == input ? try graph.scale(input, by: 1) : result
        let watched = try watching(&graph, whole.results)
        var folding = try ChannelFolding(
            graph,
            weights: Self.weightNodes(of: graph, parameters.map(\.node)),
            outputs: [output] + watched
        )
        var folded: [Value] = []
        for parameter in parameters { folded.append(try folding.value(of: parameter)) }
        let (newInput, newOutput) = (try folding.value(of: input), try folding.value(of: output))
        var newWatched: [Value] = []
        for value in watched { newWatched.append(try folding.value(of: value)) }
        try split(folding.graph, input: newInput, parameters: folded, output: newOutput, watched: newWatched)
    }

    /// The nodes that depend on parameters and on nothing else that varies.
    private static func weightNodes(of graph: Graph, _ parameters: [Int]) -> Set<Int> {
        var (weights, constants) = (Set(parameters), Set<Int>())
        for (index, node) in graph.nodes.enumerated() where !weights.contains(index) {
            let operands = Set(node.operands.map(\.node))
            if operands.isSubset(of: constants) {
                if !(node.primitive is Input) { constants.insert(index) }
            } else if operands.isSubset(of: weights.union(constants)) {
                weights.insert(index)
            }
        }
        return weights
    }

    /// Whether a node is better left to the answering graph, where it costs nothing: a view, or what a loop repeats.
    private static func isFree(_ index: Int, in graph: Graph) -> Bool {
        let node = graph.nodes[index]
        switch node.primitive {
        case is Broadcast, is Reshape: return true
        case let slice as Slice: return graph.shape(of: node.operands[0]).extents[..<slice.axis].allSatisfy { $0 == 1 }
        default: return false
        }
    }

    private mutating func split(
        _ graph: Graph,
        input: Value,
        parameters: [Value],
        output: Value,
        watched: [Value]
    ) throws(ShapeError) {
        let weights = Self.weightNodes(of: graph, parameters.map(\.node))
        var (answered, prepared) = (Set(([output] + watched).map(\.node)), Set(parameters.map(\.node)))
        var crossing = Set<Value>()
        for index in graph.nodes.indices.reversed() {
            for operand in graph.nodes[index].operands {
                if prepared.contains(index) { prepared.insert(operand.node) }
                guard answered.contains(index) else { continue }
                if weights.contains(operand.node), !Self.isFree(operand.node, in: graph) {
                    crossing.insert(operand)
                    prepared.insert(operand.node)
                } else {
                    answered.insert(operand.node)
                }
            }
        }
        let before = try Self.copy(prepared, of: graph, into: &preparation, given: [:])
        self.parameters = parameters.map { before[$0] ?? $0 }
        let places = Dictionary(uniqueKeysWithValues: parameters.enumerated().map { ($1, $0) })
        var given: [Value: Value] = [:]
        for value in crossing.sorted(by: { ($0.node, $0.result) < ($1.node, $1.result) }) {
            let new = try answering.input("weights", shape: graph.shape(of: value))
            given[value] = new
            if let place = places[value] {
                taken.append((new, .parameter(place)))
            } else if let result = before[value] {
                taken.append((new, .prepared(self.prepared.count, graph.shape(of: value))))
                self.prepared.append(result)
            }
        }
        let after = try Self.copy(answered, of: graph, into: &answering, given: given)
        self.watched = watched.map { after[$0] ?? $0 }
        guard let newInput = after[input], let newOutput = after[output] else {
            // A network whose answer its input has no part in.
            self.input = try answering.input("x", shape: graph.shape(of: input))
            self.output = after[output] ?? output
            return
        }
        (self.input, self.output) = (newInput, newOutput)
    }

    /// Appends some nodes to another graph; gives what became of their results, and of what was given.
    private static func copy(
        _ nodes: Set<Int>,
        of graph: Graph,
        into target: inout Graph,
        given: [Value: Value]
    ) throws(ShapeError) -> [Value: Value] {
        var values = given
        for index in nodes.sorted() {
            let node = graph.nodes[index]
            let operands = node.operands.map { operand -> Value in
                guard let value = values[operand] else { preconditionFailure("an operand was not copied") }
                return value
            }
            for (place, value) in try target.append(node.primitive, to: operands).enumerated() {
                let old = Value(node: index, result: place)
                if values[old] == nil { values[old] = value }
            }
        }
        return values
    }
}
