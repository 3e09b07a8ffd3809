import Loops

/// A fully connected recurrent layer over a sequence, time-major: all steps in one kernel.
///
/// Operands: projected inputs `x = W·input + b` `[T, N, H]`, the initial state `[N, H]`, the recurrent kernel `U`
/// `[H, H]`. Result: the states `[T + 1, N, H]`, the initial one first: `h′ = tanh(x + h·U)`.
///
/// T steps, N batch, H units. Source: Elman 1990; Keras's SimpleRNN.
public struct SimpleRNNSequence: CompositePrimitive, BFloat16Taking {
    /// The name in messages.
    public var name: String { "simpleRNN" }

    package init() {}

    /// The shape of the states.
    public func shapes(of operands: [Shape]) throws(ShapeError) -> [Shape] {
        let (x, state, kernel) = (operands[0], operands[1], operands[2])
        guard state.rank == 2, x.rank == 3, [x[1], x[2]] == state else {
            throw ShapeError(name, "inputs \(x) and state \(state): needs [T, N, H] and [N, H]")
        }
        guard kernel == [state[1], state[1]] else {
            throw ShapeError(name, "the recurrent kernel is \(kernel), it must be [\(state[1]), \(state[1])]")
        }
        return [[x[0] + 1, x[1], x[2]]]
    }

    /// The same, step by step.
    public func expand(_ operands: [Value], in graph: inout Graph) throws(ShapeError) -> [Value] {
        let shape = graph.shape(of: operands[0])
        var states = [operands[1]]
        for step in 0..<shape[0] {
            let x = try graph.reshape(
                graph.slice(operands[0], axis: 0, step..<step + 1),
                to: [shape[1], shape[2]]
            )
            states.append(try graph.tanh(graph.add(x, graph.matmul(states[step], operands[2]))))
        }
        return [try graph.stack(states, each: [shape[1], shape[2]])]
    }

    /// Reverse mode: one kernel backwards through time, then one product for all weight gradients.
    public func vjp(_ call: Call, cotangents: [Value?], in graph: inout Graph) throws(ShapeError) -> [Value?] {
        guard let cotangent = cotangents[0] else { return [nil, nil, nil] }
        let states = call.results[0]
        let shape = graph.shape(of: states)
        let (steps, rows, units) = (shape[0] - 1, (shape[0] - 1) * shape[1], shape[2])
        let gradients = try graph.append(SimpleRNNSequenceGradient(), to: [states, call.operands[2], cotangent])
        let before = try graph.reshape(graph.slice(states, axis: 0, 0..<steps), to: [rows, units])
        let projected = try graph.reshape(gradients[0], to: [rows, units])
        return [gradients[0], gradients[1], try graph.matmul(before, projected, transposingLeft: true)]
    }

    /// A product and a loop over the units for each step.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        .kernel(try kernel(for: signature, .float32))
    }

    /// The same, with operands of the products in bfloat16.
    func bfloat16Kernel(for signature: Signature) throws(KernelError) -> Kernel? {
        try kernel(for: signature, .mixedBFloat16)
    }

    private func kernel(for signature: Signature, _ precision: ProductPrecision) throws(KernelError) -> Kernel {
        let (steps, batch, units) = (signature.operands[0][0], signature.operands[0][1], signature.operands[0][2])
        guard steps > 0, batch > 0, units > 0 else {
            throw KernelError("simpleRNN: nothing to do for inputs \(signature.operands[0])")
        }
        let product = try LooseProduct(m: batch, n: units, k: units, precision)
        let count = batch * units
        return Kernel(scratchBytes: product.scratchBytes) { buffers in
            let (x, start, kernel) = (buffers.operands[0], buffers.operands[1], buffers.operands[2])
            let states = buffers.results[0]
            let bound = product.bind(kernel, scratch: buffers.scratch)
            return {
                bound.arrange()
                states.update(from: start, count: count)
                for step in 0..<steps {
                    let (x, new) = (x + step * count, states + (step + 1) * count)
                    bound.multiply(states + step * count, new)
                    for i in 0..<count { new[i] = VectorMath.tanh(x[i] + new[i]) }
                }
            }
        }
    }
}

extension Graph {
    /// A fully connected recurrent layer over projected inputs `[T, N, H]`: all states `[T + 1, N, H]`, the initial one
    /// first.
    public mutating func simpleRNN(
        _ projected: Value,
        _ state: Value,
        _ recurrentKernel: Value
    ) throws(ShapeError) -> Value {
        try append(SimpleRNNSequence(), to: [projected, state, recurrentKernel])[0]
    }
}
