import Glibc
import Features
import HTTP
import JSON
import ModelStore

/// One upload on its way into the store: bytes come in as they arrive, and nothing exists until `finish` returns.
///
/// A table is read two ways at once: as rows of numbers, which is what it becomes if it has nothing but numbers and perhaps
/// words to predict, and as columns of all types. What fails is let go of as soon as it does.
actor DatasetUpload {
    private let thread = SerialThread(label: "dataset upload")
    private let datasets: DatasetTable
    private let name: String
    private let parameters: UploadParameters
    /// Whether the body is JSON whose members may be `x` and `y`.
    private let isJSON: Bool
    private let isForm: Bool
    private var firstByte: UInt8?
    private var rows: RowsUpload?
    private var table: ColumnsUpload?
    /// Why it does not become rows of numbers.
    private var rowsFault: DatasetFormatError?
    /// Why it does not become columns.
    private var tableFault: DatasetFormatError?

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Begins an upload.
    ///
    /// - Parameters:
    ///   - datasets: Where it goes.
    ///   - name: The dataset's name.
    ///   - format: How the bytes are to be read.
    ///   - parameters: What the request says of them.
    ///   - heldBytes: How many bytes a body that is held in memory may have.
    ///   - memory: What the request takes; nil where nobody counts.
    /// - Throws: `StoreError` where the name can't be used, `DatasetFormatError.option` for a parameter.
    init(
        to datasets: DatasetTable,
        name: String,
        format: UploadFormat,
        parameters: UploadParameters,
        heldBytes: Int,
        memory: RequestMemory?
    ) throws {
        var parameters = parameters
        // An array of bytes that is held as floats takes four times the room.
        parameters.options.maximumHeldBytes = heldBytes > Int.max / 4 ? .max : 4 * heldBytes
        // A body of JSON is counted as it comes.
        let heldMemory = format.isHeld ? nil : memory.map { memory in HeldMemory { try memory.takeNow($0) } }
        parameters.options.heldMemory = heldMemory
        (self.datasets, self.name, self.parameters) = (datasets, name, parameters)
        isJSON = if case .json = format { true } else { false }
        isForm = if case .multipart = format { true } else { false }
        var options = format.table(parameters)
        options.heldMemory = heldMemory
        if case .multipart(let contentType) = format {
            let form = FormTable(
                options,
                schema: parameters.schema,
                takesRows: !parameters.needsColumns,
                temporaryFolder: datasets.folder
            )
            table = .form(try FormUpload(contentType: contentType, form))
        } else {
            table = .file(TableUpload(options, schema: parameters.schema, temporaryFolder: datasets.folder))
        }
        if format.canBeRows, !parameters.needsColumns {
            rows = try RowsUpload(to: datasets, name: name, format: format, parameters: parameters)
        } else {
            // Refuses at once what would be refused in the end.
            try datasets.requireReplaceable(name)
        }
    }

    /// Takes in the next bytes.
    func read(_ bytes: [UInt8]) throws {
        if firstByte == nil { firstByte = bytes.first { $0 > 0x20 } }
        try readRows { try $0.read(bytes) }
        try readTable { try $0.read(bytes) }
        try requireOne()
    }

    /// Checks the whole and puts the dataset in place.
    ///
    /// - Parameter check: Says why what has the name may not be replaced.
    /// - Returns: What clients see of it.
    /// - Throws: `DatasetFormatError` for what is wrong with the data, `StoreError` for the name or the disk.
    func finish(if check: @escaping @Sendable (StoredDataset?) -> StoreError?) throws -> DatasetSummary {
        let (finished, table) = try end()
        guard let finished else { return try storeColumns(table, check) }
        let schema = try schema(of: finished.imported, table)
        let stored = try finished.store(schema: schema?.jsonText, if: check)
        return DatasetSummary(dataset: stored, format: finished.imported.format, notes: finished.imported.notes)
    }

    /// Checks the whole and stores nothing.
    ///
    /// - Returns: What clients would see of it.
    func rehearse() throws -> DatasetPreview {
        let (finished, table) = try end()
        guard let finished else {
            guard let table else { preconditionFailure("an upload without rows has columns") }
            var storage = try ColumnStorage(table, parameters)
            let outcome = try storage.run()
            let parts = outcome.parts ?? [DatasetPart](repeating: .train, count: outcome.rows)
            guard parts.contains(.train) else {
                throw StoreError.invalid("dataset \"\(name)\": it has no row to train on")
            }
            return DatasetPreview(
                name: name,
                counts: DatasetSummary.Counts(parts),
                description: outcome.description,
                schema: outcome.schema,
                firstRows: outcome.firstRows
            )
        }
        var storage = try table.map { table throws(DatasetFormatError) in try ColumnStorage(table, parameters) }
        let outcome = try storage?.run()
        let parts = try finished.parts()
        let schema = try self.schema(of: finished.imported, table) ?? outcome?.schema
        return DatasetPreview(
            name: name,
            counts: DatasetSummary.Counts(rows: parts.rows, validationRows: 0, testRows: parts.testRows),
            description: finished.description,
            schema: schema,
            format: finished.imported.format,
            notes: finished.imported.notes,
            firstRows: outcome?.firstRows ?? []
        )
    }

    // MARK: Readers

    private func readRows(_ body: (inout RowsUpload) throws -> Void) throws {
        guard var reading = rows else { return }
        rows = nil
        do {
            try body(&reading)
            rows = reading
        } catch let fault as DatasetFormatError {
            rowsFault = fault
        }
    }

    private func readTable(_ body: (inout ColumnsUpload) throws -> Void) throws {
        guard var reading = table else { return }
        table = nil
        do {
            try body(&reading)
            table = reading
        } catch let fault as DatasetFormatError {
            tableFault = fault
            // A form of columns is none of rows, whatever the other reader says of it.
            if case .form(let form) = reading, !form.isOfRows { rowsFault = nil }
        } catch let error as SpoolError {
            throw StoreError(error)
        }
    }

    /// Throws where neither reader is left, or the one that is left is not what was asked for.
    private func requireOne() throws(DatasetFormatError) {
        if rows == nil, let rowsFault, parameters.needsRows || rowsFault.isOfParameter { throw rowsFault }
        if rows == nil, table == nil { throw fault }
    }

    /// What was wrong with the upload, by the reader that knows its format better: of JSON and of a form the one of rows of
    /// numbers, which tells every field; of all else the one of columns, which knows archives and encodings.
    private var fault: DatasetFormatError {
        // Records and columns by other names are read by the one of columns alone.
        let isOfColumns = firstByte == UInt8(ascii: "[") || (rowsFault?.missesInputsAndTargets ?? false)
        let byRows = (isForm || isJSON || firstByte == UInt8(ascii: "{")) && !isOfColumns
        let found = byRows ? rowsFault ?? tableFault : tableFault ?? rowsFault
        return found ?? .content(place: "", "expected a table, found nothing")
    }

    /// Ends both readers; at least one of them has come to something.
    private func end() throws -> (rows: RowsUpload.Finished?, table: TypedTable?) {
        var finished: RowsUpload.Finished?
        var typed: TypedTable?
        try readRows { finished = try $0.finish() }
        try readTable { typed = try $0.finish() }
        try requireOne()
        // An object of `x` and `y` is not taken for columns that happen to be called so.
        if let rowsFault, isJSON, firstByte == UInt8(ascii: "{"), let typed,
            ["x", "y"].allSatisfy({ name in typed.columns.contains { $0.name == name } })
        {
            throw rowsFault
        }
        (rows, table) = (nil, nil)
        if let imported = finished?.imported, !parameters.needsRows, Self.losesNumbers(imported, typed) {
            finished = nil
        }
        return (finished, typed)
    }

    /// Whether rows of floats can't hold what columns can: whole numbers beyond 2^53, such as the numbers of users.
    private static func losesNumbers(_ imported: ImportedDataset, _ table: TypedTable?) -> Bool {
        guard imported.columns != nil, let table else { return false }
        return table.columns.contains(where: \.hasLongNumbers)
    }

    // MARK: Storing

    private func storeColumns(
        _ table: TypedTable?,
        _ check: @escaping @Sendable (StoredDataset?) -> StoreError?
    ) throws -> DatasetSummary {
        guard let table else { preconditionFailure("an upload without rows has columns") }
        var storage = try ColumnStorage(table, parameters)
        let writer = try datasets.columnWriter(name: name, columns: storage.columns)
        do {
            let outcome = try storage.run { try writer.append($0) }
            let stored = try writer.finish(outcome.description, parts: outcome.parts, if: check)
            return DatasetSummary(dataset: stored)
        } catch let error as SpoolError {
            throw StoreError(error)
        }
    }

    /// What is known of the columns of a table that is stored as rows of numbers; nil where it has no names.
    private func schema(of imported: ImportedDataset, _ table: TypedTable?) throws -> DatasetSchema? {
        guard let table, let inputs = imported.columns, var storage = try? ColumnStorage(table, parameters) else {
            return nil
        }
        let names = table.columns.map(\.name)
        let targets = parameters.options.target ?? names.last.map { [$0] } ?? []
        // Told apart by their bytes, and fast where there are tens of thousands.
        let used = Set((inputs + targets).map { Array($0.utf8) })
        guard used.isSubset(of: names.map { Array($0.utf8) }) else { return nil }
        var schema = try storage.run().schema
        schema.columns = schema.columns.filter { used.contains(Array($0.name.utf8)) }
        (schema.defaults.inputs, schema.defaults.targets) = (inputs, targets)
        schema.notes = imported.notes
        return schema
    }
}

extension DatasetFormatError {
    /// Whether neither `x` nor `y` was among the members.
    fileprivate var missesInputsAndTargets: Bool {
        guard case .fields(let input) = self else { return false }
        return ["/x", "/y"].allSatisfy { pointer in
            input.faults.contains { $0.pointer == pointer && $0.detail.hasPrefix("missing") }
        }
    }

    /// Whether a parameter of the query is wrong, rather than the data.
    fileprivate var isOfParameter: Bool {
        if case .option = self { true } else { false }
    }
}

extension StoreError {
    /// Why the temporary file of an upload failed, which lies on the disk of the datasets.
    init(_ error: SpoolError) {
        self = error.code == ENOSPC || error.code == EDQUOT ? .full(error.description) : .unavailable(error.description)
    }
}
