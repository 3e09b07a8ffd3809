/// The loops of a long short-term memory over a sequence; see `LSTMSequence` for the formulas and the layouts.
///
/// Built like `GRUKernels`: one product a step, then short loops that the compiler vectorises.
struct LSTMKernels {
    private let steps: Int
    private let batch: Int
    private let units: Int
    private let precision: ProductPrecision

    /// The kernels for projected inputs `[T, N, 4H]`.
    init(_ projected: Shape, _ precision: ProductPrecision) throws(KernelError) {
        self.precision = precision
        (steps, batch, units) = (projected[0], projected[1], projected[2] / 4)
        guard steps > 0, batch > 0, units > 0 else { throw KernelError("lstm: nothing to do for inputs \(projected)") }
    }

    /// Forward through time.
    func forward() throws(KernelError) -> Kernel {
        let (steps, batch, units) = (steps, batch, units)
        let product = try FixedProduct(m: batch, n: 4 * units, k: units, precision)
        let loops = RecurrentLoops.of(precision)
        let recurrentBytes = (batch * 4 * units * MemoryLayout<Float>.stride + 63) / 64 * 64
        let scratchBytes = recurrentBytes + product.scratchBytes
        return Kernel(scratchBytes: scratchBytes, preparation: product.preparation(operand: 3)) { buffers in
            let (x, state, cell) = (buffers.operands[0], buffers.operands[1], buffers.operands[2])
            let (states, cells, gates) = (buffers.results[0], buffers.results[1], buffers.results[2])
            let recurrent = buffers.scratch.assumingMemoryBound(to: Float.self)
            let multiply = product.bind(buffers, operand: 3, scratch: buffers.scratch + recurrentBytes)
            return {
                states.update(from: state, count: batch * units)
                cells.update(from: cell, count: batch * units)
                for step in 0..<steps {
                    multiply(states + step * batch * units, recurrent)
                    let place = step * batch
                    loops.lstmForward(
                        x + place * 4 * units,
                        recurrent,
                        gates + place * 4 * units,
                        cells + place * units,
                        cells + (place + batch) * units,
                        states + (place + batch) * units,
                        batch,
                        units
                    )
                }
            }
        }
    }

    /// Backward through time.
    func backward() throws(KernelError) -> Kernel {
        let (steps, batch, units) = (steps, batch, units)
        let product = FixedProduct(adding: batch, n: units, k: 4 * units, precision)
        let loops = RecurrentLoops.of(precision)
        let rowBytes = (units * MemoryLayout<Float>.stride + 63) / 64 * 64
        let scratchBytes = rowBytes + product.scratchBytes
        return Kernel(scratchBytes: scratchBytes, preparation: product.preparation(operand: 2)) { buffers in
            let (cells, gates) = (buffers.operands[0], buffers.operands[1])
            let (arrivingStates, arrivingCells) = (buffers.operands[3], buffers.operands[4])
            let (projected, byState, byCell) = (buffers.results[0], buffers.results[1], buffers.results[2])
            let multiply = product.bind(buffers, operand: 2, scratch: buffers.scratch + rowBytes)
            let squashed = buffers.scratch.floats(at: 0)
            return {
                byState.update(from: arrivingStates + steps * batch * units, count: batch * units)
                byCell.update(from: arrivingCells + steps * batch * units, count: batch * units)
                for step in (0..<steps).reversed() {
                    let place = step * batch
                    loops.lstmBackward(
                        gates + place * 4 * units,
                        cells + place * units,
                        cells + (place + batch) * units,
                        arrivingCells + place * units,
                        projected + place * 4 * units,
                        byState,
                        byCell,
                        squashed,
                        batch,
                        units
                    )
                    byState.update(from: arrivingStates + step * batch * units, count: batch * units)
                    multiply(projected + step * batch * 4 * units, byState)
                }
            }
        }
    }
}
