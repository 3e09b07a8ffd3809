import HTTP
import ModelStore

/// The format of an upload, by its `Content-Type`.
enum UploadFormat: Sendable {
    /// `text/csv`.
    case csv
    /// `application/json`, `{"x": […], "y": […]}`.
    case json
    /// `multipart/form-data` with files for `x` and `y`, separated by this boundary.
    case multipart(boundary: String)
}

/// One upload on its way into the store: bytes come in as they arrive, and nothing exists until `finish` returns.
actor DatasetUpload {
    private let thread = SerialThread(label: "dataset upload")
    private let writer: DatasetWriter
    private let split: SplitOptions
    private var reader: Reader

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private enum Reader {
        case csv(CSVReader)
        case json(JSONRowsReader)
        case multipart(MultipartReader, ArrayUploadReader)
    }

    /// Begins an upload.
    ///
    /// - Throws: `StoreError` where the name can't be used, `DatasetFormatError.option` for a parameter.
    init(to datasets: DatasetTable, name: String, format: UploadFormat, parameters: [String: String]) throws {
        let options = try ImportOptions(parameters: parameters)
        split = try SplitOptions(parameters: parameters)
        reader = switch format {
        case .csv: .csv(CSVReader(options))
        case .json: .json(JSONRowsReader(options))
        case .multipart(let boundary): .multipart(MultipartReader(boundary: boundary), ArrayUploadReader(options))
        }
        writer = try datasets.writer(name: name)
    }

    /// Takes in the next bytes.
    func read(_ bytes: [UInt8]) throws {
        switch reader {
        case .csv(var csv):
            defer { reader = .csv(csv) }
            try csv.read(bytes, into: writer)
        case .json(var json):
            defer { reader = .json(json) }
            try json.read(bytes, into: writer)
        case .multipart(var multipart, var arrays):
            defer { reader = .multipart(multipart, arrays) }
            try multipart.read(bytes) { event in try Self.pass(event, to: &arrays, writer) }
        }
    }

    /// Checks the whole and puts the dataset in place.
    func finish() throws -> StoredDataset {
        let imported: ImportedDataset
        switch reader {
        case .csv(var csv): imported = try csv.finish(into: writer)
        case .json(var json): imported = try json.finish(into: writer)
        case .multipart(let multipart, var arrays):
            try multipart.finish()
            imported = try arrays.finish(into: writer)
        }
        return try writer.finish(imported.description(split: split.split(of: imported)))
    }

    private static func pass(
        _ event: MultipartReader.Event,
        to arrays: inout ArrayUploadReader,
        _ writer: DatasetWriter
    ) throws {
        switch event {
        case .partBegins(let name): try arrays.beginPart(named: name)
        case .bytes(let bytes): try arrays.read(Array(bytes), into: writer)
        case .partEnds: try arrays.endPart(into: writer)
        }
    }
}
