import Foundation
import Logging
import Platform
import Synchronization

/// The thread that keeps this process's `MemoryRecord` true.
final class MemoryWatch: Sendable {
    private let path: String
    private let descriptor: Int32
    private let limit: Int
    private let isStopped = Atomic(false)

    /// How long it rests between two looks, each of which reads one line of `/proc`.
    private static let restSeconds = 0.05
    /// The record is written again when the memory in use has grown or shrunk by one part in so many of the limit.
    private static let parts = 10
    /// How many looks make a span; the record tells the most of this span and the one before.
    ///
    /// A kernel that runs short takes back what it can read again, the program's code among it, before it kills: the last
    /// look alone would tell too little.
    private static let looksInSpan = 100

    /// A watch that doesn't run yet; nil, with a line in the log, where the data folder doesn't take its record.
    ///
    /// - Parameters:
    ///   - records: Where the record goes.
    ///   - mode: The mode of its file, whatever the umask.
    ///   - limit: The bytes that the process may use.
    ///   - logger: Where it is told what fails.
    init?(_ records: MemoryRecords, mode: UInt32, limit: Int, logger: Logger) {
        path = records.ownPath
        self.limit = limit
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        // On a file system that has no modes this fails, and nothing is lost by it.
        if descriptor >= 0 { fchmod(descriptor, mode) }
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0, write(usedBytes: 0) else {
            logger.warning(
                "without a record of its memory: a job that has the server killed for it will be tried again",
                metadata: ["path": "\(path)", "cause": "\(String(cString: strerror(errno)))"]
            )
            if descriptor >= 0 {
                unlink(path)
                close(descriptor)
            }
            return nil
        }
    }

    deinit { close(descriptor) }

    /// Starts the thread.
    func start() { WorkerThread.start(named: "memory") { self.work() } }

    /// Ends the thread, and takes the record away: whatever comes now is no death by the kernel's hand.
    func stop() {
        isStopped.store(true, ordering: .relaxed)
        unlink(path)
    }

    private func work() {
        var (written, looks) = (0, 0)
        var (before, most) = (0, 0)
        while !isStopped.load(ordering: .relaxed) {
            if looks == Self.looksInSpan { (before, most, looks) = (most, 0, 0) }
            most = max(most, Self.residentBytes)
            looks += 1
            let used = max(before, most)
            let part = used * Self.parts / max(limit, 1)
            if part != written, write(usedBytes: used) { written = part }
            Thread.sleep(forTimeInterval: Self.restSeconds)
        }
    }

    private func write(usedBytes: Int) -> Bool {
        let record = MemoryRecord(
            process: ProcessName.own,
            usedBytes: usedBytes,
            limitBytes: limit,
            kills: MemoryKills()
        )
        let bytes = MemoryRecords.bytes(of: record)
        return pwrite(descriptor, bytes, bytes.count, 0) == bytes.count
    }

    /// The bytes of the process that are in memory (proc_pid_statm(5)).
    private static var residentBytes: Int {
        let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * sysconf(Int32(_SC_PAGESIZE))
    }
}
