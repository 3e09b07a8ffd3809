/// Where the first values of a weight come from, by Keras's names.
public struct Initializer: Sendable {
    /// What draws the values.
    let source: any InitializerKind
    /// The seed in place of the model's, where the initializer names one.
    let seed: Int?

    init(_ source: any InitializerKind, seed: Int? = nil) {
        self.source = source
        self.seed = seed
    }

    /// A tensor of first values.
    func tensor(_ shape: Shape, from generator: inout SeededGenerator) -> Tensor {
        source.tensor(shape, from: &generator)
    }

    /// All zeros.
    static let zeros = Initializer(ZerosInitializer())
    /// All ones.
    static let ones = Initializer(OnesInitializer())
    /// Uniform from -0.05 to 0.05: Keras's choice for embeddings.
    static let uniform = Initializer(RandomUniformInitializer(bounds: -0.05...0.05))
    /// Normal with the deviation 0.02, no more than two of it from 0: Keras's choice for the vector of
    /// `SpectralNormalization`.
    static let smallTruncatedNormal = Initializer(TruncatedNormalInitializer(moments: Moments(deviation: 0.02)))
    /// Uniform with the variance `2 / (fan in + fan out)`: Keras's choice for kernels.
    static let glorotUniform = Initializer(GlorotUniformInitializer())
    /// A random matrix of orthonormal rows or columns: Keras's choice for recurrent kernels.
    static let orthogonal = Initializer(OrthogonalInitializer())
}

extension Initializer: Equatable {
    /// Whether both draw the same values from the same seed.
    public static func == (left: Initializer, right: Initializer) -> Bool {
        left.seed == right.seed && left.source.isEqual(to: right.source)
    }
}

/// One kind of initializer: its arguments and how it draws the values.
protocol InitializerKind: Configurable {
    /// A tensor of first values.
    func tensor(_ shape: Shape, from generator: inout SeededGenerator) -> Tensor

    /// What the initializer needs instead of a weight of this shape, to stand after "needs"; nil where it can fill it.
    func requirement(for shape: Shape) -> String?

    /// Whether the values are drawn alike, as widely as the weight's fans say.
    var scalesWithFans: Bool { get }
}

extension InitializerKind {
    /// Any shape will do.
    func requirement(for shape: Shape) -> String? { nil }

    /// The fans don't matter.
    var scalesWithFans: Bool { false }
}
