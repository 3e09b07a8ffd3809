import Foundation

/// Reads a tar archive from front to back.
struct ArchiveReader {
    let descriptor: Int32
    let count: Int
    let path: String
    private var offset = 0

    init(descriptor: Int32, count: Int, path: String) {
        self.descriptor = descriptor
        self.count = count
        self.path = path
    }

    /// The header of the next file, or nil at the archive's end; throws `.corrupt` where the archive is cut.
    mutating func next() throws(StoreError) -> TarHeader? {
        let block = try block()
        guard block.contains(where: { $0 != 0 }) else { return nil }
        guard let header = TarHeader(block: block) else {
            throw offset == TarHeader.blockBytes
                ? .invalid("\(path): it is not a backup") : .corrupt("\(path): it is damaged before byte \(offset)")
        }
        guard header.size <= count - offset else {
            throw .corrupt(
                "\(path): it has \(count) bytes, but \(header.name) in it goes on to \(offset + header.size)"
            )
        }
        return header
    }

    /// Hands out the content of the file whose header was read last, in pieces.
    mutating func content(
        of header: TarHeader,
        _ body: (UnsafeRawBufferPointer) throws(StoreError) -> Void
    ) throws(StoreError) {
        try FileBytes.forEachPiece(of: descriptor, from: offset, count: header.size, path: path, body)
        offset += header.size + TarHeader.padding(after: header.size)
    }

    /// The content of the file whose header was read last, as text; for small files.
    mutating func text(of header: TarHeader) throws(StoreError) -> String {
        var bytes: [UInt8] = []
        try content(of: header) { piece in bytes += piece }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func block() throws(StoreError) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: TarHeader.blockBytes)
        let start = offset
        try block.withUnsafeMutableBufferPointer { (bytes) throws(StoreError) in
            try FileBytes.read(descriptor, into: UnsafeMutableRawBufferPointer(bytes), at: start, path: path)
        }
        offset += TarHeader.blockBytes
        return block
    }
}
