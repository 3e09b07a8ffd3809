import HTTP
import ModelStore

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
        case multipart(MultipartParser, ArrayUploadReader)
    }

    /// Begins an upload.
    ///
    /// - Throws: `StoreError` where the name can't be used, `DatasetFormatError.option` for a parameter.
    init(to datasets: DatasetTable, name: String, format: UploadFormat, parameters: [String: String]) throws {
        let options = try ImportOptions(parameters: parameters)
        split = try SplitOptions(parameters: parameters)
        reader =
            switch format {
            case .csv: .csv(CSVReader(options))
            case .json: .json(try JSONRowsReader(options))
            case .multipart(let contentType):
                .multipart(try MultipartParser(contentType: contentType), try ArrayUploadReader(options))
            }
        writer = try datasets.writer(name: name)
    }

    /// Takes in the next bytes.
    func read(_ bytes: [UInt8]) throws {
        switch reader {
        case .csv(var csv):
            try csv.read(bytes[...], into: writer)
            reader = .csv(csv)
        case .json(var json):
            json.read(bytes[...])
            reader = .json(json)
        case .multipart(var form, var arrays):
            for event in try form.read(bytes[...]) { try pass(event, to: &arrays) }
            reader = .multipart(form, arrays)
        }
    }

    /// Checks the whole and puts the dataset in place.
    func finish() throws -> StoredDataset {
        let imported: ImportedDataset
        switch reader {
        case .csv(var csv): imported = try csv.finish(into: writer)
        case .json(let json): imported = try json.finish(into: writer)
        case .multipart(let form, let arrays):
            try form.finish()
            imported = try arrays.finish()
        }
        return try writer.finish(imported.description(split: split.split(of: imported)))
    }

    private func pass(_ event: MultipartEvent, to arrays: inout ArrayUploadReader) throws {
        switch event {
        case .head(let head): try arrays.beginPart(named: head.name)
        case .body(let bytes): try arrays.read(bytes, into: writer)
        case .end: try arrays.endPart()
        }
    }
}
