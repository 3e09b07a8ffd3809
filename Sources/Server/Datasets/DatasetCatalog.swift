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
    ///   - parameters: The request's query.
    ///   - body: The bytes as they arrive.
    ///   - held: What counts them, where they are held in memory.
    /// - Returns: The dataset, and whether it is new.
    /// - Throws: `DatasetFormatError` for what is wrong with the data, `StoreError` for the name or the disk, `MemoryShortage`.
    func put(
        _ name: String,
        format: UploadFormat,
        parameters: [String: String],
        body: some AsyncSequence<[UInt8], any Error> & Sendable,
        held: HeldBody? = nil
    ) async throws -> (dataset: DatasetSummary, isNew: Bool) {
        if InlineData.isReserved(name) {
            throw StoreError.invalid("dataset name \"\(name)\": names that begin with \"inline-\" are the server's own")
        }
        let (upload, isNew) = try await threads.run {
            let upload = try DatasetUpload(
                to: store.datasets,
                name: name,
                format: format,
                parameters: parameters,
                heldBytes: heldBytes
            )
            return (upload, try !store.datasets.names().contains(name))
        }
        var held = held
        for try await chunk in body {
            try await held?.add(chunk.count)
            try await upload.read(chunk)
        }
        return (try await upload.finish(), isNew)
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
    /// - Throws: `StoreError.conflict` where an unfinished job uses it or it comes with the program.
    func delete(_ name: String) async throws {
        try await threads.run { try store.datasets.delete(name) }
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
