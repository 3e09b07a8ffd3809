import Glibc

/// A file descriptor that is closed when its last owner lets go of it.
///
/// `watch` is set when the descriptor is registered and read when bytes are moved, both on the queue of its loop alone.
final class Descriptor: @unchecked Sendable {
    let raw: Int32
    /// What watches it, if it is registered.
    var watch: Watch?

    init(owning raw: Int32) {
        self.raw = raw
    }

    deinit {
        close(raw)
    }
}
