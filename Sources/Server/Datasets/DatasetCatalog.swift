import Features
import HTTP
import Logging
import ModelStore

/// The datasets: uploads, what is known about each, and those that come with the program.
struct DatasetCatalog: Sendable {
    let store: Store
    let threads: BlockingThreads
    /// The bytes of an upload that is held in memory.
    let heldBytes: Int

    init(_ parts: Parts) {
        store = parts.store
        threads = parts.threads
        heldBytes = parts.heldBodyBytes
    }

    /// Takes in an upload chunk by chunk; a dataset of that name is replaced when the last one has been read.
    ///
    /// - Parameters:
    ///   - name: The dataset's name.
    ///   - format: How the bytes are to be read.
    ///   - parameters: What the request says of them.
    ///   - body: The bytes as they arrive.
    ///   - held: What counts them, where they are held in memory.
    ///   - check: Told the tag of what has the name, nil where nothing has, it throws where that may not be replaced;
    ///     nothing changes between that and the replacement.
    /// - Returns: The dataset, and whether it is new.
    /// - Throws: `DatasetFormatError` for what is wrong with the data, `StoreError` for the name or the disk, and what
    ///   `check` throws.
    func put(
        _ name: String,
        format: UploadFormat,
        parameters: UploadParameters,
        body: some AsyncSequence<[UInt8], any Error> & Sendable,
        held: HeldBody? = nil,
        if check: @escaping @Sendable (EntityTag?) throws(Problem) -> Void
    ) async throws -> (dataset: DatasetSummary, isNew: Bool) {
        let isNew = try await threads.run {
            let before = try? store.datasets.find(name)
            // What is refused now need not be sent.
            try check(before.map { EntityTag($0.sha256) })
            return try !store.datasets.names().contains(name)
        }
        let upload = try await read(name, format: format, parameters: parameters, body: body, held: held)
        let conditions = DatasetConditions(check)
        do {
            return (try await upload.finish { conditions.refusal(of: $0) }, isNew)
        } catch {
            throw conditions.cause(of: error)
        }
    }

    /// Takes in an upload chunk by chunk and stores nothing of it.
    ///
    /// - Returns: What would be stored.
    /// - Throws: As `put` does.
    func rehearse(
        _ name: String,
        format: UploadFormat,
        parameters: UploadParameters,
        body: some AsyncSequence<[UInt8], any Error> & Sendable,
        held: HeldBody?
    ) async throws -> DatasetPreview {
        try await read(name, format: format, parameters: parameters, body: body, held: held).rehearse()
    }

    private func read(
        _ name: String,
        format: UploadFormat,
        parameters: UploadParameters,
        body: some AsyncSequence<[UInt8], any Error> & Sendable,
        held: HeldBody? = nil
    ) async throws -> DatasetUpload {
        if InlineData.isReserved(name) {
            throw StoreError.invalid("dataset name \"\(name)\": names that begin with \"inline-\" are the server's own")
        }
        let memory = RequestMemory.current
        let upload = try await threads.run {
            try DatasetUpload(
                to: store.datasets,
                name: name,
                format: format,
                parameters: parameters,
                heldBytes: heldBytes,
                memory: memory
            )
        }
        var held = held
        for try await chunk in body {
            try await held?.add(chunk.count)
            try await upload.read(chunk)
        }
        return upload
    }

    /// Rows of a dataset in the file's order; throws `StoreError.notFound`, and as `DatasetReading` does.
    func rows(
        of name: String,
        offset: Int,
        limit: Int,
        columns: [String]?,
        part: DatasetPart?
    ) async throws -> RowPage {
        try await threads.run {
            try DatasetReading(name, in: store).page(offset: offset, limit: limit, columns: columns, part: part)
        }
    }

    /// How the values of a column are spread; throws `StoreError.notFound`, and as `DatasetReading` does.
    func histogram(of column: String, in name: String, bins: Int) async throws -> ColumnHistogram {
        try await threads.run { try DatasetReading(name, in: store).histogram(of: column, bins: bins) }
    }

    /// The picture or recording of a row; throws `StoreError.notFound`, and as `DatasetReading` does.
    func file(of name: String, row: Int, column: String) async throws -> (bytes: [UInt8], mediaType: String) {
        try await threads.run { try DatasetReading(name, in: store).file(row: row, column: column) }
    }

    /// What is known about a dataset; throws `StoreError.notFound`.
    func find(_ name: String) async throws -> StoredDataset {
        try await threads.run { try store.datasets.find(name) }
    }

    /// All datasets by name.
    func list() async throws -> [StoredDataset] {
        try await threads.run { try store.datasets.list().filter { !InlineData.isReserved($0.name) } }
    }

    /// Removes a dataset.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - check: Told its tag, it throws where it may not be removed; nothing changes between that and the removal. Nil to
    ///     remove it in any case.
    /// - Throws: `StoreError.conflict` where an unfinished job uses it or it comes with the program, and what `check` throws.
    func delete(_ name: String, if check: (@Sendable (EntityTag?) throws(Problem) -> Void)? = nil) async throws {
        try await threads.run {
            guard let check else { return try store.datasets.delete(name) }
            let conditions = DatasetConditions(check)
            do {
                try store.datasets.delete(name) { conditions.refusal(of: $0) }
            } catch {
                throw conditions.cause(of: error)
            }
        }
    }

    /// Stores the datasets that come with the program, where they are missing or have changed.
    ///
    /// One that can't be stored, since an unfinished job uses an older one or a user's own has its name, is left out.
    static func storeBuiltIns(in store: Store, logger: Logger) throws {
        for dataset in EmbeddedDataset.allCases {
            let writer = try store.datasets.writer(name: dataset.rawValue, isBuiltIn: true)
            let imported = try dataset.load(into: writer)
            let split = imported.split(fraction: EmbeddedDataset.testFraction, seed: EmbeddedDataset.splitSeed)
            do {
                _ = try writer.finish(imported.description(split: split))
            } catch {
                guard case .conflict(let message) = error else { throw error }
                logger.warning("a built-in dataset is not up to date", metadata: ["cause": "\(message)"])
            }
        }
    }
}
