import Glibc
import JSON
import NN

/// The steps of an epoch whose norms are taken: fewer than most epochs have.
private let stepsPerEpoch = 32

/// The milliseconds of processor that the program has had, which other programs on the machine hardly change.
private func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
}

/// Prints what processor time it costs to take the norms of each epoch's last step: two runs by turns, an epoch each.
func printNorms(_ workload: Workload, threads: Int, for seconds: Double) throws {
    let data = workload.data(rows: workload.batch * stepsPerEpoch)
    let sessions = try (0..<2).map { _ in
        try TrainingSession(
            network: workload.network,
            options: TrainingOptions(JSONDocument(parsing: Array(workload.options(.float32).utf8)).root),
            data: data,
            threads: threads
        )
    }
    sessions[1].takeNorms()
    var times: [[Double]] = [[], []]
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end || times[1].count < 6 {
        for (turn, session) in sessions.enumerated() {
            let start = processorTime()
            _ = try session.run { _, event in if case .epoch = event { .pause } else { .proceed } }
            times[turn].append(processorTime() - start)
        }
    }
    // Of each run the least: what else comes, such as plans in the first epoch, comes on top.
    let least = times.map { $0.min() ?? 0 }
    let cost = (least[1] / least[0] - 1) * 100
    print(
        "\(workload.name): an epoch of \(stepsPerEpoch) steps \(rounded(least[0])) ms, with norms "
            + "\(rounded(least[1])) ms, \(rounded(cost)) % more"
    )
}
