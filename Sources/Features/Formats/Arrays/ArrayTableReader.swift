/// Turns one array of two axes, an IDX or NPY file, plain or gzip, into rows: the last column is the target.
public struct ArrayTableReader {
    private static let name = "array"

    private let options: ImportOptions
    private var reader: ArrayFileReader
    private var scan: TargetScan
    /// The numbers of a row that has not all come.
    private var row: [Float] = []

    /// Starts a new upload.
    ///
    /// - Throws: `DatasetFormatError.option` for an option that only a CSV file has.
    public init(_ options: ImportOptions = ImportOptions()) throws(DatasetFormatError) {
        try options.requireNoTable()
        self.options = options
        reader = ArrayFileReader(name: Self.name, options, bytesBefore: 0)
        scan = TargetScan(wanted: options.targetKind, isTyped: false)
    }

    /// Reads the next bytes of the file, and passes on the rows that end in them.
    ///
    /// - Throws: `DatasetFormatError`, or what the sink throws.
    public mutating func read(_ bytes: ArraySlice<UInt8>, into sink: some RowSink) throws {
        var reader = reader
        // Words are refused, so that their numbers are nobody's.
        var words: WordIndex?
        try bytes.withUnsafeBufferPointer { bytes in
            try reader.read(bytes, &words) { header, values, position in
                try take(values, header, at: position, into: sink)
            }
        }
        self.reader = reader
    }

    /// Ends the file.
    ///
    /// - Returns: What it was.
    /// - Throws: `DatasetFormatError` if it is shorter than its header says.
    public func finish(into sink: some RowSink) throws -> ImportedDataset {
        let header = try reader.finish()
        let inputShape = try options.inputShape(of: [header.shape[1] - 1], addingChannels: false)
        return ImportedDataset(
            kind: inputShape.count == 3 ? .images : .arrays,
            rows: header.shape[0],
            testRows: 0,
            inputShape: inputShape,
            target: scan.summary(shape: [1]),
            columns: nil,
            notes: ["The last column of the array is the target, the others are inputs."] + reader.notes
        )
    }

    private mutating func take(
        _ values: UnsafeBufferPointer<Float>,
        _ header: ArrayHeader,
        at position: Int,
        into sink: some RowSink
    ) throws {
        guard !header.type.isText, header.shape.count == 2, header.shape[1] > 1 else {
            let found = header.type.isText ? "words" : "the shape \(header.shape)"
            throw DatasetFormatError.content(
                place: "",
                "expected an array of rows, whose last column is the target, found \(found); inputs and targets apart are "
                    + "an NPZ file, numpy.savez(file, x=x, y=y), or the parts x and y of multipart/form-data"
            )
        }
        let width = header.shape[1]
        var inputs: [Float] = []
        inputs.reserveCapacity(values.count)
        for (place, value) in values.enumerated() {
            row.append(value)
            guard row.count == width else { continue }
            if let wrong = scan.add(value, isInteger: value == value.rounded()) {
                throw ArrayFileReader.fault(Self.name, header, at: position + place, wrong)
            }
            inputs.append(contentsOf: row.dropLast())
            try sink.appendTargets([value])
            row.removeAll(keepingCapacity: true)
        }
        try sink.appendInputs(inputs)
    }
}
