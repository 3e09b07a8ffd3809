/// Turns an NPZ file, a zip of NPY arrays, into rows while it arrives.
///
/// Its arrays are those of an upload in parts, `x`, `y` and perhaps `x_test`, `y_test`; `x_train` and `y_train` mean the
/// first two, as do `arr_0` and `arr_1`, the names that `numpy.savez(file, x, y)` gives.
public struct NPZReader {
    private static let aliases = [
        "x_train": "x", "y_train": "y", "arr_0": "x", "arr_1": "y", "arr_2": "x_test", "arr_3": "y_test",
    ]

    private var zip = ZipReader()
    private var arrays: ArrayUploadReader

    /// Starts a new upload.
    ///
    /// - Throws: `DatasetFormatError.option` for an option that only a CSV file has.
    public init(_ options: ImportOptions = ImportOptions()) throws(DatasetFormatError) {
        arrays = try ArrayUploadReader(options)
    }

    /// Reads the next bytes of the file, and passes on the numbers that come of them.
    ///
    /// - Throws: `DatasetFormatError`, or what the sink throws.
    public mutating func read(_ bytes: ArraySlice<UInt8>, into sink: some RowSink) throws {
        var zip = zip
        try bytes.withUnsafeBufferPointer { bytes in
            try zip.read(bytes) { event in
                switch event {
                case .begin(let name): try arrays.beginPart(named: Self.part(name))
                case .bytes(let bytes): try arrays.read(bytes, into: sink)
                case .end: try arrays.endPart()
                }
            }
        }
        self.zip = zip
    }

    /// Ends the file.
    ///
    /// - Returns: What it was.
    /// - Throws: `DatasetFormatError` if it was cut short, or arrays are missing or do not fit each other.
    public func finish(into sink: some RowSink) throws -> ImportedDataset {
        try zip.finish()
        return try arrays.finish(into: sink)
    }

    /// The part that an entry is.
    private static func part(_ entry: String) throws(DatasetFormatError) -> String {
        guard entry.hasSuffix(".npy") else {
            throw .content(
                place: "entry \"\(entry)\"",
                "expected an NPZ file, whose entries are NPY arrays, such as x.npy"
            )
        }
        let name = entry.dropLast(4).lowercased()
        return aliases[name] ?? name
    }
}
