import JSON
import NN

/// The steps of an epoch whose norms are taken: fewer than most epochs have.
private let stepsPerEpoch = 32

/// Prints what it costs to take the norms of each epoch's last step: two runs by turns, an epoch each.
func printNorms(_ workload: Workload, threads: Int, for seconds: Double) throws {
    let data = workload.data(rows: workload.batch * stepsPerEpoch)
    let sessions = try (0..<2).map { _ in
        try TrainingSession(
            network: workload.network,
            options: TrainingOptions(JSONDocument(parsing: Array(workload.options.utf8)).root),
            data: data,
            threads: threads
        )
    }
    sessions[1].takeNorms()
    var times: [[Double]] = [[], []]
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end || times[1].count < 6 {
        for (turn, session) in sessions.enumerated() {
            let start = ContinuousClock.now
            _ = try session.run { _, event in if case .epoch = event { .pause } else { .proceed } }
            times[turn].append(milliseconds(start.duration(to: .now)))
        }
    }
    // The first epoch compiles plans and touches memory.
    let medians = times.map { turn in
        let sorted = turn.dropFirst().sorted()
        return sorted[sorted.count / 2]
    }
    let cost = (medians[1] / medians[0] - 1) * 100
    print(
        "\(workload.name): an epoch of \(stepsPerEpoch) steps \(rounded(medians[0])) ms, with norms "
            + "\(rounded(medians[1])) ms, \(rounded(cost)) % more"
    )
}
