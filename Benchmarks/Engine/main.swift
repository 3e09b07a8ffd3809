import Foundation
import JSON
import NN

// Milliseconds that a training step takes in process, for each workload: the least and the median of several seconds.
//
//     swift run -c release engine-benchmark [--threads N] [--seconds S] [WORKLOAD …]

var (threads, seconds, names) = (1, 1.0, [String]())
var arguments = CommandLine.arguments.dropFirst().makeIterator()
while let argument = arguments.next() {
    switch argument {
    case "--threads": threads = arguments.next().flatMap(Int.init) ?? 1
    case "--seconds": seconds = arguments.next().flatMap(Double.init) ?? 1
    default: names.append(argument)
    }
}

let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../workloads.json").standardized.path
for workload in try Workload.all(at: file) where names.isEmpty || names.contains(workload.name) {
    let options = try TrainingOptions(JSONDocument(parsing: Array(workload.options.utf8)).root)
    let session = try TrainingSession(
        network: workload.network,
        options: options,
        data: workload.data,
        threads: threads
    )
    var times: [Double] = []
    var last = ContinuousClock.now
    let end = last + .seconds(seconds)
    _ = try session.run { _, event in
        guard case .step = event else { return .proceed }
        let now = ContinuousClock.now
        let step = last.duration(to: now).components
        times.append(Double(step.seconds) * 1e3 + Double(step.attoseconds) * 1e-15)
        last = now
        return now < end ? .proceed : .cancel
    }
    times = times.dropFirst(3).sorted()
    guard let least = times.first else { continue }
    let median = times[times.count / 2]
    let rate = Double(workload.batch) / median * 1e3
    print(
        "\(workload.name): least \(rounded(least)) ms, median \(rounded(median)) ms a step, "
            + "\(Int(rate)) samples/s, \(session.bytes / 1024) KiB, \(threads) threads"
    )
}

func rounded(_ number: Double) -> Double { (number * 1000).rounded() / 1000 }
