import JSON
import NN

extension GraphWriter {
    /// Writes a layer.
    mutating func write(_ layer: ExportedLayer) throws(Refusal) {
        try checkMask(layer)
        switch layer.type {
        case "Dense": try writeDense(layer)
        case "Activation":
            try writeElementwise(layer) { graph, x, name, _ throws(Refusal) in
                try graph.activation(layer.word("activation"), x, name, last: nil)
            }
        case "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianNoise", "GaussianDropout",
            "AlphaDropout", "ActivityRegularization", "Identity":
            try writeElementwise(layer) { _, x, _, _ throws(Refusal) in x }
        case "ReLU", "LeakyReLU", "ELU", "Rescaling":
            try writeElementwise(layer) { graph, x, name, _ throws(Refusal) in try graph.simple(layer, x, name) }
        case "Softmax": try writeSoftmax(layer, "Softmax")
        case "Absolute", "Clip", "Cos", "Erf", "Floor", "Log", "Power", "Reciprocal", "Sign", "Sin", "Sqrt", "Square":
            try writeElementwise(layer) { writer, x, name, _ throws(Refusal) in
                try writer.function(layer, x, name)
            }
        case "PReLU":
            let alpha = weight(layer.prefix + "alpha", try tensor(layer, "alpha"))
            set(layer.name, add("PRelu", [try take(layer.inputs[0]), alpha], name: layer.name), shape: layer.shape)
        case "EinsumDense": try writeEinsum(layer)
        case "AdaptiveAveragePooling1D", "AdaptiveAveragePooling2D", "AdaptiveAveragePooling3D", "AdaptiveMaxPooling1D",
            "AdaptiveMaxPooling2D", "AdaptiveMaxPooling3D":
            try writeAdaptivePooling(layer)
        case "Flatten", "Reshape", "Permute", "RepeatVector", "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D",
            "Cropping1D",
            "Cropping2D", "Cropping3D", "UpSampling1D", "UpSampling2D", "UpSampling3D", "Resizing":
            try writeReshaping(layer)
        case "Embedding", "TokenAndPositionEmbedding", "PositionEmbedding", "SinePositionEncoding", "RotaryEmbedding",
            "Masking":
            try writeEmbedding(layer)
        case "BatchNormalization", "LayerNormalization", "GroupNormalization", "RMSNormalization", "UnitNormalization",
            "Normalization":
            try writeNormalization(layer)
        case "Conv1D", "Conv2D", "Conv3D", "DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D",
            "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose":
            try writeConvolution(layer)
        case "MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D":
            try writePooling(layer)
        case "GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D", "GlobalAveragePooling1D",
            "GlobalAveragePooling2D", "GlobalAveragePooling3D":
            try writeGlobalPooling(layer)
        case "SimpleRNN", "GRU", "LSTM", "RNN", "Bidirectional": try writeRecurrent(layer)
        case "TimeDistributed": try writeTimeDistributed(layer)
        case "Add", "Subtract", "Multiply", "Divide", "Average", "Maximum", "Minimum": try writeMerging(layer)
        case "Concatenate": try writeConcatenate(layer)
        case "Dot": try writeDot(layer)
        case "Attention", "AdditiveAttention": try writeAttention(layer)
        case "MultiHeadAttention", "GroupQueryAttention": try writeHeads(layer)
        default: throw Refusal("there is nothing in ONNX that says it")
        }
        try spreadMask(layer)
    }

    // MARK: Masks

    /// The layers that look at masks, or let one choose.
    private static let masked: Set = [
        "SimpleRNN", "GRU", "LSTM", "RNN", "Bidirectional", "GlobalAveragePooling1D", "Attention", "AdditiveAttention",
        "MultiHeadAttention", "GroupQueryAttention", "Multiply", "Maximum", "Minimum",
    ]

