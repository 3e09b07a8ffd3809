/// What ends a training run before its last epoch, apart from a request to stop.
public enum TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The loss became infinite or not a number; `origin` says in words what was first so in the forward pass, nil where
    /// every layer's result was finite.
    case lossNotFinite(epoch: Int, step: Int, loss: Float, origin: String?)
    /// A weight's gradient became infinite or not a number.
    case gradientNotFinite(epoch: Int, step: Int, weight: String)
    /// The loss over the validation rows became infinite or not a number; `origin` as in `lossNotFinite`.
    case validationLossNotFinite(epoch: Int, loss: Double, origin: String?)
    /// A layer looks up an index that its table hasn't.
    case badIndex(row: Int, problem: String)
    /// A row's target isn't what the loss takes.
    case badTarget(row: Int, found: Float, allowed: TargetRule.Allowed)
    /// A row's labels can't be said in the steps of the result.
    case badLabels(row: Int, problem: String)
    /// A checkpoint is not one of this model, data and options, or is damaged.
    case badCheckpoint(String)

    /// The fault in one line, with what usually helps.
    public var description: String {
        switch self {
        case .lossNotFinite(let epoch, let step, let loss, let origin):
            "the loss became \(loss) in epoch \(epoch), step \(step), first in \(origin ?? "the loss itself"); a smaller "
                + "learning_rate usually helps, and so do gradient clipping (the optimizer's clipnorm) and scaling the "
                + "inputs (a Rescaling or Normalization layer) to about -1 to 1"
        case .gradientNotFinite(let epoch, let step, let weight):
            "the gradient of \"\(weight)\" became infinite or not a number in epoch \(epoch), step \(step); gradient "
                + "clipping (the optimizer's clipnorm) or a smaller learning_rate usually helps"
        case .validationLossNotFinite(let epoch, let loss, let origin):
            "the validation loss became \(loss) after epoch \(epoch), first in \(origin ?? "the loss itself"); a smaller "
                + "learning_rate usually helps"
        case .badIndex(let row, let problem), .badLabels(let row, let problem): "row \(row): \(problem)"
        case .badTarget(let row, let found, let allowed):
            "row \(row): the target is \(found), the loss takes \(Self.words(for: allowed))"
        case .badCheckpoint(let problem): "checkpoint: \(problem)"
        }
    }

    private static func words(for allowed: TargetRule.Allowed) -> String {
        switch allowed {
        case .labels(let classes): "class indices from 0 to \(classes - 1)"
        case .anyNumber: "finite numbers"
        case .fractions: "numbers from 0 to 1"
        }
    }
}
