import Foundation
import JSON
import NN

// What the engine takes in process, for each workload.
//
//     engine-benchmark [--threads N] [--seconds S] [--json] [WORKLOAD …]  a training step
//     engine-benchmark --norms [--threads N] [--seconds S] [WORKLOAD …]   what norms at each epoch's last step cost
//     engine-benchmark --infer [--seconds S] [WORKLOAD …]                 seconds an answer, one JSON object a line
//     engine-benchmark --profile [WORKLOAD …]                             microseconds of each step of a micro-batch
//     engine-benchmark --profile-answer [WORKLOAD …]                      microseconds of each step of one answer
//     engine-benchmark --operations [--seconds S]                         each operation and its share of the peak
//     engine-benchmark --floor [WORKLOAD …]                               operations a sample, and this core's GEMM speed
//
// --workloads FILE takes another list than Benchmarks/workloads.json; --bfloat16 trains with "mixed_bfloat16".

enum Mode { case train, norms, infer, profile, profileAnswer, operations, floor }

var (mode, threads, seconds, names, asJSON) = (Mode.train, 1, 1.0, [String](), false)
var precision = ProductPrecision.float32
var file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../workloads.json").standardized.path
var arguments = CommandLine.arguments.dropFirst().makeIterator()
while let argument = arguments.next() {
    switch argument {
    case "--threads": threads = arguments.next().flatMap(Int.init) ?? 1
    case "--seconds": seconds = arguments.next().flatMap(Double.init) ?? 1
    case "--workloads": file = arguments.next() ?? file
    case "--json": asJSON = true
    case "--bfloat16": precision = .mixedBFloat16
    case "--norms": mode = .norms
    case "--infer": mode = .infer
    case "--profile": mode = .profile
    case "--profile-answer": mode = .profileAnswer
    case "--operations": mode = .operations
    case "--floor": mode = .floor
    default: names.append(argument)
    }
}

if mode == .operations {
    try printOperations(for: seconds)
} else {
    let peak = mode == .floor ? try gemmSpeed(for: seconds) : 0
    for workload in try Workload.all(at: file) where names.isEmpty || names.contains(workload.name) {
        switch mode {
        case .train: try printTraining(workload, threads: threads, for: seconds, precision, asJSON: asJSON)
        case .norms: try printNorms(workload, threads: threads, for: seconds)
        case .infer: try printAnswers(workload, for: seconds)
        case .profile: try printProfile(workload, precision)
        case .profileAnswer: try printAnswerProfile(workload)
        case .floor:
            print(
                #"{"workload": "\#(workload.name)", "operations_per_sample": \#(workload.operationsPerSample), "#
                    + #""gemm_operations_per_second": \#(peak)}"#
            )
        case .operations: break
        }
    }
}
