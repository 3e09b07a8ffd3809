public import JSON

/// A definition whose layers fit together: every shape and weight is known.
///
/// Layers are in an order in which each stands after those whose results it takes; parameters are in the order of the
/// layers, within a layer in Keras's.
public struct Network: Sendable {
    /// The definition that was checked.
    public let definition: ModelDefinition
    /// The inputs in the order of the layers that take them.
    public private(set) var inputs: [NetworkInput]
    /// The results in the order of the definition's outputs.
    public let outputs: [NetworkOutput]
    /// The shape of a row of the inputs: the input's own; of several, `[n]`, their numbers one after the other.
    public private(set) var inputShape: Shape
    /// The shape of a row of the results: the result's own; of several, `[n]`, their numbers one after the other.
    public let outputShape: Shape
    /// Each layer with what was found out about it.
    public let layers: [LayerSummary]
    /// The weights in the order of the flat buffer that holds them.
    public let parameters: [Parameter]
    /// What layers learn from the training rows before the first step, in the order in which it is learned.
    public let adaptations: [Adaptation]
    /// The numbers in the results of all layers for one sample.
    public let activations: Int
    /// How large it and its batches may be.
    public let limits: Limits

    /// The network for other sizes of its rows, where its inputs have open extents; nil where they have none.
    ///
    /// Every shape told of such a network is that of rows of one size, as an example.
    public private(set) var sized: SizedNetworks?

    /// Each layer's sources and the place of its parameters.
    let nodes: [Node]
    /// Where the results come from.
    let outputSources: [Source]
    /// Whether the first result is what its function is applied to, in place of what that gives.
    let answersLogits: Bool

    /// A layer's place in the network.
    struct Node: Sendable {
        let layer: any Layer
        let sources: [Source]
        /// Its weights: the table that it shares, then its own or those of the layer that it applies again.
        let parameters: [Int]
        let trainable: Bool
        let activityRegularizer: Regularizer?

        /// A layer in its place, with other sources, that answers.
        func taking(_ layer: any Layer, from sources: [Source]) -> Node {
            Node(layer: layer, sources: sources, parameters: parameters, trainable: trainable, activityRegularizer: nil)
        }
    }

    /// Where an input of a layer comes from.
    enum Source: Sendable, Hashable {
        /// The network's input of this number.
        case input(Int)
        /// A result of the layer at this place.
        case layer(Int, result: Int)
        /// The mask of that result, which there is.
        case mask(Int, result: Int)
    }

    /// Checks a definition's shapes and sizes.
    ///
    /// - Throws: `FaultyInput` with every layer that can't take its inputs, naming both layers and both shapes, and
    ///   with every size over the limits.
    public init(_ definition: ModelDefinition, limits: Limits = .standard) throws(FaultyInput) {
        guard definition.isOpen else {
            try self.init(definition, limits: limits) { _, shape in shape.filled(with: 1) }
            return
        }
        let (one, other) = try Self.openPair(definition, limits: limits)
        self = one
        sized = SizedNetworks(one, other)
    }

    /// A definition's network where each input has this shape, by its number and what the definition says of it.
    init(
        _ definition: ModelDefinition,
        limits: Limits,
        size: @escaping (Int, OpenShape) -> Shape
    ) throws(FaultyInput) {
        var inference = ShapeInference(of: definition, limits: limits, size: size)
        inference.run()
        try inference.faults.check()
        self.definition = definition
        self.limits = limits
        nodes = inference.nodes
        layers = inference.summaries
        parameters = inference.parameters
        activations = inference.activations
        adaptations = inference.adaptations
        inputs = inference.inputs
        outputSources = inference.outputs
        answersLogits = false
        outputs = inference.outputResults
        inputShape = Shape(rowOf: inputs.map(\.shape))
        outputShape = Shape(rowOf: outputs.map(\.shape))
        sized = nil
    }

