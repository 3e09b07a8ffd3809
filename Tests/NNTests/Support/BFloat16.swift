import NN

extension Float {
    /// The nearest bfloat16, of two equally near the even one.
    var asBFloat16: Float {
        guard isFinite else { return self }
        let odd = (bitPattern >> 16) & 1
        return Float(bitPattern: (bitPattern &+ 0x7FFF &+ odd) & 0xFFFF_0000)
    }
}

/// Whether this processor trains in `mixed_bfloat16`.
let hasBFloat16 = ProductPrecision.mixedBFloat16.obstacle == nil
