/// What a network answers some rows in its largest bucket, for other buckets to be held against.
///
/// The rows and weights are random but fixed. Kernels are chosen by shape, so two plans that add in different orders
/// differ in the last bits of some of these answers, and two that agree here on every bit add in the same order.
struct BucketAgreement: Sendable {
    private let weights: PreparedWeights
    private let inputs: [Float]
    private let outputs: [UInt32]
    private let rows: Int
    private let inputWidth: Int

    /// The answers of a plan; nil where they depend on a row's place in the batch.
    init?(with reference: InferencePlan, of network: Network, _ preparation: WeightPreparation) {
        var generator = SeededGenerator(seed: 0, name: "bucket agreement")
        // Initial weights keep the answers in a range where bits show; the noise makes biases count, which start at 0.
        let noisy = network.initialWeights().map { tensor in
            Tensor(tensor.shape, tensor.values.map { $0 + Float(generator.uniform() - 0.5) * 0.1 })
        }
        weights = preparation.prepare(noisy)
        rows = max(reference.rows, 8)
        inputWidth = network.inputShape.volume
        var inputs = (0..<rows * inputWidth).map { _ in Float(generator.uniform() * 2 - 1) }
        // What is no index would be answered by what is no number, which shows nothing.
        for rule in network.indexRules {
            let start = network.inputs[..<rule.input].reduce(0) { $0 + $1.shape.volume }
            let width = network.inputs[rule.input].shape.volume
            for row in 0..<rows {
                for place in row * inputWidth + start..<row * inputWidth + start + width {
                    inputs[place] = Float(min(Int(generator.uniform() * Double(rule.count)), rule.count - 1))
                }
            }
        }
        self.inputs = inputs
        outputs = Self.answers(
            of: reference,
            order: Array(0..<rows),
            inputs,
            inputWidth,
            weights,
            outputWidth: network.outputShape.volume
        )
        guard holds(for: reference) else { return nil }
    }

    /// Whether a plan gives every row the same bits, at another place in the batch than the reference had it.
    func holds(for plan: InferencePlan) -> Bool {
        let outputWidth = outputs.count / rows
        let order = Array((0..<rows).reversed())
        let found = Self.answers(of: plan, order: order, inputs, inputWidth, weights, outputWidth: outputWidth)
        return order.enumerated().allSatisfy { place, row in
            found[place * outputWidth..<(place + 1) * outputWidth]
                == outputs[row * outputWidth..<(row + 1) * outputWidth]
        }
    }

    /// The bits of the answers to the rows in an order, run by run.
    private static func answers(
        of plan: InferencePlan,
        order: [Int],
        _ inputs: [Float],
        _ inputWidth: Int,
        _ weights: PreparedWeights,
        outputWidth: Int
    ) -> [UInt32] {
        let batch = FloatBuffer(count: plan.layout.count)
        let (run, results) = plan.makeRun(inputs: batch.pointer, weights: weights)
        var bits: [UInt32] = []
        for begin in stride(from: 0, to: order.count, by: plan.rows) {
            let part = order[begin..<min(begin + plan.rows, order.count)]
            for (place, row) in part.enumerated() {
                plan.layout.write(row: place, of: batch.pointer) { columns, target in
                    for (place, column) in columns.enumerated() { target[place] = inputs[row * inputWidth + column] }
                }
            }
            run.run()
            bits += UnsafeBufferPointer(start: results, count: part.count * outputWidth).map(\.bitPattern)
        }
        return bits
    }
}
