/// The product of two matrices, either of them transposed first: `[m, k] × [k, n] → [m, n]`.
public struct MatrixProduct: SingleResultPrimitive, EpilogueTaking {
    /// Whether the left matrix is given as `[k, m]`.
    public let transposesLeft: Bool
    /// Whether the right matrix is given as `[n, k]`.
    public let transposesRight: Bool
    /// The name in messages.
    public var name: String { "matmul" }

    package init(transposesLeft: Bool, transposesRight: Bool) {
        self.transposesLeft = transposesLeft
        self.transposesRight = transposesRight
    }

    /// `[m, n]` where both are matrices and the inner extents agree.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        let (left, right) = (operands[0], operands[1])
        guard left.rank == 2, right.rank == 2 else {
            throw ShapeError(name, "\(left) × \(right): both must be matrices")
        }
        let (m, k) = transposesLeft ? (left[1], left[0]) : (left[0], left[1])
        let (inner, n) = transposesRight ? (right[1], right[0]) : (right[0], right[1])
        guard k == inner else { throw ShapeError(name, "\(left) × \(right): inner extents \(k) and \(inner) differ") }
        return [m, n]
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
            ? try graph.matmul(b, cotangent, transposingLeft: transposesRight, transposingRight: true)
            : try graph.matmul(cotangent, b, transposingRight: !transposesRight)
        let right =
            transposesRight
            ? try graph.matmul(cotangent, a, transposingLeft: true, transposingRight: transposesLeft)
            : try graph.matmul(a, cotangent, transposingLeft: !transposesLeft)
        return [left, right]
    }

    /// A forward product through oneDNN's matrix primitive, a transposed one through its GEMM.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let (m, n) = (signature.results[0][0], signature.results[0][1])
        let k = signature.operands[0][transposesLeft ? 0 : 1]
        guard m > 0, n > 0, k > 0 else { return .kernel(Self.empty(m * n)) }
        if let kernel = try kernel(with: Epilogue(), for: signature) { return .kernel(kernel) }
        let multiply = MatrixMultiply(transposesA: transposesLeft, transposesB: transposesRight, m: m, n: n, k: k)
        return .kernel(
            Kernel { buffers in
                let (a, b, c) = (buffers.operands[0], buffers.operands[1], buffers.results[0])
                return { multiply.run(a, b, c) }
            }
        )
    }

    func kernel(with epilogue: Epilogue, for signature: Signature) throws(KernelError) -> Kernel? {
        let (m, n, k) = (signature.results[0][0], signature.results[0][1], signature.operands[0][1])
        guard !transposesLeft, !transposesRight, m > 0, n > 0, k > 0 else { return nil }
        let product = try RowProduct(m: m, n: n, k: k, epilogue: epilogue)
        return Kernel(scratchBytes: product.scratchBytes) { buffers in
            let bound = product.bind(
                buffers.operands[0],
                buffers.operands[1],
                buffers.results[0],
                bias: epilogue.addsBias ? buffers.operands[2] : nil,
                scratch: buffers.scratch
            )
            return { bound.execute() }
        }
    }

    /// A product with nothing to add up is zero.
    private static func empty(_ count: Int) -> Kernel {
        Kernel { buffers in
            let result = buffers.results[0]
            return { result.update(repeating: 0, count: count) }
        }
    }
}

extension Graph {
    /// The product of two matrices, either of them transposed first.
    public mutating func matmul(
        _ a: Value,
        _ b: Value,
        transposingLeft: Bool = false,
        transposingRight: Bool = false
    ) throws(ShapeError) -> Value {
        try append(MatrixProduct(transposesLeft: transposingLeft, transposesRight: transposingRight), a, b)
    }
}
