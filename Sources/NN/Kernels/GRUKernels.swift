import Loops

/// The loops of a gated recurrent unit over a sequence; see `GRUSequence` for the formulas and the layouts.
///
/// One product a step, then short vectorised loops over each row's gates. Measured against oneDNN's
/// own recurrent primitives, forward and backward together, this takes 9 to 15 % less time for 128 units and half for 32.
struct GRUKernels {
    private let steps: Int
    private let batch: Int
    private let units: Int
    private let resetsAfter: Bool
    private let precision: ProductPrecision

    /// The kernels for projected inputs `[T, N, 3H]`.
    init(_ projected: Shape, resetsAfter: Bool, _ precision: ProductPrecision) throws(KernelError) {
        self.precision = precision
        (steps, batch, units) = (projected[0], projected[1], projected[2] / 3)
        self.resetsAfter = resetsAfter
        guard steps > 0, batch > 0, units > 0 else { throw KernelError("gru: nothing to do for inputs \(projected)") }
    }

    /// Forward through time.
    func forward() throws(KernelError) -> Kernel { try resetsAfter ? forwardResetAfter() : forwardResetBefore() }

    /// Backward through time.
    func backward() throws(KernelError) -> Kernel { try resetsAfter ? backwardResetAfter() : backwardResetBefore() }

    private func forwardResetAfter() throws(KernelError) -> Kernel {
        let (steps, batch, units) = (steps, batch, units)
        let product = try FixedProduct(m: batch, n: 3 * units, k: units, precision)
        let loops = RecurrentLoops.of(precision)
        let recurrentBytes = Self.bytes(batch * 3 * units)
        let scratchBytes = recurrentBytes + product.scratchBytes
        return Kernel(scratchBytes: scratchBytes, preparation: product.preparation(operand: 2)) { buffers in
            let (x, start, bias) = (buffers.operands[0], buffers.operands[1], buffers.operands[3])
            let (states, gates, inners) = (buffers.results[0], buffers.results[1], buffers.results[2])
            let recurrent = buffers.scratch.assumingMemoryBound(to: Float.self)
            let multiply = product.bind(buffers, operand: 2, scratch: buffers.scratch + recurrentBytes)
            return {
                states.update(from: start, count: batch * units)
                for step in 0..<steps {
                    let state = states + step * batch * units
                    multiply(state, recurrent)
                    let place = step * batch
                    loops.gruForward(
                        x + place * 3 * units,
                        recurrent,
                        bias,
                        gates + place * 3 * units,
                        inners + place * units,
                        state,
                        state + batch * units,
                        batch,
                        units
                    )
                }
            }
        }
    }

    private func forwardResetBefore() throws(KernelError) -> Kernel {
        let (steps, batch, units) = (steps, batch, units)
        let gateProduct = try LooseProduct(m: batch, n: 2 * units, k: units, precision)
        let candidateProduct = try LooseProduct(m: batch, n: units, k: units, precision)
        let split = SplitKernel(units)
        let recurrentBytes = Self.bytes(batch * 2 * units)
        let productBytes = gateProduct.scratchBytes + candidateProduct.scratchBytes
        return Kernel(scratchBytes: recurrentBytes + split.bytes + productBytes) { buffers in
            let (x, start, kernel) = (buffers.operands[0], buffers.operands[1], buffers.operands[2])
            let (states, gates, inners) = (buffers.results[0], buffers.results[1], buffers.results[2])
            let recurrent = buffers.scratch.assumingMemoryBound(to: Float.self)
            let parts = split.place(at: buffers.scratch + recurrentBytes)
            let pad = buffers.scratch + recurrentBytes + split.bytes
            let byGates = gateProduct.bind(parts.gates, scratch: pad)
            let byCandidate = candidateProduct.bind(parts.candidate, scratch: pad + gateProduct.scratchBytes)
            return {
                split.run(kernel, parts)
                byGates.arrange()
                byCandidate.arrange()
                states.update(from: start, count: batch * units)
                for step in 0..<steps {
                    let state = states + step * batch * units
                    let inner = inners + step * batch * units
                    byGates.multiply(state, recurrent)
                    for row in 0..<batch {
                        let place = step * batch + row
                        let (x, u) = (x + place * 3 * units, recurrent + row * 2 * units)
                        let gate = gates + place * 3 * units
                        let (old, inner) = (state + row * units, inner + row * units)
                        for i in 0..<2 * units { gate[i] = VectorMath.sigmoid(x[i] + u[i]) }
                        for i in 0..<units { inner[i] = gate[units + i] * old[i] }
                    }
                    byCandidate.multiply(inner, recurrent)
                    for row in 0..<batch {
                        let place = step * batch + row
                        let (x, u) = (x + place * 3 * units + 2 * units, recurrent + row * units)
                        let gate = gates + place * 3 * units
                        let (old, new) = (state + row * units, state + (batch + row) * units)
                        let candidate = gate + 2 * units
                        for i in 0..<units { candidate[i] = VectorMath.tanh(x[i] + u[i]) }
                        for i in 0..<units { new[i] = candidate[i] + gate[i] * (old[i] - candidate[i]) }
                    }
                }
            }
        }
    }

