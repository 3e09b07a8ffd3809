/// Elementary functions without branches or tables, so that the compiler turns loops over them into vector code.
///
/// Each is accurate to a few units in the last place over the whole range of float32. Products that are added are fused
/// (rounded once) by name, not by the compiler's leave, so their bits are the same on every processor.
public enum VectorMath {
    /// `a·b + c`, rounded once.
    @inlinable @inline(__always)
    static func fused(_ a: Float, _ b: Float, _ c: Float) -> Float { c.addingProduct(a, b) }

    /// `eˣ`, to 2 units in the last place: range reduction to `2ⁿ · eʳ` with |r| ≤ ln2/2 and Cephes' polynomial.
    ///
    /// Gives infinity above 88.72 and zero below -103.97; results under the smallest normal number are rounded to
    /// multiples of the smallest denormal as usual.
    @inlinable @inline(__always)
    public static func exp(_ x: Float) -> Float {
        // Keep NaN: comparisons with it are false, so the clamps below let it through.
        var clamped = x > 89 ? 89 : x
        clamped = clamped < -104 ? -104 : clamped
        // Adding 1.5·2²³ leaves the nearest integer in the low bits of the sum.
        let shifter: Float = 12_582_912
        let shifted = fused(clamped, 1.442_695_04, shifter)
        let n = shifted - shifter
        let r = fused(n, 2.121_944_4e-4, fused(n, -0.693_359_375, clamped))
        var p: Float = 1.987_569_15e-4
        p = fused(p, r, 1.398_199_950_7e-3)
        p = fused(p, r, 8.333_451_907_3e-3)
        p = fused(p, r, 4.166_579_589_4e-2)
        p = fused(p, r, 1.666_666_545_9e-1)
        p = fused(p, r, 5.000_000_120_1e-1)
        p = fused(p, r * r, r) + 1
        // 2ⁿ in two factors, for n = 128 and for denormal results.
        let exponent = Int32(bitPattern: shifted.bitPattern) &- Int32(bitPattern: shifter.bitPattern)
        let half = exponent &>> 1
        let low = Float(bitPattern: UInt32(bitPattern: (half &+ 127) &<< 23))
        let high = Float(bitPattern: UInt32(bitPattern: (exponent &- half &+ 127) &<< 23))
        return p * low * high
    }

    /// `1 / (1 + e⁻ˣ)`.
    @inlinable @inline(__always)
    public static func sigmoid(_ x: Float) -> Float { 1 / (1 + exp(-x)) }

    /// The hyperbolic tangent, to 7 units in the last place: an odd rational approximation on [-8, 8], ±1 outside.
    ///
    /// The coefficients are those of the Eigen library.
    @inlinable @inline(__always)
    public static func tanh(_ x: Float) -> Float {
        var c = x > 7.998_811_7 ? 7.998_811_7 : x
        c = c < -7.998_811_7 ? -7.998_811_7 : c
        let s = c * c
        var p: Float = -2.760_768_477_423_55e-16
        p = fused(p, s, 2.000_187_904_824_77e-13)
        p = fused(p, s, -8.604_671_522_137_35e-11)
        p = fused(p, s, 5.122_297_090_371_14e-8)
        p = fused(p, s, 1.485_722_357_179_79e-5)
        p = fused(p, s, 6.372_619_288_754_36e-4)
        p = fused(p, s, 4.893_524_558_917_86e-3)
        var q: Float = 1.198_258_394_667_02e-6
        q = fused(q, s, 1.185_347_056_866_54e-4)
        q = fused(q, s, 2.268_434_632_439e-3)
        q = fused(q, s, 4.893_525_185_543_85e-3)
        return c * p / q
    }

    /// The natural logarithm, to 2 units in the last place (Cephes' polynomial on [√½, √2)).
    ///
    /// Gives -∞ at zero, NaN below it and +∞ at infinity.
    @inlinable @inline(__always)
    public static func log(_ x: Float) -> Float {
        // Denormal numbers are scaled into the normal range first.
        let tiny = x < 1.175_494_4e-38
        let scaled = tiny ? x * 8_388_608 : x
        let bits = Int32(bitPattern: scaled.bitPattern)
        // Mantissa in [√½, √2): subtract the bits of √½ before the exponent is cut off.
        let shifted = bits &- 0x3F35_04F3
        let exponent = Float(shifted &>> 23) - (tiny ? 23 : 0)
        let m = Float(bitPattern: UInt32(bitPattern: (shifted & 0x007F_FFFF) &+ 0x3F35_04F3)) - 1
        let z = m * m
        var p: Float = 7.037_683_629_2e-2
        p = fused(p, m, -1.151_461_031_0e-1)
        p = fused(p, m, 1.167_699_874_0e-1)
        p = fused(p, m, -1.242_014_084_6e-1)
        p = fused(p, m, 1.424_932_278_7e-1)
        p = fused(p, m, -1.666_805_766_5e-1)
        p = fused(p, m, 2.000_071_476_5e-1)
        p = fused(p, m, -2.499_999_399_3e-1)
        p = fused(p, m, 3.333_333_117_4e-1)
        var y = p * m * z
        y = fused(exponent, -2.121_944_4e-4, y)
        y = fused(-0.5, z, y)
        var result = fused(exponent, 0.693_359_375, m + y)
        result = x == .infinity ? x : result
        result = x == 0 ? -.infinity : result
        return x < 0 || x != x ? .nan : result
    }
}
