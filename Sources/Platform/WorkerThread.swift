import CLinux
import Foundation
import Glibc

/// Threads of the program's own, beside those of the event loops and of the language.
package enum WorkerThread {
    /// Starts a thread with a stack of 8 MiB.
    ///
    /// - Parameters:
    ///   - name: What `top -H` and debuggers show; the system keeps its first 15 bytes.
    ///   - slice: How long it would run at a stretch.
    ///   - body: What it does; it ends with it.
    package static func start(
        named name: String,
        slice: TimeSlice = .usual,
        _ body: @escaping @Sendable () -> Void
    ) {
        let thread = Thread {
            // Foundation's name is its own: the system does not hear of it.
            pthread_setname_np(UInt(pthread_self()), String(decoding: name.utf8.prefix(15), as: UTF8.self))
            slice.adopt()
            body()
        }
        thread.stackSize = 8 << 20
        thread.start()
    }
}
