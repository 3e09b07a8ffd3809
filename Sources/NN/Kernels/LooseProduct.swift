/// A product whose `B` a kernel makes by itself, so that it is arranged anew in each of its runs.
struct LooseProduct: Sendable {
    private let way: Way

    private enum Way: Sendable {
        case overwriting(RowProduct)
        case transposed(MatrixMultiply, beta: Float)
        case bfloat16(BFloat16Product)
    }

    /// A product that overwrites `C`: `[m, k] × [k, n]`.
    init(m: Int, n: Int, k: Int, _ precision: ProductPrecision) throws(KernelError) {
        switch precision {
        case .float32: way = .overwriting(try RowProduct(m: m, n: n, k: k))
        case .mixedBFloat16: way = .bfloat16(BFloat16Product(m: m, n: n, k: k))
        }
    }

    /// A product that may be added to `C`, of a `B` that may be given as `[n, k]`.
    init(m: Int, n: Int, k: Int, transposesB: Bool, accumulates: Bool, _ precision: ProductPrecision) {
        switch precision {
        case .float32:
            let product = MatrixMultiply(transposesA: false, transposesB: transposesB, m: m, n: n, k: k)
            way = .transposed(product, beta: accumulates ? 1 : 0)
        case .mixedBFloat16:
            let product = BFloat16Product(m: m, n: n, k: k, transposesRight: transposesB, accumulates: accumulates)
            way = .bfloat16(product)
        }
    }

    /// The bytes of scratch memory that a run needs, a multiple of 64.
    var scratchBytes: Int {
        switch way {
        case .overwriting(let product): (product.scratchBytes + 63) / 64 * 64
        case .transposed: 0
        case .bfloat16(let product): product.scratchBytes + panelBytes(product)
        }
    }

    private func panelBytes(_ product: BFloat16Product) -> Int {
        product.panelCount * MemoryLayout<Float>.stride
    }

    /// Binds the product to memory.
    ///
    /// - Parameters:
    ///   - b: Where `B` lies.
    ///   - scratch: Memory for `scratchBytes`, which this product alone writes to.
    /// - Returns: What has to run when `B` is there, and what multiplies an `A` into a `C`.
    func bind(
        _ b: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutableRawPointer
    ) -> (
        arrange: () -> Void, multiply: (_ a: UnsafeMutablePointer<Float>, _ c: UnsafeMutablePointer<Float>) -> Void
    ) {
        switch way {
        case .overwriting(let product):
            let bound = product.bind(b, b, b, scratch: scratch)
            return (
                {},
                { a, c in
                    bound.set(rows: a, result: c)
                    bound.execute()
                }
            )
        case .transposed(let product, let beta): return ({}, { a, c in product.run(a, b, c, beta: beta) })
        case .bfloat16(let product):
            let panels = scratch.assumingMemoryBound(to: Float.self)
            let rows = scratch + panelBytes(product)
            return ({ product.arrange(b, panels) }, { a, c in product.run(a, panels: panels, c, scratch: rows) })
        }
    }
}
