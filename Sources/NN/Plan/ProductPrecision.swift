import CDNNL

/// In what the products of a network are computed, by the names of Keras's dtype policies.
public enum ProductPrecision: String, Sendable, CaseIterable {
    /// Everything in float32.
    case float32
    /// Matrix products take operands rounded to bfloat16, and add up in float32; all else is float32: weights, optimizer
    /// state, losses, softmax, normalization, and what goes from layer to layer.
    case mixedBFloat16 = "mixed_bfloat16"

    /// Why this processor can't; nil where it can.
    public var obstacle: String? {
        guard self == .mixedBFloat16, !Self.hasBFloat16 else { return nil }
        return
            "needs a processor with AVX-512 BF16 (Zen 4, Cooper Lake, Sapphire Rapids or newer), which this one hasn't"
    }

    /// Whether the processor multiplies bfloat16, as oneDNN sees it (its `DNNL_MAX_CPU_ISA` counts).
    private static let hasBFloat16 =
        dnnl_get_effective_cpu_isa().rawValue & dnnl_cpu_isa_avx512_core_bf16.rawValue
        == dnnl_cpu_isa_avx512_core_bf16.rawValue
}