    /// Layers behind which a mask goes on.
    private static let passing: Set = [
        "Dense", "Activation", "ReLU", "LeakyReLU", "ELU", "Softmax", "BatchNormalization", "LayerNormalization",
        "GroupNormalization", "RMSNormalization", "UnitNormalization", "Normalization", "Rescaling", "Dropout",
        "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianNoise", "GaussianDropout", "AlphaDropout",
        "ActivityRegularization", "Identity", "PReLU", "TimeDistributed", "PositionEmbedding",
        "SinePositionEncoding", "RotaryEmbedding", "Add", "Subtract", "Average", "Concatenate", "Masking",
    ]

    private func checkMask(_ layer: ExportedLayer) throws(Refusal) {
        guard Self.masked.contains(layer.type), layer.inputs.contains(where: { values[$0]?.hasMask == true }) else {
            return
        }
        throw Refusal(
            "it takes a mask (mask_zero or Masking), which ONNX can't say in a way that is read everywhere; export a model "
                + "without mask_zero and Masking"
        )
    }

    private mutating func spreadMask(_ layer: ExportedLayer) throws(Refusal) {
        let makes =
            layer.type == "Masking"
            || ["Embedding", "TokenAndPositionEmbedding"].contains(layer.type) && layer.flag("mask_zero")
        let passes = Self.passing.contains(layer.type) && layer.inputs.contains { values[$0]?.hasMask == true }
        if makes || passes { values[layer.name]?.hasMask = true }
    }

    // MARK: Number by number

    /// Writes a layer that keeps the shape, in whatever order of the axes its input is there.
    mutating func writeElementwise(
        _ layer: ExportedLayer,
        _ body: (inout GraphWriter, String, String, [Int]) throws(Refusal) -> String
    ) throws(Refusal) {
        guard let input = values[layer.inputs[0]], let first = input.variants.first else { throw Refusal("no input") }
        let activation = layer.type == "Activation" ? layer.word("activation") : ""
        if activation == "softmax" || activation == "log_softmax" {
            return try writeSoftmax(layer, activation == "softmax" ? "Softmax" : "LogSoftmax")
        }
        let source = input.isConstant ? try take(layer.inputs[0]) : first.name
        let result = try body(&self, source, layer.name, first.order)
        set(layer.name, result, order: input.isConstant ? input.plain : first.order, shape: input.shape)
    }

    private mutating func writeSoftmax(_ layer: ExportedLayer, _ type: String) throws(Refusal) {
        guard let input = values[layer.inputs[0]] else { throw Refusal("no input") }
        let rank = input.shape.count + 1
        let axes =
            layer.type == "Softmax" ? (layer.ints("axis") ?? [-1]).map { $0 < 0 ? $0 + rank : $0 }.sorted() : [rank - 1]
        guard axes.count > 1 else {
            let x = try take(layer.inputs[0])
            return set(layer.name, add(type, [x], name: layer.name, ["axis": .int(axes[0])]), shape: input.shape)
        }
        let order = (0..<rank).filter { !axes.contains($0) } + axes
        let x = try take(layer.inputs[0], order)
        let sample = order.dropFirst().map { input.shape[$0 - 1] }
        guard let known = sample.known else { throw Refusal("several axes, of which one is open") }
        let kept = Array(known.dropLast(axes.count))
        let joined = try reshape(x, to: kept + [known.suffix(axes.count).reduce(1, *)], "\(layer.name)/joined")
        let shares = add(type, [joined], name: "\(layer.name)/shares", ["axis": .int(kept.count + 1)])
        set(layer.name, try reshape(shares, to: known, layer.name), order: order, shape: input.shape)
    }

