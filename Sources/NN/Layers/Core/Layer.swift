import JSON

/// One layer: its arguments by Keras's names, its shape rule, its weights and the nodes it appends to a graph.
///
/// A layer is a value that holds arguments, never data. Shapes are those of one sample, without the batch; values in a
/// graph carry the batch as their leading axis. To add a layer is to add a file with a type that conforms, and its line
/// in `LayerRegistry`.
protocol Layer: Configurable {
    /// The class after which Keras names a layer that has no name; most are called as the layer is.
    static var className: String { get }

    /// The activation function that ends the layer; `linear` where there is none.
    var activation: ActivationKind { get }

    /// The function that ends the layer where its first result has this shape, which tells what axes are meant.
    func activation(ofResult shape: Shape) -> ActivationKind

    /// Whether the mask of the first input is also that of the first result, where the layer sets none itself: Keras's
    /// `supports_masking`. Any other layer ends it.
    var passesMask: Bool { get }

    /// How many rows its table has, where its input holds indices of these: integers from 0 to below that; nil where the
    /// input may hold any number.
    var indexCount: Int? { get }

    /// Whether its result holds all numbers of its inputs, and nothing else but zeros, in some order.
    var keepsNumbers: Bool { get }

    /// Whether it says of steps that they don't count.
    var makesMask: Bool { get }

    /// Whether training computes with figures of the whole batch and keeps them, as `BatchNormalization` does.
    var usesBatchStatistics: Bool { get }

    /// What training adds to the loss for the size of its results, beside what the argument `activity_regularizer`, which
    /// every layer has, asks for; nil for nothing.
    var activityRegularizer: Regularizer? { get }

    /// The shapes of a sample's results, or what the layer needs instead of these inputs.
    func outputShapes(for inputs: [Shape]) throws(ShapeRequirement) -> [Shape]

    /// The numbers that a sample's pass holds beside its results where they may be far more than these, as the scores of
    /// attention are; nil where they aren't.
    func innerShape(for inputs: [Shape]) -> Shape?

    /// The weights, in Keras's order and by its names within the layer, for inputs that have passed the shape rule.
    func parameters(for inputs: [Shape]) -> [Parameter]

    /// The floating-point operations of one sample's forward pass: additions, multiplications and functions count 1.
    func operations(inputs: [Shape], output: Shape) -> Int

    /// Appends the layer to the graph of a pass and gives its results.
    func appendResults(
        to pass: inout ForwardPass,
        inputs: [Value],
        parameters: [Value]
    ) throws(ShapeError) -> [Value]

    /// The layer as it goes on from one step of a sequence to the next; nil where its result needs other steps than those
    /// so far.
    ///
    /// - Parameters:
    ///   - inputs: The shapes of its inputs, for the whole sequence.
    ///   - changing: Which of the inputs come step by step, along their first axis.
    /// - Returns: The layer with what it remembers.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer?

    /// What the layer learns from the training rows before the first step; nil where that is nothing.
    func adaptation(for inputs: [Shape]) -> AdaptationRule?
}

extension Layer {
    /// Keras's class name, as in `Conv2D`.
    static var type: String { names[0] }

    /// The layer's own name.
    static var className: String { type }

    /// No activation function.
    var activation: ActivationKind { .linear }

    /// The same for any shape.
    func activation(ofResult shape: Shape) -> ActivationKind { activation }

    /// A mask ends here.
    var passesMask: Bool { false }

    /// Any number.
    var indexCount: Int? { nil }

    /// It computes others.
    var keepsNumbers: Bool { false }

    /// No step is left out here.
    var makesMask: Bool { false }

    /// Nothing.
    var activityRegularizer: Regularizer? { nil }

    /// Each row is computed by itself.
    var usesBatchStatistics: Bool { false }

    /// Not many.
    func innerShape(for inputs: [Shape]) -> Shape? { nil }

    /// No weights.
    func parameters(for inputs: [Shape]) -> [Parameter] { [] }

    /// One operation an element of the result.
    func operations(inputs: [Shape], output: Shape) -> Int { output.volume }

    /// A result of all steps together.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? { nil }

    /// Nothing.
    func adaptation(for inputs: [Shape]) -> AdaptationRule? { nil }
}

/// A layer that gives one result, which most do.
protocol SingleResultLayer: Layer {
    /// The shape of a sample's result, or what the layer needs instead of these inputs.
    func outputShape(for inputs: [Shape]) throws(ShapeRequirement) -> Shape

    /// Appends the layer to the graph of a pass and gives its result.
    func append(to pass: inout ForwardPass, inputs: [Value], parameters: [Value]) throws(ShapeError) -> Value
}

extension SingleResultLayer {
    func outputShapes(for inputs: [Shape]) throws(ShapeRequirement) -> [Shape] { [try outputShape(for: inputs)] }

    func appendResults(
        to pass: inout ForwardPass,
        inputs: [Value],
        parameters: [Value]
    ) throws(ShapeError) -> [Value] {
        [try append(to: &pass, inputs: inputs, parameters: parameters)]
    }
}

/// A layer that takes one input and gives one result.
protocol SingleInputLayer: SingleResultLayer {
    /// The shape of a sample's result, or what the layer needs instead of this input.
    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape

    /// The weights for an input that has passed the shape rule.
    func parameters(for input: Shape) -> [Parameter]

    /// The floating-point operations of one sample's forward pass.
    func operations(input: Shape, output: Shape) -> Int

    /// Appends the layer to the graph of a pass and gives its result.
    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value
}

extension SingleInputLayer {
    func parameters(for input: Shape) -> [Parameter] { [] }

    func operations(input: Shape, output: Shape) -> Int { output.volume }

    func outputShape(for inputs: [Shape]) throws(ShapeRequirement) -> Shape {
        guard inputs.count == 1 else { throw ShapeRequirement("one input") }
        return try outputShape(for: inputs[0])
    }

    func parameters(for inputs: [Shape]) -> [Parameter] { parameters(for: inputs[0]) }

    func operations(inputs: [Shape], output: Shape) -> Int { operations(input: inputs[0], output: output) }

    func append(to pass: inout ForwardPass, inputs: [Value], parameters: [Value]) throws(ShapeError) -> Value {
        try append(to: &pass, input: inputs[0], parameters: parameters)
    }
}

/// What a layer needs of its inputs and didn't get.
struct ShapeRequirement: Error, Equatable {
    /// The need, to stand after "needs", as in `[height, width, channels]`.
    let needs: String

    /// A requirement that stands after "needs".
    init(_ needs: String) { self.needs = needs }
}
