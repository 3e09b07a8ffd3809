import CZlib

/// Reads the entries of a zip file while it arrives (PKWARE's APPNOTE 6.3.10), stored or deflated, holding no more than a
/// header or a piece.
///
/// Names and sizes are taken from the entries' own headers, as they stand before the data; the directory at the end is
/// not looked at. What an entry unpacks to is bounded by who reads it.
public struct ZipReader {
    /// What comes of the bytes.
    enum Event {
        /// An entry of a name begins.
        case begin(String)
        /// The next bytes of the entry.
        case bytes(UnsafeBufferPointer<UInt8>)
        /// The entry ends.
        case end
    }

    private enum State {
        case header
        case stored(Int)
        case deflated(InflateStream)
        case descriptor
        case directory
    }

    private var state = State.header
    /// The bytes of a header or a descriptor that has not all come.
    private var held: [UInt8] = []
    private var name = ""
    private var checksum: UInt32 = 0
    private var wanted: UInt32 = 0
    /// The bytes of the descriptor after the data; 0 where the header has all.
    private var descriptorBytes = 0

    /// No entry's header is longer: a name and further fields of at most 64 KiB each.
    private static let headerBytes = 30

    /// Starts a file.
    public init() {}

    /// Reads the next bytes, and calls `body` with each thing that comes of them.
    ///
    /// - Throws: `DatasetFormatError` for what is no zip file that can be read so, or what `body` throws.
    mutating func read(_ bytes: UnsafeBufferPointer<UInt8>, _ body: (Event) throws -> Void) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            switch state {
            case .directory: return
            case .header: try readHeader(&rest, body)
            case .stored(let count):
                let piece = UnsafeBufferPointer(rebasing: rest.prefix(count))
                rest = rest.dropFirst(piece.count)
                state = .stored(count - piece.count)
                try pass(piece, body)
                if piece.count == count { try endData(body) }
            case .deflated(let inflater):
                let data = UnsafeBufferPointer(rebasing: rest)
                let used: Int
                do {
                    var sum = checksum
                    used = try inflater.read(data) { piece in
                        sum = Self.checksum(sum, piece)
                        try body(.bytes(piece))
                    }
                    checksum = sum
                } catch let error as InflateFault {
                    throw fault(error.detail)
                }
                rest = rest.dropFirst(used)
                if inflater.isAtEnd { try endData(body) }
            case .descriptor: try readDescriptor(&rest, body)
            }
        }
    }

    /// Ends the file.
    ///
    /// - Throws: `DatasetFormatError` if it was cut short.
    func finish() throws(DatasetFormatError) {
        guard case .directory = state else {
            throw .content(place: "", "the zip file ends before its directory: it was cut short")
        }
    }

    private mutating func readHeader(
        _ rest: inout Slice<UnsafeBufferPointer<UInt8>>,
        _ body: (Event) throws -> Void
    ) throws {
        guard take(&rest, upTo: 4) else { return }
        guard number(at: 0, 4) == 0x0403_4B50 else {
            guard [0x0201_4B50, 0x0605_4B50, 0x0606_4B50].contains(number(at: 0, 4)) else {
                throw DatasetFormatError.content(place: "", "expected the next entry of a zip file, found other bytes")
            }
            state = .directory
            return
        }
        guard take(&rest, upTo: Self.headerBytes) else { return }
        let (nameBytes, extraBytes) = (number(at: 26, 2), number(at: 28, 2))
        guard take(&rest, upTo: Self.headerBytes + nameBytes + extraBytes) else { return }
        let (flags, method) = (number(at: 6, 2), number(at: 8, 2))
        name = String(decoding: held[30..<30 + nameBytes], as: UTF8.self)
        wanted = UInt32(number(at: 14, 4))
        var size = number(at: 18, 4)
        var isLong = false
        var place = 30 + nameBytes
        while place + 4 <= held.count {
            let (kind, count) = (number(at: place, 2), number(at: place + 2, 2))
            if kind == 1 {
                isLong = true
                if size == 0xFFFF_FFFF, count >= 16, place + 20 <= held.count { size = number(at: place + 12, 8) }
            }
            place += 4 + count
        }
        let hasDescriptor = flags & 8 != 0
        descriptorBytes = hasDescriptor ? (isLong ? 24 : 16) : 0
        (held, checksum) = ([], 0)
        guard flags & 1 == 0 else { throw fault("it is encrypted") }
        guard size >= 0 else { throw fault("its zip64 size is beyond 2^63: the file is damaged") }
        switch method {
        case 0:
            guard !hasDescriptor || size > 0 else { throw fault("it is stored without its size before it") }
            state = .stored(size)
        case 8:
            do throws(InflateFault) { state = .deflated(try InflateStream(.deflate)) } catch {
                throw fault(error.detail)
            }
        default: throw fault("expected it stored or deflated, found method \(method)")
        }
        try body(.begin(name))
        if case .stored(0) = state { try endData(body) }
    }

    private mutating func endData(_ body: (Event) throws -> Void) throws {
        guard descriptorBytes > 0 else { return try endEntry(body) }
        state = .descriptor
    }

    private mutating func readDescriptor(
        _ rest: inout Slice<UnsafeBufferPointer<UInt8>>,
        _ body: (Event) throws -> Void
    ) throws {
        guard take(&rest, upTo: descriptorBytes) else { return }
        guard number(at: 0, 4) == 0x0807_4B50 else {
            throw fault("expected its sizes after its data, found other bytes")
        }
        wanted = UInt32(number(at: 4, 4))
        held = []
        try endEntry(body)
    }

    private mutating func endEntry(_ body: (Event) throws -> Void) throws {
        guard checksum == wanted else { throw fault("its checksum isn't that of its data: it is damaged") }
        state = .header
        try body(.end)
    }

    private mutating func pass(_ piece: UnsafeBufferPointer<UInt8>, _ body: (Event) throws -> Void) throws {
        guard !piece.isEmpty else { return }
        checksum = Self.checksum(checksum, piece)
        try body(.bytes(piece))
    }

    private static func checksum(_ sum: UInt32, _ piece: UnsafeBufferPointer<UInt8>) -> UInt32 {
        UInt32(truncatingIfNeeded: crc32(UInt(sum), piece.baseAddress, UInt32(piece.count)))
    }

    /// Takes bytes into `held` until there are so many; false where there aren't.
    private mutating func take(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>, upTo count: Int) -> Bool {
        let missing = max(count - held.count, 0)
        held.append(contentsOf: rest.prefix(missing))
        rest = rest.dropFirst(missing)
        return held.count >= count
    }

    private func number(at place: Int, _ count: Int) -> Int {
        held[place..<place + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private func fault(_ detail: String) -> DatasetFormatError { .content(place: "entry \"\(name)\"", detail) }
}
