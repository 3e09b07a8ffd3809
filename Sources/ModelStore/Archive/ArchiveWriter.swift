import Foundation

/// Writes a tar archive under a temporary name; it gets its own name once it is complete and on the disk.
final class ArchiveWriter {
    private let path: String
    /// Beside the archive, a name for a file that belongs to it while it is written; what a killed program has left of one is
    /// removed with what it has left of the archive.
    let companion: String
    private let file: StagingFile

    /// The digests of the files added so far, as `sha256sum` writes and checks them.
    private(set) var checksums = ""

    /// Begins an archive; throws `.conflict` where the path is taken.
    init(path: String) throws(StoreError) {
        guard access(path, F_OK) != 0 else {
            throw .conflict("\(path): there is such a file already; delete it or choose another name")
        }
        self.path = path
        Self.removeLeftovers(of: path)
        let token = String(UInt64.random(in: UInt64.min...UInt64.max), radix: 16)
        companion = path + "." + token + Self.companionSuffix
        file = try StagingFile(path: path + "." + token + Self.suffix, isNameless: false, permissions: .ownerAlone)
    }

    private static let suffix = ".part"
    private static let companionSuffix = ".sqlite-part"

    /// Removes what programs that were killed have left of an archive at a path; whoever still writes one has its lock.
    private static func removeLeftovers(of path: String) {
        let url = URL(fileURLWithPath: path)
        let folder = url.deletingLastPathComponent().path
        let prefix = url.lastPathComponent + "."
        for entry in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        where entry.hasPrefix(prefix) && entry.hasSuffix(suffix) {
            let token = entry.dropFirst(prefix.count).dropLast(suffix.count)
            guard !token.isEmpty, token.allSatisfy(\.isHexDigit) else { continue }
            let descriptor = Glibc.open(folder + "/" + entry, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            guard FileLock.tryLock(descriptor) else { continue }
            StoreFolder.removeDatabase("\(folder)/\(prefix)\(token)\(companionSuffix)")
            unlink(folder + "/" + entry)
        }
    }

    deinit {
        // After `finish` the file no longer has this name, and nothing is removed.
        unlink(file.path)
    }

    /// Adds a small file from memory.
    func add(_ name: String, _ bytes: [UInt8]) throws(StoreError) {
        try file.append(TarHeader(name: name, size: bytes.count).block)
        try file.append(bytes)
        checksums += "\(SHA256.hexadecimal(of: bytes))  \(name)\n"
        try pad(bytes.count)
    }

    /// Adds a file of a known size from an open descriptor, and returns its SHA-256; throws `.corrupt` where it is shorter.
    @discardableResult
    func add(_ name: String, from descriptor: Int32, count: Int, source: String) throws(StoreError) -> String {
        try file.append(TarHeader(name: name, size: count).block)
        let hasher = SHA256()
        try FileBytes.forEachPiece(of: descriptor, count: count, path: source) { (piece) throws(StoreError) in
            hasher.update(piece)
            try file.append(piece)
        }
        let digest = hasher.hexadecimal
        checksums += "\(digest)  \(name)\n"
        try pad(count)
        return digest
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
