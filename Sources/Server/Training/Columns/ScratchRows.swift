import Features
import Glibc
import Synchronization

/// Prepared rows in a file that no folder names, for those that memory has no room for.
///
/// Reading one back takes as long as copying it, where decoding a picture takes a hundred times as long. The file is made
/// with the first row, and closed, and so gone, with this. Where the disk fails, or what was free on it is half used, no
/// more is kept: those rows are prepared anew.
final class ScratchRows: Sendable {
    private struct State {
        /// -1 before the first row, and where there can be no file.
        var descriptor: Int32 = -1
        var isClosed = false
        /// How many bytes the file may have, and has.
        var limit = 0
        var end = 0
        var places: [Int: Range<Int>] = [:]
    }

    private let folder: String
    private let state = Mutex(State())

    /// The bytes of memory that a row in the file takes.
    static let bytesPerRow = 64

    /// None yet.
    ///
    /// - Parameter folder: On whose disk they will lie.
    init(folder: String) { self.folder = folder }

    deinit {
        let descriptor = state.withLock(\.descriptor)
        if descriptor >= 0 { close(descriptor) }
    }

    /// The row as it was kept; nil where it wasn't.
    subscript(row: Int) -> [FrontValue]? {
        let (descriptor, place) = state.withLock { ($0.descriptor, $0.places[row]) }
        guard let place else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: place.count, alignment: 16) { room in
            var done = 0
            while done < place.count {
                // Within the room, which is not empty.
                let found = pread(
                    descriptor,
                    room.baseAddress.map { $0 + done },
                    place.count - done,
                    off_t(place.lowerBound + done)
                )
                if found < 0, errno == EINTR { continue }
                guard found > 0 else { return nil }
                done += found
            }
            var (values, next): ([FrontValue], Int) = ([], 0)
            while next < place.count { values.append(FrontValue(from: UnsafeRawBufferPointer(room), at: &next)) }
            return values
        }
    }

    /// Keeps a row, where there is room.
    func keep(_ values: [FrontValue], for row: Int) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.reduce(0) { $0 + $1.bytes + 64 })
        for value in values { value.append(to: &bytes) }
        guard let (descriptor, start) = reserve(bytes.count, for: row) else { return }
        var done = 0
        while done < bytes.count {
            let written = bytes.withUnsafeBytes { room in
                pwrite(descriptor, room.baseAddress.map { $0 + done }, room.count - done, off_t(start + done))
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                // A full or broken disk: those that are there stay.
                state.withLock { $0.limit = 0 }
                return
            }
            done += written
        }
        state.withLock { $0.places[row] = start..<start + bytes.count }
    }

    /// Where a row of so many bytes is to be written; nil where there is no room, or it is there.
    private func reserve(_ count: Int, for row: Int) -> (descriptor: Int32, start: Int)? {
        state.withLock { state in
            guard count > 0, state.places[row] == nil, !state.isClosed else { return nil }
            if state.descriptor < 0 {
                guard let made = try? UnnamedFile.open(in: folder) else {
                    state.isClosed = true
                    return nil
                }
                state.descriptor = made
                var disk = statvfs()
                state.limit = fstatvfs(made, &disk) == 0 ? Int(disk.f_bavail) * Int(disk.f_frsize) / 2 : 0
            }
            guard state.end + count <= state.limit else { return nil }
            defer { state.end += count }
            return (state.descriptor, state.end)
        }
    }
}
