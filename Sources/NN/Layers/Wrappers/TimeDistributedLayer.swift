import JSON

/// Keras's `TimeDistributed`: a layer applied to every step of a sequence with the same weights.
///
/// The layer sees of a mask what belongs to its step, and the mask goes on behind the wrapper, as in Keras 3, as far as
/// the result still has its axes: where a sequence of sequences `[T, W, …]` becomes one of vectors, a step counts where
/// anything in it does. An `activity_regularizer` of the inner layer adds nothing, as in Keras 3; one of the wrapper does.
struct TimeDistributedLayer: SingleInputLayer, StepwiseLayer {
    static let names = ["TimeDistributed"]

    private let inner: InnerLayer?

    init(reading arguments: inout ObjectReader) {
        inner = InnerLayer("layer", reading: &arguments)
    }

    /// The wrapper of a layer.
    init(_ inner: InnerLayer) { self.inner = inner }

    func write(to json: inout JSONWriter) { json.field("layer", ifPresent: inner) }

    /// The function that ends the layer inside.
    var innerActivation: ActivationKind { inner?.layer.activation ?? .linear }

    var indexCount: Int? { inner?.layer.indexCount }
    var keepsNumbers: Bool { inner?.layer.keepsNumbers ?? false }
    var usesBatchStatistics: Bool { inner?.layer.usesBatchStatistics ?? false }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank > 1, let inner else { throw ShapeRequirement("[steps, …]") }
        let results = try inner.layer.outputShapes(for: [input.dropping(1)])
        guard results.count == 1 else { throw ShapeRequirement("a layer that gives one result") }
        return results[0].batched(input[0])
    }

    func parameters(for input: Shape) -> [Parameter] {
        guard let inner else { return [] }
        return inner.layer.parameters(for: [input.dropping(1)]).map { inner.trainable ? $0 : $0.frozen }
    }

    func operations(input: Shape, output: Shape) -> Int {
        input[0] * (inner?.layer.operations(inputs: [input.dropping(1)], output: output.dropping(1)) ?? 0)
    }

    func adaptation(for inputs: [Shape]) -> AdaptationRule? {
        inner?.layer.adaptation(for: [inputs[0].dropping(1)]).map { rule in
            AdaptationRule(keptAxes: rule.keptAxes.map { $0 + 1 }, mean: rule.mean, variance: rule.variance)
        }
    }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let given = pass.mask(ofInput: 0)
        let mask = try given.map { mask throws(ShapeError) in
            try pass.graph.stretchedMask(mask, to: shape.prefix(shape.rank - 1))
        }
        // What a layer learns from a batch it learns from each step by itself, one after the other, as in Keras.
        let length = pass.isTraining && usesBatchStatistics ? 1 : shape[1]
        var results: [Value] = []
        for step in stride(from: 0, to: shape[1], by: length) {
            let steps = length == shape[1] ? nil : step..<step + length
            results.append(try append(to: &pass, input, mask, steps, parameters))
        }
        let result = results.count == 1 ? results[0] : try pass.graph.concatenate(results, axis: 1)
        if let given { pass.setMask(try pass.graph.mask(given, fittedTo: pass.graph.shape(of: result))) }
        return result
    }

    /// Appends the layer for some of the steps, as if each were a row of the batch; for all where none are named.
    private func append(
        to pass: inout ForwardPass,
        _ input: Value,
        _ mask: Value?,
        _ steps: Range<Int>?,
        _ parameters: [Value]
    ) throws(ShapeError) -> Value {
        guard let inner else { return input }
        func asRows(_ value: Value) throws(ShapeError) -> Value {
            let part =
                try steps.map { steps throws(ShapeError) in try pass.graph.slice(value, axis: 1, steps) } ?? value
            let shape = pass.graph.shape(of: part)
            return try pass.graph.reshape(part, to: shape.dropping(2).batched(shape[0] * shape[1]))
        }
        let rows = pass.graph.shape(of: input)[0]
        let length = steps?.count ?? pass.graph.shape(of: input)[1]
        let (own, ownMask) = (try asRows(input), try mask.map(asRows))
        pass.stepsInRow *= length
        defer { pass.stepsInRow /= length }
        let given = try pass.append(
            inner.layer,
            inputs: [own],
            masks: [ownMask],
            parameters: parameters,
            isTrainable: inner.trainable
        )
        let result = given.values[0]
        return try pass.graph.reshape(
            result,
            to: pass.graph.shape(of: result).dropping(1).batched(length).batched(rows)
        )
    }
}

extension Graph {
    /// A mask of the steps of a result: without the axes that the result hasn't, a step counting where anything in it does.
    fileprivate mutating func mask(_ mask: Value, fittedTo result: Shape) throws(ShapeError) -> Value {
        var fitted = mask
        while true {
            let shape = shape(of: fitted)
            guard shape.rank >= result.rank || shape != result.prefix(shape.rank) else { return fitted }
            fitted = try positive(sum(fitted, axes: [shape.rank - 1]))
        }
    }
}
