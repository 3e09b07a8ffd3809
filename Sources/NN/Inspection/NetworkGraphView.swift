/// A network as a graph, of layers or of operations, with values and derivatives.
public final class NetworkGraphView: Sendable {
    /// How fine the graph is.
    public enum Level: String, Sendable, CaseIterable {
        case layers, operations
    }

    /// A node without its numbers.
    public struct Node: Sendable {
        /// Its number.
        public let id: Int
        /// The layer's class, or the operation.
        public let operation: String
        /// The layer that it is or belongs to; the name of an input or a weight.
        public let layer: String?
        /// The numbers of the nodes that it takes.
        public let operands: [Int]
        /// The shape of its first result, without the batch where it has one.
        public let shape: Shape
        /// How many weights it has.
        public let parameters: Int
        /// The floating-point operations that it takes, as far as they are known.
        public let operations: Int
    }

    /// The nodes, each behind those that it takes.
    public let nodes: [Node]

    private let network: Network
    private let values: ViewPlan?
    private let derivatives: (plan: ViewPlan, places: [Int?], hasTarget: Bool, seed: Shape)?
    private let hasBatch: [Bool]

    /// Compiles the view.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - level: How fine it is.
    ///   - expanded: The layers whose recurrences are written out step by step.
    ///   - hasValues: Whether values are asked for.
    ///   - differentiand: Which number is differentiated; nil for none.
    ///   - limit: The most nodes.
    /// - Throws: `NodeLimit` where there are more nodes, and what keeps it from being compiled.
    public init(
        _ network: Network,
        level: Level,
        expanding expanded: Set<Int>,
        hasValues: Bool,
        of differentiand: Differentiand?,
        limit: Int
    ) throws {
        self.network = network
        var pass = try InspectedPass(network)
        if !expanded.isEmpty { pass.expand(expanded) }
        let drawn: DrawnGraph
        switch level {
        case .layers: drawn = DrawnGraph(layersOf: pass)
        case .operations: drawn = DrawnGraph(operationsOf: pass)
        }
        guard drawn.nodes.count <= limit else { throw NodeLimit(count: drawn.nodes.count) }
        nodes = drawn.nodes
        hasBatch = drawn.hasBatch
        if let differentiand {
            let (value, target) = try pass.append(differentiand)
            let seed = try pass.graph.input("seed", shape: pass.graph.shape(of: value))
            let found = try pass.graph.vjp(
                of: [value],
                cotangents: [seed],
                withRespectTo: [],
                collecting: drawn.values
            ).collected
            var (outputs, places): ([Value], [Int?]) = (drawn.values, [])
            for gradient in found {
                places.append(gradient.map { _ in outputs.count })
                if let gradient { outputs.append(gradient) }
            }
            let given = pass.inputs + [seed] + (target.map { [$0] } ?? [])
            let plan = try ViewPlan(pass.graph, given: given, parameters: pass.parameters, outputs: outputs)
            derivatives = (plan, places, target != nil, pass.graph.shape(of: value))
            values = nil
        } else {
            derivatives = nil
            values =
                hasValues
                ? try ViewPlan(pass.graph, given: pass.inputs, parameters: pass.parameters, outputs: drawn.values) : nil
        }
    }

    /// Computes values, and derivatives where a number is differentiated.
    ///
    /// - Returns: For each node its value and its derivative; zeros where the number doesn't depend on it.
    public func run(
        _ row: [Float],
        seed: [Float],
        target: [Float],
        _ model: InferenceModel
    ) -> [(value: Tensor, derivative: Tensor?)] {
        func own(_ tensor: Tensor, _ node: Int) -> Tensor { hasBatch[node] ? tensor.slice(0, axis: 0) : tensor }
        guard let derivatives else {
            let found = values?.run(network.parted(row), .of(model)) ?? []
            return found.enumerated().map { (own($1, $0), nil) }
        }
        let numbers = network.parted(row) + [seed] + (derivatives.hasTarget ? [target] : [])
        let found = derivatives.plan.run(numbers, .of(model))
        return derivatives.places.enumerated().map { node, place in
            let value = own(found[node], node)
            return (value, place.map { own(found[$0], node) } ?? Tensor(repeating: 0, value.shape))
        }
    }
}

