import JSON

/// The one target column of a table, which holds numbers or words: what it holds is known when its last cell has come.
///
/// Cells are taken for numbers until a word comes; then the numbers before it are words too. What can't be told from the
/// number any more, such as `007` or `1.50`, is kept for that as it was written, up to a bound.
struct TargetColumn {
    /// How many bytes of written numbers are kept; a column of more of them holds no classes.
    private static let keptBytes = 16 << 20

    /// What the numbers are.
    private(set) var scan: TargetScan
    private var words: WordIndex?
    private var rows = 0
    /// The rows whose cells were written otherwise than their numbers are, and what they held.
    private var keptRows: [Int] = []
    private var keptEnds: [Int] = []
    private var kept: [UInt8] = []
    private var couldBeWords: Bool
    /// What is wrong with the first cell that is no number as the column's should be, should it hold numbers.
    private var fault: DatasetFormatError?

    /// Whether a word has come.
    var holdsWords: Bool { words != nil }

    init(wanted: TargetSummary.Kind?) {
        scan = TargetScan(wanted: wanted, isTyped: false)
        couldBeWords = wanted != .value
    }

    /// Takes a number.
    ///
    /// - Parameters:
    ///   - number: The number.
    ///   - cell: Its cell.
    ///   - place: Where it stands.
    /// - Returns: What goes to the store.
    /// - Throws: What is wrong where the column can't hold it.
    mutating func add(
        _ number: TableNumbers.Number,
        _ cell: Slice<UnsafeBufferPointer<UInt8>>,
        place: () -> String
    ) throws(DatasetFormatError) -> Float {
        if words != nil { return try add(word: String(decoding: cell, as: UTF8.self), place: place) }
        if let wrong = scan.add(number.value, isInteger: number.isInteger), fault == nil {
            fault = .content(place: place(), wrong)
        }
        if couldBeWords, !Self.isWrittenPlainly(number, cell) { keep(cell) }
        rows += 1
        return number.value
    }

    /// Takes a cell that holds no finite number, which may be a word though all others are numbers.
    ///
    /// - Parameters:
    ///   - cell: The cell.
    ///   - wrong: What is wrong with it where the column holds numbers.
    ///   - place: Where it stands.
    /// - Returns: What goes to the store.
    /// - Throws: What is wrong where the column can't hold it.
    mutating func add(
        unfit cell: Slice<UnsafeBufferPointer<UInt8>>,
        _ wrong: DatasetFormatError,
        place: () -> String
    ) throws(DatasetFormatError) -> Float {
        if words != nil { return try add(word: String(decoding: cell, as: UTF8.self), place: place) }
        guard couldBeWords else { throw fault ?? wrong }
        if fault == nil { fault = wrong }
        keep(cell)
        rows += 1
        return 0
    }

    /// Takes a word, and makes words of the numbers before it.
    ///
    /// - Parameters:
    ///   - word: The word.
    ///   - wrong: What is wrong where the column can't hold words.
    ///   - sink: What has the numbers so far.
    ///   - place: Where it stands.
    /// - Returns: What goes to the store.
    /// - Throws: What is wrong where the column can't hold it.
    mutating func add(
        word: String,
        _ wrong: DatasetFormatError,
        in sink: some RowSink,
        place: () -> String
    ) throws -> Float {
        if words == nil {
            guard couldBeWords else { throw fault ?? wrong }
            try becomeWords(in: sink, place: place)
        }
        return try add(word: word, place: place)
    }

    /// The summary of all targets, renumbered in the sink where they are words.
    func finish(in sink: some RowSink) throws -> TargetSummary {
        if let words { return try words.finish(in: sink) }
        if let fault { throw fault }
        return scan.summary(shape: [1])
    }

    private mutating func add(word: String, place: () -> String) throws(DatasetFormatError) -> Float {
        guard !word.isEmpty else {
            throw .content(place: place(), "expected the word of a class, found an empty cell")
        }
        guard let number = words?.number(of: word) else { throw Self.tooMany(place()) }
        return Float(number)
    }

    private mutating func becomeWords(in sink: some RowSink, place: () -> String) throws {
        var words = WordIndex()
        var (row, next, isTooMany) = (0, 0, false)
        try sink.mapTargets { value in
            defer { row += 1 }
            var word = plain(value)
            if next < keptRows.count, keptRows[next] == row {
                word = String(decoding: kept[(next == 0 ? 0 : keptEnds[next - 1])..<keptEnds[next]], as: UTF8.self)
                next += 1
            }
            guard let number = words.number(of: word) else {
                isTooMany = true
                return 0
            }
            return Float(number)
        }
        if isTooMany { throw Self.tooMany(place()) }
        self.words = words
        (keptRows, keptEnds, kept) = ([], [], [])
    }

    private mutating func keep(_ cell: Slice<UnsafeBufferPointer<UInt8>>) {
        guard kept.count + 16 * keptRows.count < Self.keptBytes else {
            couldBeWords = false
            (keptRows, keptEnds, kept) = ([], [], [])
            return
        }
        keptRows.append(rows)
        kept.append(contentsOf: cell)
        keptEnds.append(kept.count)
    }

    /// Whether a number's own digits are all that its cell holds.
    private static func isWrittenPlainly(
        _ number: TableNumbers.Number,
        _ cell: Slice<UnsafeBufferPointer<UInt8>>
    ) -> Bool {
        guard number.isPlain, number.isInteger, abs(number.value) < 16_777_216, let sign = cell.first else {
            return false
        }
        let digits = sign == UInt8(ascii: "-") ? cell.dropFirst() : cell
        return sign != UInt8(ascii: "+") && (digits.first != UInt8(ascii: "0") || cell.count == 1)
    }

    private static func tooMany(_ place: String) -> DatasetFormatError {
        .content(place: place, "more than \(TargetScan.mostClasses) different words, the most a target may have")
    }
}
