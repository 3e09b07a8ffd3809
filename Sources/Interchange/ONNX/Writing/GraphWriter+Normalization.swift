import JSON
import NN

extension GraphWriter {
    mutating func writeNormalization(_ layer: ExportedLayer) throws(Refusal) {
        guard let input = values[layer.inputs[0]]?.shape else { throw Refusal("no input") }
        let rank = input.count + 1
        let axes = (layer.ints("axis") ?? [-1]).map { $0 < 0 ? $0 + rank : $0 }.sorted()
        switch layer.type {
        case "BatchNormalization": try writeBatch(layer, input, axes[0])
        case "GroupNormalization": try writeGroups(layer, input, axes[0])
        case "Normalization": try writeFixed(layer, input, layer.arguments["axis"]?.isNull == true ? [] : axes)
        default: try writeAlong(layer, input, axes)
        }
    }

    private func known(_ input: [Int?], _ axes: [Int]) throws(Refusal) -> [Int] {
        let extents = axes.compactMap { input[$0 - 1] }
        guard extents.count == axes.count else { throw Refusal("an open extent") }
        return extents
    }

    private mutating func affine(
        _ layer: ExportedLayer,
        _ name: String,
        _ standard: Float,
        _ shape: [Int],
        isThere: Bool
    ) throws(Refusal) -> String {
        guard isThere else { return floats(Array(repeating: standard, count: shape.reduce(1, *)), shape: shape) }
        let own = try tensor(layer, name)
        return weight(layer.prefix + name, Tensor(Shape(shape), own.values))
    }

    private mutating func writeBatch(_ layer: ExportedLayer, _ input: [Int?], _ axis: Int) throws(Refusal) {
        let order = [0, axis] + (1...input.count).filter { $0 != axis }
        let shape = try known(input, [axis])
        let x = try take(layer.inputs[0], order)
        let scale = try affine(layer, "gamma", 1, shape, isThere: layer.flag("scale", true))
        let bias = try affine(layer, "beta", 0, shape, isThere: layer.flag("center", true))
        let mean = weight(layer.prefix + "moving_mean", try tensor(layer, "moving_mean"))
        let variance = weight(layer.prefix + "moving_variance", try tensor(layer, "moving_variance"))
        let result = add(
            "BatchNormalization",
            [x, scale, bias, mean, variance],
            name: layer.name,
            ["epsilon": .float(Float(layer.number("epsilon", 0.001)))]
        )
        set(layer.name, result, order: order, shape: layer.shape)
    }

    private mutating func writeGroups(_ layer: ExportedLayer, _ input: [Int?], _ axis: Int) throws(Refusal) {
        let order = [0, axis] + (1...input.count).filter { $0 != axis }
        let channels = try known(input, [axis])[0]
        let given = layer.int("groups", 32)
        let groups = given == -1 ? channels : given
        let x = try take(layer.inputs[0], order)
        let epsilon = Attribute.float(Float(layer.number("epsilon", 0.001)))
        let (scales, centres) = (layer.flag("scale", true), layer.flag("center", true))
        if groups == channels, input.count > 1 {
            let scale = try affine(layer, "gamma", 1, [channels], isThere: scales)
            let bias = try affine(layer, "beta", 0, [channels], isThere: centres)
            let result = add("InstanceNormalization", [x, scale, bias], name: layer.name, ["epsilon": epsilon])
            return set(layer.name, result, order: order, shape: layer.shape)
        }
        if opset >= 21, input.count > 1 {
            let scale = try affine(layer, "gamma", 1, [channels], isThere: scales)
            let bias = try affine(layer, "beta", 0, [channels], isThere: centres)
            let result = add(
                "GroupNormalization",
                [x, scale, bias],
                name: layer.name,
                ["epsilon": epsilon, "num_groups": .int(groups)]
            )
            return set(layer.name, result, order: order, shape: layer.shape)
        }
        // Each group as one channel, then the channels by themselves again.
        let parted = add("Reshape", [x, ints([0, groups, -1])], name: "\(layer.name)/groups")
        let ones = floats(Array(repeating: 1, count: groups))
        let zeros = floats(Array(repeating: 0, count: groups))
        let even = add(
            "InstanceNormalization",
            [parted, ones, zeros],
            name: "\(layer.name)/normalized",
            ["epsilon": epsilon]
        )
        let sample = try known(input, Array(order.dropFirst()))
        var result = add(
            "Reshape",
            [even, ints([0] + sample)],
            name: scales || centres ? "\(layer.name)/whole" : layer.name
        )
        let spread = [channels] + Array(repeating: 1, count: input.count - 1)
        if scales {
            let scale = weight(layer.prefix + "gamma", Tensor(Shape(spread), try tensor(layer, "gamma").values))
            result = add("Mul", [result, scale], name: centres ? "\(layer.name)/scaled" : layer.name)
        }
        if centres {
            let bias = weight(layer.prefix + "beta", Tensor(Shape(spread), try tensor(layer, "beta").values))
            result = add("Add", [result, bias], name: layer.name)
        }
        set(layer.name, result, order: order, shape: layer.shape)
    }

