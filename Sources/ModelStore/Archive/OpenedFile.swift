import Foundation

/// A file open for reading, with its size.
struct OpenedFile {
    let name: String
    let descriptor: Int32
    let count: Int

    init(path: String) throws(StoreError) {
        descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError(errno: errno, doing: "opening", path: path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            Glibc.close(descriptor)
            throw StoreError(errno: errno, doing: "measuring", path: path)
        }
        count = Int(status.st_size)
        name = URL(fileURLWithPath: path).lastPathComponent
    }

    /// A stretch of the file; throws `.corrupt` where the file has been cut meanwhile.
    func bytes(at offset: Int, count: Int) throws(StoreError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        try bytes.withUnsafeMutableBufferPointer { (bytes) throws(StoreError) in
            try FileBytes.read(descriptor, into: UnsafeMutableRawBufferPointer(bytes), at: offset, path: name)
        }
        return bytes
    }

    func close() {
        Glibc.close(descriptor)
    }

    /// Waits until a file's content is on the disk.
    static func synchronize(_ path: String) throws(StoreError) {
        let file = try OpenedFile(path: path)
        defer { file.close() }
        guard fsync(file.descriptor) == 0 else { throw StoreError(errno: errno, doing: "synchronizing", path: path) }
    }
}
