internal import CSandbox
internal import Glibc

/// A file that came with a request; it lies in memory, and no folder knows it.
public final class ReceivedFile: Sendable {
    /// Its descriptor.
    let descriptor: Int32
    /// The files that came with it, by their names.
    let beside: [String: [UInt8]]

    /// An empty file.
    ///
    /// - Parameter beside: The files that came with it, by their names.
    /// - Throws: `InterchangeError` where the system gives none.
    public init(beside: [String: [UInt8]] = [:]) throws(InterchangeError) {
        self.beside = beside
        descriptor = sandbox_memory_file()
        guard descriptor >= 0 else { throw InterchangeError("the system gives no memory for the file; send it again") }
    }

    deinit { close(descriptor) }

    /// A file of these bytes.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - beside: The files that came with it, by their names.
    /// - Throws: `InterchangeError` where there is no memory for it.
    public convenience init(_ bytes: [UInt8], beside: [String: [UInt8]] = [:]) throws(InterchangeError) {
        try self.init(beside: beside)
        try append(bytes)
    }

    /// Adds bytes at its end.
    ///
    /// - Throws: `InterchangeError` where there is no memory for them.
    public func append(_ bytes: [UInt8]) throws(InterchangeError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            guard count > 0 || errno == EINTR else {
                throw InterchangeError("the system gives no memory for the file; send it again")
            }
            written += max(count, 0)
        }
    }

    /// Gives up the bytes, once all that is wanted of them is somewhere else: the file is empty then.
    public func empty() { _ = ftruncate(descriptor, 0) }

    /// How many bytes it has.
    public var count: Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Its first bytes, at most so many.
    public func prefix(_ most: Int) -> [UInt8] { withBytes { Array($0.prefix(most)) } }

    /// All of its bytes.
    public var bytes: [UInt8] { withBytes { Array($0) } }

    /// Gives all of its bytes to a body without a copy of them.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        MappedFile.withBytes(of: descriptor, body)
    }
}

/// The bytes of a file where they lie.
enum MappedFile {
    /// Gives the bytes of an open file to a body; none where there are none.
    static func withBytes<Result>(of descriptor: Int32, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size > 0,
            let start = mmap(nil, Int(status.st_size), PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED
        else { return body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        defer { munmap(start, Int(status.st_size)) }
        return body(UnsafeRawBufferPointer(start: start, count: Int(status.st_size)))
    }
}
