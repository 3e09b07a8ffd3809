import Foundation

/// The last bytes of an exported model: eight that mark them, and the SHA-256 of all bytes before them.
///
/// SQLite reads as much of a file as its header says, so that they don't disturb it.
enum FileSeal {
    private static let mark = Array("TRYDSEAL".utf8)
    private static let byteCount = mark.count + SHA256.byteCount

    /// Ends a file, which nobody else has open, with its seal.
    static func add(to path: String) throws(StoreError) {
        let file = try OpenedFile(path: path)
        defer { file.close() }
        let hasher = SHA256()
        try FileBytes.forEachPiece(of: file.descriptor, count: file.count, path: path) { piece in
            hasher.update(piece)
        }
        let descriptor = Glibc.open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError(errno: errno, doing: "opening", path: path) }
        defer { close(descriptor) }
        let seal = mark + hasher.digest
        let written = write(descriptor, seal, seal.count)
        guard written == seal.count else {
            throw StoreError(errno: written < 0 ? errno : ENOSPC, doing: "writing", path: path)
        }
    }

    /// The count of the bytes before the seal, where a file ends with one; nil where it doesn't.
    static func start(in file: OpenedFile) throws(StoreError) -> Int? {
        guard file.count >= byteCount else { return nil }
        let start = file.count - byteCount
        return try file.bytes(at: start, count: mark.count) == mark ? start : nil
    }

    /// Whether the seal that begins at `start` is of bytes with this digest.
    static func holds(_ digest: [UInt8], in file: OpenedFile, at start: Int) throws(StoreError) -> Bool {
        try file.bytes(at: start + mark.count, count: SHA256.byteCount) == digest
    }
}
