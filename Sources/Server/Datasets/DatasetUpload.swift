import Features
import FileKinds
import HTTP
import ModelStore

/// One upload on its way into the store: bytes come in as they arrive, and nothing exists until `finish` returns.
actor DatasetUpload {
    private let thread = SerialThread(label: "dataset upload")
    private let writer: DatasetWriter
    private let split: SplitOptions
    private var reader: Reader

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private let options: ImportOptions

    private enum Reader {
        /// The first bytes of a file that isn't known yet.
        case unknown([UInt8])
        case csv(CSVReader)
        case json(JSONRowsReader)
        case npz(NPZReader)
        case array(ArrayTableReader)
        case multipart(MultipartParser, ArrayUploadReader)
    }

    /// Begins an upload.
    ///
    /// - Parameters:
    ///   - datasets: Where it goes.
    ///   - name: The dataset's name.
    ///   - format: How the bytes are to be read.
    ///   - parameters: The request's query.
    ///   - heldBytes: How many bytes a body that is held in memory may have.
    /// - Throws: `StoreError` where the name can't be used, `DatasetFormatError.option` for a parameter.
    init(
        to datasets: DatasetTable,
        name: String,
        format: UploadFormat,
        parameters: [String: String],
        heldBytes: Int
    ) throws {
        var options = try ImportOptions(parameters: parameters)
        // An array of bytes that is held as floats takes four times the room.
        options.maximumHeldBytes = heldBytes > Int.max / 4 ? .max : 4 * heldBytes
        if case .csv(let text) = format {
            (options.separator, options.hasHeader, options.encoding) = (text.separator, text.hasHeader, text.encoding)
        }
        self.options = options
        split = try SplitOptions(parameters: parameters)
        reader =
            switch format {
            case .csv: .csv(CSVReader(options))
            case .json: .json(try JSONRowsReader(options))
            case .multipart(let contentType):
                .multipart(try MultipartParser(contentType: contentType), try ArrayUploadReader(options))
            case .file: .unknown([])
            }
        writer = try datasets.writer(name: name)
    }

    /// Takes in the next bytes.
    func read(_ bytes: [UInt8]) throws {
        switch reader {
        case .unknown(let before):
            let first = before + bytes
            guard first.count >= FileKind.prefixBytes else {
                reader = .unknown(first)
                return
            }
            try begin(first)
        case .csv(var csv):
            reader = .unknown([])
            try csv.read(bytes[...], into: writer)
            reader = .csv(csv)
        case .npz(var npz):
            try npz.read(bytes[...], into: writer)
            reader = .npz(npz)
        case .array(var array):
            try array.read(bytes[...], into: writer)
            reader = .array(array)
        case .json(var json):
            json.read(bytes[...])
            reader = .json(json)
        case .multipart(var form, var arrays):
            for event in try form.read(bytes[...]) { try pass(event, to: &arrays) }
            reader = .multipart(form, arrays)
        }
    }

    /// Checks the whole and puts the dataset in place.
    func finish() throws -> DatasetSummary {
        if case .unknown(let first) = reader { try begin(first) }
        let imported: ImportedDataset
        switch reader {
        case .unknown: preconditionFailure("a file that has begun is known")
        case .npz(let npz): imported = try npz.finish(into: writer)
        case .array(let array): imported = try array.finish(into: writer)
        case .csv(var csv): imported = try csv.finish(into: writer)
        case .json(let json): imported = try json.finish(into: writer)
        case .multipart(let form, let arrays):
            try form.finish()
            imported = try arrays.finish(into: writer)
        }
        let stored = try writer.finish(imported.description(split: split.split(of: imported)))
        return DatasetSummary(dataset: stored, format: imported.format, notes: imported.notes)
    }

    /// Finds out what a file is, and reads its first bytes.
    private func begin(_ first: [UInt8]) throws {
        let kind = FileKind(first)
        reader =
            if kind?.isNPZ == true {
                .npz(try NPZReader(options))
            } else if kind?.isNPY == true || first.prefix(2) == [0, 0] {
                .array(try ArrayTableReader(options))
            } else {
                .csv(CSVReader(options))
            }
        try read(first)
    }

    private func pass(_ event: MultipartEvent, to arrays: inout ArrayUploadReader) throws {
        switch event {
        case .head(let head): try arrays.beginPart(named: head.name)
        case .body(let bytes): try arrays.read(bytes, into: writer)
        case .end: try arrays.endPart()
        }
    }
}
