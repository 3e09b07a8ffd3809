internal import CSandbox
internal import Glibc

/// How a file of a stranger's is taken apart: in a process of its own, which a file that does harm ends without anybody
/// else's noticing, or, for files of one's own and in tests, here.
public struct FileReading: Sendable {
    /// The program that is started for each file; nil for reading here.
    private let program: String?
    /// The most bytes that come of one packed byte of an archive.
    private let inflationRatio: Int
    /// How long reading may take.
    private let patience: Duration

    /// The argument with which the program reads a file in place of whatever else it does; the most bytes of one packed
    /// byte stand behind it.
    public static let argument = "--read-file="

    /// Reading in a process of its own.
    ///
    /// - Parameters:
    ///   - program: The program, which calls `serve` when it is started with `argument`.
    ///   - inflationRatio: The most bytes that come of one packed byte.
    ///   - patience: How long it may take.
    public init(program: String = "/proc/self/exe", inflationRatio: Int = 200, patience: Duration = .seconds(60)) {
        self.program = program
        self.inflationRatio = inflationRatio
        self.patience = patience
    }

    /// Reading here.
    public static let here = FileReading()

    private init() { (program, inflationRatio, patience) = (nil, 200, .seconds(60)) }

    private var limits: FileScan.Limits { FileScan.Limits(inflationRatio: inflationRatio) }

    /// Takes a file apart, and gives its own bytes up.
    ///
    /// - Parameter file: The file.
    /// - Returns: What it holds.
    /// - Throws: `InterchangeError` with all that stands in the way.
    public func contents(of file: ReceivedFile) throws(InterchangeError) -> FileContents {
        guard let program else { return try contentsHere(of: file) }
        var ends: [Int32] = [-1, -1]
        guard sandbox_pipe(&ends) == 0 else { throw Self.noProcess }
        defer { close(ends[0]) }
        let process = sandbox_start(program, Self.argument + "\(inflationRatio)", file.descriptor, ends[1])
        close(ends[1])
        guard process > 0 else { throw Self.noProcess }
        defer {
            kill(process, SIGKILL)
            var status: Int32 = 0
            while waitpid(process, &status, 0) < 0, errno == EINTR {}
        }
        let input = ends[0]
        let deadline = ContinuousClock.now + patience
        var reader = FrameReader(limit: Self.mostBytes) { buffer throws(InterchangeError) in
            try Self.fill(buffer, from: input, until: deadline)
        }
        let contents = try reader.contents()
        file.empty()
        return contents
    }

    private static let noProcess = InterchangeError(
        "the system starts no process to read the file in; send it again later"
    )

    private static let mostBytes = 6 << 30

    private static func fill(
        _ buffer: UnsafeMutableRawBufferPointer,
        from descriptor: Int32,
        until deadline: ContinuousClock.Instant
    ) throws(InterchangeError) {
        var filled = 0
        while filled < buffer.count {
            let left = (deadline - .now).components
            guard left.seconds >= 0, left.attoseconds >= 0 else { throw .damaged }
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&wanted, 1, Int32(clamping: left.seconds * 1000 + 100)) > 0 || errno == EINTR else { continue }
            let count = read(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
            if count < 0, errno == EINTR { continue }
            // It has ended before its last frame.
            guard count > 0 else { throw .damaged }
            filled += count
        }
    }

    private func contentsHere(of file: ReceivedFile) throws(InterchangeError) -> FileContents {
        var frames: [UInt8] = []
        var writer = FrameWriter { bytes in
            frames.append(contentsOf: bytes)
            return true
        }
        file.withBytes { FileScan.run($0, limits: limits, to: &writer) }
        var place = 0
        let whole = frames
        var reader = FrameReader(limit: whole.count) { buffer throws(InterchangeError) in
            guard buffer.count <= whole.count - place else { throw .damaged }
            buffer.copyBytes(from: whole[place..<place + buffer.count])
            place += buffer.count
        }
        return try reader.contents()
    }

    // MARK: The other process

    /// Reads the file that is open as descriptor 3, and writes what it holds to descriptor 4.
    ///
    /// For a program that was started with `argument`, which can do nothing else from here on.
    ///
    /// - Parameter argument: The whole argument.
    /// - Returns: The exit status.
    public static func serve(_ argument: String) -> Int32 {
        var limits = FileScan.Limits()
        limits.inflationRatio = Int(argument.dropFirst(Self.argument.count)) ?? limits.inflationRatio
        return MappedFile.withBytes(of: 3) { bytes in
            let memory = UInt64(baseMemory + 3 * bytes.count)
            guard sandbox_confine(memory, secondsOfWork) == 0 else { return 71 }
            var writer = FrameWriter { bytes in Self.write(bytes, to: 4) }
            FileScan.run(bytes, limits: limits, to: &writer)
            return writer.isOpen ? 0 : 74
        }
    }

    /// The memory beside the file's own: the program's, and what an archive unpacks.
    private static let baseMemory = 768 << 20
    private static let secondsOfWork: UInt64 = 60

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            written += count
        }
        return true
    }
}
