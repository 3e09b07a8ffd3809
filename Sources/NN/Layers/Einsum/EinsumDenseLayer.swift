import JSON

/// Keras's `EinsumDense`: `activation(einsum(equation, x, kernel) + bias)`.
///
/// The kernel has the axes of the equation's second operand; the bias has those of the result from the first of `bias_axes`
/// on, 1 where they aren't among these. Source: keras.io/api/layers/core_layers/einsum_dense.
struct EinsumDenseLayer: SingleInputLayer {
    static let names = ["EinsumDense"]

    private let equation: EinsumEquation?
    private let output: [Int?]
    private let biasAxes: String?
    let activation: ActivationKind
    private let kernel: WeightRules
    private let bias: WeightRules

    init(reading arguments: inout ObjectReader) {
        let text = arguments.string("equation")
        equation = EinsumEquation(text)
        if equation == nil, arguments.has("equation") {
            arguments.fault(
                at: "equation",
                "expected \"abc,cd->abd\", \"...x,xy->...y\" or \"ab...,bc->ac...\", each letter once in each part, input and "
                    + "result beginning with the same axis, the batch, found \"\(text)\""
            )
        }
        output = arguments.extents("output_shape")
        biasAxes = arguments.optionalString("bias_axes")
        if let biasAxes, let equation, biasAxes.isEmpty || !biasAxes.allSatisfy(equation.output.contains) {
            arguments.fault(
                at: "bias_axes",
                "expected letters of the result, \"\(String(equation.output))\", found \"\(biasAxes)\""
            )
        }
        activation = arguments.activation("activation")
        kernel = arguments.weight("kernel", default: .glorotUniform)
        bias = arguments.weight("bias", default: .zeros)
        for key in ["lora_rank", "lora_alpha", "gptq_unpacked_column_size", "quantization_config"] {
            arguments.only(nil, for: key)
        }
    }

    func write(to json: inout JSONWriter) {
        json.field("equation", equation?.text ?? "")
        json.key("output_shape")
        json.array { json in
            for extent in output { if let extent { json.write(extent) } else { json.null() } }
        }
        json.field("bias_axes", ifPresent: biasAxes)
        json.field("activation", activation)
        json.weight("kernel", kernel)
        json.weight("bias", bias)
    }

    private func resolved(_ batch: Shape) -> EinsumEquation.Resolved? {
        equation?.resolved(for: batch, declared: output)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard let resolved = resolved(input.batched(1)) else {
            let extents = output.map { $0.map(String.init) ?? "null" }.joined(separator: ", ")
            throw ShapeRequirement("an input that fits \"\(equation?.text ?? "")\" and its output_shape, [\(extents)]")
        }
        return resolved.outputShape.dropping(1)
    }

    func parameters(for input: Shape) -> [Parameter] {
        guard let resolved = resolved(input.batched(1)), let equation else { return [] }
        let weights = Parameter("kernel", resolved.kernelShape, kernel, inputVolume: resolved.inputVolume)
        guard let biasAxes, let first = equation.output.firstIndex(where: biasAxes.contains) else { return [weights] }
        var shape = equation.output[first...].map { biasAxes.contains($0) ? resolved.extents[String($0)] ?? 1 : 1 }
        if equation.ellipsis == .right {
            shape += Array(repeating: 1, count: resolved.output.count - equation.output.count)
        }
        return [weights, Parameter("bias", Shape(shape), bias)]
    }

    func operations(input: Shape, output: Shape) -> Int {
        2 * (resolved(input.batched(1))?.products ?? 0)
            + output.volume * ((biasAxes == nil ? 0 : 1) + activation.operations)
    }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        guard let resolved = resolved(shape) else {
            throw ShapeError("einsum", "\(shape) doesn't fit \"\(equation?.text ?? "")\"")
        }
        var result = try resolved.append(to: &pass.graph, input, parameters[0])
        if biasAxes != nil { result = try pass.addBias(parameters[1], to: result) }
        return try pass.activate(result, activation)
    }
}

extension ObjectReader {
    /// The extents of a sample's result: one number or a list of numbers, null for one that follows from the input.
    fileprivate mutating func extents(_ key: String) -> [Int?] {
        let allowed = 1...1 << 24
        guard let value = optionalValue(key), value.kind == .array else { return [int(key, in: allowed)] }
        return array(key, count: 0...6) { value, faults in
            value.isNull ? nil : faults.collect { () throws(Fault) in try value.int(in: allowed) }
        }
    }
}
