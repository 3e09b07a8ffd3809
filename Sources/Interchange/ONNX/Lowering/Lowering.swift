import NN

/// The walk through the nodes that are needed that makes layers of them.
struct Lowering {
    /// What was found out about the graph.
    let inference: Inference
    /// The layers so far.
    var layers: [LayerPlan] = []
    /// The values that layers give, by name.
    var flows: [String: Flow] = [:]
    /// The node that layers are made for.
    var node: Int?
    /// What the next layers' names are to be made of.
    var hint = ""
    /// Which results of nodes are wanted.
    let wanted: Set<String>
    /// What is to be told beside the model.
    var notes: [String] = []

    /// Starts with what was found out.
    init(_ inference: Inference, wanted: Set<String>, producer: String) {
        (self.inference, self.wanted, self.producer) = (inference, wanted, producer)
    }

    /// The program that wrote the file.
    let producer: String

    /// Layers that only arrange numbers, which are named after their class.
    private static let helpers: Set = ["Permute", "Reshape", "ZeroPadding2D", "Cropping2D"]

    // MARK: Layers

    /// Adds a layer.
    mutating func add(
        _ type: String,
        _ arguments: [(String, LayerPlan.Argument)] = [],
        _ inputs: [LayerPlan.Reference],
        weights: [(String, Tensor)] = [],
        hint: String? = nil
    ) throws(Refusal) -> LayerPlan.Reference {
        for (name, tensor) in weights where !tensor.values.allSatisfy(\.isFinite) {
            throw Refusal("its \(name) holds a number that isn't finite")
        }
        layers.append(
            LayerPlan(
                type: type,
                arguments: arguments,
                inputs: inputs,
                weights: weights,
                hint: Self.helpers.contains(type) ? "" : hint ?? self.hint,
                node: node
            )
        )
        return LayerPlan.Reference(layer: layers.count - 1)
    }

    /// Adds a layer that sees by itself each place of `steps`, the outermost axis where it is one; the whole sample where
    /// there is none.
    mutating func add(
        _ type: String,
        toEachOf steps: [Int],
        _ arguments: [(String, LayerPlan.Argument)],
        _ inputs: [LayerPlan.Reference],
        weights: [(String, Tensor)] = [],
        hint: String? = nil
    ) throws(Refusal) -> LayerPlan.Reference {
        guard !steps.isEmpty else { return try add(type, arguments, inputs, weights: weights, hint: hint) }
        return try add("TimeDistributed", [("layer", .layer(type, arguments))], inputs, weights: weights, hint: hint)
    }

    /// The same value behind a layer that keeps its shape.
    mutating func through(
        _ flow: Flow,
        _ type: String,
        _ arguments: [(String, LayerPlan.Argument)] = []
    ) throws(Refusal) -> Flow {
        var result = flow
        result.reference = try add(type, arguments, [flow.reference])
        result.isPositive = false
        return result
    }

    /// The value behind an activation function.
    mutating func activated(_ flow: Flow, _ name: String) throws(Refusal) -> Flow {
        var result = try through(flow, "Activation", [("activation", .word(name))])
        result.isPositive = ["relu", "relu6", "sigmoid", "softplus", "exponential", "softmax"].contains(name)
        return result
    }

    /// The value times a number plus another.
    mutating func rescaled(_ flow: Flow, _ scale: Double, _ offset: Double = 0) throws(Refusal) -> Flow {
        guard abs(scale) <= 1e30, abs(offset) <= 1e30 else { throw Refusal("a constant of \(scale) or \(offset)") }
        return try through(flow, "Rescaling", [("scale", .number(scale)), ("offset", .number(offset))])
    }

    // MARK: Arrangement

    /// The same numbers as a sample of other extents.
    mutating func reshaped(_ reference: LayerPlan.Reference, to shape: [Int?]) throws(Refusal) -> LayerPlan.Reference {
        guard shape.count(where: { $0 == nil }) < 2 else { throw Refusal("several open extents behind a reshaping") }
        guard shape.count <= 6 else { throw Refusal("a sample with more than six axes") }
        // A sample of one number is a list of one.
        let target = shape.isEmpty ? [1] : shape.map { $0 ?? -1 }
        return try add("Reshape", [("target_shape", .ints(target))], [reference])
    }

    /// The same value with the axes of a sample in this order; axes of extent 1 come and go.
    mutating func arranged(_ flow: Flow, _ order: [Int]) throws(Refusal) -> Flow {
        guard flow.order != order else { return flow }
        let isStretched: (Int) -> Bool = { flow.fact.extent($0) != 1 }
        let (own, wanted) = (flow.order.filter(isStretched), order.filter(isStretched))
        guard Set(own) == Set(wanted) else { throw Refusal("axes \(order) of \(flow.fact.shape.text)") }
        var result = flow
        if own != wanted {
            // Those of extent 1 go to the end, from where reshaping takes them.
            let target = wanted + flow.order.filter { !isStretched($0) }
            guard target.count <= 6 else { throw Refusal("a sample with more than six axes") }
            let places = target.compactMap { axis in flow.order.firstIndex(of: axis).map { $0 + 1 } }
            result.reference = try add("Permute", [("dims", .ints(places))], [flow.reference])
            result.order = target
        }
        if result.order != order {
            let shape = order.map { flow.fact.extent($0) }
            if shape != result.stored { result.reference = try reshaped(result.reference, to: shape) }
            result.order = order
        }
        return result
    }

