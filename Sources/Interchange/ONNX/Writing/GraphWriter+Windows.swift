import JSON
import NN

extension GraphWriter {
    /// The zeros that Keras puts around each axis.
    private func zeros(
        _ layer: ExportedLayer,
        _ input: [Int?],
        size: [Int],
        strides: [Int],
        dilation: [Int]
    ) throws(Refusal) -> [Int] {
        var (before, after) = ([Int](), [Int]())
        for axis in size.indices {
            let span = (size[axis] - 1) * dilation[axis] + 1
            switch layer.word("padding", "valid") {
            case "causal": before.append(span - 1); after.append(0)
            case "same":
                let total: Int
                if let extent = input[axis] {
                    total = max(((extent + strides[axis] - 1) / strides[axis] - 1) * strides[axis] + span - extent, 0)
                } else {
                    guard strides[axis] == 1 else {
                        throw Refusal("padding same with steps over an open extent, whose zeros depend on it")
                    }
                    total = span - 1
                }
                before.append(total / 2)
                after.append(total - total / 2)
            default: before.append(0); after.append(0)
            }
        }
        return before + after
    }

    /// The order of the axes with the channels behind the batch.
    private func channelsFirst(_ rank: Int) -> [Int] { [0, rank + 1] + Array(1..<rank + 1) }

    /// A list as long as there are axes.
    private func full(_ list: [Int]?, _ rank: Int, _ standard: Int = 1) -> [Int] {
        guard let list, !list.isEmpty else { return Array(repeating: standard, count: rank) }
        return list.count == rank ? list : Array(repeating: list[0], count: rank)
    }

    /// A kernel with its axes in another order.
    private func turned(_ tensor: Tensor, _ order: [Int]) throws(Refusal) -> Tensor {
        guard let turned = Constant(tensor.shape.extents, tensor.values).transposed(order), let floats = turned.floats
        else { throw Refusal("a kernel of another rank") }
        return Tensor(Shape(turned.shape), floats)
    }

    mutating func writeConvolution(_ layer: ExportedLayer) throws(Refusal) {
        let rank = layer.type.contains("1D") ? 1 : layer.type.contains("3D") ? 3 : 2
        guard let input = values[layer.inputs[0]]?.shape, let channels = input.last ?? nil else {
            throw Refusal("channels of an open number")
        }
        let order = channelsFirst(rank)
        let x = try take(layer.inputs[0], order)
        let (size, strides) = (full(layer.ints("kernel_size"), rank), full(layer.ints("strides"), rank))
        let dilation = full(layer.ints("dilation_rate"), rank)
        let bias = layer.flag("use_bias", true) ? [weight(layer.prefix + "bias", try tensor(layer, "bias"))] : []
        let name = innerName(layer, "convolution")
        if layer.type.hasSuffix("Transpose") {
            return try writeTransposed(layer, x, input, size, strides, dilation, bias, name)
        }
        let pads = try zeros(layer, input, size: size, strides: strides, dilation: dilation)
        let spatial = Array(0..<rank)
        func convolve(
            _ x: String,
            _ kernel: String,
            _ bias: [String],
            groups: Int,
            size: [Int],
            plain: Bool,
            _ name: String
        ) -> String {
            let ones = size.map { _ in 1 }
            return add(
                "Conv",
                [x, kernel] + bias,
                name: name,
                [
                    "kernel_shape": .ints(size), "strides": .ints(plain ? ones : strides),
                    "dilations": .ints(plain ? ones : dilation),
                    "pads": .ints(plain ? ones.flatMap { _ in [0, 0] } : pads), "group": .int(groups),
                ]
            )
        }
        let result: String
        switch layer.type {
        case "DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D":
            let isSeparable = layer.type.hasPrefix("Separable")
            let weightName = isSeparable ? "depthwise_kernel" : "kernel"
            let multiplier = layer.int("depth_multiplier", 1)
            let kernel = try turned(tensor(layer, weightName), [rank, rank + 1] + spatial)
            let flat = weight(
                layer.prefix + weightName,
                Tensor(Shape([channels * multiplier, 1] + size), kernel.values)
            )
            guard isSeparable else {
                result = convolve(x, flat, bias, groups: channels, size: size, plain: false, name)
                break
            }
            let deep = convolve(x, flat, [], groups: channels, size: size, plain: false, "\(layer.name)/depthwise")
            let point = weight(
                layer.prefix + "pointwise_kernel",
                try turned(tensor(layer, "pointwise_kernel"), [rank + 1, rank] + spatial)
            )
            result = convolve(deep, point, bias, groups: 1, size: size.map { _ in 1 }, plain: true, name)
        default:
            let kernel = weight(
                layer.prefix + "kernel",
                try turned(tensor(layer, "kernel"), [rank + 1, rank] + spatial)
            )
            result = convolve(x, kernel, bias, groups: layer.int("groups", 1), size: size, plain: false, name)
        }
        try finish(layer, result, order: order, shape: layer.shape)
    }

