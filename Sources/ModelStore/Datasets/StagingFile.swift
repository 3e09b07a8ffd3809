import Foundation

/// A file under construction: written through a buffer, read back in pieces, closed when it is let go.
final class StagingFile {
    let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private static let bufferBytes = 1 << 18

    /// How many bytes have been appended.
    private(set) var count = 0

    /// Makes a new file and takes its lock; with `isNameless` it has no name, so that it vanishes however we end.
    init(path: String, isNameless: Bool, permissions: FilePermissions) throws(StoreError) {
        self.path = path
        descriptor = try Self.make(path, permissions)
        if isNameless { unlink(path) }
    }

    private static func make(_ path: String, _ permissions: FilePermissions) throws(StoreError) -> Int32 {
        while true {
            let descriptor = try permissions.makeFile(path)
            while flock(descriptor, LOCK_EX) != 0 {
                let code = errno
                if code == EINTR { continue }
                close(descriptor)
                throw StoreError(errno: code, doing: "locking", path: path)
            }
            // A sweep of orphans that came before the lock has taken the file away again.
            var (named, opened) = (stat(), stat())
            if fstat(descriptor, &opened) == 0, stat(path, &named) == 0, named.st_ino == opened.st_ino {
                return descriptor
            }
            close(descriptor)
        }
    }

    deinit {
        close(descriptor)
    }

    /// Appends bytes.
    func append(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
        count += bytes.count
        if buffer.count + bytes.count <= Self.bufferBytes {
            buffer.append(contentsOf: bytes)
        } else {
            try flush()
            try writeAll(bytes)
        }
    }

    /// Appends bytes.
    func append(_ bytes: [UInt8]) throws(StoreError) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(StoreError) in try append(UnsafeRawBufferPointer(bytes)) }
    }

    /// Appends all that another file holds.
    func append(contentsOf other: StagingFile) throws(StoreError) {
        try other.forEachPiece { (piece) throws(StoreError) in
            try append(UnsafeRawBufferPointer(piece))
        }
    }

    /// Writes what the buffer holds to the file.
    func flush() throws(StoreError) {
        let pending = buffer
        buffer.removeAll(keepingCapacity: true)
        try pending.withUnsafeBufferPointer { (bytes) throws(StoreError) in
            try writeAll(UnsafeRawBufferPointer(bytes))
        }
    }

    /// Hands out the content in order, in pieces of whole floats, and writes back what `body` makes of each.
    func rewritePieces(_ body: (UnsafeMutableRawBufferPointer) -> Void) throws(StoreError) {
        try eachPiece { (piece, offset) throws(StoreError) in
            body(piece)
            try write(UnsafeRawBufferPointer(piece), at: offset)
        }
    }

    /// Hands out the content in order, in pieces of whole floats.
    func forEachPiece(_ body: (UnsafeMutableRawBufferPointer) throws(StoreError) -> Void) throws(StoreError) {
        try eachPiece { (piece, _) throws(StoreError) in try body(piece) }
    }

    /// Overwrites bytes from an offset on.
    func write(_ bytes: [UInt8], at offset: Int) throws(StoreError) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(StoreError) in
            try write(UnsafeRawBufferPointer(bytes), at: offset)
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(StoreError) {
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            let result = pwrite(descriptor, rest.baseAddress, rest.count, offset + written)
            if result > 0 {
                written += result
            } else if errno != EINTR {
                throw StoreError(errno: errno, doing: "writing", path: path)
            }
        }
    }

    /// Takes bytes out; those behind them move up.
    func remove(_ bytes: Range<Int>) throws(StoreError) {
        try flush()
        var piece = [UInt8](repeating: 0, count: Self.bufferBytes)
        for begin in stride(from: bytes.upperBound, to: count, by: Self.bufferBytes) {
            let moved = min(Self.bufferBytes, count - begin)
            try piece.withUnsafeMutableBufferPointer { (piece) throws(StoreError) in
                let held = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: piece[..<moved]))
                try FileBytes.read(descriptor, into: held, at: begin, path: path)
                try write(UnsafeRawBufferPointer(held), at: begin - bytes.count)
            }
        }
        count -= bytes.count
        guard ftruncate(descriptor, off_t(count)) == 0, lseek(descriptor, off_t(count), SEEK_SET) == count else {
            throw StoreError(errno: errno, doing: "shortening", path: path)
        }
    }

    /// Waits until the content is on the disk.
    func synchronize() throws(StoreError) {
        try flush()
        guard fsync(descriptor) == 0 else { throw StoreError(errno: errno, doing: "synchronizing", path: path) }
    }

    private func eachPiece(
        _ body: (UnsafeMutableRawBufferPointer, Int) throws(StoreError) -> Void
    ) throws(StoreError) {
        try flush()
        var piece = [UInt8](repeating: 0, count: Self.bufferBytes)
        var offset = 0
        while offset < count {
            let wanted = min(Self.bufferBytes, count - offset)
            try piece.withUnsafeMutableBufferPointer { (bytes) throws(StoreError) in
                let bytes = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: bytes[..<wanted]))
                try FileBytes.read(descriptor, into: bytes, at: offset, path: path)
                try body(bytes, offset)
            }
            offset += wanted
        }
    }

    private func writeAll(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
        var rest = bytes
        while !rest.isEmpty {
            let result = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if result > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[result...])
            } else if errno != EINTR {
                throw StoreError(errno: errno, doing: "writing", path: path)
            }
        }
    }
}
