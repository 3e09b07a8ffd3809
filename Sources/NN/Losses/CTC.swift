import JSON

/// Keras's `CTC`: minus the logarithm of the probability of a row's labels, over all their alignments with its steps.
///
/// Of a result `[T, C]`, class 0 being the blank, as logits or as the softmax of these, and labels from 1, zeros behind
/// the last. Where the result has a mask, its steps are those that count. See `CTCLoss`.
struct CTC: LossKind {
    static let names = ["ctc", "CTC"]

    private let zeroesInfinity: Bool

    init(reading arguments: inout ObjectReader) {
        zeroesInfinity = arguments.bool("zero_infinity", default: false)
    }

    func write(to json: inout JSONWriter) { json.field("zero_infinity", zeroesInfinity) }

    var logitsActivation: ActivationKind? { .softmax }

    var isOfSteps: Bool { false }

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        guard output.rank == 2, output.last > 1 else {
            throw TargetMismatch(
                "needs a result of [steps, classes], class 0 being the blank, but the network gives \(output); let it give "
                    + "a number a class for each step (\"return_sequences\": true in its recurrent layers)"
            )
        }
        let needs = "needs a row of labels from 1, zeros behind the last, as [3, 1, 4, 0, 0]"
        guard case .labels(let classes, let shape) = target, shape.rank < 2 || shape.withoutOnes.count < 2 else {
            throw TargetMismatch("\(needs), but the data has \(target)")
        }
        guard classes <= output.last else {
            throw TargetMismatch(
                "\(needs), and a class more for the blank, but the network gives \(output) and the data has \(target); "
                    + "give the last layer at least \(classes) units"
            )
        }
        return TargetRule(
            shape: [shape.volume],
            allowed: .labels(below: output.last),
            isAligned: false,
            steps: zeroesInfinity ? nil : output[0]
        )
    }

    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value {
        let logarithms = try graph.logProbabilities(of: prediction, fromLogits: true)
        let steps = graph.shape(of: logarithms).prefix(2)
        let mask = try prediction.mask.map { mask throws(ShapeError) in try graph.stretchedMask(mask, to: steps) }
        return try graph.ctc(logarithms, labels: target, mask: mask, zeroesInfinity: zeroesInfinity)
    }
}
