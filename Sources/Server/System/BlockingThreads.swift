import Dispatch

/// Where calls run that block on the disk or compute for long, so that the threads that answer requests stay free.
struct BlockingThreads: Sendable {
    private let queue: DispatchQueue

    /// Threads under a name that a debugger shows.
    init(label: String) {
        queue = DispatchQueue(label: label, attributes: .concurrent)
    }

    /// Runs work on a thread that may block, and comes back with what it gave.
    func run<Outcome: Sendable>(_ work: @escaping @Sendable () throws -> Outcome) async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: work)) }
        }
    }
}
