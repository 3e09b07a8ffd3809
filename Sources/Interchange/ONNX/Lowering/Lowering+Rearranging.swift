import NN

extension Lowering {
    /// The value with axes of extent 1 more or less, which takes no layer.
    mutating func relabelled(_ node: ONNXNode, _ value: Flow) throws(Refusal) -> Flow {
        let fact = try fact(node)
        let given = try inference.axes(node)
        var result = value
        result.fact = fact
        if node.type == "Squeeze" {
            let axes =
                try given.map { (axes) throws(Refusal) in try value.fact.axes(axes) }
                ?? value.fact.shape.indices.filter { value.fact.shape[$0] == Extent(1) }
            result.order = value.order.filter { !axes.contains($0) }.map { axis in axis - axes.count { $0 < axis } }
            if result.order.count != value.order.count {
                result.reference = try reshaped(value.reference, to: result.stored)
            }
            return result
        }
        let axes = Set((given ?? []).map { $0 < 0 ? $0 + fact.rank : $0 })
        let own = (0..<fact.rank).filter { !axes.contains($0) }
        result.order = value.order.map { own[$0] }
        return result
    }

    /// Each repetition is an input of a layer: a number in a file must not make millions.
    private static let mostRepetitions = 1 << 14

    /// The value repeated along axes.
    mutating func tiled(_ value: Flow, _ fact: Fact) throws(Refusal) -> Flow {
        var result = value
        for axis in fact.shape.indices where fact.shape[axis] != value.fact.shape[axis] {
            guard let from = value.fact.extent(axis), let to = fact.extent(axis), from > 0 else {
                throw Refusal("an open extent")
            }
            guard to > 0 else { throw Refusal("no repetition") }
            guard to / from <= Self.mostRepetitions else {
                throw Refusal(
                    "\(to / from) repetitions along axis \(axis), at most \(Self.mostRepetitions) are taken apart"
                )
            }
            let shape = result.fact.shape.replacing(axis, Extent(to))
            result = try joined(Array(repeating: result, count: to / from), axis, as: result.fact.with(shape))
        }
        return result
    }

    /// Makes a layer of a `Concat`.
    mutating func lowerConcat(_ node: ONNXNode) throws(Refusal) {
        let fact = try fact(node)
        var all: [Flow] = []
        for place in node.inputs.indices { all.append(try value(node, place, as: fact)) }
        try set(node, joined(all, fact.axis(node.int("axis", default: 0)), as: fact))
    }

    /// Makes layers of a `Split`.
    mutating func lowerSplit(_ node: ONNXNode) throws(Refusal) {
        let value = try flow(node, 0)
        let (axis, sizes) = try inference.parts(of: node, value.fact)
        var start = 0
        for (place, size) in sizes.enumerated() {
            if let name = node.output(place), wanted.contains(name) {
                flows[name] = try part(value, axis, from: start, count: size)
            }
            start += size
        }
    }

    /// A part of the value.
    mutating func sliced(_ node: ONNXNode, _ value: Flow) throws(Refusal) -> Flow {
        var result = value
        for cut in try inference.cuts(node, value.fact) {
            guard let range = cut.range else { continue }
            guard range.count > 0 else { throw Refusal("nothing left of axis \(cut.axis)") }
            if range.step == 1 {
                result = try part(result, cut.axis, from: range.start, count: range.count)
            } else {
                result = try picked(result, cut.axis, (0..<range.count).map { range.start + $0 * range.step })
            }
        }
        return result
    }

    /// The places of an axis that are named, each by itself.
    mutating func picked(_ flow: Flow, _ axis: Int, _ places: [Int]) throws(Refusal) -> Flow {
        guard let extent = flow.fact.extent(axis), let first = places.first else { throw Refusal("an open extent") }
        guard places.allSatisfy((0..<extent).contains) else {
            throw Refusal("places \(places.prefix(8)) of an axis of \(extent)")
        }
        if places == Array(first..<first + places.count) {
            return try part(flow, axis, from: first, count: places.count)
        }
        var matrix = [Float](repeating: 0, count: min(extent * places.count, 1 << 25))
        guard matrix.count <= 1 << 24 else { throw Refusal("\(places.count) places of an axis of \(extent)") }
        for (number, place) in places.enumerated() { matrix[place * places.count + number] = 1 }
        return try mapped(flow, axis, to: places.count, matrix)
    }

    /// The value with edges.
    mutating func padded(_ node: ONNXNode) throws(Refusal) -> Flow {
        let value = try flow(node, 0)
        let mode = node.text("mode", default: "constant")
        let number = try inference.constant(node, 2, "its value")?.scalar ?? 0
        guard number.isFinite else { throw Refusal("edges that aren't finite") }
        let edges = try inference.edges(of: node, value.fact)
        var result = value
        let isMoved = mode == "constant" && number != 0
        if isMoved { result = try rescaled(result, 1, -Double(number)) }
        for (axis, edge) in edges {
            guard let extent = result.fact.extent(axis) else { throw Refusal("edges of an open extent") }
            let start = max(-edge.before, 0)
            result = try part(result, axis, from: start, count: extent - start - max(-edge.after, 0))
            let (before, after) = (max(edge.before, 0), max(edge.after, 0))
            if mode == "constant" {
                result = try edged(result, axis, before: before, after: after, adds: true)
            } else {
                let count = extent - start - max(-edge.after, 0)
                let places = try (-before..<count + after).map { (place) throws(Refusal) in
                    try Self.place(place, count, mode)
                }
                result = try picked(result, axis, places)
            }
        }
        return isMoved ? try rescaled(result, 1, Double(number)) : result
    }

