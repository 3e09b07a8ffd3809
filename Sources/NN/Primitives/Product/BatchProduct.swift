/// The matrix product of each two matrices of a batch, either transposed first: `[B, m, k] × [B, k, n] → [B, m, n]`.
public struct BatchProduct: SingleResultPrimitive, BFloat16Taking {
    /// Whether the left matrices are given as `[k, m]`.
    public let transposesLeft: Bool
    /// Whether the right matrices are given as `[n, k]`.
    public let transposesRight: Bool
    /// The name in messages.
    public var name: String { "batchMatmul" }

    package init(transposesLeft: Bool, transposesRight: Bool) {
        self.transposesLeft = transposesLeft
        self.transposesRight = transposesRight
    }

    /// `[B, m, n]` where both are batches of B matrices and the inner extents agree.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        let (left, right) = (operands[0], operands[1])
        guard left.rank == 3, right.rank == 3, left[0] == right[0] else {
            throw ShapeError(name, "\(left) × \(right): both must be batches of as many matrices")
        }
        let (m, k) = transposesLeft ? (left[2], left[1]) : (left[1], left[2])
        let (inner, n) = transposesRight ? (right[2], right[1]) : (right[1], right[2])
        guard k == inner else { throw ShapeError(name, "\(left) × \(right): inner extents \(k) and \(inner) differ") }
        return [left[0], m, n]
    }

    /// Forward mode: `dA·B + A·dB`.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        var terms: [Value?] = []
        if let left = tangents[0] { terms.append(try graph.append(self, left, operands[1])) }
        if let right = tangents[1] { terms.append(try graph.append(self, operands[0], right)) }
        return try graph.sum(of: terms)
    }

    /// Reverse mode: `C̄·Bᵀ` and `Aᵀ·C̄`, each transposed where the operand is.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        let (a, b) = (operands[0], operands[1])
        let left =
            transposesLeft
            ? try graph.batchMatmul(b, cotangent, transposingLeft: transposesRight, transposingRight: true)
            : try graph.batchMatmul(cotangent, b, transposingRight: !transposesRight)
        let right =
            transposesRight
            ? try graph.batchMatmul(cotangent, a, transposingLeft: true, transposingRight: transposesLeft)
            : try graph.batchMatmul(a, cotangent, transposingLeft: !transposesLeft)
        return [left, right]
    }

    /// One GEMM a matrix.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let result = signature.results[0]
        let (batch, m, n) = (result[0], result[1], result[2])
        let k = signature.operands[0][transposesLeft ? 1 : 2]
        let multiply = MatrixMultiply(transposesA: transposesLeft, transposesB: transposesRight, m: m, n: n, k: k)
        return .kernel(
            Kernel { buffers in
                let (a, b, c) = (buffers.operands[0], buffers.operands[1], buffers.results[0])
                return {
                    guard m > 0, n > 0, k > 0 else {
                        // A product with nothing to add up is zero.
                        c.update(repeating: 0, count: batch * m * n)
                        return
                    }
                    for index in 0..<batch {
                        multiply.run(a + index * m * k, b + index * k * n, c + index * m * n)
                    }
                }
            }
        )
    }

    /// The same, of operands in bfloat16; nil where there is nothing to add up.
    func bfloat16Kernel(for signature: Signature) -> Kernel? {
        let result = signature.results[0]
        let (batch, m, n) = (result[0], result[1], result[2])
        let k = signature.operands[0][transposesLeft ? 1 : 2]
        guard m > 0, n > 0, k > 0 else { return nil }
        let product = BFloat16Product(
            m: m,
            n: n,
            k: k,
            transposesLeft: transposesLeft,
            transposesRight: transposesRight
        )
        let panelBytes = product.panelCount * MemoryLayout<Float>.stride
        return Kernel(scratchBytes: panelBytes + product.scratchBytes) { buffers in
            let (a, b, c) = (buffers.operands[0], buffers.operands[1], buffers.results[0])
            let (panels, rows) = (buffers.scratch.floats(at: 0), buffers.scratch + panelBytes)
            return {
                for index in 0..<batch {
                    product.arrange(b + index * k * n, panels)
                    product.run(a + index * m * k, panels: panels, c + index * m * n, scratch: rows)
                }
            }
        }
    }
}

extension Graph {
    /// The product of each two matrices of two batches, either transposed first.
    public mutating func batchMatmul(
        _ a: Value,
        _ b: Value,
        transposingLeft: Bool = false,
        transposingRight: Bool = false
    ) throws(ShapeError) -> Value {
        try append(BatchProduct(transposesLeft: transposingLeft, transposesRight: transposingRight), a, b)
    }
}
