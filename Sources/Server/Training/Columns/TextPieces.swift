import Features
import ModelStore

/// Columns whose long texts are cut into pieces that a model takes as a whole, each a record of its own.
///
/// A piece begins with the last token of the one before, so that each token but a text's first is learned once. The other
/// columns' values stand beside each piece.
struct TextPieces: ColumnSource {
    /// The columns before the cut.
    let base: any ColumnSource
    private let column: Int
    /// For each piece the record that it is of, and its text.
    private let pieces: [(record: Int, text: String)]
    /// Where each record's pieces begin, and where the last one's end.
    private let starts: [Int]

    /// Where a model goes on from the beginning of a text alone, its texts' pieces; nil where none is longer than the model
    /// takes, and for other models.
    ///
    /// - Parameters:
    ///   - source: The columns.
    ///   - target: The place of the column that is learned.
    ///   - front: What stands before the model's network.
    /// - Throws: `StoreError` where the texts can't be read.
    init?(_ source: any ColumnSource, target: Int, _ front: FrontGraph?) throws(StoreError) {
        guard let front, front.inputs.count == 1, front.outputs.count == 1,
            let layer = front.nodes.last?.layer as? TextVectorizationFrontLayer, layer.numbersWords,
            let length = layer.greatestLength, length > 1
        else { return nil }
        guard [.text, .category].contains(source.columns[target].kind) else { return nil }
        column = target
        base = source
        var pieces: [(Int, String)] = []
        var starts = [0]
        for begin in stride(from: 0, to: source.records, by: Self.block) {
            let records = Array(begin..<min(begin + Self.block, source.records))
            let values = try source.values(column: column, records: records)
            guard case .strings(let strings) = values.content else { return nil }
            for (record, text) in zip(records, strings) {
                for piece in layer.separatesByCharacter ? text.characterPieces(length) : text.wordPieces(length) {
                    pieces.append((record, piece))
                }
                starts.append(pieces.count)
            }
        }
        guard pieces.count > source.records else { return nil }
        (self.pieces, self.starts) = (pieces, starts)
    }

    /// How many texts are read at once.
    private static let block = 1000

    var columns: [StoredColumn] { base.columns }
    var records: Int { pieces.count }

    func records(of part: DatasetPart) -> [Int] {
        base.records(of: part).flatMap { Array(starts[$0]..<starts[$0 + 1]) }
    }

    func values(column: Int, records: [Int]) throws(StoreError) -> StoredColumnValues {
        let own = records.map { pieces[$0].record }
        var values = try base.values(column: column, records: column == self.column ? [] : own)
        if column == self.column { values.content = .strings(records.map { pieces[$0].text }) }
        return values
    }
}

extension String {
    /// Pieces of so many code points, of which each begins with the last one of the piece before; at least one.
    fileprivate func characterPieces(_ length: Int) -> [String] {
        let scalars = unicodeScalars
        var pieces: [String] = []
        var begin = scalars.startIndex
        while true {
            let end = scalars.index(begin, offsetBy: length, limitedBy: scalars.endIndex) ?? scalars.endIndex
            pieces.append(String(scalars[begin..<end]))
            if end == scalars.endIndex { return pieces }
            begin = scalars.index(before: end)
        }
    }

    /// Pieces of so many words, of which each begins with the last one of the piece before; at least one.
    fileprivate func wordPieces(_ length: Int) -> [String] {
        let words = utf8.split { $0 == 0x20 || (0x09...0x0D).contains($0) }
        guard words.count > length else { return [self] }
        return stride(from: 0, to: words.count - 1, by: length - 1).map { begin in
            words[begin..<Swift.min(begin + length, words.count)].map { String(Substring($0)) }.joined(separator: " ")
        }
    }
}
