/// A graph whose products have taken the scales and shifts of their channels into their weights.
///
/// Batch normalization that answers multiplies each channel by one number and adds another, as a bias does. Behind a
/// convolution or a matrix product, `(x · k) · s + t = x · (k · s) + t`: what remains is a product with other weights
/// and a bias, which is one step of a plan. The new weights depend on the old ones alone, so they are computed once.
struct ChannelFolding {
    /// The new graph; nodes that nobody needs any more are left in it.
    private(set) var graph = Graph()

    private let old: Graph
    private let weights: Set<Int>
    private var terms: [Value: Term] = [:]

    /// What stands for a value of the old graph.
    private enum Term {
        case value(Value)
        case product(Pending)
    }

    /// A product that is not appended yet, since what follows may still go into its weights.
    private struct Pending {
        let primitive: any Primitive
        let operands: [Value]
        let channels: Int
        var scale: Value?
        var shift: Value?
    }

    /// Folds what it can.
    ///
    /// - Parameters:
    ///   - old: The graph.
    ///   - weights: The nodes that depend on the weights alone.
    ///   - outputs: The values that must keep their meaning.
    /// - Throws: `ShapeError` where a rule was applied to shapes that don't fit, a mistake of this type.
    init(_ old: Graph, weights: Set<Int>, outputs: [Value]) throws(ShapeError) {
        self.old = old
        self.weights = weights
        let outputs = Set(outputs)
        var uses = Dictionary(uniqueKeysWithValues: outputs.map { ($0, 1) })
        for operand in old.nodes.flatMap(\.operands) { uses[operand, default: 0] += 1 }
        for (index, node) in old.nodes.enumerated() {
            let result = Value(node: index, result: 0)
            if let product = try product(index) {
                terms[result] = .product(product)
                if uses[result] != 1 || outputs.contains(result) { _ = try value(of: result) }
                continue
            }
            var operands: [Value] = []
            for operand in node.operands { operands.append(try value(of: operand)) }
            for (place, value) in try graph.append(node.primitive, to: operands).enumerated() {
                terms[Value(node: index, result: place)] = .value(value)
            }
        }
    }

    /// What became of a value of the old graph.
    mutating func value(of value: Value) throws(ShapeError) -> Value {
        switch terms[value] {
        case .value(let new): return new
        case .product(let product):
            let new = try append(product)
            terms[value] = .value(new)
            return new
        case nil: preconditionFailure("an operand stands before its user")
        }
    }

    /// A node as a product whose channels are scaled and shifted, where it is one.
    private mutating func product(_ index: Int) throws(ShapeError) -> Pending? {
        let node = old.nodes[index]
        guard node.operands.count == 2 else { return nil }
        if Self.isProduct(node.primitive), weights.contains(node.operands[1].node) {
            let operands = [try value(of: node.operands[0]), try value(of: node.operands[1])]
            return Pending(primitive: node.primitive, operands: operands, channels: node.shapes[0].last)
        }
        for (place, other) in [(0, 1), (1, 0)] {
            guard case .product(var product) = terms[node.operands[place]],
                let vector = try vector(node.operands[other], channels: product.channels)
            else { continue }
            switch node.primitive {
            case is Multiplication:
                if let scale = product.scale { product.scale = try graph.multiply(scale, vector) }
                if let shift = product.shift { product.shift = try graph.multiply(shift, vector) }
                product.scale = product.scale ?? vector
            case is Addition:
                if let shift = product.shift {
                    product.shift = try graph.add(shift, vector)
                } else {
                    product.shift = vector
                }
            case is Subtraction where place == 0:
                if let shift = product.shift {
                    product.shift = try graph.subtract(shift, vector)
                } else {
                    product.shift = try graph.negate(vector)
                }
            default: continue
            }
            return product
        }
        return nil
    }

    private static func isProduct(_ primitive: any Primitive) -> Bool {
        if let product = primitive as? MatrixProduct { return !product.transposesLeft && !product.transposesRight }
        return primitive is Convolution2D
    }

    /// The new value of a vector of weights with one number a channel, where that is what is repeated.
    private mutating func vector(_ repeated: Value, channels: Int) throws(ShapeError) -> Value? {
        let node = old.nodes[repeated.node]
        guard node.primitive is Broadcast, weights.contains(repeated.node) else { return nil }
        let shape = old.shape(of: node.operands[0])
        guard shape.rank > 0, shape.last == channels, shape.volume == channels else { return nil }
        let vector = try value(of: node.operands[0])
        return shape.rank == 1 ? vector : try graph.reshape(vector, to: [channels])
    }

    private mutating func append(_ product: Pending) throws(ShapeError) -> Value {
        var kernel = product.operands[1]
        if let scale = product.scale {
            kernel = try graph.multiply(kernel, graph.broadcast(scale, to: graph.shape(of: kernel)))
        }
        let result = try graph.append(product.primitive, to: [product.operands[0], kernel])[0]
        guard let shift = product.shift else { return result }
        return try graph.add(result, graph.broadcast(shift, to: graph.shape(of: result)))
    }
}
