import Glibc

/// The bytes of an upload, written once and then read in any order: in memory while they are few, else in a file that no
/// folder names, so that nothing is left of it whatever happens.
final class UploadSpool {
    /// How many bytes stay in memory.
    static let heldBytes = 8 << 20

    private let folder: String
    private let limit: Int
    private var held: [UInt8] = []
    private var descriptor: Int32 = -1
    /// How many bytes there are.
    private(set) var count = 0

    /// An empty spool.
    ///
    /// - Parameters:
    ///   - folder: Where the file is made once it is needed.
    ///   - limit: How many bytes are held before.
    init(folder: String, limit: Int = heldBytes) { (self.folder, self.limit) = (folder, limit) }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Appends bytes.
    ///
    /// - Throws: `SpoolError`.
    func append(_ bytes: UnsafeBufferPointer<UInt8>) throws(SpoolError) {
        if descriptor < 0, held.count + bytes.count <= limit {
            held.append(contentsOf: bytes)
        } else {
            if descriptor < 0 {
                descriptor = try UnnamedFile.open(in: folder)
                let first = held
                held = []
                try first.withUnsafeBufferPointer { (first) throws(SpoolError) in try write(first) }
            }
            try write(bytes)
        }
        count += bytes.count
    }

    private func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(SpoolError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = Glibc.write(descriptor, UnsafeBufferPointer(rebasing: rest).baseAddress, rest.count)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw SpoolError(operation: "write", code: written < 0 ? errno : ENOSPC) }
            rest = rest.dropFirst(written)
        }
    }

    /// The sealed bytes, which may be read from several threads.
    func sealed() -> SpooledBytes {
        if descriptor < 0 { return SpooledBytes(held) }
        let file = SpooledBytes(owning: descriptor, count: count)
        descriptor = -1
        return file
    }
}

/// Bytes in memory or in a file, to be read at any place.
final class SpooledBytes: Sendable {
    private let held: [UInt8]
    private let descriptor: Int32
    /// The bytes of which these are some, from a place on.
    private let whole: (bytes: SpooledBytes, start: Int)?
    /// How many there are.
    let count: Int

    /// Bytes in memory.
    init(_ bytes: [UInt8]) { (held, descriptor, whole, count) = (bytes, -1, nil, bytes.count) }

    /// Some of other bytes.
    init(_ whole: SpooledBytes, _ range: Range<Int>) {
        (held, descriptor, self.whole, count) = ([], -1, (whole, range.lowerBound), range.count)
    }

    /// The bytes of a file, which is closed in the end.
    init(owning descriptor: Int32, count: Int) {
        (held, self.descriptor, whole, self.count) = ([], descriptor, nil, count)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Copies bytes from a place on.
    ///
    /// - Returns: How many there were, as many as there is room for but at the end.
    /// - Throws: `SpoolError`.
    func read(at offset: Int, into room: UnsafeMutableBufferPointer<UInt8>) throws(SpoolError) -> Int {
        let wanted = min(room.count, max(count - offset, 0))
        guard wanted > 0 else { return 0 }
        if let whole {
            return try whole.bytes.read(
                at: whole.start + offset,
                into: UnsafeMutableBufferPointer(rebasing: room[..<wanted])
            )
        }
        guard descriptor >= 0 else {
            _ = held.withUnsafeBufferPointer { room.update(fromContentsOf: $0[offset..<offset + wanted]) }
            return wanted
        }
        var done = 0
        while done < wanted {
            let found = pread(descriptor, room.baseAddress.map { $0 + done }, wanted - done, off_t(offset + done))
            if found < 0, errno == EINTR { continue }
            guard found > 0 else { throw SpoolError(operation: "read", code: found < 0 ? errno : EIO) }
            done += found
        }
        return done
    }

    /// Bytes of a range, which lies within.
    ///
    /// - Throws: `SpoolError`.
    func bytes(_ range: Range<Int>) throws(SpoolError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        _ = try bytes.withUnsafeMutableBufferPointer { (room) throws(SpoolError) in
            try read(at: range.lowerBound, into: room)
        }
        return bytes
    }
}
