/// One tensor of weights of a network: its name, shape and first values.
public struct Parameter: Sendable, Equatable {
    /// Layer and weight, as in `conv2d/kernel`; unique in the network.
    public let name: String
    /// The extents in Keras's order, as in `[height, width, in, out]` of a convolution's kernel.
    public let shape: Shape
    /// Where the first values come from.
    public let initializer: Initializer
    /// Whether training changes it by a gradient.
    public let trainable: Bool
    /// What training adds to the loss for its size; `Applied.penalty` holds it.
    public let regularizer: Regularizer?
    /// What it is forced to be after each update.
    public let constraint: Constraint?
    /// How many inputs the projection has whose results the other numbers of a row are; nil where Keras tells inputs from
    /// results by its general rule.
    let inputVolume: Int?

    /// A weight of a layer, named within it.
    init(
        _ name: String,
        _ shape: Shape,
        _ initializer: Initializer,
        trainable: Bool = true,
        regularizer: Regularizer? = nil,
        constraint: Constraint? = nil,
        inputVolume: Int? = nil
    ) {
        self.name = name
        self.shape = shape
        self.initializer = initializer
        self.trainable = trainable
        self.regularizer = regularizer
        self.constraint = constraint
        self.inputVolume = inputVolume
    }

    /// A weight of a layer, named within it, with the rules that its arguments give.
    init(_ name: String, _ shape: Shape, _ rules: WeightRules, inputVolume: Int? = nil) {
        self.init(
            name,
            shape,
            rules.initializer,
            regularizer: rules.regularizer,
            constraint: rules.constraint,
            inputVolume: inputVolume
        )
    }

    /// The weight as part of a named layer; frozen where the layer is.
    func of(layer: String, trainable layerIsTrainable: Bool = true) -> Parameter {
        Parameter(
            "\(layer)/\(name)",
            shape,
            initializer,
            trainable: trainable && layerIsTrainable,
            regularizer: regularizer,
            constraint: constraint,
            inputVolume: inputVolume
        )
    }

    /// The weight as one that training leaves as it is.
    var frozen: Parameter {
        Parameter(
            name,
            shape,
            initializer,
            trainable: false,
            regularizer: regularizer,
            constraint: constraint,
            inputVolume: inputVolume
        )
    }

    /// The weight's first values, which follow from the seed and the weight's name.
    func initialValue(seed: Int) -> Tensor {
        var generator = SeededGenerator(seed: UInt64(initializer.seed ?? seed), name: name)
        guard let inputVolume, initializer.source.scalesWithFans else {
            return initializer.tensor(shape, from: &generator)
        }
        // As a matrix of inputs and results, whose fans are the extents.
        let matrix = initializer.tensor([inputVolume, shape.volume / max(inputVolume, 1)], from: &generator)
        return Tensor(shape, matrix.values)
    }
}
