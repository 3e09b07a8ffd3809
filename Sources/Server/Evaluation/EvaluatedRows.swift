import JSON
import NN

/// Rows that are evaluated: parts of others, their classes numbered as the model's own.
struct EvaluatedRows: TrainingData {
    /// Successive rows of some data.
    struct Piece: Sendable {
        let data: any TrainingData
        let range: Range<Int>
    }

    /// How the classes of one target become the model's, which have other words.
    struct Classes: Sendable {
        /// The words as the data numbers them.
        let words: [String]
        /// The model's words.
        let known: [String]

        /// The model's number of each class of the data; nil for one that it doesn't know.
        let numbers: [Int?]

        init(words: [String], known: [String]) {
            (self.words, self.known) = (words, known)
            numbers = words.map { word in known.firstIndex { $0.utf8.elementsEqual(word.utf8) } }
        }
    }

    let rows: Int
    let targets: [TargetDescription]
    let classWords: [[String]?]
    let sizes: RowSizes?

    private let pieces: [Piece]
    /// Where each piece begins.
    private let begins: [Int]
    private let first: any TrainingData
    private let classes: [Classes?]
    private let record: @Sendable (Int) -> Int

    /// - Parameters:
    ///   - pieces: The rows, of data of one kind; at least one piece.
    ///   - classes: For each target how its classes become the model's; nil where they are.
    ///   - record: What number a row has for clients.
    init(_ pieces: [Piece], classes: [Classes?], record: @escaping @Sendable (Int) -> Int) {
        precondition(!pieces.isEmpty, "rows of nothing")
        (self.pieces, self.classes, self.record) = (pieces, classes, record)
        first = pieces[0].data
        var (begins, rows): ([Int], Int) = ([], 0)
        for piece in pieces {
            begins.append(rows)
            rows += piece.range.count
        }
        (self.begins, self.rows) = (begins, rows)
        targets = zip(first.targets, classes).map { target, classes in
            guard let classes, case .labels(_, let shape) = target else { return target }
            return .labels(classes: classes.known.count, shape: shape)
        }
        sizes =
            first.sizes == nil
            ? nil
            : RowSizes(
                pieces.lazy.flatMap { piece in
                    piece.range.compactMap { row in piece.data.sizes.map { $0.kinds[Int($0.ofRow[row])] } }
                }
            )
        classWords = zip(first.classWords, classes).map { $1?.known ?? $0 }
    }

    var inputShape: Shape { first.inputShape }
    var inputShapes: [Shape] { first.inputShapes }
    var target: TargetDescription { targets.count == 1 ? targets[0] : first.target }
    var isWeighted: Bool { first.isWeighted }
    var weightShape: Shape { first.weightShape }
    var heldBytes: Int { first.heldBytes }

    /// The number of a row for clients.
    func number(of row: Int) -> Int { record(row) }

    func gather(
        _ indices: UnsafeBufferPointer<Int>,
        inputs: UnsafeMutablePointer<Float>,
        targets numbers: UnsafeMutablePointer<Float>
    ) throws {
        let (width, targetWidth) = (inputShape.volume, targets.reduce(0) { $0 + $1.shape.volume })
        try forEachRun(of: indices) { data, rows, place in
            try data.gather(rows, inputs: inputs + place * width, targets: numbers + place * targetWidth)
        }
        try translate(numbers, targets.map(\.shape), of: indices)
    }

    func gather(
        _ indices: UnsafeBufferPointer<Int>,
        as size: BatchSize,
        masking sequences: [Int],
        draw: UInt64?,
        inputs: UnsafeMutablePointer<Float>,
        targets numbers: UnsafeMutablePointer<Float>
    ) throws {
        let targetWidth = size.targets.reduce(0) { $0 + $1.volume }
        let width = size.inputs.reduce(0) { $0 + $1.volume } + sequences.reduce(0) { $0 + size.inputs[$1][0] }
        try forEachRun(of: indices) { data, rows, place in
            try data.gather(
                rows,
                as: size,
                masking: sequences,
                draw: draw,
                inputs: inputs + place * width,
                targets: numbers + place * targetWidth
            )
        }
        try translate(numbers, size.targets, of: indices)
    }

    /// Makes the classes of rows' targets the model's.
    private func translate(
        _ numbers: UnsafeMutablePointer<Float>,
        _ shapes: [Shape],
        of indices: UnsafeBufferPointer<Int>
    ) throws {
        let width = shapes.reduce(0) { $0 + $1.volume }
        var begin = 0
        for (shape, classes) in zip(shapes, classes) {
            if let classes {
                for (place, row) in indices.enumerated() {
                    let own = numbers + place * width + begin
                    for number in 0..<shape.volume { own[number] = try translate(own[number], classes, row) }
                }
            }
            begin += shape.volume
        }
    }

    func gatherWeights(_ indices: UnsafeBufferPointer<Int>, weights: UnsafeMutablePointer<Float>) throws {
        try forEachRun(of: indices) { data, rows, place in
            try data.gatherWeights(rows, weights: weights + place * weightShape.volume)
        }
    }

    /// The model's number of a class.
    private func translate(_ number: Float, _ classes: Classes, _ row: Int) throws -> Float {
        guard let own = Int(exactly: number), classes.numbers.indices.contains(own) else { return number }
        if let known = classes.numbers[own] { return Float(known) }
        let detail =
            "row \(record(row)): " + Suggestion.unknown("class", classes.words[own], known: classes.known)
        throw FaultyInput(Fault(pointer: "", detail: detail))
    }

    /// Calls `body` with rows of one piece that follow one another in `indices`, and their place in it.
    private func forEachRun(
        of indices: UnsafeBufferPointer<Int>,
        _ body: (any TrainingData, UnsafeBufferPointer<Int>, Int) throws -> Void
    ) throws {
        var place = 0
        while place < indices.count {
            let number = (begins.lastIndex { $0 <= indices[place] }) ?? 0
            let (piece, begin) = (pieces[number], begins[number])
            let own = begin..<begin + piece.range.count
            let end = indices[place...].firstIndex { !own.contains($0) } ?? indices.count
            let rows = indices[place..<end].map { $0 - begin + piece.range.lowerBound }
            try rows.withUnsafeBufferPointer { try body(piece.data, $0, place) }
            place = end
        }
    }
}
