import HTTP
import ModelStore
import Synchronization

/// What a request wants of the dataset that it changes: asked by the store in the middle of the change, between which and
/// the change itself nothing happens.
final class DatasetConditions: Sendable {
    private let check: @Sendable (EntityTag?) throws(Problem) -> Void
    private let failure = Mutex<Problem?>(nil)

    /// The conditions of a request.
    ///
    /// - Parameter check: Told the tag of what has the name, nil where nothing has, it throws where that may not be changed.
    init(_ check: @escaping @Sendable (EntityTag?) throws(Problem) -> Void) { self.check = check }

    /// Why the store may not change what it has; nil where it may.
    func refusal(of before: StoredDataset?) -> StoreError? {
        do throws(Problem) {
            try check(before.map { EntityTag($0.sha256) })
            return nil
        } catch {
            failure.withLock { $0 = error }
            return .conflict("the conditions of the request do not hold")
        }
    }

    /// What to tell of a change that failed: the condition that did not hold, else the store's own error.
    func cause(of error: any Error) -> any Error { failure.withLock { $0 } ?? error }
}
