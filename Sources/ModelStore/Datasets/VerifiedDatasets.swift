import Foundation
import Synchronization

/// What is known of the datasets' files that this process has verified, so that one that nobody has touched since is not
/// read whole again for each request that names it.
///
/// A file is untouched while its device, number, size and times are as they were before it was read. One that was changed
/// less than a moment before that is not kept, since a further change might leave its times as they are.
final class VerifiedDatasets: Sendable {
    /// What a file's reading came to.
    struct Content: Sendable {
        /// Which record each row is, training rows first.
        let order: [UInt32]
        /// The CRC-32 of each record's inputs.
        let inputs: [UInt32]
        /// The CRC-32 of each record's targets.
        let targets: [UInt32]
    }

    /// What tells a file, as it is now, from every other and from itself after a change.
    struct Mark: Hashable, Sendable {
        private let device: UInt
        private let number: UInt
        private let size: Int
        private let modified: [Int]
        private let changed: [Int]

        /// How many seconds after a change a file's times are sure to tell of the next one.
        private static let settlingSeconds: Int64 = 1

        /// The mark of an open file; nil where its last change is too recent, or it can't be looked at.
        fileprivate init?(_ descriptor: Int32, now: Timestamp) {
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { return nil }
            let age = now.milliseconds / 1000 - Int64(status.st_ctim.tv_sec)
            guard age > Self.settlingSeconds else { return nil }
            (device, number, size) = (UInt(status.st_dev), UInt(status.st_ino), Int(status.st_size))
            modified = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
            changed = [status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
        }
    }

    private struct State {
        var known: [Mark: (sha256: String, content: Content)] = [:]
        var records = 0
    }

    private let clock: StoreClock
    private let state = Mutex(State())

    /// The records of all files that are kept: 12 bytes each.
    private static let greatestRecords = 1 << 20
    private static let greatestFiles = 64

    /// Nothing is known yet.
    init(clock: StoreClock) { self.clock = clock }

    /// The mark of an open file as it is now; nil where it says nothing, since the file was changed just now.
    func mark(of descriptor: Int32) -> Mark? { Mark(descriptor, now: clock.now()) }

    /// What the reading of a file came to, where it is as it was then and had that digest.
    func content(of mark: Mark, sha256: String) -> Content? {
        state.withLock { state in state.known[mark].flatMap { $0.sha256 == sha256 ? $0.content : nil } }
    }

    /// Keeps what the reading of a file came to.
    func keep(_ content: Content, of mark: Mark, sha256: String) {
        let records = content.order.count
        guard records <= Self.greatestRecords / 4 else { return }
        state.withLock { state in
            if state.known.count >= Self.greatestFiles || state.records + records > Self.greatestRecords {
                state = State()
            }
            if state.known.updateValue((sha256, content), forKey: mark) == nil { state.records += records }
        }
    }
}
