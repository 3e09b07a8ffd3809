import Loops
import LoopsAVX512

/// The loops of `Loops` in the widest form that this processor runs.
///
/// The same sources are compiled twice, for AVX2 and for AVX-512; which one runs is decided once, by what oneDNN found.
enum VectorLoops {
    typealias Elementary =
        @Sendable (
            UnsafeMutablePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, Int
        ) -> Void

    private static let isWide = OneDNN.hasAVX512

    static let exp: Elementary = isWide ? LoopsAVX512.ElementaryLoops.exp : Loops.ElementaryLoops.exp
    static let log: Elementary = isWide ? LoopsAVX512.ElementaryLoops.log : Loops.ElementaryLoops.log
    static let tanh: Elementary = isWide ? LoopsAVX512.ElementaryLoops.tanh : Loops.ElementaryLoops.tanh
    static let sigmoid: Elementary = isWide ? LoopsAVX512.ElementaryLoops.sigmoid : Loops.ElementaryLoops.sigmoid

    static let multiplyRow = isWide ? LoopsAVX512.RowLoops.multiply : Loops.RowLoops.multiply
    static let finishRow = isWide ? LoopsAVX512.RowLoops.finish : Loops.RowLoops.finish

    static let philoxUniform = isWide ? LoopsAVX512.Philox.uniform : Loops.Philox.uniform
    static let maxPoolForward2x2 = isWide ? LoopsAVX512.MaxPoolLoops.forward2x2 : Loops.MaxPoolLoops.forward2x2
    static let maxPoolBackward2x2 = isWide ? LoopsAVX512.MaxPoolLoops.backward2x2 : Loops.MaxPoolLoops.backward2x2

    static let gruForwardResetAfter =
        isWide ? LoopsAVX512.GRULoops.forwardResetAfter : Loops.GRULoops.forwardResetAfter
    static let gruBackwardResetAfter =
        isWide ? LoopsAVX512.GRULoops.backwardResetAfter : Loops.GRULoops.backwardResetAfter
    static let lstmForward = isWide ? LoopsAVX512.LSTMLoops.forward : Loops.LSTMLoops.forward
    static let lstmBackward = isWide ? LoopsAVX512.LSTMLoops.backward : Loops.LSTMLoops.backward
}
