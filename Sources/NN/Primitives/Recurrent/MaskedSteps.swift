/// Where the steps that count lie: the rows that bring them to the front of a sequence and back into place.
///
/// Operand: a mask `[N, T]`, ones where a step counts. Results, as indices for `Gather`, -1 where there is no row: for
/// `[T, N]` places of a sequence without gaps the rows of a batch `[N·T, D]`; for `[N, T]` steps the row of the state
/// after it in states `[(T+1)·N, H]`, the initial ones first, which is the last one's where the step doesn't count; and
/// the row of each sample's last state, `[N]`. So a recurrent layer runs over whole sequences alone. The indices are
/// piecewise constant: there is no derivative.
public struct MaskedSteps: Primitive {
    /// Whether the sequence runs from its last step to its first; the result's steps then stand in that order.
    public let reversed: Bool
    /// Whether a step that doesn't count gives zeros in place of the last state.
    public let zeroesMasked: Bool
    /// The name in messages.
    public var name: String { "maskedSteps" }

    package init(reversed: Bool, zeroesMasked: Bool) {
        self.reversed = reversed
        self.zeroesMasked = zeroesMasked
    }

    /// `[T, N]`, `[N, T]` and `[N]`.
    public func shapes(of operands: [Shape]) throws(ShapeError) -> [Shape] {
        guard operands[0].rank == 2 else { throw ShapeError(name, "the mask is \(operands[0]), it must be [N, T]") }
        let (batch, steps) = (operands[0][0], operands[0][1])
        guard (steps + 1) * batch < 1 << 24 else {
            throw ShapeError(name, "\(operands[0]) has more rows than float32 can count, 16,777,216")
        }
        return [[steps, batch], [batch, steps], [batch]]
    }

    /// Forward mode: indices don't vary smoothly.
    public func jvp(_ call: Call, tangents: [Value?], in graph: inout Graph) throws(ShapeError) -> [Value?] {
        [nil, nil, nil]
    }

    /// Reverse mode: nothing flows to the mask.
    public func vjp(_ call: Call, cotangents: [Value?], in graph: inout Graph) throws(ShapeError) -> [Value?] { [nil] }

    /// One walk along each sample's steps.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let (batch, steps) = (signature.operands[0][0], signature.operands[0][1])
        let (reversed, zeroesMasked) = (reversed, zeroesMasked)
        return .kernel(
            Kernel { buffers in
                let mask = buffers.operands[0]
                let (sources, states, last) = (buffers.results[0], buffers.results[1], buffers.results[2])
                return {
                    sources.update(repeating: -1, count: steps * batch)
                    for sample in 0..<batch {
                        var count = 0
                        for place in 0..<steps {
                            let row = sample * steps + (reversed ? steps - 1 - place : place)
                            let isCounted = mask[row] != 0
                            if isCounted {
                                sources[count * batch + sample] = Float(row)
                                count += 1
                            }
                            let isZero = count == 0 || (zeroesMasked && !isCounted)
                            states[sample * steps + place] = isZero ? -1 : Float(count * batch + sample)
                        }
                        last[sample] = Float(count * batch + sample)
                    }
                }
            }
        )
    }
}

extension Graph {
    /// The rows that bring the steps that count to the front of a sequence and back; see `MaskedSteps`.
    mutating func maskedSteps(
        _ mask: Value,
        reversed: Bool,
        zeroesMasked: Bool
    ) throws(ShapeError) -> (sources: Value, states: Value, last: Value) {
        let results = try append(MaskedSteps(reversed: reversed, zeroesMasked: zeroesMasked), to: [mask])
        return (results[0], results[1], results[2])
    }
}
