/// Turns one IDX or NPY file, plain or gzip, into floats while it arrives; holds no more than a header or a piece.
struct ArrayFileReader {
    /// What the messages call the file.
    private let name: String
    private let maximumBytes: Int
    private let maximumHeldBytes: Int
    private let heldMemory: HeldMemory?
    private var gunzip: Gunzip?
    /// The first bytes of the file, until it is clear whether they are gzip.
    private var start: [UInt8]? = []
    private var header: ArrayHeader?
    /// The bytes of the header, then those of a number that has not all come.
    private var held: [UInt8] = []
    /// How many numbers have come.
    private var count = 0
    private var values: [Float] = []
    /// The numbers so far, where they come column by column.
    private var columns: FortranOrder?
    private var rounded = RoundedNumbers()

    /// What was decided where it was doubtful.
    var notes: [String] { rounded.notes }

    /// Starts a file.
    ///
    /// - Parameters:
    ///   - name: What the messages call it.
    ///   - options: How many bytes its numbers may take as floats.
    ///   - bytesBefore: How many of them others take.
    init(name: String, _ options: ImportOptions, bytesBefore: Int) {
        self.name = name
        maximumBytes = options.maximumBytes - bytesBefore
        maximumHeldBytes = options.maximumHeldBytes
        heldMemory = options.heldMemory
    }

    /// Reads the next bytes, and calls `body` with the header, the numbers that came, and how many came before them.
    ///
    /// Words are passed on as the numbers that `words` gives them.
    ///
    /// - Throws: `DatasetFormatError`, or what `body` throws.
    mutating func read(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ words: inout WordIndex?,
        _ body: (ArrayHeader, UnsafeBufferPointer<Float>, Int) throws -> Void
    ) throws {
        guard let before = start else { return try unpack(bytes, &words, body) }
        let first = before + bytes
        start = first
        guard first.count >= 2 else { return }
        start = nil
        if first.starts(with: Gunzip.magic) {
            do throws(InflateFault) { gunzip = try Gunzip() } catch { throw fault(error.detail) }
        }
        try first.withUnsafeBufferPointer { try unpack($0, &words, body) }
    }

    /// Ends the file.
    ///
    /// - Returns: Its header.
    /// - Throws: `DatasetFormatError` if it is shorter than its header says.
    func finish() throws(DatasetFormatError) -> ArrayHeader {
        do throws(InflateFault) { try gunzip?.finish() } catch { throw fault(error.detail) }
        guard let header else {
            let isEmpty = (start ?? held).isEmpty
            do throws(ArrayHeaderFault) { _ = try ArrayHeader.read(start ?? held, isWhole: true) } catch {
                if !isEmpty { throw fault(error.detail) }
            }
            throw fault(
                "expected an IDX or NPY file, found \(isEmpty ? "no bytes" : "the end of the file within its header")"
            )
        }
        let bytes = count * header.type.size + held.count
        let promised = header.volume * header.type.size
        guard bytes == promised else {
            throw fault("the shape \(header.shape) takes \(promised) bytes, the file has \(bytes): it was cut short")
        }
        return header
    }

    private mutating func unpack(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ words: inout WordIndex?,
        _ body: (ArrayHeader, UnsafeBufferPointer<Float>, Int) throws -> Void
    ) throws {
        guard let gunzip else { return try take(bytes, &words, body) }
        do {
            try gunzip.read(bytes) { try take($0, &words, body) }
        } catch let error as InflateFault {
            throw fault(error.detail)
        }
    }

    private mutating func take(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ words: inout WordIndex?,
        _ body: (ArrayHeader, UnsafeBufferPointer<Float>, Int) throws -> Void
    ) throws {
        if let header { return try convert(bytes, header, &words, body) }
        held += bytes
        let header: ArrayHeader?
        do throws(ArrayHeaderFault) { header = try ArrayHeader.read(held) } catch { throw fault(error.detail) }
        guard let header else { return }
        try check(header.shape)
        if header.isByColumns {
            guard header.volume <= maximumHeldBytes / 4 else {
                throw DatasetFormatError.tooLarge(
                    "part \"\(name)\": an array in Fortran order is held in memory, in which the shape \(header.shape) takes "
                        + "more than \(maximumHeldBytes) bytes, the limit; save it with numpy.ascontiguousarray"
                )
            }
            try heldMemory?.take(4 * header.volume)
            columns = FortranOrder(shape: header.shape)
        }
        self.header = header
        let rest = Array(held[header.byteCount...])
        held = []
        try rest.withUnsafeBufferPointer { try convert($0, header, &words, body) }
    }

    private func check(_ shape: [Int]) throws(DatasetFormatError) {
        guard !shape.contains(0) else {
            throw fault("expected at least one row and no empty axis, found the shape \(shape)")
        }
        guard let volume = ImportOptions.volume(of: shape), volume <= maximumBytes / 4 else {
            throw .tooLarge(
                "part \"\(name)\": the shape \(shape) takes more than \(maximumBytes) bytes as floats, the limit"
            )
        }
    }

