import FileKinds
public import JSON

/// Turns a JSON upload `{"x": […], "y": […]}`, perhaps with `x_test` and `y_test`, into rows once it is complete.
///
/// The first axis of each array counts the rows. `x` holds numbers in rows of one shape; `y` holds such rows too, or
/// words, one a row, which are classes (see `TargetScan`). The body is held in memory: the caller bounds it.
public struct JSONRowsReader {
    private let options: ImportOptions
    private var body: [UInt8] = []

    /// Starts a new upload.
    ///
    /// - Throws: `DatasetFormatError.option` for an option that only a CSV file has.
    public init(_ options: ImportOptions = ImportOptions()) throws(DatasetFormatError) {
        try options.requireNoTable()
        self.options = options
    }

    /// Keeps the next bytes of the body.
    public mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) { body += bytes }

    /// Keeps the next bytes of the body.
    public mutating func read(_ bytes: ArraySlice<UInt8>) { body += bytes }

    /// Ends the body, and passes on all its rows.
    ///
    /// - Returns: What it was.
    /// - Throws: `DatasetFormatError`, or what the sink throws.
    public consuming func finish(into sink: some RowSink) throws -> ImportedDataset {
        let document: JSONDocument
        do throws(JSONSyntaxError) {
            document = try JSONDocument(parsing: body)
        } catch {
            if let kind = FileKind(body) {
                let advice = "found \(kind.name); \(kind.advice(for: .json))"
                if !kind.isJSON { throw DatasetFormatError.content(place: "", "expected JSON, \(advice)") }
            }
            throw DatasetFormatError.syntax(error)
        }
        var dataset = try Self.read(document.root, options, into: sink)
        dataset.notes = RoundedIntegers(in: document.root).notes
        return dataset
    }

    /// Passes on the rows of an object of `x` and `y` that stands within another body.
    ///
    /// - Parameters:
    ///   - value: The object; faults carry its whole pointer.
    ///   - options: `shape`, `target_kind` and the limit.
    ///   - sink: Takes the rows, after all of them have been checked.
    /// - Returns: What it was.
    /// - Throws: `DatasetFormatError.fields` with every fault, or what the sink throws.
    public static func read(
        _ value: JSONValue,
        _ options: ImportOptions = ImportOptions(),
        into sink: some RowSink
    ) throws -> ImportedDataset {
        var targets = JSONTargets(wanted: options.targetKind)
        let (train, test) = try parts(of: value, &targets)
        let volume = train.volume + (test?.volume ?? 0)
        guard volume <= options.maximumBytes / 4 else {
            throw DatasetFormatError.tooLarge(
                "the values take more than \(options.maximumBytes) bytes as floats, the limit"
            )
        }
        let inputShape = try options.inputShape(of: train.inputShape, addingChannels: false)
        for (rows, part) in [(train, UploadPart.train), (test, .test)] {
            guard let rows else { continue }
            try sink.appendInputs(rows.inputs, to: part)
            try sink.appendTargets(rows.targets, to: part)
        }
        return ImportedDataset(
            kind: inputShape.count == 3 ? .images : .arrays,
            rows: train.count,
            testRows: test?.count ?? 0,
            inputShape: inputShape,
            target: try targets.words?.finish(in: sink) ?? targets.scan.summary(shape: train.targetShape),
            columns: nil
        )
    }

    /// The rows of the two parts, checked against each other.
    private static func parts(
        of value: JSONValue,
        _ targets: inout JSONTargets
    ) throws(DatasetFormatError) -> (train: JSONRows, test: JSONRows?) {
        var faults = Faults()
        let (train, test) = faults.read(value) { reader in
            let train = JSONRows(x: "x", y: "y", of: &reader, &targets)
            let hasTest = reader.has("x_test") || reader.has("y_test")
            return (train, hasTest ? JSONRows(x: "x_test", y: "y_test", of: &reader, &targets) : nil)
        }
        if faults.isEmpty, let train, let test {
            if test.inputShape != train.inputShape {
                faults.add(
                    "/x_test",
                    "expected rows of the shape \(train.inputShape), as in x, found \(test.inputShape)"
                )
            }
            if test.targetShape != train.targetShape {
                faults.add(
                    "/y_test",
                    "expected targets of the shape \(train.targetShape), as in y, found \(test.targetShape)"
                )
            }
        }
        do throws(FaultyInput) { try faults.check() } catch { throw .fields(error) }
        guard let train else { preconditionFailure("rows that are missing have a fault") }
        return (train, test)
    }
}