/// The nodes of a graph that is drawn, with the values that they stand for.
private struct DrawnGraph {
    private(set) var nodes: [NetworkGraphView.Node] = []
    private(set) var values: [Value] = []
    private(set) var hasBatch: [Bool] = []

    /// A node a layer.
    init(layersOf pass: InspectedPass) {
        let network = pass.network
        var inputNodes: [Int] = []
        for (input, value) in zip(network.inputs, pass.inputs) {
            inputNodes.append(nodes.count)
            add(value, true, "Input", input.name, [], input.shape)
        }
        var layerNodes: [Int] = []
        for (place, node) in network.nodes.enumerated() {
            let operands = node.sources.compactMap { source -> Int? in
                switch source {
                case .input(let number): inputNodes[number]
                case .layer(let place, _): layerNodes[place]
                case .mask: nil
                }
            }
            let summary = network.layers[place]
            layerNodes.append(nodes.count)
            add(
                pass.results[place].values[0],
                true,
                summary.type,
                summary.name,
                operands,
                summary.outputShape,
                summary.parameterCount,
                summary.operations
            )
        }
    }

    /// A node an application of a primitive.
    init(operationsOf pass: InspectedPass) {
        let graph = pass.graph
        var names: [Int: String] = [:]
        for (name, value) in zip(pass.network.inputs.map(\.name), pass.inputs) { names[value.node] = name }
        for (parameter, value) in zip(pass.network.parameters, pass.parameters) { names[value.node] = parameter.name }
        for (place, results) in pass.results.enumerated() {
            for node in results.nodes { names[node] = pass.network.layers[place].name }
        }
        let inputs = Set(pass.inputs.map(\.node))
        let weights = Set(pass.parameters.map(\.node))
        for (index, node) in graph.nodes.enumerated() {
            let value = Value(node: index, result: 0)
            let isInput = node.primitive is Input
            let shape = node.shapes[0]
            // Along the way the batch may be anywhere; what is drawn has it where it is one of the network's own values.
            let isRow = inputs.contains(index)
            add(
                value,
                isRow,
                isInput ? (weights.contains(index) ? "weight" : "input") : node.primitive.name,
                names[index],
                node.operands.map(\.node),
                isRow ? shape.dropping(1) : shape,
                weights.contains(index) ? shape.volume : 0,
                isInput ? 0 : node.primitive.roughOperations(node.operands.map { graph.shape(of: $0) }, shape)
            )
        }
    }

    private mutating func add(
        _ value: Value,
        _ isBatched: Bool,
        _ operation: String,
        _ layer: String?,
        _ operands: [Int],
        _ shape: Shape,
        _ parameters: Int = 0,
        _ operations: Int = 0
    ) {
        nodes.append(
            NetworkGraphView.Node(
                id: nodes.count,
                operation: operation,
                layer: layer,
                operands: operands,
                shape: shape,
                parameters: parameters,
                operations: operations
            )
        )
        values.append(value)
        hasBatch.append(isBatched)
    }
}

extension Primitive {
    /// The floating-point operations of an application, additions, multiplications and functions counting 1.
    fileprivate func roughOperations(_ operands: [Shape], _ result: Shape) -> Int {
        switch self {
        case is MatrixProduct, is BatchProduct: 2 * result.volume * operands[0].last
        // Of each step and gate a product with the state.
        case is GRUSequence, is LSTMSequence, is SimpleRNNSequence: 2 * operands[0].volume * result.last
        case is Convolution2D: 2 * result.volume * operands[1].extents.dropLast().reduce(1, *)
        case is Reshape, is Transpose, is Broadcast, is Slice, is Concatenation, is Gather, is Constant, is Literal: 0
        default: result.volume
        }
    }
}
