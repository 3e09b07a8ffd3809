import CBFloat16

/// The loops over the gates of recurrent layers: where products take half of the time, those that go through each row
/// once; else those whose bits float32 has always had.
struct RecurrentLoops: Sendable {
    let gruForward: GRUForward
    let gruBackward: GRUBackward
    let lstmForward: LSTMForward
    let lstmBackward: LSTMBackward

    typealias Numbers = UnsafePointer<Float>
    typealias Results = UnsafeMutablePointer<Float>
    typealias GRUForward =
        @Sendable (Numbers, Numbers, Numbers, Results, Results, Numbers, Results, Int, Int) -> Void
    typealias GRUBackward =
        @Sendable (Numbers, Numbers, Numbers, Numbers, Results, Results, Results, Int, Int) -> Void
    typealias LSTMForward = @Sendable (Numbers, Numbers, Results, Numbers, Results, Results, Int, Int) -> Void
    typealias LSTMBackward =
        @Sendable (Numbers, Numbers, Numbers, Numbers, Results, Numbers, Results, Results, Int, Int) -> Void

    /// Those for a precision.
    static func of(_ precision: ProductPrecision) -> RecurrentLoops {
        switch precision {
        case .float32: exact
        case .mixedBFloat16: onePass
        }
    }

    private static let exact = RecurrentLoops(
        gruForward: VectorLoops.gruForwardResetAfter,
        gruBackward: VectorLoops.gruBackwardResetAfter,
        lstmForward: VectorLoops.lstmForward,
        lstmBackward: VectorLoops.lstmBackward
    )

    private static let onePass = RecurrentLoops(
        gruForward: { x, u, bias, gates, inner, old, new, rows, units in
            bfloat16_gru_forward(x, u, bias, gates, inner, old, new, Int64(rows), Int64(units))
        },
        gruBackward: { gates, inner, old, arriving, dx, du, dh, rows, units in
            bfloat16_gru_backward(gates, inner, old, arriving, dx, du, dh, Int64(rows), Int64(units))
        },
        lstmForward: { x, u, gates, old, new, state, rows, units in
            bfloat16_lstm_forward(x, u, gates, old, new, state, Int64(rows), Int64(units))
        },
        lstmBackward: { gates, old, new, arriving, dx, dh, dc, _, rows, units in
            bfloat16_lstm_backward(gates, old, new, arriving, dx, dh, dc, Int64(rows), Int64(units))
        }
    )
}
