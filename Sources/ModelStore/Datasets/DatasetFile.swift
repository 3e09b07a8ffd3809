import Crypto
import Foundation

/// The values of a dataset in its file: any row can be read at once, and only what is read takes memory.
///
/// A replaced or deleted dataset stays readable through the files that are open.
public final class DatasetFile: Sendable {
    /// How many rows are for training.
    public let rows: Int
    /// How many rows are set aside for testing.
    public let testRows: Int
    /// The extents of one input, without the batch.
    public let inputShape: [Int]
    /// The extents of one target; empty for one number.
    public let targetShape: [Int]
    /// The number of values of one input.
    public let inputVolume: Int
    /// The number of values of one target.
    public let targetVolume: Int

    private let name: String
    private let descriptor: Int32
    /// Which record each row is, training rows first.
    private let order: [UInt32]
    private let layout: DatasetLayout

    /// Opens a file; throws `.corrupt` where its header or size is not what the dataset's row says.
    init(path: String, dataset: StoredDataset) throws(StoreError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError(errno: errno, doing: "opening", path: path) }
        do throws(StoreError) {
            layout = try Self.layout(of: descriptor, path: path, dataset: dataset)
            var order = [UInt32](repeating: 0, count: layout.rows + layout.testRows)
            try order.withUnsafeMutableBufferPointer { [layout] (bytes) throws(StoreError) in
                let target = UnsafeMutableRawBufferPointer(bytes)
                try FileBytes.read(descriptor, into: target, at: layout.orderOffset, path: path)
            }
            self.order = order
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        name = dataset.name
        rows = layout.rows
        testRows = layout.testRows
        inputShape = dataset.inputShape
        targetShape = dataset.targetShape
        inputVolume = layout.inputVolume
        targetVolume = layout.targetVolume
    }

    deinit { close(descriptor) }

    /// Copies rows, in the order asked for, into buffers of `indices.count` times the volumes.
    ///
    /// Throws `.invalid` for a row that does not exist, and `.corrupt` where the file has lost bytes since it was
    /// opened. Rows are read through the descriptor: with the file mapped into memory, one that is cut while it is read
    /// would end the process with SIGBUS.
    public func copyRows(
        _ indices: [Int],
        of part: DatasetPart = .train,
        inputs: UnsafeMutableBufferPointer<Float>,
        targets: UnsafeMutableBufferPointer<Float>
    ) throws(StoreError) {
        precondition(inputs.count == indices.count * inputVolume, "inputs must have room for exactly these rows")
        precondition(targets.count == indices.count * targetVolume, "targets must have room for exactly these rows")
        try requireWhole()
        for (position, row) in indices.enumerated() {
            let record = try record(of: row, in: part)
            try copy(record, inputVolume, from: DatasetLayout.headerBytes, to: inputs, position)
            try copy(record, targetVolume, from: layout.targetsOffset, to: targets, position)
        }
    }

    /// The input values of one row.
    public func inputs(of part: DatasetPart = .train, row: Int) throws(StoreError) -> [Float] {
        try values(of: part, row, inputVolume, from: DatasetLayout.headerBytes)
    }

    /// The target values of one row.
    public func targets(of part: DatasetPart = .train, row: Int) throws(StoreError) -> [Float] {
        try values(of: part, row, targetVolume, from: layout.targetsOffset)
    }

    /// The SHA-256 of the file, read through the descriptor so that a failing disk is an error and not a signal.
    func fingerprint() throws(StoreError) -> String {
        var hasher = SHA256()
        let label = "dataset \"\(name)\""
        try FileBytes.forEachPiece(of: descriptor, count: layout.fileBytes, path: label) { piece in
            hasher.update(bufferPointer: piece)
        }
        return hasher.finalize().hexadecimal
    }

    private func values(
        of part: DatasetPart,
        _ row: Int,
        _ volume: Int,
        from section: Int
    ) throws(StoreError) -> [Float] {
        try requireWhole()
        let record = try record(of: row, in: part)
        var values = [Float](repeating: 0, count: volume)
        try values.withUnsafeMutableBufferPointer { (output) throws(StoreError) in
            try copy(record, volume, from: section, to: output, 0)
        }
        return values
    }

    private func copy(
        _ record: Int,
        _ volume: Int,
        from section: Int,
        to output: UnsafeMutableBufferPointer<Float>,
        _ position: Int
    ) throws(StoreError) {
        let target = UnsafeMutableRawBufferPointer(output)
        try FileBytes.read(
            descriptor,
            into: UnsafeMutableRawBufferPointer(rebasing: target[4 * position * volume..<4 * (position + 1) * volume]),
            at: section + 4 * record * volume,
            path: "dataset \"\(name)\""
        )
    }

    private func record(of row: Int, in part: DatasetPart) throws(StoreError) -> Int {
        let count = part == .train ? rows : testRows
        guard row >= 0, row < count else {
            throw .invalid("dataset \"\(name)\": there is no row \(row), the part has \(count) rows")
        }
        let position = part == .train ? row : rows + row
        let record = Int(UInt32(littleEndian: order[position]))
        guard record < layout.records else {
            throw .corrupt(
                "dataset \"\(name)\": row \(row) names record \(record) of \(layout.records); upload it again"
            )
        }
        return record
    }

    private func requireWhole() throws(StoreError) {
        let size = Self.size(of: descriptor)
        guard size == layout.fileBytes else { throw Self.wrongSize(size, layout.fileBytes, name) }
    }

    private static func layout(
        of descriptor: Int32,
        path: String,
        dataset: StoredDataset
    ) throws(StoreError) -> DatasetLayout {
        let size = size(of: descriptor)
        guard size == dataset.bytes else { throw wrongSize(size, dataset.bytes, dataset.name) }
        var header = [UInt8](repeating: 0, count: DatasetLayout.headerBytes)
        try header.withUnsafeMutableBufferPointer { (bytes) throws(StoreError) in
            try FileBytes.read(descriptor, into: UnsafeMutableRawBufferPointer(bytes), at: 0, path: path)
        }
        let expected = DatasetLayout(
            rows: dataset.rows,
            testRows: dataset.testRows,
            inputVolume: (StoredTensor.byteCount(of: dataset.inputShape) ?? 0) / 4,
            targetVolume: (StoredTensor.byteCount(of: dataset.targetShape) ?? 0) / 4
        )
        guard let layout = DatasetLayout(header: header), layout == expected, layout.fileBytes == size else {
            throw .corrupt("dataset \"\(dataset.name)\": the header of its file is damaged; upload the dataset again")
        }
        return layout
    }

    private static func size(of descriptor: Int32) -> Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : -1
    }

    private static func wrongSize(_ found: Int, _ expected: Int, _ name: String) -> StoreError {
        .corrupt("dataset \"\(name)\": its file has \(found) bytes, expected \(expected); upload the dataset again")
    }
}
