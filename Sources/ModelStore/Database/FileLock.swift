import Foundation

/// Exclusive locks on files, which last until their descriptor is closed or their process ends, however it ends.
enum FileLock {
    /// Runs `body` while no other caller, in this process or another one, is inside for the same path (flock(2)).
    ///
    /// Waits for its turn; makes the file, with that mode, where there is none.
    static func withLock<Value>(
        on path: String,
        mode: UInt32,
        _ body: () throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        try withLock(on: path, flags: O_RDWR | O_CREAT, mode: mode, body)
    }

    /// Runs `body` while no other caller is inside for the same folder, nor inside `ifUnlocked(folder:)`.
    static func withLock<Value>(
        onFolder path: String,
        _ body: () throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        try withLock(on: path, flags: O_RDONLY | O_DIRECTORY, mode: 0, body)
    }

    private static func withLock<Value>(
        on path: String,
        flags: Int32,
        mode: UInt32,
        _ body: () throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        let descriptor = Glibc.open(path, flags | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw StoreError(errno: errno, doing: "opening", path: path) }
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw StoreError(errno: errno, doing: "locking", path: path) }
        }
        return try body()
    }

    /// Runs `body` beside others that do so with the same folder, unless somebody is inside `withLock(onFolder:)`.
    static func ifUnlocked(folder: String, _ body: () -> Void) {
        let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { body() }
    }

    /// Takes the lock of an open file if nobody else has it.
    static func tryLock(_ descriptor: Int32) -> Bool {
        flock(descriptor, LOCK_EX | LOCK_NB) == 0
    }
}
