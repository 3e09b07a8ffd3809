import LoopShapes
import LoopsAVX512

/// `C = A · B` or `C += A · B` for many `A` and one `B`, which is arranged for the loops once: what a recurrent layer
/// does at each of its steps.
///
/// With AVX-512 and whole registers of columns it runs on `PanelProduct`, whose rows have the same bits for any number
/// of rows; else on oneDNN, whose GEMM packs `B` again at every call. With operands in bfloat16 it is a `BFloat16Product`.
struct FixedProduct: Sendable {
    private let n: Int
    private let k: Int
    /// Whether `B` is given as `[n, k]`.
    private let transposes: Bool
    private let way: Way

    private enum Way: Sendable {
        /// Panels of `B`, arranged before the first product.
        case panels(PanelProduct.Shape)
        /// oneDNN, on `B` as it lies.
        case overwriting(RowProduct)
        case accumulating(MatrixMultiply)
        /// Panels of `B` in bfloat16, arranged before the first product.
        case bfloat16(BFloat16Product)
    }

    /// A product that overwrites `C`: `[m, k] × [k, n]`.
    init(m: Int, n: Int, k: Int, _ precision: ProductPrecision) throws(KernelError) {
        (self.n, self.k) = (n, k)
        transposes = false
        if precision == .mixedBFloat16 {
            way = .bfloat16(BFloat16Product(m: m, n: n, k: k))
        } else if OneDNN.hasAVX512, n % 16 == 0 {
            way = .panels(PanelProduct.Shape(rows: m, columns: n, depth: k, aRow: k, aDepth: 1, cRow: n))
        } else {
            way = .overwriting(try RowProduct(m: m, n: n, k: k))
        }
    }

    /// A product with a transposed `B` that is added to `C`: `[m, k] × [n, k]ᵀ`.
    init(adding m: Int, n: Int, k: Int, _ precision: ProductPrecision) {
        (self.n, self.k) = (n, k)
        transposes = true
        if precision == .mixedBFloat16 {
            way = .bfloat16(BFloat16Product(m: m, n: n, k: k, transposesRight: true, accumulates: true))
        } else if OneDNN.hasAVX512, n % 16 == 0 {
            way = .panels(PanelProduct.Shape(rows: m, columns: n, depth: k, aRow: k, aDepth: 1, cRow: n))
        } else {
            way = .accumulating(MatrixMultiply(transposesA: false, transposesB: true, m: m, n: n, k: k))
        }
    }

    /// The bytes of scratch memory that a run needs.
    var scratchBytes: Int {
        switch way {
        case .panels, .accumulating: 0
        case .overwriting(let product): product.scratchBytes
        case .bfloat16(let product): product.scratchBytes
        }
    }

    /// How `B`, an operand of the kernel, is arranged; nil where it is taken as it lies.
    func preparation(operand: Int) -> Kernel.Preparation? {
        if case .bfloat16(let product) = way { return product.preparation(operand: operand) }
        guard case .panels = way else { return nil }
        return Kernel.Preparation(operand: operand, count: n * k) { buffers in
            let (b, panels) = (buffers.operands[0], buffers.results[0])
            return transposes ? { packTransposed(b, panels) } : { pack(b, panels) }
        }
    }

    /// Binds the product to a kernel's memory.
    ///
    /// - Parameters:
    ///   - buffers: The memory of a kernel with this product's preparation.
    ///   - operand: Which operand `B` is.
    ///   - scratch: Memory for `scratchBytes`.
    /// - Returns: What multiplies an `A` into a `C`.
    func bind(
        _ buffers: Buffers,
        operand: Int,
        scratch: UnsafeMutableRawPointer
    ) -> (_ a: UnsafeMutablePointer<Float>, _ c: UnsafeMutablePointer<Float>) -> Void {
        let b = buffers.operands[operand]
        switch way {
        case .panels(let shape):
            let panels = buffers.operands[buffers.operands.count - 1]
            let accumulates = transposes
            return { a, c in PanelProduct.run(shape, a, panels: panels, c, accumulates) }
        case .overwriting(let product):
            let bound = product.bind(b, b, b, scratch: scratch)
            return { a, c in
                bound.set(rows: a, result: c)
                bound.execute()
            }
        case .accumulating(let product): return { a, c in product.run(a, b, c, beta: 1) }
        case .bfloat16(let product):
            let panels = buffers.operands[buffers.operands.count - 1]
            return { a, c in product.run(a, panels: panels, c, scratch: scratch) }
        }
    }

    private func pack(_ b: UnsafePointer<Float>, _ panels: UnsafeMutablePointer<Float>) {
        var panel = panels
        for column in stride(from: 0, to: n, by: PanelProduct.panelWidth) {
            let width = min(n - column, PanelProduct.panelWidth)
            for row in 0..<k { (panel + row * width).update(from: b + row * n + column, count: width) }
            panel += k * width
        }
    }

    private func packTransposed(_ b: UnsafePointer<Float>, _ panels: UnsafeMutablePointer<Float>) {
        var panel = panels
        for column in stride(from: 0, to: n, by: PanelProduct.panelWidth) {
            let width = min(n - column, PanelProduct.panelWidth)
            Transposition.run(b + column * k, k, panel, width, width, k)
            panel += k * width
        }
    }
}
