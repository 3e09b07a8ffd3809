import Features
import Foundation

/// Counts the values of a column block by block: what its summary says, and what a target needs.
///
/// Means and deviations are Welford's, in double precision and in the rows' order, so that the same rows give the same bits.
struct ColumnCount {
    /// How many different words are counted.
    static let mostWords = 65_536

    /// How many values have been seen, missing ones left out.
    private(set) var present = 0
    private(set) var missing = 0
    private var leastInteger: Int64 = .max
    private var greatestInteger: Int64 = .min
    private var moments = NumberMoments()
    /// The words and how often each occurs; nil where there are too many.
    private(set) var words: [Word: Int]? = [:]
    /// Whether the words are known from the beginning.
    private let knowsWords: Bool
    /// How many of a boolean are true, and how many false.
    private var truths = (true: 0, false: 0)
    /// Whether an instant has a time of day.
    private var hasTime = false
    private let type: ColumnType
    /// What the headers of all files say alike; nil before the first one.
    private var media: (shape: [Int]?, sampleRate: Int?)?

    /// A word, told from others by its bytes.
    struct Word: Hashable {
        let text: String

        static func == (left: Word, right: Word) -> Bool {
            let count = left.text.utf8.count
            guard count == right.text.utf8.count else { return false }
            var (left, right) = (left.text, right.text)
            return left.withUTF8 { left in
                right.withUTF8 { right in
                    guard let first = left.baseAddress, let second = right.baseAddress else { return true }
                    return memcmp(first, second, count) == 0
                }
            }
        }

        func hash(into hasher: inout Hasher) {
            var text = text
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }

    /// Begins to count.
    ///
    /// - Parameters:
    ///   - type: What the values are.
    ///   - words: How many rows have each word, if somebody has counted them.
    init(_ type: ColumnType, words: [(word: String, count: Int)]? = nil) {
        (self.type, knowsWords) = (type, words != nil)
        if let words {
            self.words = Dictionary(uniqueKeysWithValues: words.map { (Word(text: $0.word), $0.count) })
        }
    }

    /// Takes the values of the next rows of all columns.
    static func add(_ block: [ColumnValues], to counts: inout [ColumnCount]) {
        var numeric: [Int] = []
        for index in counts.indices {
            switch block[index].content {
            case .numbers, .integers: numeric.append(index)
            default: counts[index].add(block[index])
            }
        }
        // Several columns at once, since each value of a column waits for the one before it.
        for start in stride(from: 0, to: numeric.count, by: NumberMoments.columnCount) {
            let group = numeric[start..<min(start + NumberMoments.columnCount, numeric.count)]
            var moments = group.map { counts[$0].moments }
            NumberMoments.add(group.map { block[$0] }, to: &moments)
            for (index, moments) in zip(group, moments) {
                counts[index].moments = moments
                if case .integers(let integers) = block[index].content {
                    counts[index].add(integers: integers, block[index].missing)
                }
                counts[index].noteMissing(block[index])
            }
        }
    }

    /// Whether some number is past those that 32-bit floats come near.
    var isBeyondFloats: Bool {
        max(moments.greatest, -moments.least) > Double(Float.greatestFiniteMagnitude)
    }

    private mutating func noteMissing(_ values: ColumnValues) {
        let holes = values.missing?.count { $0 } ?? 0
        missing += holes
        present += values.count - holes
    }

    private mutating func add(integers: [Int64], _ missing: [Bool]?) {
        var (least, greatest) = (leastInteger, greatestInteger)
        let mayBeClasses = type == .integer
        for (row, integer) in integers.enumerated() where missing?[row] != true {
            least = min(least, integer)
            greatest = max(greatest, integer)
            if mayBeClasses, integer >= 0, integer < Self.mostIndices { indices[Int(integer)] = true }
        }
        (leastInteger, greatestInteger) = (least, greatest)
    }

