/// The error function: `erf x = 2/√π ∫₀ˣ e^−t² dt`, with derivative `2/√π · e^−x²`.
public struct ErrorFunction: UnaryElementwise {
    /// The name in messages.
    public var name: String { "erf" }

    package init() {}

    /// To 4e-7: an odd rational approximation on [-4, 4], where ±1 is reached (Eigen's coefficients).
    func value(_ x: Float) -> Float {
        var c = x > 4 ? 4 : x
        c = c < -4 ? -4 : c
        let s = c * c
        var p: Float = -2.726_142_258_013_06e-10
        p = p * s + 2.770_681_424_959_02e-8
        p = p * s - 2.101_024_020_825_08e-6
        p = p * s - 5.692_506_394_623_46e-5
        p = p * s - 7.349_906_303_268_55e-4
        p = p * s - 2.954_599_808_540_25e-3
        p = p * s - 1.609_603_332_624_15e-2
        var q: Float = -1.456_607_184_649_96e-5
        q = q * s - 2.133_740_552_789_05e-4
        q = q * s - 1.682_826_974_382_03e-3
        q = q * s - 7.373_329_167_204_68e-3
        q = q * s - 1.426_473_905_141_89e-2
        return c * p / q
    }

    func chain(_ outer: Value, operand: Value, result: Value, in graph: inout Graph) throws(ShapeError) -> Value? {
        let bell = try graph.exp(graph.negate(graph.multiply(operand, operand)))
        return try graph.multiply(outer, graph.scale(bell, by: 1.128_379_167_1))
    }
}

extension Graph {
    /// Each number's error function.
    public mutating func erf(_ x: Value) throws(ShapeError) -> Value { try append(ErrorFunction(), x) }
}
