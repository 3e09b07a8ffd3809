import JSON

/// Turns the parts of an upload, `x` and `y` and perhaps `x_test` and `y_test`, into rows while they arrive.
///
/// Each part is an IDX or NPY file, plain or gzip; its first axis counts the rows. Rows of `x` with two axes are taken
/// for images without a channel axis and get one; numbers without axes become rows of one. `shape` overrides both, so
/// that `[steps, features]` stay what they are. One number a row in `y` may be a class (see `TargetScan`); anything
/// else is a value. The parts may come in any order.
public struct ArrayUploadReader {
    private enum Name: String, CaseIterable {
        case x, y
        case xTest = "x_test"
        case yTest = "y_test"

        var part: UploadPart { self == .x || self == .y ? .train : .test }
        var isInput: Bool { self == .x || self == .xTest }
    }

    private let options: ImportOptions
    private var name: Name?
    private var reader: ArrayFileReader?
    private var headers: [Name: ArrayHeader] = [:]
    private var scan: TargetScan
    /// The words of `y`, where it holds words.
    private var words: WordIndex?
    private var valuesBefore = 0
    private var notes: [String] = []

    /// Starts a new upload.
    ///
    /// - Throws: `DatasetFormatError.option` for an option that only a CSV file has.
    public init(_ options: ImportOptions = ImportOptions()) throws(DatasetFormatError) {
        try options.requireNoTable()
        self.options = options
        scan = TargetScan(wanted: options.targetKind, isTyped: true)
    }

    /// Starts a part.
    ///
    /// - Throws: `DatasetFormatError.content` for a name that is unknown or came before.
    public mutating func beginPart(named text: String) throws(DatasetFormatError) {
        precondition(reader == nil, "the part before has not ended")
        guard let name = Name(rawValue: text) else {
            let known = Name.allCases.map(\.rawValue)
            throw .content(place: "", Suggestion.unknown("part", text, known: known))
        }
        guard headers[name] == nil else { throw .content(place: "part \"\(text)\"", "it comes twice") }
        self.name = name
        reader = ArrayFileReader(name: text, options, bytesBefore: 4 * valuesBefore)
    }

    /// Reads the next bytes of the part, and passes on the numbers that come of them.
    ///
    /// - Throws: `DatasetFormatError`, or what the sink throws.
    public mutating func read(_ bytes: UnsafeBufferPointer<UInt8>, into sink: some RowSink) throws {
        guard let name, var reader else { preconditionFailure("no part has begun") }
        self.reader = nil
        var words = words
        self.words = nil
        defer { self.words = words }
        try reader.read(bytes, &words) { header, values, position in
            if header.type.isText { try checkWords(header, of: name) }
            if name.isInput { return try sink.appendInputs(values, to: name.part) }
            try watch(values, header, at: position, of: name)
            try sink.appendTargets(values, to: name.part)
        }
        self.reader = reader
    }

    /// Reads the next bytes of the part, and passes on the numbers that come of them.
    ///
    /// - Throws: `DatasetFormatError`, or what the sink throws.
    public mutating func read(_ bytes: ArraySlice<UInt8>, into sink: some RowSink) throws {
        try bytes.withUnsafeBufferPointer { try read($0, into: sink) }
    }

    /// Ends the part.
    ///
    /// - Throws: `DatasetFormatError` if the file is shorter than its header says.
    public mutating func endPart() throws(DatasetFormatError) {
        guard let name, let reader else { preconditionFailure("no part has begun") }
        let header = try reader.finish()
        headers[name] = header
        if name.isInput { notes += reader.notes }
        valuesBefore += header.volume
        self.reader = nil
    }

    /// Ends the upload.
    ///
    /// - Returns: What it was.
    /// - Throws: `DatasetFormatError` if parts are missing or do not fit each other.
    public func finish(into sink: some RowSink) throws -> ImportedDataset {
        let (x, y) = try pair(.x, .y)
        var test: (x: ArrayHeader, y: ArrayHeader)?
        if headers[.xTest] != nil || headers[.yTest] != nil { test = try pair(.xTest, .yTest) }
        if let test {
            try requireSameRows(x, test.x, "x")
            try requireSameRows(y, test.y, "y")
            guard y.type.isText == test.y.type.isText else {
                throw DatasetFormatError.content(place: "part \"y_test\"", "expected words or numbers, as in \"y\"")
            }
        }
        let inputShape = try options.inputShape(of: Array(x.shape.dropFirst()), addingChannels: true)
        return ImportedDataset(
            kind: inputShape.count == 3 ? .images : .arrays,
            rows: x.shape[0],
            testRows: test?.x.shape[0] ?? 0,
            inputShape: inputShape,
            target: try words?.finish(in: sink) ?? scan.summary(shape: Array(y.shape.dropFirst())),
            columns: nil,
            notes: notes
        )
    }

