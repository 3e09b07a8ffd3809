import Glibc

/// A power with a constant exponent: `xᵖ`, with derivative `p·xᵖ⁻¹`; NaN below zero where p isn't whole.
public struct Power: UnaryElementwise {
    /// The exponent.
    public let exponent: Float
    /// The name in messages.
    public var name: String { "power" }

    package init(exponent: Float) {
        self.exponent = exponent
    }

    func value(_ x: Float) -> Float { Glibc.pow(x, exponent) }

    func chain(_ outer: Value, operand: Value, result: Value, in graph: inout Graph) throws(ShapeError) -> Value? {
        if exponent == 0 { return nil }
        if exponent == 1 { return outer }
        let lower = exponent == 2 ? operand : try graph.power(operand, exponent - 1)
        return try graph.multiply(outer, graph.scale(lower, by: exponent))
    }
}

extension Graph {
    /// Each number to a constant power.
    public mutating func power(_ x: Value, _ exponent: Float) throws(ShapeError) -> Value {
        try append(Power(exponent: exponent), x)
    }
}