    /// The place whose number stands at a place outside.
    private static func place(_ place: Int, _ extent: Int, _ mode: String) throws(Refusal) -> Int {
        switch mode {
        case "edge": return min(max(place, 0), extent - 1)
        case "wrap": return (place % extent + extent) % extent
        case "reflect":
            guard extent > 1 else { return 0 }
            let period = 2 * (extent - 1)
            let inside = (place % period + period) % period
            return inside < extent ? inside : period - inside
        default: throw Refusal("the mode \(mode)")
        }
    }

    /// Rows of a table, or places of an axis.
    mutating func gathered(_ node: ONNXNode) throws(Refusal) -> Flow {
        let fact = try fact(node)
        guard let value = node.input(0).flatMap({ flows[$0] }) else {
            let indices = try flow(node, 1)
            guard let table = try inference.constant(node, 0, "its table"), let numbers = table.floats else {
                throw Refusal("no table")
            }
            let reference = try add(
                "Embedding",
                [("input_dim", .int(table.shape[0])), ("output_dim", .int(table.shape[1]))],
                [indices.reference],
                weights: [("embeddings", Tensor(Shape(table.shape), numbers))],
                hint: table.name.isEmpty ? nil : kernelHint(node)
            )
            return Flow(reference: reference, order: indices.order + [fact.rank - 1], fact: fact)
        }
        let axis = try value.fact.axis(node.int("axis", default: 0))
        guard let constant = try inference.constant(node, 1, "its indices"), let given = constant.ints, !given.isEmpty,
            let extent = value.fact.extent(axis)
        else { throw Refusal("indices that aren't known") }
        let part = try picked(value, axis, given.map { $0 < 0 ? $0 + extent : $0 })
        guard constant.shape.count != 1 else { return part }
        // The axis goes, or becomes those of the indices.
        let added = constant.shape.count
        var result = part
        if !part.order.contains(axis), given.count > 1 { result = try arranged(part, [axis] + part.order) }
        let places = result.order
        result.fact = fact
        result.order = places.flatMap { place -> [Int] in
            if place == axis { return Array(axis..<axis + added) }
            return [place > axis ? place + added - 1 : place]
        }
        if places.contains(axis) { result.reference = try reshaped(result.reference, to: result.stored) }
        return result
    }

    /// Blocks of pixels as channels, or channels as blocks of pixels.
    mutating func rearranged(_ node: ONNXNode) throws(Refusal) -> Flow {
        let (value, fact) = (try flow(node, 0), try fact(node))
        let size = node.int("blocksize", default: 1)
        let (before, after) = (
            value.fact.shape.compactMap(\.known).suffix(3).map(\.self),
            fact.shape.compactMap(\.known).suffix(3).map(\.self)
        )
        guard before.count == 3, after.count == 3, value.fact.isLedByBatch else {
            throw Refusal("\(value.fact.shape.text)")
        }
        let plain = try arranged(value, [1, 2, 3])
        let parted: [Int]
        let order: [Int]
        if node.type == "SpaceToDepth" {
            (parted, order) = ([before[0], after[1], size, after[2], size], [3, 5, 1, 2, 4])
        } else if node.text("mode", default: "DCR") == "DCR" {
            (parted, order) = ([size, size, after[0], before[1], before[2]], [3, 4, 1, 5, 2])
        } else {
            (parted, order) = ([after[0], size, size, before[1], before[2]], [1, 4, 2, 5, 3])
        }
        let wide = try reshaped(plain.reference, to: parted)
        let turned = try add("Permute", [("dims", .ints(order))], [wide])
        return Flow(
            reference: try reshaped(turned, to: after),
            order: [1, 2, 3],
            fact: fact,
            isPositive: value.isPositive
        )
    }

    /// A picture, or any value, with other extents.
    mutating func resized(_ node: ONNXNode) throws(Refusal) -> Flow {
        let (value, fact) = (try flow(node, 0), try fact(node))
        let resizing = try ResizedAxes(inference, node, value.fact)
        guard !resizing.axes.isEmpty else { return value }
        if let keras = resizing.keras, fact.rank == 4, fact.isLedByBatch, value.fact.steps.isEmpty,
            resizing.axes.allSatisfy({ $0.axis > 1 })
        {
            let factors = (2...3).map { axis in resizing.axes.first { $0.axis == axis }.map { $0.to / $0.from } ?? 1 }
            let source = try arranged(value, [2, 3, 1])
            let reference = try add(
                "UpSampling2D",
                [("size", .ints(factors)), ("interpolation", .word(keras))],
                [source.reference]
            )
            return Flow(reference: reference, order: [2, 3, 1], fact: fact, isPositive: value.isPositive)
        }
        var result = value
        for axis in resizing.axes { result = try mapped(result, axis.axis, to: axis.to, axis.shares) }
        guard resizing.outside != 0, resizing.axes.contains(where: { $0.isOutside.contains(true) }) else {
            return result
        }
        var shape = Array(repeating: 1, count: fact.rank)
        var grid: [Float] = [1]
        for axis in resizing.axes.sorted(by: { $0.axis < $1.axis }) {
            shape[axis.axis] = axis.to
            grid = grid.flatMap { number in axis.isOutside.map { $0 ? 0 : number } }
        }
        let added = Constant(shape, grid.map { (1 - $0) * resizing.outside }, type: fact.type)
        return try affine(result, nil, added, as: fact)
    }
}
