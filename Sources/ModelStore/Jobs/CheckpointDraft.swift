import Foundation

/// Takes a checkpoint in as a stream of bytes, in parts; nothing of it exists until `finish` returns.
///
/// The bytes go into a file beside the database, so that no other writer waits for them. Unless somebody is in a hurry, a
/// draft rests after each piece: on a machine whose cores are all busy, a thread that writes on and on keeps others from
/// their core for some milliseconds at a time, and one that rests doesn't. A draft that is let go without `finish`, or whose
/// process dies, leaves no checkpoint behind. One owner at a time; calls block on the disk.
public final class CheckpointDraft {
    private let table: CheckpointTable
    private let name: String
    private let file: StagingFile
    private let isHurried: () -> Bool
    private var parts: [CheckpointTable.StoredPart] = []
    private var unrested = 0
    private var isFinished = false

    /// Measured with 16 MB on two full cores, as the 99th percentile of predictions meanwhile against an idle store:
    /// without rests 9 to 13 times, with one after each 64 KiB 1.6, after each 32 KiB 1.2 to 1.4.
    private static let pieceBytes = 1 << 15
    private static let restMicroseconds: UInt32 = 400

    init(table: CheckpointTable, isHurried: @escaping () -> Bool) throws(StoreError) {
        self.table = table
        self.isHurried = isHurried
        name = String(UInt64.random(in: UInt64.min...UInt64.max), radix: 16) + ".bin"
        let folder = table.storage.folder
        file = try folder.newFile(folder.checkpoint(name))
    }

    deinit {
        // A refused commit that may still come back names the file; once it can't, the next sweep removes it.
        if !isFinished, table.storage.engine.isSettled { unlink(file.path) }
    }

    /// Begins the next part.
    public func begin(_ part: String) {
        parts.append(CheckpointTable.StoredPart(name: part))
    }

    /// Appends bytes to the part that was begun last.
    public func append(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
        precondition(!parts.isEmpty, "bytes before the first part of a checkpoint")
        for start in stride(from: 0, to: bytes.count, by: Self.pieceBytes) {
            let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + Self.pieceBytes, bytes.count)])
            try file.append(piece)
            parts[parts.count - 1].add(piece)
            try rest(after: piece.count)
        }
    }

    /// Waits for the disk and makes the checkpoint the newest one of the lease's job, in one transaction.
    ///
    /// It also counts as progress: earlier failures and lapses no longer weigh on the job. The oldest checkpoints beyond
    /// those kept are removed. Throws `.leaseLost` where another worker has the job.
    ///
    /// - Parameters:
    ///   - lease: The right to run the job.
    ///   - position: Where the run stands, as JSON text.
    ///   - rule: The epoch that it is kept of, with the version that it is; nil for one that goes with the job's end.
    /// - Throws: `StoreError`.
    public func finish(_ lease: Lease, position: String, keeping rule: KeptRule? = nil) throws(StoreError) {
        precondition(!isFinished, "a checkpoint is finished once")
        if let rule {
            begin(KeptVersion.part)
            try rule.version.encoded.withUnsafeBufferPointer { (bytes) throws(StoreError) in
                try append(UnsafeRawBufferPointer(bytes))
            }
        }
        try file.synchronize()
        try table.storage.folder.synchronize(table.storage.folder.checkpoints)
        try table.storage.engine.keepFile(name, from: file.path)
        try table.insert(lease, position: position, file: name, parts: parts, keeping: rule)
        isFinished = true
    }

    private func rest(after count: Int) throws(StoreError) {
        unrested += count
        guard unrested >= Self.pieceBytes, !isHurried() else { return }
        unrested = 0
        try file.flush()
        usleep(Self.restMicroseconds)
    }
}
