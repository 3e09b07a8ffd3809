import JSON
import NN

/// What training steps took.
struct StepTimes {
    /// The least milliseconds of a step.
    let least: Double
    /// The median milliseconds of a step.
    let median: Double
    /// The rows of a step.
    let batch: Int
    /// The memory of the session.
    let bytes: Int

    var samplesPerSecond: Double { Double(batch) / median * 1e3 }
}

/// Trains for some seconds and times every step but the first three.
func stepTimes(
    _ workload: Workload,
    threads: Int,
    for seconds: Double,
    _ precision: ProductPrecision
) throws -> StepTimes {
    let session = try TrainingSession(
        network: workload.network,
        options: TrainingOptions(JSONDocument(parsing: Array(workload.options(precision).utf8)).root),
        data: workload.data,
        threads: threads
    )
    var times: [Double] = []
    var last = ContinuousClock.now
    let end = last + .seconds(seconds)
    _ = try session.run { _, event in
        guard case .step = event else { return .proceed }
        let now = ContinuousClock.now
        times.append(milliseconds(last.duration(to: now)))
        last = now
        return now < end || times.count < 10 ? .proceed : .cancel
    }
    times = times.dropFirst(3).sorted()
    return StepTimes(least: times[0], median: times[times.count / 2], batch: workload.batch, bytes: session.bytes)
}

/// Prints what a training step takes.
func printTraining(
    _ workload: Workload,
    threads: Int,
    for seconds: Double,
    _ precision: ProductPrecision,
    asJSON: Bool
) throws {
    let times = try stepTimes(workload, threads: threads, for: seconds, precision)
    guard !asJSON else {
        return print(#"{"workload": "\#(workload.name)", "samples_per_second": \#(times.samplesPerSecond)}"#)
    }
    print(
        "\(workload.name): least \(rounded(times.least)) ms, median \(rounded(times.median)) ms a step, "
            + "\(Int(times.samplesPerSecond)) samples/s, \(times.bytes / 1024) KiB, \(threads) threads"
    )
}

/// Prints what each step of a micro-batch's plan takes, in the order of the plan.
func printProfile(_ workload: Workload, _ precision: ProductPrecision) throws {
    let session = try TrainingSession(
        network: workload.network,
        options: TrainingOptions(JSONDocument(parsing: Array(workload.options(precision).utf8)).root),
        data: workload.data,
        threads: 1
    )
    let profile = try session.profile()
    let total = profile.steps.reduce(0) { $0 + $1.seconds }
    print("\(workload.name): \(profile.parts) × \(profile.rows) rows, \(rounded(total * 1e6)) µs a micro-batch")
    for (index, (step, seconds)) in profile.steps.enumerated() {
        print("  \(index) \(step): \(rounded(seconds * 1e6)) µs, \(rounded(seconds / total * 100)) %")
    }
}

/// The median seconds that rows take which are answered together.
func answerSeconds(_ workload: Workload, rows: Int, for seconds: Double) throws -> Double {
    let network = workload.network
    let worker = InferenceModel(try InferencePlans(network), weights: network.initialWeights()).makeWorker()
    let inputs = Array(workload.data.inputs.values.prefix(rows * network.inputShape.volume))
    var answers = [Float](repeating: 0, count: rows * network.outputShape.volume)
    var times: [Double] = []
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end || times.count < 10 {
        let start = ContinuousClock.now
        try inputs.withUnsafeBufferPointer { inputs in
            try answers.withUnsafeMutableBufferPointer { answers in
                try worker.predict(rows: rows, inputs, into: answers)
            }
        }
        times.append(milliseconds(start.duration(to: .now)) / 1e3)
    }
    times.sort()
    return times[times.count / 2]
}

/// Prints the seconds that one row and 32 rows take.
func printAnswers(_ workload: Workload, for seconds: Double) throws {
    let one = try answerSeconds(workload, rows: 1, for: seconds)
    let many = try answerSeconds(workload, rows: 32, for: seconds)
    print(#"{"workload": "\#(workload.name)", "seconds_1": \#(one), "seconds_32": \#(many)}"#)
}

/// Prints what each step of the plan that answers one row takes.
func printAnswerProfile(_ workload: Workload) throws {
    let network = workload.network
    let worker = InferenceModel(try InferencePlans(network), weights: network.initialWeights()).makeWorker()
    let steps = try worker.profile(rows: 1)
    let total = steps.reduce(0) { $0 + $1.seconds }
    print("\(workload.name): \(rounded(total * 1e6)) µs an answer")
    for (step, seconds) in steps { print("  \(step): \(rounded(seconds * 1e6)) µs") }
}

func milliseconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) * 1e-15
}

func rounded(_ number: Double) -> Double { (number * 1000).rounded() / 1000 }