    private mutating func simple(_ layer: ExportedLayer, _ x: String, _ name: String) throws(Refusal) -> String {
        switch layer.type {
        case "LeakyReLU":
            return add("LeakyRelu", [x], name: name, ["alpha": .float(Float(layer.number("negative_slope", 0.3)))])
        case "ELU": return add("Elu", [x], name: name, ["alpha": .float(Float(layer.number("alpha", 1)))])
        case "Rescaling":
            let (scale, offset) = (layer.number("scale", 1), layer.number("offset"))
            if scale == 1, offset != 0 { return add("Add", [x, scalar(offset)], name: name) }
            let scaled = add("Mul", [x, scalar(scale)], name: offset == 0 ? name : "\(name)/scale")
            return offset == 0 ? scaled : add("Add", [scaled, scalar(offset)], name: name)
        default:
            let greatest = layer.arguments["max_value"].flatMap { try? $0.double() }
            let (slope, threshold) = (layer.number("negative_slope"), layer.number("threshold"))
            var result: String
            if threshold == 0 {
                if let greatest {
                    result = add("Clip", [x, scalar(0), scalar(greatest)], name: slope == 0 ? name : "\(name)/above")
                } else if slope != 0 {
                    return add("LeakyRelu", [x], name: name, ["alpha": .float(Float(slope))])
                } else {
                    return add("Relu", [x], name: name)
                }
            } else {
                result = add(
                    "ThresholdedRelu",
                    [x],
                    name: greatest == nil && slope == 0 ? name : "\(name)/above",
                    ["alpha": .float(Float(threshold))]
                )
                if let greatest {
                    result = add("Min", [result, scalar(greatest)], name: slope == 0 ? name : "\(name)/cut")
                }
            }
            guard slope != 0 else { return result }
            let below = add(
                "Min",
                [add("Sub", [x, scalar(threshold)], name: "\(name)/offset"), scalar(0)],
                name: "\(name)/below"
            )
            return add("Add", [result, add("Mul", [below, scalar(slope)], name: "\(name)/slope")], name: name)
        }
    }

    /// An activation function; `last` is the place of the last axis where that matters.
    mutating func activation(_ function: String, _ x: String, _ name: String, last: Int?) throws(Refusal) -> String {
        switch function {
        case "linear": return x
        case "relu": return add("Relu", [x], name: name)
        case "relu6": return add("Clip", [x, scalar(0), scalar(6)], name: name)
        case "leaky_relu": return add("LeakyRelu", [x], name: name, ["alpha": .float(0.2)])
        case "elu": return add("Elu", [x], name: name, ["alpha": .float(1)])
        case "selu": return add("Selu", [x], name: name)
        case "sigmoid": return add("Sigmoid", [x], name: name)
        case "hard_sigmoid": return add("HardSigmoid", [x], name: name, ["alpha": .float(1 / 6), "beta": .float(0.5)])
        case "hard_sigmoid_keras2":
            return add("HardSigmoid", [x], name: name, ["alpha": .float(0.2), "beta": .float(0.5)])
        case "silu": return add("Mul", [x, add("Sigmoid", [x], name: "\(name)/sigmoid")], name: name)
        case "hard_silu":
            if opset >= 14 { return add("HardSwish", [x], name: name) }
            let gate = add("HardSigmoid", [x], name: "\(name)/gate", ["alpha": .float(1 / 6), "beta": .float(0.5)])
            return add("Mul", [x, gate], name: name)
        case "gelu":
            if opset >= 20 { return add("Gelu", [x], name: name) }
            let scaled = add("Div", [x, scalar(1.414_213_562_373_095_1)], name: "\(name)/scaled")
            let share = add("Add", [add("Erf", [scaled], name: "\(name)/erf"), scalar(1)], name: "\(name)/share")
            return add("Mul", [add("Mul", [x, share], name: "\(name)/product"), scalar(0.5)], name: name)
        case "mish":
            if opset >= 18 { return add("Mish", [x], name: name) }
            let soft = add("Tanh", [add("Softplus", [x], name: "\(name)/softplus")], name: "\(name)/tanh")
            return add("Mul", [x, soft], name: name)
        case "tanh": return add("Tanh", [x], name: name)
        case "softplus": return add("Softplus", [x], name: name)
        case "softsign": return add("Softsign", [x], name: name)
        case "exponential": return add("Exp", [x], name: name)
        case "softmax", "log_softmax":
            guard let last else { throw Refusal("\(function) of an unknown axis") }
            return add(function == "softmax" ? "Softmax" : "LogSoftmax", [x], name: name, ["axis": .int(last)])
        default: throw Refusal("the activation \(function)")
        }
    }

