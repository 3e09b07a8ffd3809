/// The connectionist temporal classification of sequences: `−ln p` of each row's labels, over all their alignments.
///
/// Operands: logarithms of the probabilities of C classes at T steps `[N, T, C]`, class 0 being the blank; labels
/// `[N, L]` from 1, with zeros behind the last where a row has fewer; a mask `[N, T]`, ones where a step counts. Result:
/// `[N]`. An alignment says at each step that counts one class; what it says is what is left once repetitions are one and
/// blanks are gone, and p is the sum over all alignments that say the labels. Where the steps are too few for the labels,
/// which repeated ones need a blank between, p is 0, the loss infinite or, with `zeroesInfinity`, 0, and the gradient 0.
/// There is no derivative by labels and mask. Source: Graves et al. 2006.
public struct CTCLoss: CompositePrimitive {
    /// Whether a row whose labels its steps can't say has the loss 0 instead of infinity.
    public let zeroesInfinity: Bool
    /// The name in messages.
    public var name: String { "ctc" }

    package init(zeroesInfinity: Bool = false) {
        self.zeroesInfinity = zeroesInfinity
    }

    /// One number a row.
    public func shapes(of operands: [Shape]) throws(ShapeError) -> [Shape] {
        try Self.check(operands, name)
        return [[operands[0][0]]]
    }

    /// Refuses operands that don't fit together.
    static func check(_ operands: [Shape], _ name: String) throws(ShapeError) {
        let (logarithms, labels, mask) = (operands[0], operands[1], operands[2])
        guard logarithms.rank == 3, labels.rank == 2, logarithms[2] > 0, labels[1] > 0, labels[0] == logarithms[0]
        else {
            throw ShapeError(name, "logarithms \(logarithms) and labels \(labels): needs [N, T, C] and [N, L]")
        }
        guard mask == logarithms.prefix(2) else {
            throw ShapeError(name, "the mask is \(mask), it must be \(logarithms.prefix(2))")
        }
    }

    /// The same, step by step: for each row the logarithms of what the paths that end in each state come to.
    ///
    /// The states are the blanks, one before each label and one behind the last, and the labels.
    public func expand(_ operands: [Value], in graph: inout Graph) throws(ShapeError) -> [Value] {
        let shape = graph.shape(of: operands[0])
        let labels = operands[1]
        let (rows, steps, classes, count) = (shape[0], shape[1], shape[2], graph.shape(of: labels)[1])
        let places = try graph.oneHot(labels, classes: classes)
        let none = try graph.constant(Self.none, shape: [rows, 1])
        let skips = try skips(labels, in: &graph)
        var ofLabels = try graph.constant(Self.none, shape: [rows, count])
        // Before the first step, all paths are at the first blank.
        var ofBlanks = try graph.concatenate(
            [graph.constant(0, shape: [rows, 1]), graph.constant(Self.none, shape: [rows, count])],
            axis: 1
        )
        let counts = try graph.nonZero(operands[2])
        for step in 0..<steps {
            let now = try graph.slice(operands[0], axis: 1, step..<step + 1)
            let all = try graph.broadcast(now, to: [rows, count, classes])
            let saying = try graph.sum(graph.multiply(all, places), axes: [2])
            let blank = try graph.reshape(graph.slice(now, axis: 2, 0..<1), to: [rows, 1])
            let before = try graph.concatenate([none, graph.slice(ofLabels, axis: 1, 0..<count)], axis: 1)
            let skipped = try graph.add(graph.slice(before, axis: 1, 0..<count), skips)
            let entering = try graph.logSum(
                [ofLabels, graph.slice(ofBlanks, axis: 1, 0..<count), skipped]
            )
            let nextLabels = try graph.add(entering, saying)
            let nextBlanks = try graph.add(
                graph.logSum([ofBlanks, before]),
                graph.broadcast(blank, to: [rows, count + 1])
            )
            let isCounted = try graph.slice(counts, axis: 1, step..<step + 1)
            ofLabels = try graph.chosen(isCounted, nextLabels, ofLabels)
            ofBlanks = try graph.chosen(isCounted, nextBlanks, ofBlanks)
        }
        let lengths = try graph.sum(graph.nonZero(labels), axes: [1])
        let ends = try graph.oneHot(lengths, classes: count + 1)
        let last = try graph.sum(graph.multiply(ends, graph.concatenate([none, ofLabels], axis: 1)), axes: [1])
        let behind = try graph.sum(graph.multiply(ends, ofBlanks), axes: [1])
        return [try graph.negate(graph.logSum([last, behind]))]
    }

    /// The logarithm of no probability, as far as float32 can add several.
    private static let none: Float = -1e30