    /// Takes the values of the next rows of a column without numbers.
    private mutating func add(_ values: ColumnValues) {
        let missing = values.missing
        switch values.content {
        case .numbers, .integers: preconditionFailure("numbers are counted together")
        case .dates(let instants):
            each(instants, missing) { count, instant in
                count.leastInteger = min(count.leastInteger, instant)
                count.greatestInteger = max(count.greatestInteger, instant)
                if instant % 86_400_000_000 != 0 { count.hasTime = true }
            }
        case .booleans(let truths):
            each(truths, missing) { $1 ? ($0.truths.true += 1) : ($0.truths.false += 1) }
            words = [(Word(text: "true"), self.truths.true), (Word(text: "false"), self.truths.false)]
                .filter { $1 > 0 }
                .reduce(into: [:]) { $0[$1.0] = $1.1 }
        case .strings(let texts) where type == .category && !knowsWords: each(texts, missing) { $0.add(word: $1) }
        case .files(let files): each(files, missing) { $0.add(file: $1) }
        case .strings, .arrays: noteMissing(values)
        }
    }

    private mutating func each<Value>(
        _ values: [Value],
        _ missing: [Bool]?,
        _ body: (inout ColumnCount, Value) -> Void
    ) {
        for (row, value) in values.enumerated() {
            if missing?[row] == true {
                self.missing += 1
            } else {
                present += 1
                body(&self, value)
            }
        }
    }

    private mutating func add(word: String) {
        guard words != nil else { return }
        words?[Word(text: word), default: 0] += 1
        if (words?.count ?? 0) > Self.mostWords { words = nil }
    }

    private mutating func add(file: [UInt8]) {
        if let media, media.shape == nil, media.sampleRate == nil { return }
        let found = type == .image ? MediaFacts(picture: file) : MediaFacts(recording: file)
        guard let media else {
            media = (found?.shape, found?.sampleRate)
            return
        }
        self.media = (
            media.shape == found?.shape ? media.shape : nil,
            media.sampleRate == found?.sampleRate ? media.sampleRate : nil
        )
    }

    // MARK: Classes

    private static let mostIndices: Int64 = 1000
    private var indices = [Bool](repeating: false, count: Int(mostIndices))

    /// How many classes integers are: exactly 0 to k − 1, each there, some more than once, k from 2 to 1000; else nil.
    var classes: Int? {
        guard type == .integer, leastInteger == 0, greatestInteger > 0, greatestInteger < Self.mostIndices else {
            return nil
        }
        let count = Int(greatestInteger) + 1
        return indices[..<count].allSatisfy { $0 } && count < present ? count : nil
    }

    /// The words in the order of their UTF-8 bytes, which is that of classes; nil where there are too many.
    var labels: [String]? {
        words?.keys.map(\.text).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    // MARK: Summary

    /// What is known of the column.
    func facts(of column: TypedColumn, isSplit: Bool = false) -> ColumnFacts {
        var facts = ColumnFacts(name: column.name, type: column.type)
        facts.missing = missing
        facts.distinct = column.distinct ?? (type == .boolean || type == .category ? words?.count : nil)
        facts.dateForm = column.dateForm
        facts.hasTime = hasTime
        facts.isIdentifier = column.isIdentifier
        facts.isSplit = isSplit
        if type == .array { facts.shape = column.shape }
        if let media { (facts.shape, facts.sampleRate) = media }
        if type == .boolean || type == .category {
            facts.categories = words.map { words in
                words.map { ColumnFacts.Category(value: $0.text, count: $1) }
                    .sorted {
                        $0.count == $1.count
                            ? $0.value.utf8.lexicographicallyPrecedes($1.value.utf8) : $0.count > $1.count
                    }
                    .prefix(ColumnFacts.shownCategories).map { $0 }
            }
        }
        guard present > 0 else { return facts }
        switch type {
        case .number: (facts.least, facts.greatest) = (.number(moments.least), .number(moments.greatest))
        case .integer:
            (facts.least, facts.greatest) = (.integer(Int(leastInteger)), .integer(Int(greatestInteger)))
        case .date:
            (facts.least, facts.greatest) = (
                .instant(Instant.text(leastInteger, facts.instantForm)),
                .instant(Instant.text(greatestInteger, facts.instantForm))
            )
        default: break
        }
        if type == .number || type == .integer {
            facts.mean = moments.mean
            facts.deviation = (moments.squares / Double(present)).squareRoot()
        }
        return facts
    }
}
