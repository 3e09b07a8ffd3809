internal import Foundation

/// A file that a command was given; `-` is standard input.
final class InputFile {
    /// Its name in messages.
    let label: String
    /// Its extension in lower case, without the dot; empty where it has none.
    let pathExtension: String
    private let descriptor: Int32

    /// Opens a file.
    init(_ path: String) throws(Failure) {
        guard path != "-" else {
            (label, pathExtension, descriptor) = ("<stdin>", "", STDIN_FILENO)
            return
        }
        label = path
        pathExtension = URL(filePath: path).pathExtension.lowercased()
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        let code = errno
        guard descriptor >= 0 else {
            throw Failure(.missing, lines: ["\(path): \(String(cString: strerror(code)))"])
        }
    }

    deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

    /// The bytes of an ordinary file that is read from its beginning; nil for what ends when it ends.
    var size: Int? {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return lseek(descriptor, 0, SEEK_CUR) == 0 ? Int(status.st_size) : nil
    }

    /// Hands on the bytes piece by piece, until the end or until `use` has enough.
    func pieces(_ use: (ArraySlice<UInt8>) throws(Failure) -> Bool) throws(Failure) {
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                // A folder can be opened, but not read.
                throw Failure(.missing, lines: ["\(label): \(String(cString: strerror(errno)))"])
            }
            guard count > 0, try use(buffer[..<count]) else { return }
        }
    }

    /// All of it.
    func contents() throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        try pieces { piece throws(Failure) in
            bytes += piece
            return true
        }
        return bytes
    }
}