    /// Converts the numbers that have all their bytes, and keeps the bytes of one that does not.
    private mutating func convert(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ header: ArrayHeader,
        _ words: inout WordIndex?,
        _ body: (ArrayHeader, UnsafeBufferPointer<Float>, Int) throws -> Void
    ) throws {
        let size = header.type.size
        var rest = bytes[...]
        if !held.isEmpty {
            let missing = min(size - held.count, rest.count)
            held += rest.prefix(missing)
            rest = rest.dropFirst(missing)
            guard held.count == size else { return }
            let number = held
            held = []
            try number.withUnsafeBytes { try emit($0, header, &words, body) }
        }
        let whole = rest.count / size * size
        try emit(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: rest.prefix(whole))), header, &words, body)
        held = Array(rest.dropFirst(whole))
    }

    private mutating func emit(
        _ bytes: UnsafeRawBufferPointer,
        _ header: ArrayHeader,
        _ words: inout WordIndex?,
        _ body: (ArrayHeader, UnsafeBufferPointer<Float>, Int) throws -> Void
    ) throws {
        let more = bytes.count / header.type.size
        guard more > 0 else { return }
        guard count + more <= header.volume else {
            throw fault("the shape \(header.shape) takes \(header.volume * header.type.size) bytes, the file has more")
        }
        if values.count < more { values = [Float](repeating: 0, count: more) }
        let type = header.type
        if type.isText {
            for place in 0..<more {
                let word = type.word(
                    UnsafeRawBufferPointer(rebasing: bytes[place * type.size..<(place + 1) * type.size])
                )
                values[place] = try number(of: word, &words, header, at: count + place)
            }
        } else {
            values.withUnsafeMutableBufferPointer {
                type.convert(bytes, to: UnsafeMutableBufferPointer(rebasing: $0[..<more]))
            }
            if type.size >= 4 { noteRounded(bytes, type, more) }
        }
        count += more
        if columns != nil {
            values.withUnsafeBufferPointer { columns?.append(UnsafeBufferPointer(rebasing: $0[..<more])) }
            guard let whole = columns, whole.isComplete else { return }
            columns = nil
            try whole.values.withUnsafeBufferPointer { try pass($0, header, from: 0, body) }
        } else {
            try values.withUnsafeBufferPointer {
                try pass(UnsafeBufferPointer(rebasing: $0[..<more]), header, from: count - more, body)
            }
        }
    }

    /// Notes whole numbers that their nearest 32-bit floats aren't.
    private mutating func noteRounded(_ bytes: UnsafeRawBufferPointer, _ type: ElementType, _ count: Int) {
        for place in 0..<count where values[place].magnitude >= RoundedNumbers.least {
            guard let whole = type.rounded(bytes, at: place, to: values[place]) else { continue }
            let part = name
            rounded.add(in: part, place: { "part \"\(part)\"" }, whole, as: values[place])
        }
    }

    /// Passes on finite numbers that stand at a place in row-major order.
    private func pass(
        _ values: UnsafeBufferPointer<Float>,
        _ header: ArrayHeader,
        from place: Int,
        _ body: (ArrayHeader, UnsafeBufferPointer<Float>, Int) throws -> Void
    ) throws {
        if let wrong = values.firstIndex(where: { !$0.isFinite }) {
            let found = values[wrong].isNaN ? "nan" : header.type.size == 8 ? "inf or a number past ±3.4e38" : "inf"
            throw Self.fault(name, header, at: place + wrong, "expected a finite number, found \(found)")
        }
        try body(header, values, place)
    }

    private func number(
        of word: String?,
        _ words: inout WordIndex?,
        _ header: ArrayHeader,
        at place: Int
    ) throws(DatasetFormatError) -> Float {
        guard let word, !word.isEmpty else {
            let found = word == nil ? "bytes that are no text" : "an empty one"
            throw Self.fault(name, header, at: place, "expected a word, found \(found)")
        }
        var index = words ?? WordIndex()
        words = nil
        defer { words = index }
        guard let number = index.number(of: word) else {
            let most = "more than \(TargetScan.mostClasses) different words, the most a target may have"
            throw Self.fault(name, header, at: place, most)
        }
        return Float(number)
    }

    private func fault(_ detail: String) -> DatasetFormatError { .content(place: "part \"\(name)\"", detail) }

    /// A fault of the number at `position`, told by its index as NumPy writes it.
    static func fault(_ name: String, _ header: ArrayHeader, at position: Int, _ detail: String) -> DatasetFormatError {
        var index: [Int] = []
        var rest = position
        for extent in header.shape.reversed() {
            index.insert(rest % extent, at: 0)
            rest /= extent
        }
        return .content(place: "part \"\(name)\", element \(index)", detail)
    }
}
