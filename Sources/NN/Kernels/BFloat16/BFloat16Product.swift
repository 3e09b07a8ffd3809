import CBFloat16

/// `C = op(A) · op(B)`, or `C += op(A) · op(B)`, of operands rounded to bfloat16 (to the nearest, of two equally near the
/// even one), with sums in float32.
///
/// Two neighbours of a sum lie in one word, which the processor multiplies at once: twice the products of float32 in the
/// same time. Each number of `C` is one chain of sums in the order of `k`, so its bits don't depend on how many rows there
/// are. `B` is arranged in panels beforehand, `A` before each run. As the processor does it, numbers too small for a
/// full mantissa count as zero.
struct BFloat16Product: Sendable {
    /// Rows of `op(A)` and of `C`.
    let m: Int
    /// Columns of `op(B)` and of `C`.
    let n: Int
    /// Columns of `op(A)`, rows of `op(B)`.
    let k: Int
    /// Whether `A` is given as `[k, m]`.
    var transposesLeft = false
    /// Whether `B` is given as `[n, k]`.
    var transposesRight = false
    /// Whether the product is added to what `C` holds.
    var accumulates = false
    /// Whether what is negative becomes zero, at last.
    var rectifies = false

    /// The words of each row's sum.
    private var words: Int { (k + 1) / 2 }

    /// The numbers that the panels take.
    var panelCount: Int { Int(bfloat16_panel_words(Int64(k), Int64(n))) }

    /// The bytes of scratch memory that a run needs.
    var scratchBytes: Int { (m * words * MemoryLayout<UInt32>.stride + 63) / 64 * 64 }

    /// The arrangement of `B`, an operand of a kernel.
    func preparation(operand: Int) -> Kernel.Preparation {
        let kind = "bfloat16 panels of \(k)×\(n)\(transposesRight ? ", transposed" : "")"
        return Kernel.Preparation(operand: operand, count: panelCount, kind: kind) { buffers in
            let (b, panels) = (buffers.operands[0], buffers.results[0])
            return { arrange(b, panels) }
        }
    }

    /// Arranges `B`.
    func arrange(_ b: UnsafePointer<Float>, _ panels: UnsafeMutablePointer<Float>) {
        let panels = UnsafeMutableRawPointer(panels).assumingMemoryBound(to: UInt32.self)
        if transposesRight {
            bfloat16_pack_transposed_panels(b, Int64(k), Int64(n), panels)
        } else {
            bfloat16_pack_panels(b, Int64(k), Int64(n), panels)
        }
    }

    /// Multiplies.
    ///
    /// - Parameters:
    ///   - a: `[m, k]`, or `[k, m]` where it is transposed.
    ///   - panels: What `arrange` made of `B`.
    ///   - c: `[m, n]`.
    ///   - bias: What is added to each row; nil for nothing.
    ///   - scratch: Memory for `scratchBytes`.
    func run(
        _ a: UnsafePointer<Float>,
        panels: UnsafePointer<Float>,
        _ c: UnsafeMutablePointer<Float>,
        bias: UnsafePointer<Float>? = nil,
        scratch: UnsafeMutableRawPointer
    ) {
        let rows = scratch.assumingMemoryBound(to: UInt32.self)
        if transposesLeft {
            bfloat16_pack_columns(a, Int64(k), Int64(m), rows)
        } else {
            bfloat16_pack_rows(a, Int64(m), Int64(k), rows)
        }
        bfloat16_multiply(
            Int64(m),
            Int64(n),
            Int64(k),
            rows,
            Int64(transposesLeft ? 1 : words),
            Int64(transposesLeft ? m : 1),
            UnsafeRawPointer(panels).assumingMemoryBound(to: UInt32.self),
            c,
            accumulates,
            bias,
            rectifies
        )
    }
}
