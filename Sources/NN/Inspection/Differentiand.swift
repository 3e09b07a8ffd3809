/// Which number of a network's is differentiated.
public struct Differentiand: Sendable {
    /// The place of the output.
    public let output: Int
    /// What is taken of it.
    public let kind: Kind

    /// What is taken of an output.
    public enum Kind: Sendable {
        /// The output itself.
        case output
        /// What its softmax or sigmoid was applied to.
        case logit
        /// Its loss against a target, by that rule.
        case loss(Loss, TargetRule)
    }

    /// A number.
    public init(output: Int, _ kind: Kind) { (self.output, self.kind) = (output, kind) }
}

extension Differentiand.Kind: Hashable {
    /// Whether both take the same.
    public static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.output, .output), (.logit, .logit): true
        case (.loss(let one, let rule), .loss(let other, let otherRule)): one == other && rule == otherRule
        default: false
        }
    }

    /// Hashes what is taken.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .output: hasher.combine(0)
        case .logit: hasher.combine(1)
        case .loss(let loss, _): hasher.combine(loss.name)
        }
    }
}

extension Network {
    /// Whether what the last softmax or sigmoid of each output was applied to can be had.
    ///
    /// - Throws: `ShapeError` where the layers don't fit together, which a network has been checked for.
    public func outputsWithLogits() throws -> [Bool] {
        try InspectedPass(self).outputs.map { $0.classifierLogits != nil }
    }
}

extension AppliedOutput {
    /// What the softmax or sigmoid that ends the output was applied to; nil where none does.
    var classifierLogits: Value? { [.softmax, .sigmoid].contains(activation) ? logits : nil }
}

extension InspectedPass {
    /// Appends what a number is picked from, `[rows, …]`, and the target that it takes.
    mutating func append(_ differentiand: Differentiand) throws(ShapeError) -> (value: Value, target: Value?) {
        let applied = outputs[differentiand.output]
        switch differentiand.kind {
        case .output: return (applied.output, nil)
        case .logit: return (applied.classifierLogits ?? applied.output, nil)
        case .loss(let loss, let rule):
            let target = try graph.input("target", shape: rule.shape.batched(rows))
            return (try loss.append(to: &graph, prediction: applied, target: target), target)
        }
    }
}

/// What a derivative is taken by.
public enum DifferentiationVariable: Hashable, Sendable {
    /// A network's input, by its number.
    case input(Int)
    /// A layer's first result, by its place.
    case layer(Int)
    /// A weight, by its place.
    case parameter(Int)
}

extension InspectedPass {
    /// The value of a variable.
    func value(of variable: DifferentiationVariable) -> Value {
        switch variable {
        case .input(let number): inputs[number]
        case .layer(let place): results[place].values[0]
        case .parameter(let place): parameters[place]
        }
    }
}

extension Network {
    /// The layer that looks an input's numbers up as indices, the first of them; nil where none does.
    public func embedding(ofInput number: Int) -> Int? {
        var held: [Set<Int>] = []
        for (place, node) in nodes.enumerated() {
            let taken = node.sources.map { source -> Set<Int> in
                switch source {
                case .input(let number): [number]
                case .layer(let place, let result): result == 0 ? held[place] : []
                case .mask: []
                }
            }
            if node.layer.indexCount != nil, taken.first?.contains(number) == true { return place }
            held.append(node.layer.keepsNumbers ? taken.reduce([]) { $0.union($1) } : [])
        }
        return nil
    }

    /// The places of the weights that training changes.
    public var trainableParameters: [Int] { parameters.indices.filter { parameters[$0].trainable } }

    /// The place of the last convolution; nil where there is none.
    public var lastConvolution: Int? { nodes.lastIndex { Swift.type(of: $0.layer).type.contains("Conv") } }

    /// Whether a layer is recurrent over more than so many steps.
    ///
    /// - Throws: `ShapeError` where the layers don't fit together, which a network has been checked for.
    public func longestRecurrence() throws -> Int {
        let pass = try InspectedPass(self)
        return pass.results.flatMap(\.traces).map { pass.graph.shape(of: $0.states[0])[0] - 1 }.max() ?? 0
    }
}
