/// The loops of a long short-term memory over a sequence; see `LSTMSequence` for the formulas and the layouts.
///
/// Built like `GRUKernels`: one product a step, then short loops that the compiler vectorises.
struct LSTMKernels {
    private let steps: Int
    private let batch: Int
    private let units: Int

    /// The kernels for projected inputs `[T, N, 4H]`.
    init(_ projected: Shape) throws(KernelError) {
        (steps, batch, units) = (projected[0], projected[1], projected[2] / 4)
        guard steps > 0, batch > 0, units > 0 else { throw KernelError("lstm: nothing to do for inputs \(projected)") }
    }

    /// Forward through time.
    func forward() throws(KernelError) -> Kernel {
        let (steps, batch, units) = (steps, batch, units)
        let product = try RowProduct(m: batch, n: 4 * units, k: units)
        let recurrentBytes = (batch * 4 * units * MemoryLayout<Float>.stride + 63) / 64 * 64
        return Kernel(scratchBytes: recurrentBytes + product.scratchBytes) { buffers in
            let (x, state, cell) = (buffers.operands[0], buffers.operands[1], buffers.operands[2])
            let (states, cells, gates) = (buffers.results[0], buffers.results[1], buffers.results[2])
            let recurrent = buffers.scratch.assumingMemoryBound(to: Float.self)
            let bound = product.bind(
                states,
                buffers.operands[3],
                recurrent,
                scratch: buffers.scratch + recurrentBytes
            )
            return {
                states.update(from: state, count: batch * units)
                cells.update(from: cell, count: batch * units)
                for step in 0..<steps {
                    bound.setMemory(0, states + step * batch * units)
                    bound.execute()
                    for row in 0..<batch {
                        let place = step * batch + row
                        let (x, u) = (x + place * 4 * units, recurrent + row * 4 * units)
                        let gate = gates + place * 4 * units
                        let (old, new) = (cells + place * units, cells + (place + batch) * units)
                        let h = states + (place + batch) * units
                        let (forget, candidate, output) = (gate + units, gate + 2 * units, gate + 3 * units)
                        for i in 0..<2 * units { gate[i] = VectorMath.sigmoid(x[i] + u[i]) }
                        for i in 2 * units..<3 * units { gate[i] = VectorMath.tanh(x[i] + u[i]) }
                        for i in 3 * units..<4 * units { gate[i] = VectorMath.sigmoid(x[i] + u[i]) }
                        for i in 0..<units { new[i] = forget[i] * old[i] + gate[i] * candidate[i] }
                        for i in 0..<units { h[i] = output[i] * VectorMath.tanh(new[i]) }
                    }
                }
            }
        }
    }

    /// Backward through time.
    func backward() throws(KernelError) -> Kernel {
        let (steps, batch, units) = (steps, batch, units)
        let transposed = StridedCopy(extents: [4 * units, units], source: [1, 4 * units], target: [units, 1])
        let product = MatrixMultiply(transposesA: false, transposesB: false, m: batch, n: units, k: 4 * units)
        let kernelBytes = (4 * units * units * MemoryLayout<Float>.stride + 63) / 64 * 64
        return Kernel(scratchBytes: kernelBytes + units * MemoryLayout<Float>.stride) { buffers in
            let (cells, gates, kernel) = (buffers.operands[0], buffers.operands[1], buffers.operands[2])
            let (arrivingStates, arrivingCells) = (buffers.operands[3], buffers.operands[4])
            let (projected, byState, byCell) = (buffers.results[0], buffers.results[1], buffers.results[2])
            let kernelT = buffers.scratch.assumingMemoryBound(to: Float.self)
            let squashed = (buffers.scratch + kernelBytes).assumingMemoryBound(to: Float.self)
            return {
                transposed.run(from: kernel, to: kernelT)
                byState.update(from: arrivingStates + steps * batch * units, count: batch * units)
                byCell.update(from: arrivingCells + steps * batch * units, count: batch * units)
                for step in (0..<steps).reversed() {
                    for row in 0..<batch {
                        let place = step * batch + row
                        let gate = gates + place * 4 * units
                        let (old, new) = (cells + place * units, cells + (place + batch) * units)
                        let arriving = arrivingCells + place * units
                        let dx = projected + place * 4 * units
                        let (dh, dc) = (byState + row * units, byCell + row * units)
                        let (forget, candidate, output) = (gate + units, gate + 2 * units, gate + 3 * units)
                        let (byForget, byCandidate, byOutput) = (dx + units, dx + 2 * units, dx + 3 * units)
                        for i in 0..<units { squashed[i] = VectorMath.tanh(new[i]) }
                        for i in 0..<units { dc[i] += dh[i] * output[i] * (1 - squashed[i] * squashed[i]) }
                        for i in 0..<units { byOutput[i] = dh[i] * squashed[i] * output[i] * (1 - output[i]) }
                        for i in 0..<units { dx[i] = dc[i] * candidate[i] * gate[i] * (1 - gate[i]) }
                        for i in 0..<units { byForget[i] = dc[i] * old[i] * forget[i] * (1 - forget[i]) }
                        for i in 0..<units { byCandidate[i] = dc[i] * gate[i] * (1 - candidate[i] * candidate[i]) }
                        for i in 0..<units { dc[i] = dc[i] * forget[i] + arriving[i] }
                    }
                    byState.update(from: arrivingStates + step * batch * units, count: batch * units)
                    product.run(projected + step * batch * 4 * units, kernelT, byState, beta: 1)
                }
            }
        }
    }
}
