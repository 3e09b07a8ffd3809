import NN

/// Reads the frames that a `FrameWriter` wrote in a process that a hostile file may have taken over: every length is held
/// against a limit, and what isn't a frame is the end.
struct FrameReader {
    /// Fills a buffer with the next bytes; throws where there are not so many.
    private let fill: (UnsafeMutableRawBufferPointer) throws(InterchangeError) -> Void
    private var left: Int

    private static let greatestText = 16 << 20
    private static let mostItems = 1 << 20

    /// A reader of frames.
    ///
    /// - Parameters:
    ///   - limit: The most bytes that all frames may have.
    ///   - fill: Fills a buffer with the next bytes.
    init(limit: Int, _ fill: @escaping (UnsafeMutableRawBufferPointer) throws(InterchangeError) -> Void) {
        self.fill = fill
        left = limit
    }

    /// Reads all frames.
    ///
    /// - Returns: What the file holds.
    /// - Throws: What stands in its way, all of it.
    mutating func contents() throws(InterchangeError) -> FileContents {
        var contents = FileContents()
        var faults: [InterchangeError.Fault] = []
        while true {
            guard let kind = FrameWriter.Kind(rawValue: try bytes(1)[0]) else { throw .damaged }
            switch kind {
            case .entry:
                let name = try text()
                contents.entries[name] = try bytes(number(upTo: Self.greatestText))
            case .group: contents.groups.insert(try text())
            case .texts:
                let (path, name) = (try text(), try text())
                var texts: [String] = []
                for _ in 0..<(try number(upTo: Self.mostItems)) { texts.append(try text()) }
                contents.attributes[path, default: [:]][name] = .texts(texts)
            case .numbers:
                let (path, name) = (try text(), try text())
                var numbers: [Double] = []
                for _ in 0..<(try number(upTo: Self.mostItems)) {
                    numbers.append(Double(bitPattern: UInt64(try wide())))
                }
                contents.attributes[path, default: [:]][name] = .numbers(numbers)
            case .dataset:
                let path = try text()
                contents.datasets[path] = try dataset()
            case .skipped: contents.skipped.insert(try text())
            case .fault:
                let pointer = try text()
                faults.append(InterchangeError.Fault(at: pointer, try text()))
                guard faults.count <= 1000 else { throw .damaged }
            case .end:
                guard faults.isEmpty else { throw InterchangeError(faults) }
                return contents
            }
        }
    }

    private mutating func dataset() throws(InterchangeError) -> FileContents.Dataset {
        let type = try text()
        var extents: [Int] = []
        var volume = 1
        for _ in 0..<(try number(upTo: 8)) {
            let extent = try number(upTo: 1 << 40)
            let (product, overflow) = volume.multipliedReportingOverflow(by: extent)
            guard !overflow else { throw .damaged }
            volume = product
            extents.append(extent)
        }
        guard volume <= left / 4 else { throw .damaged }
        left -= 4 * volume
        var failure: InterchangeError?
        let values = [Float](unsafeUninitializedCapacity: volume) { numbers, count in
            do throws(InterchangeError) {
                if volume > 0 {
                    try fill(UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: numbers[..<volume])))
                }
                count = volume
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return FileContents.Dataset(tensor: Tensor(Shape(extents), values), type: type)
    }

    private mutating func text() throws(InterchangeError) -> String {
        String(decoding: try bytes(number(upTo: Self.greatestText)), as: UTF8.self)
    }

    private mutating func number(upTo limit: Int) throws(InterchangeError) -> Int {
        guard let number = Int(exactly: try wide()), number <= limit else { throw .damaged }
        return number
    }

    private mutating func wide() throws(InterchangeError) -> UInt64 {
        try bytes(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func bytes(_ count: Int) throws(InterchangeError) -> [UInt8] {
        guard count <= left else { throw .damaged }
        left -= count
        guard count > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: count)
        var failure: InterchangeError?
        bytes.withUnsafeMutableBytes { buffer in
            do throws(InterchangeError) { try fill(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }
}

extension InterchangeError {
    /// The file made the process end that was to read it, or it isn't what it says.
    static let damaged = InterchangeError(
        "the file is damaged, or made to do harm: reading it was given up; save the model anew and send it again"
    )
}
