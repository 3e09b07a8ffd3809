import Crypto
import Foundation

/// Writes a tar archive under a temporary name; it gets its own name once it is complete and on the disk.
final class ArchiveWriter {
    private let path: String
    private let file: StagingFile

    /// The digests of the files added so far, as `sha256sum` writes and checks them.
    private(set) var checksums = ""

    /// Begins an archive; throws `.conflict` where the path is taken.
    init(path: String) throws(StoreError) {
        guard access(path, F_OK) != 0 else {
            throw .conflict("\(path): there is such a file already; delete it or choose another name")
        }
        self.path = path
        let token = String(UInt64.random(in: UInt64.min...UInt64.max), radix: 16)
        file = try StagingFile(path: "\(path).\(token).part", isNameless: false, permissions: .ownerAlone)
    }

    deinit {
        // After `finish` the file no longer has this name, and nothing is removed.
        unlink(file.path)
    }

    /// Adds a small file from memory.
    func add(_ name: String, _ bytes: [UInt8]) throws(StoreError) {
        try file.append(TarHeader(name: name, size: bytes.count).block)
        try file.append(bytes)
        checksums += "\(SHA256.hash(data: bytes).hexadecimal)  \(name)\n"
        try pad(bytes.count)
    }

    /// Adds a file of a known size from an open descriptor; throws `.corrupt` where it is shorter.
    func add(_ name: String, from descriptor: Int32, count: Int, source: String) throws(StoreError) {
        try file.append(TarHeader(name: name, size: count).block)
        var hasher = SHA256()
        try FileBytes.forEachPiece(of: descriptor, count: count, path: source) { (piece) throws(StoreError) in
            hasher.update(bufferPointer: piece)
            try file.append(piece)
        }
        checksums += "\(hasher.finalize().hexadecimal)  \(name)\n"
        try pad(count)
    }

    /// Ends the archive, waits for the disk and gives it its name.
    func finish() throws(StoreError) {
        try file.append([UInt8](repeating: 0, count: 2 * TarHeader.blockBytes))
        try file.synchronize()
        guard rename(file.path, path) == 0 else { throw StoreError(errno: errno, doing: "renaming", path: file.path) }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try StoreFolder.synchronize(folder)
    }

    private func pad(_ size: Int) throws(StoreError) {
        try file.append([UInt8](repeating: 0, count: TarHeader.padding(after: size)))
    }
}
