import JSON
import NN

/// Prints what a training step takes: the least and the median.
func printTraining(_ workload: Workload, threads: Int, for seconds: Double) throws {
    let session = try TrainingSession(
        network: workload.network,
        options: TrainingOptions(JSONDocument(parsing: Array(workload.options.utf8)).root),
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
        return now < end ? .proceed : .cancel
    }
    times = times.dropFirst(3).sorted()
    guard let least = times.first else { return }
    let median = times[times.count / 2]
    print(
        "\(workload.name): least \(rounded(least)) ms, median \(rounded(median)) ms a step, "
            + "\(Int(Double(workload.batch) / median * 1e3)) samples/s, \(session.bytes / 1024) KiB, \(threads) threads"
    )
}

/// Prints what each step of a micro-batch's plan takes, in the order of the plan.
func printProfile(_ workload: Workload) throws {
    let session = try TrainingSession(
        network: workload.network,
        options: TrainingOptions(JSONDocument(parsing: Array(workload.options.utf8)).root),
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

private func milliseconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) * 1e-15
}

private func rounded(_ number: Double) -> Double { (number * 1000).rounded() / 1000 }