    private mutating func writeTransposed(
        _ layer: ExportedLayer,
        _ x: String,
        _ input: [Int?],
        _ size: [Int],
        _ strides: [Int],
        _ dilation: [Int],
        _ bias: [String],
        _ name: String
    ) throws(Refusal) {
        var (before, after, added) = ([Int](), [Int](), [Int]())
        let rank = size.count
        for axis in 0..<rank {
            guard let extent = input[axis], let result = layer.shape[axis] else {
                throw Refusal("an open extent, whose edges depend on it")
            }
            let total = (extent - 1) * strides[axis] + (size[axis] - 1) * dilation[axis] + 1 - result
            let first = layer.word("padding") == "same" ? max(total, 0) / 2 : 0
            before.append(first)
            after.append(max(total - first, 0))
            added.append(max(-total, 0))
        }
        let kernel = weight(
            layer.prefix + "kernel",
            try turned(tensor(layer, "kernel"), [rank + 1, rank] + (0..<rank))
        )
        let result = add(
            "ConvTranspose",
            [x, kernel] + bias,
            name: name,
            [
                "kernel_shape": .ints(size), "strides": .ints(strides), "dilations": .ints(dilation),
                "pads": .ints(before + after), "output_padding": .ints(added),
            ]
        )
        try finish(layer, result, order: channelsFirst(rank), shape: layer.shape)
    }

    /// A pooling to a given size, where all windows are alike.
    mutating func writeAdaptivePooling(_ layer: ExportedLayer) throws(Refusal) {
        let rank = layer.shape.count - 1
        guard let input = values[layer.inputs[0]]?.shape.dropLast().map(\.self).known,
            let output = layer.shape.dropLast().map(\.self).known,
            zip(input, output).allSatisfy({ $0.isMultiple(of: $1) })
        else { throw Refusal("windows of unequal size; ONNX has only those of one") }
        let size = zip(input, output).map { $0 / $1 }
        let x = try take(layer.inputs[0], channelsFirst(rank))
        let type = layer.type.contains("Max") ? "MaxPool" : "AveragePool"
        let result = add(type, [x], name: layer.name, ["kernel_shape": .ints(size), "strides": .ints(size)])
        set(layer.name, result, order: channelsFirst(rank), shape: layer.shape)
    }

    mutating func writePooling(_ layer: ExportedLayer) throws(Refusal) {
        let rank = layer.type.contains("1D") ? 1 : layer.type.contains("3D") ? 3 : 2
        guard let input = values[layer.inputs[0]]?.shape else { throw Refusal("no input") }
        let order = channelsFirst(rank)
        let x = try take(layer.inputs[0], order)
        let size = full(layer.ints("pool_size"), rank, 2)
        let strides = layer.ints("strides").map { full($0, rank) } ?? size
        let pads = try zeros(layer, input, size: size, strides: strides, dilation: size.map { _ in 1 })
        let isGreatest = layer.type.hasPrefix("Max")
        let result =
            isGreatest
            ? add(
                "MaxPool",
                [x],
                name: layer.name,
                ["kernel_shape": .ints(size), "strides": .ints(strides), "pads": .ints(pads)]
            )
            : add(
                "AveragePool",
                [x],
                name: layer.name,
                [
                    "kernel_shape": .ints(size), "strides": .ints(strides), "pads": .ints(pads),
                    "count_include_pad": .int(0),
                ]
            )
        set(layer.name, result, order: order, shape: layer.shape)
    }

    mutating func writeGlobalPooling(_ layer: ExportedLayer) throws(Refusal) {
        guard let input = values[layer.inputs[0]], let first = input.variants.first else { throw Refusal("no input") }
        let rank = input.shape.count - 1
        let axes = (1...rank).compactMap { first.order.firstIndex(of: $0) }.sorted()
        let keeps = layer.flag("keepdims")
        let type = layer.type.contains("Max") ? "ReduceMax" : "ReduceMean"
        let result = try reduce(type, first.name, axes, keeps: keeps, layer.name)
        set(layer.name, result, order: keeps ? first.order : nil, shape: layer.shape)
    }

    /// A reduction of axes, which are an argument below opset 18 and an input from there on.
    mutating func reduce(
        _ type: String,
        _ x: String,
        _ axes: [Int],
        keeps: Bool,
        _ name: String
    ) throws(Refusal) -> String {
        let flag = Attribute.int(keeps ? 1 : 0)
        if opset >= 18 || type == "ReduceSum" { return add(type, [x, ints(axes)], name: name, ["keepdims": flag]) }
        return add(type, [x], name: name, ["axes": .ints(axes), "keepdims": flag])
    }

