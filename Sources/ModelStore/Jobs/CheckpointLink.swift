import Foundation
import SQL

/// A second name for the file of a checkpoint, for a job that begins where another one stood.
///
/// The name is on the disk before the row that tells of it. Until then the file's lock is held, so that no sweep takes the
/// name for one that nobody needs.
final class CheckpointLink {
    /// The checkpoint whose file it is.
    let origin: Int64
    /// The name.
    let file: String
    private let storage: StorePool
    /// The file, open and locked; -1 where the database has it.
    private let descriptor: Int32
    private var isEntered = false

    /// - Throws: `StoreError` where there is no such file any more, or it can't be linked.
    init(to origin: Int64, file original: String, storage: StorePool) throws(StoreError) {
        self.origin = origin
        self.storage = storage
        guard storage.engine.keepsFilesInFolder else {
            descriptor = -1
            file = Self.newName()
            try storage.engine.copyFile(original, as: file)
            return
        }
        let folder = storage.folder
        let source = folder.checkpoint(original)
        descriptor = Glibc.open(source, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError(errno: errno, doing: "opening", path: source) }
        file = Self.newName()
        let target = folder.checkpoint(file)
        do throws(StoreError) {
            while flock(descriptor, LOCK_SH) != 0 {
                guard errno == EINTR else { throw StoreError(errno: errno, doing: "locking", path: source) }
            }
            guard link(source, target) == 0 else { throw StoreError(errno: errno, doing: "linking", path: source) }
            try folder.synchronize(folder.checkpoints)
        } catch {
            unlink(target)
            close(descriptor)
            throw error
        }
    }

    private static func newName() -> String { String(UInt64.random(in: UInt64.min...UInt64.max), radix: 16) + ".bin" }

    /// Tells that the row that names the file is on the disk.
    func enter() { isEntered = true }

    deinit {
        guard descriptor >= 0 else {
            if !isEntered { storage.engine.discardFile(file) }
            return
        }
        // A refused commit that may still come back names the file; once it can't, the next sweep removes it.
        if !isEntered, storage.engine.isSettled { unlink(storage.folder.checkpoint(file)) }
        close(descriptor)
    }
}