    private mutating func writeFixed(_ layer: ExportedLayer, _ input: [Int?], _ axes: [Int]) throws(Refusal) {
        let shape = (1...max(input.count, 1)).map { axes.contains($0) ? input[$0 - 1] ?? 1 : 1 }
        func moment(_ key: String) throws(Refusal) -> [Float] {
            if let own = weights[layer.prefix + key] { return own.values }
            guard let value = layer.arguments[key] else { throw Refusal("no \(key)") }
            let list =
                value.kind == .array ? value.elements.compactMap { try? $0.float() } : [(try? value.float()) ?? 0]
            let count = shape.reduce(1, *)
            return list.count == 1 ? Array(repeating: list[0], count: count) : list
        }
        let (mean, variance) = (try moment("mean"), try moment("variance"))
        guard mean.count == shape.reduce(1, *), variance.count == mean.count else {
            throw Refusal("moments of another shape")
        }
        let centre = floats(mean, shape: shape)
        let spread = floats(variance.map { max($0.squareRoot(), 1e-7) }, shape: shape)
        let x = try take(layer.inputs[0])
        let result: String
        if layer.flag("invert") {
            result = add("Add", [add("Mul", [x, spread], name: "\(layer.name)/spread"), centre], name: layer.name)
        } else {
            result = add("Div", [add("Sub", [x, centre], name: "\(layer.name)/centred"), spread], name: layer.name)
        }
        set(layer.name, result, shape: layer.shape)
    }

    /// A normalization of each sample along axes, which go to the end.
    private mutating func writeAlong(_ layer: ExportedLayer, _ input: [Int?], _ axes: [Int]) throws(Refusal) {
        let order = Array(0...input.count).filter { !axes.contains($0) } + axes
        let extents = try known(input, axes)
        let x = try take(layer.inputs[0], order)
        let places = Array(order.count - axes.count..<order.count)
        let name = layer.name
        if layer.type == "UnitNormalization", axes.count == 1 {
            let result = add("LpNormalization", [x], name: name, ["axis": .int(-1), "p": .int(2)])
            return set(name, result, order: order, shape: layer.shape)
        }
        if layer.type == "UnitNormalization" {
            let norm = try reduce("ReduceL2", x, places, keeps: true, "\(name)/norm")
            let least = add("Max", [norm, scalar(1e-12)], name: "\(name)/least")
            return set(name, add("Div", [x, least], name: name), order: order, shape: layer.shape)
        }
        if layer.type == "RMSNormalization" {
            let square = add("Mul", [x, x], name: "\(name)/square")
            let mean = try reduce("ReduceMean", square, places, keeps: true, "\(name)/mean")
            let sum = add("Add", [mean, scalar(layer.number("epsilon", 1e-6))], name: "\(name)/sum")
            let even = add("Div", [x, add("Sqrt", [sum], name: "\(name)/root")], name: "\(name)/normalized")
            let scale = weight(layer.prefix + "scale", try tensor(layer, "scale"))
            return set(name, add("Mul", [even, scale], name: name), order: order, shape: layer.shape)
        }
        let (scales, centres) = (layer.flag("scale", true), layer.flag("center", true))
        if opset >= 17 {
            let scale = try affine(layer, "gamma", 1, extents, isThere: scales)
            let bias = centres ? [weight(layer.prefix + "beta", try tensor(layer, "beta"))] : []
            let result = add(
                "LayerNormalization",
                [x, scale] + bias,
                name: name,
                ["axis": .int(-axes.count), "epsilon": .float(Float(layer.number("epsilon", 0.001)))]
            )
            return set(name, result, order: order, shape: layer.shape)
        }
        let mean = try reduce("ReduceMean", x, places, keeps: true, "\(name)/mean")
        let centred = add("Sub", [x, mean], name: "\(name)/centred")
        let square = add("Mul", [centred, centred], name: "\(name)/square")
        let variance = try reduce("ReduceMean", square, places, keeps: true, "\(name)/variance")
        let sum = add("Add", [variance, scalar(layer.number("epsilon", 0.001))], name: "\(name)/sum")
        let root = add("Sqrt", [sum], name: "\(name)/root")
        var result = add("Div", [centred, root], name: scales || centres ? "\(name)/normalized" : name)
        if scales {
            result = add(
                "Mul",
                [result, weight(layer.prefix + "gamma", try tensor(layer, "gamma"))],
                name: centres ? "\(name)/scaled" : name
            )
        }
        if centres {
            result = add("Add", [result, weight(layer.prefix + "beta", try tensor(layer, "beta"))], name: name)
        }
        set(name, result, order: order, shape: layer.shape)
    }
}