    /// Some of a network's layers, or these for other shapes, with the weights of the whole.
    ///
    /// - Parameters:
    ///   - whole: The network.
    ///   - parts: The layers in order, with their sources among the parts, and the shapes of their results.
    ///   - inputs: What the layers take.
    ///   - outputs: What is given, and where it comes from.
    ///   - answersLogits: Whether the first result is what its function is applied to.
    init(
        partOf whole: Network,
        _ parts: [(node: Node, summary: LayerSummary, results: [Shape])],
        inputs: [NetworkInput],
        outputs: [(output: NetworkOutput, source: Source)],
        answersLogits: Bool = false
    ) {
        (definition, limits, parameters) = (whole.definition, whole.limits, whole.parameters)
        nodes = parts.map(\.node)
        layers = parts.map(\.summary)
        adaptations = []
        activations = parts.reduce(0) { $0 + $1.results.reduce(0) { $0 + $1.volume } }
        self.inputs = inputs
        self.outputs = outputs.map(\.output)
        outputSources = outputs.map(\.source)
        self.answersLogits = answersLogits
        sized = nil
        inputShape = Shape(rowOf: inputs.map(\.shape))
        outputShape = Shape(rowOf: outputs.map(\.output.shape))
    }

    /// The same layers on these inputs, of which some may stand behind the others to tell their steps that count.
    func taking(_ inputs: [NetworkInput]) -> Network {
        var copy = self
        copy.inputs = inputs
        copy.inputShape = Shape(rowOf: inputs.map(\.shape))
        return copy
    }

    /// The function that ends the network: softmax and sigmoid make a classifier; the first result's.
    public var outputActivation: ActivationKind { outputs[0].activation }

    /// The number of weights.
    public var parameterCount: Int { layers.reduce(0) { $0 + $1.parameterCount } }

    /// The floating-point operations of one sample's forward pass: additions, multiplications and functions count 1.
    public var operations: Int {
        layers.reduce(0) { sum, layer in
            let (total, overflow) = sum.addingReportingOverflow(layer.operations)
            return overflow ? Int.max : total
        }
    }

    /// The first weights, one tensor a parameter; they follow from the seed and each parameter's name.
    public func initialWeights() -> [Tensor] {
        parameters.map { $0.initialValue(seed: definition.seed) }
    }
}

/// One input of a network.
public struct NetworkInput: Sendable, Equatable {
    /// The name of its `InputLayer`; `input` where there is none.
    public let name: String
    /// The shape of a sample.
    public let shape: Shape
    /// The shape as it was defined, of which extents may differ from row to row.
    public let openShape: OpenShape
    /// The number of the input that says which steps of this one count; nil where all do.
    var mask: Int?

    init(name: String, shape: Shape, openShape: OpenShape? = nil, mask: Int? = nil) {
        (self.name, self.shape, self.mask) = (name, shape, mask)
        self.openShape = openShape ?? OpenShape(shape)
    }
}

/// One result of a network.
public struct NetworkOutput: Sendable, Equatable {
    /// The name of the layer that gives it, as `lstm:1` for a further result.
    public let name: String
    /// The shape of a sample's result.
    public let shape: Shape
    /// The function that ends it.
    public let activation: ActivationKind

    /// The same result of a row of another size.
    public func sized(_ shape: Shape) -> NetworkOutput {
        NetworkOutput(name: name, shape: shape, activation: activation)
    }
}

/// What is known about one layer of a network.
public struct LayerSummary: Sendable, Equatable {
    /// The layer's name.
    public let name: String
    /// Keras's class name, as in `Conv2D`.
    public let type: String
    /// The shape of a sample's first result.
    public let outputShape: Shape
    /// The number of its own weights, 0 for a layer that is applied again.
    public let parameterCount: Int
    /// The floating-point operations of one sample's forward pass.
    public let operations: Int
    /// Whether training changes its weights.
    public let trainable: Bool
}

extension LayerSummary {
    /// The same layer for inputs of other shapes.
    init(of other: LayerSummary, outputShape: Shape, operations: Int) {
        (name, type, parameterCount, trainable) = (other.name, other.type, other.parameterCount, other.trainable)
        (self.outputShape, self.operations) = (outputShape, operations)
    }
}
