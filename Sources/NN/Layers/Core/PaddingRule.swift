/// How a window meets the edge of its input, by Keras's names.
enum PaddingRule: String, Sendable, CaseIterable {
    /// Only whole windows count: `⌊(extent − window) / stride⌋ + 1` of them.
    case valid
    /// As many windows as strides fit, `⌈extent / stride⌉`, on zeros added half before and half after, the odd one after.
    case same
    /// As many windows as strides fit, on zeros added before alone, so that no window sees a later step.
    case causal

    /// The number of windows along an axis; zero where not one fits.
    func windows(_ window: Int, stride: Int, over extent: Int) -> Int {
        switch self {
        case .valid: window > extent ? 0 : (extent - window) / stride + 1
        case .same, .causal: (extent + stride - 1) / stride
        }
    }

    /// The zeros that stand before and after an axis.
    func zeros(_ window: Int, stride: Int, over extent: Int) -> (before: Int, after: Int) {
        switch self {
        case .valid: return (0, 0)
        case .same:
            let total = max((windows(window, stride: stride, over: extent) - 1) * stride + window - extent, 0)
            return (total / 2, total - total / 2)
        case .causal: return (window - 1, 0)
        }
    }
}
