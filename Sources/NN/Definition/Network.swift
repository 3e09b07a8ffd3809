public import JSON

/// A definition whose layers fit together: every shape and weight is known.
///
/// Layers are in an order in which each stands after those whose results it takes; parameters are in the order of the
/// layers, within a layer in Keras's.
public struct Network: Sendable {
    /// The definition that was checked.
    public let definition: ModelDefinition
    /// The shape of a sample, without the batch.
    public var inputShape: Shape { definition.inputShape }
    /// The shape of a sample's result.
    public let outputShape: Shape
    /// Each layer with what was found out about it.
    public let layers: [LayerSummary]
    /// The weights in the order of the flat buffer that holds them.
    public let parameters: [Parameter]
    /// The function that ends the network: softmax and sigmoid make a classifier.
    public let outputActivation: ActivationKind
    /// The numbers in the results of all layers for one sample.
    public let activations: Int

    /// Each layer's sources and the place of its parameters.
    let nodes: [Node]

    /// A layer's place in the network.
    struct Node: Sendable {
        let layer: any Layer
        let sources: [Source]
        let parameters: Range<Int>
    }

    /// Where an input of a layer comes from.
    enum Source: Sendable {
        /// The network's input.
        case input
        /// The result of the layer at this place.
        case layer(Int)
    }

    /// Checks a definition's shapes and sizes.
    ///
    /// - Throws: `FaultyInput` with every layer that can't take its inputs, naming both layers and both shapes, and
    ///   with every size over the limits.
    public init(_ definition: ModelDefinition, limits: Limits = .standard) throws(FaultyInput) {
        var inference = ShapeInference(of: definition, limits: limits)
        inference.run()
        try inference.faults.check()
        self.definition = definition
        nodes = inference.nodes
        layers = inference.summaries
        parameters = inference.parameters
        activations = inference.activations
        outputShape = layers.last?.outputShape ?? definition.inputShape
        outputActivation = definition.layers.last?.layer.activation ?? .linear
    }

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

/// What is known about one layer of a network.
public struct LayerSummary: Sendable, Equatable {
    /// The layer's name.
    public let name: String
    /// Keras's class name, as in `Conv2D`.
    public let type: String
    /// The shape of a sample's result.
    public let outputShape: Shape
    /// The number of its weights.
    public let parameterCount: Int
    /// The floating-point operations of one sample's forward pass.
    public let operations: Int
    /// Whether training changes its weights.
    public let trainable: Bool
}
