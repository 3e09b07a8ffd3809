/// One tensor of weights of a network: its name, shape and first values.
public struct Parameter: Sendable, Equatable {
    /// Layer and weight, as in `conv2d/kernel`; unique in the network.
    public let name: String
    /// The extents in Keras's order, as in `[height, width, in, out]` of a convolution's kernel.
    public let shape: Shape
    /// Where the first values come from.
    public let initializer: Initializer
    /// Whether training changes it.
    public let trainable: Bool

    /// A weight of a layer, named within it.
    init(_ name: String, _ shape: Shape, _ initializer: Initializer, trainable: Bool = true) {
        self.name = name
        self.shape = shape
        self.initializer = initializer
        self.trainable = trainable
    }

    /// The weight as part of a named layer; frozen where the layer is.
    func of(layer: String, trainable layerIsTrainable: Bool) -> Parameter {
        Parameter("\(layer)/\(name)", shape, initializer, trainable: trainable && layerIsTrainable)
    }

    /// The weight's first values, which follow from the seed and the weight's name.
    func initialValue(seed: Int) -> Tensor {
        var generator = SeededGenerator(seed: UInt64(initializer.seed ?? seed), name: name)
        return initializer.tensor(shape, from: &generator)
    }
}
