/// The gradient of `SimpleRNNSequence`, backwards through time in one kernel.
///
/// Operands: the states `[T + 1, N, H]`, the recurrent kernel, the cotangent of the states. Results: the cotangents of
/// the projected inputs `[T, N, H]` and of the initial state `[N, H]`.
public struct SimpleRNNSequenceGradient: CompositePrimitive, BFloat16Taking {
    /// The name in messages.
    public var name: String { "simpleRNNGradient" }

    package init() {}

    /// The shapes of the two cotangents.
    public func shapes(of operands: [Shape]) throws(ShapeError) -> [Shape] {
        let states = operands[0]
        guard states.rank == 3, operands[2] == states else {
            throw ShapeError(name, "states \(states) and cotangent \(operands[2]) don't belong together")
        }
        return [states.replacing(axis: 0, with: states[0] - 1), [states[1], states[2]]]
    }

    /// The same, step by step.
    public func expand(_ operands: [Value], in graph: inout Graph) throws(ShapeError) -> [Value] {
        let shape = graph.shape(of: operands[0])
        let row: Shape = [shape[1], shape[2]]
        func part(_ value: Value, _ step: Int, _ graph: inout Graph) throws(ShapeError) -> Value {
            try graph.reshape(graph.slice(value, axis: 0, step..<step + 1), to: row)
        }
        var flowing = try part(operands[2], shape[0] - 1, &graph)
        var projected: [Value] = []
        for step in (0..<shape[0] - 1).reversed() {
            let state = try part(operands[0], step + 1, &graph)
            let slope = try graph.subtract(flowing, graph.multiply(flowing, graph.multiply(state, state)))
            projected.append(slope)
            let before = try graph.matmul(slope, operands[1], transposingRight: true)
            flowing = try graph.add(before, part(operands[2], step, &graph))
        }
        return [try graph.stack(projected.reversed(), each: row), flowing]
    }

    /// A loop over the units and a product for each step, the last step first.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        .kernel(kernel(for: signature, .float32))
    }

    /// The same, with operands of the products in bfloat16.
    func bfloat16Kernel(for signature: Signature) throws(KernelError) -> Kernel? {
        kernel(for: signature, .mixedBFloat16)
    }

    private func kernel(for signature: Signature, _ precision: ProductPrecision) -> Kernel {
        let shape = signature.operands[0]
        let (steps, batch, units) = (shape[0] - 1, shape[1], shape[2])
        let count = batch * units
        let transposed = StridedCopy(extents: [units, units], source: [1, units], target: [units, 1])
        let product = LooseProduct(m: batch, n: units, k: units, transposesB: false, accumulates: true, precision)
        let kernelBytes = (units * units * MemoryLayout<Float>.stride + 63) / 64 * 64
        return Kernel(scratchBytes: kernelBytes + product.scratchBytes) { buffers in
            let (states, kernel, cotangent) = (buffers.operands[0], buffers.operands[1], buffers.operands[2])
            let (projected, flowing) = (buffers.results[0], buffers.results[1])
            let kernelT = buffers.scratch.assumingMemoryBound(to: Float.self)
            let bound = product.bind(kernelT, scratch: buffers.scratch + kernelBytes)
            return {
                transposed.run(from: kernel, to: kernelT)
                bound.arrange()
                flowing.update(from: cotangent + steps * count, count: count)
                for step in (0..<steps).reversed() {
                    let (slope, state) = (projected + step * count, states + (step + 1) * count)
                    for i in 0..<count { slope[i] = flowing[i] * (1 - state[i] * state[i]) }
                    flowing.update(from: cotangent + step * count, count: count)
                    bound.multiply(slope, flowing)
                }
            }
        }
    }
}