    /// The value with the axes of a sample in the file's order.
    mutating func whole(_ flow: Flow) throws(Refusal) -> Flow { try arranged(flow, flow.fact.sampleAxes) }

    /// The same numbers as a value with another shape, both in the file's order.
    mutating func recast(_ flow: Flow, as fact: Fact) throws(Refusal) -> Flow {
        // What lies before the batch and what behind it are numbers of a sample by themselves.
        let (before, after) = (flow.fact.front, fact.front)
        guard flow.fact.batch == nil || before != nil && before == after else {
            throw Refusal("\(flow.fact.shape.text) reshaped to \(fact.shape.text), which mixes rows of the batch")
        }
        let plain = try whole(flow)
        let axes = fact.sampleAxes
        let shape = axes.map { fact.extent($0) }
        var result = Flow(reference: plain.reference, order: axes, fact: fact, isPositive: flow.isPositive)
        if shape != plain.stored { result.reference = try reshaped(plain.reference, to: shape) }
        return result
    }

    // MARK: Along an axis

    /// The value with each line along an axis multiplied by a constant matrix, `[from, to]`.
    mutating func mapped(_ flow: Flow, _ axis: Int, to extent: Int, _ matrix: [Float]) throws(Refusal) -> Flow {
        guard matrix.count <= 1 << 24, extent <= SlidingWindow.greatest else {
            throw Refusal("an axis whose places are mixed by a matrix of \(matrix.count) numbers")
        }
        var result = try arranged(flow, flow.order.filter { $0 != axis } + [axis])
        result.reference = try add(
            "Dense",
            [("units", .int(extent)), ("use_bias", .flag(false)), ("trainable", .flag(false))],
            [result.reference],
            weights: [("kernel", Tensor([matrix.count / extent, extent], matrix))]
        )
        result.fact = flow.fact.with(flow.fact.shape.replacing(axis, Extent(extent)))
        return result
    }

    /// The value with edges of zeros, or without edges, along an axis.
    mutating func edged(_ flow: Flow, _ axis: Int, before: Int, after: Int, adds: Bool) throws(Refusal) -> Flow {
        guard before != 0 || after != 0 else { return flow }
        guard let extent = flow.fact.extent(axis) else { throw Refusal("edges of an open extent") }
        var result = flow.order.contains(axis) ? flow : try arranged(flow, [axis] + flow.order)
        guard let place = result.order.firstIndex(of: axis), let shape = result.stored.known else {
            throw Refusal("edges beside an open extent")
        }
        let key = adds ? "padding" : "cropping"
        let changed = adds ? extent + before + after : extent - before - after
        guard changed > 0 else { throw Refusal("nothing left of axis \(axis)") }
        let isImage = shape.count == 3 && place < 2
        let image = [shape[..<place].reduce(1, *), shape[place], shape[(place + 1)...].reduce(1, *)]
        if !isImage { result.reference = try reshaped(result.reference, to: image) }
        let edges = isImage && place == 0 ? [[before, after], [0, 0]] : [[0, 0], [before, after]]
        result.reference = try add(adds ? "ZeroPadding2D" : "Cropping2D", [(key, .pairs(edges))], [result.reference])
        result.fact = flow.fact.with(flow.fact.shape.replacing(axis, Extent(changed)))
        if !isImage { result.reference = try reshaped(result.reference, to: result.stored) }
        return result
    }

    /// A part of an axis.
    mutating func part(_ flow: Flow, _ axis: Int, from start: Int, count: Int) throws(Refusal) -> Flow {
        guard let extent = flow.fact.extent(axis) else { throw Refusal("a part of an open extent") }
        return try edged(flow, axis, before: start, after: extent - start - count, adds: false)
    }

    /// The value without an axis of extent 1.
    func dropping(_ flow: Flow, _ axis: Int) -> Flow {
        var shape = flow.fact.shape
        shape.remove(at: axis)
        var result = flow
        result.fact = flow.fact.with(shape)
        result.order = flow.order.map { $0 > axis ? $0 - 1 : $0 }
        return result
    }

    /// Values one after another along an axis.
    mutating func joined(_ flows: [Flow], _ axis: Int, as fact: Fact) throws(Refusal) -> Flow {
        guard var first = flows.first else { throw Refusal("nothing to join") }
        if flows.count == 1 { return first }
        if !first.order.contains(axis) { first = try arranged(first, [axis] + first.order) }
        let order = first.order + fact.sampleAxes.filter { !first.order.contains($0) && fact.extent($0) != 1 }
        var references: [LayerPlan.Reference] = []
        for flow in flows { references.append(try arranged(flow, order).reference) }
        let place = order.firstIndex(of: axis) ?? 0
        return Flow(
            reference: try add("Concatenate", [("axis", .int(place + 1))], references),
            order: order,
            fact: fact,
            isPositive: flows.allSatisfy(\.isPositive)
        )
    }
}

extension [Int?] {
    /// All extents, where none is open.
    var known: [Int]? {
        let numbers = compactMap(\.self)
        return numbers.count == count ? numbers : nil
    }
}
