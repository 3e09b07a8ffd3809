import Glibc

/// A file descriptor that is closed when its last owner lets go of it.
final class Descriptor: Sendable {
    let raw: Int32

    init(owning raw: Int32) {
        self.raw = raw
    }

    deinit {
        close(raw)
    }
}