    /// For each label 0 where a path may come to it from the label before, `none` where they are the same.
    private func skips(_ labels: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        let shape = graph.shape(of: labels)
        let first = try graph.constant(0, shape: [shape[0], 1])
        guard shape[1] > 1 else { return try graph.scale(graph.offset(first, by: 1), by: Self.none) }
        let here = try graph.slice(labels, axis: 1, 1..<shape[1])
        let before = try graph.slice(labels, axis: 1, 0..<shape[1] - 1)
        let differ = try graph.nonZero(graph.subtract(here, before))
        let all = try graph.concatenate([first, differ], axis: 1)
        return try graph.scale(graph.offset(graph.negate(all), by: 1), by: Self.none)
    }

    /// Forward mode: the sum of the tangents times the gradient.
    public func jvp(_ call: Call, tangents: [Value?], in graph: inout Graph) throws(ShapeError) -> [Value?] {
        guard let tangent = tangents[0] else { return [nil] }
        let ones = try graph.constant(1, shape: graph.shape(of: call.results[0]))
        let gradient = try graph.append(CTCLossGradient(), to: call.operands + [ones])[0]
        return [try graph.sum(graph.multiply(gradient, tangent), axes: [1, 2])]
    }

    /// Reverse mode: one kernel backwards along the steps.
    public func vjp(_ call: Call, cotangents: [Value?], in graph: inout Graph) throws(ShapeError) -> [Value?] {
        guard let cotangent = cotangents[0] else { return [nil, nil, nil] }
        return [try graph.append(CTCLossGradient(), to: call.operands + [cotangent])[0], nil, nil]
    }

    /// Row by row, forwards along the steps.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        .kernel(CTCKernels(signature.operands).loss(zeroesInfinity: zeroesInfinity))
    }
}

/// The gradient of `CTCLoss` by the logarithms of the probabilities, `[N, T, C]`: minus the probability that an alignment
/// that says the labels is at that step in that class, times the cotangent.
///
/// Operands: those of `CTCLoss`, then the cotangent `[N]`.
public struct CTCLossGradient: CompositePrimitive {
    /// The name in messages.
    public var name: String { "ctcGradient" }

    package init() {}

    /// The shape of the logarithms.
    public func shapes(of operands: [Shape]) throws(ShapeError) -> [Shape] {
        try CTCLoss.check(operands, name)
        guard operands[3] == [operands[0][0]] else {
            throw ShapeError(name, "the cotangent is \(operands[3]), it must be [\(operands[0][0])]")
        }
        return [operands[0]]
    }

    /// The reverse mode of the loss's composition.
    public func expand(_ operands: [Value], in graph: inout Graph) throws(ShapeError) -> [Value] {
        let start = graph.nodes.count
        let loss = try CTCLoss().expand(Array(operands[..<3]), in: &graph)
        let gradient = try graph.reverse(loss, [operands[3]], [operands[0]], from: start)[0]
        if let gradient { return [gradient] }
        return [try graph.constant(0, shape: graph.shape(of: operands[0]))]
    }

    /// Row by row, forwards and backwards along the steps.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        .kernel(CTCKernels(signature.operands).gradient())
    }
}

extension Graph {
    /// The loss of connectionist temporal classification, `[N]`; see `CTCLoss`.
    ///
    /// - Parameters:
    ///   - logarithms: The logarithms of the classes' probabilities at each step, `[N, T, C]`; class 0 is the blank.
    ///   - labels: Class indices from 1, zeros behind the last, `[N, L]`.
    ///   - mask: Ones where a step counts, `[N, T]`; nil where all do.
    ///   - zeroesInfinity: Whether a row whose labels its steps can't say has the loss 0 instead of infinity.
    /// - Returns: One number a row.
    /// - Throws: `ShapeError` where the shapes don't fit together.
    public mutating func ctc(
        _ logarithms: Value,
        labels: Value,
        mask: Value? = nil,
        zeroesInfinity: Bool = false
    ) throws(ShapeError) -> Value {
        let steps = shape(of: logarithms).prefix(2)
        let counted = if let mask { mask } else { try constant(1, shape: steps) }
        return try append(CTCLoss(zeroesInfinity: zeroesInfinity), to: [logarithms, labels, counted])[0]
    }

    /// `ln Σ eˣ` of values of one shape, number by number.
    fileprivate mutating func logSum(_ values: [Value]) throws(ShapeError) -> Value {
        var largest = values[0]
        for value in values.dropFirst() { largest = try maximum(largest, value) }
        var total = try exp(subtract(values[0], largest))
        for value in values.dropFirst() { total = try add(total, exp(subtract(value, largest))) }
        return try add(largest, log(total))
    }

    /// The first value's rows where a number `[N, 1]` is one, the other's where it is zero.
    fileprivate mutating func chosen(_ one: Value, _ first: Value, _ other: Value) throws(ShapeError) -> Value {
        let shape = shape(of: first)
        let kept = try broadcast(one, to: shape)
        let left = try offset(negate(kept), by: 1)
        return try add(multiply(kept, first), multiply(left, other))
    }
}
