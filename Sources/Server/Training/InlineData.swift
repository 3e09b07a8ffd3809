import Features
import JSON
import Logging
import ModelStore
import NN

/// Data that came inside a training request: kept as datasets of their own for as long as their job needs them, or can be
/// repeated or gone on from.
///
/// So an accepted job finds its data after a restart, and a large request isn't read from the job's row again and again.
struct InlineData: Sendable {
    let store: Store
    let logger: Logger

    /// What their names begin with; clients can't upload datasets under such names, nor see them.
    private static let prefix = "inline-"

    /// Whether a name is one of those kept for inline data.
    static func isReserved(_ name: String) -> Bool { name.hasPrefix(prefix) }

    /// Stores `{"x": …, "y": …, "sample_weight"?}` under a name of its own; no row is set aside for testing.
    ///
    /// - Parameters:
    ///   - data: The object. `x` and `y` are rows, or objects with the rows of each input and output by name.
    ///   - validation: Rows of the same form to validate with; nil for none. They are stored behind the others.
    ///   - network: The model that learns from them.
    ///   - options: How, which tells the outputs that have targets; learns how many rows are to validate with.
    /// - Returns: The dataset.
    /// - Throws: `DatasetFormatError.fields` with the faults at their pointers in the request.
    func keep(
        _ data: JSONValue,
        validation: JSONValue?,
        for network: Network,
        _ options: inout TrainingOptions
    ) throws -> StoredDataset {
        let name = Self.prefix + String(UInt64.random(in: .min ... .max), radix: 36)
        let writer = try store.datasets.writer(name: name)
        let outputs = options.learnedOutputs(of: network)
        let isAligned = options.losses(of: network).contains(where: \.alignsLabels)
        if isAligned, let targets = data["y"], targets.elements.contains(where: { $0.kind == .string }) {
            throw FaultyInput(
                targets.mismatch("lists of classes from 1; texts are learned as characters from a table's column")
            )
        }
        var (data, validation) = isAligned ? try LabelRows.padded(data, validation: validation) : (data, validation)
        let unequal = UnequalRows(network, options)
        let inputs = network.inputs.map(\.name)
        if !unequal.parts.isEmpty, data.kind == .object, !outputs.isEmpty {
            let names = outputs.map(\.name)
            (data, validation) = try unequal.equalised(data, validation: validation, inputs: inputs, outputs: names)
        }
        let hasNames =
            network.inputs.count > 1 || outputs.count > 1 || data["x"]?.kind == .object || data["y"]?.kind == .object
            || data["sample_weight"] != nil || validation != nil || !unequal.parts.isEmpty
        guard hasNames, !outputs.isEmpty else {
            let imported = try JSONRowsReader.read(data, into: writer)
            return try writer.finish(imported.description(split: .given))
        }
        let reader = JSONNamedRowsReader(inputs: inputs + unequal.extentsNames, targets: outputs.map(\.name))
        let rows = try reader.read(data, validation: validation, into: writer)
        options.validationRows += rows.validationRows
        return try writer.finish(rows.description)
    }

    /// Stores records (a list of objects) or columns (an object of lists) under a name of its own, as an upload of them
    /// would be.
    ///
    /// - Returns: The dataset, of typed columns.
    /// - Throws: `FaultyInput` at `/data`, or `StoreError`.
    func keepTable(_ data: JSONValue) throws -> StoredDataset {
        let name = Self.prefix + String(UInt64.random(in: .min ... .max), radix: 36)
        var options = TableUploadOptions()
        options.form = .json
        do {
            let upload = TableUpload(options, temporaryFolder: store.datasets.folder)
            try upload.read(Array(data.source.utf8))
            var storage = try ColumnStorage(try upload.finish(), try UploadParameters([:]))
            let writer = try store.datasets.columnWriter(name: name, columns: storage.columns)
            let outcome = try storage.run { try writer.append($0) }
            return try writer.finish(outcome.description, parts: outcome.parts) { _ in nil }
        } catch let fault as DatasetFormatError {
            throw FaultyInput(Fault(pointer: "/data", detail: fault.description))
        } catch let error as SpoolError {
            throw StoreError(error)
        }
    }

    /// Removes the data of a job that has ended, unless that can be repeated or gone on from; does nothing for other
    /// datasets, or where the job still needs it.
    func removeIfUnused(_ dataset: String?) {
        guard let dataset, Self.isReserved(dataset) else { return }
        do throws(StoreError) {
            guard try !store.jobs.mayRepeat(with: dataset) else { return }
            try store.datasets.delete(dataset)
        } catch .conflict, .notFound {
            return
        } catch {
            logger.warning("inline data not removed", metadata: ["dataset": "\(dataset)", "cause": "\(error)"])
        }
    }

    /// How long data waits for its job before it counts as left behind; between the two lies a check of the data.
    private static let patienceMilliseconds: Int64 = 600_000

    /// Removes what a crash left between storing the data and accepting the job, or between the job's end and the
    /// removal; what another process has just stored stays.
    func sweep() throws(StoreError) {
        let limit = StoreClock.system.wall().milliseconds - Self.patienceMilliseconds
        for name in try store.datasets.names(storedBefore: Timestamp(milliseconds: limit)) { removeIfUnused(name) }
    }
}