    /// Refuses words where they are no classes.
    private func checkWords(_ header: ArrayHeader, of name: Name) throws(DatasetFormatError) {
        let place = "part \"\(name.rawValue)\""
        guard !name.isInput else { throw .content(place: place, "expected numbers, which inputs are, found words") }
        guard options.targetKind != .value else {
            throw .content(place: place, "expected numbers, as target_kind=value asks for, found words")
        }
        guard header.volume == header.shape[0] else {
            throw .content(place: place, "expected one word a row, found the shape \(header.shape)")
        }
    }

    /// Shows the numbers of `y` to the scan, if there is one a row.
    private mutating func watch(
        _ values: UnsafeBufferPointer<Float>,
        _ header: ArrayHeader,
        at position: Int,
        of name: Name
    ) throws(DatasetFormatError) {
        guard !header.type.isText else { return }
        guard header.volume == header.shape[0] else {
            guard options.targetKind != .class else {
                throw .option(
                    "target_kind",
                    "a class is one number a row, part \"\(name.rawValue)\" has the shape \(header.shape)"
                )
            }
            return
        }
        for (index, value) in values.enumerated() {
            if let wrong = scan.add(value, isInteger: header.type.isInteger) {
                throw ArrayFileReader.fault(name.rawValue, header, at: position + index, wrong)
            }
        }
    }

    private func pair(_ x: Name, _ y: Name) throws(DatasetFormatError) -> (x: ArrayHeader, y: ArrayHeader) {
        for name in [x, y] where headers[name] == nil {
            let found = headers.keys.map(\.rawValue).sorted().map { "\"\($0)\"" }.joined(separator: ", ")
            throw .content(place: "", "expected a part \"\(name.rawValue)\", found \(found.isEmpty ? "none" : found)")
        }
        guard let inputs = headers[x], let targets = headers[y], inputs.shape[0] == targets.shape[0] else {
            let rows = [x, y].map { "\"\($0.rawValue)\" has \(headers[$0]?.shape[0] ?? 0)" }
            throw .content(place: "", "expected as many rows in both parts, \(rows[0]) and \(rows[1])")
        }
        return (inputs, targets)
    }

    private func requireSameRows(
        _ train: ArrayHeader,
        _ test: ArrayHeader,
        _ name: String
    ) throws(DatasetFormatError) {
        let (expected, found) = (Array(train.shape.dropFirst()), Array(test.shape.dropFirst()))
        guard expected == found else {
            throw .content(
                place: "part \"\(name)_test\"",
                "expected rows of the shape \(expected), as in \"\(name)\", found \(found)"
            )
        }
    }
}

extension ImportOptions {
    /// The product of extents; nil if there is no room for it in an `Int`.
    static func volume(of shape: [Int]) -> Int? {
        shape.reduce(1) { volume, extent in
            guard let (product, overflow) = volume?.multipliedReportingOverflow(by: extent), !overflow else {
                return nil
            }
            return product
        }
    }

    /// Refuses the options that only a CSV file has.
    func requireNoTable() throws(DatasetFormatError) {
        let given = [("target", target != nil), ("columns", columns != nil), ("window", series != nil)]
        if let (name, _) = given.first(where: \.1) {
            throw .option(name, "is for CSV uploads, whose columns have names")
        }
    }

    /// The extents of one input: those asked for, if their product is right, or those of the data.
    ///
    /// - Parameters:
    ///   - shape: The extents of the data's rows.
    ///   - addingChannels: Whether rows of two axes are images that lack their channel axis.
    /// - Returns: At least one extent.
    /// - Throws: `DatasetFormatError.option` if `shape` asks for another count.
    func inputShape(of shape: [Int], addingChannels: Bool) throws(DatasetFormatError) -> [Int] {
        guard let wanted = self.shape else {
            if shape.isEmpty { return [1] }
            return addingChannels && shape.count == 2 ? shape + [1] : shape
        }
        let volume = shape.reduce(1, *)
        guard Self.volume(of: wanted) == volume else {
            throw .option(
                "shape",
                "expected extents whose product is \(volume), as the rows are \(shape), found \(wanted)"
            )
        }
        return wanted
    }
}