    /// The result of a layer behind its activation.
    mutating func finish(
        _ layer: ExportedLayer,
        _ value: String,
        order: [Int]? = nil,
        shape: [Int?]
    ) throws(Refusal) {
        let function = layer.word("activation", "linear")
        let plain = Array(0...shape.count)
        let last = (order ?? plain).firstIndex(of: shape.count)
        let result = try activation(function, value, layer.name, last: last)
        set(layer.name, result, order: order, shape: shape)
    }

    /// The name for what stands before the activation of a layer.
    func innerName(_ layer: ExportedLayer, _ part: String) -> String {
        layer.word("activation", "linear") == "linear" ? layer.name : "\(layer.name)/\(part)"
    }

    /// A weight of a layer.
    func tensor(_ layer: ExportedLayer, _ name: String) throws(Refusal) -> Tensor {
        guard let tensor = weights[layer.prefix + name] else { throw Refusal("its weight \(name) isn't there") }
        return tensor
    }

    private mutating func writeEinsum(_ layer: ExportedLayer) throws(Refusal) {
        let equation = layer.word("equation")
        let kernel = weight(layer.prefix + "kernel", try tensor(layer, "kernel"))
        guard !equation.contains(".") else { throw Refusal("an equation with \"...\"") }
        let bias = weights[layer.prefix + "bias"].map { weight(layer.prefix + "bias", $0) }
        let x = try take(layer.inputs[0])
        let name = innerName(layer, "sum")
        var result = add(
            "Einsum",
            [x, kernel],
            name: bias == nil ? name : "\(layer.name)/product",
            ["equation": .text(equation)]
        )
        if let bias { result = add("Add", [result, bias], name: name) }
        try finish(layer, result, shape: layer.shape)
    }

    // MARK: Dense

    private mutating func writeDense(_ layer: ExportedLayer) throws(Refusal) {
        guard let input = values[layer.inputs[0]] else { throw Refusal("no input") }
        let kernel: String
        if let shared = layer.arguments["shares"].flatMap({ try? $0.string() }) {
            kernel = try sharedKernel(shared, layer)
        } else {
            kernel = weight(layer.prefix + "kernel", try tensor(layer, "kernel"))
        }
        let bias = layer.flag("use_bias", true) ? weight(layer.prefix + "bias", try tensor(layer, "bias")) : nil
        let x = try take(layer.inputs[0])
        let shape = layer.shape
        let name = innerName(layer, "product")
        if input.shape.count == 1 {
            let result = add("Gemm", [x, kernel] + (bias.map { [$0] } ?? []), name: name)
            return try finish(layer, result, shape: shape)
        }
        var result = add("MatMul", [x, kernel], name: bias == nil ? name : "\(layer.name)/matmul")
        if let bias { result = add("Add", [result, bias], name: name) }
        try finish(layer, result, shape: shape)
    }

    private mutating func sharedKernel(_ owner: String, _ layer: ExportedLayer) throws(Refusal) -> String {
        if let reverse = weights["\(owner)/token_embedding/reverse_embeddings"] {
            return weight("\(owner)/token_embedding/reverse_embeddings", reverse)
        }
        for name in ["\(owner)/embeddings", "\(owner)/token_embedding/embeddings"] {
            if let table = weights[name] {
                return add("Transpose", [weight(name, table)], name: "\(layer.name)/kernel", ["perm": .ints([1, 0])])
            }
        }
        throw Refusal("the table that it shares isn't there")
    }

    // MARK: Merging

