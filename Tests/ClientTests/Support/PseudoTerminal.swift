import Foundation
import Synchronization
import Testing

/// A terminal of so many columns, whose screen is what a program has written to it.
final class PseudoTerminal: Sendable {
    /// The end that programs have as their standard streams.
    let slave: FileHandle
    private let master: Int32
    private let written = Mutex<[UInt8]>([])
    private let hasEnded = DispatchSemaphore(value: 0)

    init(columns: UInt16) throws {
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(master >= 0)
        // What unlockpt and ptsname do, which the module of the C library lacks (ioctl_tty(2)): TIOCSPTLCK, TIOCGPTN.
        var (lock, number): (Int32, UInt32) = (0, 0)
        try #require(ioctl(master, 0x4004_5431, &lock) == 0 && ioctl(master, 0x8004_5430, &number) == 0)
        let name = "/dev/pts/\(number)"
        let descriptor = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(descriptor >= 0)
        slave = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        try #require(ioctl(master, UInt(TIOCSWINSZ), &size) == 0)
        Thread.detachNewThread { [self] in
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while true {
                let count = read(master, &buffer, buffer.count)
                // No more programs have the other end.
                guard count > 0 else { break }
                written.withLock { $0 += buffer[..<count] }
            }
            hasEnded.signal()
        }
    }

    deinit { close(master) }

    /// All that has been written so far, as it came.
    var screen: String { written.withLock { String(decoding: $0, as: UTF8.self) } }

    /// All that was written, once every program has ended.
    func finalScreen() throws -> String {
        try slave.close()
        hasEnded.wait()
        return screen
    }

    /// Types a key.
    func type(_ key: UInt8) {
        var key = key
        #expect(write(master, &key, 1) == 1)
    }
}
