import JSON

/// Steps along the orthogonal matrix that is nearest the momentum (Keras's `Muon`); Adam's for what is no matrix.
///
/// `m ← μ·m + g`, `d = g + μ·m` with `nesterov`, else m; of d, divided by its length, `ns_steps` times
/// `A = X·Xᵀ`, `X ← a·X + (b·A + c·A²)·X`; then `w ← w − η · rms_rate · √max(rows, columns) · X`. Weights that aren't of two
/// axes, those of embeddings and those whose names hold one of `exclude_layers` move as `Adam` moves them, by
/// `adam_lr_ratio` of η and with a decay of their own. Source: Jordan et al. 2024; Liu et al. 2025, arXiv:2502.16982;
/// keras.io/api/optimizers/muon.
struct Muon: Optimizer {
    /// Keras's class name and its short form.
    static let names = ["Muon", "muon"]
    static let takesWholeWeights = true
    static let standardWeightDecay: Double? = 0.004

    /// The step size η.
    let learningRate: LearningRate
    private let adam: Adam
    private let adamDecay: Double?
    private let adamShare: Double
    private let excluded: [String]
    private let excludesEmbeddings: Bool
    private let factors: [Double]
    private let momentum: Double
    private let iterations: Int
    private let isNesterov: Bool
    private let rmsRate: Double?

    /// Reads Keras's arguments.
    init(reading arguments: inout ObjectReader) {
        learningRate = arguments.learningRate(default: 0.001)
        adam = Adam(
            learningRate: .constant(0.001),
            beta1: arguments.double("adam_beta_1", in: .from(0, below: 1), default: 0.9),
            beta2: arguments.double("adam_beta_2", in: .from(0, below: 1), default: 0.999),
            epsilon: arguments.epsilon(default: 1e-7)
        )
        let decays = Interval.from(0, through: 1e6)
        adamDecay =
            arguments.has("adam_weight_decay") ? arguments.optionalDouble("adam_weight_decay", in: decays) : 0.004
        adamShare = arguments.double("adam_lr_ratio", in: .from(0, through: 1e6), default: 1)
        excluded =
            arguments.optionalValue("exclude_layers") == nil ? [] : arguments.strings("exclude_layers", default: [])
        excludesEmbeddings = arguments.bool("exclude_embeddings", default: true)
        let range = Interval.from(-1e3, through: 1e3)
        factors = [
            arguments.double("muon_a", in: range, default: 3.4445),
            arguments.double("muon_b", in: range, default: -4.7750),
            arguments.double("muon_c", in: range, default: 2.0315),
        ]
        momentum = arguments.double("momentum", in: .from(0, through: 1), default: 0.95)
        iterations = arguments.int("ns_steps", in: 0...100, default: 5)
        isNesterov = arguments.bool("nesterov", default: true)
        rmsRate = arguments.has("rms_rate") ? arguments.optionalDouble("rms_rate", in: .from(0, through: 1e6)) : 0.2
    }

    /// Writes Keras's arguments.
    func write(to json: inout JSONWriter) {
        json.field("learning_rate", learningRate)
        json.field("adam_beta_1", adam.beta1)
        json.field("adam_beta_2", adam.beta2)
        json.field("epsilon", adam.epsilon)
        json.key("adam_weight_decay")
        if let adamDecay { json.write(adamDecay) } else { json.null() }
        json.field("adam_lr_ratio", adamShare)
        json.field("exclude_layers", excluded)
        json.field("exclude_embeddings", excludesEmbeddings)
        for (key, factor) in zip(["muon_a", "muon_b", "muon_c"], factors) { json.field(key, factor) }
        json.field("momentum", momentum)
        json.field("ns_steps", iterations)
        json.field("nesterov", isNesterov)
        json.key("rms_rate")
        if let rmsRate { json.write(rmsRate) } else { json.null() }
    }

    /// The momentum, and Adam's second moment where Adam moves.
    var slots: [String] { ["momentum", "velocity"] }

    /// Whether Adam moves a weight.
    private func isOfAdam(_ entry: ParameterLayout.Entry) -> Bool {
        entry.shape.rank != 2 || excluded.contains { entry.name.contains($0) }
            || excludesEmbeddings && entry.name.lowercased().contains("embedding")
    }

    func weightDecay(_ general: Double?, of span: ParameterSpan) -> Double? {
        span.entry.map(isOfAdam) == true ? adamDecay : general
    }

    /// Moves one weight.
    func update(_ span: ParameterSpan, at moment: UpdateMoment) {
        guard let entry = span.entry else { preconditionFailure("Muon takes whole weights") }
        guard !isOfAdam(entry) else {
            let own = UpdateMoment(step: moment.step, learningRate: moment.learningRate * adamShare)
            return adam.update(span, at: own)
        }
        typealias Vector = ParameterSpan.Vector
        let inertia = Vector(repeating: Float(momentum))
        let means = span.slot(0)
        for i in 0..<span.count { means[i] = inertia * means[i] + span.gradients[i] }
        let (height, width) = (entry.shape[0], entry.shape[1])
        let size = rmsRate.map { $0 * Double(max(height, width)).squareRoot() } ?? 1
        let rate = Float(moment.learningRate * size)
        let (momenta, gradients) = (span.numbers(ofSlot: 0), span.gradientNumbers)
        let (least, greatest) = (min(height, width), max(height, width))
        // The direction with its shorter side first, what it becomes, and two square matrices.
        let capacity = 2 * height * width + 2 * least * least
        withUnsafeTemporaryAllocation(of: Float.self, capacity: capacity) { memory in
            guard let direction = memory.baseAddress else { return }
            memory.initialize(repeating: 0)
            for row in 0..<height {
                for column in 0..<width {
                    let place = row * width + column
                    let ahead = isNesterov ? gradients[place] + Float(momentum) * momenta[place] : momenta[place]
                    direction[height > width ? column * height + row : place] = ahead
                }
            }
            orthogonalize(direction, least, greatest)
            for row in 0..<height {
                for column in 0..<width {
                    let place = row * width + column
                    span.numbers[place] -= rate * direction[height > width ? column * height + row : place]
                }
            }
        }
    }

    /// Brings a matrix nearer to an orthogonal one, by Newton and Schulz; behind it is room for the work.
    private func orthogonalize(_ matrix: UnsafeMutablePointer<Float>, _ height: Int, _ width: Int) {
        let count = height * width
        let (next, square, mixture) = (matrix + count, matrix + 2 * count, matrix + 2 * count + height * height)
        var sum = 0.0
        for place in 0..<count { sum += Double(matrix[place]) * Double(matrix[place]) }
        let scale = Float(1 / (sum.squareRoot() + 1e-7))
        for place in 0..<count { matrix[place] *= scale }
        let gram = MatrixMultiply(transposesA: false, transposesB: true, m: height, n: height, k: width)
        let power = MatrixMultiply(transposesA: false, transposesB: false, m: height, n: height, k: height)
        let product = MatrixMultiply(transposesA: false, transposesB: false, m: height, n: width, k: height)
        let (a, b, c) = (Float(factors[0]), Float(factors[1]), Float(factors[2]))
        for _ in 0..<iterations {
            gram.run(matrix, matrix, square)
            power.run(square, square, mixture)
            for place in 0..<height * height { mixture[place] = b * square[place] + c * mixture[place] }
            product.run(mixture, matrix, next)
            for place in 0..<count { matrix[place] = a * matrix[place] + next[place] }
        }
    }
}