    // MARK: Reshaping

    mutating func writeReshaping(_ layer: ExportedLayer) throws(Refusal) {
        guard let input = values[layer.inputs[0]]?.shape else { throw Refusal("no input") }
        switch layer.type {
        case "Flatten":
            let x = try take(layer.inputs[0])
            set(layer.name, add("Reshape", [x, ints([0, -1])], name: layer.name), shape: layer.shape)
        case "Reshape":
            let x = try take(layer.inputs[0])
            set(layer.name, try reshape(x, to: layer.shape, layer.name), shape: layer.shape)
        case "Permute":
            let dims = layer.ints("dims") ?? []
            let order = [0] + dims
            // The same value, its axes called otherwise; a Transpose only where a later layer asks for another order.
            guard let written = values[layer.inputs[0]] else { throw Refusal("no input") }
            let x = written.isConstant ? try take(layer.inputs[0]) : written.variants[0].name
            let own = written.isConstant ? written.plain : written.variants[0].order
            set(layer.name, x, order: own.compactMap { order.firstIndex(of: $0) }, shape: layer.shape)
        case "RepeatVector":
            let x = try take(layer.inputs[0])
            let row = add("Unsqueeze", [x, ints([1])], name: "\(layer.name)/step")
            set(layer.name, add("Tile", [row, ints([1, layer.int("n", 1), 1])], name: layer.name), shape: layer.shape)
        case "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D", "Cropping1D", "Cropping2D", "Cropping3D":
            let crops = layer.type.hasPrefix("Cropping")
            let rank = input.count - 1
            let given = layer.arguments[crops ? "cropping" : "padding"]
            var pairs = given?.elements.map { $0.elements.compactMap { try? $0.int() } } ?? []
            if rank == 1, pairs.first?.isEmpty == true { pairs = [given?.elements.compactMap { try? $0.int() } ?? []] }
            guard pairs.count == rank, pairs.allSatisfy({ $0.count == 2 }),
                let first = values[layer.inputs[0]]?.variants.first
            else { throw Refusal("edges that can't be read") }
            let places = (1...rank).compactMap { first.order.firstIndex(of: $0) }
            let result: String
            if !crops {
                var pads = Array(repeating: 0, count: 2 * rank + 4)
                for (place, pair) in zip(places, pairs) { (pads[place], pads[place + rank + 2]) = (pair[0], pair[1]) }
                result = add("Pad", [first.name, ints(pads)], name: layer.name, ["mode": .text("constant")])
            } else {
                let ends = pairs.map { $0[1] == 0 ? Int(Int32.max) : -$0[1] }
                result = add(
                    "Slice",
                    [first.name, ints(pairs.map { $0[0] }), ints(ends), ints(places)],
                    name: layer.name
                )
            }
            set(layer.name, result, order: first.order, shape: layer.shape)
        default: try writeResizing(layer, input)
        }
    }

    private mutating func writeResizing(_ layer: ExportedLayer, _ input: [Int?]) throws(Refusal) {
        let rank = input.count - 1
        let order = channelsFirst(rank)
        let x = try take(layer.inputs[0], order)
        let isNearest = layer.word("interpolation", layer.type == "Resizing" ? "bilinear" : "nearest") == "nearest"
        let result: String
        if layer.type != "Resizing" {
            let scales = floats([1, 1] + full(layer.ints("size"), rank, 2).map(Float.init))
            result = add(
                "Resize",
                [x, "", scales],
                name: layer.name,
                isNearest
                    ? [
                        "mode": .text("nearest"), "coordinate_transformation_mode": .text("asymmetric"),
                        "nearest_mode": .text("floor"),
                    ]
                    : ["mode": .text("linear"), "coordinate_transformation_mode": .text("half_pixel")]
            )
        } else {
            guard let height = layer.shape[0], let width = layer.shape[1], let from = input[0], let across = input[1]
            else {
                throw Refusal("an open extent")
            }
            let scales = floats([1, 1, Self.scale(from, height), Self.scale(across, width)])
            result = add(
                "Resize",
                [x, "", scales],
                name: layer.name,
                [
                    "mode": .text(isNearest ? "nearest" : "linear"),
                    "coordinate_transformation_mode": .text("half_pixel"),
                    "nearest_mode": .text("round_prefer_ceil"),
                ]
            )
        }
        set(layer.name, result, order: order, shape: layer.shape)
    }

    /// A scale by which an extent becomes another, however a reader rounds the product.
    private static func scale(_ from: Int, _ to: Int) -> Float {
        var scale = Float(to) / Float(from)
        while Double(scale) * Double(from) < Double(to) { scale = scale.nextUp }
        return scale
    }
}
