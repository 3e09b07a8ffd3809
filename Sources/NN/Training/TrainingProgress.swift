public import JSON

/// Where a training run stands.
public struct TrainingProgress: Sendable, Equatable {
    /// The epoch that is running, counted from 1.
    public let epoch: Int
    /// How many epochs there will be.
    public let epochs: Int
    /// The steps of the epoch that are done.
    public let step: Int
    /// How many steps an epoch has.
    public let steps: Int
    /// The rows trained on in a second, lately; nil before the first step.
    public let samplesPerSecond: Double?
    /// The seconds that the rest will take at this pace; nil before the first step.
    public let etaSeconds: Double?
    /// The loss and metrics of the epoch so far, or of the last one at its end.
    public let measurements: [Measurement]
}

extension TrainingProgress: JSONWritable {
    /// Writes position and pace; the measurements stand elsewhere in a job.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("epoch", epoch)
            json.field("epochs", epochs)
            json.field("step", step)
            json.field("steps", steps)
            json.field("samples_per_second", samplesPerSecond)
            json.field("eta_seconds", etaSeconds)
        }
    }
}

/// What has just happened in a training run.
public enum TrainingEvent: Sendable, Equatable {
    /// A step is done, or one batch of several of a validation.
    case step
    /// An epoch is done, its validation too.
    case epoch(EpochRecord)
}

/// What a training run shall do next.
public enum TrainingCommand: Sendable, Equatable {
    /// Go on.
    case proceed
    /// Come back; the run may go on later, here or from a checkpoint.
    case pause
    /// Come back for good.
    case cancel

    /// What `run` answers, where it comes back.
    var outcome: TrainingOutcome? {
        switch self {
        case .proceed: nil
        case .pause: .paused
        case .cancel: .cancelled
        }
    }
}

/// Why a training run came back.
public enum TrainingOutcome: Sendable, Equatable {
    /// The last epoch is over.
    case finished
    /// It was asked to pause.
    case paused
    /// It was asked to stop for good.
    case cancelled
}

/// How fast a run goes: an average in which the last seconds count most.
struct Pace {
    private var rows = 0.0
    private var seconds = 0.0
    /// What the last validation took; nil before the first.
    var secondsPerValidation: Double?

    /// The seconds over which the past is forgotten.
    private static let memory = 5.0

    /// Counts rows and the time they took.
    mutating func add(rows: Int, seconds duration: Duration) {
        self.rows += Double(rows)
        seconds += duration.seconds
        if seconds > 2 * Self.memory {
            self.rows /= 2
            seconds /= 2
        }
    }

    /// The rows in a second; nil before there were any.
    var rowsPerSecond: Double? { seconds > 0 ? rows / seconds : nil }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
