import Foundation
import JSON
import NN

// What the engine takes in process, for each workload.
//
//     engine-benchmark [--threads N] [--seconds S] [WORKLOAD …]           milliseconds a training step
//     engine-benchmark --infer [--seconds S] [WORKLOAD …]                 seconds an answer, one JSON object a line
//     engine-benchmark --profile [WORKLOAD …]                             microseconds of each step of a micro-batch

var (threads, seconds, names, infers, profiles) = (1, 1.0, [String](), false, false)
var arguments = CommandLine.arguments.dropFirst().makeIterator()
while let argument = arguments.next() {
    switch argument {
    case "--threads": threads = arguments.next().flatMap(Int.init) ?? 1
    case "--seconds": seconds = arguments.next().flatMap(Double.init) ?? 1
    case "--infer": infers = true
    case "--profile": profiles = true
    default: names.append(argument)
    }
}

let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../workloads.json").standardized.path
for workload in try Workload.all(at: file) where names.isEmpty || names.contains(workload.name) {
    if profiles {
        try printProfile(workload)
    } else if infers {
        let (one, many) = (
            try answerSeconds(workload, rows: 1, for: seconds), try answerSeconds(workload, rows: 32, for: seconds)
        )
        print(#"{"workload": "\#(workload.name)", "seconds_1": \#(one), "seconds_32": \#(many)}"#)
    } else {
        try printTraining(workload, threads: threads, for: seconds)
    }
}