    private func backwardResetAfter() throws(KernelError) -> Kernel {
        let (steps, batch, units) = (steps, batch, units)
        let product = FixedProduct(adding: batch, n: units, k: 3 * units, precision)
        let loops = RecurrentLoops.of(precision)
        return Kernel(scratchBytes: product.scratchBytes, preparation: product.preparation(operand: 3)) { buffers in
            let (states, gates, inners) = (buffers.operands[0], buffers.operands[1], buffers.operands[2])
            let cotangent = buffers.operands[4]
            let (projected, flowing, recurrent) = (buffers.results[0], buffers.results[1], buffers.results[2])
            let multiply = product.bind(buffers, operand: 3, scratch: buffers.scratch)
            return {
                flowing.update(from: cotangent + steps * batch * units, count: batch * units)
                for step in (0..<steps).reversed() {
                    let place = step * batch
                    loops.gruBackward(
                        gates + place * 3 * units,
                        inners + place * units,
                        states + place * units,
                        cotangent + place * units,
                        projected + place * 3 * units,
                        recurrent + place * 3 * units,
                        flowing,
                        batch,
                        units
                    )
                    multiply(recurrent + step * batch * 3 * units, flowing)
                }
            }
        }
    }

    private func backwardResetBefore() throws(KernelError) -> Kernel {
        let (steps, batch, units) = (steps, batch, units)
        let split = SplitKernel(units)
        let candidateProduct = LooseProduct(
            m: batch,
            n: units,
            k: units,
            transposesB: true,
            accumulates: false,
            precision
        )
        let gateProduct = LooseProduct(
            m: batch,
            n: units,
            k: 2 * units,
            transposesB: true,
            accumulates: true,
            precision
        )
        let rowBytes = Self.bytes(batch * units)
        let ownBytes = split.bytes + 2 * rowBytes + Self.bytes(batch * 2 * units)
        let productBytes = gateProduct.scratchBytes + candidateProduct.scratchBytes
        return Kernel(scratchBytes: ownBytes + productBytes) { buffers in
            let (states, gates) = (buffers.operands[0], buffers.operands[1])
            let (kernel, cotangent) = (buffers.operands[3], buffers.operands[4])
            let (projected, flowing, recurrent) = (buffers.results[0], buffers.results[1], buffers.results[2])
            let parts = split.place(at: buffers.scratch)
            let slopes = (buffers.scratch + split.bytes).assumingMemoryBound(to: Float.self)
            let byInner = (buffers.scratch + split.bytes + rowBytes).assumingMemoryBound(to: Float.self)
            let gatePair = (buffers.scratch + split.bytes + 2 * rowBytes).assumingMemoryBound(to: Float.self)
            let pad = buffers.scratch + ownBytes
            let byGates = gateProduct.bind(parts.gates, scratch: pad)
            let byCandidate = candidateProduct.bind(parts.candidate, scratch: pad + gateProduct.scratchBytes)
            return {
                split.run(kernel, parts)
                byGates.arrange()
                byCandidate.arrange()
                flowing.update(from: cotangent + steps * batch * units, count: batch * units)
                for step in (0..<steps).reversed() {
                    for row in 0..<batch {
                        let place = step * batch + row
                        let gate = gates + place * 3 * units
                        let (dh, slope) = (flowing + row * units, slopes + row * units)
                        for i in 0..<units {
                            slope[i] = dh[i] * (1 - gate[i]) * (1 - gate[2 * units + i] * gate[2 * units + i])
                        }
                    }
                    byCandidate.multiply(slopes, byInner)
                    for row in 0..<batch {
                        let place = step * batch + row
                        let gate = gates + place * 3 * units
                        let (old, arriving) = (states + place * units, cotangent + place * units)
                        let (dx, pair) = (projected + place * 3 * units, gatePair + row * 2 * units)
                        let (dh, slope, inner) = (flowing + row * units, slopes + row * units, byInner + row * units)
                        let (reset, candidate) = (gate + units, gate + 2 * units)
                        for i in 0..<units { pair[i] = dh[i] * (old[i] - candidate[i]) * gate[i] * (1 - gate[i]) }
                        for i in 0..<units { pair[units + i] = inner[i] * old[i] * reset[i] * (1 - reset[i]) }
                        dx.update(from: pair, count: 2 * units)
                        (dx + 2 * units).update(from: slope, count: units)
                        for i in 0..<units { dh[i] = dh[i] * gate[i] + arriving[i] }
                        for i in 0..<units { dh[i] += inner[i] * reset[i] }
                    }
                    byGates.multiply(gatePair, flowing)
                }
                recurrent.update(from: projected, count: steps * batch * 3 * units)
            }
        }
    }

    private static func bytes(_ count: Int) -> Int { (count * MemoryLayout<Float>.stride + 63) / 64 * 64 }

    /// The recurrent kernel `[H, 3H]` cut into the gates' part `[H, 2H]` and the candidate's `[H, H]`.
    private struct SplitKernel: Sendable {
        let units: Int
        let gates: StridedCopy
        let candidate: StridedCopy

        init(_ units: Int) {
            self.units = units
            gates = StridedCopy(extents: [units, 2 * units], source: [3 * units, 1], target: [2 * units, 1])
            candidate = StridedCopy(extents: [units, units], source: [3 * units, 1], target: [units, 1])
        }

        var bytes: Int { GRUKernels.bytes(2 * units * units) + GRUKernels.bytes(units * units) }

        func place(
            at start: UnsafeMutableRawPointer
        ) -> (gates: UnsafeMutablePointer<Float>, candidate: UnsafeMutablePointer<Float>) {
            (
                start.assumingMemoryBound(to: Float.self),
                (start + GRUKernels.bytes(2 * units * units)).assumingMemoryBound(to: Float.self)
            )
        }

        func run(
            _ kernel: UnsafePointer<Float>,
            _ parts: (gates: UnsafeMutablePointer<Float>, candidate: UnsafeMutablePointer<Float>)
        ) {
            gates.run(from: kernel, to: parts.gates)
            candidate.run(from: kernel + 2 * units, to: parts.candidate)
        }
    }
}
