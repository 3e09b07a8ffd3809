/// The product of two matrices, either of them transposed first: `[m, k] × [k, n] → [m, n]`.
public struct MatrixProduct: SingleResultPrimitive, EpilogueTaking, BFloat16Taking {
    /// Whether the left matrix is given as `[k, m]`.
    public let transposesLeft: Bool
    /// Whether the right matrix is given as `[n, k]`.
    public let transposesRight: Bool
    /// Whether the operands stay in float32 whatever the precision, and those of its derivatives.
    let staysExact: Bool
    /// The name in messages.
    public var name: String { "matmul" }

    package init(transposesLeft: Bool, transposesRight: Bool, staysExact: Bool = false) {
        self.transposesLeft = transposesLeft
        self.transposesRight = transposesRight
        self.staysExact = staysExact
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
        func product(_ a: Value, _ b: Value, _ left: Bool, _ right: Bool) throws(ShapeError) -> Value {
            try graph.matmul(a, b, transposingLeft: left, transposingRight: right, staysExact: staysExact)
        }
        return [
            transposesLeft
                ? try product(b, cotangent, transposesRight, true)
                : try product(cotangent, b, false, !transposesRight),
            transposesRight
                ? try product(cotangent, a, true, transposesLeft)
                : try product(a, cotangent, !transposesLeft, false),
        ]
    }

    /// A forward product through oneDNN's matrix primitive, a transposed one through its GEMM.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let (m, n) = (signature.results[0][0], signature.results[0][1])
        let k = signature.operands[0][transposesLeft ? 0 : 1]
        guard m > 0, n > 0, k > 0 else { return .kernel(Self.empty(m * n)) }
        if let kernel = try kernel(with: Epilogue(), for: signature, .float32) { return .kernel(kernel) }
        let multiply = MatrixMultiply(transposesA: transposesLeft, transposesB: transposesRight, m: m, n: n, k: k)
        return .kernel(
            Kernel { buffers in
                let (a, b, c) = (buffers.operands[0], buffers.operands[1], buffers.results[0])
                return { multiply.run(a, b, c) }
            }
        )
    }

    func kernel(
        with epilogue: Epilogue,
        for signature: Signature,
        _ precision: ProductPrecision
    ) throws(KernelError) -> Kernel? {
        if precision == .mixedBFloat16, !staysExact { return bfloat16Kernel(epilogue, for: signature) }
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

    /// The same, of operands in bfloat16; nil where there is nothing to add up, or they stay in float32.
    func bfloat16Kernel(for signature: Signature) -> Kernel? { bfloat16Kernel(Epilogue(), for: signature) }

    private func bfloat16Kernel(_ epilogue: Epilogue, for signature: Signature) -> Kernel? {
        let (m, n) = (signature.results[0][0], signature.results[0][1])
        let k = signature.operands[0][transposesLeft ? 0 : 1]
        guard !staysExact, m > 0, n > 0, k > 0 else { return nil }
        let product = BFloat16Product(
            m: m,
            n: n,
            k: k,
            transposesLeft: transposesLeft,
            transposesRight: transposesRight,
            rectifies: epilogue.rectifies
        )
        return Kernel(scratchBytes: product.scratchBytes, preparation: product.preparation(operand: 1)) { buffers in
            let (a, c, scratch) = (buffers.operands[0], buffers.results[0], buffers.scratch)
            let bias = epilogue.addsBias ? buffers.operands[2] : nil
            let panels = buffers.operands[buffers.operands.count - 1]
            return { product.run(a, panels: panels, c, bias: bias, scratch: scratch) }
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
        try matmul(a, b, transposingLeft: transposingLeft, transposingRight: transposingRight, staysExact: false)
    }

    /// The same; with `staysExact` in float32 whatever the precision of the plan.
    mutating func matmul(
        _ a: Value,
        _ b: Value,
        transposingLeft: Bool = false,
        transposingRight: Bool = false,
        staysExact: Bool
    ) throws(ShapeError) -> Value {
        let product = MatrixProduct(
            transposesLeft: transposingLeft,
            transposesRight: transposingRight,
            staysExact: staysExact
        )
        return try append(product, a, b)
    }
}