    private mutating func writeMerging(_ layer: ExportedLayer) throws(Refusal) {
        let inputs = layer.inputs.compactMap { values[$0] }
        let constants = inputs.count(where: \.isConstant)
        // All in the order that the first one has.
        let isEven = inputs.allSatisfy { $0.shape.count == layer.shape.count }
        let order = isEven && constants == 0 ? inputs.first?.variants.first?.order : nil
        var names: [String] = []
        for (reference, input) in zip(layer.inputs, inputs) {
            // What is the same for all rows is stretched by the operator itself.
            if input.isConstant, constants < inputs.count, let own = input.variants.first {
                names.append(own.name)
            } else {
                names.append(try take(reference, order))
            }
        }
        let types = [
            "Add": "Add", "Subtract": "Sub", "Multiply": "Mul", "Divide": "Div", "Average": "Mean", "Maximum": "Max",
            "Minimum": "Min",
        ]
        let type = types[layer.type] ?? "Add"
        var result: String
        if ["Mean", "Max", "Min"].contains(type) {
            result = add(type, names, name: layer.name)
        } else {
            result = names[0]
            for (place, name) in names.enumerated().dropFirst() {
                result = add(
                    type,
                    [result, name],
                    name: place == names.count - 1 ? layer.name : "\(layer.name)/\(place)"
                )
            }
        }
        set(layer.name, result, order: order, shape: layer.shape)
    }

    private mutating func writeConcatenate(_ layer: ExportedLayer) throws(Refusal) {
        let rank = layer.shape.count + 1
        let given = layer.int("axis", -1)
        let axis = given < 0 ? given + rank : given
        let order = values[layer.inputs[0]]?.variants.first?.order ?? Array(0..<rank)
        var names: [String] = []
        for reference in layer.inputs { names.append(try take(reference, order)) }
        let place = order.firstIndex(of: axis) ?? axis
        set(layer.name, add("Concat", names, name: layer.name, ["axis": .int(place)]), order: order, shape: layer.shape)
    }

    private mutating func writeDot(_ layer: ExportedLayer) throws(Refusal) {
        let axes = layer.ints("axes") ?? [-1, -1]
        guard layer.inputs.count == 2, let one = values[layer.inputs[0]]?.shape,
            let two = values[layer.inputs[1]]?.shape
        else { throw Refusal("no inputs") }
        var operands: [String] = []
        for (place, shape) in [one, two].enumerated() {
            let given = axes.count == 2 ? axes[place] : axes[0]
            let axis = given < 0 ? given + shape.count + 1 : given
            // [N, others, K] and [N, K, others]
            let others = (1...shape.count).filter { $0 != axis }
            var x = try take(
                layer.inputs[place],
                shape.count == 1 ? nil : place == 0 ? [0] + others + [axis] : [0, axis] + others
            )
            if layer.flag("normalize") {
                x = add(
                    "LpNormalization",
                    [x],
                    name: "\(layer.name)/unit",
                    ["axis": .int(shape.count == 1 || place == 1 ? 1 : shape.count), "p": .int(2)]
                )
            }
            if shape.count == 1 { x = add("Unsqueeze", [x, ints([place == 0 ? 1 : 2])], name: "\(layer.name)/matrix") }
            operands.append(x)
        }
        let isWhole = one.count == 2 && two.count == 2
        let product = add("MatMul", operands, name: isWhole ? layer.name : "\(layer.name)/product")
        guard !isWhole else { return set(layer.name, product, shape: layer.shape) }
        set(layer.name, try reshape(product, to: layer.shape, layer.name), shape: layer.shape)
    }

    /// A value with another shape of a sample.
    mutating func reshape(_ value: String, to shape: [Int?], _ name: String) throws(Refusal) -> String {
        guard shape.count(where: { $0 == nil }) < 2 else { throw Refusal("several open extents") }
        return add("Reshape", [value, ints([0] + shape.map { $0 ?? -1 })], name: name)
    }
}
