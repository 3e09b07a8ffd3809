import Foundation

/// What parallel requests got, in the order in which they came back.
final class ParallelResults: @unchecked Sendable {
    // Unchecked because the lock guards the list.
    private let lock = NSLock()
    private var list: [(Int, [Int])] = []

    func add(_ number: Int, _ tokens: [Int]?) {
        guard let tokens else { return }
        lock.withLock { list.append((number, tokens)) }
    }

    var all: [(Int, [Int])] { lock.withLock { list } }
}
