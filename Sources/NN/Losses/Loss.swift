public import JSON

/// What training makes small, by Keras's names: a number for each sample, from the network's result and the target.
public struct Loss: Sendable {
    /// The kind with its options.
    let kind: any LossKind

    /// Reads a loss, by name or as an object with options; nil, and a fault, where it isn't known.
    ///
    /// - Parameters:
    ///   - value: `"mse"`, `{"type": "mse", …}` or Keras's long form.
    ///   - faults: Where everything that is wrong is added.
    public init?(_ value: JSONValue, _ faults: inout Faults) {
        let found = Registry.losses.read(value, &faults) { arguments in
            _ = arguments.optionalChoice("reduction", among: ["sum_over_batch_size"])
            arguments.accept("name")
            arguments.accept("dtype")
        }
        guard let found else { return nil }
        kind = found.product
    }

    /// Every loss that a request may name.
    public static var names: [String] { Registry.losses.listed }

    /// Every name that a loss may be given, those of Keras's classes too.
    public static var everyName: [String] { Registry.losses.names }

    /// Keras's name, as in `mean_squared_error`.
    public var name: String { type(of: kind).names[0] }

    /// The function that makes probabilities of a result that the loss takes for logits; nil where it takes none.
    public var logitsActivation: ActivationKind? { kind.logitsActivation }

    /// Whether targets are labels that the loss aligns with the result's steps itself, as `ctc` does.
    public var alignsLabels: Bool { kind is CTC }

    /// What the network's result asks of the targets.
    ///
    /// - Parameters:
    ///   - target: What the data has.
    ///   - output: The shape of a sample's result.
    /// - Returns: The shape and the numbers that a target may have.
    /// - Throws: `TargetMismatch` where the data's targets can't be used.
    public func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        do throws(TargetMismatch) {
            return try kind.rule(for: target, output: output)
        } catch {
            throw TargetMismatch("\"\(name)\" \(error.description)")
        }
    }

    /// Appends the loss to a graph.
    ///
    /// - Parameters:
    ///   - graph: The graph of the forward pass.
    ///   - prediction: What the forward pass gave.
    ///   - target: The targets, `[N]` and the shape of the rule.
    /// - Returns: The loss of each sample, `[N]`; where a sample has several results, their mean.
    /// - Throws: `ShapeError` where the target isn't as the rule says.
    public func append(to graph: inout Graph, prediction: Applied, target: Value) throws(ShapeError) -> Value {
        try append(to: &graph, prediction: prediction.outputs[0], target: target)
    }

    /// Appends the loss of one of several results to a graph.
    ///
    /// - Parameters:
    ///   - graph: The graph of the forward pass.
    ///   - prediction: The result of the forward pass.
    ///   - target: The targets, `[N]` and the shape of the rule.
    ///   - stepWeights: By what the loss of each step is multiplied, of the first axes of the result's shape; nil for 1.
    /// - Returns: The loss of each sample, `[N]`; where a sample has several results, their mean. Where a mask leaves
    ///   steps out, the mean of these numbers over the batch is that over all steps that count, as in Keras: the sum of
    ///   the weighted losses divided by the steps, not by their weights.
    /// - Throws: `ShapeError` where the target isn't as the rule says.
    public func append(
        to graph: inout Graph,
        prediction: AppliedOutput,
        target: Value,
        stepWeights: Value? = nil
    ) throws(ShapeError) -> Value {
        let losses = try kind.append(to: &graph, prediction: prediction, target: target)
        let shape = graph.shape(of: losses)
        guard kind.isOfSteps, prediction.mask != nil || stepWeights != nil else {
            return try graph.mean(losses, axes: Array(1..<shape.rank))
        }
        let depths = [prediction.mask, stepWeights].map { $0.map { graph.shape(of: $0).rank } ?? 1 }
        let whole = shape.prefix(max(depths[0], depths[1]))
        var steps = try graph.mean(losses, axes: Array(whole.rank..<shape.rank))
        if let stepWeights {
            steps = try graph.multiply(steps, graph.stretchedMask(stepWeights, to: whole))
        }
        let inner = Array(1..<whole.rank)
        guard let mask = prediction.mask else { return try graph.mean(steps, axes: inner) }
        let counted = try graph.sum(graph.multiply(steps, graph.stretchedMask(mask, to: whole)), axes: inner)
        let total = try graph.replicaSum(graph.total(mask))
        // A batch in which nothing counts has the loss 0.
        let divisor = try graph.maximum(total, graph.constant(1, shape: []))
        let rows = Float(prediction.batchRows ?? shape[0])
        let perStep = Float(whole.volume / max(whole.prefix(depths[0]).volume, 1))
        return try graph.scale(
            graph.divide(counted, graph.broadcast(divisor, to: [shape[0]])),
            by: rows / perStep
        )
    }
}

extension Loss: Equatable {
    /// Whether both are the same loss with the same options.
    public static func == (left: Loss, right: Loss) -> Bool { left.kind.isEqual(to: right.kind) }
}

extension Loss: JSONWritable {
    /// Writes the name with every option.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("type", name)
            kind.write(to: &json)
        }
    }
}

/// One kind of loss.
///
/// To add one is to add a file with a type that conforms, and its line in `LossRegistry`.
protocol LossKind: Configurable {
    /// What the network's result asks of the targets; what is thrown stands after the loss's name.
    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule

    /// The function that makes probabilities of a result that the loss takes for logits; nil where it takes none.
    var logitsActivation: ActivationKind? { get }

    /// Whether it is a sum over a row's steps, of which a mask and weights leave some out; if not, the kind itself sees to
    /// the mask.
    var isOfSteps: Bool { get }

    /// Whether it holds the rows of a batch against each other, so that the batch can't be cut.
    var comparesRows: Bool { get }

    /// Appends the loss of each result, `[N, …]`, whose mean over the axes after the first is the sample's.
    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value
}

extension LossKind {
    /// Most losses take results as they are.
    var logitsActivation: ActivationKind? { nil }

    /// Most losses compare each step with a target of its own.
    var isOfSteps: Bool { true }

    /// Most losses take each row by itself.
    var comparesRows: Bool { false }
}
