/// How gradients that are too large are cut before an update.
///
/// Source: keras.io/api/optimizers, the arguments `clipvalue`, `clipnorm` and `global_clipnorm`.
struct GradientClipping: Sendable, Equatable {
    /// What is held against the limit.
    enum Kind: String, CaseIterable, Sendable {
        /// Each number: beyond the limit it is set to it, its sign kept.
        case value = "clipvalue"
        /// The Euclidean norm of each weight's gradient, which is scaled down to the limit.
        case norm = "clipnorm"
        /// The Euclidean norm of all gradients together, which are scaled down by one factor.
        case globalNorm = "global_clipnorm"
    }

    /// What is held against the limit.
    let kind: Kind
    /// The limit, above 0.
    let limit: Double

    private typealias Vector = ParameterSpan.Vector

    /// Cuts the gradients of the trained weights in a flat buffer; always in the same order, so to the same bits.
    func apply(to gradients: UnsafeMutablePointer<Float>, layout: ParameterLayout) {
        switch kind {
        case .value:
            let bound = Vector(repeating: Float(limit))
            for entry in layout.entries where entry.trainable {
                let (vectors, count) = Self.vectors(of: entry, in: gradients)
                for i in 0..<count { vectors[i] = pointwiseMin(pointwiseMax(vectors[i], -bound), bound) }
            }
        case .norm:
            for entry in layout.entries where entry.trainable {
                let norm = Self.square(of: entry, in: gradients).squareRoot()
                if norm > limit { Self.scale(entry, in: gradients, by: limit / norm) }
            }
        case .globalNorm:
            let trained = layout.entries.filter(\.trainable)
            let norm = trained.reduce(0) { $0 + Self.square(of: $1, in: gradients) }.squareRoot()
            guard norm > limit else { return }
            for entry in trained { Self.scale(entry, in: gradients, by: limit / norm) }
        }
    }

    private static func scale(
        _ entry: ParameterLayout.Entry,
        in gradients: UnsafeMutablePointer<Float>,
        by factor: Double
    ) {
        let (vectors, count) = vectors(of: entry, in: gradients)
        let factor = Vector(repeating: Float(factor))
        for i in 0..<count { vectors[i] *= factor }
    }

    /// The sum of the squares, in double precision since that of finite numbers may exceed single precision.
    private static func square(of entry: ParameterLayout.Entry, in gradients: UnsafeMutablePointer<Float>) -> Double {
        let (vectors, count) = vectors(of: entry, in: gradients)
        var sum = SIMD8<Double>.zero
        for i in 0..<count {
            let low = SIMD8<Double>(vectors[i].lowHalf)
            let high = SIMD8<Double>(vectors[i].highHalf)
            sum += low * low + high * high
        }
        return sum.sum()
    }

    private static func vectors(
        of entry: ParameterLayout.Entry,
        in gradients: UnsafeMutablePointer<Float>
    ) -> (UnsafeMutablePointer<Vector>, count: Int) {
        // The layout aligns every tensor to 64 bytes and fills its last vector with zeros.
        let start = UnsafeMutableRawPointer(gradients + entry.offset).assumingMemoryBound(to: Vector.self)
        return (start, (entry.shape.volume + ParameterLayout.alignment - 1) / ParameterLayout.alignment)
    }
}
