import Features
import FileKinds
import HTTP
import ModelStore

/// An upload that becomes rows of numbers: inputs and targets, perhaps words as classes.
struct RowsUpload {
    private let writer: DatasetWriter
    private let options: ImportOptions
    private let split: SplitOptions
    private var reader: Reader

    private enum Reader {
        /// The first bytes of a file that isn't known yet.
        case unknown([UInt8])
        case csv(CSVReader)
        case json(JSONRowsReader)
        case npz(NPZReader)
        case array(ArrayTableReader)
        case multipart(MultipartParser, ArrayUploadReader)
    }

    /// What was read, ready to be put in place.
    struct Finished {
        let imported: ImportedDataset
        let description: DatasetDescription
        private let writer: DatasetWriter

        fileprivate init(_ imported: ImportedDataset, _ description: DatasetDescription, _ writer: DatasetWriter) {
            (self.imported, self.description, self.writer) = (imported, description, writer)
        }

        /// How many rows would be for training and for testing.
        func parts() throws(StoreError) -> (rows: Int, testRows: Int) { try writer.parts(description) }

        /// Puts the dataset in place.
        ///
        /// - Parameters:
        ///   - schema: What is known of its columns, as JSON.
        ///   - check: Says why what has the name may not be replaced.
        /// - Returns: The dataset as it is stored.
        /// - Throws: What `check` gives, and where it can't be stored.
        func store(
            schema: String?,
            if check: @escaping (StoredDataset?) -> StoreError?
        ) throws(StoreError) -> StoredDataset {
            var description = description
            description.schema = schema
            return try writer.finish(description, if: check)
        }
    }

    /// Begins an upload; throws `StoreError` where the name can't be used, `DatasetFormatError.option` for a parameter.
    init(to datasets: DatasetTable, name: String, format: UploadFormat, parameters: UploadParameters) throws {
        var options = parameters.options
        if case .csv(let text) = format {
            (options.separator, options.hasHeader, options.encoding) = (text.separator, text.hasHeader, text.encoding)
        }
        self.options = options
        split = parameters.split
        reader =
            switch format {
            case .csv: .csv(CSVReader(options))
            case .json: .json(try JSONRowsReader(options))
            case .multipart(let contentType):
                .multipart(
                    try MultipartParser(contentType: contentType, partLimit: FormUpload.partLimit),
                    try ArrayUploadReader(options)
                )
            case .file, .table: .unknown([])
            }
        writer = try datasets.writer(name: name)
    }

    /// Takes in the next bytes.
    mutating func read(_ bytes: [UInt8]) throws {
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

    /// Checks the whole.
    mutating func finish() throws -> Finished {
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
        return Finished(imported, imported.description(split: try split.split(of: imported)), writer)
    }

    /// Finds out what a file is, and reads its first bytes.
    private mutating func begin(_ first: [UInt8]) throws {
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
